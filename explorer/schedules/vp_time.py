"""The time of a variance-preserving process whose rate of noise grows linearly.

sigma(t)^2 = exp((beta_max - beta_min) t^2 / 2 + beta_min t) - 1,   t from 1 down to nearly 0.
"""

from __future__ import annotations

import numpy as np

from explorer.core.errors import InputError
from explorer.schedules.about import About
from explorer.schedules.spacing import evenly

NAME = "vp-time"
ABOUT = About(
    title="Variance-preserving time",
    source="Song et al. 2021, arXiv:2011.13456 (the process); "
    "Zhang and Chen 2022, arXiv:2204.13902 (the power)",
    formula=r"\sigma_i = \sigma(t_i),\quad t_i^{1/\rho} \text{ even}",
)
BETA_MIN, BETA_MAX = 0.1, 20.0


def nodes(
    m: int,
    *,
    sigma_min: float,
    sigma_max: float,
    rho: float = 2.0,
    beta_min: float = BETA_MIN,
    beta_max: float = BETA_MAX,
) -> np.ndarray:
    """Return m levels, float64 (m,), even in ``t^(1/rho)``.

    Parameters
    ----------
    m : int
    sigma_min, sigma_max : float
    rho : float
        > 0; 1 is even in time, 2 the habit of the DEIS paper.
    beta_min, beta_max : float
        Rates of noise at t = 0 and 1, 0 < beta_min < beta_max.

    Raises
    ------
    InputError
        With the name of a parameter that is out of range.

    Examples
    --------
    >>> levels = nodes(3, sigma_min=0.01, sigma_max=80.0, rho=1.0)
    >>> t = time(levels)
    >>> bool(np.isclose(t[0] - t[1], t[1] - t[2]))
    True
    """
    if not 0.0 < rho < np.inf:
        raise InputError("rho", f"rho = {rho} is not positive.", "Use 1 or 2.")
    if not 0.0 < beta_min < beta_max < np.inf:
        problem = f"beta_min = {beta_min} and beta_max = {beta_max} do not grow."
        raise InputError("beta_min", problem, "Give 0 < beta_min < beta_max, as 0.1 and 20.")
    return evenly(
        m,
        sigma_min,
        sigma_max,
        there=lambda s: time(s, beta_min, beta_max) ** (1.0 / rho),
        back=lambda u: sigma(u**rho, beta_min, beta_max),
    )


def time(sigma: np.ndarray, beta_min: float = BETA_MIN, beta_max: float = BETA_MAX) -> np.ndarray:
    """Return the time t at which the noise level is sigma >= 0.

    The positive root of ``(beta_max - beta_min) t^2 / 2 + beta_min t = log(1 + sigma^2)``.
    """
    decay = np.log1p(np.square(sigma))
    slope = beta_max - beta_min
    # Not the textbook root: this one loses no digits at small sigma.
    return 2.0 * decay / (beta_min + np.sqrt(beta_min**2 + 2.0 * slope * decay))


def sigma(time: np.ndarray, beta_min: float = BETA_MIN, beta_max: float = BETA_MAX) -> np.ndarray:
    """Return the noise level at time t >= 0."""
    return np.sqrt(np.expm1(0.5 * (beta_max - beta_min) * np.square(time) + beta_min * time))
