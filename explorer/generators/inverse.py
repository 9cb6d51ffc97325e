"""The generator with a given stationary law: choose ``pi`` and ``a``, and the drift follows.

Without flux ``(a pi)' = b pi``, so ``b = a' + a (log pi)'``: every noise keeps every law, if the
drift is right. For ``pi ~ (x - l)^p (r - x)^q e^U`` with a polynomial ``U`` the drift is a
polynomial where ``a`` vanishes at the ends whose powers are not 0.

Reference: Risken, The Fokker-Planck Equation (1989), 5.2: potential conditions in one variable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from numpy.polynomial import Polynomial

from explorer.core import polynomials
from explorer.core.errors import InputError
from explorer.generators.forms import read_coefficients, read_domain
from explorer.generators.generator import Coefficients, Generator
from explorer.generators.roots import taylor_shift

ROUNDING = 1e-12  # relative size below which a(end) is a root that rounding has moved


def from_law(
    log_density: Coefficients,
    a: Coefficients = "1",
    domain: Sequence[float | str] = (-math.inf, math.inf),
    *,
    powers: Sequence[float] = (0.0, 0.0),
) -> Generator:
    """Return the generator with noise ``a`` whose stationary law is given.

    Parameters
    ----------
    log_density : str, sequence of float, or numpy.polynomial.Polynomial
        ``U`` in ``pi ~ (x - l)^p (r - x)^q e^U``; its constant is of no account. The total mass is
        not checked: see ``classify``.
    a : the same
        Noise coefficient, zero at the ends with a power.
    domain : (float, float)
        The interval ``(l, r)``.
    powers : (float, float)
        ``p`` and ``q``; 0 at infinite ends.

    Raises
    ------
    InputError
        With field ``"log_density"``, ``"a"``, ``"domain"`` or ``"powers"``.

    References
    ----------
    Risken, The Fokker-Planck Equation (1989), 5.2.

    Examples
    --------
    >>> from_law("x**2/2 - x**4/4").b_text  # a double well
    'x - x**3'
    >>> from_law("-x", "x", (0, "inf"), powers=(2, 0)).b_text  # x^2 e^-x: a Gamma law
    '3 - x'
    >>> from_law("0", "1 - x**2", (-1, 1), powers=(1, 1)).b_text
    '-4*x'
    """
    ends = read_domain(domain)
    noise = Polynomial(read_coefficients(a, "a"))
    slope = Polynomial(read_coefficients(log_density, "log_density")).deriv()
    drift = noise.deriv() + noise * slope
    for end, power in zip(ends, _powers(powers), strict=True):
        if power:
            drift = drift + power * _divided(noise, end)
    return Generator(noise, polynomials.strip(drift.coef.tolist()), ends)


def _powers(powers: Sequence[float]) -> tuple[float, float]:
    pair = tuple(powers) if isinstance(powers, Sequence) and not isinstance(powers, str) else ()
    if len(pair) != 2 or not all(
        isinstance(p, (int, float)) and not isinstance(p, bool) and abs(p) < 1e6 for p in pair
    ):
        problem = "The powers at the ends must be two numbers below 1e6 in size."
        raise InputError("powers", problem, "Write (p, q), for instance (2, 0).")
    return float(pair[0]), float(pair[1])


def _divided(noise: Polynomial, end: float) -> Polynomial:
    """Return ``a / (x - end)``; a power at an end where ``a > 0`` would need infinite drift."""
    if math.isinf(end):
        problem = "An infinite end has no power."
        raise InputError("powers", problem, "Put powers of x into a finite end, or into U.")
    shifted = taylor_shift(noise.coef.tolist(), end)
    size = sum(abs(c) * abs(end) ** k for k, c in enumerate(noise.coef.tolist()))
    if abs(shifted[0]) > ROUNDING * size:
        problem = (
            f"a({end:g}) is not 0, so a power of the distance to that end needs infinite drift."
        )
        raise InputError("a", problem, "Give a a root there, or set the power to 0.")
    quotient = Polynomial(shifted[1:] or [0.0])
    return quotient(Polynomial([-end, 1.0]))
