"""How the gap answers to each coefficient: its exact derivative, without another solve.

With ``f`` the first eigenfunction, ``E_pi f^2 = 1``, and ``dC = int (db/a - b da/a^2)`` (any base
point),

    d lambda_1 = int dC a f'^2 dpi - lambda_1 int (dC - da/a) f^2 dpi,

so that ``d log lambda_1 = int dC d(energy - rate) + int da/a d(rate)`` with two laws of total
mass 1: ``rate = f^2 pi`` and ``energy = a f'^2 pi / lambda_1``. Where the gap is the bottom of the
essential spectrum its closed form is differentiated instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.classify import Classification
from explorer.generators.essential import essential_gradient
from explorer.generators.generator import Generator
from explorer.generators.quadrature import FORWARD, WEIGHTS
from explorer.generators.solve import Solution, solve


@dataclass(frozen=True, slots=True, eq=False)
class GapGradient:
    """The derivative of the gap in every coefficient.

    Attributes
    ----------
    a, b : numpy.ndarray, shape (degree + 1,)
        ``d gap / d coefficient``, increasing powers; nan for a coefficient of ``a`` that would
        move a zero of ``a`` away from an end of the domain, where the derivative does not exist.
    defined : bool
        False where the gap is known through logarithms alone; then all entries are nan.
    """

    a: np.ndarray
    b: np.ndarray
    defined: bool


def gap_gradient(g: Generator) -> GapGradient:
    """Return the derivative of the gap in every coefficient of ``a`` and ``b``.

    Raises
    ------
    NotErgodicError
        If there is no exponential rate.

    Examples
    --------
    >>> slope = gap_gradient(Generator("1", "-x-x^3"))
    >>> slope.a.round(6).tolist(), slope.b[1::2].round(6).tolist()
    ([0.659784], [-0.748432, -0.659784])
    """
    solution = solve(g, 1)
    if not isinstance(solution, Solution):
        return GapGradient(np.full(len(g.a), np.nan), np.full(len(g.b), np.nan), defined=False)
    c = solution.classification
    if c.continuous or solution.log_eigenvalues[0] >= math.log(c.essential):
        return GapGradient(*essential_gradient(g), defined=True)
    with np.errstate(over="ignore", invalid="ignore"):  # nan marks what has no derivative
        slopes = _log_slopes(g, solution)
    gap = math.exp(solution.log_eigenvalues[0])
    slopes[: len(g.a)][~movable(g, c)] = np.nan
    return GapGradient(gap * slopes[: len(g.a)], gap * slopes[len(g.a) :], defined=True)


def laws(solution: Solution) -> tuple[np.ndarray, np.ndarray]:
    """Return the masses of ``rate`` and ``energy`` at the nodes, each (P, 20) by increasing x."""
    green, f = solution.green, solution.functions[0]
    flux = green.flux(green.mass * f)
    shape = solution.mesh.dx.shape
    rate = green.ordered(green.weights * f * f).reshape(shape)
    energy = green.ordered(green.scale * flux * flux * WEIGHTS).reshape(shape)
    return rate / rate.sum(), energy / energy.sum()


def from_median(solution: Solution, integrand: np.ndarray) -> np.ndarray:
    """Return the integral in x from (near) the median to each node, shape (P, 20)."""
    slope = integrand * solution.mesh.dx
    panels = slope @ WEIGHTS
    start = np.concatenate(([0.0], np.cumsum(panels)[:-1]))
    return (start - start[solution.green.split])[:, None] + slope @ FORWARD


def movable(g: Generator, c: Classification) -> np.ndarray:
    """Return which coefficients of ``a`` leave its zeros at the ends in place, (degree + 1,)."""
    free = np.ones(len(g.a), dtype=bool)
    for end in (c.left, c.right):
        if end.kind == "degenerate":
            free &= (np.arange(len(g.a)) >= end.order) & (end.position == 0.0)
    return free


def _log_slopes(g: Generator, solution: Solution) -> np.ndarray:
    """Return ``d log lambda_1`` for the coefficients of ``a``, then those of ``b``."""
    rate, energy = laws(solution)
    mesh, on_C = solution.mesh, energy - rate
    ratios = [mesh.x**power / mesh.a for power in range(max(len(g.a), len(g.b)))]
    drift = mesh.b / mesh.a
    on_a = [
        (ratio * rate).sum() - (from_median(solution, drift * ratio) * on_C).sum()
        for ratio in ratios[: len(g.a)]
    ]
    on_b = [(from_median(solution, ratio) * on_C).sum() for ratio in ratios[: len(g.b)]]
    return np.array(on_a + on_b)
