"""The fair speed ``Lambda = gap Var_pi(X) / E_pi[a]`` of one generator, quickly.

``landscape``, ``degree_study`` and ``tune`` need thousands of gaps and nothing else: this is the
solve of ``spectrum`` without bounds, certificate and higher eigenfunctions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import NotErgodicError
from explorer.generators.classify import Classification, classify
from explorer.generators.continuum import affine_gap
from explorer.generators.generator import Generator
from explorer.generators.metastable import LogBounds
from explorer.generators.moments import Moments, moments
from explorer.generators.quadrature import WEIGHTS
from explorer.generators.solve import Solution, solve


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """Gap and fair speed of a generator.

    Attributes
    ----------
    generator : Generator
    classification : Classification
    log_gap : float
        Natural logarithm of the gap, within ``log 4`` where metastable.
    is_eigenvalue : bool
        False where the gap is the bottom of the essential spectrum.
    moments : Moments
        Of the stationary law.
    solution : Solution or None
        None where metastable: no eigenfunction is at hand.
    """

    generator: Generator
    classification: Classification
    log_gap: float
    is_eigenvalue: bool
    moments: Moments
    solution: Solution | None = None

    @property
    def gap(self) -> float:
        """Spectral gap; 0 below double range."""
        return math.exp(self.log_gap)

    @property
    def ceiling(self) -> float | None:
        """``E_pi[a] / Var_pi(X)``, which no gap exceeds; None if undefined."""
        law = self.moments
        if not law.variance or not law.noise_power:
            return None
        return law.noise_power / law.variance

    @property
    def efficiency(self) -> float | None:
        """``Lambda``, None if undefined."""
        return None if self.ceiling is None else self.gap / self.ceiling


def pace(g: Generator) -> Pace:
    """Return the gap and the fair speed.

    Raises
    ------
    NotErgodicError
        If there is no exponential rate.
    InputError
        If the coefficients differ in size by more than doubles can hold.

    Examples
    --------
    >>> p = pace(Generator("1", "-x^3"))
    >>> round(p.gap, 5), round(p.efficiency, 4)
    (1.36859, 0.9251)
    """
    c = classify(g)
    if not c.exponentially_ergodic:
        raise NotErgodicError(c.reason, c)
    with np.errstate(all="ignore"):  # far tails overflow; what is infinite is known by exponents
        return _measured(g, c)


def _measured(g: Generator, c: Classification) -> Pace:
    """Solve for the first eigenvalue; closed forms win where there are any."""
    solved, log_essential = solve(g, 1, classification=c), math.log(c.essential)
    if isinstance(solved, LogBounds):
        return Pace(g, c, min(solved.log_upper, log_essential), True, _law_in_logs(g, c, solved))
    affine, log_gap = affine_gap(g, c), float(solved.log_eigenvalues[0])
    if affine is not None:
        log_gap = math.log(affine)
    is_eigenvalue = affine is not None or (not c.continuous and log_gap < log_essential)
    mesh, mass = solved.mesh, solved.green.ordered(solved.green.weights)
    dx = (mesh.dx * WEIGHTS).ravel()
    law = moments(c, mesh.anchor, mesh.t.ravel(), mesh.a.ravel(), mass, dx)
    return Pace(g, c, log_gap if is_eigenvalue else log_essential, is_eigenvalue, law, solved)


def _law_in_logs(g: Generator, c: Classification, bounds: LogBounds) -> Moments:
    x, mass = bounds.nodes, np.exp(bounds.log_density) * bounds.weights
    return moments(c, 0.0, x, g.a_poly(x), mass / mass.sum(), bounds.weights)
