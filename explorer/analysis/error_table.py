"""Errors of several denoisers on the same noisy images, and how they compare.

All methods get the same noise, so they are compared image by image: the ratio of the mean errors,
with the standard error of a ratio of paired means, and a paired t-test of the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.analysis.spread import TTest


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Errors of several denoisers on the same noisy images.

    Attributes
    ----------
    data : str
        Name of the data set.
    names : tuple of str, length M
        Of the methods.
    sigmas : numpy.ndarray, shape (L,)
    mse : numpy.ndarray, shape (M, L, n)
        Per pixel, on the scale [-1, 1]; nan for images that a method was not run on.
    seed : int
        Of the choice of images and of their noise.
    duplicates : int or None
        Images that are also in the training set, bit by bit; None if that was not looked up.
    about : dict
        What each method is, its settings, and whether it is cut short: name -> words.
    origin : dict
        Digests, numbers of images and versions.
    """

    data: str
    names: tuple[str, ...]
    sigmas: np.ndarray
    mse: np.ndarray
    seed: int = 0
    duplicates: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)

    def counts(self) -> np.ndarray:
        """Return the number of images behind each mean, int (M, L)."""
        return np.isfinite(self.mse).sum(axis=2)

    def means(self) -> np.ndarray:
        """Return the mean errors, (M, L); nan where nothing was measured."""
        return _mean(self.mse)

    def standard_errors(self) -> np.ndarray:
        """Return the standard errors of the means over images, (M, L); nan below two images."""
        return _standard_error(self.mse)

    def ratios(self, reference: str = "wiener") -> tuple[np.ndarray, np.ndarray]:
        """Return mean error relative to a method's on the same images, and its standard error.

        Both (M, L). With R = mean(a)/mean(b) the error is that of mean(a - R b), over mean(b).
        """
        base = self.mse[self.row(reference)]
        both = np.where(np.isfinite(self.mse), base, np.nan)
        bottom = _mean(both)
        ratio = _mean(np.where(np.isfinite(base), self.mse, np.nan)) / bottom
        return ratio, _standard_error(self.mse - ratio[..., None] * both) / bottom

    def against(self, name: str, level: int, *, reference: str = "wiener") -> TTest:
        """Return the paired t-test of ``mse[name] - mse[reference]`` at a noise level's number."""
        from explorer.analysis.spread import paired

        a, b = self.mse[self.row(name), level], self.mse[self.row(reference), level]
        both = np.isfinite(a) & np.isfinite(b)
        return paired(a[both], b[both])

    def row(self, name: str) -> int:
        """Return the number of a method.

        Raises
        ------
        InputError
            With field ``"name"``, if it was not measured.
        """
        if name not in self.names:
            problem = f"{name!r} is not in the table."
            raise InputError("name", problem, f"Use one of {', '.join(self.names)}.")
        return self.names.index(name)


def _mean(values: np.ndarray) -> np.ndarray:
    """Return means over the last axis without nan; nan where nothing is left."""
    count = np.isfinite(values).sum(axis=-1)
    return np.where(count > 0, np.nansum(values, axis=-1) / np.maximum(count, 1), np.nan)


def _standard_error(values: np.ndarray) -> np.ndarray:
    count = np.isfinite(values).sum(axis=-1)
    squares = np.nansum((values - _mean(values)[..., None]) ** 2, axis=-1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count * (count - 1), 1)), np.nan)
