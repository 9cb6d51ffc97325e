"""The ladder of eigenfunctions: one row per eigenvalue, slowest at the bottom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, stationary
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import Spectrum

HEIGHT = 300
POINTS = 200  # per rung; six rungs share the picture


def figure(spectrum: Spectrum, theme: colours.Theme, *, weighted: bool = True) -> go.Figure:
    """Draw the first eigenfunctions, each on its rung, labelled with its eigenvalue.

    Parameters
    ----------
    spectrum : Spectrum
    theme : Theme
    weighted : bool
        Draw ``f √π`` (bounded, a standing wave) instead of ``f`` itself.
    """
    low, high = stationary.window(spectrum)
    inside = (spectrum.nodes >= low) & (spectrum.nodes <= high)
    x = spectrum.nodes[inside]
    waves = spectrum.eigenfunctions[:, inside]
    if weighted:
        waves = waves * np.exp(0.5 * spectrum.log_density[inside])
    count = len(spectrum.eigenvalues)
    traces = [_rung(x, waves[k], k, theme) for k in range(count) if np.isfinite(waves[k]).all()]
    right = {"xref": "paper", "x": 1.0, "xanchor": "left", "yanchor": "middle", "align": "left"}
    labels = [
        canvas.note(theme, " " + _label(spectrum, k), y=k + 1.0, **right) for k in range(count)
    ]
    rest = _continuum(spectrum, count, theme)
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(spectrum),
        xaxis=canvas.axis(theme, "x (dimensionless)", range=[low, high], showgrid=False),
        yaxis=canvas.hidden_axis(range=[0.35, max(count, 2) + 0.75 + 0.3 * len(rest)]),
        shapes=[_floor(k + 1.0, theme) for k in range(count)],
        annotations=labels + rest,
        margin={"r": 150},
    )


def finding(spectrum: Spectrum) -> str:
    """Say in words what the ladder shows."""
    if not len(spectrum.eigenvalues):
        start = numbers.number(spectrum.essential)
        return f"There is no eigenfunction below the continuous spectrum, which starts at {start}."
    values = ", ".join(numbers.number(float(v)) for v in spectrum.eigenvalues)
    return f"Eigenvalues {values}; the first eigenfunction increases from left to right."


def _rung(x: np.ndarray, wave: np.ndarray, k: int, theme: colours.Theme) -> dict[str, Any]:
    size = float(np.max(np.abs(wave))) or 1.0
    kept, wave = canvas.thin(x, wave, most=POINTS)
    category = colours.CATEGORIES[k % len(colours.CATEGORIES)]
    first = k == 0
    return {
        "type": "scatter",
        "x": kept,
        "y": k + 1.0 + 0.42 * wave / size,
        "mode": "lines",
        "line": {
            "color": theme.accent if first else category.colour,
            "width": colours.LINE_WIDTH + 0.8 * first,
        },
        "hoverinfo": "skip",
    }


def _floor(y: float, theme: colours.Theme) -> dict[str, Any]:
    line = {"color": theme.hairline, "width": 1}
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "line": line}


def _label(spectrum: Spectrum, k: int) -> str:
    value = float(spectrum.eigenvalues[k])
    text = numbers.certain(value, float(spectrum.eigenvalue_errors[k]), most=6)
    name = f"λ<sub>{k + 1}</sub> = {text}"
    return f"<b>{name}</b>" if k == 0 else name


def _continuum(spectrum: Spectrum, count: int, theme: colours.Theme) -> list[dict[str, Any]]:
    """Say where the eigenvalues end, if they do."""
    if not math.isfinite(spectrum.essential):
        return []
    text = f"continuous spectrum from {numbers.number(spectrum.essential)}"
    place = {"xref": "paper", "x": 0.5, "y": max(count, 1) + 0.72, "yanchor": "bottom"}
    note = canvas.note(theme, text, **place)
    return [note | {"font": {"size": colours.TICK_SIZE, "color": theme.second}}]
