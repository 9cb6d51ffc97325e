"""Inner chains with rejection: Langevin proposals, accepted by the energy or by its quadrature.

    y' = y - tau grad g(y) + sqrt(2 tau) xi, accepted with probability min(1, e^-q),
    q = g(y') - g(y) + (|y - y' + tau grad g(y')|^2 - |y' - y + tau grad g(y)|^2) / (4 tau).

Without an energy, g(y') - g(y) is the integral of <grad g(y + u d), d> over u in [0, 1],
d = y' - y, by Simpson's rule or the trapezoid; both are exact for the quadratic part of g.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises
from explorer.samplers.rtk_kernel import Inner, Kernel, dot, square


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A point of the chain with what was computed there.

    Attributes
    ----------
    y, answer, gradient : torch.Tensor
    energy : torch.Tensor or None
        g(y), float64 (B,).
    """

    y: torch.Tensor
    answer: torch.Tensor
    gradient: torch.Tensor
    energy: torch.Tensor | None


Rise = Callable[[Kernel, Place, Place], torch.Tensor]


def place(kernel: Kernel, y: torch.Tensor, *, energy: bool) -> Place:
    """Evaluate the kernel at y: one evaluation, and one energy where asked."""
    answer = kernel.evaluate(y)
    value = kernel.energy(y) if energy else None
    return Place(y, answer, kernel.gradient(y, answer), value)


def by_energy(kernel: Kernel, here: Place, there: Place) -> torch.Tensor:  # noqa: ARG001
    """Return g(y') - g(y) from energies."""
    assert here.energy is not None
    assert there.energy is not None
    return there.energy - here.energy


def by_trapezoid(kernel: Kernel, here: Place, there: Place) -> torch.Tensor:  # noqa: ARG001
    """Return the trapezoid estimate of g(y') - g(y)."""
    return 0.5 * dot(here.gradient + there.gradient, there.y - here.y)


def by_simpson(kernel: Kernel, here: Place, there: Place) -> torch.Tensor:
    """Return Simpson's estimate of g(y') - g(y): one evaluation more."""
    way = there.y - here.y
    middle = here.y + 0.5 * way
    gradient = kernel.gradient(middle, kernel.evaluate(middle))
    return dot(here.gradient + 4.0 * gradient + there.gradient, way) / 6.0


def log_ratio(here: Place, there: Place, rise: torch.Tensor, tau: float) -> torch.Tensor:
    """Return the log of the Metropolis ratio, float64 (B,)."""
    back = square(here.y - there.y + tau * there.gradient)
    forth = square(there.y - here.y + tau * here.gradient)
    return -rise - (back - forth) / (4.0 * tau)


def metropolis(
    kernel: Kernel,
    y: torch.Tensor,
    tau: float,
    steps: int,
    noise: Noises,
    *,
    rise: Rise,
    farthest: float = math.inf,
    radius: float = math.inf,
) -> Iterator[Inner]:
    """Yield the chain after each step, with what is known at its place.

    Proposals farther than ``farthest`` from the start or than ``radius`` from 0 are rejected. The
    uniform is drawn at every step, whatever happens: the draws never depend on outcomes.
    """
    energy = rise is by_energy
    here = place(kernel, y, energy=energy)
    accepted = torch.zeros(len(y), dtype=torch.float64, device=y.device)
    for _ in range(steps):
        moved = here.y - tau * here.gradient + math.sqrt(2.0 * tau) * noise.normal(y)
        there = place(kernel, moved, energy=energy)
        ratio = log_ratio(here, there, rise(kernel, here, there), tau)
        inside = (square(moved - y) <= farthest**2) & (square(moved) <= radius**2)
        take = (noise.uniform(len(y)).to(ratio).log() < ratio) & inside
        here = _chosen(take, there, here)
        accepted = accepted + take
        yield Inner(here.y, here.answer, accepted)


def _chosen(take: torch.Tensor, there: Place, here: Place) -> Place:
    rows = take.reshape(-1, *(1,) * (here.y.ndim - 1))
    energy = None
    if here.energy is not None and there.energy is not None:
        energy = torch.where(take, there.energy, here.energy)
    return Place(
        torch.where(rows, there.y, here.y),
        torch.where(rows, there.answer, here.answer),
        torch.where(rows, there.gradient, here.gradient),
        energy,
    )


def check_bounds(farthest: float, radius: float) -> None:
    """Raise InputError unless both bounds are positive; infinity switches them off."""
    for field, value in (("farthest", farthest), ("radius", radius)):
        if not value > 0.0:
            raise InputError(field, f"{field} = {value} is not positive.", "Give inf for none.")
