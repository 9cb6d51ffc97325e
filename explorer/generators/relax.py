"""Relaxation: how far ``p_t`` is from the stationary law, in six distances and d dimensions.

``p_t / pi = 1 + sum_n c_n exp(-lambda_n t) phi_n`` with ``c_n = E_start[phi_n]``. The modes come
from spectral elements; the rates that ``spectrum`` resolves replace the discretised ones. Every
number is computed twice, the second time with elements of lower degree on a shorter domain, and
the change is its stated error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.dimension import check_dimension, in_dimensions
from explorer.generators.generator import Generator
from explorer.generators.initial import InitialLaw
from explorer.generators.spectrum import Spectrum

if TYPE_CHECKING:
    from explorer.generators.forgetting import Forgetting

NAMES = ("chi2", "l2", "tv", "kl", "w1", "w2")
SHOWN = 24  # modes reported in `coefficients` and `rates`


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """Distances between ``p_t`` and pi, for d independent coordinates that start alike.

    Attributes
    ----------
    times : (T,)
        As given.
    chi2, l2, tv, kl, w1, w2 : (T,)
        chi2 divergence, its root (the norm of ``h - 1`` in L2(pi)), total variation in [0, 1],
        Kullback-Leibler divergence ``KL(p_t || pi)`` in nats, Wasserstein distances in the units of
        x. ``inf`` where the distance is infinite. In d dimensions W2 is for the Euclidean distance
        (its square adds), W1 for the l1 distance ``sum |x_i - y_i|`` (it adds).
    log1p_chi2 : (T,)
        ``log(1 + chi2)``, finite where chi2 overflows in high dimension.
    bound : (T,)
        The bound ``l2(s) exp(-gap (t - s))`` on l2, from the first given time s with finite l2.
    errors : dict
        Name of a distance -> (T,) estimate of its absolute error.
    coefficients, rates : (K,)
        ``c_n`` and ``lambda_n`` of one coordinate for the first modes, n = 1 first. Where the gap
        is the bottom of a continuous spectrum these are modes of the truncated domain.
    observed : int
        The mode n (counted from 1) whose rate is seen in the end: the first with ``c_n`` not 0.
    dimension : int
    notes : tuple of str
        What was adjusted: a truncated Gaussian, ``c_1 = 0``, truncated modes.
    """

    times: np.ndarray
    chi2: np.ndarray
    l2: np.ndarray
    tv: np.ndarray
    kl: np.ndarray
    w1: np.ndarray
    w2: np.ndarray
    log1p_chi2: np.ndarray
    bound: np.ndarray
    errors: dict[str, np.ndarray]
    coefficients: np.ndarray
    rates: np.ndarray
    observed: int
    dimension: int
    notes: tuple[str, ...]


@np.errstate(all="ignore")  # far tails and chi2 of far starts leave the range of doubles
def relax(
    g: Generator,
    initial: InitialLaw,
    times: Sequence[float] | np.ndarray,
    dimension: int = 1,
    *,
    spectrum: Spectrum | None = None,
) -> Relaxation:
    """Follow the distances between the law at time t and the stationary law.

    Parameters
    ----------
    g : Generator
        Exponentially ergodic.
    initial : Gaussian, Uniform or Points
        Law of each coordinate at time 0.
    times : (T,) sequence of float
        Times >= 0 in any order.
    dimension : int
        Number of independent coordinates, 1 to 1e9.
    spectrum : Spectrum or None
        Of the same generator, if it is at hand; saves computing it again.

    Returns
    -------
    Relaxation

    Raises
    ------
    InputError
        With field ``"times"``, ``"dimension"`` or one of the initial law.
    NotErgodicError
        If the generator has no exponential rate.

    Examples
    --------
    >>> from explorer.generators.initial import Gaussian
    >>> r = relax(Generator("1", "-x"), Gaussian(1.5, 0.5), [0.0, 1.0, 2.0])
    >>> r.kl.round(6).tolist()
    [1.443147, 0.155017, 0.020653]
    """
    from explorer.generators.forgetting import MODES, forget  # half of the package: only if needed

    t = check_times(times)
    d = check_dimension(dimension)
    process = forget(g, initial, shortest_positive(t), float(t.max()), known=spectrum)
    fine, coarse = (_curves(process, which, t, d) for which in (0, 1))
    rates, coefficients = process.contents(MODES)
    errors = _errors(fine, coarse, process.safety, process.unsettled * t)
    slowest = rates[process.observed() - 1]
    errors["tv"] += process.moved * np.exp(-slowest * t) * (t > 0.0)
    errors = {name: _beside(t, fine[name], error) for name, error in errors.items()}
    return Relaxation(
        times=t,
        **{name: fine[name] for name in NAMES},
        log1p_chi2=fine["log1p_chi2"],
        bound=_bound(t, fine["l2"], process.spectrum.gap),
        errors=errors,
        coefficients=coefficients[:SHOWN],
        rates=rates[:SHOWN],
        observed=process.observed(),
        dimension=d,
        notes=process.notes,
    )


def _curves(process: Forgetting, which: int, times: np.ndarray, d: int) -> dict[str, np.ndarray]:
    """Return all distances at all times, in d dimensions, from one of the two solutions."""
    curves = {name: np.empty(times.size) for name in (*NAMES, "log1p_chi2", "chi2_lost")}
    for where in process.groups(times, which):
        single = process.distances(times[where], which)
        law = process.at(times[where], which) if d > 1 else None
        ratio = law.log_ratio() if law is not None else None
        for name, values in in_dimensions(single, ratio, d).items():
            curves[name][where] = values
        # What chi2 may have beyond the cuts, relative to 1 + chi2 in d dimensions.
        curves["chi2_lost"][where] = d * 3.0 * single["chi2_at_cuts"]
    return curves


def _bound(times: np.ndarray, l2: np.ndarray, gap: float) -> np.ndarray:
    """Return ``l2(s) exp(-gap (t - s))`` from the first time s with a finite value; inf before."""
    finite = np.isfinite(l2)
    bound = np.full(times.size, math.inf)
    if finite.any():
        first = int(np.argmin(np.where(finite, times, math.inf)))
        after = times >= times[first]
        bound[after] = l2[first] * np.exp(-gap * (times[after] - times[first]))
    return bound


def _errors(
    fine: dict[str, np.ndarray], coarse: dict[str, np.ndarray], safety: float, drift: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the error estimate of every distance at every time.

    ``drift`` (T,) is the relative error by which an unsettled slowest rate shifts late values.
    """
    errors = {name: safety * _change(fine[name], coarse[name]) for name in NAMES}
    for name, error in errors.items():
        finite = np.isfinite(fine[name])
        error[finite] += np.minimum(drift[finite], 1.0) * fine[name][finite]
    lost = np.where(fine["chi2_lost"] < 0.3, fine["chi2_lost"], math.inf)
    for name, power in (("chi2", 1.0), ("l2", 0.5)):
        finite = np.isfinite(fine[name]) & (lost > 0.0)
        share = np.where(np.isinf(lost), 0.0, power * lost)[finite]
        errors[name][finite] += share * fine[name][finite]
        errors[name][finite & np.isinf(lost)] = math.inf
    return errors


