"""From a denoiser to segments: where the meter is read, and the segments that it allows.

L_neg is the largest value over points at each level: noisy data, and for a mixture also points on
the lines between its means, where the modes part. It is an estimate from below.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.core import rng
from explorer.core.errors import InputError
from explorer.samplers.log_concavity import l_neg, mixture_l_neg
from explorer.samplers.rtk_mixture import Axes, axes

if TYPE_CHECKING:
    from explorer.core.types import Denoiser

STREAM = 61  # of the points
BETWEEN = 33  # points on the line between two means, both ends included

Bound = Callable[[float], float]  # sigma -> L_neg(sigma)


def mixture_bound(mixture: object, *, points: int = 256, seed: int = 0) -> Bound:
    """Return ``sigma -> L_neg(sigma)`` of a Gaussian mixture, from exact Hessians.

    Parameters
    ----------
    mixture : object
        A denoiser with weights, means and covariances.
    points : int
        Noisy data points; the same clean points and noise directions at all levels.
    seed : int

    Raises
    ------
    InputError
        If the denoiser is not a mixture.
    """
    parts = axes(mixture)
    between = _between(parts.means)
    clean, noise = _draws(parts, points, seed)

    def bound(sigma: float) -> float:
        return mixture_l_neg(parts, torch.cat([between, clean + sigma * noise]), sigma)

    return bound


def denoiser_bound(
    denoise: Denoiser, clean: torch.Tensor, *, seed: int = 0, rounds: int = 30
) -> Bound:
    """Return ``sigma -> L_neg(sigma)`` of a differentiable denoiser, by power iteration.

    Parameters
    ----------
    denoise : Denoiser
    clean : torch.Tensor
        Clean data, (B, ...): the points are these with noise, B a level.
    seed : int
    rounds : int
        Products with the Jacobian, B at a time.
    """
    generator = rng.torch_generator(seed, STREAM)
    noise = torch.randn(clean.shape, generator=generator, dtype=torch.float64).to(clean)
    return lambda sigma: l_neg(denoise, clean + sigma * noise, sigma, rounds=rounds)


def meter(bound: Bound, sigmas: np.ndarray) -> np.ndarray:
    """Return M = (a^2 - b^2) L_neg(b) of every segment, float64 (n,).

    Raises
    ------
    InputError
        If a level is not positive: L_neg at 0 is that of the data, which need not exist.

    Examples
    --------
    >>> meter(lambda sigma: 2.0, np.array([2.0, 1.5, 1.0]))
    array([3.5, 2.5])
    """
    nodes = np.asarray(sigmas, dtype=np.float64)
    if not (nodes > 0.0).all():
        raise InputError("sigmas", "The meter is read at sigma = 0.", "End above 0.")
    return np.array([(a**2 - b**2) * bound(float(b)) for a, b in pairwise(nodes)])


def _between(means: torch.Tensor) -> torch.Tensor:
    """Return points on the lines between all pairs of means, (P, d); of one mean, the mean."""
    if len(means) == 1:
        return means
    first, second = torch.triu_indices(len(means), len(means), offset=1).unbind()
    way = torch.linspace(0.0, 1.0, BETWEEN, dtype=means.dtype)[:, None, None]
    return torch.lerp(means[first], means[second], way).flatten(0, 1)


def _draws(parts: Axes, points: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return clean points of the mixture and directions of noise, both (points, d)."""
    generator = rng.torch_generator(seed, STREAM)
    k = torch.multinomial(parts.log_weights.exp(), points, replacement=True, generator=generator)
    shape = (2, points, parts.means.shape[1])
    own, noise = torch.randn(shape, generator=generator, dtype=torch.float64)
    turned = torch.einsum("be,bde->bd", own * parts.values[k].sqrt(), parts.vectors[k])
    return parts.means[k] + turned, noise
