"""Noisy images on their way in: flat rows, noise levels, and pixels named by (c, row, column)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from explorer.core.errors import InputError

Pixel = tuple[int, int, int]


def check_images(x: torch.Tensor, shape: tuple[int, int, int]) -> torch.Tensor:
    """Return x as rows (B, d).

    Raises
    ------
    InputError
        With field ``"x"``, if x is not (B, C, H, W) of floats with the data's (C, H, W).
    """
    if not x.is_floating_point() or tuple(x.shape[1:]) != tuple(shape):
        problem = f"x is {x.dtype} {tuple(x.shape)}; the data are images of {tuple(shape)}."
        raise InputError("x", problem, "Give floating-point images (B, C, H, W) of that size.")
    return x.reshape(len(x), -1)


def levels(sigma: float | torch.Tensor, batch: int) -> np.ndarray:
    """Return noise levels, float64 (batch,), from one number or one per image.

    Raises
    ------
    InputError
        With field ``"sigma"``, unless all are finite and >= 0.

    Examples
    --------
    >>> levels(0.5, 2)
    array([0.5, 0.5])
    """
    given = sigma.detach().cpu().double() if isinstance(sigma, torch.Tensor) else sigma
    values = np.asarray(given, dtype=np.float64)
    if values.shape not in {(), (1,), (batch,)}:
        problem = f"sigma has shape {values.shape} for {batch} images."
        raise InputError("sigma", problem, "Give one number, or one per image.")
    values = np.broadcast_to(values, (batch,))
    if not (np.isfinite(values).all() and (values >= 0).all()):
        problem = f"sigma = {values.tolist()[:4]} is not a noise level."
        raise InputError("sigma", problem, "Give a finite number >= 0.")
    return values


def by_level(values: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each noise level with the indices of its images, lowest first."""
    for sigma in np.unique(values):
        yield float(sigma), np.flatnonzero(values == sigma)


def pixel_index(pixel: Pixel, shape: tuple[int, int, int]) -> int:
    """Return the flat index of pixel (channel, row, column).

    Raises
    ------
    InputError
        With field ``"pixel"``, if it lies outside.

    Examples
    --------
    >>> pixel_index((1, 0, 2), (3, 4, 5))
    22
    """
    if len(pixel) != 3 or any(not 0 <= p < n for p, n in zip(pixel, shape, strict=True)):
        problem = f"Pixel {tuple(pixel)} lies outside images of {tuple(shape)}."
        raise InputError("pixel", problem, "Give (channel, row, column), counted from 0.")
    c, row, column = pixel
    return int((c * shape[1] + row) * shape[2] + column)
