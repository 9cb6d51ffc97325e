"""The spectrum of a generator: gap, eigenfunctions, bounds, enclosure and fair speed.

``lambda_1 = inf int a f'^2 dpi / Var_pi(f)`` and ``gap = min(lambda_1, essential)``, where
``essential`` is the bottom of the essential spectrum, known from leading terms alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.certificate import chen_wang, temple_lehmann
from explorer.generators.classify import Classification, classify
from explorer.generators.continuum import affine_gap
from explorer.generators.generator import Generator
from explorer.generators.hardy import hardy
from explorer.generators.metastable import LogBounds
from explorer.generators.moments import moments
from explorer.generators.oscillation import eigenvalues_below
from explorer.generators.quadrature import WEIGHTS
from explorer.generators.rounding import rounding_error
from explorer.generators.solve import Solution, solve
from explorer.generators.tails import restored

RESOLVED = 1e-6  # relative error beyond which a value is called an estimate
NOISE = 3e-32  # relative error per lambda_k / lambda_1: rounding, projected out once
WITHIN_4 = 0.75  # relative error of 1/kappa, if 1/(4 kappa) were the gap
ULP = 1.2e-16
TEMPLE = "temple-lehmann"
LEAK = 10.0  # relative error per share of f^2 pi in the end panel


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The spectrum of a generator, with errors.

    Attributes
    ----------
    generator : Generator
    classification : Classification
    gap, log_gap : float
        Spectral gap and its natural logarithm; ``gap`` is 0.0 only where ``log_gap`` lies below
        the range of doubles.
    is_eigenvalue : bool
        False where the gap is the bottom of a continuous spectrum.
    status : str
        ``"resolved"``; ``"continuous"`` (closed form); ``"metastable"`` (within a factor 4, from
        logarithms); ``"estimate"``.
    relative_error : float
        Estimated relative error of the gap; 0.75 where only Chen's bounds are known.
    eigenvalues, eigenvalue_errors : numpy.ndarray, shape (k,)
        Increasing eigenvalues below ``essential`` that are resolved, and their relative errors.
    nodes, weights : numpy.ndarray, shape (N,)
        Increasing ``x``, and quadrature weights of ``dx``.
    density, log_density : numpy.ndarray, shape (N,)
        Stationary density ``pi`` and its logarithm.
    eigenfunctions : numpy.ndarray, shape (k, N)
        ``E_pi f = 0``, ``E_pi f^2 = 1``, increasing at the first node.
    essential : float
        Bottom of the essential spectrum, inf if none.
    chen_bounds, log_chen_bounds : (float, float)
        ``1/(4 kappa) <= lambda_1 <= 1/kappa`` and the logarithms.
    bottleneck : (float, float)
        The pair ``(x*, y*)`` at which ``kappa`` is attained.
    enclosure : (float, float)
        Floating-point enclosure of the gap, rounding estimate included.
    enclosure_method : str
        ``"temple-lehmann"``, ``"chen-wang"``, ``"chen"`` or ``"closed form"``.
    efficiency : float or None
        Fair speed ``gap Var_pi / E_pi[a]``, at most 1; None where a factor is infinite.
    mean, variance, kurtosis, noise_power : float or None
        Moments of ``pi`` and ``E_pi[a]``; None where infinite.
    """

    generator: Generator
    classification: Classification
    gap: float
    log_gap: float
    is_eigenvalue: bool
    status: str
    relative_error: float
    eigenvalues: np.ndarray
    eigenvalue_errors: np.ndarray
    nodes: np.ndarray
    weights: np.ndarray
    density: np.ndarray
    log_density: np.ndarray
    eigenfunctions: np.ndarray
    essential: float
    chen_bounds: tuple[float, float]
    log_chen_bounds: tuple[float, float]
    bottleneck: tuple[float, float]
    enclosure: tuple[float, float]
    enclosure_method: str
    efficiency: float | None
    mean: float | None
    variance: float | None
    kurtosis: float | None
    noise_power: float | None


def spectrum(g: Generator, k: int = 6) -> Spectrum:
    """Return the spectral gap of a generator, with everything that explains and certifies it.

    Parameters
    ----------
    g : Generator
    k : int
        Number of eigenvalues sought.

    Returns
    -------
    Spectrum

    Raises
    ------
    NotErgodicError
        If there is no exponential rate; its ``reason`` says why.

    References
    ----------
    Chen, Front. Math. China 5 (2010) 379; generators.md 6 to 13.

    Examples
    --------
    >>> s = spectrum(Generator("1 + x^2", "-6*x"))
    >>> s.eigenvalues[:2].round(9).tolist(), s.essential, round(s.efficiency, 9)
    ([6.0, 10.0], 12.25, 1.0)
    """
    solution = solve(g, k)
    with np.errstate(all="ignore"):  # quotients in far tails; what is not finite is not used
        return _metastable(g, solution) if isinstance(solution, LogBounds) else _resolved(solution)


