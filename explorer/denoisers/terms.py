"""Likelihood of one pixel value, as a polynomial of the stored byte.

Logits matter up to a constant per output. They are taken relative to a guess of the answer, the
Wiener filter's rounded to bytes ``r_n``, and to what they would be on average if the data were
Gaussian: with ``v = u - r_n`` and ``c = 1/(2 sigma^2 T)`` the term of pixel n is

    L_n(u) = -c [(x_n - z_n)^2 - (r_n/127.5 - 1 - z_n)^2] + W_nn / (2 T)
           = v (slope_n - c v / 127.5^2) + W_nn / (2 T).

Then v is a whole number, exact in float32, and sums over the images that count are small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from explorer.denoisers.wiener import Wiener

STEP = 1.0 / 127.5
LARGEST_SHARPNESS = 1e30


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Coefficients of ``v (slope_bn - curvature v) + constant_n`` with ``v = u - guess_bn``.

    Attributes
    ----------
    sharpness : float
        ``1/(2 sigma^2 T)``.
    slope, guess : numpy.ndarray, shape (B, d)
        The guess holds whole numbers, 0 to 255.
    constant : numpy.ndarray, shape (d,)
    """

    sharpness: float
    slope: np.ndarray
    guess: np.ndarray
    constant: np.ndarray

    @property
    def curvature(self) -> float:
        """Sharpness per squared byte."""
        return self.sharpness * STEP**2

    @classmethod
    def of(
        cls,
        rows: np.ndarray,
        wiener: Wiener,
        *,
        sigma: float,
        temperature: float = 1.0,
        diagonal: np.ndarray | None = None,
    ) -> Terms:
        """Return the terms of noisy rows (B, d), float64, at one noise level.

        `diagonal` is that of the Wiener filter at this level, if already known.
        """
        variance = 2.0 * sigma**2 * temperature
        c = min(1.0 / variance, LARGEST_SHARPNESS) if variance > 0 else LARGEST_SHARPNESS
        images = torch.from_numpy(rows).reshape(-1, *wiener.statistics.shape)
        smooth = wiener(images, sigma).reshape(rows.shape).clamp(-1.0, 1.0).numpy()
        guess = np.round((smooth + 1.0) / STEP)
        known = wiener.diagonal(sigma) if diagonal is None else diagonal
        slope = 2.0 * c * STEP * (rows + 1.0 - guess * STEP)
        return cls(c, slope, guess, known / (2.0 * temperature))

    def bound(self) -> np.ndarray:
        """Return the largest ``|v| (|slope| + curvature |v|) + |constant|`` of any byte, (B, d)."""
        v = np.maximum(self.guess, 255.0 - self.guess)
        return v * (np.abs(self.slope) + self.curvature * v) + np.abs(self.constant)
