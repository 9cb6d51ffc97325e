"""The log-concavity meter of each segment, between the noise levels where it begins and ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.rtk_meter import Meter

HEIGHT = 380
MANY = 10.0  # a meter that is far above 1
ABOVE = 0.1  # share of the height that is left for the number of the highest bar
LEAST = 1e-3  # what is below, 0 included, is drawn as a stub
LINES = ((0.5, "below ½: strongly log-concave"), (1.0, "below 1: log-concave"))
OVER = "above 1: not log-concave"
FAR = "far above 1: the chain keeps to its mode"
MOST_DECADES = 7  # ticks of the vertical axis
MOST_LABELS = 8  # segments that carry their value


def figure(meter: Meter, theme: colours.Theme) -> go.Figure:
    """Draw M of every segment as a bar; noise falls from left to right.

    Parameters
    ----------
    meter : Meter
    theme : Theme
    """
    logs = np.log10(meter.sigmas)
    low = math.log10(LEAST) - 0.15
    high = max(0.5, math.log10(max(float(meter.values.max()), LEAST)))
    top = high + ABOVE * (high - low)
    at, labels = canvas.log_ticks(float(logs.min()), float(logs.max()))
    return canvas.build(
        theme,
        [_bars(meter, theme), *_names(theme, float(meter.values.max()))],
        height=HEIGHT,
        alt=finding(meter),
        xaxis=canvas.axis(
            theme,
            "noise level σ",
            range=[logs.max() + 0.03, logs.min() - 0.03],
            tickvals=at,
            ticktext=labels,
            showgrid=False,
        ),
        yaxis=canvas.axis(
            theme,
            "meter M (dimensionless)",
            type="log",
            range=[low, top],
            dtick=max(1, math.ceil((top - low) / MOST_DECADES)),
            minor={"ticks": ""},
        ),
        shapes=[_across(level, theme) for level, _ in LINES],
        bargap=0,
        barmode="overlay",
        showlegend=True,
    )


def finding(meter: Meter) -> str:
    """Say how many segments are log-concave, and which is the worst.

    Examples
    --------
    >>> from explorer.analysis.rtk_meter import Meter
    >>> finding(Meter(np.array([2.0, 1.0, 0.5]), np.array([0.2, 12.0]), 9, True))
    '1 of 2 segments has a log-concave kernel; the worst goes from σ = 1 to 0.5 with M = 12.'
    """
    k, good = len(meter.values), int((meter.values < 1.0).sum())
    worst = meter.worst
    a, b, m = (
        numbers.number(float(v), 2)
        for v in (meter.sigmas[worst], meter.sigmas[worst + 1], meter.values[worst])
    )
    word = "has a log-concave kernel" if good == 1 else "have log-concave kernels"
    if not meter.values.any():
        return f"All {k} segments have log-concave kernels: M = 0 everywhere."
    most = "largest M is" if good == k else "worst goes"
    if good == k:
        return f"{good} of {k} segments {word}; the {most} {m}, from σ = {a} to {b}."
    return f"{good} of {k} segments {word}; the {most} from σ = {a} to {b} with M = {m}."


def _bars(meter: Meter, theme: colours.Theme) -> dict[str, Any]:
    logs = np.log10(meter.sigmas)
    values = [numbers.number(float(m), 2) for m in meter.values]
    few = len(values) <= MOST_LABELS
    return {
        "type": "bar",
        "x": 0.5 * (logs[:-1] + logs[1:]),
        "width": 0.94 * (logs[:-1] - logs[1:]),
        "y": np.maximum(meter.values, LEAST),
        "marker": {
            "color": [_colour(float(m), theme) for m in meter.values],
            "pattern": {"shape": ["/" if m >= 1.0 else "" for m in meter.values], "size": 6},
        },
        "text": values if few else None,
        "textposition": "outside",
        "textfont": {"size": colours.TICK_SIZE, "color": theme.text},
        "cliponaxis": False,
        "showlegend": False,
        "customdata": [
            [numbers.number(float(a), 3), numbers.number(float(b), 3), m]
            for a, b, m in zip(meter.sigmas[:-1], meter.sigmas[1:], values, strict=True)
        ],
        "hovertemplate": "σ from %{customdata[0]} to %{customdata[1]}<br>"
        "M = %{customdata[2]}<extra></extra>",
    }


def _colour(m: float, theme: colours.Theme) -> str:
    if m < LINES[0][0]:
        return theme.good
    return theme.accent if m < LINES[1][0] else theme.second


def _across(level: float, theme: colours.Theme) -> dict[str, Any]:
    ends = {"x0": 0, "x1": 1, "xref": "paper", "y0": level, "y1": level}
    return {"type": "line", "line": _line(level, theme), **ends}


def _line(level: float, theme: colours.Theme) -> dict[str, Any]:
    dash = "dot" if level < 1.0 else "solid"
    return {"color": theme.text, "width": colours.THIN_WIDTH, "dash": dash}


def _names(theme: colours.Theme, most: float) -> list[dict[str, Any]]:
    """Name the lines in the legend: between bars there is no place that is always free."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip"}
    names = [
        {"type": "scatter", "mode": "lines", "name": text, "line": _line(level, theme), **nothing}
        for level, text in LINES
    ]
    hatched = {"color": theme.second, "pattern": {"shape": "/", "size": 6}}
    said = FAR if most > MANY else OVER
    bad = {"type": "bar", "name": said, "marker": hatched, **nothing}
    return [*names, bad] if most >= 1.0 else names
