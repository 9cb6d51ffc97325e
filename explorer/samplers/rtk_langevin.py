"""Inner chains without rejection: overdamped and underdamped Langevin steps.

ULA:  y <- y - tau grad g(y) + sqrt(2 tau) xi.

ULD:  dy = v dt, dv = -gamma v dt - grad g(y_k) dt + sqrt(2 gamma) dB, with grad g frozen over a
step h and the rest solved exactly; gamma = 2 sqrt(L), h = sqrt(tau), v ~ N(0, I) at the start.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from explorer.core.types import Noises
from explorer.samplers.rtk_kernel import Inner, Kernel

SMALL = 0.5  # gamma h below which the variance of y is summed as a series
TERMS = 24


@dataclass(frozen=True, slots=True)
class Friction:
    """Covariance of the noise that one underdamped step adds to (y, v), per coordinate.

    Attributes
    ----------
    decay : float
        e = exp(-gamma h).
    moved : float
        (1 - e) / gamma.
    pushed : float
        (h - (1 - e)/gamma) / gamma.
    var_y, var_v, cov : float
    """

    decay: float
    moved: float
    pushed: float
    var_y: float
    var_v: float
    cov: float


def friction(gamma: float, h: float) -> Friction:
    """Return the coefficients of an underdamped step.

    Var n_v = 1 - e^2,  Cov = (1 - e)^2 / gamma,
    Var n_y = (2/gamma) [h - (2/gamma)(1 - e) + (1 - e^2)/(2 gamma)].

    Examples
    --------
    >>> f = friction(2.0, 1e-6)
    >>> round(f.var_y / (2.0 * 2.0 * 1e-18 / 3.0), 5)  # (2/3) gamma h^3
    1.0
    """
    u = gamma * h
    lost = -math.expm1(-u)
    if u < SMALL:
        series = ((-u) ** k * (4.0 - 2.0**k) / math.factorial(k) for k in range(3, TERMS))
        var_y = math.fsum(series) / gamma**2
        push = math.fsum((-u) ** k / math.factorial(k) for k in range(2, TERMS))  # u - 1 + e^-u
    else:
        var_y = (2.0 * u - 4.0 * lost - math.expm1(-2.0 * u)) / gamma**2
        push = u - lost
    return Friction(
        decay=math.exp(-u),
        moved=lost / gamma,
        pushed=push / gamma**2,
        var_y=var_y,
        var_v=-math.expm1(-2.0 * u),
        cov=lost**2 / gamma,
    )


def overdamped(
    kernel: Kernel, y: torch.Tensor, tau: float, steps: int, noise: Noises
) -> Iterator[Inner]:
    """Yield the chain after each ULA step: one evaluation a step."""
    for _ in range(steps):
        answer = kernel.evaluate(y)
        y = y - tau * kernel.gradient(y, answer) + math.sqrt(2.0 * tau) * noise.normal(y)
        yield Inner(y, answer)


def underdamped(
    kernel: Kernel, y: torch.Tensor, tau: float, steps: int, noise: Noises, *, c: float
) -> Iterator[Inner]:
    """Yield the chain after each ULD step: one evaluation a step; tau = c / L."""
    gamma = 2.0 * math.sqrt(c / tau)
    f = friction(gamma, math.sqrt(tau))
    spread = math.sqrt(f.var_v)
    along = f.cov / spread
    across = math.sqrt(max(f.var_y - along**2, 0.0))
    v = noise.normal(y)
    for _ in range(steps):
        answer = kernel.evaluate(y)
        gradient = kernel.gradient(y, answer)
        one, two = noise.normal(y), noise.normal(y)
        y = y + f.moved * v - f.pushed * gradient + along * one + across * two
        v = f.decay * v - f.moved * gradient + spread * one
        yield Inner(y, answer)
