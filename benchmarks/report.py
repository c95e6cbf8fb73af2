"""Figures as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

_API = ("operation", "clients", "server", "req/s", "p50 ms", "p99 ms", "CPU µs", "DB CPU µs")
_SERVERS = ("app", "fastapi", "floor")
_RATIOS = (
    "cpu_app_to_floor", "cpu_app_to_fastapi", "rps_app_to_floor", "rps_app_to_fastapi",
    "app_to_durable", "app_to_durable_with_sealing",
)  # fmt: skip
_COMPARED = (
    "operation", "clients", "CPU ÷ floor", "CPU ÷ FastAPI", "req/s ÷ floor", "req/s ÷ FastAPI",
    "req/s ÷ commits", "req/s ÷ sealed commits", "commits/s", "sealed commits/s",
)  # fmt: skip


def api(database: str, found: dict[str, Any]) -> str:
    """One row a server; below, how the app compares."""
    rows, ratios = [], []
    for operation, by_clients in found.items():
        for clients, entries in by_clients.items():
            for name in (name for name in _SERVERS if name in entries):
                figures = entries[name]
                rows.append(
                    [operation, clients, name, f"{figures['rps']:.0f}", f"{figures['p50_ms']:.2f}",
                     f"{figures['p99_ms']:.2f}", f"{figures['cpu_us']:.0f}",
                     f"{figures['db_cpu_us']:.0f}"]
                )  # fmt: skip
            limit = entries.get("durable", {})
            compared = [str(entries.get(key, "")) for key in _RATIOS]
            limits = [str(limit.get(key, "")) for key in ("ready_rows_per_s", "with_sealing_per_s")]
            ratios.append([operation, clients, *compared, *limits])
    return f"\nAPI on {database}\n{table(_API, rows)}\n\n{table(_COMPARED, ratios)}\n"


def photo(found: dict[str, Any]) -> str:
    """The pipeline and its floor."""
    rows = [[name, *map(str, found[name].values())] for name in ("pipeline", "bare")]
    rows.append(["ratio", str(found["ratio"]), str(found["cpu_ratio"])])
    return f"\nPhoto of 12 megapixels\n{table(('', 'ms', 'CPU ms'), rows)}\n"


def face(found: dict[str, Any]) -> str:
    """The checks, and the API beside them."""
    rows = [[f"face check, {n} at once", *map(str, f.values())] for n, f in found["checks"].items()]
    asked = f"getApplication at {found['reads_a_second']}/s"
    for name, figures in found.items():
        if name.startswith("get_"):
            rows.append([f"{asked}, {name.removeprefix('get_')}", *map(str, figures.values())])
    return f"\nFace\n{table(('', 'count', 'p50 ms', 'p99 ms'), rows)}\n"


def growth(database: str, found: dict[str, Any]) -> str:
    """One row a question; below, the plans of those that grew."""
    sizes = list(found["sizes"])
    heads = ["question", *(f"p50 µs at {s}" for s in sizes), "ratio"]
    heads += [*(f"CPU µs at {s}" for s in sizes), "ratio", f"first time, p50 µs at {sizes[-1]}"]
    rows = []
    for name, entry in found["questions"].items():
        row = [name]
        for figure in ("p50_us", "cpu_p50_us"):
            row += [*(str(entry[s][figure]) for s in sizes), str(entry[f"{figure}_ratio"])]
        rows.append([*row, str(entry[sizes[-1]]["first_us"])])
    plans = [f"{name}:\n    " + "\n    ".join(p) for name, p in found["plans"].items()]
    return "\n".join([f"\nGrowth on {database}", table(heads, rows), "", *plans])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    shown = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"
             for line in lines]  # fmt: skip
    rule = "|" + "|".join("-" * (w + 2) for w in widths) + "|"
    return "\n".join([shown[0], rule, *shown[1:]])
