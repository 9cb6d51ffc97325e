"""Errors over the number of steps, with the slopes that the declared orders promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, log_axis, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.measured_order import MeasuredOrder

HEIGHT = 380
ROW = 15  # px for each line's name above the picture
LIFT = 1.7  # a slope is drawn so far above the largest last error of its order
ROOM = 0.27  # decades at the right, for the names of the slopes
SPACE = "\u00a0"  # a number and its error stay on one line


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One sampler on one law.

    Attributes
    ----------
    name : str
    how : Category
    declared : int or None
        Order that the sampler declares.
    found : MeasuredOrder
    """

    name: str
    how: colours.Category
    declared: int | None
    found: MeasuredOrder


def figure(lines: Sequence[Line], theme: colours.Theme, *, law: str) -> go.Figure:
    """Draw measured errors as points and lines, declared orders as thin straight lines.

    Parameters
    ----------
    lines : sequence of Line
    theme : Theme
    law : str
        In words, for screen readers: "one Gaussian".
    """
    traces = [_trace(line) for line in lines]
    slopes, notes = _slopes(lines, theme)
    values = [*(line.found.errors for line in lines), *(np.asarray(s["y"]) for s in slopes)]
    counts = [line.found.steps for line in lines]
    steps = np.unique(np.concatenate(counts)) if counts else np.array([1])
    ends = np.log10([steps.min(), steps.max()]) + np.array([-0.08, ROOM])
    ticks = {"tickvals": steps, "ticktext": [numbers.whole(int(n)) for n in steps]}
    return canvas.build(
        theme,
        [*slopes, *traces],
        height=HEIGHT + ROW * len(lines),
        alt=finding(lines, law=law),
        xaxis=canvas.axis(theme, "steps N", type="log", range=ends.tolist(), **ticks),
        yaxis=canvas.axis(theme, "largest error, units of the data", **log_axis.settings(values)),
        annotations=notes,
        showlegend=True,
    )


def finding(lines: Sequence[Line], *, law: str) -> str:
    """Say the measured orders beside the declared ones."""
    parts = [
        f"{line.name} {measured(line.found)}"
        + (f", declared {line.declared}" if line.declared is not None else "")
        for line in lines
    ]
    return f"Measured orders on {law}: {'; '.join(parts)}." if parts else "Nothing is known yet."


def measured(found: MeasuredOrder) -> str:
    """Write a measured order with its standard error, which is rounded up.

    Examples
    --------
    >>> from explorer.analysis.measured_order import MeasuredOrder
    >>> from explorer.analysis.convergence import convergence_order
    >>> errors = np.array([1e-2, 2.5e-3, 6.4e-4])
    >>> n = np.array([10, 20, 40])
    >>> measured(MeasuredOrder(n, errors, convergence_order(n, errors))).replace(SPACE, " ")
    '1.98 ± 0.01'
    """
    if found.fit is None:
        return "at rounding"
    slope, spread = found.fit.order, found.fit.error
    decimals = 2 if not np.isfinite(spread) or spread >= 0.005 else 3
    value = f"{slope:.{decimals}f}"
    value = value.removeprefix("-") if float(value) == 0.0 else value.replace("-", numbers.MINUS)
    if not np.isfinite(spread):
        return value
    unit = 10**-decimals
    rounded_up = max(math.ceil(spread / unit - 1e-9), 1) * unit
    return f"{value}{SPACE}±{SPACE}{rounded_up:.{decimals}f}"


def _trace(line: Line) -> dict[str, Any]:
    known = line.found.errors > 0.0
    how = line.how
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": line.found.steps[known],
        "y": line.found.errors[known],
        "name": line.name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "marker": {"color": how.colour, "symbol": how.marker, "size": colours.MARKER_SIZE},
        "hovertemplate": f"{line.name}<br>N = %{{x}}<br>error %{{y:.3g}}<extra></extra>",
    }


def _slopes(
    lines: Sequence[Line], theme: colours.Theme
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a straight line for each declared order, above the errors that it is for."""
    traces, notes = [], []
    for order in sorted({line.declared for line in lines if line.declared is not None}):
        alike = [line.found for line in lines if line.declared == order]
        steps = alike[0].steps.astype(float)
        shape = steps**-order
        height = LIFT * max(float(found.errors[-1] / shape[-1]) for found in alike)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": steps[[0, -1]],
                "y": height * shape[[0, -1]],
                "line": {"color": theme.text, "width": colours.THIN_WIDTH},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
        at = {"x": float(np.log10(steps[-1])), "y": float(np.log10(height * shape[-1]))}
        place = {"xanchor": "left", "yanchor": "bottom", "xshift": 4}
        notes.append(canvas.note(theme, f"p = {order}", **at, **place))
    return traces, notes
