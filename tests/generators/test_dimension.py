"""Total variation of products: the Fourier series against closed forms, bounds and an FFT power."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.generators.dimension import lattice_variation, product_variation

NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)
X = 12.0 * NODES
LOG_MASS = np.log(12.0 * WEIGHTS) - 0.5 * X**2 - 0.5 * math.log(2.0 * math.pi)


def shift(m):
    """log p/pi of N(m, 1) against N(0, 1), for m of shape (T,)."""
    return np.asarray(m)[:, None] * X - 0.5 * np.asarray(m)[:, None] ** 2


@pytest.mark.parametrize("d", [1, 2, 3, 10, 300, 3072, 49_152, 1_000_000])
def test_gaussian_shifts(d):
    """``2 Phi(sqrt(d) m / 2) - 1`` from 1e-6 to 0.999."""
    total = np.array([1e-6, 1e-3, 0.1, 1.0, 3.0, 6.0])
    found = product_variation(shift(total / math.sqrt(d)), LOG_MASS, d)
    exact = [math.erf(t / math.sqrt(8.0)) for t in total]
    # The rounding of d times one logarithm.
    assert found == pytest.approx(exact, rel=1e-8, abs=2e-16 * d)


def test_spread_out_laws_against_distribution_functions():
    """N(0, s^2) in d = 2: the densities cross on a circle."""
    s = 1.5
    log_h = 0.5 * X**2 * (1.0 - s**-2) - math.log(s)
    radius2 = 2.0 * 2.0 * math.log(s) / (1.0 - s**-2)
    exact = math.exp(-0.5 * radius2 / s**2) - math.exp(-0.5 * radius2)
    assert product_variation(log_h[None], LOG_MASS, 2)[0] == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("d", [10, 3072])
def test_fft_power_agrees(d):
    rng = np.random.default_rng(3)
    bump = 1.0 + 0.5 / math.sqrt(d) * (np.tanh(X) + 0.3 * np.cos(X) * rng.uniform(0.5, 1.0))
    log_h = np.log(bump) - math.log(np.exp(LOG_MASS) @ bump)
    series = product_variation(log_h[None], LOG_MASS, d)[0]
    fft = [lattice_variation(log_h, LOG_MASS, d, points=2**k) for k in (14, 18)]
    assert fft[1] == pytest.approx(series, abs=1e-6)
    assert abs(fft[0] - series) > 10.0 * abs(fft[1] - series)  # the lattice is what is wrong


@given(
    m=st.floats(0.001, 3.0),
    s=st.floats(0.6, 1.3),
    d=st.sampled_from([1, 2, 5, 40, 3072, 196_608]),
)
def test_affinity_bounds(m, s, d):
    """``1 - A^d <= TV <= sqrt(1 - A^(2d))``, and TV grows with d."""
    m = m / math.sqrt(d)
    s = s ** (1.0 / math.sqrt(d))
    log_h = -0.5 * ((X - m) / s) ** 2 - math.log(s) + 0.5 * X**2
    found, more = (product_variation(log_h[None], LOG_MASS, n)[0] for n in (d, 2 * d))
    affinity = math.sqrt(2.0 * s / (1.0 + s * s)) * math.exp(-0.25 * m * m / (1.0 + s * s))
    assert 1.0 - affinity**d <= found + 1e-5
    assert found <= math.sqrt(max(1.0 - affinity ** (2 * d), 0.0)) + 1e-5
    assert more >= found - 1e-5


def test_disjoint_laws():
    """Where p vanishes log p/pi is -inf; p = 2 pi on the right half.

    All mass of the log-ratio sits on one atom: its characteristic function never falls, and the
    series ends by its own 1/k^2.
    """
    log_h = np.where(X > 0.0, math.log(2.0), -np.inf)
    for d in (1, 5, 30):
        exact = 1.0 - 2.0**-d
        assert product_variation(log_h[None], LOG_MASS, d)[0] == pytest.approx(exact, abs=1e-3)


def test_equal_laws():
    assert product_variation(np.zeros((2, X.size)), LOG_MASS, 1000) == pytest.approx(0.0, abs=1e-12)


def normal_below(z):
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@pytest.mark.parametrize("size", [1e-6, 1e-4, 1e-3])
@pytest.mark.parametrize("rare", [1e-9, 1e-6, 1e-5])
def test_rare_large_values_among_small_ones(size, rare):
    """As where pi has power tails: ratio 1/20 with a small chance, else a small Gaussian shift.

    Given how often the rare one occurs, ``log p/pi`` of the product is normal, and
    ``E[(p/pi - 1)_+]`` is the formula of Black and Scholes.
    """
    d, ratio = 3072, 0.05
    level = math.log((1.0 - rare * ratio) / (1.0 - rare))
    log_h = np.append(shift([size])[0] + level, math.log(ratio))
    log_mass = np.append(LOG_MASS + math.log1p(-rare), math.log(rare))
    exact = 0.0
    for j in range(12):
        chance = math.comb(d, j) * rare**j * (1.0 - rare) ** (d - j)
        mean, s = j * math.log(ratio) + (d - j) * level, size * math.sqrt(d - j)
        up, down = normal_below(mean / s + 0.5 * s), normal_below(mean / s - 0.5 * s)
        exact += chance * (math.exp(mean) * up - down)
    found = product_variation(log_h[None], log_mass, d)[0]
    assert found == pytest.approx(exact, rel=5e-5)


def test_late_times_keep_their_relative_accuracy():
    """TV of a small shift is linear in it, far below the rounding of 1 - overlap."""
    small = np.array([1e-9, 1e-12, 1e-15, 1e-120, 1e-200])
    found = product_variation(small[:, None] * X, LOG_MASS, 100)
    assert found == pytest.approx(10.0 * small / math.sqrt(2.0 * math.pi), rel=1e-6)
