r"""Where the best linear denoiser looks from one pixel, and how many pixels pass a threshold.

The Wiener filter ``D(z) = mu + W (z - mu)`` has the sensitivity ``dD_q/dz_n = W_qn``, the same at
every z. Next to it stands row q of the covariance S, from which W is made:

    W = S (S + sigma^2 I)^-1.

A pixel n belongs to the mask of q if ``|W_qn| >= tau sqrt(W_qq W_nn)``. The trace of W counts the
directions of the data that rise above the noise ("degrees of freedom").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.denoisers.wiener import Wiener

Pixel = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What one pixel looks at, at one noise level.

    Attributes
    ----------
    pixel : (int, int, int)
        Channel, row, column.
    sigma, threshold : float
    sensitivity : numpy.ndarray, shape (C, H, W)
        Row of W, dimensionless.
    covariance : numpy.ndarray, shape (C, H, W)
        Row of S, in squared units of the scale [-1, 1].
    mask : numpy.ndarray of bool, shape (C, H, W)
        By the symmetric rule.
    freedom : float
        Trace of W.
    dead : bool
        Whether the pixel is the same in all images.
    """

    pixel: Pixel
    sigma: float
    threshold: float
    sensitivity: np.ndarray
    covariance: np.ndarray
    mask: np.ndarray
    freedom: float
    dead: bool

    @property
    def size(self) -> int:
        """Number of pixel values in the mask."""
        return int(self.mask.sum())

    @property
    def own(self) -> float:
        """W_qq: the weight that the pixel gives to itself, in [0, 1)."""
        return float(self.sensitivity[self.pixel])

    @property
    def radius(self) -> float:
        """Mean distance of what is looked at, in pixels, weighted by ``|W_qn|``; 0 if dead."""
        return _mean_distance(self.sensitivity, self.pixel)

    @property
    def covariance_radius(self) -> float:
        """The same for the row of the covariance, weighted by ``|S_qn|``."""
        return _mean_distance(self.covariance, self.pixel)


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Mask size of one pixel and degrees of freedom over noise levels, each of shape (K,)."""

    sigmas: np.ndarray
    sizes: np.ndarray
    freedom: np.ndarray


def look(wiener: Wiener, pixel: Pixel, sigma: float, *, threshold: float) -> Look:
    """Return what `pixel` looks at.

    Parameters
    ----------
    wiener : Wiener
    pixel : (int, int, int)
        Channel, row, column, counted from 0.
    sigma : float
        Noise level on the scale [-1, 1].
    threshold : float
        tau >= 0 of the mask; 0 uses every pixel.

    Raises
    ------
    InputError
        For a pixel outside the image, a noise level or a threshold that is none.

    References
    ----------
    Lukoianov et al., Locality in image diffusion models emerges from data statistics (2025)

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> look(wiener, (0, 4, 3), 1.24, threshold=0.05).size
    31
    """
    from explorer.denoisers import masks
    from explorer.denoisers.noise import pixel_index

    statistics = wiener.statistics
    shape = statistics.shape
    index = pixel_index(pixel, shape)
    masks.check_rule(threshold, "symmetric")
    u = statistics.eigenvectors
    return Look(
        pixel=pixel,
        sigma=float(sigma),
        threshold=float(threshold),
        sensitivity=wiener.sensitivity(pixel, sigma),
        covariance=(u @ (u[index] * statistics.eigenvalues)).reshape(shape),
        mask=masks.row(wiener, sigma, index, threshold=threshold).reshape(shape),
        freedom=wiener.degrees_of_freedom(sigma),
        dead=bool(statistics.dead[index]),
    )


def diagonals(wiener: Wiener, sigmas: np.ndarray) -> np.ndarray:
    """Return the diagonal of W at each noise level, (K, d): the part that no pixel changes."""
    gains = np.stack([wiener.gains(float(sigma)) for sigma in sigmas])
    return gains @ np.square(wiener.statistics.eigenvectors).T


def scan(
    wiener: Wiener,
    pixel: Pixel,
    sigmas: np.ndarray,
    *,
    threshold: float,
    diagonals_known: np.ndarray | None = None,
) -> Scan:
    """Return mask size and degrees of freedom over noise levels, by one matrix product.

    Parameters
    ----------
    wiener : Wiener
        Without a drawn pattern.
    pixel : (int, int, int)
    sigmas : numpy.ndarray, shape (K,)
    threshold : float
        As in `look`.
    diagonals_known : numpy.ndarray, shape (K, d), optional
        What `diagonals` gives for these noise levels.

    Raises
    ------
    InputError
        As `look`; also for a filter with a drawn pattern.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> scan(wiener, (0, 4, 3), np.array([60.8, 1.24, 0.01]), threshold=0.05).sizes
    array([38, 31,  1])
    """
    from explorer.denoisers import masks
    from explorer.denoisers.noise import pixel_index

    if wiener.pattern is not None:
        raise InputError("pattern", "The filter has a drawn pattern.", "Scan it without one.")
    index = pixel_index(pixel, wiener.statistics.shape)
    masks.check_rule(threshold, "symmetric")
    gains = np.stack([wiener.gains(float(sigma)) for sigma in sigmas])
    u = wiener.statistics.eigenvectors
    sizes = np.full(len(gains), wiener.statistics.size)
    if threshold > 0.0:
        diagonal = diagonals(wiener, sigmas) if diagonals_known is None else diagonals_known
        live = diagonal > masks.DEAD
        scale = np.where(live, 1.0 / np.sqrt(np.where(live, diagonal, 1.0)), 0.0)
        ratios = np.abs((gains * u[index]) @ u.T) * scale * scale[:, [index]]
        ratios[:, index] = np.inf
        sizes = (ratios >= threshold).sum(axis=1)
    return Scan(np.asarray(sigmas, dtype=np.float64), sizes, gains.sum(axis=1))


def _mean_distance(values: np.ndarray, pixel: Pixel) -> float:
    _, height, width = values.shape
    rows, columns = np.ogrid[:height, :width]
    distance = np.hypot(rows - pixel[1], columns - pixel[2])
    weights = np.abs(values).sum(axis=0)
    total = float(weights.sum())
    return float((weights * distance).sum()) / total if total > 0.0 else 0.0
