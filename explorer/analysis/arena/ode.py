"""Where the probability-flow ODE ends from the first starts of a seed: what ODE samplers aim at.

Closed form for one Gaussian and for the Wiener filter; otherwise the classical Runge-Kutta method
with n equal steps in ln sigma beside one with n / 2, whose difference over 15 estimates the error.
With the end "zero" the denoiser's answer at sigma_min follows, as in the samplers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.distances import FARTHEST
from explorer.analysis.arena.setting import Setting
from explorer.core.errors import Cancelled, InputError

if TYPE_CHECKING:
    import torch

    from explorer.analysis.arena.target import Target
    from explorer.denoisers.statistics import Statistics

FOLLOWED = 64  # samples
STEPS = 256  # of the fine run; it and the coarse one take 6 evaluations for each


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The ends of the ODE.

    Attributes
    ----------
    x : numpy.ndarray, float64 (m, d)
        Of the first m samples of the seed.
    error : numpy.ndarray, float64 (m,)
        Estimate of the largest error of a value; 0 in closed form.
    evaluations : int
        Per sample, both runs together.
    """

    x: np.ndarray
    error: np.ndarray
    evaluations: int

    def distance(self, samples: np.ndarray) -> np.ndarray:
        """Return the RMSE of samples (n, ...) to their ends, of the first min(m, n), (m,)."""
        m = min(len(self.x), len(samples))
        gap = np.asarray(samples[:m], dtype=np.float64).reshape(m, -1) - self.x[:m]
        gap = np.clip(gap, -FARTHEST, FARTHEST)
        return np.sqrt((gap**2).mean(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How far the computation is: steps done, of how many, and the ends once all are."""

    done: int
    total: int
    ends: Ends | None = None


def follow(
    target: Target,
    setting: Setting,
    seed: int,
    *,
    m: int = FOLLOWED,
    steps: int = STEPS,
    cancel: Callable[[], bool] | None = None,
) -> Iterator[Course]:
    """Yield after each step, so that whoever asks may stop or wait in between.

    Parameters
    ----------
    target : Target
    setting : Setting
    seed : int
    m : int
        Samples that are followed, the first ones of the seed; at most ``setting.n`` of them.
    steps : int
        Of the fine run: even, at least 4.
    cancel : callable, optional
        Asked before each evaluation; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped.
    InputError
        If there are too few steps.
    """
    import torch

    if steps < 4 or steps % 2:
        raise InputError("steps", f"steps = {steps}.", "Give an even number, at least 4.")
    x = target.start(min(m, setting.n), seed, setting).double()
    closed = _closed(target, x, setting)
    if closed is not None:
        yield Course(1, 1, _ended(target, setting, closed, closed, evaluations=0))
        return
    start, end = math.log(setting.sigma_max), math.log(setting.sigma_min)
    h, calls = (end - start) / steps, [0]

    def slope(t: float, state: torch.Tensor) -> torch.Tensor:
        if cancel is not None and cancel():
            raise Cancelled(f"The reference ODE was stopped at sigma = {math.exp(t):.4g}.")
        calls[0] += 1
        return state - _denoised(target, state, math.exp(t))

    fine = coarse = x
    with torch.no_grad():
        for k in range(steps):
            fine = _step(slope, fine, start + k * h, h)
            if k % 2:
                coarse = _step(slope, coarse, start + (k - 1) * h, 2.0 * h)
            if k < steps - 1:
                yield Course(k + 1, steps)
        yield Course(steps, steps, _ended(target, setting, fine, coarse, evaluations=calls[0]))


def ends(
    target: Target,
    setting: Setting,
    seed: int,
    *,
    m: int = FOLLOWED,
    steps: int = STEPS,
    cancel: Callable[[], bool] | None = None,
) -> Ends:
    """Return the ends at once; parameters and errors as in `follow`.

    Examples
    --------
    >>> from explorer.analysis.arena.target import gaussian
    >>> found = ends(gaussian(2), Setting(n=3), 0)
    >>> found.x.shape, found.error.tolist()
    ((3, 2), [0.0, 0.0, 0.0])
    """
    last = None
    for course in follow(target, setting, seed, m=m, steps=steps, cancel=cancel):
        last = course.ends
    assert last is not None
    return last


def _denoised(target: Target, x: torch.Tensor, sigma: float) -> torch.Tensor:
    """Return D in float64; the denoiser gets the type that it is used with."""
    import torch

    return target.denoiser(x.to(getattr(torch, target.dtype)), sigma).double()


def _step(
    slope: Callable[[float, torch.Tensor], torch.Tensor], x: torch.Tensor, t: float, h: float
) -> torch.Tensor:
    """Return the state after one classical Runge-Kutta step."""
    k1 = slope(t, x)
    k2 = slope(t + h / 2, x + h / 2 * k1)
    k3 = slope(t + h / 2, x + h / 2 * k2)
    k4 = slope(t + h, x + h * k3)
    return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _ended(
    target: Target, setting: Setting, fine: torch.Tensor, coarse: torch.Tensor, *, evaluations: int
) -> Ends:
    if setting.end == "zero":
        fine, coarse = (_denoised(target, x, setting.sigma_min) for x in (fine, coarse))
        evaluations += 2
    a, b = (x.cpu().numpy().reshape(len(x), -1) for x in (fine, coarse))
    return Ends(a, np.abs(a - b).max(axis=1) / 15.0, evaluations)


def _closed(target: Target, x: torch.Tensor, setting: Setting) -> torch.Tensor | None:
    """Return the ends at sigma_min in closed form, where the data are one Gaussian."""
    import torch

    from explorer.analysis.ode_reference import gaussian_endpoint

    law, known = target.law, _wiener(target)
    if law is not None and len(law.weights) == 1:
        values, vectors = np.linalg.eigh(law.covariances[0])
        mean = law.means[0]
    elif known is not None:
        values, vectors, mean = known.eigenvalues, known.eigenvectors, known.mean
    else:
        return None
    found = gaussian_endpoint(
        x,
        setting.sigma_max,
        setting.sigma_min,
        eigenvalues=np.clip(values, 0.0, None),
        eigenvectors=vectors,
        mean=mean,
    )
    return torch.from_numpy(found).to(x)


def _wiener(target: Target) -> Statistics | None:
    """Return mean and all axes, if the denoiser is the Wiener filter of them and nothing else."""
    from explorer.denoisers.wiener import Wiener

    denoiser = target.denoiser
    if not isinstance(denoiser, Wiener) or denoiser.pattern is not None:
        return None
    found = denoiser.statistics
    return found if found.tail == 0.0 and found.eigenvalues.size == found.size else None
