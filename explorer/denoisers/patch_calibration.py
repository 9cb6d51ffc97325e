"""Patch sizes that agree best with a given denoiser, by noise level.

On each of some trajectories of the reference, at each noise level, the size k is taken at which the
score of the patch denoiser, ``(D_k(z) - z) / sigma^2``, has the greatest cosine with that of the
reference at the same z; then the median over trajectories. The reference may be a trained network,
as in the paper, or any other denoiser.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.rng import normal
from explorer.core.types import Denoiser
from explorer.denoisers import build
from explorer.denoisers.statistics import image_array

SIZES = tuple(range(3, 18, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    sigmas : numpy.ndarray, shape (S,)
        Decreasing.
    sizes : numpy.ndarray of int, shape (K,)
        Increasing.
    cosines : numpy.ndarray, shape (S, K, T)
        Between the scores, for each of T trajectories.
    chosen : numpy.ndarray of int, shape (S,)
        Median over trajectories of the best size; of two middle ones the smaller.
    """

    sigmas: np.ndarray
    sizes: np.ndarray
    cosines: np.ndarray
    chosen: np.ndarray

    @property
    def patch(self) -> tuple[tuple[float, int], ...]:
        """Pairs (sigma, k), as the option ``patch`` takes them."""
        return tuple(zip(self.sigmas.tolist(), self.chosen.tolist(), strict=True))


def calibrate(
    data: Any,
    reference: Denoiser,
    sigmas: Sequence[float] | np.ndarray,
    *,
    name: str = "kamb-ls",
    sizes: Sequence[int] = SIZES,
    trajectories: int = 20,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    **options: Any,
) -> Calibration:
    """Return the patch sizes of a patch denoiser that agree best with a reference.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
        For the patch denoiser.
    reference : Denoiser
        The trajectories are its own, deterministic steps from noise of a fixed seed.
    sigmas : sequence of float
        Noise levels > 0 that the trajectories pass; visited from the largest.
    name : str
        Any denoiser with the option ``patch``.
    sizes : sequence of int
        To choose from.
    trajectories : int
    seed : int
    progress : callable, optional
        Told the share of the work done, up to 1.
    **options
        Further ones of the patch denoiser, for instance ``images=200``.

    Raises
    ------
    InputError
        With field ``"sigmas"``, ``"sizes"`` or ``"trajectories"``.

    References
    ----------
    Kamb and Ganguli, An analytic theory of creativity in convolutional diffusion models (2024)

    Examples
    --------
    >>> images = np.random.default_rng(0).integers(0, 256, (20, 1, 6, 6), dtype=np.uint8)
    >>> reference = build("kamb-ls", images, patch=5)
    >>> calibrate(images, reference, [3.0, 0.5], sizes=[3, 5, 7], trajectories=3).patch
    ((3.0, 5), (0.5, 5))
    """
    levels = np.sort(np.unique(np.asarray(sigmas, dtype=np.float64)))[::-1]
    candidates = np.unique(np.asarray(sizes, dtype=np.int64))
    _check(levels, candidates, trajectories)
    array = image_array(data)
    machines = [build(name, array, patch=int(size), **options) for size in candidates]
    noise = torch.from_numpy(normal(seed, trajectories, array.shape[1:])).double()
    z = noise * float(np.sqrt(1.0 + levels[0] ** 2))
    cosines = np.empty((len(levels), len(candidates), trajectories))
    for i, level in enumerate(levels.tolist()):
        answer = reference(z, level)
        for k, machine in enumerate(machines):
            cosines[i, k] = _cosine(machine(z, level) - z, answer - z)
            if progress is not None:
                progress((i * len(machines) + k + 1) / (len(levels) * len(machines)))
        following = float(levels[i + 1]) if i + 1 < len(levels) else 0.0
        z = answer + (z - answer) * (following / level)
    best = np.sort(candidates[cosines.argmax(axis=1)], axis=1)
    return Calibration(levels, candidates, cosines, best[:, (trajectories - 1) // 2])


def _cosine(a: torch.Tensor, b: torch.Tensor) -> np.ndarray:
    """Return the cosines between images of two batches, float64 (B,)."""
    flat, other = a.double().flatten(1), b.double().flatten(1)
    return torch.nn.functional.cosine_similarity(flat, other, dim=1).cpu().numpy()


def _check(levels: np.ndarray, sizes: np.ndarray, trajectories: int) -> None:
    if not levels.size or not (np.isfinite(levels).all() and (levels > 0.0).all()):
        problem = f"sigmas = {levels.tolist()[:4]} are not noise levels."
        raise InputError("sigmas", problem, "Give finite numbers > 0, for instance 10, 1, 0.1.")
    if not sizes.size:
        raise InputError("sizes", "There is no size to choose from.", "Give for instance 3, 5, 7.")
    if trajectories < 1:
        problem = f"trajectories = {trajectories} leaves nothing to compare."
        raise InputError("trajectories", problem, "Give a whole number >= 1; published: 20.")
