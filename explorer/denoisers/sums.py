"""Exact first and second moments of 8-bit images.

With ``s = u - 128`` the sums ``v = sum s`` and ``G = sum s s^T`` are integers, and so is
``N G - v v^T``, from which covariance follows with a single rounding:

    S = (N G - v v^T) / (N (N - 1) 127.5^2),    mu = (v / N + 128) / 127.5 - 1.

Integers do not care about order: shards, threads and platforms give the same bits. A float32
product of at most 1,024 rows is exact, since 1024 * 128^2 = 2^24.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.core.errors import InputError

EXACT_ROWS = 1024  # sums of this many products of two signed bytes fit float32's 24 bits
WIDE = 4096  # beyond this many pixels, sums go by column panels to a file
PANEL = 1024
MAX_IMAGES = 20_000_000  # N G stays within 63 bits
GREY = 127.5


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Integer sums of a shard: ``n``, ``total`` (d,) and ``products`` (d, d), int64.

    Shards are joined with ``+``, in any order.

    Examples
    --------
    >>> images = np.arange(12, dtype=np.uint8).reshape(4, 3)
    >>> whole, parts = Sums.of(images), Sums.of(images[:1]) + Sums.of(images[1:])
    >>> bool((whole.covariance() == parts.covariance()).all())
    True
    """

    n: int
    total: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, folder: str | Path | None = None) -> Sums:
        """Return the sums of uint8 rows (N, d).

        Parameters
        ----------
        rows : numpy.ndarray, uint8, shape (N, d)
            May be memory-mapped: read once for d <= 4096, else once per 1,024 columns.
        folder : path, optional
            Where the file of the products lies for d > 4096; it vanishes with the array.
        """
        if rows.dtype != np.uint8:
            problem = f"Images of type {rows.dtype} cannot be summed exactly."
            raise InputError("images", problem, "Give 8-bit images (uint8, 0 to 255).")
        n, d = rows.shape
        products = _zeros(d, folder)
        total = np.zeros(d, dtype=np.int64)
        width = d if d <= WIDE else PANEL
        for left in range(0, d, width):
            _add_panel(products, rows, left, min(left + width, d))
        for start in range(0, n, EXACT_ROWS):
            chunk = rows[start : start + EXACT_ROWS]
            total += chunk.sum(axis=0, dtype=np.int64) - 128 * len(chunk)
        return cls(n, total, products)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.n + other.n, self.total + other.total, self.products + other.products)

    def mean(self) -> np.ndarray:
        """Return the mean image on the scale [-1, 1], float64 (d,)."""
        return (self.total / self.n + 128.0) / GREY - 1.0

    def dead(self) -> np.ndarray:
        """Return which pixels have exactly the same value in all images, bool (d,)."""
        squares = np.diagonal(self.products)
        return self.n * squares == self.total * self.total

    def covariance(self, keep: np.ndarray | None = None) -> np.ndarray:
        """Return the unbiased covariance of the kept pixels, float64 (k, k); all by default."""
        if not 0 < self.n <= MAX_IMAGES:
            problem = f"{self.n} images: a covariance needs 1 to {MAX_IMAGES:,}."
            raise InputError("images", problem, "Give fewer images, or at least one.")
        index = np.arange(self.total.size) if keep is None else np.flatnonzero(keep)
        result = np.empty((index.size, index.size))
        scale = float(self.n * max(self.n - 1, 1)) * GREY**2
        v = self.total[index]
        for start in range(0, index.size, PANEL):
            rows = index[start : start + PANEL]
            scatter = self.n * self.products[rows][:, index]
            scatter -= self.total[rows, None] * v
            np.divide(scatter, scale, out=result[start : start + PANEL])
        return result


def _zeros(d: int, folder: str | Path | None) -> np.ndarray:
    """Return int64 zeros (d, d), in a nameless file if they are many."""
    if d <= WIDE:
        return np.zeros((d, d), dtype=np.int64)
    with tempfile.TemporaryFile(dir=folder) as file:  # the map keeps what it needs open
        return np.memmap(file, dtype=np.int64, mode="w+", shape=(d, d))


def _add_panel(products: np.ndarray, rows: np.ndarray, left: int, right: int) -> None:
    """Add ``sum s s^T`` to columns left to right, and by symmetry to the same rows."""
    panel = np.zeros((products.shape[0] - left, right - left), dtype=np.int64)
    for start in range(0, len(rows), EXACT_ROWS):
        s = rows[start : start + EXACT_ROWS, left:].astype(np.float32)
        s -= 128.0
        panel += (s.T @ s[:, : right - left]).astype(np.int64)
    products[left:, left:right] += panel
    products[left:right, right:] += panel[right - left :].T
