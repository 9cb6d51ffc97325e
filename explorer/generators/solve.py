"""From a generator to its leading eigenpairs: cut, mesh, Green operator, iteration, deeper again.

The truncated problem reflects at the cuts. Its eigenvalues decrease to the true ones as the cuts
move out, so the cuts move until the eigenfunctions no longer feel them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import NotErgodicError
from explorer.generators.charts import layout
from explorer.generators.classify import Classification, classify
from explorer.generators.cuts import cut
from explorer.generators.generator import Generator
from explorer.generators.green import Green, green
from explorer.generators.mesh import SWING, Mesh, panels
from explorer.generators.metastable import LogBounds, log_hardy
from explorer.generators.probe import probe
from explorer.generators.subspace import eigenpairs

DROP = 70.0  # nats at which a tail is cut at first
DEEPEN = 2.2
DEEPEST = 600.0
NEGLIGIBLE = 1e-15  # share of f_1^2 pi in an end panel that is left there
FEEBLE = 1e-13  # the same for the other functions
ATTEMPTS = 5
MARGIN = 0.1  # in xi: a cut moved by less has not moved


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Leading eigenpairs of a generator on one mesh.

    Parameters
    ----------
    generator : Generator
    classification : Classification
    mesh : Mesh
    green : Green
    log_eigenvalues : numpy.ndarray, shape (k,)
        ``log lambda_1 <= log lambda_2 ...``, at least one.
    functions : numpy.ndarray, shape (k, P, 20)
        Eigenfunctions on outward panels, ``E_pi f^2 = 1``, negative at the left end.
    residuals : numpy.ndarray, shape (k,)
        ``|lambda G f - f|``.
    errors : numpy.ndarray, shape (k,)
        Estimated relative errors of the eigenvalues.
    leaks : numpy.ndarray, shape (k,)
        Shares of ``f^2 dpi`` in the end panels of cut tails.
    beyond : numpy.ndarray, shape (0 or 1, P, 20)
        The next function, roughly.
    """

    generator: Generator
    classification: Classification
    mesh: Mesh
    green: Green
    log_eigenvalues: np.ndarray
    functions: np.ndarray
    residuals: np.ndarray
    errors: np.ndarray
    leaks: np.ndarray
    beyond: np.ndarray

    @property
    def unit(self) -> float:
        """Unit of the Green operator: its eigenvalues are ``1 / (unit lambda)``."""
        return math.exp(self.green.log_unit)

    @property
    def value(self) -> float:
        """The first eigenvalue of the Green operator, ``1 / (unit lambda_1)``."""
        return math.exp(-self.log_eigenvalues[0] - self.green.log_unit)

    @property
    def ratio(self) -> float:
        """``lambda_2 / lambda_1``, roughly where ``lambda_2`` is not among the eigenvalues."""
        if len(self.log_eigenvalues) > 1:
            return math.exp(min(self.log_eigenvalues[1] - self.log_eigenvalues[0], 600.0))
        if not len(self.beyond):
            return 2.0
        f = self.beyond[0]
        rayleigh = self.green.mean(f * self.green(f)) / self.green.mean(f * f)
        return float(self.value / rayleigh) if rayleigh > 0.0 else 2.0


def solve(
    g: Generator,
    k: int = 1,
    *,
    classification: Classification | None = None,
    drop: float | None = None,
    swing: float = SWING,
) -> Solution | LogBounds:
    """Return the leading eigenpairs of ``-L``, or bounds alone where it is metastable.

    Parameters
    ----------
    g : Generator
    k : int
        Eigenvalues sought.
    classification : Classification, optional
        Of ``g``, if at hand.
    drop, swing : float
        Depth of the first cut, and nats per panel: to check a result against a finer one.

    Raises
    ------
    NotErgodicError
        If there is no exponential rate.

    Examples
    --------
    >>> solution = solve(Generator("1", "-x"), k=2)
    >>> np.exp(solution.log_eigenvalues).round(12).tolist()
    [1.0, 2.0]
    """
    c = classification or classify(g)
    if not c.exponentially_ergodic:
        raise NotErgodicError(c.reason, c)
    ends = (c.left.kind == "degenerate", c.right.kind == "degenerate")
    with np.errstate(all="ignore"):  # tails overflow, and are cut; results are checked
        try:
            solution = _solve(g, k, c, ends, drop, swing)
        except np.linalg.LinAlgError:  # numbers out of range
            solution = None
        return solution or log_hardy(g, ends, DROP)  # a Solution is never false


def _solve(g, k, c, ends, drop, swing):
    """Return the solution on the first mesh that is deep enough, None where doubles fail."""
    charts = layout(g, ends)
    course = probe(charts)
    drop = drop or (DROP if c.continuous else _first_drop(c, k))
    cuts, solution = cut(course, drop), None
    for _ in range(ATTEMPTS):
        mesh = panels(charts, course, cuts, least=max(12, 2 * k), swing=swing)
        if mesh is None:
            break
        operator = green(mesh)
        pairs = eigenpairs(operator, k, log_limit=math.log(c.essential) + operator.log_unit)
        logs = -np.log(pairs.values) - operator.log_unit
        if not np.isfinite(logs).all():
            break
        leaks = _leaks(operator, pairs.functions, mesh.cut)
        functions = _oriented(pairs.functions, operator.split)
        solution = Solution(
            g,
            c,
            mesh,
            operator,
            logs,
            functions,
            pairs.residuals,
            pairs.errors,
            leaks,
            pairs.beyond,
        )
        if leaks[0] > NEGLIGIBLE or leaks.max() > FEEBLE:
            drop = min(drop * DEEPEN, DEEPEST)
        before, cuts = cuts, cut(course, drop, logs[-1])
        if c.continuous or not _further(cuts, before):
            break
    return solution


def _first_drop(c, k):
    """Guess how deep a power tail must be followed, so that one solve is enough.

    Where ``a ~ A x^2`` and ``b ~ g A x``, the n-th function grows at most like ``x^n``, so that
    ``f^2 pi x`` falls like ``x^-margin``, ``margin = 1 - g - 2 n``, while ``pi x`` falls like
    ``x^(g - 1)``.
    """
    drop = DROP
    for end in (c.left, c.right):
        order = 4 - end.order if end.kind == "degenerate" else end.order
        if end.kind != "regular" and order == 2 and end.drift_order == -1:
            slope = 1.0 - end.ratio
            n = min(k, max(1, math.ceil(0.5 * slope) - 1))
            drop = max(drop, min(40.0 * slope / max(slope - 2.0 * n, 0.05), DEEPEST))
    return drop


def _leaks(operator, functions, cuts):
    """Return the share of ``f^2 dpi`` in the end panel of each cut tail, the larger of both."""
    share = np.zeros(len(functions))
    for is_cut, panel in zip(cuts, (operator.split - 1, -1), strict=True):
        if is_cut:
            weight = operator.weights[panel]
            share = np.maximum(share, functions[:, panel] ** 2 @ weight)
    return share


def _oriented(functions, split):
    """Give functions the sign that makes them increase, from below 0, at the left end."""
    left = functions[:, split - 1, -1] if split else functions[:, 0, 0]
    return functions * -np.sign(left)[:, None, None]


def _further(cuts, before):
    """Return whether new cuts lie clearly outside the old ones."""
    (left, right), (old_left, old_right) = cuts, before
    more_left = old_left and (left is None or left < (old_left[0], old_left[1] - MARGIN))
    more_right = old_right and (right is None or right > (old_right[0], old_right[1] + MARGIN))
    return bool(more_left or more_right)
