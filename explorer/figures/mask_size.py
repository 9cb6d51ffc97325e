"""Mask size of a pixel and degrees of freedom of the filter over noise levels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.locality import Look, Scan

HEIGHT = 330
TICKS = (0.01, 0.1, 1.0, 10.0)


def figure(scan: Scan, look: Look, theme: colours.Theme) -> go.Figure:
    """Draw both curves with the present noise level marked; noise falls from left to right."""
    size, mark = look.mask.size, math.log10(look.sigma)
    low, high = math.log10(scan.sigmas.min()), math.log10(scan.sigmas.max())
    here = [(look.size, 0), (look.freedom, 1)]
    traces = [
        _curve(scan.sigmas, scan.sizes, "pixels in the mask", 0),
        _curve(scan.sigmas, scan.freedom, "degrees of freedom", 1),
        *(_point(look.sigma, value, theme, k) for value, k in here),
    ]
    level = {
        "type": "line",
        "x0": look.sigma,
        "x1": look.sigma,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": theme.muted, "width": colours.THIN_WIDTH, "dash": "dot"},
        "layer": "below",
    }
    label = canvas.note(
        theme,
        f"σ = {numbers.number(look.sigma, 3)}",
        x=mark,
        y=1,
        yref="paper",
        xanchor="left" if mark > (low + high) / 2 else "right",
        yanchor="top",
        xshift=6 if mark > (low + high) / 2 else -6,
    )
    ticks = {"tickvals": list(TICKS), "ticktext": [numbers.number(t) for t in TICKS]}
    x = canvas.axis(
        theme, "noise level σ", type="log", range=[high + 0.08, low - 0.08], showgrid=False, **ticks
    )
    y = canvas.axis(
        theme, f"pixels, directions of {numbers.whole(size)}", range=[0, 1.06 * size], nticks=5
    )
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(scan, look),
        xaxis=x,
        yaxis=y,
        shapes=[level],
        annotations=[label],
        showlegend=True,
    )


def finding(scan: Scan, look: Look) -> str:
    """Say in words how the mask and the degrees of freedom change with the noise."""
    first, last = scan.sigmas.argmax(), scan.sigmas.argmin()
    return (
        f"From σ = {numbers.number(scan.sigmas[first], 3)} to "
        f"{numbers.number(scan.sigmas[last], 3)} the mask goes from {scan.sizes[first]} to "
        f"{scan.sizes[last]} of {look.mask.size}, and the degrees of freedom rise from "
        f"{numbers.number(scan.freedom[first], 2)} to {numbers.number(scan.freedom[last], 3)}."
    )


def _curve(x: Any, y: Any, name: str, k: int) -> dict[str, Any]:
    how = colours.CATEGORIES[k]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": canvas.compact(y),
        "name": name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "hovertemplate": f"σ = %{{x:.3g}}<br>{name}: %{{y:.4g}}<extra></extra>",
    }


def _point(sigma: float, value: float, theme: colours.Theme, k: int) -> dict[str, Any]:
    how = colours.CATEGORIES[k]
    ring = {"width": 2, "color": theme.background}
    size = colours.MARKER_SIZE + 3
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [sigma],
        "y": [value],
        "marker": {"color": how.colour, "symbol": how.marker, "size": size, "line": ring},
        "hoverinfo": "skip",
        "showlegend": False,
    }
