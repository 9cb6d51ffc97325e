"""The nearest training image: ``argmin_i |z - x_i|`` or, as published, ``argmin_i |x_t - x_i|``.

``x_t = z / sqrt(1 + sigma^2)`` is the variance-preserving form. Without scaling the images by the
same factor, the published rule prefers dark or flat images at high noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.denoisers.about import About
from explorer.denoisers.noise import check_images, levels
from explorer.denoisers.optimal import nearness
from explorer.denoisers.statistics import image_array

NAME = "nearest"
ABOUT = About(
    title="Nearest image",
    source="Lukoianov et al. 2025, arXiv:2509.09672",
    cost=r"O(n d)",
    memory=r"one distance per image",
)


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Answer with a training image; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    scaled : bool
        Compare z with x_i, which is right; False compares x_t with x_i, as published.

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # -1 and 1
    >>> Nearest(images)(torch.full((1, 1, 1, 1), 0.1), 1.0).item()
    1.0
    """

    images: np.ndarray
    scaled: bool = True

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the nearest images, shaped (B, C, H, W) as x and of its type."""
        found = self.images[self.index(x, sigma).cpu().numpy()]
        return (torch.tensor(found, device=x.device).double() / 127.5 - 1.0).to(x.dtype)

    def index(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the indices (B,) of the nearest images; the first of equal ones."""
        rows = check_images(x, self.images.shape[1:]).double()
        if not self.scaled:
            scale = 1.0 / np.sqrt(1.0 + levels(sigma, len(rows)) ** 2)
            rows = rows * torch.from_numpy(scale).to(x.device)[:, None]
        return nearness(self.images, rows).argmax(dim=1)


def build(data: Any, *, scaled: bool = True) -> Nearest:
    """Return the nearest-image denoiser of a data set."""
    return Nearest(image_array(data), scaled)
