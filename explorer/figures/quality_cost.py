"""Quality against cost: the distance of each entry from the data, over what its budgets spent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.arena.contest import METRICS
from explorer.figures import canvas, log_axis, numbers, sampler_style
from explorer.figures import theme as colours

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry

HEIGHT = 380
ROW = 11  # px for each entry's name above the picture
ACROSS = 6  # ticks, where they stand side by side
LINE = 17  # px from one line of words to the next
FEW_SEEDS = 8  # up to so many, each seed has a thin marker
AXES = {
    "nfe": "evaluations per sample (NFE)",
    "energy": "energy evaluations per sample",
    "seconds": "wall time, s",
}
FLOOR = "floor: two exact sets"
_SPENT = {"nfe": "evaluations", "energy": "energy evaluations", "seconds": "seconds"}
_SEED_SIZE, _SEED_OPACITY = 4, 0.45
_LOWEST = 0.2  # the floor's band, where it reaches 0, ends at this part of the least value shown


def figure(
    contest: Contest, theme: colours.Theme, *, metric: str, against: str = "nfe"
) -> go.Figure:
    """Draw the mean over the seeds with a band of one standard error, and the floor.

    Parameters
    ----------
    contest : Contest
        May be filled in part: what is not known is not drawn.
    theme : Theme
    metric : str
        One of `METRICS`.
    against : {"nfe", "energy", "seconds"}
        What is spent.
    """
    traces: list[dict[str, Any]] = []
    drawn: list[np.ndarray] = []
    places: list[np.ndarray] = []
    for e, entry in enumerate(contest.entries):
        x, mean, error = curve(contest, e, metric=metric, against=against)
        seeds = _seeds(contest, e, metric=metric, against=against)
        traces += _entry(entry, contest.entries, (x, mean, error), seeds, against=against)
        drawn += [mean, seeds[1]]
        places.append(x)
    floor = contest.floors.get(metric)
    shapes, words = floor_band(floor, theme, drawn)
    top = log_axis.ceiling([contest.mean(metric)])
    levels = [v[v <= top] for v in drawn]
    levels += [np.array([floor[0]])] if floor and floor[0] > 0.0 else []
    across = log_axis.settings(places, room=0.05, most=ACROSS)
    if against == "nfe" and len(contest.budgets) <= ACROSS:  # where the points are
        across |= {"tickvals": list(contest.budgets),
                   "ticktext": [numbers.number(b) for b in contest.budgets]}  # fmt: skip
    return canvas.build(
        theme,
        [*traces, *words],
        height=HEIGHT + ROW * len(contest.entries),
        alt=finding(contest, metric=metric, against=against),
        xaxis=canvas.axis(theme, AXES[against], **across),
        yaxis=canvas.axis(theme, axis_title(metric), **log_axis.settings(levels, room=0.06)),
        shapes=shapes,
        annotations=above(contest, theme, metric=metric, top=top),
        showlegend=True,
    )


def above(
    contest: Contest, theme: colours.Theme, *, metric: str, top: float, side: str = "right"
) -> list[dict[str, Any]]:
    """Return a line of words for each mean that lies above the picture, at its upper edge.

    They stand on the `side` where the curves are low.
    """
    mean = contest.mean(metric)
    notes = []
    for e, b in np.argwhere(np.nan_to_num(mean) > top):
        name = sampler_style.label(contest.entries[e], contest.entries)
        words = f"↑ {name} at {contest.budgets[b]}: {numbers.number(float(mean[e, b]), 2)}"
        place = {"x": float(side == "right"), "y": 1, "xref": "paper", "yref": "paper"}
        place |= {"xanchor": side, "yanchor": "top", "yshift": -LINE * len(notes)}
        notes.append(canvas.note(theme, words, **place))
    return notes


def axis_title(metric: str) -> str:
    """Return the title of a metric with its unit.

    Examples
    --------
    >>> axis_title("mode-tv")
    'Error of the mode weights (TV), dimensionless'
    """
    about = METRICS[metric]
    return f"{about.title}, {about.unit}"


def spent(contest: Contest, against: str) -> np.ndarray:
    """Return what each entry spent with each budget, (E, B); NaN where it is not known."""
    if against != "seconds":
        return contest.nfe if against == "nfe" else contest.energy
    known = np.isfinite(contest.seconds).sum(axis=2)
    return np.nansum(contest.seconds, axis=2) / np.where(known > 0, known, np.nan)


def without(contest: Contest, against: str) -> list[Entry]:
    """Return the entries that have been run and spent nothing of the kind."""
    cost = spent(contest, against)
    return [
        entry
        for entry, row in zip(contest.entries, cost, strict=True)
        if np.isfinite(row).any() and not np.nansum(row) > 0.0
    ]


def curve(
    contest: Contest, e: int, *, metric: str, against: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cost, mean and standard error of one entry, where both axes can show them."""
    x, mean = spent(contest, against)[e], contest.mean(metric)[e]
    known = np.isfinite(x) & np.isfinite(mean) & (np.nan_to_num(x) > 0) & (np.nan_to_num(mean) > 0)
    return x[known], mean[known], contest.error(metric)[e][known]


