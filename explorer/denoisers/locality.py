"""The locality denoiser: the optimal denoiser, pixel by pixel, of the region that matters to it.

    D_q(z) = sum_i p_iq x_iq,   p_iq ~ exp(-|M_q * (z - x_i)|^2 / (2 sigma^2 T)),

where the mask M_q holds the pixels that the Wiener filter uses for pixel q. The softmax runs over
all images (exact); as released, it runs within each batch of the data file and the batches'
answers are averaged, which depends on the order of the images ("published").

`engines` has three exact ways to compute it. Images with a drawn pattern, whose bytes are no whole
numbers, go by one of them only, matrix products in float64.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers import masks as rules
from explorer.denoisers.about import About
from explorer.denoisers.cached_masks import MaskSource
from explorer.denoisers.engines import Engine, Sums
from explorer.denoisers.held_out import Choice
from explorer.denoisers.held_out_threshold import thresholds
from explorer.denoisers.masks import Masks
from explorer.denoisers.noise import Pixel, by_level, check_images, levels, pixel_index
from explorer.denoisers.online import Part
from explorer.denoisers.optimal import check_temperature
from explorer.denoisers.planted import Planted
from explorer.denoisers.posterior import Posterior
from explorer.denoisers.single_precision import Precision
from explorer.denoisers.statistics import Statistics, image_array
from explorer.denoisers.terms import Terms
from explorer.denoisers.wiener import Pattern, Wiener

NAME = "locality"
ABOUT = About(
    title="Locality masks",
    source="Lukoianov et al. 2025, arXiv:2509.09672, eq. 9",
    cost=r"O(n p d)",
    memory=r"one packed copy of the images; $d^2/8$ bytes of masks per noise level",
)
Softmax = Literal["exact", "published"]


@dataclass(frozen=True, slots=True, eq=False)
class Locality:
    """Masked posterior mean; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    source : MaskSource
        The masks of every noise level.
    softmax : "exact" or "published"
    batch : int
        Images in a batch of the published softmax.
    temperature : float
        T > 0.
    engine : "auto", "tree", "fused" or "triton"
        Compiled walk of the difference tree, matrix products in torch, or tensor cores. Below
        sigma = 1 the latter leaves the work to matrix products in float64 on the same device.
    threads : int or None
        Of the walk; the result does not depend on it.
    planted : Planted, optional
        A pattern drawn into the images; the source's Wiener filter knows of it.
    choice : Choice, optional
        How the thresholds were chosen, if by held-out error.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025), eq. 9
    """

    images: np.ndarray
    source: MaskSource
    softmax: Softmax = "exact"
    batch: int = 512
    temperature: float = 1.0
    engine: Engine = "auto"
    threads: int | None = None
    planted: Planted | None = None
    choice: Choice | None = None
    _sums: Sums = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_temperature(self.temperature)
        if self.softmax not in {"exact", "published"}:
            problem = f"There is no softmax {self.softmax!r}."
            raise InputError("softmax", problem, "Use exact or published.")
        if self.batch < 1:
            problem = f"batch = {self.batch} is not a number of images."
            raise InputError("batch", problem, "Give a whole number >= 1; published: 512.")
        batch = None if self.softmax == "exact" else self.batch
        rows = self.images.reshape(len(self.images), -1)
        sums = Sums(rows, self.source, self.engine, batch, self.threads, self.planted)
        object.__setattr__(self, "_sums", sums)

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        return self.posterior(x, sigma).mean

    def posterior(self, x: torch.Tensor, sigma: float | torch.Tensor) -> Posterior:
        """Return mean and diagnostics per pixel; the latter always of the exact softmax."""
        rows = check_images(x, self.images.shape[1:])
        noisy = rows.detach().cpu().double().numpy()
        found = np.empty((4, *noisy.shape))
        for level, index in by_level(levels(sigma, len(rows))):
            terms = Terms.of(
                noisy[index],
                self.source.wiener,
                sigma=level,
                temperature=self.temperature,
                diagonal=self.source.diagonal(level),
            )
            found[:, index] = _joined(self._sums.parts(terms, level, x.device), self.softmax)
        mean, effective, largest, heaviest = (
            torch.from_numpy(a).to(x.device).reshape(x.shape) for a in found
        )
        return Posterior(
            mean.to(x.dtype), effective.to(x.dtype), largest.to(x.dtype), heaviest.long()
        )

    def masks(self, sigma: float) -> Masks:
        """Return the masks of all pixels at one noise level."""
        return self.source.masks(sigma)

    def mask(self, pixel: Pixel, sigma: float) -> np.ndarray:
        """Return which input pixels output `pixel` may use, bool (C, H, W)."""
        shape = self.images.shape[1:]
        return self.source.row(pixel_index(pixel, shape), sigma).reshape(shape)

    def engine_for(self, device: torch.device) -> Literal["tree", "fused", "triton"]:
        """Return the way of computing on a device."""
        return self._sums.engine_for(device)


def _joined(parts: Iterable[Part], softmax: Softmax) -> np.ndarray:
    """Return mean, N_eff, largest weight and heaviest image, (4, B, d)."""
    total, answers, count = None, 0.0, 0
    for part in parts:
        total = part if total is None else total + part
        answers, count = answers + part.mean(), count + 1
    assert total is not None
    mean = total.mean() if softmax == "exact" else answers / count
    # s and s2 agree to their rounding, no better, where one image has all the weight.
    effective = np.maximum(total.s**2 / total.s2, 1.0)
    return np.stack([mean, effective, np.minimum(1.0 / total.s, 1.0), total.heaviest])


def build(
    data: Any,
    *,
    threshold: float | str | Mapping[float, float] = 0.02,
    mask: rules.Rule = "symmetric",
    orientation: rules.Orientation = "neighbour",
    softmax: Softmax = "exact",
    batch: int = 512,
    temperature: float = 1.0,
    floor: str | float = 0.0,
    cutoff: float = 0.0,
    tail: bool = False,
    engine: Engine = "auto",
    threads: int | None = None,
    statistics: Statistics | None = None,
    cache: str | Path | None = "auto",
    precision: Precision = "float64",
    pattern: Pattern | None = None,
    seed: int = 0,
) -> Locality:
    """Return the locality denoiser of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    threshold : float, mapping of noise level to float, or "held-out"
        tau >= 0 of the masks. Published: 0.005 for MNIST, 0.05 for CIFAR-10, 0.02 for faces.
        Between the levels of a mapping the nearest counts. "held-out" chooses it per noise level
        by the error on images set aside, for the symmetric rule.
    mask : "symmetric" or "published"
        The rule; `orientation` belongs to the published one.
    orientation : "neighbour" or "output"
    softmax : "exact" or "published"
        Over all images, or within batches of `batch` images.
    batch : int
    temperature : float
    floor, cutoff, tail
        As for ``wiener``, whose matrix decides on the masks.
    engine : "auto", "tree", "fused" or "triton"
    threads : int or None
    statistics : Statistics, optional
        Of the same data, if already known; then `floor` is theirs.
    cache : path, "auto" or None
        Folder for statistics, masks and trees.
    precision : "float64" or "float32"
        Of the masks: "float32" shows what rounding does to the published rule.
    pattern : Pattern, optional
        Drawn into every image by a random amount of mean 0 and variance 1, see `Planted`; masks
        are those of the Wiener filter of the images so changed.
    seed : int
        Of the amounts.

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # -1 and 1
    >>> d = build(images)
    >>> d(torch.full((1, 1, 1, 1), 0.5), 1.0).item()  # tanh(0.5)
    0.4621...
    """
    fixed, per_level, choice = thresholds(threshold, data, mask=mask, cache=cache)
    rules.check_rule(fixed, mask, orientation)
    array = image_array(data)
    known = statistics or Statistics.fit(data, floor=floor, cache=cache)
    wiener = Wiener(known.low_rank(cutoff, tail=tail) if cutoff else known, pattern)
    planted = None if pattern is None else Planted.draw(array, known, pattern, seed=seed)
    source = MaskSource(wiener, fixed, mask, orientation, cache, precision, per_level)
    return Locality(array, source, softmax, batch, temperature, engine, threads, planted, choice)
