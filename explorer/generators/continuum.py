"""Generators whose gap is known in closed form: affine drifts, and continuous spectra.

Where ``b`` is affine and the flux ``a pi`` vanishes at both ends, ``f = x`` is an eigenfunction
of one sign change, so the gap is minus the slope of ``b`` (and ``Lambda = 1``), however close the
continuum. Otherwise leading terms give the bottom ``sigma`` of the essential spectrum, not
whether an eigenvalue lies below. Two families are settled by theory:

* quadratic ``a ~ A x^2``, affine ``b ~ B x`` (Pearson diffusions): below ``sigma`` there are only
  the polynomial eigenvalues, and the first, ``-B``, exists iff ``B < -A``
  [Avram, Leonenko and Suvak, arXiv:1007.4909];
* constant ``a`` and ``b`` on a half line with reflection: ``sigma = b^2/(4a)`` and no eigenvalue.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.generators.ends import EndReport
from explorer.generators.generator import Generator

if TYPE_CHECKING:  # classify imports this module
    from explorer.generators.classify import Classification


def continuum_sentence(g: Generator, left: EndReport, right: EndReport) -> str | None:
    """Return the sentence where the gap is the bottom of a continuous spectrum, else None."""
    formula = _formula(g, left, right)
    if formula is None:
        return None
    return f"The gap {formula} is the bottom of a continuous spectrum; there is no eigenfunction."


def _formula(g: Generator, left: EndReport, right: EndReport) -> str | None:
    if math.isinf(min(left.essential, right.essential)):
        return None
    if len(g.a) == len(g.b) == 1:
        return "b²/(4a)"
    tail = right if right.kind == "infinite" else left
    boundary_free = "regular" not in (left.kind, right.kind)
    pearson = tail.order == 2 and len(g.b) <= 2 and boundary_free and tail.kind == "infinite"
    slope_ratio = tail.ratio if tail.drift_order == -1 else 0.0
    if not pearson or slope_ratio < -1:
        return None
    return "(1-B)²/4" if g.a[-1] == 1.0 else "(A-B)²/(4A)"


def affine_gap(g: Generator, c: Classification) -> float | None:
    """Return the gap of an affine drift with ``f = x`` as eigenfunction, None for all others.

    Examples
    --------
    >>> from explorer.generators.classify import classify
    >>> g = Generator("1 + x**2", "2 - 1.05*x")
    >>> affine_gap(g, classify(g))
    1.05
    """
    moments = c.exponentially_ergodic and c.variance_finite and c.noise_power_finite
    flux_vanishes = "regular" not in (c.left.kind, c.right.kind)
    return -g.b[1] if len(g.b) == 2 and moments and flux_vanishes else None
