"""The gap between its bounds: the number line that answers the studio's question.

From top to bottom: the basic two-sided bound ``1/(4κ) ≤ λ₁ ≤ 1/κ``, then Chen's iteration, one
bar per step, closing on the gap like a funnel. The axis is logarithmic and its ends move in
steps of half a decade, so that the gap is seen to move while a coefficient changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.figures import canvas, funnel, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import ChenSequence, Spectrum

LN10 = math.log(10)
HEIGHT = 340
BASIC = (0.80, 0.94)  # rows, as fractions of the picture's height
ALONE = (0.40, 0.64)  # the same, where there are no steps below
EDGE = 0.25  # closer to an end of the axis, a label stands on one side of its line


@dataclass(frozen=True, slots=True)
class Line:
    """Everything on the line, as log10."""

    gap: float
    low: float
    high: float
    essential: float  # inf where there is none


def positions(spectrum: Spectrum) -> Line:
    """Return the places of the gap and its basic bounds on the logarithmic line."""
    low, high = (bound / LN10 for bound in spectrum.log_chen_bounds)
    essential = math.log10(spectrum.essential) if spectrum.essential > 0 else -math.inf
    return Line(spectrum.log_gap / LN10, low, high, essential)


def window(line: Line) -> tuple[float, float]:
    """Return the ends of the axis (log10): half decades around the basic bounds.

    Examples
    --------
    >>> window(Line(gap=0.0, low=-0.19, high=0.41, essential=math.inf))
    (-0.5, 0.5)
    """
    low = math.floor(2 * (min(line.low, line.gap) - 0.06)) / 2
    high = math.ceil(2 * (max(line.high, line.gap) + 0.06)) / 2
    return low, high


def figure(
    spectrum: Spectrum, sequence: ChenSequence | None, n: int, theme: colours.Theme
) -> go.Figure:
    """Draw the gap between its bounds.

    Parameters
    ----------
    spectrum : Spectrum
    sequence : ChenSequence or None
        None where the iteration does not apply (metastable or continuous).
    n : int
        Steps of the iteration to draw, at least 1.
    theme : Theme

    Returns
    -------
    plotly.graph_objects.Figure
    """
    line = positions(spectrum)
    low, high = window(line)
    if line.low <= line.essential < high + 0.5:
        high = max(high, line.essential + 0.12)
    rows = BASIC if sequence is not None else ALONE
    traces = [_basic(line, rows, theme)]
    shapes, notes = _lines(line, (low, high), theme)
    notes += _labels(spectrum, line, rows, (low, high), theme)
    if sequence is not None:
        n = min(n, len(sequence.lower))
        traces += funnel.bars(sequence, n, (low, high), theme, height=HEIGHT)
        notes += funnel.labels(sequence, n, (low, high), theme)
    # Values such as 3 × 10⁻³²³ are wide: fewer of them.
    at, labels = canvas.log_ticks(low, high, most=6 if max(-low, high) < 4 else 4)
    title = "rate, per unit of time (log scale)"
    return canvas.build(
        theme,
        traces,
        height=HEIGHT,
        alt=finding(spectrum, sequence, n),
        xaxis=canvas.axis(
            theme, title, range=[low, high], tickvals=at, ticktext=labels, tickangle=0
        ),
        yaxis=canvas.hidden_axis(range=[0, 1.12]),
        shapes=shapes,
        annotations=notes,
        margin={"l": 52, "r": 16, "t": 4, "b": 8},
    )


def finding(spectrum: Spectrum, sequence: ChenSequence | None, n: int) -> str:
    """Say in words what the number line shows."""
    line = positions(spectrum)
    low, high, gap = (numbers.from_log10(u) for u in (line.low, line.high, line.gap))
    text = f"The gap is {gap}, between the basic bounds {low} and {high}."
    if sequence is not None:
        last = min(n, len(sequence.lower)) - 1
        lower, upper = numbers.number(sequence.lower[last]), numbers.number(sequence.upper[last])
        text += f" After {last + 1} steps of Chen's iteration it lies between {lower} and {upper}."
    if math.isfinite(spectrum.essential):
        text += f" The continuous spectrum starts at {numbers.number(spectrum.essential)}."
    return text


def _basic(line: Line, rows: tuple[float, float], theme: colours.Theme) -> dict[str, Any]:
    bottom, top = rows
    values = [numbers.from_log10(u) for u in (line.low, line.high)]
    return {
        "type": "scatter",
        "x": [line.low, line.low, line.high, line.high, line.low],
        "y": [bottom, top, top, bottom, bottom],
        "mode": "lines",
        "fill": "toself",
        "fillcolor": colours.faded(theme.accent, colours.BAND_OPACITY),
        "line": {"width": 1, "color": colours.faded(theme.accent, 0.5)},
        "hoveron": "fills",
        "text": f"1/(4κ) = {values[0]} ≤ λ₁ ≤ 1/κ = {values[1]}",
        "hoverinfo": "text",
    }


def _labels(
    spectrum: Spectrum,
    line: Line,
    rows: tuple[float, float],
    ends: tuple[float, float],
    theme: colours.Theme,
) -> list[dict[str, Any]]:
    """Return the names of the gap and of its basic bounds."""
    side = {"yanchor": "middle", "y": sum(rows) / 2}
    gap = canvas.note(theme, _gap_text(spectrum, line), x=line.gap, y=1.05, yanchor="middle")
    gap |= {"font": {"size": 16, "color": theme.text}, "xanchor": _anchor(line.gap, ends)}
    return [
        gap,
        canvas.note(theme, "1/(4κ) ", x=line.low, xanchor="right", **side),
        canvas.note(theme, " 1/κ", x=line.high, xanchor="left", **side),
    ]


def _anchor(x: float, ends: tuple[float, float]) -> str:
    """Return which part of a label stands at `x`, so that no end of the axis cuts it."""
    place = (x - ends[0]) / (ends[1] - ends[0])
    if place > 1 - EDGE:
        return "right"
    return "left" if place < EDGE else "center"


def _lines(
    line: Line, ends: tuple[float, float], theme: colours.Theme
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the gap as a line through all rows, and σ_ess as a shaded region with its label."""
    shapes = [_vertical(line.gap, theme.text, 2.0, "solid")]
    low = {"y": 0.02, "yanchor": "bottom"}
    if ends[0] < line.essential < ends[1]:
        shapes += [
            _vertical(line.essential, theme.second, 2.0, "dash"),
            _region(line.essential, ends[1], theme.second),
        ]
        place = {"x": line.essential, "xanchor": "left"}
        return shapes, [canvas.note(theme, " σ<sub>ess</sub>", **low, **place)]
    place = {"xref": "paper", "x": 1, "xanchor": "right"}
    if _anchor(line.gap, ends) == "right":  # the line of the gap would run through the words
        place = {"x": line.gap, "xanchor": "right", "xshift": -6}
    value = "∞" if math.isinf(line.essential) else numbers.from_log10(line.essential)
    return shapes, [canvas.note(theme, f"σ<sub>ess</sub> = {value} →", **low, **place)]


def _gap_text(spectrum: Spectrum, line: Line) -> str:
    if spectrum.status == "metastable":
        return f"log<sub>10</sub> λ<sub>1</sub> = {numbers.number(line.gap, 6)}"
    name = "λ<sub>1</sub>" if spectrum.is_eigenvalue else "gap = σ<sub>ess</sub>"
    return f"<b>{name} = {numbers.from_log10(line.gap)}</b>"


def _vertical(x: float, colour: str, width: float, dash: str) -> dict[str, Any]:
    line = {"color": colour, "width": width, "dash": dash}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 0.98, "line": line}


def _region(start: float, end: float, colour: str) -> dict[str, Any]:
    fill = {"fillcolor": colours.faded(colour, 0.12), "line": {"width": 0}, "layer": "below"}
    return {"type": "rect", "x0": start, "x1": end, "y0": 0, "y1": 0.98} | fill
