"""Where the gap is decided: the quotient ``-(Lf)'/f'`` over x for several test functions.

For every increasing f, ``inf -(Lf)'/f' ≤ λ₁ ≤ sup -(Lf)'/f'`` (Chen and Wang 1997); for the
eigenfunction the quotient is λ₁ everywhere. Where the curve of a simple f dips is where the gap
is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, stationary
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import ChenSequence, Spectrum

HEIGHT = 300


def figure(spectrum: Spectrum, sequence: ChenSequence, n: int, theme: colours.Theme) -> go.Figure:
    """Draw the quotient of ``f = x``, of Chen's first and n-th function, and λ₁ itself.

    Parameters
    ----------
    spectrum : Spectrum
    sequence : ChenSequence
    n : int
        Step of the iteration, from 1.
    theme : Theme
    """
    low, high = stationary.window(spectrum)
    n = min(n, len(sequence.lower))
    gap = spectrum.gap
    top = 3.2 * gap
    inside = (sequence.nodes >= low) & (sequence.nodes <= high)
    x = sequence.nodes[inside]
    traces = [_line(x, _linear(spectrum, x), top, ("f = x", theme.muted, "dot"))]
    traces += [
        _line(x, sequence.quotients[k - 1, inside], top, (f"f<sub>{k}</sub>", colour, dash))
        for k, colour, dash in _steps(n, theme)
    ]
    level = {"color": theme.text, "width": colours.THIN_WIDTH}
    shapes = [{"type": "line", "x0": low, "x1": high, "y0": gap, "y1": gap, "line": level}]
    place = {"x": high, "y": gap, "xanchor": "right", "yanchor": "bottom"}
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(spectrum, sequence, n),
        xaxis=canvas.axis(theme, "x (dimensionless)", range=[low, high], showgrid=False),
        yaxis=canvas.axis(theme, "−(Lf)′/f′, a rate", range=[0, top], nticks=5),
        shapes=shapes,
        annotations=[canvas.note(theme, "λ<sub>1</sub>", **place)],
        showlegend=True,
    )


def finding(spectrum: Spectrum, sequence: ChenSequence, n: int) -> str:
    """Say in words what the quotients show."""
    k = min(n, len(sequence.lower)) - 1
    at = float(sequence.nodes[int(np.argmin(sequence.quotients[k]))])
    lower, upper = numbers.number(sequence.lower[k]), numbers.number(sequence.upper[k])
    return (
        f"The quotient of f{numbers.subscript(k + 1)} lies between {lower} and {upper} around "
        f"λ₁ = {numbers.number(spectrum.gap)}; it is smallest at x = {numbers.number(at, 3)}."
    )


def _steps(n: int, theme: colours.Theme) -> list[tuple[int, str, str]]:
    first = (1, theme.second, "dash")
    return [first] if n == 1 else [first, (n, theme.accent, "solid")]


def _linear(spectrum: Spectrum, x: np.ndarray) -> np.ndarray:
    """Return the quotient of f = x, which is -b'(x) whatever a is."""
    return -spectrum.generator.b_poly.deriv()(x)


def _line(
    x: np.ndarray, values: np.ndarray, top: float, style: tuple[str, str, str]
) -> dict[str, Any]:
    name, colour, dash = style
    # What leaves the picture is cut just outside it, so that the curve is seen to leave.
    kept, values = canvas.thin(x, np.clip(values, -0.2 * top, 1.2 * top), most=300)
    return {
        "type": "scatter",
        "x": kept,
        "y": values,
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": colours.LINE_WIDTH, "dash": dash},
        "hovertemplate": "x = %{x:.4g}<br>%{y:.5g}<extra></extra>",
    }
