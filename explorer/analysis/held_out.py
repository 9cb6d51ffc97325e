"""Error on images that the denoisers never saw: the honest test of a denoiser.

Images of the test split are noised and denoised; per image and method,

    MSE = (1/d) |D(x0 + sigma eps) - x0|^2.

All methods get the same noise, so they are compared image by image: the ratio of the mean errors,
with the standard error of a ratio of paired means, and a paired t-test of the difference. On
*training* images the same numbers say something else: there a denoiser that memorises wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.analysis.spread import TTest
    from explorer.core.types import Denoiser, ImageSet

BATCH = 64  # images that are denoised at a time
STREAM = 23  # of the noise; other purposes have other streams
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "locality"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Errors of several denoisers on the same noisy images.

    Attributes
    ----------
    data : str
        Name of the data set.
    names : tuple of str, length M
        Of the methods.
    sigmas : numpy.ndarray, shape (L,)
    mse : numpy.ndarray, shape (M, L, n)
        Per pixel, on the scale [-1, 1]; nan for images that a method was not run on.
    seed : int
        Of the choice of images and of their noise.
    duplicates : int or None
        Images that are also in the training set, bit by bit; None if that was not looked up.
    about : dict
        What each method is, its settings, and whether it is cut short: name -> words.
    origin : dict
        Digests, numbers of images and versions.
    """

    data: str
    names: tuple[str, ...]
    sigmas: np.ndarray
    mse: np.ndarray
    seed: int = 0
    duplicates: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)

    def counts(self) -> np.ndarray:
        """Return the number of images behind each mean, int (M, L)."""
        return np.isfinite(self.mse).sum(axis=2)

    def means(self) -> np.ndarray:
        """Return the mean errors, (M, L); nan where nothing was measured."""
        return _mean(self.mse)

    def standard_errors(self) -> np.ndarray:
        """Return the standard errors of the means over images, (M, L); nan below two images."""
        return _standard_error(self.mse)

    def ratios(self, reference: str = "wiener") -> tuple[np.ndarray, np.ndarray]:
        """Return mean error relative to a method's on the same images, and its standard error.

        Both (M, L). With R = mean(a)/mean(b) the error is that of mean(a - R b), over mean(b).
        """
        base = self.mse[self.row(reference)]
        both = np.where(np.isfinite(self.mse), base, np.nan)
        bottom = _mean(both)
        ratio = _mean(np.where(np.isfinite(base), self.mse, np.nan)) / bottom
        return ratio, _standard_error(self.mse - ratio[..., None] * both) / bottom

    def against(self, name: str, level: int, *, reference: str = "wiener") -> TTest:
        """Return the paired t-test of ``mse[name] - mse[reference]`` at a noise level's number."""
        from explorer.analysis.spread import paired

        a, b = self.mse[self.row(name), level], self.mse[self.row(reference), level]
        both = np.isfinite(a) & np.isfinite(b)
        return paired(a[both], b[both])

    def row(self, name: str) -> int:
        """Return the number of a method.

        Raises
        ------
        InputError
            With field ``"name"``, if it was not measured.
        """
        if name not in self.names:
            problem = f"{name!r} is not in the table."
            raise InputError("name", problem, f"Use one of {', '.join(self.names)}.")
        return self.names.index(name)


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


def _mean(values: np.ndarray) -> np.ndarray:
    """Return means over the last axis without nan; nan where nothing is left."""
    count = np.isfinite(values).sum(axis=-1)
    return np.where(count > 0, np.nansum(values, axis=-1) / np.maximum(count, 1), np.nan)


def _standard_error(values: np.ndarray) -> np.ndarray:
    count = np.isfinite(values).sum(axis=-1)
    squares = np.nansum((values - _mean(values)[..., None]) ** 2, axis=-1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count * (count - 1), 1)), np.nan)
