"""A centre and a width of the stationary law, for starts and axes that fit every generator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from explorer.generators.spectrum import Spectrum

GAUSSIAN_IQR = 1.3489795003921634  # interquartile range of a standard Gaussian


def centre_and_width(spectrum: Spectrum) -> tuple[float, float]:
    """Return mean and standard deviation of π, or median and scaled quartiles.

    The second pair is used where the variance is infinite: the interquartile range divided by
    1.349, which is the standard deviation for a Gaussian.

    Returns
    -------
    (centre, width) in the units of x
    """
    if spectrum.mean is not None and spectrum.variance is not None:
        return spectrum.mean, math.sqrt(spectrum.variance)
    mass = np.cumsum(spectrum.weights * spectrum.density)
    quartiles = np.interp([0.25, 0.5, 0.75], mass / mass[-1], spectrum.nodes)
    first, middle, third = (float(q) for q in quartiles)
    return middle, (third - first) / GAUSSIAN_IQR
