"""The rows of the study of reverse transition kernels: two errors side by side, with the floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.arena.contest import Contest

ROW, EDGE = 26, 76  # px of a row, and of axes and heads
METRICS = {"mode-tv": "mode-weight error (TV)", "marginal-error": "marginal error"}
DOMAINS = ((0.0, 0.48), (0.52, 1.0))


def figure(found: Contest, budget: int, names: Sequence[str], theme: colours.Theme) -> go.Figure:
    """Draw every entry's mean errors with their standard errors over the seeds.

    Parameters
    ----------
    found : Contest
        With both metrics, at least one seed.
    budget : int
        One of its budgets.
    names : sequence of str
        What a person reads for each entry, short.
    theme : Theme
    """
    b = found.budgets.index(budget)
    traces = [_dots(found, b, names, metric, k) for k, metric in enumerate(METRICS)]
    rows = {"autorange": "reversed", "tickvals": list(range(len(names))), "showgrid": True}
    layout: dict[str, Any] = {
        "yaxis": canvas.axis(theme, "", ticktext=list(names), **rows),
        "shapes": [s for k, m in enumerate(METRICS) for s in _floor(found, m, k, theme)],
    }
    for k, (metric, title) in enumerate(METRICS.items()):
        most = float(np.nanmax(found.mean(metric)[:, b])) * 1.12
        axis = canvas.axis(theme, title, domain=list(DOMAINS[k]), range=[0, most], nticks=4)
        layout["xaxis" if k == 0 else "xaxis2"] = axis | ({"anchor": "y"} if k else {})
    return canvas.build(
        theme, traces, height=EDGE + ROW * len(names), alt=finding(found, budget, names), **layout
    )


def finding(found: Contest, budget: int, names: Sequence[str]) -> str:
    """Say who has the smallest and the largest of both errors."""
    b, said = found.budgets.index(budget), []
    for metric, title in METRICS.items():
        means = found.mean(metric)[:, b]
        if np.isfinite(means).any():
            low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
            said.append(
                f"{title}: least {numbers.number(float(means[low]), 2)} ({names[low]}), most "
                f"{numbers.number(float(means[high]), 2)} ({names[high]})"
            )
    return f"At {budget} evaluations, {'; '.join(said)}."


def _dots(found: Contest, b: int, names: Sequence[str], metric: str, place: int) -> dict[str, Any]:
    hows = [sampler_style.of(entry.sampler) for entry in found.entries]
    error = found.error(metric)[:, b]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": found.mean(metric)[:, b],
        "y": list(range(len(names))),
        "xaxis": "x" if place == 0 else "x2",
        "yaxis": "y",
        "error_x": {
            "array": np.nan_to_num(error),
            "width": 0,
            "thickness": 1.5,
            "color": colours.CATEGORIES[-1].colour,
        },
        "marker": {
            "color": [how.colour for how in hows],
            "symbol": [how.marker for how in hows],
            "size": colours.MARKER_SIZE + 1,
        },
        "text": list(names),
        "hovertemplate": "%{text}: %{x:.3f}<extra></extra>",
        "cliponaxis": False,
    }


def _floor(found: Contest, metric: str, place: int, theme: colours.Theme) -> list[dict[str, Any]]:
    """Return the band of two standard deviations around what exact samples score."""
    if metric not in found.floors:
        return []
    mean, spread = found.floors[metric]
    where = {"xref": "x" if place == 0 else "x2", "yref": "paper", "y0": 0, "y1": 1}
    band = {"x0": max(0.0, mean - 2 * spread), "x1": mean + 2 * spread, "line": {"width": 0}}
    line = {"color": theme.muted, "width": colours.THIN_WIDTH, "dash": "dot"}
    return [
        {"type": "rect", "layer": "below", "fillcolor": colours.faded(theme.muted, 0.16)}
        | where
        | band,
        {"type": "line", "layer": "below", "x0": mean, "x1": mean, "line": line} | where,
    ]
