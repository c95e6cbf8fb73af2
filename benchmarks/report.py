"""Figures as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

_API = ("operation", "clients", "server", "req/s", "p50 ms", "p99 ms", "CPU µs", "DB CPU µs")


def api(database: str, found: dict[str, Any]) -> str:
    """One row a server; below, how the app compares."""
    rows, ratios = [], []
    for operation, by_clients in found.items():
        for clients, entries in by_clients.items():
            for name, figures in entries.items():
                if not isinstance(figures, dict):
                    ratios.append(f"{operation} at {clients}: {name} {figures}")
                    continue
                rows.append(
                    [operation, clients, name, f"{figures['rps']:.0f}", f"{figures['p50_ms']:.2f}",
                     f"{figures['p99_ms']:.2f}", f"{figures['cpu_us']:.0f}",
                     f"{figures['db_cpu_us']:.0f}"]
                )  # fmt: skip
    return "\n".join([f"API on {database}", table(_API, rows), *ratios])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    shown = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"
             for line in lines]  # fmt: skip
    rule = "|" + "|".join("-" * (w + 2) for w in widths) + "|"
    return "\n".join([shown[0], rule, *shown[1:]])
