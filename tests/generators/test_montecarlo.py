"""T(eps) in dimension d: exact product law, formula and simulated paths agree within their errors.

Each comparison allows 4.5 standard errors and the stated bias. With 6 comparisons and a normal
error the false-alarm rate of the file is below 6 * 7e-6 = 4e-5, and seeds are fixed besides.
"""

import math

import pytest

from explorer.core.errors import InputError
from explorer.generators import Gaussian, Generator, Points, Uniform, time_to
from explorer.generators.montecarlo import monte_carlo_tv

LINE = (-math.inf, math.inf)
EPS = 0.2
CASES = [
    ("1", "-x", LINE, Gaussian(1.5, 0.5), 10),
    ("1", "-x-x^3", LINE, Uniform(0.2, 0.8), 10),
    ("1+x^2", "-6*x", LINE, Uniform(0.2, 0.8), 10),
    ("1-x^2", "-2*x", (-1.0, 1.0), Uniform(0.2, 0.8), 10),
    ("x", "2-x", (0.0, math.inf), Gaussian(3.0, 0.5), 5),
    ("1", "-x^3", LINE, Points([1.0]), 1),
]


@pytest.mark.parametrize(("a", "b", "domain", "start", "d"), CASES)
def test_three_ways_to_the_convergence_time(a, b, domain, start, d):
    g = Generator(a, b, domain)
    time = time_to(g, start, EPS, dimension=d)
    found = monte_carlo_tv(g, start, time.exact, d, copies=20_000, steps=200, seed=7)
    allowed = 4.5 * found.standard_error + 2 * found.bias
    assert abs(found.tv - EPS) <= allowed
    assert allowed < 0.2 * EPS  # the comparison means something
    if d >= 5:  # the formula is for large d: what it leaves out shrinks with d and eps
        assert time.formula == pytest.approx(time.exact, rel=0.06)


@pytest.mark.parametrize("wrong", [0.8, 1.2])
def test_a_wrong_time_is_noticed(wrong):
    """The control: with T off by 20 % the comparison above must fail."""
    g, start = Generator("1", "-x-x^3"), Uniform(0.2, 0.8)
    time = wrong * time_to(g, start, EPS, dimension=10).exact
    found = monte_carlo_tv(g, start, time, 10, copies=20_000, steps=100, seed=7)
    assert abs(found.tv - EPS) > 4.5 * found.standard_error + 2 * found.bias


def test_same_seed_same_paths():
    g, start = Generator("1", "-x"), Gaussian(1.0, 0.5)
    first, again, other = (
        monte_carlo_tv(g, start, 0.5, 2, copies=500, steps=10, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first.tv != other.tv


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": 0.0}, "not above 0"),
        ({"time": math.nan}, "not above 0"),
        ({"dimension": 0}, "too small"),
        ({"copies": 5}, "too small"),
        ({"steps": 7}, "not even"),
        ({"dimension": 10**6}, "too long"),
    ],
)
def test_bad_requests(change, message):
    request = {"time": 1.0, "dimension": 1} | change
    with pytest.raises(InputError, match=message):
        monte_carlo_tv(Generator("1", "-x"), Gaussian(1.0, 0.5), **request)
