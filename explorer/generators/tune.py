"""Inverse design: move chosen coefficients until the gap at fixed variance and noise is as wanted.

Scaling ``x`` and running time faster set ``Var_pi(X)`` and ``E_pi[a]`` to anything without
touching the shape, and ``Lambda = gap Var / E[a]`` stays. So a wish for the gap at fixed ``Var``
and ``E[a]`` is a wish for ``Lambda``, and ``Lambda <= 1``: put ``f = x`` into
``gap = inf E[a f'^2] / Var(f)``.

``search`` walks; here are the questions it is asked and the record it leaves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.coefficient import Coefficient, named, value_of
from explorer.generators.generator import Generator
from explorer.generators.normalise import rescale, time_change
from explorer.generators.pace import Pace, pace
from explorer.generators.search import Search


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
    search = Search(start, wanted, chosen)
    search.run()
    return _record(search)


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


def _record(search: Search) -> Tuning:
    """Return what the search did."""
    visited, last = search.visited, search.visited[-1]
    speeds = np.array([p.efficiency for p in visited], dtype=float)
    path = [[value_of(p.generator, c) for c in search.free] for p in visited]
    return Tuning(
        generator=last.generator,
        at_fixed_moments=_at_moments(last, search.start),
        free=tuple(c.name for c in search.free),
        path=np.array(path),
        gaps=speeds * (search.start.ceiling or math.nan),
        efficiencies=speeds,
        target=search.wanted,
        converged=search.met(),
        message=_message(search),
    )


def _message(search: Search) -> str:
    last, steps = search.visited[-1].efficiency or 0.0, len(search.visited) - 1
    if search.met():
        return f"Reached Λ = {last:.6g} in {steps} steps."
    names = " and ".join(c.name for c in search.free)
    text = f"No step of {names} brings Λ closer to {search.wanted:g} than {last:.6g}. "
    if search.refusal:
        text += f"A step further was refused: {search.refusal} "
    return text + "Let another coefficient move."


def _at_moments(p: Pace, reference: Pace) -> Generator:
    """Return ``p`` after the scaling and the time change that give it the reference's moments."""
    s = math.sqrt((reference.moments.variance or 1.0) / (p.moments.variance or 1.0))
    speed = (reference.moments.noise_power or 1.0) / (p.moments.noise_power or 1.0) / s**2
    return time_change(rescale(p.generator, s), speed)
