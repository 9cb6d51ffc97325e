r"""Fréchet distance: of two Gaussians that have the samples' means and covariances.

    FD = |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^(1/2) C2 C1^(1/2))^(1/2)),

the squared W2 distance of those Gaussians. With Inception's features it is the FID; here any
features will do, for instance `Principal` (pixels along the data's principal axes).

The estimate is biased upwards, by about 1 / n: two samples of one law have FD > 0. Compare only
numbers of equal sample size, and show the floor of `floors.measured` beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.rows import pair, rows
from explorer.core.errors import InputError

Features = Callable[[Any], Any]  # samples (n, ...) to features (n, k)


def frechet(x: Any, y: Any, *, features: Features | None = None) -> float:
    """Return the Fréchet distance of two sets of samples.

    Parameters
    ----------
    x, y : array, shapes (n, ...) and (m, ...)
        At least two samples each.
    features : callable, optional
        Takes samples, returns features (n, k); the values themselves by default.

    Raises
    ------
    InputError
        If the samples do not fit.

    References
    ----------
    Dowson and Landau, The Fréchet distance between multivariate normal distributions (1982);
    Heusel et al., GANs trained by a two time-scale update rule ... (2017)

    Examples
    --------
    >>> round(frechet([[-1.0], [1.0]], [[1.0], [5.0]]), 12)  # means 3 apart; sqrt(2), sqrt(8)
    11.0
    """
    if features is not None:
        x, y = features(x), features(y)
    a, b = pair(x, y, least=2)
    return gaussian_frechet(a.mean(axis=0), _covariance(a), b.mean(axis=0), _covariance(b))


def gaussian_frechet(mean1: Any, covariance1: Any, mean2: Any, covariance2: Any) -> float:
    """Return the Fréchet distance of two Gaussians; covariances (d, d) may be singular.

    Examples
    --------
    >>> gaussian_frechet(np.zeros(2), np.eye(2), np.ones(2), 4 * np.eye(2))
    4.0
    """
    c1, c2 = np.asarray(covariance1, np.float64), np.asarray(covariance2, np.float64)
    gap = np.asarray(mean1, np.float64) - np.asarray(mean2, np.float64)
    # tr (R1 C2 R1)^(1/2) is the sum of the singular values of R1 R2, R the roots: no root is taken
    # of a rounded zero, which would leave 1e-8 for each.
    cross = np.linalg.svd(_root(c1) @ _root(c2), compute_uv=False).sum()
    return float(max(gap @ gap + np.trace(c1) + np.trace(c2) - 2.0 * cross, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Principal:
    """Features of images: their coordinates along the principal axes of the data.

    Attributes
    ----------
    mean : numpy.ndarray, shape (d,)
    axes : numpy.ndarray, shape (d, k)
        Unit vectors, the largest variance first.
    share : float
        Of the data's variance that these axes hold.
    """

    mean: np.ndarray
    axes: np.ndarray
    share: float

    def __call__(self, samples: Any) -> np.ndarray:
        """Return the coordinates, float64 (n, k)."""
        return (rows(samples) - self.mean) @ self.axes


def principal(data: Any, *, k: int = 64) -> Principal:
    """Return features fitted to the reference data, never to the samples that are judged.

    Parameters
    ----------
    data : array, shape (n, ...)
    k : int
        Number of axes, 1 to d. A covariance of k axes needs several times k samples.

    Raises
    ------
    InputError
        If k is out of range.

    Examples
    --------
    >>> principal([[0.0, 0.0], [2.0, 0.1], [4.0, 0.0]], k=1)(np.zeros((1, 2))).shape
    (1, 1)
    """
    points = rows(data, "data")
    if not 1 <= k <= points.shape[1] or len(points) < 2:
        problem = f"{k} axes of {len(points)} points with {points.shape[1]} values."
        raise InputError("k", problem, "Give 1 to as many axes as a point has values.")
    values, vectors = np.linalg.eigh(_covariance(points))
    total = float(values.sum())
    share = float(values[-k:].sum()) / total if total > 0.0 else 1.0
    return Principal(points.mean(axis=0), np.ascontiguousarray(vectors[:, ::-1][:, :k]), share)


def _covariance(points: np.ndarray) -> np.ndarray:
    return np.atleast_2d(np.cov(points, rowvar=False))


def _root(covariance: np.ndarray) -> np.ndarray:
    """Return the symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    rounding = len(values) * np.finfo(np.float64).eps * max(float(values[-1]), 0.0)
    return (vectors * np.sqrt(np.where(values > rounding, values, 0.0))) @ vectors.T
