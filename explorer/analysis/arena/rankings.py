"""Where the two distances of a contest, to the ODE's end and to the data, rank entries differently.

For each budget and each pair of entries that follow the ODE, two paired t-tests over the seeds, one
for each distance; all p-values of a budget are corrected together by Holm. A pair is ranked
differently if both tests say at 5 % that the entries differ, and in opposite directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.verdict import LEAST_SEEDS, LEVEL, chance, holm

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two entries that the two distances rank differently with one budget.

    Attributes
    ----------
    budget : int
        Evaluations per sample that were given.
    nearer, better : int
        The entry that ends nearer to the ODE, and the one that is nearer to the data.
    ode, law : (float, float)
        Both distances of `nearer` and of `better`, means over their common seeds.
    """

    budget: int
    nearer: int
    better: int
    ode: tuple[float, float]
    law: tuple[float, float]

    @property
    def gain(self) -> float:
        """The smaller of the two ratios of distances: how clear it is."""
        return min(self.ode[1] / self.ode[0], self.law[0] / self.law[1])


def disagreements(contest: Contest, *, metric: str) -> tuple[Disagreement, ...]:
    """Return every pair that is ranked differently beyond the noise, the clearest first.

    Parameters
    ----------
    contest : Contest
        May be filled in part.
    metric : str
        A distance to the data.

    Examples
    --------
    >>> from explorer.analysis.arena.contest import empty
    >>> from explorer.analysis.arena.entry import Entry
    >>> disagreements(empty([Entry("ddim")], [10], [0], metrics=["kid"]), metric="kid")
    ()
    """
    found: list[Disagreement] = []
    for b, budget in enumerate(contest.budgets):
        ode, law = contest.values("ode")[:, b], contest.values(metric)[:, b]
        for i, j in _sure(ode, law):
            known = np.isfinite(ode[[i, j]]).all(axis=0) & np.isfinite(law[[i, j]]).all(axis=0)
            a, c, d, e = (float(v[known].mean()) for v in (ode[i], ode[j], law[i], law[j]))
            if (a < c) != (d < e):
                here = (i, j, (a, c), (d, e)) if a < c else (j, i, (c, a), (e, d))
                found.append(Disagreement(budget, *here))
    return tuple(sorted(found, key=lambda pair: -pair.gain))


def _sure(ode: np.ndarray, law: np.ndarray) -> list[tuple[int, int]]:
    """Return the pairs of entries that differ in both distances, (E, S) each."""
    pairs, p = [], []
    for i, j in combinations(range(len(ode)), 2):
        known = np.isfinite(ode[[i, j]]).all(axis=0) & np.isfinite(law[[i, j]]).all(axis=0)
        if known.sum() >= LEAST_SEEDS:
            pairs.append((i, j))
            p += [chance(v[i, known], v[j, known]) for v in (ode, law)]
    sure = holm(p).reshape(-1, 2).max(axis=1) <= LEVEL if pairs else ()
    return [pair for pair, is_sure in zip(pairs, sure, strict=True) if is_sure]
