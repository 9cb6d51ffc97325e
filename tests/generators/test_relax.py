"""Relaxation and convergence times against closed forms, general laws and a table made apart."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from explorer.core.errors import InputError
from explorer.generators import (
    Gaussian,
    Generator,
    Points,
    Uniform,
    normalise,
    relax,
    time_change,
    time_to,
)

LINE = (-math.inf, math.inf)
OU = Generator("1", "-x")
TIMES = np.array([0.1, 0.3, 0.7, 1.5, 3.0])
FAIR = [  # T at d = 1 and d = 3072 of the normalised generators, start uniform on [.2, .8], TV 0.01
    ("1", "-x", LINE, 2.995, 7.011),
    ("1", "-x-x^3", LINE, 3.299, 7.379),
    ("1", "-x^3", LINE, 3.548, 7.783),
    ("1", "-x^5", LINE, 3.758, 8.186),
    ("1+x^2", "-6*x", LINE, 2.956, 7.013),
    ("1+x^2", "-6*x-x^3", LINE, 3.056, 7.103),
    ("1+x^4", "-x-5*x^5", LINE, 3.867, 8.468),
    ("1-x^2", "-2*x", (-1.0, 1.0), 3.075, 7.010),
]
PAIRS = [
    (OU, Gaussian(1.5, 0.5)),
    (Generator("1", "-x-x^3"), Uniform(0.2, 0.8)),
    (Generator("1", "6*x-6*x^3"), Points([1.0])),
    (Generator("1-x^2", "-2*x", (-1, 1)), Uniform(-0.5, 0.9)),
    (Generator("x", "2-x", (0, math.inf)), Gaussian(3.0, 0.5)),
    (Generator("1+x^2", "-6*x"), Points([0.5, 1.0])),
]


def ornstein_uhlenbeck(mean: float, std: float, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance at time t."""
    return mean * np.exp(-t), 1.0 + (std**2 - 1.0) * np.exp(-2.0 * t)


def test_ornstein_uhlenbeck_from_a_gaussian_has_closed_forms():
    found = relax(OU, Gaussian(1.5, 0.5), TIMES)
    m, v = ornstein_uhlenbeck(1.5, 0.5, TIMES)
    kl = 0.5 * (v + m**2 - 1.0 - np.log(v))
    chi2 = np.exp(m**2 / (2.0 - v)) / np.sqrt(v * (2.0 - v)) - 1.0
    w2 = np.sqrt(m**2 + (np.sqrt(v) - 1.0) ** 2)
    for name, exact in (("kl", kl), ("chi2", chi2), ("w2", w2)):
        value, error = getattr(found, name), found.errors[name]
        assert value == pytest.approx(exact, rel=1e-5), name
        assert (np.abs(value - exact) <= 10 * error + 1e-9 * exact + 1e-12).all(), name


def test_total_variation_of_two_gaussians_with_one_variance():
    found = relax(OU, Gaussian(1.0, 1.0), TIMES)
    exact = 2.0 * norm.cdf(np.exp(-TIMES) / 2.0) - 1.0
    assert found.tv == pytest.approx(exact, rel=1e-6)
    assert found.w1 == pytest.approx(np.exp(-TIMES), rel=1e-6)


@pytest.mark.parametrize("d", [1, 10, 3072, 49_152, 10**6])
def test_dimension_d_of_a_shifted_gaussian(d):
    times = 0.5 * math.log(d) + np.array([0.5, 1.0, 2.0])
    found = relax(OU, Gaussian(1.0, 1.0), times, dimension=d)
    exact = 2.0 * norm.cdf(math.sqrt(d) * np.exp(-times) / 2.0) - 1.0
    assert found.tv == pytest.approx(exact, abs=5e-5)  # the grid of the product law
    assert found.kl == pytest.approx(0.5 * d * np.exp(-2.0 * times), rel=1e-5)


@pytest.mark.parametrize(("a", "b", "domain", "single", "many"), FAIR)
def test_table_of_fair_convergence_times(a, b, domain, single, many):
    g = normalise(Generator(a, b, domain))
    start = Uniform(0.2, 0.8)
    # The table's own errors: 3e-4 of finite volumes, and 1.5e-5 in TV, 2e-3 in T, for many.
    assert time_to(g, start, 0.01).exact == pytest.approx(single, abs=4e-3)
    assert time_to(g, start, 0.01, dimension=3072).exact == pytest.approx(many, abs=6e-3)


@pytest.mark.parametrize(("g", "start"), PAIRS)
def test_laws_that_every_relaxation_obeys(g, start):
    found = relax(g, start, np.linspace(0.02, 4.0, 30))
    slack = 1e-7
    for name in ("chi2", "tv", "kl"):  # data processing
        values = getattr(found, name)
        values = values[np.isfinite(values)]
        assert (np.diff(values) <= slack * values[:-1] + 1e-12).all(), name
    finite = np.isfinite(found.chi2)
    assert (found.tv[finite] <= 0.5 * np.sqrt(found.chi2[finite]) * (1 + slack) + 1e-9).all()
    assert (found.tv <= np.sqrt(0.5 * found.kl) * (1 + 1e-5) + 1e-9).all()  # Pinsker
    assert (found.kl <= np.log1p(found.chi2) * (1 + 1e-5) + 1e-9).all()
    assert (found.w1 <= found.w2 * (1 + 1e-5) + 1e-9).all()
    assert ((found.tv >= 0.0) & (found.tv <= 1.0)).all()


@pytest.mark.parametrize(("g", "start"), PAIRS[:3])
def test_time_change_changes_only_the_clock(g, start):
    slow = relax(g, start, TIMES)
    fast = relax(time_change(g, 3.0), start, TIMES / 3.0)
    for name in ("tv", "kl", "w1", "w2"):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-6, abs=1e-9), name


def test_symmetric_start_shows_the_second_rate():
    found = relax(OU, Points([-1.5, 1.5]), np.array([2.0, 3.0]))
    assert found.observed == 2
    assert found.rates[:2] == pytest.approx([1.0, 2.0], rel=1e-9)
    assert math.log(found.tv[0] / found.tv[1]) == pytest.approx(2.0, rel=1e-2)


@pytest.mark.parametrize("eps", [0.0, 1.0, -0.1, math.nan])
def test_impossible_distance(eps):
    with pytest.raises(InputError):
        time_to(OU, Gaussian(1.0, 1.0), eps)


@pytest.mark.parametrize("dimension", [0, -3, 10**12])
def test_impossible_dimension(dimension):
    with pytest.raises(InputError):
        relax(OU, Gaussian(1.0, 1.0), TIMES, dimension=dimension)


def test_start_outside_the_domain():
    with pytest.raises(InputError):
        relax(Generator("1-x^2", "-2*x", (-1, 1)), Points([2.0]), TIMES)
