"""The gap of a metastable generator from logarithms alone, within a factor 4.

Where ``log pi`` spans more nats than doubles have, eigenfunctions cannot be held; Chen's basic
bounds still can: masses and scale increments are summed as logarithms and ``kappa`` is bisected as
in ``hardy``, apart from the tails, which have a Hardy constant of their own. Behind high barriers
``kappa lambda_1 -> 1``, so ``1/kappa`` is also the estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.charts import layout, out_of_range
from explorer.generators.cuts import cut, tail_rates
from explorer.generators.generator import Generator
from explorer.generators.logspace import log_cells, log_sums
from explorer.generators.mesh import SPAN
from explorer.generators.probe import probe
from explorer.generators.quadrature import PROBE_NODES

STEP = 0.1  # probe intervals in xi
ROUNDING = 1e-15  # of a logarithm, per nat that the densities span
BLURRED = 0.1  # share of a logarithm that rounding may blur
SEPARATE = 1.0  # every feature narrower than its distance gets its own chart


@dataclass(frozen=True, slots=True, eq=False)
class LogBounds:
    """Chen's basic bounds on the logarithmic scale, and the density they come from.

    Parameters
    ----------
    log_lower, log_upper : float
        ``log 1/(4 kappa)`` and ``log 1/kappa``, apart by more where rounding of the densities'
        logarithms weighs.
    bottleneck : (float, float)
        The pair ``(x*, y*)``.
    nodes, weights, log_density, a : numpy.ndarray, shape (N,)
        Nodes, quadrature weights of ``dx``, ``log pi`` and the noise coefficient.
    is_deep : bool
        Whether what decides lies deeper than doubles hold (else the mesh had failed otherwise).
    """

    log_lower: float
    log_upper: float
    bottleneck: tuple[float, float]
    nodes: np.ndarray
    weights: np.ndarray
    log_density: np.ndarray
    a: np.ndarray
    is_deep: bool


def log_hardy(g: Generator, degenerate: tuple[bool, bool], drop: float) -> LogBounds:
    """Return Chen's basic bounds in logarithms.

    Raises
    ------
    InputError
        If the logarithms themselves leave the range of doubles.
    """
    charts = layout(g, degenerate, SEPARATE)
    course, cuts = cut(charts, probe(charts, STEP), drop)
    left, right = cuts
    kept = slice(left.interval if left else 0, right.interval + 1 if right else None)
    x, ell = course.x[kept], course.log_density[kept]
    widths = 0.5 * (course.high - course.low)[kept, None] * np.diff(PROBE_NODES)
    mass = log_cells(ell, np.log(widths)).ravel()
    scale = log_cells(course.log_scale[kept], np.log(widths)).ravel()
    i, up, low, y = _bisect(mass, scale)
    tails = -math.log(4.0) - np.array(tail_rates(course, cuts))  # log kappa of plateaus far out
    rounding = ROUNDING * float(np.ptp(ell))
    log_lower = -math.log(4.0) - max(up, *tails) - rounding
    log_upper = -max(low, *tails) + rounding
    if not (rounding < max(1.0, BLURRED * abs(log_upper)) and math.isfinite(log_lower)):
        raise out_of_range()
    points = np.maximum.accumulate(np.append(x[:, :-1].ravel(), x[-1, -1]))
    width = np.maximum(np.diff(points), np.finfo(float).tiny)  # neighbours may round to one double
    log_density = mass - log_sums(mass)[-1] - np.log(width)
    log_a = (2.0 * course.log_dx - course.log_product)[kept]
    return LogBounds(
        log_lower=float(log_lower),
        log_upper=float(log_upper),
        bottleneck=(float(points[i]), float(points[y])),
        nodes=0.5 * points[1:] + 0.5 * points[:-1],
        weights=width,
        log_density=np.where(np.isnan(log_density), -np.inf, log_density),
        a=np.exp(0.5 * (log_a[:, 1:] + log_a[:, :-1])).ravel(),
        is_deep=bool(np.ptp(ell) > SPAN or tails.max() > low),
    )


def _bisect(mass, scale):
    """Return the bottleneck and ``log kappa`` from above and from a pair of points."""
    below, above = log_sums(mass), log_sums(mass[::-1])[::-1]

    def sides(i):
        left = log_sums(scale[:i][::-1])[::-1]  # log nu(x_j, x_i) for j <= i
        return below[: i + 1] + left, above[i:] + log_sums(scale[i:])

    first, last = 0, mass.size
    while last - first > 1:
        middle = (first + last) // 2
        rising, falling = sides(middle)
        first, last = (middle, last) if rising.max() < falling.max() else (first, middle)
    up, i = min((max(part.max() for part in sides(i)), i) for i in (first, last))
    rising, falling = sides(i)
    x, y = int(np.argmax(rising)), i + int(np.argmax(falling))
    between = log_sums(scale[x:y])[-1] if y > x else -math.inf
    low = between - np.logaddexp(-below[x], -above[y])
    return x, up, low if low > -math.inf else up - math.log(4.0), y
