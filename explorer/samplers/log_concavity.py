"""Is a reverse transition kernel log-concave? The meter, and segments chosen by it.

    L_neg(sigma) = max(0, sup_x lambda_max(Hess log p_sigma)),   Hess log p = (J_D - I) / sigma^2,
    M = (sigma_t^2 - sigma_s^2) L_neg(sigma_s).

M < 1: the kernel from t to s is log-concave; M >> 1: an inner chain cannot change mode. The
supremum is taken over given points, so L_neg is an estimate from below; say how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.samplers.rtk_mixture import Axes

if TYPE_CHECKING:
    from explorer.core.types import Denoiser

CHUNK = 1 << 22  # values of Hessians that are held at a time
ROUNDS = 40  # of bisection in ln(sigma): 1e-12 of its length


def mixture_hessian(parts: Axes, rows: torch.Tensor, sigma: float) -> torch.Tensor:
    """Return the Hessian of log p_sigma of a mixture, float64 (B, d, d).

    With q_k = C_k^-1 (x - m_k):  -sum r_k C_k^-1 + sum r_k q_k q_k' - s s',  s = -sum r_k q_k.
    """
    turned = parts.turned(rows)
    r = parts.shares(turned, sigma)
    total = parts.values + sigma**2
    q = torch.einsum("kbe,kde->kbd", turned / total[:, None], parts.vectors)
    inverse = torch.einsum("kde,ke,kfe->kdf", parts.vectors, 1.0 / total, parts.vectors)
    score = torch.einsum("kb,kbd->bd", r, q)
    spread = torch.einsum("kb,kbd,kbf->bdf", r, q, q)
    return spread - torch.einsum("kb,kdf->bdf", r, inverse) - score[:, :, None] * score[:, None]


def mixture_l_neg(parts: Axes, rows: torch.Tensor, sigma: float) -> float:
    """Return L_neg of a mixture over the given points, at least 0."""
    step = max(1, CHUNK // rows.shape[1] ** 2)
    hessians = (mixture_hessian(parts, some, sigma) for some in rows.split(step))
    return max(0.0, *(float(torch.linalg.eigvalsh(h)[:, -1].max()) for h in hessians))


def l_neg(denoise: Denoiser, x: torch.Tensor, sigma: float, *, rounds: int = 30) -> float:
    """Return L_neg of any differentiable denoiser over the points x, by power iteration.

    Parameters
    ----------
    denoise : Denoiser
    x : torch.Tensor, (B, ...)
        Points at level sigma.
    sigma : float
        Positive.
    rounds : int
        Products v' J_D, which has the eigenvalues of J_D; each sample has a direction of its own.
    """
    generator = torch.Generator().manual_seed(0)
    v = torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x)
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        answer = denoise(leaf, sigma)
    largest = torch.zeros(len(x), dtype=torch.float64, device=x.device)
    shape = (-1, *(1,) * (x.ndim - 1))
    for _ in range(rounds):
        v = v / v.flatten(1).norm(dim=1).reshape(shape).clamp(min=1e-30)
        (pushed,) = torch.autograd.grad(answer, leaf, v, retain_graph=True)
        largest = (v.double() * pushed.double()).flatten(1).sum(dim=1)
        v = pushed
    return max(0.0, (float(largest.max()) - 1.0) / sigma**2)


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Levels chosen by the meter.

    Attributes
    ----------
    sigmas : numpy.ndarray, float64 (K + 1,)
        Falling.
    meter : numpy.ndarray, float64 (K,)
        M of each segment.
    capped : bool
        The last segment is longer than the rule allows, because K was reached.
    """

    sigmas: np.ndarray
    meter: np.ndarray
    capped: bool


def auto_segments(
    bound: Callable[[float], float],
    *,
    sigma_max: float,
    sigma_min: float,
    theta: float = 0.5,
    most: int = 200,
) -> Segments:
    """Return the longest segments with M <= theta, by bisection in ln(sigma).

    Parameters
    ----------
    bound : callable
        sigma -> L_neg(sigma).
    sigma_max, sigma_min : float
        First and last level, positive.
    theta : float
        1/2 is the choice for which g is strongly convex with three times the curvature.
    most : int
        Largest K.

    Raises
    ------
    InputError
        If the levels do not fall, or theta or most is not positive.

    Examples
    --------
    >>> found = auto_segments(lambda sigma: 1.0, sigma_max=2.0, sigma_min=1.0)
    >>> (found.sigmas**2).round(6).tolist(), found.capped
    ([4.0, 3.5, 3.0, 2.5, 2.0, 1.5, 1.0], False)
    """
    _check(sigma_max, sigma_min, theta, most)
    nodes, meters = [sigma_max], []
    while nodes[-1] > sigma_min:
        lower = sigma_min
        if len(nodes) < most:
            lower = _longest(bound, nodes[-1], sigma_min, theta)
        meters.append((nodes[-1] ** 2 - lower**2) * bound(lower))
        nodes.append(lower)
    capped = len(meters) == most and meters[-1] > theta * (1.0 + 1e-9)
    return Segments(np.array(nodes), np.array(meters), capped)


def _longest(bound: Callable[[float], float], upper: float, end: float, theta: float) -> float:
    def allowed(lower: float) -> bool:
        return (upper**2 - lower**2) * bound(lower) <= theta

    # With a hair of room, so that rounding cannot leave a last sliver.
    if (upper**2 - end**2) * bound(end) <= theta * (1.0 + 1e-9):
        return end
    low, high = math.log(end), math.log(upper)
    for _ in range(ROUNDS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if allowed(math.exp(middle)) else (middle, high)
    # Where even a hair is too long, the step is one rounding wide; `most` ends it.
    return math.exp(high) if high < math.log(upper) else upper * (1.0 - 1e-12)


def _check(sigma_max: float, sigma_min: float, theta: float, most: int) -> None:
    if not 0.0 < sigma_min < sigma_max < math.inf:
        problem = f"The levels {sigma_max} to {sigma_min} do not fall to a positive end."
        raise InputError("sigma_min", problem, "Give 0 < sigma_min < sigma_max.")
    if not (0.0 < theta < math.inf and most >= 1):
        problem = f"theta = {theta} or most = {most} is not positive."
        raise InputError("theta", problem, "Give theta = 0.5 and most = 200.")
