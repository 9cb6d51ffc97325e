"""Generators whose spectral gap is known: closed forms, and long series for the rest.

Every entry is a test, and ``python -m explorer.generators.accuracy`` prints how well each is met.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from explorer.generators.generator import Generator

INF = math.inf
LINE = (-INF, INF)
HALF_LINE = (0.0, INF)


class Reference(NamedTuple):
    """A generator with a known gap.

    Parameters
    ----------
    generator : Generator
    gap : float or None
        Exact spectral gap, correctly rounded; None where only bounds are known.
    source : str
        Formula or origin.
    eigenvalues : tuple of float
        Further exact eigenvalues ``lambda_1, lambda_2, ...``, where known.
    tolerance : float
        Relative error that tests allow.
    """

    generator: Generator
    gap: float | None
    source: str
    eigenvalues: tuple[float, ...] = ()
    tolerance: float = 1e-12


def _multiples(k: float) -> tuple[float, ...]:
    return tuple(k * n for n in range(1, 7))


def _jacobi(alpha: float, beta: float) -> Reference:
    g = Generator([1, 0, -1], [beta - alpha, -(alpha + beta + 2)], (-1, 1))
    values = tuple(n * (n + alpha + beta + 1) for n in range(1, 7))
    return Reference(g, alpha + beta + 2, "Jacobi polynomials: n (n + alpha + beta + 1)", values)


def _student(slope: float) -> Reference:
    g = Generator([1, 0, 1], [0, slope])
    values = tuple(-n * (slope + n - 1) for n in range(1, 7) if n < (1 - slope) / 2)
    return Reference(g, -slope, "Romanovski polynomials: -n (B + n - 1)", values)


def _cauchy(slope: float) -> Reference:
    g = Generator([1, 0, 1], [0, slope])
    return Reference(g, (1 - slope) ** 2 / 4, "bottom of the continuum: (1 - B)^2 / 4")


def _bessel(a: str, b: str, k: float) -> Reference:
    return Reference(Generator(a, b, HALF_LINE), k, "Laguerre polynomials: k n", _multiples(k))


def _hermite(a: list[float], b: list[float], k: float) -> Reference:
    return Reference(Generator(a, b), k, "Hermite polynomials: k n", _multiples(k))


def _double_well(height: float, gap: float) -> Reference:
    source = "this algorithm, refined; Kramers' formula to its order"
    return Reference(Generator([1], [0, 4 * height, 0, -4 * height]), gap, source)


def _waves(length: float, c: float) -> tuple[float, ...]:
    return tuple(c * c / 4 + (n * math.pi / length) ** 2 for n in range(1, 7))


_TILTED = Generator("1 - x^2", "(1 - x^2)*(-60 + 160*x - 640*x^3) - 2*x", (-1, 1))
_REFINED = "this algorithm, refined"

CATALOGUE: dict[str, Reference] = {
    "r1-ornstein-uhlenbeck": _hermite([1], [0, -1], 1),
    "r1-ornstein-uhlenbeck-shifted": _hermite([3], [10, -2], 2),
    "r1-ornstein-uhlenbeck-narrow": _hermite([1e-8], [0, -1], 1),
    "r1-ornstein-uhlenbeck-far": _hermite([1], [1e6, -1], 1),
    "r2-laguerre": _bessel("x", "2.5 - x", 1),
    "r2-laguerre-reflected": _bessel("x", "0.5 - x", 1),
    "r2-cox-ingersoll-ross": _bessel("2*x", "3*(1.5 - x)", 3),
    "r3-legendre": _jacobi(0, 0),
    "r3-chebyshev": _jacobi(-0.5, -0.5),
    "r3-jacobi": _jacobi(1, 2.5),
    "r4-wright-fisher": Reference(
        Generator("x*(1 - x)/2", "0.3 - 0.8*x", (0, 1)),
        0.8,
        "Jacobi polynomials: n (0.8 + (n - 1) / 2)",
        tuple(n * (0.8 + (n - 1) / 2) for n in range(1, 7)),
    ),
    "r5-uniform": Reference(
        Generator("1", "0", (0, 2)), math.pi**2 / 4, "cosines: (n pi / l)^2", _waves(2, 0)
    ),
    "r6-truncated-exponential": Reference(
        Generator("1", "-2", (0, 3)), 1 + math.pi**2 / 9, "c^2/4 + (n pi / l)^2", _waves(3, 2)
    ),
    "r7-half-normal": Reference(
        Generator("1", "-x", HALF_LINE), 2, "even Hermite polynomials: 2 n", _multiples(2)
    ),
    "r8-student-2.2": _student(-2.2),
    "r8-student-3": _student(-3),
    "r8-student-6": _student(-6),
    "r9-cauchy": _cauchy(0),
    "r9-cauchy-0.5": _cauchy(-0.5),
    "r9-cauchy-1": _cauchy(-1),
    "r11-reciprocal-gamma": Reference(
        Generator("x^2", "1 - 3*x", HALF_LINE), 3, "Bessel polynomials: n (4 - n), n < 2", (3,)
    ),
    "r13-exponential": Reference(
        Generator("1", "-2", HALF_LINE), 1, "bottom of the continuum: c^2 / 4"
    ),
    "r15-quartic": Reference(
        Generator("1", "-x^3"), 1.36859252097722072801647162897, "series with 150 digits"
    ),
    "r17-linear-and-cubic": Reference(
        Generator("1", "-x - x^3"), 2.06799925829310847443399818568, "series with 120 digits"
    ),
    "r18-double-well-10": _double_well(10, 7.8357091998922e-4),
    "r18-double-well-30": _double_well(30, 4.9898597814441e-12),
    "r18-double-well-300": _double_well(300, 2.7775194572922e-128),
    "r19-entrance-4": Reference(Generator("1 + x^4", "0"), 1.80569955247229, _REFINED),
    "r19-entrance-6": Reference(Generator("1 + x^6", "0"), 2.17421553033995, _REFINED),
    "r20-tilted-double-well": Reference(
        Generator("1", "40*x - 40*x^3 - 5"), 0.030465800076326, _REFINED
    ),
    "r23-tilted-well": Reference(_TILTED, 279.18003079025, _REFINED, tolerance=1e-10),
    "r23-root-outside": Reference(
        Generator("x + 1e-6", "1 - x", HALF_LINE), 1.0000009999735, _REFINED, tolerance=1e-10
    ),
    "r24-stein-kernel": Reference(
        Generator("1 - x^4", "-2*x", (-1, 1)), 2, "affine drift, f = x", (2,)
    ),
    "pearson-iv": Reference(
        Generator("1 + x^2", "1 - 4*x"), 4, "skewed Student: -n (B + n - 1)", (4, 6)
    ),
    "fisher-snedecor": Reference(
        Generator("x + x^2", "2 - 3*x", HALF_LINE), 3, "n (4 - n), n < 2", (3,)
    ),
    "geometric-brownian-motion": Reference(
        Generator("x^2", "0", (1, 4)),
        0.25 + (math.pi / math.log(4)) ** 2,
        "in log x: c^2/4 + (n pi / l)^2",
        _waves(math.log(4), 1),
    ),
}
