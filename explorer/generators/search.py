"""The walk of ``tune``: damped Gauss-Newton on ``log Lambda(c) = log target``.

One equation in several unknowns: each step takes the shortest way, in coefficients measured in
their natural units, with the exact derivative. A step into a refused region is shortened.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from explorer.core.errors import InputError, NotErgodicError
from explorer.generators.coefficient import Coefficient, value_of, with_values
from explorer.generators.pace import Pace, pace
from explorer.generators.pace_gradient import pace_gradient

TOLERANCE = 1e-10  # of log Lambda
MAX_STEPS = 100
FLAT = 1e-6  # derivative of log Lambda per natural unit that gives no direction
NUDGE = 0.05  # natural units
FARTHEST = 1e3  # natural units
REFUSED = 1e3  # stands for log(Lambda / target) where there is no Lambda


class Search:
    """One search, in natural units ``u`` from the start; remembers each place it went to."""

    def __init__(self, start: Pace, wanted: float, free: tuple[Coefficient, ...]) -> None:
        self.start, self.wanted, self.free = start, wanted, free
        self.visited = [start]
        self.last = start
        self.refusal = ""
        law = start.moments
        noise, deviation = law.noise_power or 1.0, math.sqrt(law.variance or 1.0)
        powers = np.array([c.power + (c.which == "b") for c in free])
        self.units = noise / deviation**powers  # a ~ E[a] and b ~ E[a]/sd at one sd
        self.origin = np.array([value_of(start.generator, c) for c in free])

    def run(self) -> None:
        """Walk until the target is met or no step helps; keep the walk that came closest."""
        walks = []
        for u in self._beginnings():
            self.visited = [self.start]
            if not self.met():
                self._walk(u)
            walks.append(self.visited)
            if self.met():
                return
        self.visited = min(walks, key=lambda walk: self._off(walk[-1]))

    def _beginnings(self) -> list[np.ndarray]:
        """Return the start, or small steps off it where it is stationary, best first.

        At a summit of ``Lambda``, as for every affine drift, the derivative shows no way down.
        """
        n = len(self.free)
        here = np.zeros(n)
        if np.abs(pace_gradient(self.start, self.free) * self.units).max() >= FLAT:
            return [here]
        steps = [sign * NUDGE * row for row in np.eye(n) for sign in (-1.0, 1.0)]
        away = {i: abs(self._distance(u)) for i, u in enumerate(steps)}
        limit = self._off(self.start) - FLAT
        return [steps[i] for i in sorted(away, key=away.__getitem__) if away[i] < limit] or [here]

    def _walk(self, u: np.ndarray) -> None:
        n = len(self.free)
        u = self._descend(u, np.ones(n, dtype=bool))
        for held in range(n if n > 1 else 0):  # a refused region may block one direction only
            if not self.met():
                u = self._descend(u, np.arange(n) != held)

    def _descend(self, u: np.ndarray, moving: np.ndarray) -> np.ndarray:
        """Solve ``log Lambda = log target`` from ``u`` in the moving coefficients.

        Of scipy's methods ``dogbox`` takes shortest Gauss-Newton steps where there are more
        unknowns than equations; a huge residual quarters a step.
        """
        from scipy.optimize import least_squares

        def place(v: np.ndarray) -> np.ndarray:
            full = u.copy()
            full[moving] += v
            return full

        def residual(v: np.ndarray) -> np.ndarray:
            distance = self._distance(place(v))
            return np.array([distance if math.isfinite(distance) else REFUSED])

        def slope(v: np.ndarray) -> np.ndarray:
            self._pace_at(place(v))
            return (pace_gradient(self.last, self.free) * self.units)[None, moving]

        def accepted(intermediate_result: Any) -> None:
            self._pace_at(place(intermediate_result.x))
            if self.last.generator != self.visited[-1].generator:
                self.visited.append(self.last)
            if self.met():
                raise StopIteration

        rule: Any = slope  # scipy's annotation knows names of finite differences only
        found = least_squares(
            residual, np.zeros(moving.sum()), jac=rule, method="dogbox", callback=accepted,
            ftol=1e-15, xtol=1e-10, gtol=1e-15, max_nfev=MAX_STEPS,
        )  # fmt: skip
        return place(found.x)

    def _pace_at(self, u: np.ndarray) -> Pace | None:
        """Return the pace, None where the generator is refused or has no derivative."""
        if np.abs(u).max() > FARTHEST:
            self.refusal = "The coefficients leave every sensible size."
            return None
        values = dict(zip(self.free, self.origin + u * self.units, strict=True))
        try:
            moved = with_values(self.start.generator, values)
            found = self.last if self.last.generator == moved else pace(moved)
        except InputError as error:
            self.refusal = error.problem
            return None
        except NotErgodicError as error:
            positive = error.classification.end != "inside"
            self.refusal = error.reason if positive else "a would vanish or be negative."
            return None
        if found.solution is None or not found.efficiency:
            self.refusal = "Λ is undefined or metastable there."
            return None
        self.last = found
        return found

    def _distance(self, u: np.ndarray) -> float:
        """Return ``log(Lambda / target)``, nan where there is none."""
        p = self._pace_at(u)
        return math.log(p.efficiency / self.wanted) if p and p.efficiency else math.nan

    def _off(self, p: Pace) -> float:
        return abs(math.log((p.efficiency or math.inf) / self.wanted))

    def met(self) -> bool:
        """Tell whether the last place has the wanted ``Lambda``."""
        return self._off(self.visited[-1]) <= TOLERANCE
