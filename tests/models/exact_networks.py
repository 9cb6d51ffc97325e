"""Networks in closed form: what perfect training would teach, for a Gaussian and for a mixture.

Each answers what its loss asks for, worked out from the law of its own noisy input alone, in that
input's own scale. Every law here is a mixture, and its score is a derivative by autograd.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

Levels = Callable[[torch.Tensor], torch.Tensor]  # a network's time to alpha_bar


@dataclass(frozen=True)
class Law:
    """Clean data sum_k w_k N(m_k, S_k), float64."""

    weights: torch.Tensor
    means: torch.Tensor
    covariances: torch.Tensor

    def score(self, y: torch.Tensor, signal: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """Gradient of the log density of signal x0 + noise eps at y; both are (B,)."""
        y = y.detach().clone().requires_grad_()
        d = y.shape[1]
        means = signal[:, None, None] * self.means
        spread = (signal**2)[:, None, None, None] * self.covariances
        spread = spread + (noise**2)[:, None, None, None] * torch.eye(d, dtype=y.dtype)
        parts = MultivariateNormal(means, spread)
        law = MixtureSameFamily(Categorical(self.weights.expand(len(y), -1)), parts)
        with torch.enable_grad():
            return torch.autograd.grad(law.log_prob(y).sum(), y)[0]

    def clean(self, y: torch.Tensor, signal: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """Posterior mean of x0 by Bayes' rule for each Gaussian, with full matrices."""
        d, logs, means = y.shape[1], [], []
        for w, m, s in zip(self.weights, self.means, self.covariances, strict=True):
            total = (signal**2)[:, None, None] * s
            total = total + (noise**2)[:, None, None] * torch.eye(d, dtype=y.dtype)
            away = y - signal[:, None] * m
            pulled = torch.linalg.solve(total, away[..., None])[..., 0]
            exponent = (away * pulled).sum(dim=1) + torch.logdet(total)
            logs.append(w.log() - 0.5 * exponent)
            means.append(m + signal[:, None] * pulled @ s)
        r = torch.softmax(torch.stack(logs), dim=0)
        return (r[..., None] * torch.stack(means)).sum(dim=0)


GAUSSIAN = Law(
    torch.ones(1, dtype=torch.float64),
    torch.tensor([[0.3, -0.2, 0.5]], dtype=torch.float64),
    torch.diag(torch.tensor([0.3, 0.1, 0.6], dtype=torch.float64))[None],
)
THREE = Law(
    torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64),
    torch.tensor([[-1.0, 0.0, 0.5], [1.0, 0.5, -0.5], [0.0, -1.0, 1.0]], dtype=torch.float64),
    torch.tensor([0.3, 0.2, 0.16], dtype=torch.float64)[:, None, None]
    * torch.eye(3, dtype=torch.float64),
)
LAWS = {"gaussian": GAUSSIAN, "mixture": THREE}


def epsilon(law: Law, alpha_bar: Levels):
    """|eps - net|^2 wants E[eps | y] = -sqrt(1 - a) score(y)."""

    def net(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        a = alpha_bar(t)
        rest = (1 - a).sqrt()
        return -rest[:, None] * law.score(y, a.sqrt(), rest)

    return net


def x0(law: Law, alpha_bar: Levels):
    """|x0 - net|^2 wants the posterior mean."""
    return lambda y, t: law.clean(y, alpha_bar(t).sqrt(), (1 - alpha_bar(t)).sqrt())


def velocity(law: Law, alpha_bar: Levels):
    """|sqrt(a) eps - sqrt(1 - a) x0 - net|^2, E[eps | y] by the score, E[x0 | y] by Bayes' rule."""

    def net(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        a = alpha_bar(t)
        signal, rest = a.sqrt(), (1 - a).sqrt()
        eps = -rest[:, None] * law.score(y, signal, rest)
        return signal[:, None] * eps - rest[:, None] * law.clean(y, signal, rest)

    return net


def edm(law: Law, s: float):
    """The paper's effective target (x0 - c_skip (x0 + n)) / c_out, in the mean.

    It is (sigma^2 x0 - s^2 n) / (sigma s sqrt(sigma^2 + s^2)), and E[n | x] = -sigma^2 score(x).
    """

    def net(scaled: torch.Tensor, c_noise: torch.Tensor) -> torch.Tensor:
        sigma = torch.exp(4 * c_noise)
        width = (sigma**2 + s**2).sqrt()
        x, one = width[:, None] * scaled, torch.ones_like(sigma)
        n = -(sigma**2)[:, None] * law.score(x, one, sigma)
        target = (sigma**2)[:, None] * law.clean(x, one, sigma) - s**2 * n
        return target / (sigma * s * width)[:, None]

    return net


def flow(law: Law):
    """|eps - x0 - net|^2 on y = (1 - t) x0 + t eps, E[eps | y] = -t score(y)."""

    def net(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return -t[:, None] * law.score(y, 1 - t, t) - law.clean(y, 1 - t, t)

    return net


def continuous(t: torch.Tensor, low: float = 0.1, high: float = 20.0) -> torch.Tensor:
    """alpha_bar of the linear-beta process: exp of minus the integral of beta."""
    return torch.exp(-(low * t + 0.5 * (high - low) * t**2))


def tabled(table: np.ndarray) -> Levels:
    """alpha_bar between the steps of a table: ln sigma is linear in t."""
    logs = 0.5 * np.log((1 - table) / table)

    def alpha_bar(t: torch.Tensor) -> torch.Tensor:
        found = np.interp(t.double().numpy(), np.arange(len(logs)), logs)
        return 1 / (1 + torch.from_numpy(np.exp(2 * found)))

    return alpha_bar
