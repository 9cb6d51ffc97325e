"""The funnel of Chen's iteration: one bar per step, from its lower to its upper value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    from explorer.generators import ChenSequence

ROWS = (0.06, 0.70)  # fractions of the picture's height
VALUES_FOR = 14  # rows; more leave no room for their values


def bars(
    sequence: ChenSequence,
    n: int,
    ends: tuple[float, float],
    theme: colours.Theme,
    *,
    height: int,
) -> list[dict[str, Any]]:
    """Return bars from lower to upper value, one row per step, and the Rayleigh points."""
    y = _rows(n)
    with np.errstate(divide="ignore"):
        logs = [np.log10(v[:n]) for v in (sequence.lower, sequence.rayleigh, sequence.upper)]
    lower, rayleigh, upper = (np.clip(u, ends[0] + 0.004, ends[1] - 0.004) for u in logs)
    width = float(np.clip(0.5 * (ROWS[1] - ROWS[0]) / n * height, 3, 14))
    gaps = np.full(n, np.nan)
    bars = np.column_stack([lower, upper, gaps]).ravel()
    text = [_step_text(sequence, k) for k in range(n)]
    ours = {"color": theme.accent, "size": min(8, width + 2), "symbol": "circle"}
    return [
        {
            "type": "scatter",
            "x": bars,
            "y": np.repeat(y, 3),
            "mode": "lines",
            "line": {"width": width, "color": colours.faded(theme.accent, 0.38)},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "x": rayleigh,
            "y": y,
            "mode": "markers",
            "marker": ours,
            "text": text,
            "hoverinfo": "text",
        },
        _beyond(logs[0], y, ends[0], "left", theme, above=False),
        _beyond(logs[2], y, ends[1], "right", theme, above=True),
    ]


def _beyond(
    logs: np.ndarray, y: np.ndarray, end: float, side: str, theme: colours.Theme, *, above: bool
) -> dict[str, Any]:
    """Arrow heads at the edge for the values that lie outside the picture."""
    out = logs > end if above else logs < end
    return {
        "type": "scatter",
        "x": np.full(int(out.sum()), end),
        "y": y[out],
        "mode": "markers",
        "marker": {"symbol": f"triangle-{side}", "size": 8, "color": theme.muted},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _step_text(sequence: ChenSequence, k: int) -> str:
    lower, rayleigh, upper = (
        numbers.number(float(v[k]), 6) for v in (sequence.lower, sequence.rayleigh, sequence.upper)
    )
    return f"n = {k + 1}<br>lower {lower}<br>Rayleigh {rayleigh}<br>upper {upper}"


def _rows(n: int) -> np.ndarray:
    bottom, top = ROWS
    return top - (np.arange(n) + 0.5) * (top - bottom) / n


def labels(
    sequence: ChenSequence, n: int, ends: tuple[float, float], theme: colours.Theme
) -> list[dict[str, Any]]:
    """Name a few rows, the first, the last and some between, with their two values."""
    y = _rows(n)
    shown = sorted({*range(0, n, max(1, math.ceil(n / 8))), n - 1})
    if len(shown) > 1 and (shown[-1] - shown[-2]) * (y[0] - y[1]) < 0.06:
        shown.pop(-2)
    notes = []
    for k in shown:
        row = {"y": float(y[k]), "yanchor": "middle"}
        name = {"xref": "paper", "x": 0, "xanchor": "right"}
        notes.append(canvas.note(theme, f"n = {k + 1} ", **row, **name))
        if n > VALUES_FOR:
            continue
        lower, upper = float(sequence.lower[k]), float(sequence.upper[k])
        if lower > 10.0 ** ends[0]:
            place = {"x": math.log10(lower), "xanchor": "right", "xshift": -4}
            notes.append(canvas.note(theme, numbers.number(lower, 5), **row, **place))
        place = {"x": math.log10(upper), "xanchor": "left", "xshift": 4}
        if upper > 10.0 ** (ends[1] - 0.1):  # no room behind the bar: the value stands on it
            place = {"x": ends[1], "xanchor": "right", "xshift": -10}
        notes.append(canvas.note(theme, numbers.number(upper, 5), **row, **place))
    return notes
