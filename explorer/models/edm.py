"""Raw networks of the EDM paper, which are asked on a scale where all levels look alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch

from explorer.core.errors import InputError
from explorer.models.levels import answer, factor, levels


@dataclass(frozen=True, slots=True, eq=False)
class Edm:
    """D = c_skip x + c_out F(c_in x, ln(sigma) / 4).

    With s the standard deviation of the data: c_skip = s^2 / (sigma^2 + s^2),
    c_out = sigma s / sqrt(sigma^2 + s^2), c_in = 1 / sqrt(sigma^2 + s^2). At sigma = 0, D = x.

    Parameters
    ----------
    net : callable
        ``F(c_in x, c_noise)``, (B, ...); c_noise is (B,).
    sigma_data : float
        s > 0, as the network was trained with.
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    References
    ----------
    Karras et al., Elucidating the design space of diffusion-based generative models (2022), table 1

    Examples
    --------
    >>> silent = lambda x, c_noise: torch.zeros_like(x)
    >>> from_edm(silent)(torch.ones(1, 1), 0.5).item()  # c_skip = 0.25 / 0.5
    0.5
    """

    net: Any
    sigma_data: float = 0.5
    dtype: torch.dtype | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.sigma_data < math.inf:
            problem = f"sigma_data = {self.sigma_data} is not positive."
            raise InputError("sigma_data", problem, "Use 0.5, as the paper's networks do.")

    def __call__(
        self, x: torch.Tensor, sigma: float | torch.Tensor, cond: Any = None
    ) -> torch.Tensor:
        """Return the estimate of x0, shaped and typed as x."""
        level, s = levels(sigma, x), self.sigma_data
        clean = level == 0.0  # there ln(sigma) has no value and D needs none: c_out = 0
        c_noise = torch.where(clean, 1.0, level).log() / 4.0
        c_in = torch.rsqrt(level.square() + s**2)
        raw = answer(self.net, factor(c_in, x) * x, c_noise, cond, dtype=self.dtype)
        skip, out = (s * c_in).square(), level * s * c_in
        return factor(skip, x) * x + factor(out, x) * raw


def from_edm(net: Any, *, sigma_data: float = 0.5, dtype: torch.dtype | None = None) -> Edm:
    """Return the denoiser of a raw network F of the EDM paper."""
    return Edm(net, sigma_data, dtype)
