"""Coefficients of exponential integrators, in float64 and without cancellation.

    E1(z) = e^z - 1,   psi_k(z) = sum_{j >= 1} z^j / (k + j)!,
    psi_1 = E1(z)/z - 1,   psi_{k+1} = psi_k / z - 1/(k+1)!.

A step from sigma = a to b has h = ln(a/b), so ``E1(-h) = b/a - 1``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch

Denoise = Callable[[torch.Tensor, float], torch.Tensor]
_TERMS = 20  # of a series that is used for |z| < 1: 1/21! is below rounding


def pairs(sigmas: np.ndarray) -> Iterator[tuple[int, float, float]]:
    """Yield the number of each step and its two ends.

    Examples
    --------
    >>> list(pairs(np.array([4.0, 2.0, 1.0])))
    [(0, 4.0, 2.0), (1, 2.0, 1.0)]
    """
    for i in range(len(sigmas) - 1):
        yield i, float(sigmas[i]), float(sigmas[i + 1])


def log_ratio(a: float, b: float) -> float:
    """Return ``ln(a / b)``: the step in lambda = -ln sigma.

    Examples
    --------
    >>> log_ratio(2.0, 2.0)
    0.0
    """
    return math.log(a / b)


def psi(k: int, z: float) -> float:
    """Return ``psi_k(z)``, k at least 1, to rounding at every z.

    Examples
    --------
    >>> psi(1, 1.0) == math.e - 2.0, psi(2, 1e-9)
    (True, 1.66...e-10)
    """
    if abs(z) < 1.0:
        return sum(z**j / math.factorial(k + j) for j in range(_TERMS, 0, -1))
    value = math.expm1(z) / z - 1.0
    for j in range(2, k + 1):
        value = value / z - 1.0 / math.factorial(j)
    return value


def towards(x: torch.Tensor, x0: torch.Tensor, a: float, b: float) -> torch.Tensor:
    """Return ``(b/a) x - E1(-h) x0``: the exact step if the estimate were constant.

    Examples
    --------
    >>> towards(torch.tensor([4.0]), torch.tensor([0.0]), 2.0, 0.5)
    tensor([1.])
    """
    return torch.lerp(x0, x, b / a)
