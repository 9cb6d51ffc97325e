r"""Where the best linear denoiser looks from one pixel, and how many pixels pass a threshold.

The Wiener filter ``D(z) = mu + W (z - mu)`` has the sensitivity ``dD_q/dz_n = W_qn``, the same at
every z. Next to it stands row q of the covariance S, from which W is made:

    W = S (S + sigma^2 I)^-1.

A pixel n belongs to the mask of q if ``|W_qn| >= tau sqrt(W_qq W_nn)``. The trace of W counts the
directions of the data that rise above the noise ("degrees of freedom"). A drawn pattern w of gain g
adds ``g^2 w w^T`` to S.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.scan import Frames, Scan, diagonals, frames, scan

if TYPE_CHECKING:
    from explorer.denoisers.wiener import Wiener

__all__ = ["Frames", "Look", "Pixel", "Scan", "diagonals", "frames", "look", "scan"]

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


def look(wiener: Wiener, pixel: Pixel, sigma: float, *, threshold: float) -> Look:
    """Return what `pixel` looks at.

    Parameters
    ----------
    wiener : Wiener
        With or without a drawn pattern.
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
    covariance = statistics.covariance_row(index)
    dead = bool(statistics.dead[index])
    if wiener.pattern is not None:
        w, gain = wiener.pattern.weights, wiener.pattern.gain
        covariance += gain**2 * w[index] * w
        dead = dead and not gain * w[index]
    return Look(
        pixel=pixel,
        sigma=float(sigma),
        threshold=float(threshold),
        sensitivity=wiener.sensitivity(pixel, sigma),
        covariance=covariance.reshape(shape),
        mask=masks.row(wiener, sigma, index, threshold=threshold).reshape(shape),
        freedom=wiener.degrees_of_freedom(sigma),
        dead=dead,
    )


def _mean_distance(values: np.ndarray, pixel: Pixel) -> float:
    _, height, width = values.shape
    rows, columns = np.ogrid[:height, :width]
    distance = np.hypot(rows - pixel[1], columns - pixel[2])
    weights = np.abs(values).sum(axis=0)
    total = float(weights.sum())
    return float((weights * distance).sum()) / total if total > 0.0 else 0.0
