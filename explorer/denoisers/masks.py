r"""Which pixels a pixel may look at: binary masks from the Wiener filter's sensitivity.

The symmetric rule compares with both pixels' own sensitivity, ``M_ij = 1[c_ij >= tau]``,

    c_ij = |W_ij| / sqrt(W_ii W_jj) <= 1        (Cauchy and Schwarz).

No mask is empty, and i sees j exactly if j sees i. A dead pixel sees itself only and is seen by no
other. The published rule normalises rows, ``m_ij = W_ij / W_ii``, and compares with one global
threshold, ``|m_ij| >= tau max |m|``. As released, output q gets *column* q of the result: input n
enters if ``|W_nq| / |W_nn|`` passes, normalised by the neighbour's gain. Pixels that hardly vary
make its ratios, and with them the threshold of all pixels, large; then masks are empty.

With ``tau = 0`` all masks are full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from explorer.core.errors import InputError
from explorer.denoisers.statistics import Statistics

Rule = Literal["symmetric", "published"]
Orientation = Literal["neighbour", "output"]

BLOCK = 512
DEAD = 1e-12
PUBLISHED_DEAD = 1e-6


class Filter(Protocol):
    """What masks are made from: a matrix W by rows, one noise level at a time."""

    @property
    def statistics(self) -> Statistics:
        """What the filter knows of the data."""
        ...

    def rows(self, index: Any, sigma: float) -> np.ndarray:
        """Return rows of W, (len(index), d)."""
        ...

    def diagonal(self, sigma: float) -> np.ndarray:
        """Return the diagonal of W, (d,)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """The masks of all d outputs at one noise level.

    Attributes
    ----------
    bits : numpy.ndarray, uint8, shape (d, ceil(d/8))
        Row q holds which inputs output q uses, packed.
    sizes : numpy.ndarray of int, shape (d,)
        Number of inputs of each output.
    cut : float
        What the ratios were compared with: tau, or tau times the largest ratio.
    largest : float
        Largest ratio off the rule's own scale; 1 for the symmetric rule.
    missing : int
        Outputs that do not use their own pixel.
    """

    bits: np.ndarray
    sizes: np.ndarray
    cut: float
    largest: float
    missing: int

    @property
    def empty(self) -> int:
        """Number of outputs with no input at all."""
        return int((self.sizes == 0).sum())

    def rows(self, index: int | slice | np.ndarray) -> np.ndarray:
        """Return rows of the mask, bool (..., d)."""
        d = self.sizes.size
        return np.unpackbits(self.bits[index], axis=-1, count=d).astype(bool)

    @classmethod
    def of(cls, matrix: np.ndarray, *, cut: float = 0.0, largest: float = 1.0) -> Masks:
        """Return masks from a bool matrix (d, d), row q for output q."""
        return cls(
            np.packbits(matrix, axis=1),
            matrix.sum(axis=1),
            cut,
            largest,
            int((~np.diagonal(matrix)).sum()),
        )


def masks(
    wiener: Filter,
    sigma: float,
    *,
    threshold: float,
    rule: Rule = "symmetric",
    orientation: Orientation = "neighbour",
) -> Masks:
    """Return the masks at one noise level.

    Parameters
    ----------
    wiener : Filter
        Its matrix decides.
    sigma : float
        Noise level.
    threshold : float
        tau >= 0; the mask shrinks as it grows.
    rule : "symmetric" or "published"
    orientation : "neighbour" or "output"
        Whose gain normalises under the published rule. "neighbour" is what was released.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)
    """
    check_rule(threshold, rule, orientation)
    if threshold == 0.0:
        return _full(wiener.statistics.size)
    if rule == "symmetric":
        return _packed(_symmetric(wiener, sigma, threshold), wiener, cut=threshold, largest=1.0)
    diagonal = _published_diagonal(wiener, sigma)
    largest = max(
        float((np.abs(block).max(axis=1) / diagonal[rows]).max())
        for rows, block in _blocks(wiener, sigma)
    )
    cut = threshold * largest

    def passing() -> Iterator[tuple[slice, np.ndarray]]:
        for rows, block in _blocks(wiener, sigma):  # W is symmetric: these are columns, too
            gain = diagonal if orientation == "neighbour" else diagonal[rows, None]
            yield rows, np.abs(block) / gain >= cut

    return _packed(passing(), wiener, cut=cut, largest=largest)


