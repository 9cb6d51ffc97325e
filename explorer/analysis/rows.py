"""Samples as the measurements take them: float64 rows (n, d), checked once."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.core.errors import InputError


def rows(samples: Any, field: str = "samples") -> np.ndarray:
    """Return samples as float64 (n, d): images (n, C, H, W) are laid out in rows.

    Parameters
    ----------
    samples : numpy.ndarray or torch.Tensor, shape (n, ...)
    field : str
        What the samples are called in an error.

    Raises
    ------
    InputError
        If there are no samples, or a value is not finite.

    Examples
    --------
    >>> rows(np.zeros((5, 1, 2, 2))).shape
    (5, 4)
    """
    if hasattr(samples, "detach"):
        samples = samples.detach().cpu().numpy()
    array = np.asarray(samples, dtype=np.float64)
    if array.ndim < 2 or array.size == 0:
        problem = f"The samples are shaped {array.shape}."
        raise InputError(field, problem, "Give points (n, d) or images (n, C, H, W).")
    if not np.isfinite(array).all():
        count = int((~np.isfinite(array)).any(axis=tuple(range(1, array.ndim))).sum())
        problem = f"{count} of {len(array)} samples have a value that is not finite."
        raise InputError(field, problem, "Leave them out, and say how many there were.")
    return array.reshape(len(array), -1)


def pair(x: Any, y: Any, *, least: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return two sets of samples of one dimension as rows (n, d) and (m, d).

    Raises
    ------
    InputError
        If the dimensions differ or a set has fewer than `least` samples.
    """
    a, b = rows(x, "x"), rows(y, "y")
    if a.shape[1] != b.shape[1]:
        problem = f"The samples have {a.shape[1]} and {b.shape[1]} values each."
        raise InputError("y", problem, "Compare samples of one shape.")
    for name, part in (("x", a), ("y", b)):
        if len(part) < least:
            problem = f"There are {len(part)} samples; the estimate needs {least}."
            raise InputError(name, problem, "Draw more samples.")
    return a, b
