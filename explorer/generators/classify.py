"""Exact classification: whether there is a stationary law, and an exponential rate towards it.

Decided from the zeros of ``a`` and from leading terms at the two ends, never by quadrature:
``ends`` holds the tables, ``verdicts`` the sentences. The criteria are Feller's and Chen's
[Feller 1952; Chen, From Markov Chains to Non-Equilibrium Particle Systems, 2004].
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.core.errors import InputError
from explorer.generators import verdicts
from explorer.generators.continuum import continuum_sentence
from explorer.generators.ends import EndReport, finite_end, infinite_end, undefined_end
from explorer.generators.expansion import Expansion, expand
from explorer.generators.generator import Generator
from explorer.generators.positivity import positive_parts, zeros

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Classification:
    """The long-time behaviour of a diffusion, with reasons.

    Attributes
    ----------
    verdict : str
        ``"exponential"``, ``"gap-zero"``, ``"null-recurrent"``, ``"transient"``, ``"explosive"``,
        ``"absorbing"``, ``"mass-lost"``, ``"negative"`` or ``"root-inside"``.
    ergodic, exponentially_ergodic, strongly_ergodic : bool
        Stationary law; positive gap; rate from every start (entrance or reflecting ends).
    essential : float
        Bottom of the essential spectrum: inf if none, 0 where there is no rate.
    continuous : bool
        True where theory says that the gap is ``essential`` and no eigenvalue lies below.
    reason : str
        One sentence for a person.
    criterion : str
        KaTeX of the criterion that decides.
    end : str or None
        ``"left"``, ``"right"`` or ``"inside"``; None where nothing fails or both ends fail alike.
    suggestions : tuple of (float, float)
        Domains to offer instead, best first.
    notes : tuple of str
        Further sentences, for instance that reflection was chosen.
    variance_finite, noise_power_finite : bool
        Whether ``Var_pi(X)`` and ``E_pi[a]`` are finite, from exponents.
    left, right : EndReport
        The two ends.
    """

    verdict: str
    ergodic: bool
    exponentially_ergodic: bool
    strongly_ergodic: bool
    essential: float
    continuous: bool
    reason: str
    criterion: str
    end: str | None
    suggestions: tuple[Interval, ...]
    notes: tuple[str, ...]
    variance_finite: bool
    noise_power_finite: bool
    left: EndReport
    right: EndReport


def classify(g: Generator) -> Classification:
    """Classify a diffusion by leading terms; never raises for a valid Generator.

    Parameters
    ----------
    g : Generator

    Returns
    -------
    Classification

    References
    ----------
    Feller 1952; Chen 2004; essential spectrum from the Lamperti map.

    Examples
    --------
    >>> c = classify(Generator("1 + x**2", "-6*x"))
    >>> c.verdict, c.essential, c.strongly_ergodic
    ('exponential', 12.25, False)
    >>> classify(Generator("1", "x^3")).reason
    'Explosive: paths reach infinity in finite time.'
    """
    expansions = _about_ends(g.a, g.domain)
    inside = zeros(g.a, *expansions)
    parts = positive_parts(g.a, inside, g.domain)
    if inside or not parts:
        return _not_positive(g, inside, parts)
    left, right = _ends(g, expansions)
    verdict = verdicts.judge(left, right)
    ergodic = verdict.name in ("exponential", "gap-zero")
    continuum = continuum_sentence(g, left, right) if verdict.name == "exponential" else None
    reason, notes = _words(verdict, continuum, left, right)
    return Classification(
        verdict=verdict.name,
        ergodic=ergodic,
        exponentially_ergodic=verdict.name == "exponential",
        strongly_ergodic=ergodic and left.strong and right.strong,
        essential=min(left.essential, right.essential) if ergodic else 0.0,
        continuous=continuum is not None,
        reason=reason,
        criterion=verdict.criterion,
        end=verdict.end,
        suggestions=_halves(g, verdict, left, right),
        notes=notes,
        variance_finite=ergodic and left.variance_finite and right.variance_finite,
        noise_power_finite=ergodic and left.noise_power_finite and right.noise_power_finite,
        left=left,
        right=right,
    )


def _about_ends(p: tuple[float, ...], domain: Interval) -> tuple[Expansion | None, ...]:
    """Return the expansions of a polynomial about the finite ends, None at infinite ones."""
    left = None if math.isinf(domain[0]) else expand(p, domain[0], direction=1)
    right = None if math.isinf(domain[1]) else expand(p, domain[1], direction=-1)
    return left, right


def _ends(g: Generator, expansions: tuple[Expansion | None, ...]) -> tuple[EndReport, EndReport]:
    drifts = _about_ends(g.b, g.domain)
    reports = []
    for side, a_end, b_end in zip((-1, 1), expansions, drifts, strict=True):
        if a_end is None or b_end is None:
            reports.append(infinite_end(g.a, g.b, side=side))
        else:
            reports.append(finite_end(a_end, b_end, side=side))
    return reports[0], reports[1]


def _not_positive(g: Generator, inside: list[float], parts: list[Interval]) -> Classification:
    offered = _ranked(g, parts)
    verdict = verdicts.not_positive(g.domain, inside, offered)
    return Classification(
        verdict=verdict.name,
        ergodic=False,
        exponentially_ergodic=False,
        strongly_ergodic=False,
        essential=0.0,
        continuous=False,
        reason=verdict.reason,
        criterion=verdict.criterion,
        end=verdict.end,
        suggestions=tuple(offered),
        notes=(),
        variance_finite=False,
        noise_power_finite=False,
        left=undefined_end(g.domain[0]),
        right=undefined_end(g.domain[1]),
    )


def _ranked(g: Generator, parts: list[Interval]) -> list[Interval]:
    """Sort sub-intervals where ``a > 0``: those with a rate first, then those further right."""
    rated = []
    for part in parts:
        try:
            offer = Generator(g.a, g.b, part)
        except InputError:  # too narrow an interval to be offered
            continue
        expansions = _about_ends(offer.a, part)
        if zeros(offer.a, *expansions):  # its own ends blur into a zero: not worth offering
            continue
        name = verdicts.judge(*_ends(offer, expansions)).name
        rated.append((name == "exponential", name == "gap-zero", part))
    return [part for *_, part in sorted(rated, reverse=True)]


def _halves(
    g: Generator, verdict: verdicts.Verdict, left: EndReport, right: EndReport
) -> tuple[Interval, ...]:
    """Offer the good half of the line, reflected at 0, where only the other half fails."""
    on_line = left.kind == right.kind == "infinite"
    if not on_line or left.acceptable == right.acceptable:
        return ()
    half = (0.0, math.inf) if verdict.end == "left" else (-math.inf, 0.0)
    return tuple(_ranked(g, [half]))


def _words(
    verdict: verdicts.Verdict, continuum: str | None, left: EndReport, right: EndReport
) -> tuple[str, tuple[str, ...]]:
    """Return the reason and the notes: the most telling sentence first."""
    if verdict.name not in ("exponential", "gap-zero"):
        other = verdicts.other_failure(verdict, left, right)
        return verdict.reason, (other,) if other else ()
    told = [continuum] if continuum else []
    if verdict.name == "exponential":
        if not (left.noise_power_finite and right.noise_power_finite):
            told.append(verdicts.NOISE_INFINITE)
        elif not (left.variance_finite and right.variance_finite):
            told.append(verdicts.VARIANCE_INFINITE)
    reason = told.pop(0) if told else verdict.reason
    return reason, (*told, *verdicts.reflections(left, right))
