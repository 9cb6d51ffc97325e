"""The only way from a sampler to the denoiser: it counts, can be stopped, checks each answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from explorer.core.errors import Cancelled, InputError, NotFiniteError


class Counted:
    """A denoiser that counts its evaluations.

    Parameters
    ----------
    denoiser : Denoiser
        Kept as ``.denoiser``, for samplers that need to know a mixture's parts.
    sampler : str
        Name, for messages.
    count : int
        Number of steps of the run.
    cancel : callable, optional
        Asked before every call; a true answer stops the run.

    Attributes
    ----------
    nfe, energy, calls : int
        Evaluations of denoiser or score and of the log density, per sample; calls of either, per
        batch.
    step : int
        The step that is being done, from 0; set by the loop.

    Examples
    --------
    >>> half = Counted(lambda x, sigma: 0.5 * x, sampler="euler", count=1)
    >>> half(torch.ones(2, 1), 1.0).sum().item(), half.nfe, half.calls
    (1.0, 1, 1)
    """

    __slots__ = ("calls", "cancel", "count", "denoiser", "energy", "nfe", "sampler", "step")

    def __init__(
        self,
        denoiser: Any,
        *,
        sampler: str,
        count: int,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        self.denoiser, self.sampler, self.count, self.cancel = denoiser, sampler, count, cancel
        self.nfe = self.energy = self.calls = self.step = 0

    def __call__(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        """Return the denoiser's estimate of x0, shaped as x; one evaluation.

        Raises
        ------
        Cancelled
            If `cancel` says so; the denoiser is not called.
        NotFiniteError
            If the answer is infinite or not a number somewhere.
        InputError
            With field ``"denoiser"``, if the answer has another shape than x.
        """
        self._before(sigma)
        x0 = self.denoiser(x, sigma)
        self.nfe += 1
        return self._checked(x0, x, sigma)

    def score(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        """Return the gradient of the log density of x at noise sigma > 0; one evaluation.

        The denoiser's own `score` where it has one, otherwise ``(D - x) / sigma^2``. Raises as a
        call does.
        """
        if not hasattr(self.denoiser, "score"):
            return (self(x, sigma) - x) / sigma**2
        self._before(sigma)
        score = self.denoiser.score(x, sigma)
        self.nfe += 1
        return self._checked(score, x, sigma)

    def log_density(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        """Return the log density of x at noise sigma, (B,); one evaluation of the energy.

        Raises as a call does, and InputError if the denoiser has no `log_density`.
        """
        need_energy(self.denoiser, self.sampler)
        self._before(sigma)
        values = self.denoiser.log_density(x, sigma)
        self.energy += 1
        return self._checked(values, x.flatten(1)[:, 0], sigma)

    def where(self, sigma: float) -> str:
        """Return the place of the run in words."""
        return f"step {self.step + 1} of {self.count}, sigma = {sigma:.4g}"

    def check(self, values: torch.Tensor, what: str, sigma: float) -> None:
        """Raise NotFiniteError unless all values are finite numbers."""
        low, high = torch.aminmax(values)  # one pass; a NaN anywhere makes both NaN
        if not (math.isfinite(low.item()) and math.isfinite(high.item())):
            raise NotFiniteError(
                f"{self.sampler}: {what} is infinite or not a number at {self.where(sigma)}. "
                "Take more steps or a smaller sigma_max, or look at the denoiser there."
            )

    def _before(self, sigma: float) -> None:
        if self.cancel is not None and self.cancel():
            raise Cancelled(f"{self.sampler} was stopped in {self.where(sigma)}.")
        self.calls += 1

    def _checked(self, values: torch.Tensor, like: torch.Tensor, sigma: float) -> torch.Tensor:
        if values.shape != like.shape:
            problem = f"The denoiser answers {tuple(values.shape)}, not {tuple(like.shape)}."
            raise InputError("denoiser", problem, "Let it answer in the shape of its input.")
        self.check(values, "the denoiser's answer", sigma)
        return values


def need_energy(denoiser: Any, sampler: str) -> None:
    """Raise InputError with field ``"denoiser"`` unless it has a log density."""
    if not hasattr(denoiser, "log_density"):
        problem = f"{sampler} compares log densities, and this denoiser has none."
        raise InputError("denoiser", problem, "Use an exact mixture, or another sampler.")
