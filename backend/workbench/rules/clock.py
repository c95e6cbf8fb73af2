"""How a step's last day was reckoned, in one sentence that can be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def reckoned(step: Mapping[str, Any]) -> str:
    """A step of `CaseClockView` as a sentence; empty where its day follows from something else."""
    if step["count"] is None:
        return ""
    said = [f"从{_day(step['start'])}的第二天起，数 {step['count']} 个工作日"]
    for name, words in (
        ("off", "不算"),
        ("worked", "周末上班，算进去"),
        ("stopped", "停着，不算"),
    ):
        if step[name]:
            said.append(f"{words}：{'、'.join(_span(one) for one in _joined(step[name]))}")
    return "。".join(said) + "。"


def _joined(spans: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Runs of one holiday that only a weekend parts are one."""
    found: list[Mapping[str, Any]] = []
    for one in spans:
        last = found[-1] if found else None
        near = last and (one["first"] - last["last"]).days <= 3
        if last and near and one["note"] and one["note"] == last["note"]:
            found[-1] = {**last, "last": one["last"]}
        else:
            found.append(one)
    return found


def _span(one: Mapping[str, Any]) -> str:
    days = _day(one["first"])
    if one["last"] != one["first"]:
        days += f"到{_day(one['last'])}"
    return f"{days}（{one['note']}）" if one["note"] else days


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
