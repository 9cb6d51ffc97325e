"""Home's small pictures of the Sampler Arena: quality against cost, and ways from noise to data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, miniatures, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.arena.postcard import Curves, Ways

GAP = 0.35  # between two squares, in units of the data
SIDE = 4.1  # half a square, in units of the data


def cost(
    curves: Curves,
    theme: colours.Theme,
    *,
    names: Sequence[str],
    budgets: Sequence[int],
    alt: str,
) -> go.Figure:
    """Draw the distance to the data over the budget, one line per sampler, above the floor."""
    traces, notes = [], []
    ends = [math.log10(budgets[0]) - 0.04, math.log10(budgets[-1]) + 0.5]
    for name, mean in zip(names, curves.mean, strict=True):
        look = sampler_style.of(name)
        traces.append({
            "type": "scatter", "mode": "lines+markers", "x": list(budgets), "y": mean,
            "line": {"color": look.colour, "width": colours.LINE_WIDTH, "dash": look.dash},
            "marker": {"color": look.colour, "symbol": look.marker, "size": 6},
            "hoverinfo": "skip",
        })  # fmt: skip
    tops = _apart([math.log10(mean[-1]) for mean in curves.mean])
    for name, top in zip(names, tops, strict=True):
        place = {"x": math.log10(budgets[-1]) + 0.03, "y": top, "xanchor": "left"}
        notes.append(canvas.note(theme, sampler_style.short(name), **place, yanchor="middle"))
    low, spread = curves.floor
    band = {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": low - 2 * spread,
        "y1": low + 2 * spread, "layer": "below", "line": {"width": 0},
        "fillcolor": colours.faded(theme.good, colours.BAND_OPACITY),
    }  # fmt: skip
    floor = canvas.note(theme, "exact samples", x=ends[0], y=math.log10(low - 2 * spread))
    notes.append(floor | {"xanchor": "left", "yanchor": "top"})
    at, texts = canvas.log_ticks(math.log10(0.8 * low), math.log10(1.2 * curves.mean.max()), most=4)
    return miniatures.build(
        theme,
        traces,
        alt=alt,
        x="evaluations per sample",
        y="distance to the data",
        xaxis={"type": "log", "range": ends, "tickvals": [5, 10, 20, 40]},
        yaxis={
            "type": "log", "tickvals": [10**tick for tick in at], "ticktext": texts,
            "range": [math.log10(0.72 * low), math.log10(1.25 * curves.mean.max())],
        },
        shapes=[band],
        annotations=notes,
    )  # fmt: skip


def ways(
    postcard: Ways, theme: colours.Theme, *, names: Sequence[str], labels: Sequence[str], alt: str
) -> go.Figure:
    """Draw the ways of points from the same noise side by side, one square per sampler."""
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    step = 2 * SIDE + GAP
    for k, (name, x, label) in enumerate(zip(names, postcard.x, labels, strict=True)):
        colour = sampler_style.of(name).colour
        line = {"color": colours.faded(colour, 0.55), "width": 1.2}
        lines = _broken(x.transpose(1, 0, 2)) + np.array([k * step, 0.0])
        traces.append(_trace(lines, mode="lines", line=line))
        marker = {"color": theme.background, "size": 5, "line": {"color": colour, "width": 1}}
        traces.append(_trace(x[0] + np.array([k * step, 0.0]), mode="markers", marker=marker))
        ends = x[-1] + np.array([k * step, 0.0])
        traces.append(_trace(ends, mode="markers", marker={"color": colour, "size": 6}))
        place = {"x": k * step, "y": -SIDE, "yanchor": "top", "xanchor": "center"}
        notes.append(canvas.note(theme, label, **place))
    frames = [
        {"type": "rect", "x0": k * step - SIDE, "x1": k * step + SIDE, "y0": -SIDE, "y1": SIDE,
         "line": {"width": 1, "color": theme.hairline}, "layer": "below"}
        for k in range(len(names))
    ]  # fmt: skip
    return canvas.build(
        theme,
        traces,
        height=miniatures.HEIGHT,
        alt=alt,
        xaxis=canvas.hidden_axis(range=[-SIDE - 0.1, (len(names) - 1) * step + SIDE + 0.1]),
        yaxis=canvas.hidden_axis(
            range=[-SIDE - 0.1, SIDE + 0.1], scaleanchor="x", constrain="domain"
        ),
        margin={"l": 4, "r": 4, "t": 6, "b": 26},
        shapes=frames,
        annotations=notes,
    )


def _trace(points: np.ndarray, **looks: Any) -> dict[str, Any]:
    x, y = np.asarray(points, dtype=np.float32).T  # half the bytes, and seen by nobody
    return {"type": "scatter", "x": x, "y": y, "hoverinfo": "skip"} | looks


def _broken(lines: np.ndarray) -> np.ndarray:
    """Return lines (k, S, 2) as one, with a gap after each."""
    gaps = np.full((len(lines), 1, 2), np.nan)
    return np.concatenate([lines, gaps], axis=1).reshape(-1, 2)


def _apart(heights: Sequence[float], least: float = 0.13) -> list[float]:
    """Return heights moved up so that labels beside them do not touch, in their old order."""
    found, last = dict.fromkeys(range(len(heights)), 0.0), -math.inf
    for k in sorted(range(len(heights)), key=lambda i: heights[i]):
        last = found[k] = max(heights[k], last + least)
    return list(found.values())