def row(
    wiener: Filter, sigma: float, index: int, *, threshold: float, rule: Rule = "symmetric"
) -> np.ndarray:
    """Return one row of the masks, bool (d,); for the symmetric rule at the price of one row."""
    if rule == "published" or threshold == 0.0:
        return masks(wiener, sigma, threshold=threshold, rule=rule).rows(index)
    correlation = correlations(wiener, sigma, np.array([index]))
    return correlation[0] >= threshold


def correlations(wiener: Filter, sigma: float, index: np.ndarray) -> np.ndarray:
    """Return rows of ``|W_ij| / sqrt(W_ii W_jj)``; beyond reach of any threshold if i = j.

    Dead pixels have 0 with every other.
    """
    diagonal = wiener.diagonal(sigma)
    live = diagonal > DEAD
    scale = np.where(live, 1.0 / np.sqrt(np.where(live, diagonal, 1.0)), 0.0)
    result = np.abs(wiener.rows(index, sigma))
    result *= scale
    result *= scale[index, None]
    result[np.arange(len(index)), index] = np.inf
    return result


def matching_threshold(wiener: Filter, sigma: float, size: float) -> float:
    """Return the tau at which the symmetric rule's mean mask size is `size`, to 1e-3.

    The ratios are counted by their leading bits, so that no more than a block of them is held.
    """
    d = wiener.statistics.size
    counts = np.zeros(1 << 19, dtype=np.int64)
    for start in range(0, d, BLOCK):
        index = np.arange(start, min(start + BLOCK, d))
        ratios = correlations(wiener, sigma, index).astype(np.float32)
        counts += np.bincount(ratios.view(np.uint32).ravel() >> 12, minlength=counts.size)
    at_least = np.cumsum(counts[::-1])[::-1]  # ratios in this bin or above
    place = int(np.searchsorted(-at_least, -size * d, side="right")) - 1
    return float(np.array([max(place, 0) << 12], dtype=np.uint32).view(np.float32)[0])


def check_rule(threshold: float, rule: str, orientation: str = "neighbour") -> None:
    """Raise InputError unless the rule can be followed."""
    if not 0.0 <= threshold < np.inf:
        problem = f"threshold = {threshold} is not a number >= 0."
        raise InputError("threshold", problem, "Try 0.02; 0 uses every pixel.")
    if rule not in {"symmetric", "published"}:
        raise InputError("mask", f"There is no rule {rule!r}.", "Use symmetric or published.")
    if orientation not in {"neighbour", "output"}:
        problem = f"There is no orientation {orientation!r}."
        raise InputError("orientation", problem, "Use neighbour or output.")


def _full(d: int) -> Masks:
    bits = np.tile(np.packbits(np.ones(d, dtype=bool)), (d, 1))
    return Masks(bits, np.full(d, d), 0.0, 1.0, 0)


def _symmetric(wiener: Filter, sigma: float, threshold: float):
    d = wiener.statistics.size
    for start in range(0, d, BLOCK):
        index = np.arange(start, min(start + BLOCK, d))
        yield slice(start, start + len(index)), correlations(wiener, sigma, index) >= threshold


def _published_diagonal(wiener: Filter, sigma: float) -> np.ndarray:
    diagonal = np.abs(wiener.diagonal(sigma))
    return np.where(diagonal < PUBLISHED_DEAD, 1.0, diagonal)


def _blocks(wiener: Filter, sigma: float) -> Iterator[tuple[slice, np.ndarray]]:
    d = wiener.statistics.size
    for start in range(0, d, BLOCK):
        rows = slice(start, min(start + BLOCK, d))
        yield rows, wiener.rows(rows, sigma)


def _packed(found, wiener: Filter, *, cut: float, largest: float) -> Masks:
    d = wiener.statistics.size
    bits = np.empty((d, -(-d // 8)), dtype=np.uint8)
    sizes = np.empty(d, dtype=np.int64)
    missing = 0
    for rows, block in found:
        bits[rows] = np.packbits(block, axis=1)
        sizes[rows] = block.sum(axis=1)
        missing += int((~block[np.arange(len(block)), np.arange(d)[rows]]).sum())
    return Masks(bits, sizes, cut, largest, missing)