def _resolved(s: Solution) -> Spectrum:
    """Report on eigenpairs that were computed."""
    c, mesh, green = s.classification, s.mesh, s.green
    errors = s.errors + LEAK * s.leaks
    errors[1:] += NOISE * np.exp(s.log_eigenvalues[1:] - s.log_eigenvalues[0])
    kept, nu = _verified(s, errors)
    found, method = _certificate(s, nu)
    rounding = rounding_error(mesh, green, s.functions[0], s.value)
    if found is not None and method == TEMPLE:
        rounding = max(rounding, abs(math.log(found[1] * s.value)))  # Rayleigh against Ritz
    errors += rounding
    gap = _gap(s, float(errors[0]))
    kept = kept if gap.is_eigenvalue else 0
    bounds = hardy(green)
    log_bounds = (min(bounds.log_lower, gap.log), bounds.log_upper)
    ends = (math.exp(log_bounds[0]), math.exp(log_bounds[1]))
    if gap.is_exact or not gap.is_eigenvalue:
        enclosure, method = (gap.value, gap.value), "closed form"
    elif found is None:
        enclosure, method = ends, "chen"
    else:
        low = found[0] * (1.0 - rounding - LEAK * float(s.leaks[0])) / s.unit
        enclosure = (min(low, gap.value), max(found[1] * (1.0 + rounding) / s.unit, gap.value))
    values = np.exp(-s.log_eigenvalues[:kept] - green.log_unit)
    functions = s.functions[:kept]
    if kept:
        functions = restored(green, functions, values, s.residuals[:kept])
    x, dx = mesh.x.ravel(), (mesh.dx * WEIGHTS).ravel()
    log_density = np.log(green.ordered(green.mass)) - np.log(mesh.dx.ravel())
    weights = green.ordered(green.weights)
    law = moments(c, mesh.anchor, mesh.t.ravel(), mesh.a.ravel(), weights, dx)
    return Spectrum(
        generator=s.generator,
        classification=c,
        gap=gap.value,
        log_gap=gap.log,
        is_eigenvalue=gap.is_eigenvalue,
        status=gap.status,
        relative_error=gap.error,
        eigenvalues=np.append([gap.value], np.exp(s.log_eigenvalues[1:kept]))[:kept],
        eigenvalue_errors=np.append([gap.error], errors[1:kept])[:kept],
        nodes=x,
        weights=dx,
        density=np.exp(log_density),
        log_density=log_density,
        eigenfunctions=green.ordered(functions),
        essential=c.essential,
        chen_bounds=ends,
        log_chen_bounds=log_bounds,
        bottleneck=(float(x[bounds.low]), float(x[bounds.high])),
        enclosure=enclosure,
        enclosure_method=method,
        efficiency=law.efficiency(gap.value),
        mean=law.mean,
        variance=law.variance,
        kurtosis=law.kurtosis,
        noise_power=law.noise_power,
    )


@dataclass(frozen=True, slots=True)
class _Gap:
    """What is said about the gap."""

    value: float
    log: float
    is_eigenvalue: bool
    status: str
    error: float
    is_exact: bool = False


def _gap(s, error):
    """Return min(lambda_1, essential); closed forms win where the number is not resolved."""
    essential = s.classification.essential
    log_first, log_essential = float(s.log_eigenvalues[0]), math.log(essential)
    if s.is_continuum:
        return _Gap(essential, log_essential, False, "continuous", ULP)
    if log_first < log_essential and error <= RESOLVED:
        return _Gap(math.exp(log_first), log_first, True, "resolved", error)
    affine = affine_gap(s.generator, s.classification)
    if affine is not None:
        return _Gap(affine, math.log(affine), True, "resolved", ULP, is_exact=True)
    if log_first < log_essential:
        return _Gap(math.exp(log_first), log_first, True, "estimate", error)
    error = max(error, math.expm1(log_first - log_essential))  # a state below is not excluded
    return _Gap(essential, log_essential, False, "estimate", error)


def _verified(s, errors):
    """Count zeros: return how many eigenvalues stand, and a number between the first two or None.

    An eigenvalue stands if it is accurate and if none below it was missed or invented.
    """
    k = max(1, int(np.argmin(np.append(errors <= RESOLVED, False))))
    values = np.exp(s.log_eigenvalues[:k] + s.green.log_unit)
    middle = values[0] * min(s.ratio, 1e6) ** 0.5
    around = np.outer(values, (1.0 - RESOLVED, 1.0 + RESOLVED))
    counts = eigenvalues_below(s.green, [middle, *around[-1]]) or [0, k, 0]
    nu = middle if counts[0] == 1 else None
    if counts[1] < k <= counts[2]:
        return k, nu
    counts = eigenvalues_below(s.green, around.ravel().tolist()) or []
    good = [counts[2 * j] <= j < counts[2 * j + 1] for j in range(len(counts) // 2)]
    return max(1, [*good, False].index(False)), nu


def _certificate(s, nu):
    """Return an enclosure of ``unit lambda_1``, or None, with its method."""
    if nu is not None:
        return temple_lehmann(s.green, s.functions[0], nu), TEMPLE
    return chen_wang(s.green, s.functions[0]), "chen-wang"


def _metastable(g: Generator, b: LogBounds) -> Spectrum:
    """Report on bounds alone."""
    c = classify(g)
    log_gap = min(b.log_upper, math.log(c.essential))
    density = np.exp(b.log_density)
    mass = density * b.weights
    law = moments(c, 0.0, b.nodes, b.a, mass / mass.sum(), b.weights)
    bounds = (min(b.log_lower, log_gap), b.log_upper)
    ends = (math.exp(bounds[0]), math.exp(bounds[1]))
    return Spectrum(
        generator=g,
        classification=c,
        gap=math.exp(log_gap),
        log_gap=log_gap,
        is_eigenvalue=b.log_upper < math.log(c.essential),
        status="metastable" if b.is_deep else "estimate",
        relative_error=WITHIN_4,
        eigenvalues=np.zeros(0),
        eigenvalue_errors=np.zeros(0),
        nodes=b.nodes,
        weights=b.weights,
        density=density,
        log_density=b.log_density,
        eigenfunctions=np.zeros((0, b.nodes.size)),
        essential=c.essential,
        chen_bounds=ends,
        log_chen_bounds=bounds,
        bottleneck=b.bottleneck,
        enclosure=ends,
        enclosure_method="chen",
        efficiency=law.efficiency(math.exp(log_gap)),
        mean=law.mean,
        variance=law.variance,
        kurtosis=law.kurtosis,
        noise_power=law.noise_power,
    )
