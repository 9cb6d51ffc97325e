"""Leading eigenpairs of a generator on one mesh."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from explorer.generators.classify import Classification
from explorer.generators.generator import Generator
from explorer.generators.green import Green, green
from explorer.generators.mesh import Mesh
from explorer.generators.oscillation import has_state_below
from explorer.generators.subspace import eigenpairs

LOBE = 1e-3  # share of its largest f sqrt(pi) from which a function counts


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
        Estimated relative errors of the eigenvalues of the truncated problem.
    leaks : numpy.ndarray, shape (k,)
        Shares of ``f^2 dpi`` in the end panels of cut tails.
    beyond : numpy.ndarray, shape (0 or 1, P, 20)
        The next function, roughly.
    is_final : bool
        Whether the cuts need not, or cannot, move out.
    is_continuum : bool
        Whether no eigenvalue lies below the essential spectrum, so that its bottom is the gap.
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
    is_final: bool = False
    is_continuum: bool = False

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

    def final(self, k: int) -> Solution:
        """Return the solution with its first ``k`` eigenpairs, and no wish to go deeper."""
        rest = self.functions[k : k + 1] if len(self.functions) > k else self.beyond
        return replace(
            self,
            log_eigenvalues=self.log_eigenvalues[:k],
            functions=self.functions[:k],
            residuals=self.residuals[:k],
            errors=self.errors[:k],
            leaks=self.leaks[:k],
            beyond=rest,
            is_final=True,
        )

    def at_threshold(self) -> Solution:
        """Return the solution, final if surely no eigenvalue lies below ``essential``."""
        c = self.classification
        if c.continuous:
            return replace(self, is_final=True, is_continuum=True)
        at_left = c.left.essential == c.essential
        end = c.left if at_left else c.right
        both = at_left and c.right.essential == c.essential
        if self.log_eigenvalues[0] < math.log(c.essential) or both or end.kind == "regular":
            return self
        slope = 1.0 - (end.ratio if end.drift_order == -1 else 0.0)
        bottom = c.essential * self.unit
        if has_state_below(self.mesh, self.green, bottom, slope, at_left=at_left) is not False:
            return self
        return replace(self, is_final=True, is_continuum=True)


def solve_on(mesh: Mesh, g: Generator, c: Classification, k: int) -> Solution | None:
    """Return the leading eigenpairs on a mesh, None where doubles fail."""
    operator = green(mesh)
    pairs = eigenpairs(operator, k, log_limit=math.log(c.essential) + operator.log_unit)
    logs = -np.log(pairs.values) - operator.log_unit
    if not np.isfinite(logs).all():
        return None
    return Solution(
        generator=g,
        classification=c,
        mesh=mesh,
        green=operator,
        log_eigenvalues=logs,
        functions=_oriented(pairs.functions, operator),
        residuals=pairs.residuals,
        errors=pairs.errors,
        leaks=_leaks(operator, pairs.functions, mesh.cut),
        beyond=pairs.beyond,
    )


def _leaks(operator, functions, cuts):
    """Return the share of ``f^2 dpi`` in the end panel of a tail that was dropped, the larger."""
    share = np.zeros(len(functions))
    ends = zip(cuts, operator.lump, (operator.split - 1, -1), strict=True)
    for is_cut, lump, panel in ends:
        if is_cut and not lump:
            weight = operator.weights[panel]
            share = np.maximum(share, functions[:, panel] ** 2 @ weight)
    return share


def _oriented(functions, operator):
    """Give functions the sign that makes them increase, from below 0, at the left end."""
    size = operator.ordered(functions * np.sqrt(operator.weights))
    share = np.abs(size) / np.abs(size).max(axis=1, keepdims=True)
    lobe = np.argmax(share > LOBE, axis=1)  # what lies outside the first lobe is rounding
    return functions * -np.sign(size[np.arange(len(size)), lobe])[:, None, None]
