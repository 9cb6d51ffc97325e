"""Widths of the shrunk kernel by held-out error.

In the principal axes of the data, where the images are turned once, every noise level and every
width costs two matrix products. The posterior runs over a sample of the images that remain; mean
and covariance are those of all of them.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core import rng
from explorer.denoisers.held_out import STREAM, Choice, Trial, choose
from explorer.denoisers.statistics import Statistics

CANDIDATES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
IMAGES = 10_000
SMALLEST = 1e-200  # of a variance, where a logit would divide by 0
CHUNK = 1024


def choose_width(
    data: Any,
    *,
    candidates: tuple[float, ...] = CANDIDATES,
    images: int = IMAGES,
    cache: str | Path | None = "auto",
    **options: Any,
) -> Choice:
    """Return the choice of h.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    candidates : tuple of float
        h, 0 to 1.
    images : int
        Training images in the posterior, at most.
    cache : path, "auto" or None
    **options
        `sigmas`, `validation` and `seed` of `held_out.choose`.
    """
    seed = options.get("seed", 0)

    def prepare(rest: np.ndarray) -> Trial:
        statistics = Statistics.fit(rest, cache=cache)
        chosen = rng.numpy_generator(seed, STREAM, 2).permutation(len(rest))[:images]
        sample = rest[np.sort(chosen)]
        return _trial(statistics, sample.reshape(len(sample), -1), np.array(candidates))

    return choose("width", data, candidates, prepare, settings=str(images), cache=cache, **options)


def _trial(statistics: Statistics, rows: np.ndarray, widths: np.ndarray) -> Trial:
    mean, values, vectors = statistics.mean, statistics.eigenvalues, statistics.eigenvectors
    y = np.empty(rows.shape)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        y[part] = (rows[part] / 127.5 - 1.0 - mean) @ vectors

    def trial(noisy: np.ndarray, clean: np.ndarray, sigma: float) -> np.ndarray:
        turned, target = (noisy - mean) @ vectors, (clean - mean) @ vectors
        return np.stack(
            [_errors(y, turned, target, values, sigma=sigma, width=h) for h in widths.tolist()]
        )

    return trial


def _errors(
    y: np.ndarray,
    turned: np.ndarray,
    target: np.ndarray,
    values: np.ndarray,
    *,
    sigma: float,
    width: float,
) -> np.ndarray:
    """Return the errors (B,) of one width; all in principal axes, where lengths are the same."""
    own, shrink = width**2 * values, math.sqrt(1.0 - width**2)
    total = own + sigma**2
    average = np.zeros_like(turned)
    if shrink > 0.0:
        scale = np.where(values > 0.0, 1.0 / np.maximum(total, SMALLEST), 0.0)
        logits = shrink * (turned * scale) @ y.T
        logits -= 0.5 * shrink**2 * np.einsum("nd,nd,d->n", y, y, scale)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        average = shrink * (p @ y) / p.sum(axis=1, keepdims=True)
    gains = own / np.where(total > 0.0, total, 1.0)
    found = average + gains * (turned - average)
    return np.square(found - target).mean(axis=1)
