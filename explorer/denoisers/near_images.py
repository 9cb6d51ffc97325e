"""The images of a list that are nearest to a noisy one, by all pixels or by averages of squares."""

from __future__ import annotations

import math

import numpy as np

CHUNK = 1024
COARSE = 16  # pixels along a side for a coarse search


def nearest_of(
    images: np.ndarray, index: np.ndarray, noisy: np.ndarray, count: int, *, step: int = 1
) -> np.ndarray:
    """Return which images of a list are nearest, as increasing indices.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    index : numpy.ndarray of int
        The list, increasing.
    noisy : numpy.ndarray, float64, shape (C, H, W)
        In the scale of [-1, 1].
    count : int
        How many; all if the list is no longer. Of equally near ones the first.
    step : int
        Compare averages over squares of this side, a divisor of H and W.

    Examples
    --------
    >>> images = np.array([0, 255, 128], dtype=np.uint8).reshape(3, 1, 1, 1)  # -1, 1 and 0
    >>> nearest_of(images, np.arange(3), np.full((1, 1, 1), -0.9), 2).tolist()
    [0, 2]
    """
    if count >= len(index):
        return index
    target = _sums(noisy[None], step)
    far = np.empty(len(index))
    for start in range(0, len(index), CHUNK):
        part = images[index[start : start + CHUNK]]
        sums = _sums(part.astype(np.uint32) if step > 1 else part, step)
        gap = sums / 127.5 - step**2 - target
        far[start : start + CHUNK] = np.einsum("ichw,ichw->i", gap, gap)
    return np.sort(index[np.argsort(far, kind="stable")[:count]])


def coarse_step(shape: tuple[int, ...]) -> int:
    """Return the common divisor of height and width that leaves about 16 pixels a side.

    Examples
    --------
    >>> [coarse_step((side, side)) for side in (8, 28, 32, 64, 31)]
    [1, 2, 2, 4, 1]
    """
    whole = math.gcd(*shape)
    steps = [step for step in range(1, whole + 1) if whole % step == 0]
    return min(steps, key=lambda step: abs(math.log(min(shape) / step / COARSE)))


def _sums(images: np.ndarray, step: int) -> np.ndarray:
    """Return sums over squares of a side, (N, C, H/step, W/step)."""
    total = images[..., ::step, ::step]
    for dy in range(step):
        for dx in range(step):
            if dy or dx:
                total = total + images[..., dy::step, dx::step]
    return total
