"""What happens at one end of the domain, from leading terms alone.

Infinite end: ``a ~ A x^p``, ``b ~ B x^q``, with ``d = q - p`` and ``g = B / A``; at ``-inf``
after ``x -> -x``. The drift wins for ``d >= 0``, balances for ``d = -1``, and is negligible for
``d < -1``. Finite end, ``y`` the distance into the domain: ``a(end) > 0`` reflects; ``a ~ a1 y``
is decided by ``g = b / a1``; ``a ~ am y^m`` with ``m >= 2`` goes to infinity by ``u = 1/y``, where
``a -> a u^4`` and ``b -> 2 a u^3 - b u^2``.

The essential spectrum of an end starts at the limit of the Schroedinger potential in the
coordinate ``z = int dx / sqrt(a)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.generators.expansion import TOLERANCE, Expansion


@dataclass(frozen=True, slots=True)
class EndReport:
    """One end of the domain.

    Attributes
    ----------
    position : float
        The end, possibly infinite.
    kind : str
        ``"infinite"``, ``"regular"`` (finite, ``a > 0``) or ``"degenerate"`` (finite, ``a = 0``).
    type : str
        Feller's type: ``"regular"``, ``"entrance"``, ``"exit"`` or ``"natural"``; ``"undefined"``
        where ``a`` is not positive.
    order : int
        ``p`` at an infinite end, the order ``m`` of vanishing of ``a`` at a finite one.
    drift_order, ratio : float
        ``d`` (``-inf`` without drift) and ``g``; for ``m >= 2`` those of the coordinate
        ``u = 1/y``, for ``m = 1`` ratio is ``b / a1``.
    mass_finite, scale_infinite : bool
        Whether the speed measure is finite and the scale measure infinite at this end.
    explosive : bool
        Whether paths reach the end in finite time and are lost there.
    strong : bool
        Whether paths come in from the end in bounded mean time (entrance or reflecting).
    essential : float
        Bottom of the essential spectrum that this end contributes, inf if none.
    variance_finite, noise_power_finite : bool
        Whether ``E_pi[x^2]`` and ``E_pi[a]`` converge at this end.
    """

    position: float
    kind: str
    type: str
    order: int
    drift_order: float
    ratio: float
    mass_finite: bool
    scale_infinite: bool
    explosive: bool
    strong: bool
    essential: float
    variance_finite: bool = True
    noise_power_finite: bool = True

    @property
    def reflecting(self) -> bool:
        """Whether paths reach this end and are sent back (a choice, made for every such end)."""
        return self.kind != "infinite" and self.type == "regular"

    @property
    def acceptable(self) -> bool:
        """Whether the end allows a stationary law."""
        return self.reflecting or (self.mass_finite and self.scale_infinite and not self.explosive)


def infinite_end(a: Sequence[float], b: Sequence[float], *, side: int) -> EndReport:
    """Report on the end at ``side * inf``, given increasing coefficients in ``x``.

    Examples
    --------
    >>> infinite_end([1.0], [0.0, -1.0], side=1).essential
    inf
    """
    p, q = len(a) - 1, len(b) - 1
    A = -a[p] if side < 0 and p % 2 else a[p]
    B = -b[q] if side < 0 and q % 2 == 0 else b[q]
    return _at_infinity(side * math.inf, "infinite", p, _Tail(A, p, B, q))


def finite_end(a: Expansion, b: Expansion, *, side: int) -> EndReport:
    """Report on a finite end, given expansions in the distance ``y`` from it.

    ``b`` is expanded without its sign: ``side = +1`` (the right end) turns it here.
    """
    m, b_at_end = a.order, -side * b.coefficients[0]
    if m == 0:
        return EndReport(
            a.position, "regular", "regular", 0, 0.0, 0.0, True, False, False, True, math.inf
        )
    if m == 1:
        return _linear_end(a, _snap(b_at_end / a.coefficients[1]))
    return _at_infinity(a.position, "degenerate", m, _inverted(a, b, side))


def undefined_end(position: float) -> EndReport:
    """Report on an end of a domain where ``a`` is not positive: nothing can be said."""
    kind = "infinite" if math.isinf(position) else "degenerate"
    no = (False, False, False, False, 0.0, False, False)
    return EndReport(position, kind, "undefined", 0, 0.0, 0.0, *no)


def _linear_end(a: Expansion, g: float) -> EndReport:
    kind = "entrance" if g >= 1 else "regular" if g > 0 else "exit"
    exits = kind == "exit"
    return EndReport(
        a.position, "degenerate", kind, 1, -1.0, g, g > 0, g >= 1, exits, not exits, math.inf
    )


@dataclass(frozen=True, slots=True)
class _Tail:
    """Leading terms ``A x^p`` and ``B x^q`` at infinity; ``B = 0`` is no drift at all."""

    A: float
    p: int
    B: float
    q: int

    @property
    def d(self) -> float:
        return self.q - self.p if self.B else -math.inf

    @property
    def g(self) -> float:
        return _snap(self.B / self.A)


def _inverted(a: Expansion, b: Expansion, side: int) -> _Tail:
    """Return the leading terms in ``u = 1/y`` at an end where ``a ~ am y^m``, ``m >= 2``."""
    m, k = a.order, b.order
    am, p = a.coefficients[a.order], 4 - a.order
    if k == len(b.coefficients) or k > m - 1:
        return _Tail(am, p, 2 * am, p - 1)
    bk = -side * b.coefficients[k]
    if k < m - 1:
        return _Tail(am, p, -bk, 2 - k)
    return _Tail(am, p, 2 * am - bk, p - 1)  # should they cancel, g = 0 and no drift agree


def _at_infinity(position: float, kind: str, order: int, tail: _Tail) -> EndReport:
    if tail.d >= 0:
        decided = _drift_wins(tail)
    elif tail.d == -1:
        decided = _drift_balances(tail)
    else:
        decided = _drift_negligible(tail)
    variance_finite, noise_power_finite = True, True
    if kind == "infinite":
        variance_finite, noise_power_finite = _moments(tail)
    return EndReport(
        position=position,
        kind=kind,
        type=_feller_type(decided),
        order=order,
        drift_order=tail.d,
        ratio=tail.g,
        mass_finite=decided.mass,
        scale_infinite=decided.scale,
        explosive=decided.explosive,
        strong=decided.strong,
        essential=decided.essential,
        variance_finite=variance_finite and decided.mass,
        noise_power_finite=noise_power_finite and decided.mass,
    )


@dataclass(frozen=True, slots=True)
class _Decided:
    """A row of the table: mass finite, scale infinite, explosive, strong, essential spectrum."""

    mass: bool
    scale: bool
    explosive: bool
    strong: bool
    essential: float


def _drift_wins(tail: _Tail) -> _Decided:
    inward = tail.B < 0
    essential = _threshold(2 * tail.q - tail.p, tail.B * (tail.B / tail.A) / 4)
    return _Decided(inward, inward, not inward and tail.q > 1, inward and tail.q > 1, essential)


def _drift_balances(tail: _Tail) -> _Decided:
    g, p = tail.g, tail.p
    mass, scale = g - p < -1, g <= 1
    essential = _threshold(p - 2, tail.A * (1 - g) * (1 - g) / 4)
    return _Decided(mass, scale, not scale and p > 2, mass and scale and p > 2, essential)


def _drift_negligible(tail: _Tail) -> _Decided:
    p = tail.p
    return _Decided(p > 1, True, False, p > 2, _threshold(p - 2, tail.A / 4))


def _threshold(exponent: int, limit: float) -> float:
    """Return the limit of a potential that grows as ``limit * x^exponent``."""
    if exponent > 0:
        return math.inf
    return limit if exponent == 0 else 0.0


def _moments(tail: _Tail) -> tuple[bool, bool]:
    """Return whether the variance and ``E_pi[a]`` converge where the mass does."""
    if tail.d >= 0:
        return True, True
    if tail.d == -1:
        return tail.g < tail.p - 3, tail.g < -1
    return tail.p > 3, False


def _feller_type(decided: _Decided) -> str:
    if decided.explosive:
        return "regular" if decided.mass else "exit"
    return "entrance" if decided.strong else "natural"


def _snap(g: float) -> float:
    """Return ``g``, or the whole number it equals up to rounding: all thresholds are whole."""
    nearest = float(round(g)) if abs(g) < 1e15 else g
    return nearest if abs(g - nearest) <= TOLERANCE * max(1.0, abs(g)) else g
