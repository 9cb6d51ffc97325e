"""The table of a contest: every score by entry, budget and seed, as far as it is known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.score import Score


class Metric(NamedTuple):
    """A distance to the data: its name for people, for which targets, and its unit."""

    title: str
    points: bool
    images: bool
    unit: str


METRICS: dict[str, Metric] = {
    "sliced-w2": Metric("Sliced Wasserstein distance", True, True, "units of the data"),
    "energy-distance": Metric("Energy distance", True, True, "units of the data"),
    "marginal-error": Metric("Marginal error (1 − accuracy)", True, False, "dimensionless"),
    "mode-tv": Metric("Error of the mode weights (TV)", True, False, "dimensionless"),
    "frechet": Metric("Fréchet distance, pixel-PCA", False, True, "squared units of the data"),
    "kid": Metric("KID, pixel-PCA", False, True, "dimensionless"),
    "label-tv": Metric("Error of the label shares (TV)", False, True, "dimensionless"),
    "nearest": Metric("Distance to the nearest training image", False, True, "RMS"),
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


def _put(values: np.ndarray, where: tuple[int, ...], new: float) -> np.ndarray:
    changed = values.copy()
    changed[where] = new
    return changed
