"""GoldDiff: the locality denoiser on few images, chosen anew for every noisy image.

With ``eta = sigma / sqrt(1 + sigma^2)`` and ``rho = 1 - eta``, of N images

    m = round(K_max + (N - K_max) rho)                     pool, grows as noise falls,
    k = max(K_min, round(K_max - (K_max - K_min) rho))     used, shrinks as noise falls.

The nearest images of the pool at about 16 x 16 pixels are found first, the k nearest of those by
all pixels next, and eq. 9 with an exact softmax runs on these k. As released, the pool is drawn at
random and K_max pass the coarse search ("random"). The paper describes the pool as what passes a
coarse search over all images ("coarse").
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.rng import numpy_generator
from explorer.denoisers import masks as rules
from explorer.denoisers.about import About
from explorer.denoisers.cached_masks import MaskSource
from explorer.denoisers.locality import Engine, Locality
from explorer.denoisers.near_images import coarse_step, nearest_of
from explorer.denoisers.noise import check_images, levels
from explorer.denoisers.posterior import Posterior
from explorer.denoisers.statistics import Statistics, image_array
from explorer.denoisers.wiener import Wiener

NAME = "golddiff"
ABOUT = About(
    title="GoldDiff",
    source="GoldDiff 2026, arXiv:2602.16498",
    cost=r"O(n d + n p d / 10)",
    approximate="Uses a twentieth to a tenth of the images, chosen for each noisy image.",
    memory=r"one distance per image; $d^2/8$ bytes of masks per noise level",
)
Pool = Literal["random", "coarse"]


@dataclass(frozen=True, slots=True, eq=False)
class GoldDiff:
    """Masked posterior mean over a chosen subset; a denoiser.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    source : MaskSource
        The masks of every noise level, of all images.
    smallest, largest : int
        K_min and K_max, 1 <= K_min <= K_max <= N. With K_min = K_max = N nothing is left out.
    pool : "random" or "coarse"
    seed : int
        Of the random pool, which is drawn for each noisy image from its values: it is the same in
        every batch.
    engine : str
        As for ``locality``.
    threads : int or None

    References
    ----------
    GoldDiff, arXiv:2602.16498 (2026)
    """

    images: np.ndarray
    source: MaskSource
    smallest: int
    largest: int
    pool: Pool = "random"
    seed: int = 0
    engine: Engine = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        n = len(self.images)
        if not 1 <= self.smallest <= self.largest <= n:
            problem = f"smallest = {self.smallest}, largest = {self.largest} of {n} images."
            remedy = f"Give whole numbers, 1 <= smallest <= largest <= {n}."
            raise InputError("smallest", problem, remedy)
        if self.pool not in {"random", "coarse"}:
            raise InputError("pool", f"There is no pool {self.pool!r}.", "Use random or coarse.")

    @property
    def approximate(self) -> str:
        """How many images are in use, in words; empty if all are."""
        n = len(self.images)
        if self.smallest == n:
            return ""
        return f"A subset: {self.smallest:,} to {self.largest:,} of the {n:,} images."

    def counts(self, sigma: float) -> tuple[int, int]:
        """Return the size of the pool m and the number of images used k at a noise level."""
        rho = 1.0 - sigma / np.sqrt(1.0 + sigma**2)
        n, low, high = len(self.images), self.smallest, self.largest
        m = round(high + (n - high) * rho)
        return m, min(max(low, round(high - (high - low) * rho)), m)

    def subset(self, noisy: np.ndarray, sigma: float) -> np.ndarray:
        """Return the indices of the images used for one noisy image (C, H, W), increasing."""
        z, n = np.ascontiguousarray(noisy, dtype=np.float64), len(self.images)
        m, k = self.counts(sigma)
        step = coarse_step(z.shape[1:])
        if self.pool == "coarse":
            found = nearest_of(self.images, np.arange(n), z, m, step=step)
        else:
            stream = numpy_generator(self.seed, zlib.crc32(z.tobytes()))
            drawn = np.sort(stream.choice(n, m, replace=False))
            found = nearest_of(self.images, drawn, z, self.largest, step=step)
        return nearest_of(self.images, found, z, k)

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        return self.posterior(x, sigma).mean

    def posterior(self, x: torch.Tensor, sigma: float | torch.Tensor) -> Posterior:
        """Return mean and diagnostics per pixel, of the images used."""
        check_images(x, self.images.shape[1:])
        noisy = x.detach().cpu().double().numpy()
        answers = []
        for b, level in enumerate(levels(sigma, len(x)).tolist()):
            index = self.subset(noisy[b], level)
            few = Locality(
                self.images[index], self.source, engine=self.engine, threads=self.threads
            )
            found = few.posterior(x[b : b + 1], level)
            places = torch.from_numpy(index).to(x.device)
            answers.append((found.mean, found.effective, found.largest, places[found.heaviest]))
        return Posterior(*(torch.cat(parts) for parts in zip(*answers, strict=True)))

    def masks(self, sigma: float) -> rules.Masks:
        """Return the masks of all pixels at one noise level."""
        return self.source.masks(sigma)


def build(
    data: Any,
    *,
    pool: Pool = "random",
    smallest: int | None = None,
    largest: int | None = None,
    seed: int = 0,
    threshold: float | None = None,
    mask: rules.Rule = "published",
    engine: Engine = "auto",
    threads: int | None = None,
    statistics: Statistics | None = None,
    cache: str | Path | None = "auto",
) -> GoldDiff:
    """Return the GoldDiff denoiser of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    pool : "random" or "coarse"
        As released, or as the paper describes it.
    smallest, largest : int or None
        Numbers of images K_min and K_max; None for N/20 and N/10.
    seed : int
        Of the random pool.
    threshold : float or None
        tau of the masks; None for the authors' 0.02 for images of one channel (MNIST) and 0.03
        for colour images.
    mask : "published" or "symmetric"
    engine : str
        As for ``locality``.
    threads : int or None
    statistics : Statistics, optional
        Of the same data, if already known.
    cache : path, "auto" or None
        Folder for statistics, masks and trees.

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # -1 and 1
    >>> d = build(images, smallest=2, largest=2)
    >>> d(torch.full((1, 1, 1, 1), 0.5), 1.0).item()  # tanh(0.5)
    0.4621...
    """
    array = image_array(data)
    tau = threshold if threshold is not None else (0.02 if array.shape[1] == 1 else 0.03)
    rules.check_rule(tau, mask)
    high = largest if largest is not None else max(round(len(array) / 10), 1)
    low = smallest if smallest is not None else min(max(round(len(array) / 20), 1), high)
    known = statistics or Statistics.fit(data, cache=cache)
    source = MaskSource(Wiener(known), tau, mask, cache=cache)
    return GoldDiff(array, source, low, high, pool, seed, engine, threads)
