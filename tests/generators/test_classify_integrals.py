"""The tables of ``ends`` against the integrals that they decide, computed in the log domain.

With ``s = log x`` at infinity, or ``s = -log y`` at a finite end, each criterion is an integral of
``exp(ell(s))``. Cells are integrated as if ``ell`` were linear, so steep ``C`` does no harm. An
integral converges if its increment over one stretch of ``s`` is clearly below that over the
stretch of equal length before: powers shrink by a factor, a logarithm stays equal.
"""

import itertools
import math

import mpmath
import numpy as np
import pytest

from explorer.generators.ends import finite_end, infinite_end
from explorer.generators.expansion import expand

CELLS = 4000
RATIOS = (-3.0, -2.0, -1.25, -1.0, -0.5, 0.25, 0.75, 1.0, 1.25, 2.0, 3.0)


def log_cells(ell, ds):
    """Logarithm of the integral of exp(ell) over each cell, ell linear inside."""
    rise = np.maximum(np.abs(np.diff(ell)), 1e-9)
    top = np.maximum(ell[1:], ell[:-1])
    return top + np.log(ds) + np.log(-np.expm1(-rise) / rise)


def running(cells):
    """Logarithm of the integral from the start to each node."""
    return np.concatenate([[-np.inf], np.logaddexp.accumulate(cells)])


