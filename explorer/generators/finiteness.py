"""When chi2, KL and the Wasserstein distances are infinite, decided from leading terms.

At an end of the domain the start may be heavier than pi. A Gaussian start beats pi where
``log pi`` falls faster than its own quadratic; a start that does not vanish at a degenerate end
beats a density that vanishes there. An entrance or reflecting end mends this at once (``h_t`` is
bounded for ``t > 0``); a natural end never does, except in the Gaussian tail of an
Ornstein-Uhlenbeck end, ``a`` constant and ``b ~ -theta x``, where the variance of ``p_t`` shrinks
and chi2 becomes finite at a known time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.classify import Classification
from explorer.generators.ends import EndReport
from explorer.generators.generator import Generator
from explorer.generators.start import Start

ALWAYS = -1.0  # finite at every time, 0 included
NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Finiteness:
    """Each distance is finite exactly at times ``t > chi2_after`` (and so on).

    Attributes
    ----------
    chi2_after, kl_after : float
        ``ALWAYS`` (-1), 0 (at every positive time), a positive time, or ``NEVER`` (inf).
    w1, w2 : bool
        Whether pi has a first and a second moment.
    kappas : (float, float)
        Exponents of the tails ``pi ~ |x|^-kappa``, left and right; inf where pi falls faster.
    """

    chi2_after: float
    kl_after: float
    w1: bool
    w2: bool
    kappas: tuple[float, float]

    def mark(self, times: np.ndarray, values: dict[str, np.ndarray]) -> None:
        """Put inf into those values (T,) of one coordinate that are infinite."""
        values["chi2"][times <= self.chi2_after] = math.inf
        values["kl"][times <= self.kl_after] = math.inf
        if not self.w1:
            values["w1"][:] = math.inf
        if not self.w2:
            values["w2"][:] = math.inf


def finiteness(g: Generator, c: Classification, start: Start) -> Finiteness:
    """Return when each distance between ``p_t`` and pi is finite."""
    if start.kind == "points":
        return Finiteness(0.0, 0.0, *_moments(c))
    chi2 = kl = ALWAYS
    for end in (c.left, c.right):
        if end.kind == "infinite" and start.kind == "gaussian":
            chi2 = max(chi2, _gaussian_tail(g, end, start))
        elif end.kind == "degenerate" and _touches(start, end):
            chi2 = max(chi2, _degenerate(end, _vanishes_like_a_square(end)))
            kl = max(kl, _degenerate(end, end.order >= 2 and end.drift_order >= 0))
    return Finiteness(chi2, kl, *_moments(c))


def _gaussian_tail(g: Generator, end: EndReport, start: Start) -> float:
    """Time after which a Gaussian is lighter than pi at an infinite end."""
    if end.drift_order > 1:
        return 0.0  # pi falls faster than any Gaussian, and the end is an entrance
    if end.drift_order < 1:
        return ALWAYS
    variance = -1.0 / end.ratio  # of the Gaussian tail of pi
    if start.std**2 < 2.0 * variance:
        return ALWAYS
    if end.order > 0:
        return 0.0
    # Equality is decided by the linear term: chi2 is finite only for equal means, taken as never.
    rate = abs(g.b[-1])
    return max(math.log(start.std**2 / variance - 1.0) / (2.0 * rate), 0.0)


def _touches(start: Start, end: EndReport) -> bool:
    return end.position in (start.low, start.high)


def _vanishes_like_a_square(end: EndReport) -> bool:
    """Tell whether ``int dy / pi`` diverges at a degenerate end."""
    if end.order == 1:
        return end.ratio >= 2.0  # pi ~ y^(g - 1)
    if end.drift_order >= 0:
        return True  # pi ~ exp(-1 / y^k)
    g = end.ratio if end.drift_order == -1 else 0.0
    return 2.0 - end.order - g >= 1.0  # in u = 1/y pi is u^(g - 4 + m), so in y it is y^(2 - m - g)


def _degenerate(end: EndReport, diverges: bool) -> float:
    if not diverges:
        return ALWAYS
    return NEVER if end.type == "natural" else 0.0


def _moments(c: Classification) -> tuple[bool, bool, tuple[float, float]]:
    """Tell whether pi has a first and a second moment, and its tail exponents."""
    kappas = (tail_exponent(c.left), tail_exponent(c.right))
    return min(kappas) > 2.0, min(kappas) > 3.0, kappas


def tail_exponent(end: EndReport) -> float:
    """Return kappa of ``pi ~ |x|^-kappa`` at an infinite end; inf where pi falls faster.

    Examples
    --------
    >>> from explorer.generators import Generator, classify
    >>> tail_exponent(classify(Generator("1 + x**2", "-6*x")).right)
    8.0
    """
    if end.kind != "infinite" or end.drift_order >= 0:
        return math.inf
    g = end.ratio if end.drift_order == -1 else 0.0
    return end.order - g
