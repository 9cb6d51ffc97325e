"""Even steps in the time of an Ornstein-Uhlenbeck process.

dx = -x dt + sqrt(2) dB:  x_t = e^-t x0 + sqrt(1 - e^-2t) eps,  sigma(t) = sqrt(e^2t - 1).
"""

from __future__ import annotations

import numpy as np

from explorer.schedules.about import About
from explorer.schedules.spacing import evenly

NAME = "ou"
ABOUT = About(
    title="Even in Ornstein-Uhlenbeck time",
    source="Huang et al. 2024, arXiv:2405.16387 (the process)",
    formula=r"\sigma_i = \sqrt{e^{2 t_i} - 1},\quad t_i \text{ even}",
)


def nodes(m: int, *, sigma_min: float, sigma_max: float) -> np.ndarray:
    """Return m levels, float64 (m,), even in ``t = log(1 + sigma^2) / 2``.

    Examples
    --------
    >>> levels = nodes(3, sigma_min=0.5, sigma_max=4.0)
    >>> np.diff(np.log1p(levels**2)).round(6)
    array([-1.305035, -1.305035])
    """
    return evenly(m, sigma_min, sigma_max, there=time, back=sigma)


def time(sigma: np.ndarray) -> np.ndarray:
    """Return the process time at which the noise level is sigma >= 0."""
    return 0.5 * np.log1p(np.square(sigma))


def sigma(time: np.ndarray) -> np.ndarray:
    """Return the noise level at a process time >= 0."""
    return np.sqrt(np.expm1(2.0 * np.asarray(time)))
