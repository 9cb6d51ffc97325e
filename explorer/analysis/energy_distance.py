r"""Energy distance, without bias.

    E(P, Q) = 2 E|X - Y| - E|X - X'| - E|Y - Y'|,

zero only for equal laws. The means within a set leave out the distance of a point to itself, so
the estimate is unbiased: about 0, and as often negative, for two samples of one law.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.analysis.rows import pair

CHUNK = 1 << 22  # distances that are held at a time


def energy_distance(x: Any, y: Any) -> float:
    """Return the unbiased estimate of the energy distance of two sets of samples.

    Parameters
    ----------
    x, y : array, shapes (n, d) and (m, d)
        At least two samples each.

    Returns
    -------
    float
        In the units of the samples; may be slightly negative. `scipy.stats.energy_distance` is
        the square root of the biased one, in dimension 1.

    Raises
    ------
    InputError
        If the samples do not fit.

    References
    ----------
    Székely and Rizzo, Energy statistics: a class of statistics based on distances (2013)

    Examples
    --------
    >>> energy_distance([[0.0], [2.0]], [[1.0], [1.0]])  # 2 * 1 - 2 - 0
    0.0
    """
    a, b = pair(x, y, least=2)
    n, m = len(a), len(b)
    within = _total(a, a) / (n * (n - 1)) + _total(b, b) / (m * (m - 1))
    return 2.0 * _total(a, b) / (n * m) - within


def _total(a: np.ndarray, b: np.ndarray) -> float:
    """Return the sum of all distances between two sets of rows."""
    from scipy.spatial.distance import cdist

    step = max(1, CHUNK // len(b))
    return float(sum(cdist(a[k : k + step], b).sum() for k in range(0, len(a), step)))
