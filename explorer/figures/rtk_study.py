"""The rows of the study of reverse transition kernels by one error, with the floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.arena.contest import Contest

ROW, EDGE = 24, 60  # px of a row, and of the axis
METRICS = {
    "mode-tv": "mode-weight error (TV)",
    "marginal-error": "marginal error (1 − MA)",
    "sliced-w2": "sliced W₂ (data units)",
}


def figure(
    found: Contest, budget: int, names: Sequence[str], metric: str, theme: colours.Theme
) -> go.Figure:
    """Draw every entry's mean error with its standard error over the seeds.

    Parameters
    ----------
    found : Contest
        With the metric, at least one seed.
    budget : int
        One of its budgets.
    names : sequence of str
        What a person reads for each entry, short.
    metric : str
        One of `METRICS`.
    theme : Theme
    """
    b = found.budgets.index(budget)
    means = found.mean(metric)[:, b]
    most = float(means[np.isfinite(means)].max(initial=0.0)) * 1.12 or 1.0
    return canvas.build(
        theme,
        [_dots(found, b, names, metric)],
        height=EDGE + ROW * len(names),
        alt=finding(found, budget, names, metric),
        xaxis=canvas.axis(theme, METRICS[metric], range=[0, most], nticks=5),
        yaxis=canvas.axis(
            theme,
            "",
            range=[len(names) - 0.4, -0.6],
            tickvals=list(range(len(names))),
            ticktext=list(names),
        ),
        shapes=_floor(found, metric, theme),
    )


def finding(found: Contest, budget: int, names: Sequence[str], metric: str) -> str:
    """Say who has the smallest and the largest error."""
    means = found.mean(metric)[:, found.budgets.index(budget)]
    if not np.isfinite(means).any():
        return "Nothing is known yet."
    low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    return (
        f"{METRICS[metric].split(' (')[0].capitalize()} at {budget} evaluations: least "
        f"{numbers.number(float(means[low]), 2)} ({names[low]}), most "
        f"{numbers.number(float(means[high]), 2)} ({names[high]})."
    )


def _dots(found: Contest, b: int, names: Sequence[str], metric: str) -> dict[str, Any]:
    hows = [sampler_style.of(entry.sampler) for entry in found.entries]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": found.mean(metric)[:, b],
        "y": list(range(len(names))),
        "error_x": {
            "array": np.nan_to_num(found.error(metric)[:, b]),
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


def _floor(found: Contest, metric: str, theme: colours.Theme) -> list[dict[str, Any]]:
    """Return the band of two standard deviations around what exact samples score."""
    if metric not in found.floors:
        return []
    mean, spread = found.floors[metric]
    where = {"yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    band = {"x0": max(0.0, mean - 2 * spread), "x1": mean + 2 * spread, "line": {"width": 0}}
    line = {"color": theme.muted, "width": colours.THIN_WIDTH, "dash": "dot"}
    return [
        {"type": "rect", "fillcolor": colours.faded(theme.muted, 0.16)} | where | band,
        {"type": "line", "x0": mean, "x1": mean, "line": line} | where,
    ]
