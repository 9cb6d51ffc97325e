"""The sentences and the table of the tab *Side by side*, with their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.contest import METRICS
from explorer.figures import numbers, sampler_style
from explorer.ui.arena import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.trail import Trail

BLANK = "–"
DRAWS = "n/a: draws noise"
FLOOR = "at\u00a0the\u00a0floor"
ALWAYS = tuple(words.OTHERS)
SHORT = {"mode-tv": "Mode weights (TV)", "marginal-error": "Marginal error"}


def measured(contest: Contest) -> list[str]:
    """Return the distances that mean something on this target: those that have a floor."""
    return [name for name in contest.distances if not contest.floors or name in contest.floors]


def columns(contest: Contest, metric: str) -> list[str]:
    """Return the distances of the table: the chosen one, then those that always stand there."""
    known = measured(contest)
    return [metric, *(name for name in ALWAYS if name in known and name != metric)]


def head(contest: Contest, metric: str) -> list[str]:
    """Return the head of the table."""
    distances = [METRICS[metric].title]
    distances += [SHORT[name] for name in columns(contest, metric)[1:]]
    return [
        "Sampler", "NFE", "Energies", *distances, "To the ODE's end", "Accepted", "Grid, to σ",
        "Time",
    ]  # fmt: skip


def rows(
    contest: Contest, metric: str, *, budget: int, end: float, draws: Sequence[bool]
) -> list[list[str]]:
    """Return the table: one row for each entry, and one for the floor.

    Parameters
    ----------
    contest : Contest
    metric : str
    budget : int
        One of the contest's.
    end : float
        Last noise level of every grid.
    draws : sequence of bool
        Whether each entry draws noise on the way.
    """
    b = contest.budgets.index(budget)
    verdict = contest.best(metric, budget)
    alone = verdict.best if verdict is not None and verdict.alone else None
    found = []
    for e, entry in enumerate(contest.entries):
        title = sampler_style.label(entry, contest.entries)
        bold = "**" if e == alone and len(contest.entries) > 1 else ""
        own = entry.grid or sampler_style.default_grid(entry)
        grid = f"{own} →\u00a0{numbers.number(end, 3)}"
        measured = [_distance(contest, name, e, b) for name in columns(contest, metric)]
        ode = DRAWS if draws[e] else _mean(contest, "ode", e, b)
        found.append(
            [
                f"{bold}{title}{bold}",
                _count(contest.nfe[e, b]),
                _count(contest.energy[e, b]),
                *measured,
                ode,
                _accepted(contest.acceptance[e, b]),
                grid,
                _seconds(contest.seconds[e, b]),
            ]
        )
    return [*found, _floors(contest, metric)] if contest.floors else found


def plus_minus(mean: float, error: float) -> str:
    """Return mean ± standard error, a dash if unknown; without an error the mean alone.

    Examples
    --------
    >>> plus_minus(0.03214, 0.00123), plus_minus(0.5, math.nan), plus_minus(math.nan, math.nan)
    ('0.0321\u202f±\u202f0.0012', '0.5', '–')
    """
    if math.isnan(mean):
        return BLANK
    if not (1e-9 * abs(mean) < error < math.inf):
        return numbers.number(mean, 3)
    return words.plus_minus(mean, error)


def caption(contest: Contest, metric: str, setting: Setting, *, budget: int) -> str:
    """Say who is best, over how many seeds, and from where all have started."""
    return f"{best(contest, metric, budget)} {terms(contest, setting, budget)}"


def best(contest: Contest, metric: str, budget: int) -> str:
    """Say who is best by a metric, or that nobody can be told apart."""
    verdict = contest.best(metric, budget)
    name = _inside(METRICS[metric].title)
    if verdict is None:
        return "Nothing is measured yet."
    entries = contest.entries
    title = sampler_style.label(entries[verdict.best], entries)
    if len(entries) == 1:
        return f"{title} is alone: there is nobody to compare with."
    b = contest.budgets.index(budget)
    known = int(np.isfinite(contest.values(metric)[:, b]).any(axis=1).sum())
    if known < len(entries) - sum(where[1] == b for where in contest.refused):
        return f"{known} of {len(entries)} samplers are measured so far."
    floor = _at_floor(contest, metric, budget, verdict.best)
    if len(floor) > 1:
        both = _and([sampler_style.label(entries[e], entries) for e in floor])
        like = "two halves of the data" if _image(contest) else "exact samples"
        but = words.not_by(
            contest, metric, b, floor, names=[sampler_style.label(e, entries) for e in entries]
        )
        return f"By {name} nobody is best: {both} are at the floor, as near as {like}{but}."
    if verdict.seeds < 3:
        return (
            f"{title} has the smallest {name}, but {_seeds(verdict.seeds)} cannot say whether that "
            "is more than chance: at least three are needed."
        )
    if verdict.alone:
        return f"**{title}** has the smallest {name}, beyond the noise of {_seeds(verdict.seeds)}."
    ties = _and([sampler_style.label(entries[e], entries) for e in verdict.ties])
    return (
        f"By {name} nobody is best: {_seeds(verdict.seeds)} cannot tell {title}, the smallest, "
        f"from {ties}."
    )


def terms(contest: Contest, setting: Setting, budget: int) -> str:
    """Say what all entries share: number of samples, seeds and the law of the starts."""
    top = numbers.number(setting.sigma_max, 3)
    law = f"pure noise, N(0, {top}² I)" if setting.start == "noise" else f"the exact p(σ = {top})"
    seconds = contest.seconds[:, contest.budgets.index(budget)]
    known, wanted = int(np.isfinite(seconds).sum(axis=1).max(initial=0)), len(contest.seeds)
    errors = "mean ± standard error over " if known > 1 else "from "
    seeds = f"{known} of {_seeds(wanted)} so far" if 0 < known < wanted else _seeds(wanted)
    count = f"{numbers.whole(setting.n)} samples each, {errors}{seeds}"
    return f"{count}; all start from {law}."


def spent(entry: Entry, entries: Sequence[Entry], trail: Trail) -> str:
    """Return the title of a run: the entry, and what it has spent.

    Examples
    --------
    >>> from explorer.analysis.arena.entry import Entry
    >>> from explorer.analysis.arena.trail import Trail
    >>> x = np.zeros((3, 1, 2))
    >>> trail = Trail(np.geomspace(80, 1, 6), x, x[1:], x[0], nfe=2, steps=5)
    >>> spent(Entry("ddim"), [], trail)
    'DDIM · 2 NFE'
    """
    title = sampler_style.label(entry, entries)
    energies = f" and {numbers.whole(trail.energy)} energies" if trail.energy else ""
    return f"{title} · {numbers.whole(trail.nfe)} NFE{energies}"


def progress(trail: Trail) -> str:
    """Return how far a run has come, if it is not at its end."""
    if trail.finished:
        return ""
    word = "stopped at step" if trail.stopped else "step"
    return f" · {word} {trail.done} of {trail.steps}"


def missing(shown: Sequence[Entry], entries: Sequence[Entry]) -> str:
    """Say which entries are not at their end and so not in a picture; "" if all are.

    Examples
    --------
    >>> from explorer.analysis.arena.entry import Entry
    >>> missing([Entry("ddim")], [Entry("ddim"), Entry("heun")])
    ' Heun is not at its end and is left out.'
    """
    rest = [sampler_style.label(e, entries) for e in entries if e not in shown]
    if not rest:
        return ""
    said = "is not at its end and is" if len(rest) == 1 else "are not at their ends and are"
    return f" {_and(rest)} {said} left out."


def _at_floor(contest: Contest, metric: str, budget: int, one: int) -> list[int]:
    """Return the entries at the floor, if `one` is among them."""
    at = contest.within_floor(metric)[:, contest.budgets.index(budget)]
    return [int(e) for e in np.flatnonzero(at)] if at[one] else []


def _inside(title: str) -> str:
    """Return the title of a distance as it stands inside a sentence."""
    names = ("KID", "Fréchet", "pixel-PCA", "Wasserstein", "TV")
    found = title.lower()
    for name in names:
        found = found.replace(name.lower(), name)
    return found


def _distance(contest: Contest, metric: str, e: int, b: int) -> str:
    mark = f" · {FLOOR}" if contest.within_floor(metric)[e, b] else ""
    return f"{_mean(contest, metric, e, b)}{mark}"


def _mean(contest: Contest, metric: str, e: int, b: int) -> str:
    return plus_minus(float(contest.mean(metric)[e, b]), float(contest.error(metric)[e, b]))


def _floors(contest: Contest, metric: str) -> list[str]:
    """Return the last row: what exact samples score, mean ± standard deviation."""
    names = columns(contest, metric)
    known = [
        plus_minus(*contest.floors[name]) if name in contest.floors else BLANK for name in names
    ]
    title = "Two halves of the data: the floor" if _image(contest) else "Exact samples: the floor"
    return [f"*{title}*", BLANK, BLANK, *known, BLANK, BLANK, BLANK, BLANK]


def _image(contest: Contest) -> bool:
    return not all(METRICS[name].points for name in contest.distances)


def _count(value: float) -> str:
    return BLANK if math.isnan(value) else numbers.whole(int(value))


def _accepted(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    return numbers.percent(float(known.mean())) if known.size else BLANK


def _seconds(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    if not known.size:
        return BLANK
    mean = float(known.mean())
    return numbers.milliseconds(mean) if mean < 1 else f"{numbers.number(mean, 2)}{numbers.THIN}s"


def _seeds(count: int) -> str:
    return f"{count} seed{'' if count == 1 else 's'}"


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
