"""Networks that are denoisers already, preconditioning included, as EDM's checkpoints are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from explorer.models.levels import answer, levels


@dataclass(frozen=True, slots=True, eq=False)
class EdmDenoiser:
    """D is the network's answer to (x, sigma).

    Parameters
    ----------
    net : callable
        ``net(x, sigma)``, (B, ...); sigma is (B,).
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    References
    ----------
    Karras et al., Elucidating the design space of diffusion-based generative models (2022)

    Examples
    --------
    >>> shrink = lambda x, sigma: x / (1 + sigma[:, None] ** 2)  # data N(0, 1)
    >>> from_edm_denoiser(shrink)(torch.ones(2, 1), 1.0).flatten()
    tensor([0.5000, 0.5000])
    """

    net: Any
    dtype: torch.dtype | None = None

    def __call__(
        self, x: torch.Tensor, sigma: float | torch.Tensor, cond: Any = None
    ) -> torch.Tensor:
        """Return the estimate of x0, shaped and typed as x."""
        return answer(self.net, x, levels(sigma, x), cond, dtype=self.dtype)


def from_edm_denoiser(net: Any, *, dtype: torch.dtype | None = None) -> EdmDenoiser:
    """Return the denoiser of a network that is one; types and shapes are taken care of."""
    return EdmDenoiser(net, dtype)
