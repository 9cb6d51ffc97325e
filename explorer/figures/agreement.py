"""Agreement of several denoisers with a reference, step by step of their paths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, method_style, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.race import Race

HEIGHT = 360
LOWEST = -1.0  # of the axis: far below it, all are equally bad
TICKS = (0.01, 0.1, 1.0, 10.0)


def figure(race: Race, titles: Mapping[str, str], theme: colours.Theme) -> go.Figure:
    """Draw the mean r^2 of each method over the noise levels; noise falls from left to right.

    Parameters
    ----------
    race : Race
    titles : mapping of str to str
        Registered name -> what a person reads.
    theme : Theme
    """
    traces = [_line(race, k, titles) for k in range(len(race.names))]
    low, high = math.log10(race.sigmas.min()), math.log10(race.sigmas.max())
    x: dict[str, Any] = canvas.axis(
        theme,
        "noise level σ",
        type="log",
        range=[high + 0.08, low - 0.08],
        showgrid=False,
        tickvals=list(TICKS),
        ticktext=[numbers.number(t) for t in TICKS],
    )
    least = float(race.r2.mean(axis=2).min())
    y = canvas.axis(
        theme,
        f"r² with {titles[race.reference]}",
        range=[max(LOWEST, min(least, 0.0)) - 0.05, 1.05],
        nticks=6,
    )
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(race, titles),
        xaxis=x,
        yaxis=y,
        showlegend=True,
    )


def finding(race: Race, titles: Mapping[str, str]) -> str:
    """Say in words who agrees best and worst with the reference, not counting itself."""
    means = {
        titles[name]: float(values.mean())
        for name, values in zip(race.names, race.agreement(), strict=True)
        if name != race.reference
    }
    if not means:
        return f"Only {titles[race.reference]} itself has raced."
    best, worst = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    first = (
        f"{best} agrees best with {titles[race.reference]}: r² = {numbers.number(means[best], 2)}"
    )
    if best == worst:
        return f"{first}."
    return f"{first}; least of all {worst}, {numbers.number(means[worst], 2)}."


def _line(race: Race, k: int, titles: Mapping[str, str]) -> dict[str, Any]:
    name = race.names[k]
    how = method_style.of(name)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": race.sigmas,
        "y": np.asarray(race.r2[k].mean(axis=1), dtype=np.float32),
        "name": titles[name],
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "marker": {"symbol": how.marker, "size": colours.MARKER_SIZE},
        "hovertemplate": f"{titles[name]}<br>σ = %{{x:.3g}}: r² = %{{y:.3f}}<extra></extra>",
    }
