"""Two distances of each entry: to the exact end of the ODE, and to the law of the data.

The first asks whether each sample is where the ODE brings its noise, the second whether all of them
together look like the data. Entries that draw noise have no ODE end: they stand on a strip of their
own, at the same height as they would in the plane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.arena.rankings import disagreements
from explorer.analysis.arena.verdict import LEAST_SEEDS
from explorer.figures import canvas, log_axis, numbers, quality_cost, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.arena.contest import Contest

HEIGHT = 400
ROW = 11  # px for each entry's name above the picture
STRIP = 0.8  # where the strip begins, as a share of the width
GAP = 0.04
MOST_TICKS = 5  # across, where they stand side by side
SIZES = (6.0, 14.0)  # px of the markers, from the smallest to the largest budget


def figure(contest: Contest, theme: colours.Theme, *, metric: str) -> go.Figure:
    """Draw one point for each entry and budget; a line joins the budgets of an entry in order.

    Parameters
    ----------
    contest : Contest
        May be filled in part.
    theme : Theme
    metric : str
        One of `METRICS`.
    """
    ode, law = contest.mean("ode"), contest.mean(metric)
    noisy = draws_noise(contest, metric)
    plane = [e for e in range(len(contest.entries)) if e not in noisy]
    traces = [_trace(contest, e, ode[e], law[e]) for e in plane]
    column = np.ones(len(contest.budgets))
    traces += [
        _trace(contest, e, column * k, law[e]) | {"xaxis": "x2"} for k, e in enumerate(noisy)
    ]
    floor = contest.floors.get(metric)
    shapes, words = quality_cost.floor_band(floor, theme, [law])
    lowest = [np.array([floor[0]])] if shapes and floor else []
    top = log_axis.ceiling([law])
    levels = log_axis.settings([law[law <= top], *lowest], room=0.08)
    far = quality_cost.above(contest, theme, metric=metric, top=top, side="left")
    seen = [ode[plane][np.nan_to_num(law[plane]) <= top]] if plane else []
    across = log_axis.settings(seen, room=0.08, most=MOST_TICKS)
    end = STRIP - GAP if noisy else 1.0
    x = "RMSE to the ODE's end, units of the data"
    return canvas.build(
        theme,
        [*(trace for trace in traces if len(trace["x"])), *words],
        height=HEIGHT + ROW * len(contest.entries),
        alt=finding(contest, metric=metric),
        xaxis=canvas.axis(theme, x, domain=[0.0, end], tickangle=0, **across),
        yaxis=canvas.axis(theme, quality_cost.axis_title(metric), **levels),
        shapes=[*shapes, *_surface(theme, len(noisy))],
        annotations=[*far, *_label(theme, len(noisy))],
        xaxis2=canvas.hidden_axis(
            domain=[STRIP, 1.0], range=[-0.6, 1.5 * max(len(noisy), 1) - 0.4], anchor="y"
        ),
        showlegend=True,
    )


def draws_noise(contest: Contest, metric: str) -> list[int]:
    """Return the entries that were run and have no end of the ODE to be compared with."""
    run = np.isfinite(contest.mean(metric)).any(axis=1)
    known = np.isfinite(contest.mean("ode")).any(axis=1)
    return np.flatnonzero(run & ~known).tolist()


def finding(contest: Contest, *, metric: str) -> str:
    """Say in words where the two distances rank two entries differently, with the numbers."""
    if not np.isfinite(contest.mean("ode")).any():
        return "No entry that follows the ODE has been run yet."
    if len(contest.seeds) < LEAST_SEEDS:
        return (
            f"With fewer than {LEAST_SEEDS} seeds there is no telling whether the two distances "
            "rank entries differently."
        )
    known = disagreements(contest, metric=metric)
    if not known:
        return "The two distances rank no two entries differently beyond the noise."
    first = known[0]
    names = [
        sampler_style.label(contest.entries[e], contest.entries)
        for e in (first.nearer, first.better)
    ]
    values = [numbers.number(v, 2) for v in (*first.ode, *first.law)]
    more = len(known) - 1
    rest = f" So do {more} more pairs." if more > 1 else " So does one more pair." if more else ""
    return (
        f"At {first.budget} evaluations {names[0]} ends nearer to the ODE than "
        f"{names[1]} ({values[0]} against {values[1]}) and yet farther from the data "
        f"({values[2]} against {values[3]}).{rest}"
    )


def _trace(contest: Contest, e: int, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    entry = contest.entries[e]
    how = sampler_style.among(entry, contest.entries)
    name = sampler_style.label(entry, contest.entries)
    size = np.linspace(*SIZES, len(contest.budgets)) if len(contest.budgets) > 1 else SIZES[1:]
    known = np.isfinite(x) & np.isfinite(y) & (np.nan_to_num(y) > 0.0)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x[known],
        "y": y[known],
        "customdata": contest.nfe[e][known],
        "name": name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.THIN_WIDTH},
        "marker": {
            "color": how.colour,
            "symbol": how.marker,
            "size": np.asarray(size)[known],
            "opacity": 1.0,  # with sizes of their own, markers would be bubbles with a rim
            "line": {"width": 0},
        },
        "hovertemplate": f"{name}, %{{customdata}} evaluations<br>to the ODE's end %{{x:.4g}}<br>"
        "to the data %{y:.4g}<extra></extra>",
    }


def _surface(theme: colours.Theme, count: int) -> list[dict[str, Any]]:
    """Return the surface of the strip; none if no entry stands on it."""
    place = {"x0": STRIP, "x1": 1, "y0": 0, "y1": 1, "xref": "paper", "yref": "paper"}
    look = {"fillcolor": colours.faded(theme.muted, 0.08), "line": {"width": 0}, "layer": "below"}
    return [{"type": "rect"} | place | look] if count else []


def _label(theme: colours.Theme, count: int) -> list[dict[str, Any]]:
    """Return the name of the strip, upright at its right end."""
    place = {"x": 1, "y": 0.5, "xref": "paper", "yref": "paper", "xanchor": "right"}
    words = canvas.note(theme, "draws noise: no ODE end", textangle=-90, **place)
    return [words] if count else []
