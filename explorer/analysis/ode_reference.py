r"""Where the probability-flow ODE ends: in closed form for a Gaussian, else by many fine steps.

    dx / d sigma = (x - D(x, sigma)) / sigma,    so with t = ln sigma    dx / dt = x - D(x, e^t).

For data N(mu, V diag(l) V') each coordinate along V moves by itself,

    x(b) = mu + V diag(sqrt((l + b^2) / (l + a^2))) V' (x(a) - mu)        from sigma = a to b.

The classical Runge-Kutta method with n equal steps in t has an error of order n^-4, so the
difference to the run with n / 2 steps, divided by 15, estimates it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from explorer.core.errors import Cancelled, InputError

if TYPE_CHECKING:
    import torch

    from explorer.core.types import Denoiser

Field = Callable[[float, np.ndarray], np.ndarray]  # (t, x) to dx/dt


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """The end of the ODE for each start.

    Attributes
    ----------
    x : numpy.ndarray
        float64, shaped as the start.
    error : numpy.ndarray, shape (B,)
        Estimate of the largest error of a value of each sample.
    evaluations : int
        Denoiser calls per sample, all runs together.
    """

    x: np.ndarray
    error: np.ndarray
    evaluations: int


def gaussian_endpoint(
    x: Any,
    start: float,
    end: float,
    *,
    eigenvalues: Any,
    eigenvectors: Any = None,
    mean: Any = 0.0,
) -> np.ndarray:
    """Return the exact end for Gaussian data of any spectrum.

    Parameters
    ----------
    x : array, shape (B, ...)
        States at sigma = start.
    start, end : float
        Noise levels, start > 0 and end >= 0.
    eigenvalues : array, shape (d,), or float
        Variances of the data along the eigenvectors, >= 0.
    eigenvectors : array, shape (d, d), optional
        Columns; the coordinate axes by default.
    mean : array of d values, or float

    Returns
    -------
    numpy.ndarray
        float64, shaped as x.

    Raises
    ------
    InputError
        If a level is out of range.

    Examples
    --------
    >>> gaussian_endpoint([[3.0]], 2.0, 0.0, eigenvalues=5.0, mean=1.0)  # 1 + 2 sqrt(5 / 9)
    array([[2.490...]])
    """
    _check(start, end, zero=True)
    states = _array(x)
    rows = states.reshape(len(states), -1)
    centre = np.broadcast_to(_array(mean).ravel(), rows.shape[1:])
    values = _array(eigenvalues)
    gain = np.sqrt((values + end**2) / (values + start**2))
    if eigenvectors is None:
        moved = (rows - centre) * gain
    else:
        axes = _array(eigenvectors)
        moved = ((rows - centre) @ axes * gain) @ axes.T
    return (centre + moved).reshape(states.shape)


def ode_endpoint(
    denoiser: Denoiser,
    x: Any,
    start: float,
    end: float,
    *,
    method: Literal["rk4", "dop853"] = "rk4",
    steps: int = 4000,
    tolerance: float = 1e-10,
    cancel: Callable[[], bool] | None = None,
) -> Endpoint:
    """Return the end for any denoiser, with an estimate of the error.

    Parameters
    ----------
    denoiser : Denoiser
        Gets float64 tensors. One that rounds to float32 inside limits what can be reached.
    x : array, shape (B, ...)
        States at sigma = start.
    start, end : float
        Noise levels > 0.
    method : "rk4" or "dop853"
        Equal steps in ln sigma; or adaptive ones of order 8, for smooth denoisers.
    steps : int
        Of rk4, even and at least 4; the run costs 6 evaluations per step.
    tolerance : float
        Relative, of dop853; the error is the difference to a run with 100 times this tolerance.
    cancel : callable, optional
        Asked before each evaluation; a true answer stops.

    Raises
    ------
    Cancelled
        When stopped.
    InputError
        If a level, the method or the number of steps is out of range.

    References
    ----------
    Song et al., Score-based generative modeling through SDEs (2021), eq. 13;
    Hairer, Nørsett and Wanner, Solving ordinary differential equations I (1993), II.4 and II.5

    Examples
    --------
    >>> flat = lambda x, sigma: x / (1 + sigma**2)  # data N(0, 1)
    >>> found = ode_endpoint(flat, [[5.0]], 3.0, 0.1, steps=40)
    >>> exact = gaussian_endpoint([[5.0]], 3.0, 0.1, eigenvalues=1.0)
    >>> bool(abs(found.x - exact).max() < 3 * found.error[0] < 1e-6), found.evaluations
    (True, 240)
    """
    _check(start, end)
    if method not in {"rk4", "dop853"} or steps < 4 or steps % 2:
        problem = f"There is no method {method!r} with {steps} steps."
        raise InputError("method", problem, "Use rk4 with an even number of steps, or dop853.")
    states = _array(x)
    field, calls = _counted(denoiser, cancel)
    ends = math.log(start), math.log(end)
    if method == "rk4":
        fine, coarse = (_rk4(field, states, *ends, steps=n) for n in (steps, steps // 2))
        gap = np.abs(fine - coarse) / 15.0
    else:
        fine, coarse = (_dop853(field, states, *ends, rtol=r * tolerance) for r in (1.0, 100.0))
        gap = np.abs(fine - coarse)
    return Endpoint(fine, gap.reshape(len(gap), -1).max(axis=1), len(calls))


def _counted(denoiser: Denoiser, cancel: Callable[[], bool] | None) -> tuple[Field, list[float]]:
    """Return dx/dt and a list that grows by one with each call."""
    import torch

    calls: list[float] = []

    def field(t: float, x: np.ndarray) -> np.ndarray:
        if cancel is not None and cancel():
            raise Cancelled(f"The reference ODE was stopped at sigma = {math.exp(t):.4g}.")
        calls.append(t)
        with torch.no_grad():
            clean: torch.Tensor = denoiser(torch.from_numpy(np.ascontiguousarray(x)), math.exp(t))
        return x - clean.detach().cpu().numpy().astype(np.float64, copy=False)

    return field, calls


def _rk4(f: Field, x: np.ndarray, start: float, end: float, *, steps: int) -> np.ndarray:
    h = (end - start) / steps
    for k in range(steps):
        t = start + k * h
        k1 = f(t, x)
        k2 = f(t + h / 2, x + h / 2 * k1)
        k3 = f(t + h / 2, x + h / 2 * k2)
        k4 = f(t + h, x + h * k3)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return x


def _dop853(f: Field, x: np.ndarray, start: float, end: float, *, rtol: float) -> np.ndarray:
    from scipy.integrate import solve_ivp

    found = solve_ivp(
        lambda t, y: f(t, y.reshape(x.shape)).ravel(),
        (start, end),
        x.ravel(),
        method="DOP853",
        rtol=rtol,
        atol=rtol,
    )
    if not found.success:
        raise InputError("tolerance", f"The ODE was not solved: {found.message}", "Use rk4.")
    return found.y[:, -1].reshape(x.shape)


def _check(start: float, end: float, *, zero: bool = False) -> None:
    reached = 0.0 <= end < math.inf if zero else 0.0 < end < math.inf
    if not (0.0 < start < math.inf and reached):
        problem = f"The levels are {start} and {end}."
        rule = "start > 0 and an end >= 0" if zero else "both > 0; stop at a small level"
        raise InputError("start", problem, f"Give finite noise levels, {rule}.")


def _array(values: Any) -> np.ndarray:
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64)
