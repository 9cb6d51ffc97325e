"""The optimal denoiser of a finite set: the posterior mean over its images.

    D(z) = sum_i p_i x_i,   p_i ~ exp(-|z - x_i|^2 / (2 sigma^2 T)).

It minimises the training loss of a diffusion model exactly, and so reproduces training images. With
``y_i = x_i - mu`` and ``w = z - mu`` the logits are ``(w . y_i - |y_i|^2 / 2) / (sigma^2 T)`` up to
a constant. They reach 10^7 at low noise, where float32 loses whole units: they are formed in
float64, by one matrix product per chunk of images.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.about import About
from explorer.denoisers.noise import check_images, levels
from explorer.denoisers.posterior import Posterior
from explorer.denoisers.statistics import image_array

NAME = "optimal"
ABOUT = About(
    title="Optimal (all images)",
    source="Kamb and Ganguli 2024, arXiv:2412.20292",
    cost=r"O(n d)",
    memory=r"one weight per image",
)
CHUNK = 1024
SMALLEST = 1e-200  # of sigma^2 T: without noise, the nearest image
NEGLIGIBLE = 1e-18  # mass of a chunk of images that is left out of the mean


@dataclass(frozen=True, slots=True, eq=False)
class Optimal:
    """Posterior mean over all images, or over the nearest ones; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    temperature : float
        T > 0; the images' weights are flattened as it grows.
    neighbours : int or None
        Keep only that many nearest images: a truncation, right at low noise and wrong at high
        noise, where nearly all images matter.

    References
    ----------
    Kamb and Ganguli, An analytic theory of creativity in convolutional diffusion models (2024)

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # -1 and 1
    >>> optimal = Optimal(images)
    >>> optimal(torch.full((1, 1, 1, 1), 0.5), 1.0).item()  # tanh(0.5)
    0.4621...
    """

    images: np.ndarray
    temperature: float = 1.0
    neighbours: int | None = None

    def __post_init__(self) -> None:
        check_temperature(self.temperature)
        if self.neighbours is not None and self.neighbours < 1:
            problem = f"neighbours = {self.neighbours} leaves no image."
            raise InputError("neighbours", problem, "Give a whole number >= 1, or None for all.")

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        return self.posterior(x, sigma).mean

    def posterior(self, x: torch.Tensor, sigma: float | torch.Tensor) -> Posterior:
        """Return mean and diagnostics; the latter are equal over all pixels of an image."""
        rows = check_images(x, self.images.shape[1:])
        variances = torch.from_numpy(levels(sigma, len(rows)) ** 2 * self.temperature)
        scores = nearness(self.images, rows)
        weights = (scores - scores.amax(dim=1, keepdim=True)).div_(
            variances.clamp_min(SMALLEST)[:, None].to(x.device)
        )
        if self.neighbours is not None and self.neighbours < len(self.images):
            least = scores.topk(self.neighbours, dim=1).values[:, -1:]
            weights.masked_fill_(scores < least, -math.inf)
        weights = torch.softmax(weights, dim=1)
        mean = _average(self.images, weights).to(x.dtype).reshape(x.shape)
        largest, heaviest = weights.max(dim=1)
        effective = 1.0 / weights.square().sum(dim=1)
        return Posterior(
            mean,
            *(
                value.to(kind)[:, None, None, None].expand(x.shape)
                for value, kind in (
                    (effective, x.dtype),
                    (largest, x.dtype),
                    (heaviest, torch.int64),
                )
            ),
        )


def nearness(images: np.ndarray, rows: torch.Tensor) -> torch.Tensor:
    """Return ``w . y_i - |y_i|^2 / 2`` in float64 (B, N): larger is nearer to rows (B, d).

    It is ``(|w|^2 - |z - x_i|^2) / 2``; no image is more than a chunk at a time in float64.
    """
    scores = torch.empty(len(rows), len(images), dtype=torch.float64, device=rows.device)
    centre = images[: 2 * CHUNK].reshape(min(len(images), 2 * CHUNK), -1).mean(axis=0)
    centre = torch.from_numpy(centre / 127.5 - 1.0).to(rows.device)
    w = rows.double() - centre
    for place, x in chunks(images, rows.device):
        y = x - centre
        scores[:, place] = w @ y.T - 0.5 * y.square().sum(dim=1)
    return scores


def chunks(images: np.ndarray, device: torch.device) -> Iterator[tuple[slice, torch.Tensor]]:
    """Yield the images in [-1, 1], float64 (n, d), a chunk at a time."""
    for start in range(0, len(images), CHUNK):
        part = np.ascontiguousarray(images[start : start + CHUNK])
        on_device = torch.tensor(part, device=device).reshape(len(part), -1)
        yield slice(start, start + len(part)), on_device.double().div_(127.5).sub_(1.0)


def check_temperature(temperature: float) -> None:
    """Raise InputError unless ``temperature > 0``."""
    if not 0.0 < temperature < math.inf:
        problem = f"temperature = {temperature} is not a number > 0."
        raise InputError("temperature", problem, "Give 1 for the posterior itself.")


def _average(images: np.ndarray, weights: torch.Tensor) -> torch.Tensor:
    """Return ``sum_i p_i x_i``, float64 (B, d), without chunks that do not count."""
    size = int(np.prod(images.shape[1:]))
    mean = torch.zeros(len(weights), size, dtype=torch.float64, device=weights.device)
    for start in range(0, len(images), CHUNK):
        p = weights[:, start : start + CHUNK]
        if p.sum(dim=1).max() < NEGLIGIBLE:
            continue
        for _, x in chunks(images[start : start + CHUNK], weights.device):
            mean += p @ x
    return mean


def build(data: Any, *, temperature: float = 1.0, neighbours: int | None = None) -> Optimal:
    """Return the optimal denoiser of a data set; its options are those of `Optimal`."""
    return Optimal(image_array(data), temperature, neighbours)
