"""The reverse transition kernel of a Gaussian mixture: again a mixture, drawn exactly.

p = sum_k w_k N(m_k, S_k),  C_k = S_k + sigma_s^2,  P_k = 1/C_k + 1/gap:
choose k with probability ~ w_k N(x; m_k, S_k + sigma_t^2), then
y ~ N((m_k / C_k + x / gap) / P_k, 1 / P_k)   along each axis of S_k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch

from explorer.core.errors import InputError


@runtime_checkable
class Mixture(Protocol):
    """A denoiser whose data are a Gaussian mixture.

    Attributes
    ----------
    weights : numpy.ndarray, shape (K,)
    means : numpy.ndarray, shape (K, d)
    covariances : numpy.ndarray, shape (K, d, d)
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """A mixture with the axes of its components.

    Attributes
    ----------
    log_weights : torch.Tensor, float64 (K,)
    means : torch.Tensor, float64 (K, d)
    values : torch.Tensor, float64 (K, d)
        Variances along the axes.
    vectors : torch.Tensor, float64 (K, d, d)
        Axes in columns.
    """

    log_weights: torch.Tensor
    means: torch.Tensor
    values: torch.Tensor
    vectors: torch.Tensor

    def turned(self, rows: torch.Tensor) -> torch.Tensor:
        """Return (x - m_k) along the axes of component k, (K, B, d)."""
        return torch.einsum("kbd,kde->kbe", rows[None] - self.means[:, None], self.vectors)

    def shares(self, turned: torch.Tensor, sigma: float) -> torch.Tensor:
        """Return the posterior probability of each component, (K, B)."""
        total = self.values + sigma**2
        exponent = (turned.square() / total[:, None]).sum(dim=2) + total.log().sum(dim=1)[:, None]
        return torch.softmax(self.log_weights[:, None] - 0.5 * exponent, dim=0)


def axes(mixture: object, device: torch.device | str = "cpu") -> Axes:
    """Return the axes of a mixture's components.

    Raises
    ------
    InputError
        If the denoiser is not a mixture.
    """
    if not isinstance(mixture, Mixture):
        problem = "This denoiser is not a Gaussian mixture: it has no weights and covariances."
        raise InputError("denoise", problem, "Use rtk-mala-score, or a Gaussian mixture.")
    values, vectors = np.linalg.eigh(mixture.covariances)
    arrays = (np.log(mixture.weights), mixture.means, values, vectors)
    return Axes(*(torch.from_numpy(np.ascontiguousarray(a)).to(device) for a in arrays))


def draw(
    parts: Axes,
    rows: torch.Tensor,
    uniform: torch.Tensor,
    normal: torch.Tensor,
    *,
    upper: float,
    lower: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a draw at ``lower`` given rows at ``upper``, and the posterior mean of x0.

    Parameters
    ----------
    parts : Axes
    rows, normal : torch.Tensor, float64 (B, d)
    uniform : torch.Tensor, float64 (B,)
        In [0, 1): chooses the component.
    upper, lower : float
        sigma_t > sigma_s >= 0.
    """
    turned = parts.turned(rows)
    r = parts.shares(turned, upper)
    below = (r.cumsum(dim=0) <= uniform[None]).sum(dim=0)
    k = below.clamp(max=len(r) - 1)
    mean = torch.einsum(
        "kb,kbe,kde->bd",
        r,
        turned * (parts.values / (parts.values + upper**2))[:, None],
        parts.vectors,
    )
    mean = mean + r.T @ parts.means
    gap = (upper - lower) * (upper + lower)
    # Relative to m_k the mean is (x - m_k) V / (V + gap), the variance V gap / (V + gap).
    v = parts.values[k] + lower**2
    own = turned[k, torch.arange(len(rows), device=rows.device)]
    along = own * v / (v + gap) + (v * gap / (v + gap)).sqrt() * normal
    y = parts.means[k] + torch.einsum("be,bde->bd", along, parts.vectors[k])
    return y, mean
