r"""Training images against images of the same kind that were held out, over noise levels.

A denoiser that has learnt the law of the data treats both alike. One that has stored the training
images knows these better: its error on them is smaller. For pictures x0 of each group,
``z = x0 + sigma eps``, the error of a picture is the mean over its pixels of ``(D(z) - x0)^2``.
Beside it stand the weights behind the answers (see `copying`): the median over pixels and pictures
of N_eff and of the largest weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core import rng
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.types import Denoiser
    from explorer.denoisers.statistics import Statistics

GROUPS = ("training", "held out")
METHODS = ("wiener", "locality", "optimal")
WEIGHED = ("locality", "optimal")  # those that are weighted means of training images


@dataclass(frozen=True, slots=True, eq=False)
class LevelErrors:
    """Both groups at one noise level; rows follow `GROUPS`.

    Attributes
    ----------
    sigma : float
    errors : numpy.ndarray, shape (2, 3, P)
        Mean squared error of each picture; columns follow `METHODS`.
    effective, largest : numpy.ndarray, shape (2, 2)
        Medians of N_eff and of p_max; columns follow `WEIGHED`.
    """

    sigma: float
    errors: np.ndarray
    effective: np.ndarray
    largest: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Mean error over pictures, (2, 3)."""
        return self.errors.mean(axis=2)

    @property
    def standard_error(self) -> np.ndarray:
        """Standard error of `mean`, (2, 3); 0 for one picture."""
        count = self.errors.shape[2]
        if count < 2:
            return np.zeros(self.errors.shape[:2])
        return self.errors.std(axis=2, ddof=1) / np.sqrt(count)


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Denoisers of the training images and pictures of both groups.

    Attributes
    ----------
    built : dict of str to Denoiser
        For each of `METHODS`.
    pictures : numpy.ndarray, float32, shape (2, P, C, H, W)
        In the order of `GROUPS`.
    seed : int
        Of the noise, which is the same for both groups and all levels.
    """

    built: Mapping[str, Denoiser]
    pictures: np.ndarray
    seed: int

    def at(self, sigma: float) -> LevelErrors:
        """Return errors and weights at one noise level."""
        import torch

        groups, count = self.pictures.shape[:2]
        noise = rng.normal(self.seed, count, self.pictures.shape[2:])
        noisy = (self.pictures + np.float32(sigma) * noise).astype(np.float64)
        x = torch.from_numpy(noisy.reshape(-1, *self.pictures.shape[2:]))
        errors = np.empty((groups, len(METHODS), count))
        medians = np.empty((2, groups, len(WEIGHED)))
        for column, name in enumerate(METHODS):
            denoiser: Any = self.built[name]
            found = denoiser.posterior(x, sigma) if name in WEIGHED else None
            mean = (denoiser(x, sigma) if found is None else found.mean).numpy()
            squared = (mean.reshape(self.pictures.shape) - self.pictures) ** 2
            errors[:, column] = squared.mean(axis=(2, 3, 4))
            if found is not None:
                for row, values in enumerate((found.effective, found.largest)):
                    parted = values.numpy().reshape(groups, -1)
                    medians[row, :, WEIGHED.index(name)] = np.median(parted, axis=1)
        return LevelErrors(float(sigma), errors, medians[0], medians[1])


def study(
    images: np.ndarray,
    held_out: np.ndarray,
    statistics: Statistics,
    *,
    threshold: float,
    count: int = 32,
    seed: int = 0,
) -> Study:
    """Return the denoisers of the training images, and pictures of both groups.

    Parameters
    ----------
    images, held_out : numpy.ndarray, uint8, shape (N, C, H, W)
        Training images, and others of the same kind.
    statistics : Statistics
        Of the training images, or of more of their kind.
    threshold : float
        tau of the masks of ``locality``.
    count : int
        Pictures per group; fewer where a group has fewer.
    seed : int
        Decides on the pictures and their noise.

    Raises
    ------
    InputError
        For a count below 1, or images of two shapes.

    References
    ----------
    Kamb and Ganguli, An analytic theory of creativity in convolutional diffusion models (2024)

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> train, test = datasets.split(datasets.load("digits"), 297)
    >>> made = study(train.images, test.images, denoisers.Statistics.fit(train), threshold=0.05)
    >>> (training, held) = made.at(0.3).mean[:, 2]  # of the optimal denoiser
    >>> bool(training < 0.1 * held)
    True
    """
    from explorer import denoisers

    if count < 1:
        raise InputError("count", f"count = {count} pictures.", "Give a whole number >= 1.")
    if images.shape[1:] != held_out.shape[1:]:
        problem = f"Training images are {images.shape[1:]}, held-out ones {held_out.shape[1:]}."
        raise InputError("held_out", problem, "Give images of one shape.")
    most = min(count, len(images), len(held_out))
    options = {
        "wiener": {"statistics": statistics},
        "locality": {"statistics": statistics, "threshold": threshold, "cache": None},
        "optimal": {},
    }
    built = {name: denoisers.build(name, images, **options[name]) for name in METHODS}
    chosen = [_some(group, most, seed) for group in (images, held_out)]
    return Study(built, np.stack(chosen), seed)


def _some(images: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return images drawn without repetition, float32 in [-1, 1]."""
    which = rng.numpy_generator(seed, len(images)).permutation(len(images))[:count]
    return (images[np.sort(which)] / 127.5 - 1.0).astype(np.float32)
