"""Nodes that lie evenly in some function of sigma, with both ends exact."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Map = Callable[[np.ndarray], np.ndarray]


def evenly(m: int, sigma_min: float, sigma_max: float, *, there: Map, back: Map) -> np.ndarray:
    """Return m nodes from sigma_max down to sigma_min, evenly spaced in ``there(sigma)``.

    Parameters
    ----------
    m : int
        Number of nodes, at least 1; a single node is sigma_max.
    sigma_min, sigma_max : float
        0 < sigma_min < sigma_max.
    there, back : callable
        An increasing function and its inverse.

    Returns
    -------
    numpy.ndarray
        float64, (m,).

    Examples
    --------
    >>> evenly(3, 1.0, 9.0, there=np.sqrt, back=np.square)
    array([9., 4., 1.])
    """
    high, low = there(np.array([sigma_max, sigma_min], dtype=np.float64))
    nodes = back(high + np.linspace(0.0, 1.0, m) * (low - high))
    nodes[-1] = sigma_min
    nodes[0] = sigma_max  # last: a single node is the start
    return nodes
