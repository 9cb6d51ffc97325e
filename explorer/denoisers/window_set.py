"""The mixtures of all windows of a size, fitted once and kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError
from explorer.denoisers import cache as disk
from explorer.denoisers import window_fit
from explorer.denoisers.statistics import QUANTISATION, folder_for
from explorer.denoisers.window_fit import Window
from explorer.denoisers.windows import default_stride, windows

VERSION = 1
CHUNK = 1024
IMAGES_PER_VALUE = 3  # in a component; with fewer its covariance is mostly noise
MOST = 32
LARGEST = 4 << 30  # bytes of the eigenvectors of one window size


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the mixtures of windows are estimated.

    Parameters
    ----------
    components : int or None
        K >= 1 per window; clusters that run empty are left out. None: one for every 3 p images in
        a window of p values, at most 32.
    stride : int or None
        From window to window; None for a third of its side.
    shrinkage : float
        nu >= 0, in images.
    floor : float
        Variance > 0 that is added in all directions; by default that of rounding to 8 bits.
    images : int or None
        At most so many images are used, drawn by the seed; None for all.
    seed : int

    Raises
    ------
    InputError
        With the name of the parameter.
    """

    components: int | None = None
    stride: int | None = None
    shrinkage: float = 20.0
    floor: float = QUANTISATION
    images: int | None = None
    seed: int = 0

    def components_of(self, size: int, images: int) -> int:
        """Return K for a window of `size` values that is estimated from so many images."""
        if self.components is None:
            return min(max(images // (IMAGES_PER_VALUE * size), 1), MOST)
        return min(self.components, images)

    def __post_init__(self) -> None:
        if self.components is not None and self.components < 1:
            problem = f"components = {self.components} leaves no Gaussian."
            raise InputError("components", problem, "Give a whole number >= 1.")
        if not (0.0 <= self.shrinkage < np.inf and 0.0 < self.floor < np.inf):
            problem = f"shrinkage = {self.shrinkage} or floor = {self.floor} is out of range."
            raise InputError("floor", problem, "Give shrinkage >= 0 and floor > 0.")
        if self.images is not None and self.images < 1:
            problem = f"images = {self.images} leaves nothing to learn from."
            raise InputError("images", problem, "Give a whole number >= 1, or None for all.")


def load(
    images: np.ndarray,
    size: int,
    settings: Settings,
    *,
    live: np.ndarray,
    digest: str = "",
    cache: str | Path | None = None,
) -> list[Window]:
    """Return the mixtures of all windows of a side, from disk if they are there.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    size : int
    settings : Settings
    live : numpy.ndarray of bool, shape (d,)
        Pixels that vary.
    digest : str
        Of the images; without one nothing is kept.
    cache : path, "auto" or None
        As for `Statistics.fit`.
    """
    folder = folder_for(cache, size=images[0].size)
    if folder is None or not digest:
        return _fit(images, size, settings, live)
    key = f"windows {VERSION} {digest} {size} {settings}"
    kept = disk.load(folder, key)
    if kept is not None:
        return _unpacked(kept)
    fitted = _fit(images, size, settings, live)
    disk.save(folder, key, _packed(fitted))
    return fitted


def _fit(images: np.ndarray, size: int, settings: Settings, live: np.ndarray) -> list[Window]:
    c, h, w = images.shape[1:]
    stride = default_stride(size) if settings.stride is None else settings.stride
    places = windows((c, h, w), size, stride=stride, live=live)
    flat = images.reshape(len(images), -1)
    chosen = _subset(len(flat), settings)
    counts = [settings.components_of(index.size, len(chosen)) for index in places]
    _check_memory(places, counts)
    return [
        window_fit.fit(
            _columns(flat, chosen, index),
            index,
            components=counts[number],
            shrinkage=settings.shrinkage,
            floor=settings.floor,
            generator=rng.numpy_generator(settings.seed, size, number),
        )
        for number, index in enumerate(places)
    ]


def _subset(total: int, settings: Settings) -> np.ndarray:
    if settings.images is None or settings.images >= total:
        return np.arange(total)
    order = rng.numpy_generator(settings.seed).permutation(total)
    return np.sort(order[: settings.images])


def _columns(flat: np.ndarray, chosen: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Return some pixels of some images, uint8 (n, p); read a chunk at a time."""
    result = np.empty((len(chosen), len(index)), dtype=np.uint8)
    for start in range(0, len(chosen), CHUNK):
        part = slice(start, start + CHUNK)
        result[part] = flat[chosen[part]][:, index]
    return result


def _check_memory(places: list[np.ndarray], counts: list[int]) -> None:
    needed = sum(4 * k * index.size**2 for index, k in zip(places, counts, strict=True))
    if needed > LARGEST:
        problem = f"{sum(counts)} components in {len(places)} windows need {needed:,} bytes."
        raise InputError("components", problem, "Use fewer, smaller windows, or a larger stride.")


def _packed(fitted: list[Window]) -> dict[str, np.ndarray]:
    parts = Window.__dataclass_fields__
    return {f"{name} {i}": getattr(w, name) for i, w in enumerate(fitted) for name in parts}


def _unpacked(kept: dict[str, np.ndarray]) -> list[Window]:
    parts = tuple(Window.__dataclass_fields__)
    count = len(kept) // len(parts)
    return [Window(**{name: kept[f"{name} {i}"] for name in parts}) for i in range(count)]
