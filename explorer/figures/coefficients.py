"""The two coefficients themselves: where noise is not positive, and which way the drift points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import Generator

HEIGHT = 280
ARROWS = 13


def figure(generator: Generator, theme: colours.Theme) -> go.Figure:
    """Draw a(x) and b(x); arrows on the zero line point where the drift pushes.

    Parameters
    ----------
    generator : Generator
    theme : Theme
    """
    low, high = window(generator)
    x = np.linspace(low, high, 301)
    a, b = generator.a_poly(x), generator.b_poly(x)
    reach = 1.1 * _typical(a, b)
    lines = [
        _line(x, a, reach, ("noise a(x)", theme.accent, "solid")),
        _line(x, b, reach, ("drift b(x)", theme.second, "dash")),
        _arrows(generator, low, high, theme),
    ]
    return canvas.build(
        theme,
        lines,
        height=HEIGHT,
        alt=finding(generator),
        xaxis=canvas.axis(theme, "x (dimensionless)", range=[low, high], showgrid=False),
        yaxis=canvas.axis(theme, "", range=[-reach, reach], nticks=5),
        shapes=_forbidden(x, a, theme),
        showlegend=True,
    )


def window(generator: Generator) -> tuple[float, float]:
    """Return the interval to draw: the domain if bounded, else around the real roots."""
    roots = [*_real_roots(generator.a), *_real_roots(generator.b), 0.0]
    reach = 1.6 * max(1.5, *(abs(r) for r in roots))
    low, high = generator.domain
    if math.isinf(low) and math.isinf(high):
        return -reach, reach
    if math.isinf(low):
        return high - 2 * reach, high
    return (low, high) if math.isfinite(high) else (low, low + 2 * reach)


def finding(generator: Generator) -> str:
    """Say in words what the two curves do."""
    low, high = window(generator)
    x = np.linspace(low, high, 301)[1:-1]
    share = float(np.mean(generator.a_poly(x) <= 0))
    left, right = (float(generator.b_poly(end)) for end in (low, high))
    way = {True: "to the right", False: "to the left"}
    text = f"The drift pushes {way[left > 0]} at the left and {way[right > 0]} at the right."
    if not any(generator.b):
        text = "There is no drift."
    return text + (
        f" a is not positive on {numbers.percent(share)} of the picture." if share else ""
    )


def _real_roots(coefficients: tuple[float, ...]) -> list[float]:
    if len(coefficients) < 2:
        return []
    roots = np.polynomial.polynomial.polyroots(coefficients)
    return [float(r.real) for r in roots if abs(r.imag) < 1e-9 * (1 + abs(r)) and abs(r) < 1e6]


def _typical(a: np.ndarray, b: np.ndarray) -> float:
    """Return a height that shows both curves without letting the steeper one flatten the other."""
    heights = [float(np.quantile(np.abs(values), 0.6)) for values in (a, b)]
    return max(*heights, 1e-300)


def _line(
    x: np.ndarray, y: np.ndarray, reach: float, style: tuple[str, str, str]
) -> dict[str, Any]:
    name, colour, dash = style
    return {
        "type": "scatter",
        "x": canvas.compact(x),
        "y": canvas.compact(np.clip(y, -1.2 * reach, 1.2 * reach)),
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": colours.LINE_WIDTH, "dash": dash},
        "hoverinfo": "skip",
    }


def _arrows(generator: Generator, low: float, high: float, theme: colours.Theme) -> dict[str, Any]:
    x = low + (np.arange(ARROWS) + 0.5) * (high - low) / ARROWS
    push = np.sign(generator.b_poly(x))
    symbols = {1.0: "triangle-right", -1.0: "triangle-left", 0.0: "circle"}
    return {
        "type": "scatter",
        "x": x,
        "y": np.zeros(ARROWS),
        "mode": "markers",
        "marker": {"symbol": [symbols[s] for s in push], "size": 9, "color": theme.second},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _forbidden(x: np.ndarray, a: np.ndarray, theme: colours.Theme) -> list[dict[str, Any]]:
    """Shade where a is negative."""
    bad = np.flatnonzero(a < 0)
    if not bad.size:
        return []
    runs = np.split(bad, np.flatnonzero(np.diff(bad) > 1) + 1)
    fill = {"fillcolor": colours.faded(theme.bad, 0.12), "line": {"width": 0}, "layer": "below"}
    return [
        {
            "type": "rect",
            "x0": float(x[run[0]]),
            "x1": float(x[run[-1]]),
            "y0": 0,
            "y1": 1,
            "yref": "paper",
        }
        | fill
        for run in runs
    ]
