"""Small pictures for Home: one finding each, no controls, nothing that needs a legend.

They are drawn from the same results as the large figures. Labels stand at the end of what they
name; the finding in words travels in ``layout.meta`` (see `canvas`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.generators import ChenSequence, Relaxation, Spectrum

HEIGHT = 190
MARGIN = {"l": 4, "r": 4, "t": 6, "b": 4}


@dataclass(frozen=True, slots=True)
class Speed:
    """One generator on the speed picture: its name, raw gap λ₁ and gap Λ at equal noise power."""

    label: str
    gap: float
    efficiency: float


def forgetting(
    curves: Mapping[str, Relaxation], theme: colours.Theme, *, least: float, alt: str
) -> go.Figure:
    """Draw the distance to equilibrium over time, one line per generator; a slope is a rate.

    Parameters
    ----------
    curves : mapping of str to Relaxation
        Name of the generator -> its relaxation, the fastest first; the total variation distance
        is drawn.
    theme : Theme
    least : float
        Lower end of the logarithmic axis.
    alt : str
        The finding in words.
    """
    traces, labels = [], []
    for category, (name, result) in zip(colours.CATEGORIES, curves.items(), strict=False):
        time, distance = canvas.thin(result.times, np.clip(result.tv, least / 10, 1.0), most=120)
        line = {"color": category.colour, "width": colours.LINE_WIDTH, "dash": category.dash}
        traces.append(_line(time, distance, line))
        labels.append(_on_the_line(theme, name, time, distance, least, below=not labels))
    last = max(float(result.times[-1]) for result in curves.values())
    decades = range(round(math.log10(least)), 1)
    return build(
        theme,
        traces,
        alt=alt,
        x="time t",
        y="distance to equilibrium",
        xaxis={"range": [0, 1.02 * last], "nticks": 5},
        yaxis={
            "type": "log", "range": [math.log10(least), 0.08],
            "tickvals": [10.0**k for k in decades],
            "ticktext": [numbers.number(10.0**k) for k in decades],
        },
        annotations=labels,
    )  # fmt: skip


def bottleneck(spectrum: Spectrum, theme: colours.Theme, *, alt: str) -> go.Figure:
    """Draw the stationary law, with the bottleneck between its two halves as a shaded strip."""
    low, high = canvas.bulk(
        spectrum.nodes, canvas.cumulative(spectrum.weights, spectrum.density), beyond=2e-4
    )
    inside = (spectrum.nodes >= low) & (spectrum.nodes <= high)
    x, y = canvas.thin(spectrum.nodes[inside], spectrum.density[inside], most=200)
    left, right = sorted(spectrum.bottleneck)
    top = float(np.max(y))
    law = _line(x, y, {"color": theme.accent, "width": colours.LINE_WIDTH})
    law |= {"fill": "tozeroy", "fillcolor": colours.faded(theme.accent, colours.BAND_OPACITY)}
    strip = {
        "type": "rect", "x0": left, "x1": right, "y0": 0, "y1": 1, "yref": "paper",
        "fillcolor": colours.faded(theme.second, 0.22), "line": {"width": 0},
    }  # fmt: skip
    label = canvas.note(
        theme, "bottleneck", x=(left + right) / 2, y=1.13 * top, yanchor="middle"
    ) | {"font": {"size": colours.TICK_SIZE, "color": theme.second}}
    return build(
        theme,
        [law],
        alt=alt,
        x="x",
        y="share of time",
        xaxis={"range": [low, high], "nticks": 5},
        yaxis={"range": [0, 1.22 * top], "showticklabels": False, "showgrid": False},
        shapes=[strip],
        annotations=[label],
    )


def funnel(
    sequence: ChenSequence, gap: float, theme: colours.Theme, *, steps: int, alt: str
) -> go.Figure:
    """Draw Chen's lower bound and the Rayleigh bound over the steps, closing on the gap."""
    n = np.arange(1, steps + 1)
    band = {"color": theme.accent, "width": 1.5}
    upper = _line(n, sequence.rayleigh[:steps], band) | {"mode": "lines+markers"}
    lower = _line(n, sequence.lower[:steps], band) | {
        "mode": "lines+markers",
        "fill": "tonexty",
        "fillcolor": colours.faded(theme.accent, colours.BAND_OPACITY),
    }
    for trace in (upper, lower):
        trace["marker"] = {"size": 6, "color": theme.accent}
    line = {
        "type": "line", "x0": 1, "x1": steps, "y0": gap, "y1": gap, "layer": "above",
        "line": {"color": theme.text, "width": colours.THIN_WIDTH},
    }  # fmt: skip
    name = canvas.note(theme, f"λ₁ = {numbers.number(gap, 5)}", x=steps, y=gap, xanchor="right")
    name |= {"yshift": 16, "font": {"size": colours.BODY_SIZE, "color": theme.text}}
    return build(
        theme,
        [upper, lower],
        alt=alt,
        x="steps of the iteration",
        y="bounds on λ₁",
        xaxis={"range": [0.8, steps + 0.2], "dtick": 1, "showgrid": False},
        yaxis={"nticks": 4},
        shapes=[line],
        annotations=[name],
    )


