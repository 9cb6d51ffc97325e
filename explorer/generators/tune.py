"""Inverse design: move chosen coefficients until the gap at fixed variance and noise is as wanted.

Scaling ``x`` and running time faster set ``Var_pi(X)`` and ``E_pi[a]`` to anything without
touching the shape, and ``Lambda = gap Var / E[a]`` stays. So a wish for the gap at fixed ``Var``
and ``E[a]`` is a wish for ``Lambda``, and ``Lambda <= 1``: put ``f = x`` into
``gap = inf E[a f'^2] / Var(f)``.

One equation ``log Lambda(c) = log target`` in several unknowns: damped Gauss-Newton with the exact
derivative, which takes the shortest way in coefficients measured in their natural units. A step
into a refused region is shortened. Reference: generators.md 15.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import InputError, NotErgodicError
from explorer.generators.coefficient import Coefficient, named, value_of, with_values
from explorer.generators.generator import Generator
from explorer.generators.normalise import rescale, time_change
from explorer.generators.pace import Pace, pace
from explorer.generators.pace_gradient import pace_gradient

TOLERANCE = 1e-10  # of log Lambda
MAX_STEPS = 100
FLAT = 1e-6  # derivative of log Lambda per natural unit that gives no direction
NUDGE = 0.05  # natural units
FARTHEST = 1e3  # natural units
REFUSED = 1e3  # stands for log(Lambda / target) where there is no Lambda


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """What the optimiser did.

    Attributes
    ----------
    generator : Generator
        The last one visited: the start with its free coefficients moved, nothing else.
    at_fixed_moments : Generator
        The same shape with the variance and the noise power of the start: its gap is
        ``target * E[a] / Var`` of the start.
    free : tuple of str
        Names of the coefficients that moved.
    path : numpy.ndarray, shape (m, len(free))
        Free coefficients at the start and after each step.
    gaps : numpy.ndarray, shape (m,)
        Gap at the variance and the noise power of the start.
    efficiencies : numpy.ndarray, shape (m,)
        ``Lambda``.
    target : float
        The ``Lambda`` that was asked for.
    converged : bool
        Whether it was reached, to a relative 1e-9.
    message : str
        One sentence for a person.
    """

    generator: Generator
    at_fixed_moments: Generator
    free: tuple[str, ...]
    path: np.ndarray
    gaps: np.ndarray
    efficiencies: np.ndarray
    target: float
    converged: bool
    message: str


def tune(g: Generator, target: float, free: Sequence[Any] = ("b1", "b3")) -> Tuning:
    """Move the free coefficients until ``Lambda`` is ``target``.

    Parameters
    ----------
    g : Generator
        The start, with finite variance and noise power.
    target : float
        The gap wanted at ``Var_pi = 1`` and ``E_pi[a] = 1``, that is ``Lambda``: above 0, at
        most 1.
    free : sequence of str or (str, int)
        Coefficients that may move: ``"b3"`` or ``("b", 3)``.

    Raises
    ------
    InputError
        If the target exceeds the ceiling 1, or a coefficient may not move.
    NotErgodicError
        If the start has no exponential rate.

    References
    ----------
    Jafarizadeh, arXiv:2412.20934, for the ceiling.

    Examples
    --------
    >>> result = tune(Generator("1", "-x-x^3"), 0.99, free=("b3",))
    >>> result.converged, result.efficiencies.round(4).tolist()
    (True, [0.9677, 0.9748, 0.9792, 0.9947, 0.9904, 0.99, 0.99, 0.99])
    """
    wanted = _target(target)
    start = _start(g)
    chosen = _free(start, free)
    search = _Search(start, wanted, chosen)
    search.run()
    return search.result()


def _target(target: Any) -> float:
    try:
        wanted = float(target)
    except (TypeError, ValueError):
        wanted = math.nan
    if wanted > 1.0:
        problem = (
            f"Λ = {wanted:g} cannot be reached: for every diffusion the gap is at most "
            "E_π[a]/Var_π(X) (put f = x in its variational formula), so Λ ≤ 1."
        )
        raise InputError("target", problem, "Ask for at most 1.")
    if not wanted > 0.0:
        problem = f"Λ = {wanted:g} is not a speed."
        raise InputError("target", problem, "Ask for a number above 0 and at most 1.")
    return wanted


def _start(g: Generator) -> Pace:
    start = pace(g)
    if start.solution is None:
        problem = "The start is metastable: its gap is known only within a factor 4."
        raise InputError("b", problem, "Start from a generator with lower barriers.")
    if not start.efficiency:
        problem = "Λ is undefined at the start: its variance or its noise power is infinite."
        raise InputError("a", problem, "Start from a generator with lighter tails.")
    return start


def _free(start: Pace, free: Sequence[Any]) -> tuple[Coefficient, ...]:
    chosen = tuple(dict.fromkeys(named(one, field="free") for one in free))
    if not chosen:
        raise InputError("free", "No coefficient may move.", "Name at least one, such as b3.")
    c = start.classification
    for end in (c.left, c.right):
        for one in chosen:
            # At 0 the terms x^m and higher leave a zero of order m where it is.
            stays = end.position == 0.0 and one.power >= end.order
            if end.kind == "degenerate" and one.which == "a" and not stays:
                problem = f"Moving {one.name} would move the zero of a at {end.position:g}."
                raise InputError("free", problem, "Let coefficients of b move instead.")
    return chosen


class _Search:
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
            if not self._met():
                self._walk(u)
            walks.append(self.visited)
            if self._met():
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
            if not self._met():
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
            if self._met():
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

    def _met(self) -> bool:
        return self._off(self.visited[-1]) <= TOLERANCE

    def result(self) -> Tuning:
        """Return the record of the search."""
        speeds = np.array([p.efficiency for p in self.visited], dtype=float)
        path = [[value_of(p.generator, c) for c in self.free] for p in self.visited]
        last = self.visited[-1]
        return Tuning(
            generator=last.generator,
            at_fixed_moments=_at_moments(last, self.start),
            free=tuple(c.name for c in self.free),
            path=np.array(path),
            gaps=speeds * (self.start.ceiling or math.nan),
            efficiencies=speeds,
            target=self.wanted,
            converged=self._met(),
            message=self._message(),
        )

    def _message(self) -> str:
        last, steps = self.visited[-1].efficiency or 0.0, len(self.visited) - 1
        if self._met():
            return f"Reached Λ = {last:.6g} in {steps} steps."
        names = " and ".join(c.name for c in self.free)
        text = f"No step of {names} brings Λ closer to {self.wanted:g} than {last:.6g}. "
        if self.refusal:
            text += f"A step further was refused: {self.refusal} "
        return text + "Let another coefficient move."


def _at_moments(p: Pace, reference: Pace) -> Generator:
    """Return ``p`` after the scaling and the time change that give it the reference's moments."""
    s = math.sqrt((reference.moments.variance or 1.0) / (p.moments.variance or 1.0))
    speed = (reference.moments.noise_power or 1.0) / (p.moments.noise_power or 1.0) / s**2
    return time_change(rescale(p.generator, s), speed)
