"""Segments of equal ratio, for samplers whose steps are long: reverse transition kernels."""

from __future__ import annotations

import numpy as np

from explorer.schedules import logsnr
from explorer.schedules.about import About

NAME = "geometric"
ABOUT = About(
    title="Geometric segments",
    source="derived here; the levels are those of logsnr",
    formula=r"\sigma_{i+1} / \sigma_i = (\sigma_{\min}/\sigma_{\max})^{1/m}",
)


def nodes(m: int, *, sigma_min: float, sigma_max: float) -> np.ndarray:
    """Return m levels, float64 (m,), in geometric progression.

    Examples
    --------
    >>> nodes(3, sigma_min=1.0, sigma_max=4.0)
    array([4., 2., 1.])
    """
    return logsnr.nodes(m, sigma_min=sigma_min, sigma_max=sigma_max)
