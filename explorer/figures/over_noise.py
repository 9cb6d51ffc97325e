"""Curves over the noise level: measured points joined by lines, noise falling to the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 340
TICKS = (0.01, 0.1, 1.0, 10.0)
LEAST = 1e-10  # below, it is rounding alone
MOST_DECADES = 6  # ticks of a logarithmic axis


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve.

    Attributes
    ----------
    name : str
        For the legend.
    values : numpy.ndarray, shape (K,)
        Not drawn where not finite, or not above 0 on a logarithmic axis.
    how : Category
        Colour, dash and marker.
    spread : numpy.ndarray, shape (K,), or None
        Half the length of the error bars.
    hollow : bool
        Whether markers are rings.
    """

    name: str
    values: np.ndarray
    how: colours.Category
    spread: np.ndarray | None = None
    hollow: bool = False


def figure(
    sigmas: np.ndarray,
    lines: Sequence[Line],
    theme: colours.Theme,
    *,
    y: str,
    alt: str,
    mark: float | None = None,
    logarithmic: bool = True,
    bound: tuple[float, str] | None = None,
    least: float = LEAST,
) -> go.Figure:
    """Draw curves over noise levels.

    Parameters
    ----------
    sigmas : numpy.ndarray, shape (K,)
    lines : sequence of Line
    theme : Theme
    y : str
        What the vertical axis shows, with its unit.
    alt : str
    mark : float, optional
        The page's noise level, drawn as a dotted line.
    logarithmic : bool
        Of the vertical axis.
    bound : (float, str), optional
        A level with its name, drawn across.
    least : float
        What is below leaves the picture of a logarithmic axis.
    """
    low, high = math.log10(float(sigmas.min())), math.log10(float(sigmas.max()))
    ticks = {"tickvals": list(TICKS), "ticktext": [numbers.number(t) for t in TICKS]}
    shapes, notes = [], []
    if mark is not None:
        shapes.append(_across(x=mark, dash="dot", colour=theme.muted))
    if bound is not None:
        level, name = bound
        shapes.append(_across(y=level, dash="solid", colour=theme.text))
        at = math.log10(level) if logarithmic else level
        place = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "top"}
        notes.append(canvas.note(theme, name, y=at, **place))
    vertical = (
        _decades(lines, bound, least) if logarithmic else {"rangemode": "tozero", "nticks": 5}
    )
    return canvas.build(
        theme,
        [_trace(sigmas, line, theme, logarithmic=logarithmic) for line in lines],
        height=HEIGHT,
        alt=alt,
        xaxis=canvas.axis(
            theme,
            "noise level σ",
            type="log",
            range=[high + 0.08, low - 0.08],
            showgrid=False,
            **ticks,
        ),
        yaxis=canvas.axis(theme, y, **vertical),
        shapes=shapes,
        annotations=notes,
        showlegend=True,
    )


def _decades(
    lines: Sequence[Line], bound: tuple[float, str] | None, least: float
) -> dict[str, Any]:
    """Return the range and ticks of a logarithmic axis that begins at `least` or above."""
    values = np.concatenate([line.values for line in lines])
    values = values[np.isfinite(values) & (values > least)]
    levels = [*np.log10(values), *([math.log10(bound[0])] if bound else [])] or [0.0, 1.0]
    low, high = min(levels), max(levels)
    room = 0.06 * (high - low) + 0.05
    step = max(1, math.ceil((high - low) / MOST_DECADES))
    wide = high - low > 1.0
    ticks = {"dtick": step} if wide else {"nticks": 5}
    return {"type": "log", "range": [low - room, high + room], "minor": {"ticks": ""}} | ticks


def _trace(
    sigmas: np.ndarray, line: Line, theme: colours.Theme, *, logarithmic: bool
) -> dict[str, Any]:
    how = line.how
    shown = np.isfinite(line.values) & ((line.values > 0.0) | (not logarithmic))
    fill = theme.background if line.hollow else how.colour
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": sigmas[shown],
        "y": canvas.compact(line.values[shown]),
        "name": line.name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "marker": {
            "symbol": how.marker,
            "size": colours.MARKER_SIZE - 1,
            "color": fill,
            "line": {"color": how.colour, "width": 1.5},
        },
        "hovertemplate": f"σ = %{{x:.3g}}<br>{line.name}: %{{y:.3g}}<extra></extra>",
    }
    if line.spread is not None:
        spread = canvas.compact(line.spread[shown])
        trace["error_y"] = {"array": spread, "width": 0, "thickness": 1, "color": how.colour}
    return trace


def _across(
    *,
    dash: str,
    colour: str,
    x: float | None = None,
    y: float | None = None,
) -> dict[str, Any]:
    ends = (
        {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
        if y is None
        else {"x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y}
    )
    line = {"color": colour, "width": colours.THIN_WIDTH, "dash": dash}
    return {"type": "line", "line": line, "layer": "below", **ends}
