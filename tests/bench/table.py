"""Rows of the table that `make bench` prints."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is, what was measured, what is wanted at most or least, and a remark."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the figure is within its limit."""
        if self.least is not None:
            return "ok" if self.value >= self.least else "UNDER"
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "OVER"

    @property
    def wanted(self) -> str:
        """Say what is wanted."""
        if self.least is not None:
            return f">= {number(self.least)}"
        return f"<= {number(self.limit)}" if self.limit is not None else ""


def number(value: float) -> str:
    """Write a figure with three significant digits, without an exponent where it is readable."""
    if not math.isfinite(value):
        return str(value)
    if value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.1e}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def print_section(title: str, rows: Iterable[Row]) -> bool:
    """Print one section as it comes; return whether all its figures are within their limits."""
    print(f"\n{title}\n{'-' * len(title)}")
    good = True
    for row in rows:
        good &= row.verdict not in {"OVER", "UNDER"}
        measured = f"{number(row.value):>9} {row.unit:<6}"
        line = f"  {row.what:<48} {measured} {row.wanted:<9} {row.verdict:<5} {row.note}"
        print(line.rstrip(), flush=True)
    return good
