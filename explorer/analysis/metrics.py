r"""How far a denoised image is from another one: r^2 and mean squared error, per image.

    r^2 = 1 - sum_n (x_n - y_n)^2 / (d var(y)),   MSE = (1/d) sum_n (x_n - y_n)^2,

with x the picture judged, y the reference, both in [-1, 1] and not clamped, d their number of
values, and var(y) the unbiased variance over the values of one image (1 where it is 0). r^2 = 1
means equal; a flat picture of the reference's mean grey has about 0; worse is negative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.core.errors import InputError


def r2(pred: Any, reference: Any) -> np.ndarray:
    """Return r^2 of each image, float64 (B,).

    Parameters
    ----------
    pred, reference : numpy.ndarray or torch.Tensor, shape (B, ...)
        Of equal shapes, at least two values per image.

    Raises
    ------
    InputError
        If the shapes differ or an image has one value.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> reference = np.array([[-1.0, 0.0, 1.0]])  # variance 1
    >>> r2([[-1.0, 0.0, 1.0]], reference), r2([[-1.0, 0.0, 0.0]], reference)
    (array([1.]), array([0.66666667]))
    """
    x, y = _rows(pred, reference)
    if y.shape[1] < 2:
        problem = "An image of one value has no variance."
        raise InputError("reference", problem, "Give images of two or more values.")
    variance = y.var(axis=1, ddof=1)
    flat = np.ptp(y, axis=1) == 0.0  # exactly: rounding in the mean would leave a tiny variance
    return 1.0 - ((x - y) ** 2).mean(axis=1) / np.where(flat, 1.0, variance)


def mse(pred: Any, reference: Any) -> np.ndarray:
    """Return the mean squared error of each image, float64 (B,); arguments as in `r2`.

    Examples
    --------
    >>> mse([[1.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]])
    array([0.5, 0. ])
    """
    x, y = _rows(pred, reference)
    return ((x - y) ** 2).mean(axis=1)


def _rows(pred: Any, reference: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return both as float64 (B, d)."""
    x, y = _array(pred), _array(reference)
    if x.shape != y.shape or x.ndim < 2 or x[:1].size == 0:
        problem = f"The images are shaped {x.shape}, the reference {y.shape}."
        raise InputError("pred", problem, "Give two equal stacks of images, (B, C, H, W).")
    return x.reshape(len(x), -1), y.reshape(len(y), -1)


def _array(values: Any) -> np.ndarray:
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64)
