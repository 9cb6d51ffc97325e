"""The derivative of ``log Lambda`` in every coefficient, in one pass over a solved mesh.

With ``dC = int (db/a - b da/a^2)`` (any base point) and ``w = dC - da/a``, so that
``d E_pi[h] = Cov_pi(h, w)`` for fixed ``h``:

    d log gap = E_e[dC] - E_{f^2 pi}[dC - da/a],
    d Var = Cov_pi((x - m)^2, w),    d E[a] = E_pi[da] + Cov_pi(a, w),
    d log Lambda = d log gap + d Var / Var - d E[a] / E[a],

where ``e = lambda1 e^{-C} Z flux^2 dx`` is the normalised energy density of the eigenfunction.
All three are integrals of ``dC`` and ``da/a`` against densities that do not depend on the
coefficient. Where the gap is the bottom of the essential spectrum its closed form is
differentiated instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.classify import classify
from explorer.generators.coefficient import Coefficient, value_of, with_values
from explorer.generators.gradient import from_median, laws
from explorer.generators.pace import Pace
from explorer.generators.quadrature import WEIGHTS

STEP = 1e-5  # relative, for the closed form of the essential spectrum


def pace_gradient(p: Pace, coefficients: Sequence[Coefficient]) -> np.ndarray:
    """Return ``d log Lambda / d coefficient``, shape (n,).

    Parameters
    ----------
    p : Pace
        Of a generator whose ``Lambda`` is defined.
    coefficients : sequence of Coefficient
        None of them may move a zero of ``a`` at an end of the domain.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> from explorer.generators.pace import pace
    >>> slope = pace_gradient(pace(Generator("1", "-x-x^3")), [Coefficient("b", 3)])
    >>> slope.round(6).tolist()
    [0.013656]
    """
    with np.errstate(all="ignore"):  # far tails overflow where they have no weight
        densities = _Densities(p)
        return np.array([densities.derivative(c) for c in coefficients])


@dataclass(frozen=True, slots=True)
class _Tail:
    """What a power tail ``pi ~ |x|^-exponent`` adds beyond the last node.

    There ``w`` grows like ``w(X) + kappa log(x/X)``, so that for ``h ~ |x|^m`` and
    ``s = exponent - m - 1`` the integral of ``h w dpi`` is ``X h pi (w/s + kappa/s^2)``, up to a
    relative error ``1/X``.
    """

    exponent: float
    index: int
    order: int
    square: float  # |x| pi (x - m)^2 / Var at the last node
    power: float  # |x| pi a / E[a]

    def beyond(self, c: Coefficient, w: np.ndarray, climb: np.ndarray, ratio: np.ndarray) -> float:
        """Return the part of ``d log Lambda`` that lies beyond the last node."""
        if c.power > self.order - (c.which == "b"):  # the move would change the tail itself
            return 0.0
        i, r = self.index, ratio.flat[self.index]
        kappa = climb.flat[i] - (c.power - self.order) * r
        total = 0.0
        for part, m in ((self.square, 2), (-self.power, self.order)):
            s = self.exponent - m - 1
            total += part * (w.flat[i] / s + kappa / s**2)
        return total - self.power * r / (self.exponent - c.power - 1)


class _Densities:
    """Node weights against which ``dC``, ``da/a`` and ``da`` are summed."""

    def __init__(self, p: Pace) -> None:
        solution, law = p.solution, p.moments
        if solution is None or law.mean is None or not law.variance or not law.noise_power:
            raise ValueError("Lambda has no derivative here: see Pace.")
        self.pace, self.solution, self.mesh = p, solution, solution.mesh
        self.x, self.a, self.b, self.noise = self.mesh.x, self.mesh.a, self.mesh.b, law.noise_power
        green = solution.green
        self.pi = green.ordered(green.weights).reshape(self.a.shape)
        self.square = (self.mesh.t - (law.mean - self.mesh.anchor)) ** 2 / law.variance
        self.tails = self._tails()
        spread = self.pi * (self.square - self.a / law.noise_power)
        rate, energy = laws(solution) if p.is_eigenvalue else (0.0, 0.0)
        self.on_C = spread + energy - rate
        self.on_a = rate - spread

    def _tails(self) -> list[_Tail]:
        c, tails = self.pace.classification, []
        for end, i in ((c.left, 0), (c.right, -1)):
            if end.kind == "infinite" and end.drift_order < 0:
                exponent = end.order - (end.ratio if end.drift_order == -1 else 0.0)
                width = self.mesh.dx.flat[i] * WEIGHTS[i]
                mass = abs(self.mesh.t.flat[i]) * self.pi.flat[i] / width
                square, power = mass * self.square.flat[i], mass * self.a.flat[i] / self.noise
                tails.append(_Tail(exponent, i, end.order, square, power))
        return tails

    def derivative(self, c: Coefficient) -> float:
        """Return ``d log Lambda`` for one coefficient."""
        power = self.x**c.power
        ratio = power / self.a if c.which == "a" else np.zeros_like(power)
        slope = -self.b / self.a * ratio if c.which == "a" else power / self.a
        dC = from_median(self.solution, slope)
        change = (dC * self.on_C + ratio * self.on_a).sum()
        if c.which == "a":
            change -= (self.pi * power).sum() / self.noise
        change += sum(tail.beyond(c, dC - ratio, self.x * slope, ratio) for tail in self.tails)
        return float(change + self._threshold(c))

    def _threshold(self, c: Coefficient) -> float:
        """Return ``d log essential`` where that is the gap."""
        if self.pace.is_eigenvalue:
            return 0.0
        g, value = self.pace.generator, value_of(self.pace.generator, c)
        step = STEP * max(abs(value), STEP)
        above, below = (
            classify(with_values(g, {c: value + sign * step})).essential for sign in (1, -1)
        )
        if not 0.0 < above < math.inf or not 0.0 < below < math.inf:
            problem = (
                f"The gap is the edge of a continuous spectrum, which moving {c.name} removes."
            )
            raise InputError("free", problem, "Let another coefficient move.")
        return math.log(above / below) / (2 * step)
