"""Gaussian mixtures of overlapping windows, joined by how sure each is.

In every p x p window L of the image, a mixture of K Gaussians estimated from the data there has the
exact posterior mean o_L and variance v_L of each pixel:

    r_k ~ w_k N(z_L; m_k, S_k + sigma^2 I),   A_k = S_k (S_k + sigma^2 I)^-1,
    o_L = sum_k r_k o_k,   o_k = m_k + A_k (z_L - m_k),
    v_L = sum_k r_k (diag(sigma^2 A_k) + (o_k - o_L)^2),
    D(z) = sum_L o_L / v_L  /  sum_L 1 / v_L.

K = 1 is a Wiener filter of windows, one window of the full size a mixture of whole images. Pixels
that never vary in the data keep their value. The components' eigenvectors are kept, so that a noise
level costs matrix products only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.denoisers import window_set
from explorer.denoisers.about import About
from explorer.denoisers.held_out import Choice
from explorer.denoisers.held_out_window import choose_window
from explorer.denoisers.noise import by_level, check_images, levels
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.statistics import QUANTISATION, digest_of, image_array
from explorer.denoisers.window_fit import Window, posterior
from explorer.denoisers.window_set import Settings

NAME = "windowed-mixture"
ABOUT = About(
    title="Windowed mixture of Gaussians",
    source="derived here",
    cost=r"O(d k p^2)",
    memory=r"$4 k p^2$ bytes per window and size, $p$ values in a window",
)
SMALLEST = 1e-30  # of a posterior variance: without noise, all windows agree
CHUNK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class WindowedMixture:
    """Posterior means of windows joined by inverse variance; a denoiser.

    Mixtures of a window size are estimated when a noise level first asks for it.

    Parameters
    ----------
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    window : int or PerLevel
        Side of the windows in pixels.
    settings : Settings
    digest : str
        Of the images, for the cache.
    cache : path, "auto" or None
        As for `Statistics.fit`.
    choice : Choice, optional
        How the window sizes were chosen, if by held-out error.
    """

    images: np.ndarray
    window: int | PerLevel
    settings: Settings
    digest: str = ""
    cache: str | Path | None = None
    choice: Choice | None = None
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the denoised images, shaped (B, C, H, W) as x and of its type."""
        rows = check_images(x, self.images.shape[1:]).double()
        mean = torch.from_numpy(self._still()[0]).to(x.device)
        result = mean.expand_as(rows).clone()
        for level, index in by_level(levels(sigma, len(rows))):
            place = torch.from_numpy(index).to(x.device)
            result[place] = self._denoised(rows[place], result[place], level)
        return result.to(x.dtype).reshape(x.shape)

    def size_at(self, sigma: float) -> int:
        """Return the side of the windows at a noise level."""
        return int(self.window.at(sigma)) if isinstance(self.window, PerLevel) else self.window

    def windows(self, size: int) -> list[Window]:
        """Return the mixtures of all windows of a side."""
        if size not in self._kept:
            _, live = self._still()
            self._kept[size] = window_set.load(
                self.images,
                size,
                self.settings,
                live=live,
                digest=self.digest,
                cache=self.cache,
            )
        return self._kept[size]

    def _denoised(self, rows: torch.Tensor, still: torch.Tensor, sigma: float) -> torch.Tensor:
        """Return rows (B, d) denoised; `still` (B, d) has the pixels in no window."""
        top, bottom = torch.zeros_like(rows), torch.zeros_like(rows)
        for window in self.windows(self.size_at(sigma)):
            index = torch.from_numpy(window.index).to(rows.device)
            mean, variance = posterior(window, rows[:, index], sigma)
            trust = 1.0 / variance.clamp_min(SMALLEST)
            top[:, index] += mean * trust
            bottom[:, index] += trust
        return torch.where(bottom > 0.0, top / bottom.clamp_min(SMALLEST), still)

    def _still(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean image, float64 (d,), and which pixels vary, bool (d,)."""
        if "still" not in self._kept:
            flat = self.images.reshape(len(self.images), -1)
            total = np.zeros(flat.shape[1], dtype=np.int64)
            live = np.zeros(flat.shape[1], dtype=bool)
            for start in range(0, len(flat), CHUNK):
                part = flat[start : start + CHUNK]
                total += part.sum(axis=0, dtype=np.int64)
                live |= (part != flat[0]).any(axis=0)
            self._kept["still"] = total / len(flat) / 127.5 - 1.0, live
        return self._kept["still"]


def build(
    data: Any,
    *,
    window: int | str | Mapping[float, int] | None = None,
    components: int | None = None,
    stride: int | None = None,
    shrinkage: float = 20.0,
    floor: float = QUANTISATION,
    images: int | None = 20_000,
    seed: int = 0,
    cache: str | Path | None = "auto",
) -> WindowedMixture:
    """Return the windowed mixture of a data set.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    window : int, mapping of noise level to int, or "held-out"
        Side of the windows; between the levels of a mapping the nearest counts. "held-out" chooses
        it per noise level by the error on images set aside. By default a third of the image.
    components, stride, shrinkage, floor, images, seed
        See `Settings`; `images` limits those that the mixtures are estimated from.
    cache : path, "auto" or None
        Folder for what was fitted.

    Raises
    ------
    InputError
        With the name of an option that is out of range.

    Examples
    --------
    >>> images = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)  # variance 1
    >>> d = build(images, components=1, window=1)
    >>> d(torch.ones(1, 1, 1, 1), 1.0).item()
    0.500...
    """
    array = image_array(data)
    settings = Settings(
        components=components,
        stride=stride,
        shrinkage=shrinkage,
        floor=floor,
        images=images,
        seed=seed,
    )
    digest = digest_of(data)
    choice = None
    if window == "held-out":
        choice = choose_window(data, settings=settings, cache=cache)
        size: int | PerLevel = choice.per_level()
    else:
        size = _window(window, array.shape[1:])
    return WindowedMixture(array, size, settings, digest, cache, choice)


def _window(window: Any, shape: tuple[int, ...]) -> int | PerLevel:
    if window is None:
        return max(1, max(shape[1:]) // 3)
    if isinstance(window, Mapping):
        return PerLevel.of(window)
    if isinstance(window, str) or window != int(window) or window < 1:
        problem = f"window = {window!r} is not a number of pixels."
        raise InputError("window", problem, 'Give a whole number >= 1, or "held-out".')
    return int(window)
