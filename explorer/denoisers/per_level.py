"""A setting that depends on the noise level: that of the nearest level in a list, by log sigma."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError


@dataclass(frozen=True, slots=True)
class PerLevel:
    """One value per noise level; between them, that of the nearest in log sigma.

    Parameters
    ----------
    sigmas : tuple of float
        Positive, all different.
    values : tuple of float
        As many.

    Examples
    --------
    >>> PerLevel((10.0, 0.1), (28, 7)).at(0.5)
    7
    """

    sigmas: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        levels = self.sigmas
        right = len(levels) == len(self.values) == len(set(levels)) >= 1
        if not right or not all(0.0 < sigma < np.inf for sigma in levels):
            problem = f"{len(self.values)} values for the noise levels {levels[:4]}."
            remedy = "Give one value for each of one or more different levels > 0."
            raise InputError("sigmas", problem, remedy)

    @classmethod
    def of(cls, values: Mapping[float, float]) -> PerLevel:
        """Return the setting of a mapping sigma -> value."""
        return cls(tuple(float(s) for s in values), tuple(values.values()))

    def at(self, sigma: float) -> float:
        """Return the value for a noise level; without noise, that of the lowest level."""
        logs = np.log(self.sigmas)
        wanted = np.log(max(sigma, min(self.sigmas)))
        return self.values[int(np.abs(logs - wanted).argmin())]
