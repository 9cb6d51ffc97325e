"""Error on images that the denoisers never saw: the honest test of a denoiser.

Images of the test split are noised and denoised; per image and method,

    MSE = (1/d) |D(x0 + sigma eps) - x0|^2.

All methods get the same noise, so they are compared image by image: the ratio of the mean errors,
with the standard error of a ratio of paired means, and a paired t-test of the difference. On
*training* images the same numbers say something else: there a denoiser that memorises wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.error_table import Table
from explorer.core import rng
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.sets import ImageSet
    from explorer.core.types import Denoiser

BATCH = 64  # images that are denoised at a time
STREAM = 23  # of the noise; other purposes have other streams
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "locality"


def held_out_errors(
    denoisers: Mapping[str, Denoiser],
    images: ImageSet,
    *,
    sigmas: Any = None,
    n: int = 64,
    seed: int = 0,
    batch: int = BATCH,
    training: ImageSet | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Table:
    """Return the errors of denoisers on noisy images.

    Parameters
    ----------
    denoisers : mapping of str to Denoiser
    images : ImageSet
        The test split; n of them are drawn.
    sigmas : array, shape (L,), optional
        Noise levels; the ten published ones by default.
    n : int
        Number of images, 1 to all.
    seed : int
    batch : int
        Images at a time; the result does not depend on it.
    training : ImageSet, optional
        What the denoisers were made of, to count images that occur in both.
    progress : callable, optional
        Called with a method's name and a noise level when they are next.

    Raises
    ------
    InputError
        With field ``"n"``, ``"sigmas"`` or ``"seed"``.

    References
    ----------
    Cochran, Sampling Techniques (1977), section 6.3, on ratios of paired means

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> train, test = datasets.split(datasets.load("digits"), 297)
    >>> both = {name: denoisers.build(name, train) for name in ("wiener", "nearest")}
    >>> table = held_out_errors(both, test, sigmas=[1.0], n=20)
    >>> table.mse.shape, bool(table.ratios()[0][1, 0] > 1)  # the nearest image is no denoiser
    ((2, 1, 20), True)
    """
    levels = checked_levels(sigmas)
    chosen = drawn(images.n, n, seed)
    clean = images.as_float(chosen)
    noise = rng.normal(seed, [int(i) for i in chosen], images.shape, stream=STREAM)
    mse = np.empty((len(denoisers), len(levels), n))
    for m, (name, denoise) in enumerate(denoisers.items()):
        for k, sigma in enumerate(levels):
            if progress is not None:
                progress(name, float(sigma))
            mse[m, k] = errors(denoise, clean, noise, sigma=float(sigma), batch=batch)
    return Table(
        images.name,
        tuple(denoisers),
        levels,
        mse,
        seed,
        None if training is None else duplicates(images.images[chosen], training),
    )


def errors(
    denoise: Denoiser, clean: np.ndarray, noise: np.ndarray, *, sigma: float, batch: int = BATCH
) -> np.ndarray:
    """Return the error of each image (n, C, H, W) in [-1, 1], float64 (n,)."""
    import torch

    from explorer.analysis.metrics import mse

    found = []
    for start in range(0, len(clean), batch):
        part = slice(start, start + batch)
        z = torch.from_numpy(clean[part] + np.float32(sigma) * noise[part])
        found.append(mse(denoise(z, sigma), clean[part]))
    return np.concatenate(found)


def drawn(total: int, n: int, seed: int) -> np.ndarray:
    """Return n of the numbers 0 ... total - 1; a larger n adds to those of a smaller one."""
    if not 1 <= n <= total:
        problem = f"n = {n} of {total} images."
        raise InputError("n", problem, f"Give a whole number from 1 to {total}.")
    return rng.numpy_generator(seed, STREAM).permutation(total)[:n]


def checked_levels(sigmas: Any) -> np.ndarray:
    """Return noise levels, float64 (L,); the ten published ones for None."""
    if sigmas is None:
        from explorer import schedules

        sigmas = schedules.published()[0]
    levels = np.atleast_1d(np.asarray(sigmas, dtype=np.float64))
    if levels.ndim != 1 or not levels.size or not (np.isfinite(levels) & (levels > 0)).all():
        problem = f"sigmas = {levels.ravel()[:4].tolist()} are not noise levels."
        raise InputError("sigmas", problem, "Give finite numbers > 0.")
    return levels


def duplicates(images: np.ndarray, training: ImageSet) -> int:
    """Return how many of the images (n, C, H, W) are in the training set, bit by bit."""
    wanted = {image.tobytes() for image in images}
    seen = {key for key in (image.tobytes() for image in training.images) if key in wanted}
    return sum(image.tobytes() in seen for image in images)


def shipped(name: str, *, seen: bool = False) -> Table:
    """Return a table that comes with the explorer: of ``"mnist"`` or ``"cifar10"``.

    Parameters
    ----------
    name : str
        Of the data set.
    seen : bool
        Errors on training images instead, where memory wins.

    Raises
    ------
    InputError
        With field ``"name"``, where there is none.

    Examples
    --------
    >>> "wiener" in shipped("mnist").names
    True
    """
    from explorer.analysis.held_out_file import read

    kind = "seen_" if seen else "held_out_"
    known = sorted(path.stem.removeprefix(kind) for path in SHIPPED.glob(f"{kind}*.json"))
    if name not in known:
        problem = f"No such errors come with {str(name)[:40]!r}."
        raise InputError("name", problem, f"There are those of {', '.join(known) or 'nothing'}.")
    return read((SHIPPED / f"{kind}{name}.json").read_text(encoding="utf-8"))