def _beside(times: np.ndarray, values: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return errors no smaller, relative to the value, than at the two times on either side.

    Two solutions may agree at one time by chance.
    """
    order = np.argsort(times, kind="stable")
    usable = np.isfinite(values) & np.isfinite(errors) & (values > 0.0)
    order = order[usable[order]]
    if not order.size:
        return errors
    padded = np.pad(errors[order] / values[order], 2)
    largest = np.lib.stride_tricks.sliding_window_view(padded, 5).max(axis=1)
    raised = errors.copy()
    raised[order] = largest * values[order]
    return raised


def _change(fine: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    """Return the error estimate of ``fine``: its change, and what rounding leaves; 0 for inf."""
    error = np.zeros(fine.size)
    finite = np.isfinite(fine) & np.isfinite(coarse)
    error[finite] = np.abs(fine[finite] - coarse[finite]) + 1e-14 * np.abs(fine[finite])
    error[np.isfinite(fine) & ~finite] = math.inf
    return error


def check_times(times: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return finite times >= 0 as an array (T,), or raise InputError."""
    try:
        t = np.atleast_1d(np.asarray(times, dtype=float))
    except (TypeError, ValueError) as error:
        problem = "The times cannot be read as numbers."
        raise InputError("times", problem, "Give times such as [0.5, 1, 2].") from error
    if t.ndim != 1 or not t.size:
        problem = f"The times have shape {t.shape}."
        raise InputError("times", problem, "Give a list of at least one time.")
    bad = t[~((t >= 0.0) & (t < math.inf))]
    if bad.size:
        problem = f"The time {bad[0]:g} is not a finite number of at least 0."
        raise InputError("times", problem, "Give finite times from 0 on.")
    return t


def shortest_positive(times: np.ndarray) -> float | None:
    """Return the shortest positive time, None if there is none."""
    positive = times[times > 0.0]
    return float(positive.min()) if positive.size else None
