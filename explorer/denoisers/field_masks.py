"""Masks from sensitivity fields that are given, for instance those of a trained network.

The mask of an output location is the smallest set of input locations that holds a given fraction of
its mean absolute gradient; all channels share it. With such masks the locality denoiser is the
flexible variant of Niedoba et al. Their fractions, for CIFAR-10 on the 18-level grid of EDM:
1 (seven times), .7, .7, .5, .4 (four times), .3 (four times).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError
from explorer.denoisers.cached_masks import MaskSource
from explorer.denoisers.masks import Masks
from explorer.denoisers.patch_sizes import edm_levels
from explorer.denoisers.per_level import PerLevel

FRACTIONS = PerLevel(edm_levels(), (*(1.0,) * 7, 0.7, 0.7, 0.5, *(0.4,) * 4, *(0.3,) * 4))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FieldMasks(MaskSource):
    """The masks of given fields, kept in memory only; see `MaskSource`.

    Parameters
    ----------
    fields : dict
        Of noise level to field, see `holding`.
    fractions : PerLevel
    """

    threshold: float = 0.0
    fields: Mapping[float, np.ndarray]
    fractions: PerLevel = FRACTIONS

    def row(self, index: int, sigma: float) -> np.ndarray:
        """Return the mask of one output, bool (d,)."""
        return self.masks(sigma).rows(index)

    def _load_masks(self, sigma: float) -> Masks:
        levels = tuple(self.fields)
        nearest = levels[int(PerLevel(levels, tuple(range(len(levels)))).at(sigma))]
        channels, height, width = self.wiener.statistics.shape
        field = np.asarray(self.fields[nearest], dtype=np.float64)
        places = height * width
        if field.shape != (places, places) or not (np.isfinite(field).all() and (field >= 0).all()):
            problem = f"The field at sigma = {nearest:g} is not a table ({places}, {places}) >= 0."
            remedy = "Give for each output location the mean absolute gradient at every input one."
            raise InputError("fields", problem, remedy)
        return Masks.of(np.tile(holding(field, self.fractions.at(sigma)), (channels, channels)))


def holding(field: np.ndarray, fraction: float) -> np.ndarray:
    """Return the smallest sets of locations that hold a fraction of each row, bool (P, P).

    A location always belongs to its own set; a fraction of 1 is everything.

    Examples
    --------
    >>> holding(np.array([[5.0, 3.0, 2.0], [1.0, 8.0, 1.0], [6.0, 0.0, 4.0]]), 0.7).astype(int)
    array([[1, 1, 0],
           [0, 1, 0],
           [1, 0, 1]])
    """
    if not 0.0 < fraction <= 1.0:
        problem = f"A fraction of {fraction} of the gradient cannot be held."
        raise InputError("fractions", problem, "Give a number above 0, up to 1.")
    if fraction == 1.0:
        return np.ones(field.shape, dtype=bool)
    order = np.argsort(-field, axis=1, kind="stable")
    held = np.cumsum(np.take_along_axis(field, order, axis=1), axis=1)
    before = np.concatenate([np.zeros((len(field), 1)), held[:, :-1]], axis=1)
    wanted = before < fraction * held[:, -1:]
    mask = np.zeros(field.shape, dtype=bool)
    np.put_along_axis(mask, order, wanted, axis=1)
    np.fill_diagonal(mask, val=True)
    return mask