def fair_speed(rows: Sequence[Speed], theme: colours.Theme, *, alt: str) -> go.Figure:
    """Draw the raw gap (grey) and the gap at equal noise power (filled), with the ceiling at 1."""
    names = [row.label for row in rows]
    gaps, fair = [row.gap for row in rows], [row.efficiency for row in rows]
    link = {"color": theme.hairline, "width": 3}
    traces: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "x": [row.gap, row.efficiency], "y": [row.label] * 2,
         "line": link, "hoverinfo": "skip"}
        for row in rows
    ]  # fmt: skip
    for values, colour, symbol in ((gaps, theme.muted, "diamond"), (fair, theme.accent, "circle")):
        marker = {"color": colour, "size": 10, "symbol": symbol}
        traces.append({"type": "scatter", "mode": "markers", "x": values, "y": names,
                       "marker": marker, "hoverinfo": "skip"})  # fmt: skip
    ceiling = {
        "type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
        "line": {"color": theme.text, "width": colours.THIN_WIDTH},
    }  # fmt: skip
    last = rows[-1]
    notes = [
        canvas.note(theme, "raw λ₁", x=math.log10(last.gap), y=last.label, yshift=16),
        canvas.note(theme, "at equal noise", x=math.log10(last.efficiency), y=last.label, yshift=16)
        | {"font": {"size": colours.TICK_SIZE, "color": theme.accent}, "xanchor": "right"},
    ]
    ends = math.log10(min(gaps + fair)), math.log10(max(gaps + fair))
    ticks, texts = canvas.log_ticks(ends[0] - 0.05, ends[1] + 0.05, most=5)
    return build(
        theme,
        traces,
        alt=alt,
        xaxis={
            "type": "log", "range": [ends[0] - 0.12, ends[1] + 0.2],
            "tickvals": [10**tick for tick in ticks], "ticktext": texts,
        },
        yaxis={"showgrid": False, "ticksuffix": "  "},
        shapes=[ceiling],
        annotations=notes,
    )  # fmt: skip


def build(theme: colours.Theme, traces: list[dict[str, Any]], **options: Any) -> go.Figure:
    """Return a small picture; `x` and `y` are axis titles, the rest as in `canvas.build`."""
    for name, text in (("xaxis", "x"), ("yaxis", "y")):
        title = colours.axis(theme, options.pop(text, ""))["title"] | {"standoff": 6}
        bare = {"fixedrange": True, "zeroline": False, "title": title}
        options[name] = bare | options[name]
    options["xaxis"] = {"showgrid": False, "showline": True} | options["xaxis"]
    return canvas.build(theme, traces, height=HEIGHT, margin=MARGIN, **options)


def _line(x: np.ndarray, y: np.ndarray, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _on_the_line(
    theme: colours.Theme, name: str, x: np.ndarray, y: np.ndarray, least: float, *, below: bool
) -> dict[str, Any]:
    """Return the name of a falling curve: to the right above it, or to the left below it."""
    at = int(np.searchsorted(x, 0.65 * _seen(x, y, least)))
    place = {"x": float(x[at]), "y": math.log10(float(y[at]))}
    anchor = {"xanchor": "right", "yanchor": "top"} if below else {"xanchor": "left"}
    label = canvas.note(theme, name, **({"yanchor": "bottom"} | place | anchor))
    return label | {"font": {"size": colours.TICK_SIZE, "color": theme.text}}


def _seen(x: np.ndarray, y: np.ndarray, least: float) -> float:
    """Return the time at which a falling curve leaves the picture."""
    below = np.flatnonzero(y < least)
    return float(x[below[0]] if below.size else 0.9 * x[-1])
