"""The spectrum of a generator: gap, eigenfunctions, bounds, enclosure and fair speed.

``lambda_1 = inf int a f'^2 dpi / Var_pi(f)`` and ``gap = min(lambda_1, essential)``, where
``essential`` is the bottom of the essential spectrum, known from leading terms alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.classify import Classification, classify
from explorer.generators.gap import Gap, bounded_gap, computed_gap, exp
from explorer.generators.generator import Generator
from explorer.generators.hardy import hardy
from explorer.generators.metastable import LogBounds
from explorer.generators.moments import Moments, moments
from explorer.generators.quadrature import WEIGHTS
from explorer.generators.solve import Solution, solve
from explorer.generators.tails import restored


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
    InputError
        If the coefficients differ in size by more than doubles can hold.

    References
    ----------
    Chen, Front. Math. China 5 (2010) 379.

    Examples
    --------
    >>> s = spectrum(Generator("1 + x^2", "-6*x"))
    >>> s.eigenvalues[:2].round(9).tolist(), s.essential, round(s.efficiency, 9)
    ([6.0, 10.0], 12.25, 1.0)
    """
    solution = solve(g, k)
    with np.errstate(all="ignore"):  # quotients in far tails; what is not finite is not used
        return _bounded(g, solution) if isinstance(solution, LogBounds) else _computed(solution)


def _computed(s: Solution) -> Spectrum:
    """Report on eigenpairs that were computed."""
    c, mesh, green = s.classification, s.mesh, s.green
    bounds = hardy(green)
    gap = computed_gap(s, bounds)
    kept = len(gap.eigenvalues)
    functions = s.functions[:kept]
    if kept:
        values = np.exp(-s.log_eigenvalues[:kept] - green.log_unit)
        functions = restored(green, functions, values, s.residuals[:kept])
    x, dx = mesh.x.ravel(), (mesh.dx * WEIGHTS).ravel()
    weights = green.ordered(green.weights)
    return _report(
        c,
        s.generator,
        gap,
        moments(c, mesh.anchor, mesh.t.ravel(), mesh.a.ravel(), weights, dx),
        nodes=x,
        weights=dx,
        log_density=np.log(green.ordered(green.mass)) - np.log(mesh.dx.ravel()),
        eigenfunctions=green.ordered(functions),
        log_chen_bounds=(min(bounds.log_lower, gap.log), bounds.log_upper),
        bottleneck=(float(x[bounds.low]), float(x[bounds.high])),
    )


def _bounded(g: Generator, b: LogBounds) -> Spectrum:
    """Report on bounds alone."""
    c = classify(g)
    gap = bounded_gap(c, b)
    mass = np.exp(b.log_density) * b.weights
    return _report(
        c,
        g,
        gap,
        moments(c, 0.0, b.nodes, b.a, mass / mass.sum(), b.weights),
        nodes=b.nodes,
        weights=b.weights,
        log_density=b.log_density,
        eigenfunctions=np.zeros((0, b.nodes.size)),
        log_chen_bounds=(min(b.log_lower, gap.log), b.log_upper),
        bottleneck=b.bottleneck,
    )


def _report(
    c: Classification, g: Generator, gap: Gap, law: Moments, *, log_chen_bounds, **fields
) -> Spectrum:
    """Put the parts together."""
    return Spectrum(
        generator=g,
        classification=c,
        gap=gap.value,
        log_gap=gap.log,
        is_eigenvalue=gap.is_eigenvalue,
        status=gap.status,
        relative_error=gap.error,
        eigenvalues=gap.eigenvalues,
        eigenvalue_errors=gap.errors,
        density=np.exp(fields["log_density"]),
        essential=c.essential,
        chen_bounds=(exp(log_chen_bounds[0]), exp(log_chen_bounds[1])),
        log_chen_bounds=log_chen_bounds,
        enclosure=gap.enclosure,
        enclosure_method=gap.method,
        efficiency=law.efficiency(gap.value),
        mean=law.mean,
        variance=law.variance,
        kurtosis=law.kurtosis,
        noise_power=law.noise_power,
        **fields,
    )
