"""Who is best, and who cannot be told apart from the best.

Two entries differ if the paired t-test over the seeds, which share their starts and reference sets,
says so at 5 % after Holm's correction for all pairs of a budget: which entry is best is itself read
from the scores. With fewer than three seeds nobody is separated, and neither are entries whose
scores differ by rounding only: one method under two names.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

LEVEL = 0.05
LEAST_SEEDS = 3
ROUNDING = 1e-4  # of a score; one method written in two ways differs by up to 2e-6 in float32


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """The best entry of a budget, as far as the seeds can say.

    Attributes
    ----------
    best : int
        The entry with the smallest mean.
    ties : tuple of int
        Entries that cannot be told apart from it, the best itself left out.
    p : numpy.ndarray, float64 (E,)
        Of the test against the best, after Holm's correction; NaN without enough common seeds.
    seeds : int
        How many the best entry has.
    """

    best: int
    ties: tuple[int, ...]
    p: np.ndarray
    seeds: int

    @property
    def alone(self) -> bool:
        """Whether the best entry may be called so: no other is tied with it."""
        return not self.ties


def judge(values: np.ndarray) -> Verdict | None:
    """Return the verdict on scores of one budget, smaller ones better.

    Parameters
    ----------
    values : numpy.ndarray, float64 (E, S)
        NaN where unknown; entries without any score do not take part.

    Returns
    -------
    Verdict or None
        None without a score.

    References
    ----------
    Holm, A simple sequentially rejective multiple test procedure (1979)

    Examples
    --------
    >>> found = judge(np.array([[1.0, 1.1, 0.9], [5.0, 5.2, 4.9], [1.0, 1.2, 0.8]]))
    >>> found.best, found.ties
    (0, (2,))
    """
    known = np.isfinite(values)
    entries = [int(e) for e in np.flatnonzero(known.any(axis=1))]
    if not entries:
        return None
    means = {e: float(values[e, known[e]].mean()) for e in entries}
    best = min(entries, key=lambda e: means[e])
    pairs = list(combinations(entries, 2))
    raw = [chance(values[a], values[b]) for a, b in pairs]
    adjusted = dict(zip(pairs, holm(raw), strict=True))

    def worse(e: int) -> bool:  # on the seeds of both; the best mean may come from easier seeds
        both = known[e] & known[best]
        return bool(values[e, both].mean() > values[best, both].mean())

    p = np.full(len(values), np.nan)
    for e in entries:
        if e != best:
            p[e] = adjusted[min(e, best), max(e, best)]
    ties = tuple(e for e in entries if e != best and not (p[e] <= LEVEL and worse(e)))
    return Verdict(best, ties, p, int(known[best].sum()))


def holm(p: list[float]) -> np.ndarray:
    """Return p-values after Holm's correction; NaN stays and counts as a comparison.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p, dtype=np.float64)
    order = np.argsort(given)  # NaN last
    factors = np.arange(len(given), 0, -1)
    found = np.empty_like(given)
    found[order] = np.minimum(np.maximum.accumulate(given[order] * factors), 1.0)
    return found


def chance(first: np.ndarray, second: np.ndarray) -> float:
    """Return p of the paired t-test over the seeds that both have, before any correction.

    Parameters
    ----------
    first, second : numpy.ndarray, float64 (S,)
        Scores; NaN where unknown.

    Returns
    -------
    float
        NaN with fewer than three common seeds; 1 if all differences are rounding.

    Examples
    --------
    >>> round(chance(np.array([2.0, 3.0, 4.0]), np.array([1.0, 1.0, 1.0])), 4)
    0.0742
    >>> chance(np.array([2.0, 3.0, 4.0]), np.array([2.0, 3.0, 4.0]) + 1e-12)
    1.0
    """
    from explorer.analysis.spread import paired

    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < LEAST_SEEDS:
        return float("nan")
    a, b = first[both], second[both]
    if np.abs(a - b).max() <= ROUNDING * np.maximum(np.abs(a), np.abs(b)).max():
        return 1.0
    return paired(a, b).p
