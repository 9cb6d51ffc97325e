"""Generators whose gap is known to be the bottom of the continuous spectrum.

Leading terms give the bottom ``sigma`` of the essential spectrum, not whether an eigenvalue lies
below. Two families are settled by theory:

* quadratic ``a ~ A x^2``, affine ``b ~ B x`` (Pearson diffusions): below ``sigma`` there are only
  the polynomial eigenvalues, and the first, ``-B``, exists iff ``B < -A``
  [Avram, Leonenko and Suvak, arXiv:1007.4909];
* constant ``a`` and ``b`` on a half line with reflection: ``sigma = b^2/(4a)`` and no eigenvalue.
"""

from __future__ import annotations

import math

from explorer.generators.ends import EndReport
from explorer.generators.generator import Generator


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
