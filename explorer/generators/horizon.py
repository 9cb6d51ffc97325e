"""T(eps): the time at which total variation falls to eps, in d dimensions.

Three answers that must agree. *Formula*: once one mode is left and d is large,
``TV ~ K exp(-lambda t)`` with ``K = S / sqrt(2 pi)``, ``S^2 = d c^2``, hence
``T = log(K / eps) / lambda``. *Exact*: the root of the total variation of the
product law (``dimension``). *Simulation*: ``montecarlo``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.dimension import check_dimension, product_variation
from explorer.generators.distances import total_variation
from explorer.generators.forgetting import MODES, Forgetting, forget
from explorer.generators.generator import Generator
from explorer.generators.initial import InitialLaw
from explorer.generators.profile import Profile
from explorer.generators.spectrum import Spectrum
from explorer.generators.spectrum import spectrum as spectrum_of

HOPELESS = 1e3  # relative error from which on nothing is known
ROUNDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class ConvergenceTime:
    """The time at which total variation reaches eps.

    Attributes
    ----------
    exact, exact_error : float
        Root of the computed total variation, and its estimated error; 0 if the start is within
        eps already, inf if the time is beyond double range.
    formula : float or None
        ``log(K / eps) / rate``, at least 0. None where there is no eigenfunction to build it on.
    formula_error : float or None
        A-priori size of what the formula leaves out: the next mode, the curvature of the normal
        law and the shape of the first eigenfunction.
    prefactor : float or None
        K of the formula.
    rate : float
        Rate of the observed mode: the gap, unless the start contains nothing of the first mode.
    gap : float
    dimension : int
    eps : float
    """

    exact: float
    exact_error: float
    formula: float | None
    formula_error: float | None
    prefactor: float | None
    rate: float
    gap: float
    dimension: int
    eps: float


@np.errstate(all="ignore")  # far tails leave the range of doubles and weigh nothing
def time_to(
    g: Generator,
    initial: InitialLaw,
    eps: float,
    dimension: int = 1,
    *,
    spectrum: Spectrum | None = None,
) -> ConvergenceTime:
    """Return the time after which total variation from the stationary law is at most eps.

    Parameters
    ----------
    g : Generator
        Exponentially ergodic.
    initial : Gaussian, Uniform or Points
        Law of each coordinate at time 0.
    eps : float
        Total variation to reach, in (0, 1).
    dimension : int
        Number of independent coordinates, 1 to 1e9.
    spectrum : Spectrum or None
        Of the same generator, if it is at hand.

    Raises
    ------
    InputError
        With field ``"eps"``, ``"dimension"`` or one of the initial law.
    NotErgodicError
        If the generator has no exponential rate.

    References
    ----------
    Cutoff: Chen and Kumagai, arXiv:1701.06665.

    Examples
    --------
    >>> from explorer.generators.initial import Uniform
    >>> time = time_to(Generator("1", "-x"), Uniform(0.2, 0.8), 0.01, dimension=3072)
    >>> round(time.exact, 3), round(time.formula, 3)
    (7.008, 7.008)
    """
    d, target = check_dimension(dimension), _check_eps(eps)
    known = spectrum_of(g) if spectrum is None else spectrum
    shortest = 0.5 / max(float(known.eigenvalues[:2].max(initial=known.gap)), 1e-290)
    process = forget(g, initial, shortest, known=known)
    time, error = _root(process, target, d)
    while 0.0 < time < shortest:
        shortest = 0.3 * time  # the start has to be resolved at the time that is asked for
        process = forget(g, initial, shortest, known=known)
        time, error = _root(process, target, d)
    rates, _ = process.contents(MODES)
    n = process.observed() - 1
    formula = _formula(process, target, d) if known.is_eigenvalue else (None, None, None)
    return ConvergenceTime(
        exact=time,
        exact_error=error,
        formula=formula[0],
        formula_error=formula[1],
        prefactor=formula[2],
        rate=float(rates[n]),
        gap=known.gap,
        dimension=d,
        eps=target,
    )


def variation(process: Forgetting, times: np.ndarray, d: int, which: int = 0) -> np.ndarray:
    """Return total variation in d dimensions at any times, (T,)."""
    found = np.ones(times.size)
    for where in process.groups(times, which):
        law = process.at(times[where], which)
        if law is None:
            continue
        if d > 1:
            found[where] = product_variation(*law.log_ratio(), d)
        elif isinstance(law, Profile):
            found[where] = np.clip(total_variation(law), 0.0, 1.0)
        else:
            found[where] = law.distances()["tv"]
    return found


def _root(process: Forgetting, eps: float, d: int) -> tuple[float, float]:
    """Return the time at which total variation is eps, and its error."""
    if variation(process, np.zeros(1), d)[0] <= eps:
        return 0.0, 0.0
    low, high = _bracket(process, eps, d)
    if math.isinf(high):
        return math.inf, 0.0
    time = _secant(lambda t: variation(process, np.array([t]), d)[0], eps, low, high)
    step = 1e-4 * time
    here, there = variation(process, np.array([time, time + step]), d)
    other = variation(process, np.array([time]), d, which=1)[0]
    slope = max(math.log(here / there), 1e-300) / step
    error = process.safety * abs(math.log(other / here)) / slope + 1e-12 * time
    return time, error + process.spectrum.relative_error * time


def _bracket(process: Forgetting, eps: float, d: int) -> tuple[float, float]:
    """Return times with total variation above and below eps; (_, inf) if it never gets there."""
    rates, contents = process.contents(MODES)
    n = process.observed() - 1
    if rates[n] > 0.0:
        size = math.sqrt(d) * abs(float(contents[n])) / eps
        high = (1.0 + max(math.log(max(size, 1e-300)), 0.0)) / float(rates[n])
    else:
        high = 50.0 / float(rates[rates > 0.0][0])
    for _ in range(ROUNDS):
        if variation(process, np.array([high]), d)[0] <= eps:
            break
        if rates[n] == 0.0 or high > 1e300:
            return 0.0, math.inf
        high *= 2.0
    for _ in range(ROUNDS):
        grid = high * np.geomspace(1e-3, 1.0, 13)
        above = np.flatnonzero(variation(process, grid[:-1], d) > eps)
        if above.size:
            return float(grid[above[-1]]), float(grid[above[-1] + 1])
        high = float(grid[0])
    return 0.0, high


def _secant(curve: Callable[[float], float], eps: float, low: float, high: float) -> float:
    """Return the root of ``log(curve / eps)``, nearly linear, by the Illinois rule."""
    f_low = math.log(curve(low) / eps) if low > 0.0 else math.log(1.0 / eps)
    f_high = math.log(max(curve(high), 1e-300) / eps)
    time = high
    for _ in range(ROUNDS):
        time = (low * f_high - high * f_low) / (f_high - f_low)
        f = math.log(max(curve(time), 1e-300) / eps)
        if abs(f) < 1e-13 or high - low < 1e-13 * high:
            return time
        if f > 0.0:
            low, f_low, f_high = time, f, 0.5 * f_high
        else:
            high, f_high, f_low = time, f, 0.5 * f_low
    return time


def _formula(process: Forgetting, eps: float, d: int) -> tuple[float, float, float]:
    """Return the time by the formula, the size of what it leaves out, and its prefactor."""
    rates, contents = process.contents(MODES)
    n = process.observed() - 1
    rate, content = float(rates[n]), abs(float(contents[n]))
    prefactor = math.sqrt(d / (2.0 * math.pi)) * content
    if rate == 0.0:
        return math.inf, 0.0, prefactor
    time = max(math.log(prefactor / eps), 0.0) / rate
    decay = np.exp(-(rates[n + 1 :] - rate) * time)
    rest = math.sqrt(float(np.sum((contents[n + 1 :] * decay) ** 2))) / content
    normal = 2.0 * NormalDist().inv_cdf(0.5 * (1.0 + eps)) / (math.sqrt(2.0 * math.pi) * eps)
    shape = _mean_size(process, n, d) / math.sqrt(2.0 * d / math.pi)
    missing = abs(math.log(shape)) + abs(math.log(normal)) + rest / math.sqrt(d) + 0.5 * rest**2
    error = 1.5 * missing / rate
    return time, error if error < HOPELESS * (time + 1.0 / rate) else math.inf, prefactor


def _mean_size(process: Forgetting, n: int, d: int) -> float:
    """Return ``E|phi(X_1) + ... + phi(X_d)|`` under pi for mode n.

    ``E|S| = (2/pi) int_0^inf (1 - Re psi(w)^d) / w^2 dw`` with psi the characteristic function of
    one term, on a grid that is geometric in w.
    """
    values, mass = process.evolutions[0].mode(n)
    w = np.geomspace(1e-4, 1e4, 400) / math.sqrt(d)
    psi = np.exp(1j * w[:, None] * values) @ mass
    with np.errstate(divide="ignore"):
        power = np.exp(d * np.log(psi))
    integrand = (1.0 - np.real(power)) / w  # d(log w)
    inner = 0.5 * d * w[0]  # below the grid: 1 - psi^d = d w^2 / 2
    outer = 1.0 / w[-1]
    step = math.log(w[1] / w[0])
    return 2.0 / math.pi * (inner + outer + step * float(integrand.sum()))


def _check_eps(eps: float) -> float:
    is_number = isinstance(eps, (int, float, np.integer, np.floating)) and not isinstance(eps, bool)
    if not is_number or not 0.0 < eps < 1.0:
        problem = f"eps = {str(eps)[:20]} is not between 0 and 1."
        raise InputError("eps", problem, "Total variation lies in (0, 1); try 0.01.")
    return float(eps)


def wrong_rate(time: ConvergenceTime, off: float) -> tuple[float, float]:
    """Return the time planned, and the total variation reached, with the rate taken wrongly.

    With the estimate ``(1 + off) rate`` the time is ``T / (1 + off)`` and the distance reached
    ``K (eps / K)^(1 / (1 + off))``.

    Parameters
    ----------
    time : ConvergenceTime
        With a formula.
    off : float
        Relative error of the rate, above -1.

    Examples
    --------
    >>> from explorer.generators.initial import Uniform
    >>> time = time_to(Generator("1", "-x"), Uniform(0.2, 0.8), 0.01, dimension=3072)
    >>> ["%.1e" % wrong_rate(time, off)[1] for off in (-0.2, 0.2)]
    ['1.7e-03', '3.2e-02']
    """
    if time.prefactor is None or time.formula is None:
        problem = "The formula for T does not apply: the gap is not an eigenvalue."
        raise InputError("off", problem, "Use the exact time.")
    if not -1.0 < off < math.inf:
        problem = f"The relative error {off:g} of the rate is not above -1."
        raise InputError("off", problem, "Give for instance 0.2 for an estimate 20% too large.")
    reached = time.prefactor * (time.eps / time.prefactor) ** (1.0 / (1.0 + off))
    return time.formula / (1.0 + off), min(reached, 1.0)
