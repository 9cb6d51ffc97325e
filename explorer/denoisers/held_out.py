"""Settings chosen from data alone: by the error on images set aside, one setting per noise level.

Some training images are set aside, the candidates are fitted to the rest, and of every noise level
the candidate with the smallest mean squared error on the noisy images set aside is taken. Test
images play no part. The denoiser that is built in the end uses all training images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError
from explorer.denoisers import cache as disk
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.statistics import digest_of, folder_for, image_array

VERSION = 1
VALIDATION = 32  # images set aside that are denoised, at most a fifth of the data
STREAM = 24  # of the noise

# Noisy and clean rows (B, d), float64, and sigma; errors of all candidates (K, B).
Trial = Callable[[np.ndarray, np.ndarray, float], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What was tried and what came out.

    Attributes
    ----------
    option : str
        Which setting: "threshold", "width", "window".
    sigmas : numpy.ndarray, shape (L,)
    candidates : numpy.ndarray, shape (K,)
    errors : numpy.ndarray, shape (L, K)
        Mean squared error per pixel over the images set aside.
    standard_errors : numpy.ndarray, shape (L, K)
        Of these means, over images; candidates saw the same noise, so differences are surer.
    images : int
        Number of images set aside.
    """

    option: str
    sigmas: np.ndarray
    candidates: np.ndarray
    errors: np.ndarray
    standard_errors: np.ndarray
    images: int

    @property
    def chosen(self) -> np.ndarray:
        """The candidate with the smallest error at each level, (L,)."""
        return self.candidates[self.errors.argmin(axis=1)]

    def at(self, sigma: float) -> float:
        """Return the setting for a noise level: that of the nearest level tried, by log sigma."""
        return self.per_level().at(sigma)

    def per_level(self) -> PerLevel:
        """Return the setting as a rule that denoisers take."""
        return PerLevel(tuple(self.sigmas.tolist()), tuple(self.chosen.tolist()))


def choose(
    option: str,
    data: Any,
    candidates: Iterable[float],
    prepare: Callable[[np.ndarray], Trial],
    *,
    settings: str = "",
    sigmas: Any = None,
    validation: int = VALIDATION,
    seed: int = 0,
    cache: str | Path | None = "auto",
) -> Choice:
    """Return the errors of candidates on images set aside.

    Parameters
    ----------
    option : str
        Name of the setting.
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
        Training images.
    candidates : iterable of float
    prepare : callable
        Gets the images that remain, uint8, and returns the `Trial`.
    settings : str
        What else the result depends on, for the cache.
    sigmas : array, shape (L,), optional
        The ten published levels by default.
    validation : int
        Images set aside; at most a fifth of the data, at least one.
    seed : int
    cache : path, "auto" or None
        As for `Statistics.fit`.

    Raises
    ------
    InputError
        With field ``"images"``, if there are fewer than two; with ``"validation"``.
    """
    array = image_array(data)
    tried = np.array(list(candidates), dtype=np.float64)
    levels = _levels(sigmas)
    rest, aside = set_aside(len(array), validation, seed)
    folder = folder_for(cache, size=array[0].size)
    key = (
        f"choice {VERSION} {option} {digest_of(data)} {tried.tolist()} {levels.tolist()} "
        f"{len(aside)} {seed} {settings}"
    )
    kept = disk.load(folder, key) if folder is not None else None
    if kept is None:
        found = _measured(prepare(array[rest]), array, aside, levels, seed)
        n = len(aside)
        spread = (
            found.std(axis=2, ddof=1) / np.sqrt(n) if n > 1 else np.full(found.shape[:2], np.nan)
        )
        kept = {"errors": found.mean(axis=2), "standard_errors": spread}
        if folder is not None:
            disk.save(folder, key, kept)
    return Choice(option, levels, tried, kept["errors"], kept["standard_errors"], len(aside))


def set_aside(total: int, validation: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the images that remain, and of those set aside, both increasing.

    Examples
    --------
    >>> [len(part) for part in set_aside(100, 32, 0)]
    [80, 20]
    """
    if total < 2:
        raise InputError("images", f"{total} image cannot be split.", "Give two or more images.")
    if validation < 1:
        problem = f"validation = {validation} sets no image aside."
        raise InputError("validation", problem, "Give a whole number >= 1.")
    order = rng.numpy_generator(seed, STREAM).permutation(total)
    n = max(1, min(validation, total // 5))
    return np.sort(order[n:]), np.sort(order[:n])


def _measured(
    trial: Trial, array: np.ndarray, aside: np.ndarray, levels: np.ndarray, seed: int
) -> np.ndarray:
    """Return the errors (L, K, n) on the images set aside."""
    clean = array[aside].reshape(len(aside), -1) / 127.5 - 1.0
    noise = rng.normal(seed, [int(i) for i in aside], clean.shape[1:], stream=STREAM)
    return np.stack([trial(clean + sigma * noise, clean, float(sigma)) for sigma in levels])


def _levels(sigmas: Any) -> np.ndarray:
    if sigmas is None:
        from explorer import schedules

        sigmas = schedules.published()[0]
    return np.atleast_1d(np.asarray(sigmas, dtype=np.float64))
