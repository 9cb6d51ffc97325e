"""Variance-preserving noise in the explorer's terms, and back.

    x_t = sqrt(a) x0 + sqrt(1 - a) eps,   z = x_t / sqrt(a) = x0 + sigma eps,
    sigma^2 = (1 - a) / a,                a = 1 / (1 + sigma^2),

with ``a = alpha_bar`` the fraction of the signal's power that is left.
"""

from __future__ import annotations

import numpy as np

from explorer.core.errors import InputError


def sigma(alpha_bar: float | np.ndarray) -> np.ndarray:
    """Return the noise level, float64, of the shape given.

    Parameters
    ----------
    alpha_bar : float or numpy.ndarray
        In (0, 1].

    Raises
    ------
    InputError
        With field ``"alpha_bar"``, outside (0, 1].

    Examples
    --------
    >>> float(sigma(0.5)), float(sigma(1.0))
    (1.0, 0.0)
    """
    a = np.asarray(alpha_bar, dtype=np.float64)
    if not ((a > 0.0) & (a <= 1.0)).all():
        problem = f"alpha_bar = {a.ravel()[:4].tolist()} does not lie in (0, 1]."
        raise InputError("alpha_bar", problem, "Give the fraction of signal power that is left.")
    return np.sqrt((1.0 - a) / a)


def alpha_bar(sigma: float | np.ndarray) -> np.ndarray:
    """Return the fraction of signal power that is left at a noise level >= 0, float64.

    Raises
    ------
    InputError
        With field ``"sigma"``, for a level that is negative or not finite.

    Examples
    --------
    >>> float(alpha_bar(1.0)), float(alpha_bar(0.0))
    (0.5, 1.0)
    """
    levels = np.asarray(sigma, dtype=np.float64)
    if not (np.isfinite(levels) & (levels >= 0.0)).all():
        problem = f"sigma = {levels.ravel()[:4].tolist()} is not a noise level."
        raise InputError("sigma", problem, "Give finite numbers >= 0.")
    return 1.0 / (1.0 + levels**2)
