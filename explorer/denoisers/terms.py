"""Likelihood of one pixel value, as a polynomial of the stored byte.

With ``t = u/127.5 - 1 - mu_n`` (pixel n of an image, centred), ``w = z - mu`` and
``c = 1/(2 sigma^2 T)``, the term of pixel n in the logit of any output is, up to constants that do
not depend on the image,

    L_n(u) = t (2 c w_n - c t) + c v_n,

where v_n is the variance of the pixel: then terms are small and have mean near 0, and their sums
lose few digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.denoisers.statistics import Statistics

STEP = 1.0 / 127.5
LARGEST_CURVATURE = 1e30


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Coefficients of ``L_n(u) = t (slope_bn - curvature t) + constant_n``, t = u/127.5 + offset_n.

    Attributes
    ----------
    curvature : float
    slope : numpy.ndarray, shape (B, d)
    constant, offset : numpy.ndarray, shape (d,)
    """

    curvature: float
    slope: np.ndarray
    constant: np.ndarray
    offset: np.ndarray

    @classmethod
    def of(
        cls, rows: np.ndarray, statistics: Statistics, *, sigma: float, temperature: float
    ) -> Terms:
        """Return the terms of noisy rows (B, d), float64, at one noise level."""
        variance = 2.0 * sigma**2 * temperature
        c = min(1.0 / variance, LARGEST_CURVATURE) if variance > 0 else LARGEST_CURVATURE
        mean = statistics.mean
        spread = np.square(statistics.eigenvectors) @ statistics.eigenvalues
        return cls(c, 2.0 * c * (rows - mean), c * spread, -1.0 - mean)

    def bound(self) -> np.ndarray:
        """Return the largest ``|t| (|slope| + curvature |t|) + |constant|`` of any byte, (B, d)."""
        t = np.maximum(np.abs(self.offset), np.abs(self.offset + 2.0))
        return t * (np.abs(self.slope) + self.curvature * t) + np.abs(self.constant)
