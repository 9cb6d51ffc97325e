"""The grid of the EDM paper: even steps in ``sigma^(1/rho)``."""

from __future__ import annotations

import numpy as np

from explorer.core.errors import InputError
from explorer.schedules.about import About
from explorer.schedules.spacing import evenly

NAME = "karras"
ABOUT = About(
    title="Karras",
    source="Karras et al. 2022, arXiv:2206.00364, eq. 5",
    formula=r"\sigma_i = \Big(\sigma_{\max}^{1/\rho} + \tfrac{i}{m}\,"
    r"(\sigma_{\min}^{1/\rho} - \sigma_{\max}^{1/\rho})\Big)^{\rho}",
)


def nodes(m: int, *, sigma_min: float, sigma_max: float, rho: float = 7.0) -> np.ndarray:
    """Return m levels, float64 (m,), even in ``sigma^(1/rho)``.

    Parameters
    ----------
    m : int
    sigma_min, sigma_max : float
    rho : float
        > 0; 1 is even in sigma, large values are nearly even in log sigma.

    References
    ----------
    Karras et al., Elucidating the design space of diffusion-based generative models (2022), eq. 5

    Examples
    --------
    >>> nodes(3, sigma_min=1.0, sigma_max=9.0, rho=2.0)
    array([9., 4., 1.])
    """
    if not 0.0 < rho < np.inf:
        raise InputError("rho", f"rho = {rho} is not positive.", "Use for instance 7.")
    return evenly(m, sigma_min, sigma_max, there=lambda s: s ** (1.0 / rho), back=lambda u: u**rho)