def finding(contest: Contest, *, metric: str, against: str = "nfe") -> str:
    """Say in words where each entry begins and ends."""
    parts = []
    for e, entry in enumerate(contest.entries):
        x, mean, _ = curve(contest, e, metric=metric, against=against)
        if not len(x):
            continue
        name = sampler_style.label(entry, contest.entries)
        words = [f"{numbers.number(float(v), 3)} at {numbers.number(float(u), 3)}"
                 for u, v in ((x[0], mean[0]), (x[-1], mean[-1]))][: len(x)]  # fmt: skip
        parts.append(f"{name} {' and '.join(words)}")
    if not parts:
        return "Nothing is known yet."
    floor = contest.floors.get(metric)
    end = f" The floor is {numbers.number(floor[0], 3)}." if floor else ""
    return f"{METRICS[metric].title} over {_SPENT[against]}: {'; '.join(parts)}.{end}"


def floor_band(
    floor: tuple[float, float] | None, theme: colours.Theme, drawn: list[np.ndarray]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return band and line of the floor, and their name for the legend: (shapes, traces).

    Nothing if a logarithmic axis cannot show it.
    """
    if floor is None or not (floor[0] > 0.0 and math.isfinite(floor[0])):
        return [], []
    mean, wide = floor[0], floor[1] if math.isfinite(floor[1]) else 0.0
    shown = np.concatenate([[mean], *(v[v > 0.0] for v in drawn)])
    least = _LOWEST * float(shown.min())
    across = {"type": "rect", "x0": 0, "x1": 1, "xref": "paper", "layer": "below"}
    band = across | {
        "y0": max(mean - wide, least),
        "y1": mean + wide,
        "fillcolor": colours.faded(theme.muted, colours.BAND_OPACITY),
        "line": {"width": 0},
    }
    level = {
        "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": mean, "y1": mean,
        "layer": "below", "line": {"color": theme.muted, "width": colours.THIN_WIDTH},
    }  # fmt: skip
    # Words in the picture would lie where the best curves end.
    name = {
        "type": "scatter", "mode": "lines", "x": [None], "y": [None], "name": FLOOR,
        "line": {"color": theme.muted, "width": colours.THIN_WIDTH}, "hoverinfo": "skip",
    }  # fmt: skip
    return [band, level], [name]


def _seeds(contest: Contest, e: int, *, metric: str, against: str) -> tuple[np.ndarray, np.ndarray]:
    """Return cost and distance of each heat of an entry; none with one seed or with many."""
    if not 1 < len(contest.seeds) <= FEW_SEEDS:
        return np.empty(0), np.empty(0)
    values = contest.values(metric)[e]
    cost = np.broadcast_to(spent(contest, against)[e][:, None], values.shape)
    known = np.isfinite(values) & (np.nan_to_num(values) > 0) & (np.nan_to_num(cost) > 0)
    return cost[known], values[known]


def _entry(
    entry: Entry,
    entries: tuple[Entry, ...],
    known: tuple[np.ndarray, np.ndarray, np.ndarray],
    seeds: tuple[np.ndarray, np.ndarray],
    *,
    against: str,
) -> list[dict[str, Any]]:
    """Return band, seeds and line of one entry; they come and go together."""
    x, mean, error = known
    if not len(x):
        return []
    how, name = sampler_style.among(entry, entries), sampler_style.label(entry, entries)
    together = {"type": "scatter", "legendgroup": entry.text()}
    traces: list[dict[str, Any]] = []
    if np.isfinite(error).any():
        wide = np.nan_to_num(error)
        low = np.maximum(mean - wide, 1e-3 * mean)  # a logarithmic axis has no 0
        traces.append(
            together
            | {
                "mode": "lines",
                "x": np.concatenate([x, x[::-1]]),
                "y": np.concatenate([mean + wide, low[::-1]]),
                "fill": "toself",
                "fillcolor": colours.faded(how.colour, colours.BAND_OPACITY),
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    if len(seeds[0]):
        traces.append(
            together
            | {
                "mode": "markers",
                "x": seeds[0],
                "y": seeds[1],
                "marker": {"color": how.colour, "symbol": how.marker, "size": _SEED_SIZE,
                           "opacity": _SEED_OPACITY},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )  # fmt: skip
    plus = [f" ± {numbers.number(v, 2)}" if math.isfinite(v) else ", one seed" for v in error]
    line = {
        "mode": "lines+markers",
        "x": x,
        "y": mean,
        "customdata": plus,
        "name": name,
        "line": {"color": how.colour, "dash": how.dash, "width": colours.LINE_WIDTH},
        "marker": {"color": how.colour, "symbol": how.marker, "size": colours.MARKER_SIZE},
        "hovertemplate": f"{name}<br>%{{x:.4g}} {_SPENT[against]}<br>%{{y:.4g}}%{{customdata}}"
        "<extra></extra>",
    }
    return [*traces, together | line]
