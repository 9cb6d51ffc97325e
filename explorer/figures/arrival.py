"""The time T(ε) at which total variation reaches ε: over the dimension, and with a wrong rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer import generators
from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import ConvergenceTime

HEIGHT = 240
TALL = 310  # where no slider stands above the picture


def has_formula(time: ConvergenceTime) -> bool:
    """Return whether T(ε) has a formula here: there is a slowest mode, and ε lies below K."""
    return time.prefactor is not None and time.prefactor > time.eps


def dimension(time: ConvergenceTime, theme: colours.Theme, *, largest: int = 196_608) -> go.Figure:
    """Draw T(ε) over the dimension: the formula as a line, the exact value as a point.

    The prefactor of the formula grows like the square root of d, so T grows like ``log(d)/(2λ₁)``.
    """
    d = np.geomspace(1, largest, 60)
    prefactor = (time.prefactor or 0.0) * np.sqrt(d / time.dimension)
    formula = np.maximum(np.log(np.maximum(prefactor / time.eps, 1e-300)) / time.rate, 0.0)
    line = {
        "type": "scatter",
        "x": d,
        "y": formula,
        "name": "formula",
        "mode": "lines",
        "line": {"color": theme.text, "width": colours.THIN_WIDTH},
        "hovertemplate": "d = %{x:.3s}<br>T = %{y:.4g}<extra></extra>",
    }
    exact = {
        "type": "scatter",
        "x": [time.dimension],
        "y": [time.exact],
        "name": "exact",
        "mode": "markers",
        "marker": {"size": 11, "color": theme.accent},
        "hovertemplate": "d = %{x}<br>T = %{y:.5g}<extra></extra>",
    }
    ticks = [1, 10, 100, 1_000, 10_000, 100_000]
    return canvas.build(
        theme,
        [line, exact],
        height=TALL,
        alt=f"At d = {numbers.whole(time.dimension)}, T = {numbers.number(time.exact)} exactly "
        f"and {numbers.number(time.formula or 0.0)} by the formula.",
        xaxis=canvas.axis(
            theme,
            "dimension d (log scale)",
            type="log",
            range=[-0.1, math.log10(largest) + 0.1],
            tickvals=ticks,
            ticktext=[numbers.whole(v) for v in ticks],
            showgrid=False,
        ),
        yaxis=canvas.axis(theme, "T(ε)", rangemode="tozero", nticks=5),
        showlegend=True,
    )


def wrong_rate(time: ConvergenceTime, off: float, theme: colours.Theme) -> go.Figure:
    """Draw the total variation really reached when λ₁ was estimated as ``(1 + off) λ₁``."""
    grid = np.linspace(-0.2, 0.2, 41)
    reached = [100 * generators.wrong_rate(time, float(u))[1] for u in grid]
    here = 100 * generators.wrong_rate(time, off)[1]
    line = {
        "type": "scatter",
        "x": 100 * grid,
        "y": reached,
        "mode": "lines",
        "line": {"color": theme.accent, "width": colours.LINE_WIDTH},
        "hovertemplate": "off by %{x:.3g} %<br>reached %{y:.3g} %<extra></extra>",
    }
    point = {
        "type": "scatter",
        "x": [100 * off],
        "y": [here],
        "mode": "markers",
        "marker": {"size": 11, "color": theme.accent},
        "hoverinfo": "skip",
    }
    target = {
        "type": "line",
        "x0": -20,
        "x1": 20,
        "y0": 100 * time.eps,
        "y1": 100 * time.eps,
        "line": {"color": theme.muted, "width": 1, "dash": "dot"},
    }
    return canvas.build(
        theme,
        [line, point],
        height=HEIGHT,
        alt=f"With λ₁ off by {numbers.percent(off)} the distance reached is "
        f"{numbers.percent(here / 100)} instead of {numbers.percent(time.eps)}.",
        xaxis=canvas.axis(theme, "error of λ₁ (%)", range=[-21, 21], dtick=10, showgrid=False),
        yaxis=canvas.axis(theme, "distance reached (%)", rangemode="tozero", nticks=5),
        shapes=[target],
    )
