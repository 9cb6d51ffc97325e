"""How often the inner chains of MALA accept a proposal, segment by segment."""

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

HEIGHT = 300


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One entry.

    Attributes
    ----------
    name : str
    sigmas : numpy.ndarray, shape (K,)
        Where each segment ends, above 0.
    shares : numpy.ndarray, shape (K,)
        Accepted proposals, 0 to 1, mean over samples and inner steps.
    how : Category
    """

    name: str
    sigmas: np.ndarray
    shares: np.ndarray
    how: colours.Category


def figure(lines: Sequence[Line], theme: colours.Theme) -> go.Figure:
    """Draw the share of accepted proposals over the level where a segment ends.

    Parameters
    ----------
    lines : sequence of Line
        At least one.
    theme : Theme
    """
    logs = np.log10(np.concatenate([line.sigmas for line in lines]))
    low, high = float(logs.min()), float(logs.max())
    room = 0.05 * (high - low) + 0.05
    at, labels = canvas.log_ticks(low - room, high + room)
    return canvas.build(
        theme,
        [_trace(line) for line in lines],
        height=HEIGHT,
        alt=finding(lines),
        xaxis=canvas.axis(
            theme,
            "noise level σ at the end of the segment",
            range=[high + room, low - room],
            tickvals=at,
            ticktext=labels,
            showgrid=False,
        ),
        yaxis=canvas.axis(theme, "accepted proposals (share)", range=[0, 1.04], dtick=0.25),
        showlegend=True,
    )


def finding(lines: Sequence[Line]) -> str:
    """Say between which values each entry accepts.

    Examples
    --------
    >>> how = colours.CATEGORIES[0]
    >>> finding([Line("MALA", np.array([1.0, 0.1]), np.array([0.9, 0.4]), how)])
    'MALA accepts 90\u202f% in the first segment and 40\u202f% in the last, least 40\u202f%.'
    """
    return " ".join(
        f"{line.name} accepts {_percent(line.shares[0])} in the first segment and "
        f"{_percent(line.shares[-1])} in the last, least {_percent(line.shares.min())}."
        for line in lines
    )


def _percent(share: float) -> str:
    return numbers.percent(float(share)) if math.isfinite(share) else "nothing"


def _trace(line: Line) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.log10(line.sigmas),
        "y": line.shares,
        "name": line.name,
        "line": {"color": line.how.colour, "dash": line.how.dash, "width": colours.LINE_WIDTH},
        "marker": {"symbol": line.how.marker, "size": colours.MARKER_SIZE},
        "customdata": [numbers.number(float(sigma), 3) for sigma in line.sigmas],
        "hovertemplate": f"{line.name}<br>to σ = %{{customdata}}: %{{y:.0%}} accepted"
        "<extra></extra>",
    }
