"""Nine modes on a square: a mixture in the style of the RTK paper's example, with our numbers.

The paper shows a 10-dimensional mixture of clusters; its weights, means and variances are not
known to us. Here the modes stand on {-1, 0, 1}^2 in the first two coordinates, and all coordinates
have the same variance around them.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.core.errors import InputError
from explorer.denoisers.gaussian_mixture import GaussianMixture

WEIGHTS = np.array([0.15, 0.05, 0.15, 0.05, 0.20, 0.05, 0.15, 0.05, 0.15])  # row by row


def grid_mixture(*, std: float = 0.25, dimension: int = 10) -> GaussianMixture:
    """Return the exact denoiser of the nine modes, for points (B, 1, 1, dimension).

    Parameters
    ----------
    std : float
        Standard deviation of each mode, positive.
    dimension : int
        At least 2.

    Raises
    ------
    InputError
        If std is not positive or there are fewer than two dimensions.

    References
    ----------
    Huang et al., Reverse transition kernel, arXiv:2405.16387, for the kind of example

    Examples
    --------
    >>> modes = grid_mixture()
    >>> modes.means.shape, modes.means[0, :3].tolist(), modes.shape
    ((9, 10), [-1.0, -1.0, 0.0], (1, 1, 10))
    """
    if not 0.0 < std < math.inf:
        raise InputError("std", f"std = {std} is not positive.", "Give about 0.25.")
    if dimension < 2:
        raise InputError("dimension", f"dimension = {dimension}.", "Give at least 2.")
    means = np.zeros((9, dimension))
    means[:, :2] = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    covariances = np.tile(std**2 * np.eye(dimension), (9, 1, 1))
    return GaussianMixture(WEIGHTS, means, covariances, (1, 1, dimension))
