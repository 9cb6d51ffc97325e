r"""Maximum mean discrepancy with a Gaussian (RBF) kernel, squared, without bias.

    MMD^2 = E k(X, X') + E k(Y, Y') - 2 E k(X, Y),    k(u, v) = exp(-|u - v|^2 / (2 l^2)).

Means within a set leave out equal points. Two Gaussians N(m1, s^2 I), N(m2, s^2 I) have
``2 c (1 - exp(-|m1 - m2|^2 / (2 l^2 + 4 s^2)))`` with ``c = (l^2 / (l^2 + 2 s^2))^(d/2)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.analysis.rows import pair, rows
from explorer.core import rng
from explorer.core.errors import InputError

CHUNK = 1 << 22  # kernel values that are held at a time
STREAM = 42  # of the points that the bandwidth is taken from


def mmd2(x: Any, y: Any, *, bandwidth: float | None = None) -> float:
    """Return the unbiased estimate of MMD^2.

    Parameters
    ----------
    x, y : array, shapes (n, d) and (m, d)
        At least two samples each.
    bandwidth : float, optional
        l > 0; by default `median_distance` of y, the reference: a bandwidth that followed x would
        make the numbers of two samplers incomparable.

    Raises
    ------
    InputError
        If the samples do not fit or the bandwidth is not positive.

    References
    ----------
    Gretton et al., A kernel two-sample test (2012), Lemma 6

    Examples
    --------
    >>> round(mmd2([[0.0], [0.0]], [[9.0], [9.0]], bandwidth=1.0), 12)
    2.0
    """
    a, b = pair(x, y, least=2)
    width = median_distance(b) if bandwidth is None else float(bandwidth)
    if not width > 0.0:
        problem = f"The bandwidth is {width}; it must be > 0."
        raise InputError("bandwidth", problem, "Give one, for instance the spread of the data.")
    n, m = len(a), len(b)
    xx = (_total(a, a, width) - n) / (n * (n - 1))
    yy = (_total(b, b, width) - m) / (m * (m - 1))
    return xx + yy - 2.0 * _total(a, b, width) / (n * m)


def median_distance(samples: Any, *, most: int = 1000, seed: int = 0) -> float:
    """Return the median distance between two samples, of at most `most` of them.

    Examples
    --------
    >>> median_distance([[0.0], [1.0], [3.0]])
    2.0
    """
    from scipy.spatial.distance import pdist

    points = rows(samples)
    if len(points) > most:
        chosen = rng.numpy_generator(seed, STREAM).choice(len(points), most, replace=False)
        points = points[np.sort(chosen)]
    return float(np.median(pdist(points))) if len(points) > 1 else 0.0


def _total(a: np.ndarray, b: np.ndarray, width: float) -> float:
    """Return the sum of the kernel over all pairs."""
    from scipy.spatial.distance import cdist

    step, scale = max(1, CHUNK // len(b)), -0.5 / width**2
    parts = (cdist(a[k : k + step], b, "sqeuclidean") for k in range(0, len(a), step))
    return float(sum(np.exp(scale * part).sum() for part in parts))
