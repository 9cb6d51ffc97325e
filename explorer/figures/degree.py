"""Higher degree, larger gap, no more speed: λ₁ and Λ of ``b = -x^q`` over q."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import DegreeStudy

HEIGHT = 360


def figure(study: DegreeStudy, theme: colours.Theme) -> go.Figure:
    """Draw the gap and the fair speed over the degree of the drift.

    Parameters
    ----------
    study : DegreeStudy
    theme : Theme
    """
    top = 1.15 * float(np.max(study.gaps))
    return canvas.build(
        theme,
        [
            _line(study.degrees, study.gaps, "gap λ₁", (theme.accent, "circle", "solid")),
            _line(
                study.degrees, study.efficiencies, "fair speed Λ", (theme.second, "square", "dash")
            ),
        ],
        height=HEIGHT,
        alt=finding(study),
        xaxis=canvas.axis(
            theme, "degree q of b = −x<sup>q</sup>", tickvals=study.degrees, showgrid=False
        ),
        yaxis=canvas.axis(theme, "dimensionless", range=[0, top], nticks=6),
        showlegend=True,
    )


def finding(study: DegreeStudy) -> str:
    """Say in words what the two lines do."""
    first, last = (numbers.number(float(v)) for v in study.gaps[[0, -1]])
    start, end = (numbers.number(float(v), 3) for v in study.efficiencies[[0, -1]])
    return (
        f"From degree {study.degrees[0]} to {study.degrees[-1]} the gap goes from {first} to "
        f"{last}, while Λ goes from {start} to {end}."
    )


def _line(x: np.ndarray, y: np.ndarray, name: str, style: tuple[str, str, str]) -> dict[str, Any]:
    colour, symbol, dash = style
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "name": name,
        "mode": "lines+markers",
        "line": {"color": colour, "width": colours.LINE_WIDTH, "dash": dash},
        "marker": {"size": colours.MARKER_SIZE, "symbol": symbol, "color": colour},
        "hovertemplate": "q = %{x}: %{y:.5g}<extra>" + name + "</extra>",
    }
