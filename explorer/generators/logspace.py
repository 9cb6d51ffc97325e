"""Sums and integrals of numbers given by their logarithms."""

from __future__ import annotations

import numpy as np


def log_cells(log_f: np.ndarray, log_width: np.ndarray) -> np.ndarray:
    """Return ``log int f`` over cells, ``log f`` linear in each: exact for exponentials.

    Parameters
    ----------
    log_f : numpy.ndarray, shape (..., n + 1)
        Values at the ends of the cells.
    log_width : numpy.ndarray, shape (..., n)

    Returns
    -------
    numpy.ndarray, shape (..., n)

    Examples
    --------
    >>> float(log_cells(np.array([0.0, 1.0]), np.array([0.0]))[0].round(12))
    0.541324854613
    """
    left, right = log_f[..., :-1], log_f[..., 1:]
    rise = np.maximum(np.abs(right - left), 1e-9)
    return np.maximum(left, right) + log_width + np.log(-np.expm1(-rise) / rise)


def log_sums(logs: np.ndarray) -> np.ndarray:
    """Return the logs of the partial sums ``0, f_1, f_1 + f_2, ...``, shape (n + 1,)."""
    return np.concatenate(([-np.inf], np.logaddexp.accumulate(logs)))
