r"""Order of convergence of a sampler, measured: its error against the exact end of the ODE.

For each number of steps N the sampler runs from one start at sigma_max to sigma_min; the error is
the largest one of any value. With error(N) ~ C N^-p the slope over several N is the order p, which
stands beside the declared one. Orders hold for N large enough, and depend on the grid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis.convergence import Order, convergence_order
from explorer.analysis.ode_reference import ode_endpoint
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.types import Denoiser, Sampler

STEPS = (128, 256, 512)


def sampler_order(
    sampler: Sampler | str,
    denoiser: Denoiser,
    x: Any,
    *,
    exact: Any = None,
    fine: int = 4000,
    grid: str = "logsnr",
    steps: Sequence[int] = STEPS,
    sigma_min: float = 0.1,
    sigma_max: float = 10.0,
    floor: float = 1e-13,
    cancel: Callable[[], bool] | None = None,
) -> Order:
    """Return the measured order of an ODE sampler.

    Parameters
    ----------
    sampler : Sampler or str
        Not stochastic.
    denoiser : Denoiser
        Exact in float64; a network's rounding hides the order.
    x : array, shape (B, ...)
        States at sigma_max.
    exact : array, shape (B, ...), optional
        The ends at sigma_min, where they are known (`gaussian_endpoint`) or computed already;
        otherwise `ode_endpoint` finds them.
    fine : int
        Its steps; 6 evaluations each.
    grid : str
        Name of the noise grid.
    steps : sequence of int
        Increasing numbers of steps.
    sigma_min, sigma_max : float
        Ends of the grid, > 0.
    floor : float
        Errors at or below it are taken for rounding.
    cancel : callable, optional
        Asked before each evaluation; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped.
    InputError
        If the sampler is stochastic, or fewer than two errors are above the floor.

    Examples
    --------
    >>> one = lambda x, sigma: x / (1 + sigma**2)  # data N(0, 1)
    >>> x = np.array([[5.0], [-20.0]])
    >>> found = sampler_order("heun", one, x, exact=x * np.sqrt(1.01 / 101), steps=(64, 128))
    >>> round(found.order, 1)
    2.0
    """
    chosen = follower(sampler)
    start = np.asarray(x, dtype=np.float64)
    if exact is None:
        exact = ode_endpoint(denoiser, start, sigma_max, sigma_min, steps=fine, cancel=cancel).x
    ends = {"sigma_min": sigma_min, "sigma_max": sigma_max}
    errors = largest_errors(
        chosen, denoiser, start, exact=exact, grid=grid, steps=steps, cancel=cancel, **ends
    )
    return convergence_order(steps, errors, floor=floor)


def follower(sampler: Sampler | str) -> Sampler:
    """Return a sampler of the ODE, built if it is named.

    Raises
    ------
    InputError
        If it is stochastic.
    """
    from explorer import samplers

    chosen = samplers.build(sampler) if isinstance(sampler, str) else sampler
    if chosen.stochastic:
        problem = f"{chosen.name} draws noise on its way: it does not follow the ODE."
        raise InputError("sampler", problem, "Take an ODE sampler, or compare distributions.")
    return chosen


def largest_errors(
    sampler: Sampler,
    denoiser: Denoiser,
    x: np.ndarray,
    *,
    exact: np.ndarray,
    grid: str,
    steps: Sequence[int],
    sigma_min: float,
    sigma_max: float,
    cancel: Callable[[], bool] | None = None,
) -> np.ndarray:
    """Return the largest error of any value for each number of steps, float64 (len(steps),).

    Parameters are those of `sampler_order`; ``exact`` is known.
    """
    import torch

    from explorer import samplers, schedules

    errors = []
    for n in steps:
        sigmas = schedules.grid(grid, n, sigma_min=sigma_min, sigma_max=sigma_max)
        run = samplers.sample(sampler, denoiser, torch.from_numpy(x), sigmas, cancel=cancel)
        errors.append(float(np.abs(run.x.cpu().numpy() - exact).max()))
    return np.array(errors)
