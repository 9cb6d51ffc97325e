r"""Order of convergence of a method, by regression, with its standard error.

    error(N) ~ C N^-p,    so  ln error = ln C - p ln N:    p is the slope over several N.

The local orders ``ln(e_i / e_{i+1}) / ln(N_{i+1} / N_i)`` of neighbours say whether the numbers of
steps are large enough: they settle where the law holds, and fall to 0 where rounding takes over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """An order of convergence.

    Attributes
    ----------
    order : float
        p.
    error : float
        Standard error of p from the scatter about the line; nan for two points, which always lie
        on one. It says nothing of a curve that has not settled: see `local`.
    constant : float
        C, the error that the law gives for one step.
    local : numpy.ndarray, shape (n - 1,)
        Orders between neighbours.
    steps, errors : numpy.ndarray, shape (n,)
        What went into the fit.
    """

    order: float
    error: float
    constant: float
    local: np.ndarray
    steps: np.ndarray
    errors: np.ndarray


def convergence_order(steps: Any, errors: Any, *, floor: float = 0.0) -> Order:
    """Return the order of errors at several numbers of steps.

    Parameters
    ----------
    steps : array, shape (n,)
        Increasing, > 0: steps, or NFE.
    errors : array, shape (n,)
        Not negative.
    floor : float
        Errors at or below it are rounding and left out (float64: about 1e-13 times the scale).

    Raises
    ------
    InputError
        If fewer than two errors above the floor are left, or the arrays do not fit.

    References
    ----------
    Hairer, Nørsett and Wanner, Solving ordinary differential equations I (1993), II.3

    Examples
    --------
    >>> found = convergence_order([10, 20, 40], [4e-2, 1e-2, 2.5e-3])
    >>> round(found.order, 12), found.local.round(12).tolist()
    (2.0, [2.0, 2.0])
    """
    n, e = (np.asarray(values, dtype=np.float64).ravel() for values in (steps, errors))
    if n.shape != e.shape or not (np.diff(n) > 0.0).all() or not (n > 0.0).all():
        problem = f"{n.size} numbers of steps and {e.size} errors."
        raise InputError("steps", problem, "Give one error for each of increasing steps.")
    if not np.isfinite(e).all() or (e < 0.0).any():
        raise InputError("errors", "An error is negative or not finite.", "Leave it out.")
    kept = e > floor
    if kept.sum() < 2:
        problem = f"{int(kept.sum())} errors are above the floor {floor:.3g}."
        raise InputError("errors", problem, "Take fewer steps: the method is already exact.")
    n, e = n[kept], e[kept]
    u, v = np.log(n) - np.log(n).mean(), np.log(e)
    slope = float(u @ v / (u @ u))
    rest = v - v.mean() - slope * u
    scatter = math.sqrt(rest @ rest / (len(n) - 2) / (u @ u)) if len(n) > 2 else math.nan
    constant = math.exp(float(v.mean()) - slope * float(np.log(n).mean()))
    local = -np.diff(np.log(e)) / np.diff(np.log(n))
    return Order(-slope, scatter, constant, local, n, e)
