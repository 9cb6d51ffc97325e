"""From a generator to its leading eigenpairs: cut, mesh, iterate, and deeper if need be.

The truncated problem reflects at the cuts. Its eigenvalues decrease to the true ones as the cuts
move out, so the cuts move until the eigenfunctions do not feel them and what is cut off relaxes
faster than all that is sought.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.core.errors import NotErgodicError
from explorer.generators.charts import layout
from explorer.generators.classify import Classification, classify
from explorer.generators.cuts import cut
from explorer.generators.generator import Generator
from explorer.generators.mesh import SWING, panels
from explorer.generators.metastable import LogBounds, log_hardy
from explorer.generators.probe import probe
from explorer.generators.solution import Solution, solve_on

DROP = 70.0  # nats at which a tail is cut at first
DEEPEN = 2.2
DEEPEST = 600.0
NEGLIGIBLE = 1e-15  # share of f_1^2 pi in an end panel that is left there
FEEBLE = 1e-13  # the same for the other functions
SPARE = 0.3  # nats by which the probe may overrate the relaxation of a tail
ATTEMPTS = 4
MARGIN = 0.3  # in xi: a cut moved by less has not moved
SPREAD = 1e-6  # share of f_1^2 pi in an end panel from which f_1 itself lives in the tail


def solve(
    g: Generator,
    k: int = 1,
    *,
    classification: Classification | None = None,
    drop: float | None = None,
    swing: float = SWING,
) -> Solution | LogBounds:
    """Return the leading eigenpairs of ``-L``, or bounds alone where doubles cannot hold them.

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
    InputError
        If the coefficients differ in size by more than doubles can hold.

    Examples
    --------
    >>> solution = solve(Generator("1", "-x"), k=2)
    >>> np.exp(solution.log_eigenvalues).round(12).tolist()
    [1.0, 2.0]
    """
    c = classification or classify(g)
    if not c.exponentially_ergodic:
        raise NotErgodicError(c.reason, c)
    with np.errstate(all="ignore"):  # tails overflow, and are cut; results are checked
        try:
            first_drop = drop or (DROP if c.continuous else _first_drop(c, k))
            solution = _Depths(g, c, k, swing).solve(first_drop)
        except np.linalg.LinAlgError:  # numbers out of range
            solution = None
        return solution or log_hardy(g, _degenerate(c), DROP)  # a Solution is never false


class _Depths:
    """One generator, cut at several depths."""

    def __init__(self, g: Generator, c: Classification, k: int, swing: float) -> None:
        self.g, self.c, self.k, self.swing = g, c, k, swing
        self.charts = layout(g, _degenerate(c))
        self.course = probe(self.charts)
        self.cuts = (None, None)
        self.slopes = (_entrance_slope(c.left), _entrance_slope(c.right))

    def solve(self, drop: float) -> Solution | None:
        """Return the first solution that is deep enough, None where doubles cannot hold it."""
        self.move(drop, -math.inf)
        solution = self.attempt()
        for _ in range(ATTEMPTS):
            if solution is None or solution.is_final:
                break
            drop, solution = self.deeper(solution, drop)
        return solution

    def deeper(self, solution: Solution, drop: float) -> tuple[float, Solution | None]:
        """Return depth and solution of the next try; a final one, or None, if there is none."""
        logs, leaks, solved = solution.log_eigenvalues, solution.leaks, self.cuts
        first = leaks[0] > NEGLIGIBLE
        wishes = ((len(logs), first or leaks.max() > FEEBLE), (1, first))
        for sought, leaking in wishes:
            depth = min(drop * DEEPEN, DEEPEST) if leaking else drop
            self.cuts = solved
            if not self.move(depth, float(logs[sought - 1])):
                return depth, solution.final(sought)
            better = self.attempt()
            if better is not None:
                return depth, better
        # What must be kept spans more than doubles hold. If the first function reaches the cut, a
        # deeper one helps; if it does not, another lives in the tail.
        depth, self.cuts = min(drop * DEEPEN, DEEPEST), solved
        if leaks[0] < SPREAD:
            return depth, None
        better = self.attempt() if self.move(depth, -math.inf) else None
        return depth, better or solution.final(1)

    def move(self, drop: float, log_rate: float) -> bool:
        """Move the cuts; return whether one moved out clearly."""
        before = self.cuts
        spare = SPARE if math.isinf(self.c.essential) else 0.0  # power tails' rates are exact
        self.course, self.cuts = cut(
            self.charts, self.course, drop, log_rate=log_rate + spare, slopes=self.slopes
        )
        return _further(self.cuts, before)

    def attempt(self) -> Solution | None:
        """Solve between the cuts."""
        least = max(12, 2 * self.k)
        mesh = panels(
            self.charts, self.course, self.cuts, slopes=self.slopes, least=least, swing=self.swing
        )
        solution = mesh and solve_on(mesh, self.g, self.c, self.k)
        return solution and solution.at_threshold()


def _degenerate(c):
    return c.left.kind == "degenerate", c.right.kind == "degenerate"


def _entrance_slope(end):
    """Return how fast ``ell`` falls towards an end that is reached in finite Lamperti length.

    0 for other ends, and where a power tail falls fast enough to be dropped.
    """
    if end.kind == "degenerate" and end.order == 1:
        return end.ratio  # pi ~ y^(g - 1)
    if end.kind == "infinite" and end.order > 2 and end.drift_order <= -1:
        slope = end.order - 1.0 - (end.ratio if end.drift_order == -1 else 0.0)
        return slope if slope < 1.0 else 0.0
    return 0.0


def _first_drop(c, k):
    """Guess how deep a power tail must be followed, so that one solve is enough.

    Where ``a ~ A x^2`` and ``b ~ g A x``, the n-th function grows at most like ``x^n``, so that
    ``f^2 pi x`` falls like ``x^-margin``, ``margin = 1 - g - 2 n``, while ``pi x`` falls like
    ``x^(g - 1)``.
    """
    drop = DROP
    for end in (c.left, c.right):
        power = 4 - end.order if end.kind == "degenerate" else end.order
        if end.kind != "regular" and power == 2 and end.drift_order == -1:
            slope = 1.0 - end.ratio
            n = min(k, max(1, math.ceil(0.5 * slope) - 1))
            for order, depth in ((1, 40.0), (n, 34.0)):
                drop = max(drop, min(depth * slope / max(slope - 2.0 * order, 0.05), DEEPEST))
    return drop


def _further(cuts, before):
    """Return whether new cuts lie clearly outside the old ones."""
    (left, right), (old_left, old_right) = cuts, before
    more_left = old_left and (left is None or left[:2] < (old_left.chart, old_left.xi - MARGIN))
    more_right = old_right and (
        right is None or right[:2] > (old_right.chart, old_right.xi + MARGIN)
    )
    return bool(more_left or more_right)
