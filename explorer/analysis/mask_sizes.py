r"""How many pixels each output sees, under both rules for masks, at one noise level.

The symmetric rule keeps ``|W_ij| >= tau sqrt(W_ii W_jj)``, the published one
``|W_ij| / W_ii >= tau max |m|``. One tau means different sizes under the two: `matched` finds the
tau of either rule whose masks hold a wanted number of pixels on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.denoisers.masks import Masks, Orientation, Rule
    from explorer.denoisers.wiener import Wiener

OWN_ONLY = 2.0  # a tau beyond every symmetric ratio: each pixel sees itself alone
_SHIFT = 12  # low bits of a float32 that a matched threshold leaves out: 1e-3 of its value


@dataclass(frozen=True, slots=True, eq=False)
class MaskSizes:
    """Mask sizes of one rule.

    Attributes
    ----------
    rule : str
    threshold : float
    sizes : numpy.ndarray of int, shape (C, H, W)
        Number of pixel values that each output uses.
    largest : float
        Largest ratio ``max |m|`` of the published rule; 1 for the symmetric one.
    cut : float
        What the ratios were compared with: tau, or tau times the largest ratio.
    missing : int
        Outputs that do not use their own pixel.
    """

    rule: str
    threshold: float
    sizes: np.ndarray
    largest: float
    cut: float
    missing: int

    @property
    def mean(self) -> float:
        """Mean size."""
        return float(self.sizes.mean())

    @property
    def empty(self) -> int:
        """Number of outputs that see nothing."""
        return int((self.sizes == 0).sum())

    @classmethod
    def of(cls, masks: Masks, *, rule: str, threshold: float, shape: tuple[int, ...]) -> MaskSizes:
        """Return the sizes of masks of outputs of `shape`."""
        sizes = masks.sizes.reshape(shape)
        return cls(rule, float(threshold), sizes, masks.largest, masks.cut, masks.missing)


def mask_sizes(
    wiener: Wiener,
    sigma: float,
    *,
    threshold: float,
    rule: Rule = "symmetric",
    orientation: Orientation = "neighbour",
) -> MaskSizes:
    """Return the mask size of every output.

    Parameters
    ----------
    wiener : Wiener
    sigma : float
    threshold : float
        tau >= 0.
    rule : "symmetric" or "published"
    orientation : "neighbour" or "output"
        Of the published rule.

    Raises
    ------
    InputError
        For a rule, threshold or orientation that is none.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> mask_sizes(wiener, 1.24, threshold=0.05).sizes[0, 4, 3]
    np.int64(31)
    """
    from explorer.denoisers import masks

    found = masks.masks(wiener, sigma, threshold=threshold, rule=rule, orientation=orientation)
    shape = wiener.statistics.shape
    return MaskSizes.of(found, rule=rule, threshold=threshold, shape=shape)


def matched(wiener: Wiener, sigma: float, size: float, *, rule: Rule = "symmetric") -> float:
    """Return the tau at which the masks of a rule hold `size` pixels on average, to 1e-3 of tau.

    Sizes fall in steps as tau rises; it is the largest tau whose mean size is at least `size`. The
    orientation has no say: it turns the matrix of masks, which keeps its sum.

    Parameters
    ----------
    wiener : Wiener
    sigma : float
    size : float
        Above 0, up to the number of pixels.
    rule : "symmetric" or "published"

    Raises
    ------
    InputError
        For a size that no mask can have.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> tau = matched(wiener, 1.24, 30.0, rule="published")
    >>> round(mask_sizes(wiener, 1.24, threshold=tau, rule="published").mean)
    30
    """
    from explorer.denoisers import masks

    d = wiener.statistics.size
    if not 0.0 < size <= d:
        problem = f"No mask of {d} pixels holds {size} on average."
        raise InputError("size", problem, f"Give a number above 0 and up to {d}.")
    masks.check_rule(0.0, rule)
    if rule == "symmetric":
        return min(masks.matching_threshold(wiener, sigma, size), OWN_ONLY)
    gains = _published_gains(wiener.diagonal(sigma))
    counts, largest = np.zeros(1 << (32 - _SHIFT), dtype=np.int64), 0.0
    for start in range(0, d, masks.BLOCK):
        rows = slice(start, min(start + masks.BLOCK, d))
        ratios = np.abs(wiener.rows(rows, sigma)) / gains[rows, None]
        largest = max(largest, float(ratios.max()))
        counts += _counted(ratios, counts.size)
    at_least = np.cumsum(counts[::-1])[::-1]  # ratios in this bin or above
    place = max(int(np.searchsorted(-at_least, -size * d, side="right")) - 1, 0)
    # Bins hold what rounds down to their edge: the edge itself keeps all of them.
    edge = float(np.array([place << _SHIFT], dtype=np.uint32).view(np.float32)[0])
    return edge / largest if largest > 0.0 else 0.0


def _published_gains(diagonal: np.ndarray) -> np.ndarray:
    from explorer.denoisers import masks

    size = np.abs(diagonal)
    return np.where(size < masks.PUBLISHED_DEAD, 1.0, size)


def _counted(ratios: np.ndarray, bins: int) -> np.ndarray:
    """Count ratios by the leading bits of their float32 form, which are in their order."""
    bits = ratios.astype(np.float32).view(np.uint32).ravel() >> _SHIFT
    return np.bincount(bits, minlength=bins)
