"""The three machines of Kamb and Ganguli: patches vote for their centre.

    D(z)(r) = sum w x_i(r') / sum w,   w = exp(-|P_k(z, r) - P_k(x_i, r')|^2 / (2 sigma^2)),

where P_k(x, r) is the k x k patch, all channels, around r. All channels of a location share one
weight. The machines differ in the places r' that a location r is compared with (`patch_moves`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.patch_answers import Answers, by_levels
from explorer.denoisers.patch_moves import Border, centred
from explorer.denoisers.patch_sizes import PatchOption, kamb, size_table
from explorer.denoisers.patch_sums import STEP, Engine, Machine, Query, window_sums
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.posterior import Posterior


@dataclass(frozen=True, slots=True, eq=False)
class PatchPosterior:
    """Posterior mean by patches; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
        Of the data set.
    border : "local", "periodic" or "classes"
    sizes : PerLevel
        Odd patch sizes by noise level.
    machine : Machine
    limit : int or None
        Use only so many images, evenly spaced; None for all.

    References
    ----------
    Kamb and Ganguli, An analytic theory of creativity in convolutional diffusion models (2024)
    """

    images: np.ndarray
    border: Border
    sizes: PerLevel
    machine: Machine = field(default_factory=Machine)
    limit: int | None = None

    def __post_init__(self) -> None:
        side, largest = min(self.images.shape[2:]), max(self.sizes.values)
        if self.border == "periodic" and largest > side:
            problem = f"Patches of {largest} pixels fit nowhere into {side} pixels."
            raise InputError("patch", problem, f"Give odd sizes up to {side - 1 + side % 2}.")
        if self.limit is not None and self.limit < 1:
            problem = f"images = {self.limit} leaves no image."
            raise InputError("images", problem, "Give a whole number >= 1, or None for all.")

    @property
    def used(self) -> np.ndarray:
        """Indices of the images in use, int64, increasing."""
        n = len(self.images)
        count = n if self.limit is None else min(self.limit, n)
        return np.arange(count, dtype=np.int64) * n // count

    @property
    def approximate(self) -> str:
        """Which images are in use, in words; empty if all are."""
        used, n = len(self.used), len(self.images)
        return "" if used == n else f"A subset: {used:,} of the {n:,} images."

    def patch(self, sigma: float) -> int:
        """Return the patch size at a noise level."""
        return int(self.sizes.at(sigma))

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        return self.posterior(x, sigma).mean

    def posterior(self, x: torch.Tensor, sigma: float | torch.Tensor) -> Posterior:
        """Return mean and diagnostics per location; N_eff counts patches, equal over channels."""
        used = self.used
        images = self.images if len(used) == len(self.images) else self.images[used]
        _, height, width = shape = self.images.shape[1:]

        def answer(noisy: np.ndarray, level: float) -> Answers:
            total = window_sums(
                images,
                Query.of(noisy, level),
                centred(self.patch(level), (height, width), self.border),
                machine=self.machine,
                device=x.device,
            )
            # s and s2 agree to their rounding, no better, where one patch has all the weight.
            effective = np.maximum(total.s**2 / total.s2, 1.0)
            largest = np.minimum(1.0 / total.s, 1.0)
            return total.mean() * STEP - 1.0, effective, largest, used[total.heaviest]

        return by_levels(answer, x, sigma, shape)


def machine_of(
    array: np.ndarray,
    border: Border,
    *,
    patch: PatchOption,
    engine: Engine,
    threads: int | None,
    images: int | None = None,
) -> PatchPosterior:
    """Return one of the machines with options as a person gives them."""
    sizes = size_table(patch, kamb(min(array.shape[2:])), odd=True)
    return PatchPosterior(array, border, sizes, Machine(engine, threads), images)
