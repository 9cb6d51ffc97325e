"""Even steps in sigma."""

from __future__ import annotations

import numpy as np

from explorer.schedules.about import About

NAME = "linear"
ABOUT = About(
    title="Even in sigma",
    source="derived here",
    formula=r"\sigma_i = \sigma_{\max} + \tfrac{i}{m}\,(\sigma_{\min} - \sigma_{\max})",
)


def nodes(m: int, *, sigma_min: float, sigma_max: float) -> np.ndarray:
    """Return m levels, float64 (m,), evenly spaced.

    Examples
    --------
    >>> nodes(3, sigma_min=1.0, sigma_max=4.0)
    array([4. , 2.5, 1. ])
    """
    return np.linspace(sigma_max, sigma_min, m)
