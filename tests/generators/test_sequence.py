"""Chen's approximating sequence against brute force on a fine grid, and against its own theory."""

import math

import numpy as np
import pytest
from scipy.integrate import cumulative_simpson
from scipy.special import erfi

from explorer.core.errors import ExplorerError, InputError
from explorer.generators.generator import Generator
from explorer.generators.sequence import chen_sequence
from explorer.generators.spectrum import spectrum

CASES = [
    ("1", "-x", (-math.inf, math.inf)),
    ("1", "-x-x^3", (-math.inf, math.inf)),
    ("1", "40*x-40*x^3", (-math.inf, math.inf)),
    ("1+x^4", "-x-5*x^5", (-math.inf, math.inf)),
    ("x", "2-x", (0.0, math.inf)),
    ("1-x^2", "0.3-2*x", (-1.0, 1.0)),
]


def brute_force(n: int, end: float = 8.0) -> tuple[list[float], list[float]]:
    """Lower and Rayleigh values of Ornstein-Uhlenbeck by Simpson's rule on 2^18 cells."""
    x = np.linspace(-end, end, 2**18 + 1)
    pi = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    f = np.sign(x) * np.sqrt(np.sqrt(np.pi / 2) * erfi(np.abs(x) / math.sqrt(2)))
    middle, inner = len(x) // 2, np.abs(x) < 0.8 * end

    def flux(h):
        below = cumulative_simpson(h * pi, x=x, initial=0)
        return below[-1] - below

    lower, rayleigh = [], []
    for _ in range(n):
        u = cumulative_simpson(flux(f) / pi, x=x, initial=0)
        u -= u[middle]
        lower.append(float((flux(f)[inner] / flux(u)[inner]).min()))
        rayleigh.append(float(np.sum(f * u * pi) / np.sum(u * u * pi)))
        f = u
    return lower, rayleigh


def test_ornstein_uhlenbeck_agrees_with_brute_force():
    lower, rayleigh = brute_force(6)
    c = chen_sequence(Generator("1", "-x"), n=6)
    # 1e-4: the brute force cuts at 8 standard deviations, ours further out, and f_1 grows there.
    assert c.lower[1:] == pytest.approx(lower[1:], rel=1e-4)
    assert c.rayleigh[1:] == pytest.approx(rayleigh[1:], rel=1e-4)
    # The first Rayleigh value converges only like 1 / cut in the place of the cut.
    assert c.rayleigh[0] == pytest.approx(rayleigh[0], rel=2e-2)


@pytest.mark.parametrize(("a", "b", "domain"), CASES)
def test_bounds_enclose_the_gap_and_close_in(a, b, domain):
    g = Generator(a, b, domain)
    gap, c = spectrum(g).gap, chen_sequence(g, n=40)
    slack = 1e-12 * gap  # rounding of the fluxes
    assert (c.lower <= gap + slack).all()
    assert (c.upper >= gap - slack).all()
    assert (c.rayleigh >= gap - slack).all()
    assert (np.diff(c.lower) >= -slack).all()
    assert (np.diff(c.rayleigh) <= slack).all()
    assert c.limit == pytest.approx(gap, rel=1e-13)


@pytest.mark.parametrize(("a", "b", "domain"), CASES)
def test_quotients_decide_the_bounds(a, b, domain):
    c = chen_sequence(Generator(a, b, domain), n=7)
    assert c.quotients.shape == (7, c.nodes.size)
    assert np.isfinite(c.quotients).all()
    assert (c.quotients.min(axis=1) == c.lower).all()
    assert (c.quotients.max(axis=1) == c.upper).all()
    assert (np.diff(c.mass) >= 0).all()
    assert 0 <= c.mass[0] < 0.1
    assert c.mass[-1] == pytest.approx(1.0, abs=0.1)


def test_rate_is_the_ratio_of_the_first_two_eigenvalues():
    g = Generator("1", "-x-x^3+1")  # no symmetry
    s, c = spectrum(g), chen_sequence(g, n=14)
    shrinks = (1 - c.lower[12] / s.gap) / (1 - c.lower[10] / s.gap)
    assert shrinks == pytest.approx((s.eigenvalues[0] / s.eigenvalues[1]) ** 2, rel=2e-2)


def test_first_counts_from_where_the_bound_stays_within():
    c = chen_sequence(Generator("1", "-x"), n=30)
    for which in ("lower", "rayleigh", "upper"):
        n = c.first(1e-6, which)
        errors = np.abs(getattr(c, which) - 1.0)
        assert (errors[n - 1 :] <= 1e-6).all()
        assert errors[n - 2] > 1e-6
    assert c.first(0.0, "upper") is None
    with pytest.raises(InputError, match="'middle' is unknown"):
        c.first(0.1, "middle")


@pytest.mark.parametrize("n", [0, 1001, True, 2.5])
def test_bad_number_of_steps(n):
    with pytest.raises(InputError, match="not from 1 to 1000"):
        chen_sequence(Generator("1", "-x"), n=n)


def test_metastable_says_so():
    with pytest.raises(ExplorerError, match="through logarithms"):
        chen_sequence(Generator("1", "8000*x-8000*x^3"))
