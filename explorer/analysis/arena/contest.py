"""The table of a contest: every score by entry, budget and seed, as far as it is known.

Differences between entries are taken seed by seed, since all entries of a seed share their starts
and their reference samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.floor import LIMIT, PAIRS
from explorer.analysis.arena.floor import floors as floors  # noqa: PLC0414  (contest.floors)
from explorer.analysis.arena.score import Score
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.verdict import Verdict, judge

if TYPE_CHECKING:
    from explorer.analysis.arena.target import Target


class Metric(NamedTuple):
    """A distance to the data: its name for people, for which targets, its unit, its best value.

    Nearer to 0 is better, but for a metric whose best value is its floor.
    """

    title: str
    points: bool
    images: bool
    unit: str
    towards_floor: bool = False


METRICS: dict[str, Metric] = {
    "sliced-w2": Metric("Sliced Wasserstein distance", True, True, "units of the data"),
    "energy-distance": Metric("Energy distance", True, True, "units of the data"),
    "marginal-error": Metric("Marginal error (1 − accuracy)", True, False, "dimensionless"),
    "mode-tv": Metric("Error of the mode weights (TV)", True, False, "dimensionless"),
    "frechet": Metric("Fréchet distance, pixel-PCA", False, True, "squared units of the data"),
    "kid": Metric("KID, pixel-PCA", False, True, "dimensionless"),
    "label-tv": Metric("Error of the label shares (TV)", False, True, "dimensionless"),
    "nearest": Metric("Distance to the nearest training image", False, True, "RMS", True),
}


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """Scores of E entries with B budgets from S seeds; NaN where a heat is not (yet) done.

    All entries start from the same noise of a seed, so that differences between entries are taken
    seed by seed.

    Attributes
    ----------
    entries : tuple of Entry
    budgets : tuple of int
        Evaluations per sample that were given, increasing.
    seeds : tuple of int
    nfe, energy : numpy.ndarray, float64 (E, B)
        Spent; NaN where the budget pays for no step.
    seconds, ode, acceptance : numpy.ndarray, float64 (E, B, S)
    distances : mapping of str to numpy.ndarray, float64 (E, B, S)
    floors : mapping of str to (float, float)
        Metric -> mean and standard deviation of the distance of two exact (or data) sets of the
        same size.
    refused : mapping of (int, int) to str
        (entry, budget) -> why there is no heat.
    """

    entries: tuple[Entry, ...]
    budgets: tuple[int, ...]
    seeds: tuple[int, ...]
    nfe: np.ndarray
    energy: np.ndarray
    seconds: np.ndarray
    ode: np.ndarray
    acceptance: np.ndarray
    distances: Mapping[str, np.ndarray]
    floors: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    refused: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def filled(self, where: tuple[int, int, int], score: Score) -> Contest:
        """Return the table with one more score, at (entry, budget, seed)."""
        e, b, _ = where
        two = {name: _put(getattr(self, name), (e, b), getattr(score, name)) for name in _TWO}
        three = {name: _put(getattr(self, name), where, getattr(score, name)) for name in _THREE}
        known = {
            name: _put(values, where, score.distances.get(name, math.nan))
            for name, values in self.distances.items()
        }
        return replace(self, **two, **three, distances=known)

    def values(self, metric: str) -> np.ndarray:
        """Return the scores (E, B, S) of a metric, or of ``"ode"``."""
        return self.ode if metric == "ode" else self.distances[metric]

    def mean(self, metric: str) -> np.ndarray:
        """Return the mean over the seeds that are known, (E, B); NaN where there is none."""
        values = self.values(metric)
        count = np.isfinite(values).sum(axis=2)
        with np.errstate(invalid="ignore"):
            return np.nansum(values, axis=2) / np.where(count > 0, count, np.nan)

    def error(self, metric: str) -> np.ndarray:
        """Return the standard error of `mean`, (E, B); NaN with fewer than two seeds."""
        values = self.values(metric)
        count = np.isfinite(values).sum(axis=2)
        deviation = values - self.mean(metric)[:, :, None]
        with np.errstate(invalid="ignore"):
            variance = np.nansum(deviation**2, axis=2) / np.where(count > 1, count - 1, np.nan)
            return np.sqrt(variance / count)

    def refuse(self, entry: int, budget: int, words: str) -> Contest:
        """Return the table with a reason why there is no heat at (entry, budget)."""
        return replace(self, refused={**self.refused, (entry, budget): words})

    def best(self, metric: str, budget: int) -> Verdict | None:
        """Return the best entry with a budget, and those that cannot be told apart from it.

        If the best is at the floor, all others that are there are tied with it, whatever the seeds
        say: exact samples would score no better than any of them. Refused entries take no part: one
        whose samples exploded from some seed is not judged by the seeds that went well.

        Parameters
        ----------
        metric : str
            One of `METRICS`, or ``"ode"``.
        budget : int
            One of `budgets`, in evaluations per sample.

        Returns
        -------
        Verdict or None
            None where nothing is known yet, or not the floor of a metric whose best value it is.
        """
        b = self.budgets.index(budget)
        values = self.values(metric)[:, b]
        if metric in METRICS and METRICS[metric].towards_floor:
            if metric not in self.floors:
                return None
            values = np.abs(values - self.floors[metric][0])
        refused = np.array([(e, b) in self.refused for e in range(len(self.entries))])
        found = judge(np.where(refused[:, None], np.nan, values))
        at_floor = np.flatnonzero(self.within_floor(metric)[:, b] & ~refused)
        if found is None or found.best not in at_floor:
            return found
        ties = {*found.ties, *at_floor.tolist()} - {found.best}
        return replace(found, ties=tuple(sorted(ties)))

    def within_floor(self, metric: str) -> np.ndarray:
        """Return where the mean cannot be told from the floor, bool (E, B); False if unknown.

        Exact samples are called so in 99 of 100 cases: the mean over S seeds may lie 3 standard
        deviations ``s sqrt(1/S + 1/8)`` above the floor, s that of two exact sets.
        """
        mean = self.mean(metric)
        if metric not in self.floors:
            return np.zeros(mean.shape, dtype=bool)
        floor, spread = self.floors[metric]
        count = np.maximum(np.isfinite(self.values(metric)).sum(axis=2), 1)
        gap = mean - floor
        if METRICS[metric].towards_floor:
            gap = np.abs(gap)
        return gap <= LIMIT * spread * np.sqrt(1.0 / count + 1.0 / PAIRS)


_TWO = ("nfe", "energy")
_THREE = ("seconds", "ode", "acceptance")


def empty(
    entries: Sequence[Entry],
    budgets: Sequence[int],
    seeds: Sequence[int],
    *,
    metrics: Sequence[str],
    floors: Mapping[str, tuple[float, float]] | None = None,
) -> Contest:
    """Return a table without scores.

    Examples
    --------
    >>> table = empty([Entry("ddpm")], [10], [0, 1], metrics=["sliced-w2"])
    >>> table = table.filled((0, 0, 0), Score(10, 0, 0.1, {"sliced-w2": 0.5}))
    >>> table.mean("sliced-w2").tolist(), table.nfe.tolist()
    ([[0.5]], [[10.0]])
    """
    shape = (len(entries), len(budgets), len(seeds))
    return Contest(
        entries=tuple(entries),
        budgets=tuple(budgets),
        seeds=tuple(seeds),
        nfe=np.full(shape[:2], np.nan),
        energy=np.full(shape[:2], np.nan),
        seconds=np.full(shape, np.nan),
        ode=np.full(shape, np.nan),
        acceptance=np.full(shape, np.nan),
        distances={name: np.full(shape, np.nan) for name in metrics},
        floors=dict(floors or {}),
    )


def contest(
    target: Target,
    entries: str | Sequence[Entry | str],
    nfe: Sequence[int] = (5, 10, 20, 40),
    *,
    setting: Setting | None = None,
    seeds: int | Sequence[int] = 4,
    ode: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Contest:
    """Run every entry with every budget from every seed, and return the table of scores.

    Parameters
    ----------
    target : Target
    entries : str, or sequence of Entry or str
        ``"dpmpp-2m; ddpm@karras"``, or one by one.
    nfe : sequence of int
        Budgets, evaluations per sample.
    setting : Setting, optional
        1,000 samples from noise 80 to 0.002 by default.
    seeds : int or sequence of int
        How many, from 0; or which.
    ode : int, optional
        Samples whose exact end of the ODE is known; 64 by default, 0 for none.
    progress : callable, optional
        Gets the share that is done, 0 to 1, after each heat.
    cancel : callable, optional
        Asked before each evaluation; a true answer stops.

    Returns
    -------
    Contest
        An entry that cannot run with a budget, or whose samples explode, stands in ``.refused``
        with the reason; the others go on.

    Raises
    ------
    Cancelled
        When stopped; ``.run`` is the table so far.
    InputError
        For entries that cannot be read, without entry, budget or seed, or with a budget or seed
        that stands twice.

    Examples
    --------
    >>> from explorer.analysis.arena.target import gaussian
    >>> few = Setting(n=64)
    >>> table = contest(gaussian(4), "euler; dpmpp-2m", (10, 20), setting=few, seeds=2)
    >>> table.nfe.tolist(), bool((table.mean("ode")[1] < table.mean("ode")[0]).all())
    ([[10.0, 20.0], [10.0, 20.0]], True)
    """
    from explorer.analysis.arena.season import play

    return play(
        target,
        entries,
        nfe,
        setting=setting or Setting(),
        seeds=range(seeds) if isinstance(seeds, int) else seeds,
        followed=ode,
        progress=progress,
        cancel=cancel,
    )


def _put(values: np.ndarray, where: tuple[int, ...], new: float) -> np.ndarray:
    changed = values.copy()
    changed[where] = new
    return changed
