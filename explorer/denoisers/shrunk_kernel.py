"""A bridge from the Wiener filter to the optimal denoiser: kernels of the data's own shape.

Every image is replaced by a Gaussian, shrunk towards the mean so that the covariance stays S:

    x_i -> N(m_i, h^2 S),   m_i = mu + sqrt(1 - h^2) (x_i - mu),
    D(z) = m + h^2 S (h^2 S + sigma^2 I)^-1 (z - m),   m = sum_i w_i m_i,
    w_i ~ N(z; m_i, h^2 S + sigma^2 I).

h = 1 is the Wiener filter and h = 0 the optimal denoiser, exactly. In the eigenbasis of S it costs
two matrix products, as much as the optimal denoiser, once the images' lengths in the metric of a
noise level are known (n d^2, kept). S is here the covariance of the images as they are, with
factor 1/(N - 1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers.about import About
from explorer.denoisers.held_out import Choice
from explorer.denoisers.noise import by_level, check_images, levels
from explorer.denoisers.optimal import chunks
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.statistics import Statistics, image_array

NAME = "shrunk-kernel"
ABOUT = About(
    title="Shrunk kernel (Wiener to optimal)",
    source="derived here",
    cost=r"O(n d + d^2)",
    memory=r"$d^2$ numbers: the principal axes",
)
SMALLEST = 1e-200  # of a variance, where a logit would divide by 0
KEPT = 64  # noise levels whose lengths are kept


@dataclass(frozen=True, slots=True, eq=False)
class ShrunkKernel:
    """Posterior mean of a mixture of N equal Gaussians; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    statistics : Statistics
        Of the same images.
    width : float or PerLevel
        h, from 0 (optimal, memorises) to 1 (Wiener, linear).
    choice : Choice, optional
        How the widths were chosen, if by held-out error.

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # -1 and 1, variance 2
    >>> kernel = ShrunkKernel(images, Statistics.fit(images), 1.0)
    >>> kernel(torch.ones(1, 1, 1, 1), 1.0).item()
    0.666...
    """

    images: np.ndarray
    statistics: Statistics
    width: float | PerLevel
    choice: Choice | None = None
    _lengths: dict[float, torch.Tensor] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.statistics.tail:
            problem = "These statistics know only their leading axes one by one."
            remedy = "The shrunk kernel weighs images along all of them: fit without rank."
            raise InputError("statistics", problem, remedy)
        widths = self.width.values if isinstance(self.width, PerLevel) else (self.width,)
        for width in widths:
            if not 0.0 <= width <= 1.0:
                problem = f"width = {width!r} lies outside 0 to 1."
                remedy = "0 is the optimal denoiser, 1 the Wiener filter."
                raise InputError("width", problem, remedy)

    def width_at(self, sigma: float) -> float:
        """Return h at a noise level."""
        return self.width.at(sigma) if isinstance(self.width, PerLevel) else self.width

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        rows = check_images(x, self.statistics.shape).double()
        result = torch.empty_like(rows)
        for level, index in by_level(levels(sigma, len(rows))):
            place = torch.from_numpy(index).to(x.device)
            result[place] = self._denoised(rows[place], level)
        return result.to(x.dtype).reshape(x.shape)

    def _denoised(self, rows: torch.Tensor, sigma: float) -> torch.Tensor:
        """Return the posterior mean of rows (B, d), float64, at one noise level."""
        s = self.statistics
        mean, values, vectors = (
            torch.from_numpy(a).to(rows.device) for a in (s.mean, s.eigenvalues, s.eigenvectors)
        )
        width = self.width_at(sigma)
        shrink, own = math.sqrt(1.0 - width**2), width**2 * values
        total = own + sigma**2
        centred = rows - mean
        if shrink == 0.0:
            average = torch.zeros_like(centred)
        else:
            scale = 1.0 / total.clamp_min(SMALLEST)
            # Directions without variance are the same in all images: they weigh nothing.
            turned = ((centred @ vectors) * torch.where(values > 0, scale, 0.0)) @ vectors.T
            lengths = self._squares(sigma, scale, vectors)
            average = shrink * self._weighted(turned, lengths, shrink)
        gains = own / torch.where(total > 0, total, torch.ones_like(total))
        rest = centred - average
        return mean + average + (gains * (rest @ vectors)) @ vectors.T

    def _squares(self, sigma: float, scale: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
        """Return ``|x_i - mu|^2`` in the metric of one noise level, float64 (N,).

        It is the costly part, n d^2, and belongs to no noisy image: N numbers are kept per level.
        """
        if sigma not in self._lengths:
            mean = torch.from_numpy(self.statistics.mean).to(scale.device)
            flat = scale.min() == scale.max()  # h = 0: lengths are the same in all directions
            found = [
                (x - mean).square().sum(dim=1) * scale[0]
                if flat
                else (((x - mean) @ vectors).square() * scale).sum(dim=1)
                for _, x in chunks(self.images, scale.device)
            ]
            while len(self._lengths) >= KEPT:
                self._lengths.pop(next(iter(self._lengths)))
            self._lengths[sigma] = torch.cat(found)
        return self._lengths[sigma].to(scale.device)

    def _weighted(self, turned: torch.Tensor, lengths: torch.Tensor, shrink: float) -> torch.Tensor:
        """Return ``sum_i w_i (x_i - mu)``, (B, d), by an online softmax over chunks."""
        mean = torch.from_numpy(self.statistics.mean).to(turned.device)
        n = len(turned)
        top = torch.full((n, 1), -math.inf, dtype=torch.float64, device=turned.device)
        mass, sums = torch.zeros_like(top), torch.zeros_like(turned)
        for place, x in chunks(self.images, turned.device):
            y = x - mean
            logits = shrink * (turned @ y.T) - 0.5 * shrink**2 * lengths[place]
            new = torch.maximum(top, logits.amax(dim=1, keepdim=True))
            old, p = torch.exp(top - new), torch.exp(logits - new)
            mass = mass * old + p.sum(dim=1, keepdim=True)
            sums = sums * old + p @ y
            top = new
        return sums / mass


def build(
    data: Any,
    *,
    width: float | str | Mapping[float, float] = 0.5,
    h: float | str | Mapping[float, float] | None = None,
    floor: str | float = 0.0,
    statistics: Statistics | None = None,
    cache: str | Path | None = "auto",
) -> ShrunkKernel:
    """Return the shrunk-kernel denoiser of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    width : float, mapping of noise level to float, or "held-out"
        h, 0 to 1. Between the levels of a mapping the nearest counts; "held-out" chooses it per
        noise level by the error on images set aside.
    h : as `width`
        The formula's letter for it; it wins.
    floor : float or "quantisation"
        Added to the eigenvalues of live pixels.
    statistics : Statistics, optional
        Of the same data, if already known; then `floor` is theirs.
    cache : path, "auto" or None
        Folder for statistics and the choice.
    """
    wanted = width if h is None else h
    known = statistics or Statistics.fit(data, floor=floor, cache=cache)
    choice = None
    if isinstance(wanted, Mapping):
        wanted = PerLevel.of(wanted)
    elif wanted == "held-out":
        from explorer.denoisers.held_out_width import choose_width

        choice = choose_width(data, cache=cache)
        wanted = choice.per_level()
    elif isinstance(wanted, str):
        problem = f"There is no width {wanted!r}."
        raise InputError("width", problem, 'Give a number from 0 to 1, or "held-out".')
    return ShrunkKernel(image_array(data), known, wanted, choice)
