"""What the rooms ask of each other: denoisers, samplers, and the steps that samplers tell of.

A denoiser gets ``x = x0 + sigma * eps`` with ``eps ~ N(0, I)`` and estimates ``x0``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import torch


@runtime_checkable
class Denoiser(Protocol):
    """Anything that estimates the clean image from a noisy one."""

    def __call__(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """Return the estimate of x0, shaped (B, C, H, W) as ``x``.

        Parameters
        ----------
        x : torch.Tensor
            Noisy images ``x0 + sigma * eps``, (B, C, H, W); or points, (B, d).
        sigma : float or torch.Tensor
            Noise level, at least 0: one for all, or (B,).
        """
        ...


class Noises(Protocol):
    """The random numbers of one run; drawn in an order that no outcome changes."""

    def normal(self, x: torch.Tensor) -> torch.Tensor:
        """Return fresh N(0, I), shaped, typed and placed as x (B, ...)."""
        ...

    def uniform(self, n: int) -> torch.Tensor:
        """Return n = B fresh numbers of U[0, 1), float64 (n,), on the device of the run."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Where a sampler stands after one step.

    Attributes
    ----------
    index, count : int
        Number of the step, from 0, and of all steps.
    sigma : float
        Noise level after the step.
    x : torch.Tensor
        State at that level, (B, ...).
    x0 : torch.Tensor
        The last estimate of the clean data that the step used, shaped as x.
    nfe, energy : int
        Evaluations of denoiser or score, and of the log density, per sample since the start;
        filled in by the loop, a sampler leaves them 0.
    extras : mapping
        What else the sampler can tell of the step: name -> number or tensor.
    inner : (int, int) or None
        (j, S): this is how things stand after the j-th of S inner steps, from 1, of a step that is
        not finished; only of samplers that are watched. None for a finished step.
    """

    index: int
    count: int
    sigma: float
    x: torch.Tensor
    x0: torch.Tensor
    nfe: int = 0
    energy: int = 0
    extras: Mapping[str, Any] = field(default_factory=dict)
    inner: tuple[int, int] | None = None


@runtime_checkable
class Sampler(Protocol):
    """A way from noise to data: a frozen dataclass of its parameters.

    What it remembers of earlier steps lives in local variables of `steps`.
    """

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def order(self) -> int | None:
        """Order of convergence of a method for the ODE; None where noise is added."""
        ...

    @property
    def stochastic(self) -> bool:
        """Whether noise is drawn on the way."""
        ...

    @property
    def needs_energy(self) -> bool:
        """Whether the denoiser must have a `log_density`."""
        ...

    @property
    def default_grid(self) -> str:
        """Registered name of the noise grid that it is used with."""
        ...

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return evaluations of denoiser or score per sample of n steps.

        Parameters
        ----------
        n : int
            Number of steps, at least 1; the grid has n + 1 nodes.
        end : {"sigma_min", "zero"}
            Whether the last node is positive or 0.
        """
        ...

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return evaluations of the log density per sample of n steps."""
        ...

    def steps(
        self,
        denoise: Callable[[torch.Tensor, float], torch.Tensor],
        x: torch.Tensor,
        sigmas: np.ndarray,
        noise: Noises,
    ) -> Iterator[Step]:
        """Yield a `Step` after each step.

        Parameters
        ----------
        denoise : callable
            The counted denoiser, ``denoise(x, sigma) -> x0``.
        x : torch.Tensor
            State at ``sigmas[0]``, (B, ...).
        sigmas : numpy.ndarray
            Decreasing noise levels, float64 (n + 1,); the last may be 0.
        noise : Noises
        """
        ...
