"""The spectrum of a generator: gap, eigenfunctions, bounds, enclosure and fair speed.

``lambda1 = inf int a f'^2 dpi / Var_pi(f)`` and ``gap = min(lambda1, essential)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.classify import Classification, classify
from explorer.generators.generator import Generator
from explorer.generators.quadrature import WEIGHTS
from explorer.generators.hardy import hardy
from explorer.generators.solve import solve


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
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
    mean: float
    variance: float | None
    kurtosis: float | None
    noise_power: float | None


def spectrum(g: Generator, k: int = 6) -> Spectrum:
    """Return the spectrum of a generator.

    Examples
    --------
    >>> s = spectrum(Generator("1", "-x"))
    >>> round(s.gap, 12)
    1.0
    """
    c = classify(g)
    s = solve(g, k, classification=c)
    green = s.green
    bounds = hardy(green)
    nodes = s.mesh.x.ravel()
    eigenvalues = np.exp(s.log_eigenvalues)
    log_gap = float(s.log_eigenvalues[0])
    is_eigenvalue = not c.continuous and log_gap < math.log(c.essential)
    if not is_eigenvalue:
        log_gap = math.log(c.essential)
        eigenvalues = eigenvalues[:0]
    functions = green.ordered(s.functions)[: len(eigenvalues)]
    functions *= -np.sign(functions[:, :1])
    weights = green.ordered(green.weights)
    dx = (s.mesh.dx * WEIGHTS).ravel()
    density = weights / dx
    mean, variance, kurtosis, noise = _moments(c, nodes, weights, s.mesh.a.ravel())
    gap = math.exp(log_gap)
    efficiency = gap * variance / noise if variance is not None and noise is not None else None
    logs = (bounds.log_lower, bounds.log_upper)
    chen = (math.exp(logs[0]), math.exp(logs[1]))
    return Spectrum(
        g,
        c,
        gap,
        log_gap,
        is_eigenvalue,
        "resolved" if is_eigenvalue else "continuous",
        float(s.residuals[0] ** 2 + s.leak + 1e-15),
        eigenvalues,
        s.residuals[: len(eigenvalues)] ** 2 + 1e-15,
        nodes,
        dx,
        density,
        np.log(density),
        functions,
        c.essential,
        chen,
        logs,
        (float(nodes[bounds.low]), float(nodes[bounds.high])),
        chen,
        "chen",
        efficiency,
        mean,
        variance,
        kurtosis,
        noise,
    )


def _moments(c, x, w, a):
    mean = float(w @ x)
    centred = x - mean
    square = centred * centred
    variance = float(w @ square) if c.variance_finite else None
    kurtosis = float(w @ (square * square)) / variance**2 if variance else None
    noise = float(w @ a) if c.noise_power_finite else None
    return mean, variance, kurtosis, noise
