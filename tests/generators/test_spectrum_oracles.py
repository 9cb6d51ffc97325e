"""The spectrum against another method, and under changes that must not matter."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from explorer.generators import Generator, rescale, spectrum, time_change

# Generic generators, and the Lamperti interval [-z, z] about 0 outside which nothing weighs.
GENERIC = [
    ("1", "1 - x - x^3", 6.0),
    ("1 + x^2/2", "-x - 2*x^3", 3.5),
    ("3 + x + x^2", "2 - x - x^3/4", 4.0),
    ("1", "6*x - 3*x^3 + x^2/2", 4.5),
    ("2 - x + x^2", "x - x^3", 3.5),
]


def schroedinger(g: Generator, reach: float, n: int, k: int) -> np.ndarray:
    """Eigenvalues from sinc collocation of ``-d^2/dz^2 + beta^2/4 + beta_z/2``, dx/dz = sqrt(a).

    It shares nothing with the Green operator: no stationary density, no panels, no iteration.
    """
    z = np.linspace(-reach, reach, 2 * n + 1)
    a, b = g.a_poly, g.b_poly
    sides = []
    for points in (z[n:], z[n::-1]):
        span, start = (0.0, points[-1]), np.zeros(1)
        path = solve_ivp(
            lambda _, x: np.sqrt(a(x)), span, start, "DOP853", points, rtol=1e-13, atol=1e-14
        )
        sides.append(path.y[0])
    x = np.concatenate((sides[1][:0:-1], sides[0]))
    drift = b - a.deriv() / 2
    well = drift(x) ** 2 / (4 * a(x)) + drift.deriv()(x) / 2 - drift(x) * a.deriv()(x) / (4 * a(x))
    step = z[1] - z[0]
    apart = np.arange(2 * n + 1)[:, None] - np.arange(2 * n + 1)
    kinetic = 2.0 * (-1.0) ** apart / np.maximum(apart**2, 1) / step**2
    np.fill_diagonal(kinetic, math.pi**2 / (3 * step**2))
    return np.linalg.eigvalsh(kinetic + np.diag(well))[1 : k + 1]


@pytest.mark.parametrize(("a", "b", "reach"), GENERIC)
def test_eigenvalues_are_those_of_the_schroedinger_form(a, b, reach):
    g = Generator(a, b)
    s = spectrum(g)
    # Rounding in the dense matrix is 1e-16 of its norm, (pi / step)^2 = 1e4.
    assert s.eigenvalues == pytest.approx(schroedinger(g, reach, 150, 6), rel=1e-9)
    assert (s.eigenvalue_errors < 1e-11).all()


def test_the_other_method_sees_a_wrong_generator():
    right = spectrum(Generator("1", "1 - x - x^3")).eigenvalues
    wrong = schroedinger(Generator("1", "1 - x - 1.0001*x^3"), 6.0, 150, 6)
    assert np.abs(right / wrong - 1).min() > 1e-6


@st.composite
def ergodic(draw) -> Generator:
    """A generator on the line with a stationary law, of moderate coefficients."""
    number = st.floats(-2.0, 2.0).map(lambda v: round(v, 3))
    size = st.floats(0.2, 2.0).map(lambda v: round(v, 3))
    # a = c + (p + q x)^2 is positive; the cubic drift wins, or balances in the second kind.
    c, p, q = draw(size), draw(number), draw(number)
    a = [c + p * p, 2 * p * q, q * q]
    b = [draw(number), draw(number), draw(number), -draw(size)]
    return Generator(a, b)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(ergodic(), st.floats(-4, 4), st.floats(-4, 4))
def test_clock_ruler_and_mirror(g, log_clock, log_ruler):
    s = spectrum(g)
    clock, ruler = 10.0**log_clock, 10.0**log_ruler
    faster, wider = spectrum(time_change(g, clock)), spectrum(rescale(g, ruler))
    mirror = spectrum(
        Generator(
            [v * (-1) ** i for i, v in enumerate(g.a)],
            [-v * (-1) ** i for i, v in enumerate(g.b)],
        )
    )
    # Changed coefficients are rounded: 1e-16 times the condition, which the errors estimate.
    within = 1e-12 + 20 * s.relative_error
    for other, factor in ((faster, clock), (wider, 1.0), (mirror, 1.0)):
        assert other.eigenvalues == pytest.approx(factor * s.eigenvalues, rel=within)
        assert other.efficiency == pytest.approx(s.efficiency, rel=within)
    assert s.efficiency <= 1.0 + 1e-12
    assert wider.variance == pytest.approx(ruler**2 * s.variance, rel=within)
    assert mirror.mean == pytest.approx(-s.mean, abs=1e-12 * math.sqrt(s.variance))
