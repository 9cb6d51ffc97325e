"""Mask size of one pixel and degrees of freedom of the Wiener filter over many noise levels.

    W = U diag(lambda/(lambda + sigma^2)) U^T;   row q of all levels is one matrix product.

A drawn pattern w of gain g turns W into ``W + kappa v v^T`` with ``v = (S + sigma^2 I)^-1 w`` and
``kappa = sigma^2 g^2 / (1 + g^2 w^T v)``, so that the diagonal gains ``kappa v_i^2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from explorer.denoisers.wiener import Wiener

SMALLEST = 1e-20  # of sigma^2, where the pattern's formula would divide by 0


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Mask size of one pixel and degrees of freedom over noise levels, each of shape (K,)."""

    sigmas: np.ndarray
    sizes: np.ndarray
    freedom: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Row q of W and the mask over noise levels.

    Attributes
    ----------
    sigmas : numpy.ndarray, shape (K,)
    rows : numpy.ndarray, float64, shape (K, C, H, W)
    masks : numpy.ndarray of bool, shape (K, C, H, W)
    """

    sigmas: np.ndarray
    rows: np.ndarray
    masks: np.ndarray


def diagonals(wiener: Wiener, sigmas: np.ndarray) -> np.ndarray:
    """Return the diagonal of W at each noise level, (K, d): the part that no pixel changes."""
    known, rest = _gains(wiener, sigmas)
    squares = np.square(wiener.statistics.eigenvectors)
    return (known - rest) @ squares.T + rest * ~wiener.statistics.dead


def scan(
    wiener: Wiener,
    pixel: tuple[int, int, int],
    sigmas: np.ndarray,
    *,
    threshold: float,
    diagonals_known: np.ndarray | None = None,
) -> Scan:
    """Return mask size and degrees of freedom over noise levels, by one matrix product.

    Parameters
    ----------
    wiener : Wiener
        With or without a drawn pattern.
    pixel : (int, int, int)
    sigmas : numpy.ndarray, shape (K,)
    threshold : float
        As in `look`.
    diagonals_known : numpy.ndarray, shape (K, d), optional
        What `diagonals` gives for these noise levels, whatever the pattern.

    Raises
    ------
    InputError
        For a pixel outside the image, a noise level or a threshold that is none.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> scan(wiener, (0, 4, 3), np.array([60.8, 1.24, 0.01]), threshold=0.05).sizes
    array([38, 31,  1])
    """
    found = _levels(wiener, pixel, sigmas, threshold=threshold, diagonals_known=diagonals_known)
    return Scan(found.sigmas, found.inside.sum(axis=1), found.freedom)


def frames(
    wiener: Wiener,
    pixel: tuple[int, int, int],
    sigmas: np.ndarray,
    *,
    threshold: float,
    diagonals_known: np.ndarray | None = None,
) -> Frames:
    """Return the sensitivity field and the mask of a pixel at several noise levels.

    Parameters, errors: as `scan`.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> found = frames(wiener, (0, 4, 3), np.array([60.8, 1.24, 0.01]), threshold=0.05)
    >>> found.masks.sum(axis=(1, 2, 3))
    array([38, 31,  1])
    """
    found = _levels(wiener, pixel, sigmas, threshold=threshold, diagonals_known=diagonals_known)
    shape = (len(found.sigmas), *wiener.statistics.shape)
    return Frames(found.sigmas, found.rows.reshape(shape), found.inside.reshape(shape))


@dataclass(frozen=True, slots=True, eq=False)
class _Levels:
    sigmas: np.ndarray
    rows: np.ndarray
    inside: np.ndarray
    freedom: np.ndarray


def _levels(
    wiener: Wiener,
    pixel: tuple[int, int, int],
    sigmas: np.ndarray,
    *,
    threshold: float,
    diagonals_known: np.ndarray | None,
) -> _Levels:
    """Return rows and masks, (K, d), and degrees of freedom, (K,), by one matrix product."""
    from explorer.denoisers import masks
    from explorer.denoisers.noise import pixel_index

    index = pixel_index(pixel, wiener.statistics.shape)
    masks.check_rule(threshold, "symmetric")
    known, rest = _gains(wiener, sigmas)
    u, dead = wiener.statistics.eigenvectors, wiener.statistics.dead
    freedom = known.sum(axis=1) + max(int((~dead).sum()) - known.shape[1], 0) * rest[:, 0]
    rows = ((known - rest) * u[index]) @ u.T
    rows[:, index] += rest[:, 0] * ~dead[index]
    inside = np.ones(rows.shape, dtype=bool)
    diagonal = diagonals(wiener, sigmas) if diagonals_known is None else diagonals_known
    if wiener.pattern is not None:
        v, kappa = _turns(wiener, sigmas)
        rows += kappa * v[:, [index]] * v
        diagonal = diagonal + kappa * v**2
        freedom = freedom + (kappa * v**2).sum(axis=1)
    if threshold > 0.0:
        live = diagonal > masks.DEAD
        scale = np.where(live, 1.0 / np.sqrt(np.where(live, diagonal, 1.0)), 0.0)
        ratios = np.abs(rows) * scale * scale[:, [index]]
        ratios[:, index] = np.inf
        inside = ratios >= threshold
    return _Levels(np.asarray(sigmas, dtype=np.float64), rows, inside, freedom)


def _gains(wiener: Wiener, sigmas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the eigenvalues ``lambda/(lambda + sigma^2)`` of W without a pattern, (K, k).

    Also (K, 1) that of all axes beyond the k known ones, which share one variance.
    """
    import torch

    from explorer.denoisers.noise import levels

    checked = np.asarray(levels(torch.as_tensor(np.asarray(sigmas)), len(sigmas)))
    values = np.append(wiener.statistics.eigenvalues, wiener.statistics.tail)
    total = values + np.square(checked)[:, None]
    gains = np.divide(values, total, out=np.zeros_like(total), where=total > 0.0)
    return gains[:, :-1], gains[:, -1:]


def _turns(wiener: Wiener, sigmas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return v (K, d) and kappa (K, 1) with ``W' = W + kappa v v^T``."""
    assert wiener.pattern is not None
    w, squared = wiener.pattern.weights, wiener.pattern.gain**2
    s = wiener.statistics
    u = s.eigenvectors
    variances = np.maximum(np.square(sigmas), SMALLEST)[:, None]
    v = ((w @ u) / (variances + s.eigenvalues)) @ u.T
    if u.shape[1] < w.size:  # axes that are not known by themselves
        v += (w - u @ (w @ u)) / (variances + np.where(s.dead, 0.0, s.tail))
    return v, variances * squared / (1.0 + squared * (v @ w)[:, None])
