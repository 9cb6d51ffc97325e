"""Window sizes of the windowed mixture by held-out error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.denoisers.held_out import Choice, Trial, choose
from explorer.denoisers.statistics import image_array
from explorer.denoisers.window_set import Settings

SIZES = (3, 5, 7, 9, 11, 15, 21)
LARGEST = 1200  # pixel values in a window that is tried: beyond, components cost too much
WHOLE = 4096  # pixel values in an image that is tried as one window, with few components


def candidates_for(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the window sizes worth trying for images (C, H, W).

    Examples
    --------
    >>> candidates_for((1, 28, 28)), candidates_for((3, 32, 32)), candidates_for((1, 8, 8))
    ((3, 5, 7, 9, 11, 15, 21, 28), (3, 5, 7, 9, 11, 15, 32), (3, 5, 7, 8))
    """
    channels, side = shape[0], max(shape[1:])
    sizes = tuple(p for p in SIZES if p < side and channels * p * p <= LARGEST)
    return (*sizes, side) if channels * side * side <= WHOLE else sizes


def choose_window(
    data: Any,
    *,
    settings: Settings,
    candidates: tuple[int, ...] | None = None,
    cache: str | Path | None = "auto",
    **options: Any,
) -> Choice:
    """Return the choice of window size.

    Parameters
    ----------
    data : ImageSet or numpy.ndarray, uint8 (N, C, H, W)
    settings : Settings
        With which the mixtures are fitted.
    candidates : tuple of int, optional
        Sides in pixels; `candidates_for` by default.
    cache : path, "auto" or None
    **options
        `sigmas`, `validation` and `seed` of `held_out.choose`.
    """
    shape = image_array(data).shape[1:]
    sizes = candidates or candidates_for(shape)

    def prepare(rest: np.ndarray) -> Trial:
        from explorer.denoisers.windowed_mixture import WindowedMixture

        denoisers = [WindowedMixture(rest, size, settings) for size in sizes]

        def trial(noisy: np.ndarray, clean: np.ndarray, sigma: float) -> np.ndarray:
            x = torch.from_numpy(noisy).reshape(-1, *shape)
            found = [d(x, sigma).reshape(noisy.shape).numpy() for d in denoisers]
            return np.square(np.stack(found) - clean).mean(axis=2)

        return trial

    return choose("window", data, sizes, prepare, settings=str(settings), cache=cache, **options)
