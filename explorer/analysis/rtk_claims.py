"""What becomes of the claims about reverse transition kernels, read from a study.

Each claim says that one entry is nearer to the data than another. It is tested at every budget and
inner step by a paired t-test over the seeds; p-values are corrected (Holm) for all claims, budgets
and inner steps of the study, since all of them are read.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from explorer.analysis import rtk_study
from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.verdict import LEAST_SEEDS as LEAST_SEEDS  # noqa: PLC0414
from explorer.analysis.arena.verdict import LEVEL, chance, holm

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest

# The first is said to be better than the second; a name stands for the chain with inner step c.
CLAIMS: Final = MappingProxyType(
    {
        "ddpm-ou": ("mala", rtk_study.DDPM_OU),
        "ddpm-karras": ("mala", rtk_study.DDPM_KARRAS),
        "energy": ("mala", "simpson"),
        "rejection": ("simpson", "uld"),
        "momentum": ("uld", "ula"),
        "ode": ("mala", rtk_study.ODE),
    }
)


class Key(NamedTuple):
    """Which claim, at which budget, with which inner step."""

    claim: str
    budget: int
    c: float


class Finding(NamedTuple):
    """What became of one claim.

    Attributes
    ----------
    first, second : float
        Means over the seeds that both have.
    p : float
        Two-sided, corrected; NaN with fewer than three seeds.
    """

    first: float
    second: float
    p: float

    @property
    def verdict(self) -> str:
        """Return "holds", "reversed", or "undecided" where noise decides.

        Examples
        --------
        >>> Finding(0.1, 0.2, 0.01).verdict, Finding(0.1, 0.2, 0.2).verdict
        ('holds', 'undecided')
        """
        if not self.p <= LEVEL:
            return "undecided"
        return "holds" if self.first < self.second else "reversed"


def pair(claim: str, c: float) -> tuple[Entry, Entry]:
    """Return the two entries of a claim with inner step c.

    Examples
    --------
    >>> [entry.text() for entry in pair("ddpm-ou", 1.0)]
    ['rtk-mala@ou(c=1.0,segments=5)', 'ddpm@ou']
    """
    first, second = CLAIMS[claim]
    other = second if isinstance(second, Entry) else rtk_study.chain(second, c)
    return rtk_study.chain(first, c), other


def findings(found: Contest, metric: str) -> dict[Key, Finding]:
    """Return what becomes of every claim.

    Parameters
    ----------
    found : Contest
        From `rtk_study.study`, whole or not.
    metric : str
        One of `rtk_study.METRICS`.
    """
    values = found.values(metric)
    keys = [Key(k, b, c) for k in CLAIMS for b in found.budgets for c in rtk_study.STEPS]
    scores = [
        [values[found.entries.index(e), found.budgets.index(k.budget)] for e in pair(k.claim, k.c)]
        for k in keys
    ]
    adjusted = holm([chance(*both) for both in scores])
    return {
        key: Finding(*_means(*both), float(p))
        for key, both, p in zip(keys, scores, adjusted, strict=True)
    }


def _means(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return both means over the seeds that both have, as the test sees them; NaN without any."""
    known = np.isfinite(first) & np.isfinite(second)
    if not known.any():
        return float("nan"), float("nan")
    return float(first[known].mean()), float(second[known].mean())
