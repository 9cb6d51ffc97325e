"""Thresholds of the locality masks by held-out error.

Every output pixel has a mask of its own, so a sample of output pixels is enough, and one row of the
Wiener filter per pixel gives its masks at all thresholds. The posterior runs over a sample of the
images that remain; mean and covariance are those of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.core import rng
from explorer.core.errors import InputError
from explorer.denoisers.held_out import STREAM, Choice, Trial, choose
from explorer.denoisers.masks import correlations
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.wiener import Wiener

CANDIDATES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5)
PIXELS = 48
IMAGES = 10_000


def choose_threshold(
    data: Any,
    *,
    candidates: tuple[float, ...] = CANDIDATES,
    pixels: int = PIXELS,
    images: int = IMAGES,
    cache: str | Path | None = "auto",
    **options: Any,
) -> Choice:
    """Return the choice of tau for the symmetric rule.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    candidates : tuple of float
        tau >= 0.
    pixels : int
        Output pixels whose error counts, drawn from those that vary.
    images : int
        Training images in the posterior, at most.
    cache : path, "auto" or None
    **options
        `sigmas`, `validation` and `seed` of `held_out.choose`.
    """
    seed = options.get("seed", 0)

    def prepare(rest: np.ndarray) -> Trial:
        wiener = Wiener(Statistics.fit(rest, cache=cache))
        generator = rng.numpy_generator(seed, STREAM, 1)
        live = np.flatnonzero(~wiener.statistics.dead)
        outputs = np.sort(generator.permutation(live if live.size else np.arange(1))[:pixels])
        sample = rest[np.sort(generator.permutation(len(rest))[:images])]
        return _trial(wiener, sample.reshape(len(sample), -1), outputs, np.array(candidates))

    settings = f"{pixels} {images}"
    return choose("threshold", data, candidates, prepare, settings=settings, cache=cache, **options)


def thresholds(
    threshold: Any, data: Any, *, mask: str, cache: str | Path | None
) -> tuple[float, PerLevel | None, Choice | None]:
    """Return a threshold, or thresholds per noise level and how they were chosen.

    Parameters
    ----------
    threshold : float, mapping of noise level to float, or "held-out"
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    mask : str
        The rule; "held-out" is for the symmetric one.
    cache : path, "auto" or None

    Raises
    ------
    InputError
        With field ``"threshold"``.
    """
    if isinstance(threshold, Mapping):
        per_level = PerLevel.of(threshold)
        return min(per_level.values), per_level, None
    if threshold == "held-out" and mask == "symmetric":
        choice = choose_threshold(data, cache=cache)
        return float(choice.chosen.min()), choice.per_level(), choice
    if isinstance(threshold, str):
        problem = f"There is no threshold {threshold!r} for the {mask} rule."
        raise InputError("threshold", problem, 'Give a number, or "held-out" with symmetric masks.')
    return threshold, None, None


def _trial(wiener: Wiener, rows: np.ndarray, outputs: np.ndarray, taus: np.ndarray) -> Trial:
    x = torch.from_numpy((rows / 127.5 - 1.0).astype(np.float32))
    values = x[:, torch.from_numpy(outputs)]

    def trial(noisy: np.ndarray, clean: np.ndarray, sigma: float) -> np.ndarray:
        ratios = correlations(wiener, sigma, outputs)
        masks = torch.from_numpy(ratios >= taus[:, None, None]).float().flatten(0, 1)
        found = np.empty((len(taus), len(noisy)))
        for b, z in enumerate(torch.from_numpy(noisy.astype(np.float32))):
            # Squares, not products: sums of equal signs lose nothing in float32.
            logits = (x - z).square_() @ masks.T
            p = torch.softmax(logits.mul_(-0.5 / sigma**2), dim=0)
            mean = (p.unflatten(1, (len(taus), -1)) * values[:, None]).sum(dim=0)
            error = mean.double().numpy() - clean[b, outputs]
            found[:, b] = np.square(error).mean(axis=1)
        return found

    return trial
