"""Softmax averages of parts of a data set, and how parts are joined.

Over some images, per sample and output pixel, a part keeps the largest logit m and, relative to it,

    s = sum exp(l - m),   y = sum exp(l - m) x,   s2 = sum exp(2 (l - m)),

and which image was the heaviest. Parts are joined by rescaling to the larger m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Sums over some images, float64 (B, d) each; ``heaviest`` is int64."""

    m: np.ndarray
    s: np.ndarray
    y: np.ndarray
    s2: np.ndarray
    heaviest: np.ndarray

    @classmethod
    def empty(cls, batch: int, size: int) -> Part:
        """Return sums over no images."""
        shape = (batch, size)
        s, y, s2 = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        return cls(np.full(shape, -np.inf), s, y, s2, np.zeros(shape, dtype=np.int64))

    def __add__(self, other: Part) -> Part:
        m = np.maximum(self.m, other.m)
        # Both -inf: nothing on either side, and exp(-inf) instead of exp(-inf + inf).
        top = np.where(np.isneginf(m), 0.0, m)
        left, right = np.exp(self.m - top), np.exp(other.m - top)
        return Part(
            m,
            left * self.s + right * other.s,
            left * self.y + right * other.y,
            left**2 * self.s2 + right**2 * other.s2,
            np.where(self.m >= other.m, self.heaviest, other.heaviest),
        )

    def mean(self) -> np.ndarray:
        """Return the softmax average, (B, d)."""
        return self.y / self.s
