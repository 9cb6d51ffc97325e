r"""Sliced Wasserstein distance: the mean over directions of the distance of the shadows.

    SW_p(P, Q)^p = E_theta W_p(theta.P, theta.Q)^p,
    W_p(u, v)^p  = int_0^1 |F_u^-1(s) - F_v^-1(s)|^p ds,

with theta uniform on the sphere. On a line the best transport keeps the order, so W_p of samples
is exact: sorted values are paired. Two Gaussians of one covariance whose means lie m apart have
SW_2 = |m| / sqrt(d).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.analysis.rows import pair
from explorer.core import rng
from explorer.core.errors import InputError

STREAM = 41  # of the directions


def sliced_wasserstein(
    x: Any, y: Any, *, power: float = 2.0, projections: int = 128, seed: int = 0
) -> float:
    """Return SW_p of two sets of samples.

    Parameters
    ----------
    x, y : array, shapes (n, d) and (m, d)
        Points or images; n and m may differ.
    power : float
        p >= 1: 2 is the sliced W2.
    projections : int
        Random directions, the same for one seed; one in dimension 1.
    seed : int
        Of the directions.

    Returns
    -------
    float
        In the units of the samples. Two samples of one law are never 0 apart: show the floor of
        `floors.measured` beside it.

    Raises
    ------
    InputError
        If the samples do not fit, or power < 1, or there is no direction.

    References
    ----------
    Rabin et al., Wasserstein barycenter and its application to texture mixing (2011)

    Examples
    --------
    >>> round(sliced_wasserstein([[0.0], [1.0]], [[3.0], [2.0]]), 12)
    2.0
    """
    a, b = pair(x, y)
    if not power >= 1.0 or projections < 1:
        problem = f"There are {projections} projections and the power is {power}."
        raise InputError("power", problem, "Give a power >= 1 and at least one projection.")
    directions = _directions(a.shape[1], projections, seed)
    u, v = np.sort(a @ directions, axis=0), np.sort(b @ directions, axis=0)
    i, j, mass = _couple(len(u), len(v))
    gaps = np.abs(u[i] - v[j]) ** power
    return float((mass @ gaps).mean() ** (1.0 / power))


def _directions(d: int, count: int, seed: int) -> np.ndarray:
    """Return unit vectors, (d, count)."""
    if d == 1:
        return np.ones((1, 1))
    vectors = rng.numpy_generator(seed, STREAM).standard_normal((d, count))
    return vectors / np.linalg.norm(vectors, axis=0)


def _couple(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ranks i, j and the mass that goes from one to the other, when order is kept."""
    # The levels where a quantile function jumps, as whole numbers of 1 / (n m): no rounding.
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    starts = np.concatenate([[0], ends[:-1]])
    return starts // m, starts // n, (ends - starts) / (n * m)
