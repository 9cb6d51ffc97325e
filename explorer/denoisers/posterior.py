"""What a posterior over training images says, beside its mean.

With weights ``p_i`` of the N images, per output pixel or for the whole image:

    N_eff = 1 / sum p_i^2 = s^2 / s2,   p_max = exp(m) / s,

with ``s = sum exp(l_i)``, ``s2 = sum exp(2 l_i)`` and m the largest of the ``l_i``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Posterior mean and diagnostics, all shaped (B, C, H, W).

    Attributes
    ----------
    mean : torch.Tensor
        The denoised images.
    effective : torch.Tensor
        Effective number of images N_eff, 1 to N.
    largest : torch.Tensor
        Weight of the heaviest image, 0 to 1: near 1 the pixel is copied.
    heaviest : torch.Tensor of int64
        Index of the heaviest image.
    """

    mean: torch.Tensor
    effective: torch.Tensor
    largest: torch.Tensor
    heaviest: torch.Tensor
