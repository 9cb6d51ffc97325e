r"""Measured order of a sampler on two laws whose probability-flow ODE is known.

From sigma = 10 to 0.1 in float64, from 32 starts in three dimensions, the largest error of any
value against the exact end:

- one Gaussian N(m, s^2 I), where the end is known in closed form;
- three Gaussians, where the classical Runge-Kutta method with many steps finds it.

The order is the slope of log error over log N for the largest N; the smaller ones show where it
sets in. A law can be too kind: on one Gaussian the leading error of some methods cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.convergence import Order, convergence_order
from explorer.analysis.sampler_order import follower, largest_errors
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.types import Denoiser, Sampler

SIGMA_MAX, SIGMA_MIN = 10.0, 0.1
MEAN, STD = 0.3, 0.7
WEIGHTS = (0.5, 0.3, 0.2)
MEANS = ((-1.0, 0.0, 0.5), (1.0, 0.5, -0.5), (0.0, -1.0, 1.0))
VARIANCES = (0.3, 0.2, 0.16)
STARTS = 32
FINE = 2000  # steps of the reference on the mixture
STEPS = (16, 32, 64, 128, 256, 512)
FITTED = 3  # of them, the largest
FLOOR = 1e-12  # errors at or below it are rounding, or the reference's own
LAWS = {"gaussian": "one Gaussian", "mixture": "three Gaussians"}


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """An exact denoiser, starts at sigma = 10, and where the ODE brings them at 0.1.

    Attributes
    ----------
    denoiser : Denoiser
        Of points (B, 3), float64.
    x, exact : numpy.ndarray, float64 (32, 3)
    error : float
        Of `exact`: an estimate, 0 for the closed form.
    """

    denoiser: Denoiser
    x: np.ndarray
    exact: np.ndarray
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredOrder:
    """Errors of a sampler for several numbers of steps, and the order of the last ones.

    Attributes
    ----------
    steps, errors : numpy.ndarray, shape (n,)
    fit : Order or None
        None where fewer than two of the largest numbers of steps have an error above rounding.
    """

    steps: np.ndarray
    errors: np.ndarray
    fit: Order | None


def problem(law: str) -> Problem:
    """Return a law's problem.

    Parameters
    ----------
    law : {"gaussian", "mixture"}

    Raises
    ------
    InputError
        For another name.

    Examples
    --------
    >>> given = problem("gaussian")
    >>> given.x.shape, given.error
    ((32, 3), 0.0)
    """
    from explorer.analysis.ode_reference import gaussian_endpoint, ode_endpoint
    from explorer.core import rng

    if law not in LAWS:
        raise InputError("law", f"law = {law!r}.", f"Use one of {', '.join(LAWS)}.")
    x = SIGMA_MAX * rng.numpy_generator(0).standard_normal((STARTS, 3))
    if law == "gaussian":
        end = gaussian_endpoint(x, SIGMA_MAX, SIGMA_MIN, eigenvalues=STD**2, mean=MEAN)
        return Problem(_gaussian, x, end, 0.0)
    found = ode_endpoint(_mixture, x, SIGMA_MAX, SIGMA_MIN, steps=FINE)
    return Problem(_mixture, x, found.x, float(found.error.max()))


def measured_order(
    sampler: Sampler | str,
    given: Problem,
    *,
    grid: str = "logsnr",
    steps: Sequence[int] = STEPS,
    cancel: Callable[[], bool] | None = None,
) -> MeasuredOrder:
    """Return the errors of an ODE sampler, and the slope through the last three.

    Parameters
    ----------
    sampler : Sampler or str
        Not stochastic.
    given : Problem
    grid : str
        Name of the noise grid.
    steps : sequence of int
        Increasing numbers of steps.
    cancel : callable, optional
        Asked before each evaluation; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped.
    InputError
        If the sampler is stochastic.

    Examples
    --------
    >>> found = measured_order("heun", problem("gaussian"), steps=(32, 64, 128))
    >>> round(found.fit.order, 1)
    2.0
    """
    sizes = largest_errors(
        follower(sampler),
        given.denoiser,
        given.x,
        exact=given.exact,
        grid=grid,
        steps=steps,
        sigma_min=SIGMA_MIN,
        sigma_max=SIGMA_MAX,
        cancel=cancel,
    )
    counts = np.array(steps)
    last = slice(-FITTED, None)
    floor = max(FLOOR, given.error)
    enough = (sizes[last] > floor).sum() >= 2
    fit = convergence_order(counts[last], sizes[last], floor=floor) if enough else None
    return MeasuredOrder(counts, sizes, fit)


def _gaussian(x: Any, sigma: Any) -> Any:
    return MEAN + (x - MEAN) * (STD**2 / (STD**2 + float(sigma) ** 2))


def _mixture(x: Any, sigma: Any) -> Any:
    """Return the posterior mean: responsibilities r_k times each component's own denoiser."""
    import torch

    weights, means, variances = (
        torch.tensor(values, dtype=torch.float64) for values in (WEIGHTS, MEANS, VARIANCES)
    )
    total = variances + float(sigma) ** 2
    away = x[:, None] - means  # (B, K, d)
    logits = weights.log() - 0.5 * away.square().sum(-1) / total - 1.5 * total.log()
    r = torch.softmax(logits, dim=1)[..., None]
    return (r * (means + away * (variances / total)[:, None])).sum(dim=1)
