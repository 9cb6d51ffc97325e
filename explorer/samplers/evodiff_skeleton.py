"""The skeleton of all EVODiff variants: predict, evaluate, correct, one evaluation per step.

A step goes from ``a`` to ``b < a``; ``before`` is the level before ``a``, and m0, m1 are the
estimates of x0 stored at a and before. With rho = b / a the first-order step is

    x_e = rho x + (1 - rho) m0;   a variant gives a probe x_p, m_t = D(x_p, b), and the new x.

The first step is DDIM, the last one makes no evaluation, and no corrected state is evaluated
again: N steps cost N evaluations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Step


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What a variant may use in one step.

    Attributes
    ----------
    x_e : torch.Tensor
        State after the first-order step.
    m0, m1 : torch.Tensor
        Estimates of x0 stored at ``a`` and at ``before``.
    before, a, b : float
        Noise levels, falling.
    first, last : float
        Ends of the grid.
    n : int
        Number of steps.
    """

    x_e: torch.Tensor
    m0: torch.Tensor
    m1: torch.Tensor
    before: float
    a: float
    b: float
    first: float
    last: float
    n: int

    @property
    def rho(self) -> float:
        """The ratio b / a."""
        return self.b / self.a

    @property
    def half(self) -> float:
        """Half of 1 - rho: b H / 2 with H = 1/b - 1/a."""
        return 0.5 * (1.0 - self.rho)

    @property
    def r(self) -> float:
        """Ratio of the steps in ln(sigma), the one before to this: ln(before / a) / ln(a / b)."""
        return math.log(self.before / self.a) / math.log(self.a / self.b)


class Rule(Protocol):
    """What tells one variant from another."""

    def probe(self, stage: Stage) -> torch.Tensor:
        """Return x_p, the point of the next evaluation."""
        ...

    def correct(
        self, stage: Stage, x_p: torch.Tensor, m_t: torch.Tensor
    ) -> tuple[torch.Tensor, Mapping[str, Any]]:
        """Return the state after the step, and the coefficients used."""
        ...

    def last(self, stage: Stage) -> torch.Tensor:
        """Return the state after the last step, which makes no evaluation."""
        ...


def walk(
    rule: Rule,
    denoise: Callable[[torch.Tensor, float], torch.Tensor],
    x: torch.Tensor,
    sigmas: np.ndarray,
) -> Iterator[Step]:
    """Yield the steps of a variant.

    Parameters
    ----------
    rule : Rule
    denoise : callable
        ``denoise(x, sigma) -> x0``.
    x : torch.Tensor
        State at ``sigmas[0]``.
    sigmas : numpy.ndarray, float64 (n + 1,)
        Falling; at a last node 0 the answer is the last estimate.
    """
    n, first, end = len(sigmas) - 1, float(sigmas[0]), float(sigmas[-1])
    m1 = m0 = denoise(x, first)
    x = m0.lerp(x, float(sigmas[1]) / first)
    yield Step(0, n, float(sigmas[1]), x, m0)
    for i in range(1, n):
        before, a, b = (float(s) for s in sigmas[i - 1 : i + 2])
        if i == 1:
            m0 = denoise(x, a)
        if i == n - 1 and b == 0.0:
            yield Step(i, n, b, m0, m0)
            return
        stage = Stage(m0.lerp(x, b / a), m0, m1, before, a, b, first, end, n)
        if i == n - 1:
            yield Step(i, n, b, rule.last(stage), m0)
            return
        x_p = rule.probe(stage)
        m_t = denoise(x_p, b)
        x, coefficients = rule.correct(stage, x_p, m_t)
        m1, m0 = m0, m_t
        yield Step(i, n, b, x, m0, extras=coefficients)


def inner(u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Return the inner products of each sample and channel, with dimensions kept.

    Images are (B, C, H, W) and give (B, C, 1, 1); points are (B, d), one channel, and give (B, 1).

    Examples
    --------
    >>> inner(torch.ones(5, 3, 4, 2), torch.ones(5, 3, 4, 2)).shape
    torch.Size([5, 3, 1, 1])
    >>> inner(torch.ones(5, 3), torch.ones(5, 3))[0]
    tensor([3.])
    """
    return (u * v).sum(dim=tuple(range(min(2, u.ndim - 1), u.ndim)), keepdim=True)


def quotient(top: torch.Tensor, bottom: torch.Tensor) -> torch.Tensor:
    """Return top / bottom, and 0 where bottom is 0.

    Examples
    --------
    >>> quotient(torch.tensor([1.0, 1.0]), torch.tensor([2.0, 0.0]))
    tensor([0.5000, 0.0000])
    """
    return torch.where(bottom == 0.0, 0.0, top / torch.where(bottom == 0.0, 1.0, bottom))


def check_zeta(zeta: float | None) -> None:
    """Raise InputError unless zeta is positive or left to the rule."""
    if zeta is not None and not 0.0 < zeta < math.inf:
        raise InputError("zeta", f"zeta = {zeta} is not positive.", "Give 1, or None for the rule.")
