"""Even steps in the logarithm of sigma: every step removes the same share of the noise."""

from __future__ import annotations

import numpy as np

from explorer.schedules.about import About
from explorer.schedules.spacing import evenly

NAME = "logsnr"
ABOUT = About(
    title="Even in log-SNR (exponential)",
    source="Lu et al. 2022, arXiv:2206.00927, section 3.4",
    formula=r"\sigma_i = \sigma_{\max}\,(\sigma_{\min}/\sigma_{\max})^{i/m}",
)


def nodes(m: int, *, sigma_min: float, sigma_max: float) -> np.ndarray:
    """Return m levels, float64 (m,), in geometric progression.

    Examples
    --------
    >>> nodes(3, sigma_min=1.0, sigma_max=4.0)
    array([4., 2., 1.])
    """
    return evenly(m, sigma_min, sigma_max, there=np.log, back=np.exp)
