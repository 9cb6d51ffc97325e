"""From a generator to its leading eigenpairs: mesh, Green operator, iteration, deeper if needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import NotErgodicError
from explorer.generators.charts import layout
from explorer.generators.classify import Classification, classify
from explorer.generators.generator import Generator
from explorer.generators.green import Green, green
from explorer.generators.mesh import Mesh, panels
from explorer.generators.probe import probe
from explorer.generators.subspace import eigenpairs

DROP = 50.0
DEEPEN = 2.2
SPAN = 650.0
NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Leading eigenpairs on one mesh.

    Parameters
    ----------
    log_eigenvalues : numpy.ndarray, shape (k,)
        ``log lambda_1 <= ...``, at least one.
    functions : numpy.ndarray, shape (k, P, 20)
        Eigenfunctions, outward panels, ``E_pi f^2 = 1``.
    residuals : numpy.ndarray, shape (k,)
        ``|G f - f / lambda| lambda``.
    leak : float
        Share of ``f_1^2 dpi`` in the end panels of cut tails.
    """

    classification: Classification
    mesh: Mesh
    green: Green
    log_eigenvalues: np.ndarray
    functions: np.ndarray
    residuals: np.ndarray
    leak: float


def solve(g: Generator, k: int = 1, *, classification: Classification | None = None) -> Solution:
    """Return the leading eigenpairs of ``-L``; raises NotErgodicError where no rate exists."""
    c = classification or classify(g)
    if not c.exponentially_ergodic:
        raise NotErgodicError(c.reason, c)
    charts = layout(g, (c.left.kind == "degenerate", c.right.kind == "degenerate"))
    course = probe(charts)
    drop = _first_drop(c)
    for _ in range(4):
        mesh = panels(charts, course, course.cut(drop), least=max(12, 2 * k))
        operator = green(mesh)
        limit = math.log(c.essential) + operator.log_unit
        values, functions, residuals = eigenpairs(operator, k, log_limit=limit)
        leak = _leak(operator, functions[0], mesh.cut)
        if leak <= NEGLIGIBLE:
            break
        drop *= DEEPEN
    logs = -np.log(values) - operator.log_unit
    return Solution(c, mesh, operator, logs, functions, residuals, leak)


def _first_drop(c):
    """Guess how deep a power tail must be followed, so that one solve is enough."""
    drop = DROP
    for end in (c.left, c.right):
        if end.kind == "infinite" and end.order == 2 and end.drift_order == -1:
            margin = abs(1.0 + end.ratio)  # f ~ x: f^2 pi x ~ x^-margin
            drop = max(drop, min(500.0, 38.0 * (1.0 - end.ratio) / max(margin, 1e-3)))
    return drop


def _leak(operator, f, cut):
    weight = (operator.weights * f * f).sum(axis=1)
    left = weight[operator.split - 1] if cut[0] and operator.split else 0.0
    return float(max(left, weight[-1] if cut[1] else 0.0))