def converges(ell, ds):
    """Compare the increments over two equal stretches in the middle of the range."""
    cells = log_cells(ell, ds)
    n = len(cells)
    first = np.logaddexp.reduce(cells[n // 2 : 5 * n // 8])
    second = np.logaddexp.reduce(cells[5 * n // 8 : 6 * n // 8])
    return bool(second - first < math.log(0.93))


def decide(s, log_a, slope, log_jacobian):
    """Mass finite, scale infinite, explosive, strong, gap positive, all by integration."""
    ds = s[1] - s[0]
    C = np.concatenate([[0.0], np.cumsum((slope[1:] + slope[:-1]) / 2) * ds])
    speed, scale = C - log_a + log_jacobian, -C + log_jacobian
    mass_to = running(log_cells(speed, ds))
    mass_from = running(log_cells(speed[::-1], ds))[::-1]
    scale_to = running(log_cells(scale, ds))
    hardy = (mass_from + scale_to)[[len(s) // 2, 3 * len(s) // 4]]
    mass, infinite = converges(speed, ds), not converges(scale, ds)
    return {
        "mass_finite": mass,
        "scale_infinite": infinite,
        "explosive": converges((scale + mass_to)[1:], ds),
        "strong": mass and infinite and converges((scale + mass_from)[:-1], ds),
        "gap": bool(hardy[1] - hardy[0] < 0.5),
        "discrete": bool(hardy[1] - hardy[0] < -0.2),  # no essential spectrum: it tends to 0
    }


def integrals_at_infinity(p, q, g):
    """``a = x^p + x^(p-1)``, ``b = g x^q + x^(q-1)`` (without the corrections where q >= p)."""
    d = q - p
    s = np.linspace(0, 60.0 if d < 0 else math.log(1e6) / (d + 1), CELLS)
    small = np.exp(-s) if d < 0 else 0 * s
    slope = (g + small) / (1 + small) * np.exp((d + 1) * s)
    return decide(s, p * s + np.log1p(small), slope, s)


def integrals_at_zero(m, k, beta):
    """``a = y^m + y^(m+1)``, ``b = beta y^k`` near the left end 0."""
    steep = m - 1 - k
    s = np.linspace(0, 60.0 if steep <= 0 else math.log(1e6) / steep, CELLS)
    y = np.exp(-s) if steep <= 0 else 0 * s
    slope = -beta / (1 + y) * np.exp(steep * s)
    return decide(s, -m * s + np.log1p(y), slope, -s)


def compare(end, found):
    for name in ("mass_finite", "scale_infinite", "explosive", "strong"):
        assert getattr(end, name) == found[name], (name, end)
    if end.mass_finite and end.scale_infinite:
        assert (end.essential > 0, math.isinf(end.essential)) == (found["gap"], found["discrete"])


@pytest.mark.parametrize(("p", "q"), list(itertools.product(range(5), range(5))))
def test_infinite_ends(p, q):
    for g in RATIOS:
        a, b = [0.0] * p + [1.0], [0.0] * q + [g]
        compare(infinite_end(a, b, side=1), integrals_at_infinity(p, q, g))


@pytest.mark.parametrize(("m", "k"), list(itertools.product(range(1, 6), range(5))))
def test_finite_ends(m, k):
    for beta in (*RATIOS, 4.0, 5.0):
        a = expand([0.0] * m + [1.0, 1.0], 0.0, direction=1)
        b = expand([0.0] * k + [beta], 0.0, direction=1)
        end, found = finite_end(a, b, side=-1), integrals_at_zero(m, k, beta)
        if end.reflecting:  # reached in finite time, and sent back by choice
            assert (found["explosive"], found["mass_finite"]) == (True, True)
            assert not found["scale_infinite"]
        else:
            compare(end, found)


@pytest.mark.parametrize("p", range(1, 5))
def test_no_drift(p):
    a = [0.0] * p + [1.0]
    compare(infinite_end(a, [0.0], side=1), integrals_at_infinity(p, p - 9, 0.0))


def test_control_a_wrong_table_is_caught():
    # g <= 1 for "scale infinite" misread as g < 1, and p > 2 for "strong" as p >= 2.
    assert integrals_at_infinity(2, 1, 1.0)["scale_infinite"]
    assert not integrals_at_infinity(2, 1, -1.0)["strong"]
    assert integrals_at_infinity(3, 2, -1.0)["strong"]


def potential(a, b, x):
    """Schroedinger potential beta^2/4 + beta_z/2 in the Lamperti coordinate, 60 digits."""
    with mpmath.workdps(60):
        x = mpmath.mpf(x)

        def at(p, order):
            terms = [mpmath.mpf(c) * mpmath.ff(i, order) * x ** (i - order)
                     for i, c in enumerate(p) if i >= order]  # fmt: skip
            return mpmath.fsum(terms)

        a0, a1, a2 = (at(a, order) for order in range(3))
        b0, b1 = at(b, 0), at(b, 1)
        beta = (b0 - a1 / 2) / mpmath.sqrt(a0)
        slope = (b1 - a2 / 2) - (b0 - a1 / 2) * a1 / (2 * a0)
        return float(beta**2 / 4 + slope / 2)


def assert_limit(essential, found):
    if math.isinf(essential):
        assert found > 1e10
    elif essential == 0.0:
        assert abs(found) < 1e-10
    else:
        assert found == pytest.approx(essential, rel=1e-12)


@pytest.mark.parametrize(("p", "q"), list(itertools.product(range(6), range(6))))
def test_essential_spectrum_is_the_limit_of_the_potential(p, q):
    for g in RATIOS:
        a, b = [1.0] * p + [1.7], [1.0] * q + [1.7 * g]
        end = infinite_end(a, b, side=1)
        # Where z has a finite range (p > 2, weak drift) the end is an entrance, hence discrete,
        # whatever the sign of the potential: test_infinite_ends has those cases.
        at_finite_z = p > 2 and q < p
        if end.mass_finite and end.scale_infinite and not at_finite_z:
            assert_limit(end.essential, potential(a, b, "1e30"))


@pytest.mark.parametrize(("m", "k"), list(itertools.product(range(2, 6), range(5))))
def test_essential_spectrum_at_degenerate_ends(m, k):
    for beta in (*RATIOS, 4.0, 5.0):
        a, b = [0.0] * m + [1.7, 1.0], [0.0] * k + [1.7 * beta, 1.0]
        end = finite_end(expand(a, 0.0, direction=1), expand(b, 0.0, direction=1), side=-1)
        if end.mass_finite and end.scale_infinite:
            assert_limit(end.essential, potential(a, b, "1e-30"))
