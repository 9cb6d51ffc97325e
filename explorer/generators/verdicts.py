"""The verdict in words: which end decides, the sentence for a person, the integral behind it.

The worse an end, the earlier it is named: explosive, absorbing, transient, mass-lost,
null-recurrent, gap-zero. Where both ends fail alike, no end is named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from explorer.generators import criteria
from explorer.generators.ends import EndReport

SEVERITY = ("explosive", "absorbing", "transient", "mass-lost", "null-recurrent", "gap-zero")
EXPONENTIAL = "Ergodic with an exponential rate: the spectral gap is positive."
REFLECTION = "The end can be reached; reflection was chosen."
GAP_ZERO = (
    "Ergodic, but the gap is 0: the tail is a power law and a grows too slowly. "
    "No exponential rate, no T_conv."
)
NOISE_INFINITE = (
    "Ergodic with a gap, but E_π[a] = ∞: speed is bought with infinite noise power, "
    "so Λ is undefined."
)


VARIANCE_INFINITE = "Var_π(X) = ∞: Λ is undefined."

_ALSO = {
    "explosive": "paths reach it in finite time",
    "absorbing": "paths that reach it never return",
    "transient": "the scale measure is finite there",
    "mass-lost": "paths converge to it without reaching it",
    "null-recurrent": "the mass is infinite there",
}


class Verdict(NamedTuple):
    """What was decided: verdict name, sentence, criterion in KaTeX, the end that decides."""

    name: str
    reason: str
    criterion: str
    end: str | None


def judge(left: EndReport, right: EndReport) -> Verdict:
    """Return the verdict of a domain inside which ``a > 0``."""
    ends = {"right": right, "left": left}
    failed = {side: name for side, end in ends.items() if (name := failure(end))}
    if not failed:
        return Verdict("exponential", EXPONENTIAL, criteria.rate(left, right), None)
    side = min(failed, key=lambda s: SEVERITY.index(failed[s]))
    name, other = failed[side], "left" if side == "right" else "right"
    reason = sentence(name, ends[side], ends[other])
    criterion = criteria.failing(name, side, left, right)
    alike = failed.get(other) == name and sentence(name, ends[other], ends[side]) == reason
    return Verdict(name, reason, criterion, None if alike else side)


def other_failure(verdict: Verdict, left: EndReport, right: EndReport) -> str | None:
    """Return a sentence on the end that is not named but fails too."""
    if verdict.end is None:
        return None
    where, end = ("left", left) if verdict.end == "right" else ("right", right)
    problem = _ALSO.get(failure(end))
    return f"The {where} end fails too: {problem}." if problem else None


def reflections(left: EndReport, right: EndReport) -> tuple[str, ...]:
    """Return notes on reflecting ends: reflection is a choice, so it is said."""
    notes = []
    if any(end.reflecting and end.kind == "degenerate" for end in (left, right)):
        notes.append(REFLECTION)
    places = [number(end.position) for end in (left, right) if end.kind == "regular"]
    if places:
        notes.append(f"At {' and '.join(places)}, where a > 0, paths are reflected.")
    return tuple(notes)


def sentence(name: str, end: EndReport, other: EndReport) -> str:
    """Return the sentence for a failing end; ``other`` is the opposite end."""
    place = number(end.position)
    if name == "explosive":
        return _explosive(end, other)
    if name == "absorbing":
        return f"{place} absorbs: paths that hit it never return."
    if name == "transient":
        return _transient(end)
    if name == "mass-lost":
        return f"Mass is lost at {place}: paths converge to {place} without reaching it."
    if name == "null-recurrent":
        return _null_recurrent(end)
    return GAP_ZERO


def not_positive(
    domain: tuple[float, float], inside: Sequence[float], parts: Sequence[tuple[float, float]]
) -> Verdict:
    """Return the verdict where ``a`` is not positive inside; ``parts`` are offered, best first."""
    criterion = criteria.positive(domain)
    if not parts:
        reason = "a is negative on the whole domain. Change its sign?"
        return Verdict("negative", reason, criterion, "inside")
    offer = interval(*parts[0])
    if len(parts) == len(inside) + 1:
        where = " and ".join(number(z) for z in inside)
        whole = "line" if math.isinf(domain[0]) and math.isinf(domain[1]) else "domain"
        reason = f"a vanishes at {where}, which splits the {whole}. Use {offer}?"
        return Verdict("root-inside", reason, criterion, "inside")
    if len(parts) == 1:
        kind = "the interval " if all(map(math.isfinite, parts[0])) else ""
        reason = f"a is negative outside {offer}. Use {kind}{offer}?"
    else:
        reason = f"a is positive only on {' and '.join(map(_span, sorted(parts)))}. Use {offer}?"
    return Verdict("negative", reason, criterion, "inside")


def number(x: float) -> str:
    """Return a number as a person writes it: ``-∞``, ``0.3``, ``-1``."""
    if math.isinf(x):
        return "∞" if x > 0 else "-∞"
    return f"{x + 0.0:.6g}"


def interval(low: float, high: float) -> str:
    """Return an interval with its finite ends included: ``[0,∞)``."""
    opening, closing = "(" if math.isinf(low) else "[", ")" if math.isinf(high) else "]"
    return f"{opening}{number(low)},{number(high)}{closing}"


def _span(part: tuple[float, float]) -> str:
    return interval(*part)


def failure(end: EndReport) -> str:
    """Return the name of what is wrong at an end, or an empty string."""
    finite = end.kind != "infinite"
    if end.reflecting:
        return ""
    if end.explosive:
        return "absorbing" if finite else "explosive"
    if not end.scale_infinite:
        return "mass-lost" if finite else "transient"
    if not end.mass_finite:
        return "null-recurrent"
    return "" if end.essential > 0 else "gap-zero"


def _explosive(end: EndReport, other: EndReport) -> str:
    place = number(end.position)
    if end.drift_order == -1:
        return "Explosive although b grows more slowly than a: what counts is b·x/a."
    if other.kind == "infinite" and other.acceptable:
        return (
            f"Explosive at {place}: an even leading degree of b pulls in on one side "
            "and out on the other."
        )
    alone = end.position < 0 and not other.explosive
    return f"Explosive: paths reach {'-∞' if alone else 'infinity'} in finite time."


def _transient(end: EndReport) -> str:
    if end.drift_order == -1:
        return "Transient: drift beats the noise at infinity."
    if end.order == 0 and end.drift_order == 0:
        return f"Transient: constant drift to {number(end.position)}."
    return "Transient: the drift pushes paths away; the scale measure is finite."


def _null_recurrent(end: EndReport) -> str:
    if end.kind != "infinite":
        place = number(end.position)
        return f"Null recurrent: mass is infinite at {place}, there is no stationary law."
    power = end.order - (end.ratio if end.drift_order == -1 else 0.0)
    if power == 1:  # the speed density falls as 1/x
        return "Null recurrent: mass diverges logarithmically."
    return "Null recurrent: total mass is infinite, there is no stationary law."
