"""A coefficient of EVODiff along the run: mean over the samples, and where most of them lie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.figures import canvas, numbers, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.evodiff_study import Course

HEIGHT = 280
SYMBOLS = {"eta": "η", "zeta": "ζ", "r1": "r₁", "r2": "r₂"}


def figure(courses: Mapping[str, Course], coefficient: str, theme: colours.Theme) -> go.Figure:
    """Draw one coefficient over the noise level at which a step ends.

    Parameters
    ----------
    courses : mapping of str to Course
        Registered name of the sampler -> its run.
    coefficient : {"eta", "zeta", "r1", "r2"}
    theme : Theme
    """
    told = {name: c for name, c in courses.items() if np.isfinite(c.mean[coefficient]).any()}
    logs = np.log10(np.concatenate([_shown(c, coefficient)[0] for c in told.values()]))
    low, high = float(logs.min()), float(logs.max())
    room = 0.04 * (high - low) + 0.02
    at, labels = canvas.log_ticks(low - room, high + room)
    bands = [_band(name, c, coefficient) for name, c in told.items()]
    return canvas.build(
        theme,
        [*(band for band in bands if band), *(_line(n, c, coefficient) for n, c in told.items())],
        height=HEIGHT,
        alt=finding(courses, coefficient),
        xaxis=canvas.axis(
            theme,
            "noise level σ at the end of the step",
            range=[high + room, low - room],
            tickvals=at,
            ticktext=labels,
            showgrid=False,
        ),
        yaxis=canvas.axis(theme, f"{SYMBOLS[coefficient]} (dimensionless)", nticks=5),
        showlegend=True,
    )


def finding(courses: Mapping[str, Course], coefficient: str) -> str:
    """Say between which values the mean of a coefficient moves."""
    said = []
    for name, course in courses.items():
        values = course.mean[coefficient]
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        ends = [numbers.number(float(v), 2) for v in (values.min(), values.max())]
        moves = f"is {ends[0]} all the way" if ends[0] == ends[1] else f"moves from {ends[0]} to"
        rest = "" if ends[0] == ends[1] else f" {ends[1]}"
        said.append(f"{SYMBOLS[coefficient]} of {sampler_style.short(name)} {moves}{rest}.")
    return " ".join(said)


def _shown(course: Course, coefficient: str) -> tuple[np.ndarray, ...]:
    known = np.isfinite(course.mean[coefficient]) & (course.sigmas > 0.0)
    parts = (course.sigmas, *(getattr(course, p)[coefficient] for p in ("mean", "low", "high")))
    return tuple(part[known] for part in parts)


def _line(name: str, course: Course, coefficient: str) -> dict[str, Any]:
    how = sampler_style.of(name)
    sigmas, mean, low, high = _shown(course, coefficient)
    title = sampler_style.short(name)
    said = [
        [numbers.number(float(s), 3), numbers.number(float(a), 2), numbers.number(float(b), 2)]
        for s, a, b in zip(sigmas, low, high, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.log10(sigmas),
        "y": canvas.compact(mean),
        "name": title,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "marker": {"symbol": how.marker, "size": colours.MARKER_SIZE - 1},
        "customdata": said,
        "hovertemplate": f"{title}<br>σ = %{{customdata[0]}}: {SYMBOLS[coefficient]} = %{{y:.3f}}"
        "<br>10 to 90 %%: %{customdata[1]} to %{customdata[2]}<extra></extra>".replace("%%", "%"),
    }


def _band(name: str, course: Course, coefficient: str) -> dict[str, Any] | None:
    """Return the surface between the quantiles; None where all samples agree."""
    sigmas, _, low, high = _shown(course, coefficient)
    if not (high > low).any():
        return None
    logs = np.log10(sigmas)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([logs, logs[::-1]]),
        "y": canvas.compact(np.concatenate([low, high[::-1]])),
        "fill": "toself",
        "fillcolor": colours.faded(sampler_style.of(name).colour, colours.BAND_OPACITY),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
