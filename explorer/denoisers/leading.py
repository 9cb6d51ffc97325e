"""The largest eigenvalues of a covariance that is too wide to be formed.

Of d pixels in N images only the k leading axes are wanted. With few images the N x N matrix of
their scalar products has the same eigenvalues. Otherwise a block Krylov space: from a random block
Q_0, blocks ``Q_j = qr(S Q_{j-1})`` made orthogonal to all before; the eigenvectors of S within
their span are taken (Rayleigh and Ritz), and residuals ``|S v - lambda v|`` say how good they are.
S is applied by passing over the images, ``S V = X^T (X V) / (N - 1)``; no d x d matrix is formed.

What is left of the variance, which is known exactly, is spread evenly over the other directions
(probabilistic PCA).

References
----------
Musco and Musco, Randomized block Krylov methods for stronger and faster approximate singular value
decomposition (2015)
Tipping and Bishop, Probabilistic principal component analysis, J. R. Stat. Soc. B 61 (1999)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError
from explorer.core.rng import numpy_generator

CHUNK = 512
BLOCKS = 8  # blocks that make up the k wanted directions: narrow ones reach deeper
MORE = 16  # blocks beyond them, at most
LEAST = 8  # directions in a block
TOLERANCE = 1e-7  # of residuals, times the largest eigenvalue
GREY = 127.5


@dataclass(frozen=True, slots=True, eq=False)
class Leading:
    """Leading axes of the covariance of uint8 rows.

    Attributes
    ----------
    mean : numpy.ndarray, shape (d,)
    dead : numpy.ndarray of bool, shape (d,)
    eigenvalues : numpy.ndarray, shape (k,)
        Decreasing.
    eigenvectors : numpy.ndarray, shape (d, k)
    tail : float
        Mean eigenvalue of the other directions of live pixels.
    residual : float
        Largest ``|S v - lambda v|``, divided by the largest eigenvalue.
    """

    mean: np.ndarray
    dead: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    tail: float
    residual: float


def leading(rows: np.ndarray, k: int) -> Leading:
    """Return the k leading axes of uint8 rows (N, d); fewer, if fewer have variance.

    Examples
    --------
    >>> rows = np.array([[0, 9], [255, 9], [0, 9], [255, 9]], dtype=np.uint8)
    >>> found = leading(rows, 1)
    >>> found.eigenvalues.round(6).tolist(), found.tail, found.dead.tolist()
    ([1.333333], 0.0, [False, True])
    """
    if k < 1:
        raise InputError("rank", f"rank = {k} is no number of axes.", "Give a whole number >= 1.")
    mean, dead, variance = _moments(rows)
    n, live = len(rows), int((~dead).sum())
    k = min(k, live, n - 1)
    if k < 1:
        return Leading(mean, dead, np.zeros(0), np.zeros((mean.size, 0)), 0.0, 0.0)
    few = n <= (BLOCKS + MORE) * _width(k)
    values, vectors, residual = _gram(rows, mean, k) if few else _krylov(rows, mean, ~dead, k)
    rest = max(variance - float(values.sum()), 0.0)
    vectors[dead] = 0.0
    others = live - values.size
    tail = rest / others if others and rest > 1e-12 * variance else 0.0
    return Leading(mean, dead, values, vectors, tail, residual)


def _width(k: int) -> int:
    return max(-(-k // BLOCKS), LEAST)


def _moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the mean (d,), which pixels never change, and the sum of all variances; exact."""
    n, d = rows.shape
    total, squares = np.zeros(d, dtype=np.int64), np.zeros(d, dtype=np.int64)
    for start in range(0, n, CHUNK):
        s = rows[start : start + CHUNK].astype(np.int64) - 128
        total += s.sum(axis=0)
        squares += (s * s).sum(axis=0)
    scatter = n * squares - total * total
    variance = float(scatter.sum()) / (n * max(n - 1, 1) * GREY**2)
    return (total / n + 128.0) / GREY - 1.0, scatter == 0, variance


def _centred(rows: np.ndarray, mean: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK] / GREY - 1.0 - mean


def _apply(rows: np.ndarray, mean: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Return ``S V``, (d, b)."""
    result = np.zeros_like(block)
    for x in _centred(rows, mean):
        result += x.T @ (x @ block)
    return result / (len(rows) - 1)


def _gram(rows: np.ndarray, mean: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Return eigenvalues, eigenvectors and residual from the images' scalar products."""
    n = len(rows)
    products = np.empty((n, n))
    for i, left in enumerate(_centred(rows, mean)):
        for j, right in enumerate(_centred(rows[: (i + 1) * CHUNK], mean)):
            here, there = slice(i * CHUNK, i * CHUNK + len(left)), slice(j * CHUNK, (j + 1) * CHUNK)
            products[here, there] = left @ right.T
            products[there, here] = products[here, there].T
    values, turns = np.linalg.eigh(products / (n - 1))
    values, turns = values[::-1][:k], turns[:, ::-1][:, :k]
    kept = values > values[0] * n * np.finfo(float).eps
    values, turns = values[kept], turns[:, kept]
    vectors = np.zeros((rows.shape[1], values.size))
    for i, x in enumerate(_centred(rows, mean)):
        vectors += x.T @ turns[i * CHUNK : i * CHUNK + len(x)]
    vectors /= np.sqrt(values * (n - 1))
    residual = np.linalg.norm(_apply(rows, mean, vectors) - vectors * values, axis=0).max()
    return values, vectors, float(residual / values[0])


def _krylov(
    rows: np.ndarray, mean: np.ndarray, live: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return eigenvalues, eigenvectors and residual from a block Krylov space."""
    d, width = rows.shape[1], _width(k)
    size = min((BLOCKS + MORE) * width, int(live.sum()))
    basis, images = np.zeros((d, size)), np.zeros((d, size))
    block = numpy_generator(0).standard_normal((d, width)) * live[:, None]
    values, vectors, residual = np.zeros(k), np.zeros((d, k)), np.inf
    for left in range(0, size, width):
        right = min(left + width, size)
        before = basis[:, :left]
        block = block[:, : right - left]
        for _ in range(2):  # once is not enough in floating point
            block, _ = np.linalg.qr(block - before @ (before.T @ block))
        basis[:, left:right] = block
        block = images[:, left:right] = _apply(rows, mean, block)
        unfinished = (left // width) % BLOCKS != BLOCKS - 1 and right < size
        if right < k or unfinished:
            continue
        values, turns = np.linalg.eigh(basis[:, :right].T @ images[:, :right])
        values, turns = values[::-1][:k].copy(), turns[:, ::-1][:, :k]
        vectors = basis[:, :right] @ turns
        errors = images[:, :right] @ turns - vectors * values
        residual = float(np.linalg.norm(errors, axis=0).max() / values[0])
        if residual < TOLERANCE:
            break
    return np.maximum(values, 0.0), vectors, residual
