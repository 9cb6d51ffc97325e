"""Patch-set posterior composite: the average of the posterior means of overlapping patches.

For each place L of a p x p window fully inside the image,

    w_iL ~ exp(-|z_L - x_iL|^2 / (2 sigma^2)),   sum_i w_iL = 1,

is a posterior over images from that patch alone. At pixel n the answer averages over the windows
that hold it, ``D_n(z) = sum_i x_in mean_{L with n} w_iL``. Two passes of moving sums.

Where sensitivity fields are given, the flexible variant: one patch per location, of any form
(`field_masks`), whose posterior mean is kept at that location only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.about import About
from explorer.denoisers.field_masks import FRACTIONS, FieldMasks
from explorer.denoisers.locality import Locality
from explorer.denoisers.patch_answers import Answers, by_levels
from explorer.denoisers.patch_means import window_votes
from explorer.denoisers.patch_sizes import PatchOption, niedoba, size_table
from explorer.denoisers.patch_sums import STEP, Engine, Machine, Query
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.posterior import Posterior
from explorer.denoisers.statistics import Statistics, image_array
from explorer.denoisers.wiener import Wiener

NAME = "niedoba"
ABOUT = About(
    title="Niedoba et al., squares",
    source="Niedoba et al. 2024, arXiv:2411.19339",
    cost=r"O(n d)",
    memory="32 images and a few numbers per location",
)
_MASKED: dict[str, Any] = {"auto": "auto", "compiled": "tree", "torch": "fused"}


@dataclass(frozen=True, slots=True, eq=False)
class PatchSets:
    """Average of patch posterior means; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    sizes : PerLevel
        Sides of the square patches by noise level.
    flips : bool
        The images' mirror images count, too.
    machine : Machine

    References
    ----------
    Niedoba et al., Towards a mechanistic explanation of diffusion model generalization (2024)
    """

    images: np.ndarray
    sizes: PerLevel
    flips: bool = False
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        side, largest = min(self.images.shape[2:]), max(self.sizes.values)
        if largest > side:
            problem = f"Patches of {largest} pixels do not fit into {side} pixels."
            raise InputError("patch", problem, f"Give sizes from 1 to {side}.")

    def patch(self, sigma: float) -> int:
        """Return the patch size at a noise level."""
        return int(self.sizes.at(sigma))

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        return self.posterior(x, sigma).mean

    def posterior(self, x: torch.Tensor, sigma: float | torch.Tensor) -> Posterior:
        """Return mean and diagnostics per pixel, of an image's mean weight over patches."""

        def answer(noisy: np.ndarray, level: float) -> Answers:
            votes = window_votes(
                self.images,
                Query.of(noisy, level),
                self.patch(level),
                mirrored=self.flips,
                machine=self.machine,
                device=x.device,
            )
            effective = np.maximum(1.0 / votes.s2, 1.0)[:, None]
            largest = np.minimum(votes.largest, 1.0)[:, None]
            return votes.y * STEP - 1.0, effective, largest, votes.heaviest[:, None]

        return by_levels(answer, x, sigma, self.images.shape[1:])


def build(
    data: Any,
    *,
    patch: PatchOption = None,
    flips: bool = False,
    fields: Mapping[float, np.ndarray] | None = None,
    fractions: Mapping[float, float] | None = None,
    engine: Engine = "auto",
    threads: int | None = None,
    statistics: Statistics | None = None,
    cache: str | Path | None = "auto",
) -> PatchSets | Locality:
    """Return the patch denoiser of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    patch : int, pairs (sigma, p) or None
        Sides of the patches; None is the schedule published for CIFAR-10, by the nearest log
        sigma, in proportion to the images' shorter side.
    flips : bool
        Mirror images count, too, as in the paper.
    fields : mapping of noise level to numpy.ndarray (H W, H W), optional
        Mean absolute gradient of each output location at every input one: the flexible variant,
        with the field of the nearest level. Excludes `patch` and `flips`.
    fractions : mapping of noise level to float, optional
        Of the gradient that a mask holds; None is the published schedule.
    engine : "auto", "compiled" or "torch"
    threads : int or None
    statistics, cache
        For the flexible variant, as for ``locality``.

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # -1 and 1
    >>> d = build(images)
    >>> d(torch.full((1, 1, 1, 1), 0.5), 1.0).item()  # tanh(0.5)
    0.4621...
    """
    array = image_array(data)
    if fields is not None:
        if patch is not None or flips:
            problem = "Fields give each location a mask of its own, without patches or flips."
            raise InputError("fields", problem, "Leave out patch and flips, or the fields.")
        known = statistics or Statistics.fit(data, cache=cache)
        share = FRACTIONS if fractions is None else PerLevel.of(fractions)
        source = FieldMasks(Wiener(known), fields=fields, fractions=share)
        wanted = _MASKED[Machine(engine, threads).engine]
        return Locality(array, source, engine=wanted, threads=threads)
    sizes = size_table(patch, niedoba(min(array.shape[2:])), odd=False)
    return PatchSets(array, sizes, flips, Machine(engine, threads))
