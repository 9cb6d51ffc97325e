"""From noisy images to a posterior, one noise level at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from explorer.denoisers.noise import by_level, check_images, levels
from explorer.denoisers.posterior import Posterior

Answers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def by_levels(
    answer: Callable[[np.ndarray, float], Answers],
    x: torch.Tensor,
    sigma: float | torch.Tensor,
    shape: tuple[int, ...],
) -> Posterior:
    """Return the posterior of noisy images of any noise levels, of x's type and on its device.

    Parameters
    ----------
    answer : callable
        Maps noisy images, float64 (b, C, H, W), of one noise level to mean, N_eff, largest weight
        and heaviest image, each (b, C, H W) or (b, 1, H W).
    x : torch.Tensor, (B, C, H, W)
    sigma : float or torch.Tensor, (B,)
    shape : tuple of int
        (C, H, W) of the data.

    Raises
    ------
    InputError
        With field ``"x"`` or ``"sigma"``.
    """
    check_images(x, (shape[0], shape[1], shape[2]))
    noisy = x.detach().cpu().double().numpy()
    found = np.empty((4, len(x), shape[0], shape[1] * shape[2]))
    for level, index in by_level(levels(sigma, len(x))):
        for k, values in enumerate(answer(noisy[index], level)):
            found[k, index] = values
    mean, effective, largest, heaviest = torch.from_numpy(found).to(x.device).reshape(4, *x.shape)
    return Posterior(mean.to(x.dtype), effective.to(x.dtype), largest.to(x.dtype), heaviest.long())
