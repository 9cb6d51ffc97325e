"""The stationary law π beside the Gaussian of equal mean and variance, and its bottleneck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import Spectrum

HEIGHT = 300


def figure(spectrum: Spectrum, theme: colours.Theme, *, log: bool = False) -> go.Figure:
    """Draw π, the stationary law of the matching Ornstein–Uhlenbeck process, and (x*, y*).

    Parameters
    ----------
    spectrum : Spectrum
    theme : Theme
    log : bool
        Logarithmic density: it shows the tails.
    """
    low, high = window(spectrum)
    inside = (spectrum.nodes >= low) & (spectrum.nodes <= high)
    x, density = canvas.thin(spectrum.nodes[inside], spectrum.density[inside])
    traces = [_law(x, density, theme, log=log)]
    top = float(density.max())
    if spectrum.mean is not None and spectrum.variance is not None:
        gaussian = _gaussian(x.astype(float), spectrum.mean, spectrum.variance)
        traces.append(_ou(x, gaussian, theme))
        top = max(top, float(gaussian.max()))
    scale = {"type": "log", "range": [math.log10(top) - 6, math.log10(top) + 0.2]}
    linear = {"range": [0, 1.12 * top]}
    shapes, notes = _bottleneck(spectrum, (low, high), theme)
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(spectrum),
        xaxis=canvas.axis(theme, "x (dimensionless)", range=[low, high], showgrid=False),
        yaxis=canvas.axis(theme, "density π(x)", nticks=5, **(scale if log else linear)),
        shapes=shapes,
        annotations=notes,
        showlegend=True,
    )


def window(spectrum: Spectrum) -> tuple[float, float]:
    """Return the interval that holds all of π but a thousandth, wide enough for (x*, y*)."""
    mass = canvas.cumulative(spectrum.weights, spectrum.density)
    return canvas.bulk(spectrum.nodes, mass)


def mean(value: float, variance: float) -> float:
    """Return a mean without its rounding error: exactly 0 where it is 0 to twelve digits.

    Examples
    --------
    >>> mean(-8e-16, 0.5)
    0.0
    """
    return 0.0 if abs(value) < 1e-12 * math.sqrt(variance) else value


def finding(spectrum: Spectrum) -> str:
    """Say in words what the picture of π shows."""
    x, y = spectrum.bottleneck
    text = f"Stationary density; the bottleneck lies between {numbers.number(x, 3)} "
    text += f"and {numbers.number(y, 3)}."
    if spectrum.mean is not None and spectrum.variance is not None:
        text += f" Mean {numbers.number(mean(spectrum.mean, spectrum.variance))}, "
        text += f"variance {numbers.number(spectrum.variance)}."
    else:
        text += " The variance is infinite."
    return text


def _law(x: np.ndarray, density: np.ndarray, theme: colours.Theme, *, log: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": density,
        "name": "π",
        "mode": "lines",
        "line": {"color": theme.accent, "width": colours.LINE_WIDTH},
        "fill": None if log else "tozeroy",
        "fillcolor": colours.faded(theme.accent, colours.BAND_OPACITY),
        "hovertemplate": "x = %{x:.4g}<br>π = %{y:.4g}<extra></extra>",
    }


def _ou(x: np.ndarray, density: np.ndarray, theme: colours.Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": canvas.compact(density),
        "name": "Ornstein–Uhlenbeck, same mean and variance",
        "mode": "lines",
        "line": {"color": theme.text, "width": colours.THIN_WIDTH, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _gaussian(x: np.ndarray, mean: float, variance: float) -> np.ndarray:
    with np.errstate(under="ignore"):
        return np.exp(-0.5 * (x - mean) ** 2 / variance) / math.sqrt(2 * math.pi * variance)


def _bottleneck(
    spectrum: Spectrum, ends: tuple[float, float], theme: colours.Theme
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    start, stop = (min(max(u, ends[0]), ends[1]) for u in spectrum.bottleneck)
    region = {
        "type": "rect",
        "x0": start,
        "x1": stop,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": colours.faded(theme.second, 0.12),
        "line": {"width": 1, "color": theme.second, "dash": "dot"},
        "layer": "below",
    }
    place = {"x": (start + stop) / 2, "y": 1, "yref": "paper", "yanchor": "top"}
    text = canvas.note(theme, "bottleneck", **place)
    return [region], [text | {"font": {"size": colours.TICK_SIZE, "color": theme.second}}]
