"""Laws that are known in closed form: oracles for relaxation.

Ornstein-Uhlenbeck from a Gaussian or a point stays Gaussian; a square-root process from a point is
noncentral chi-square; Brownian motion on [0, 1] is a sum over images.
"""

import math

import numpy as np
from scipy.special import ndtr
from scipy.stats import gamma, ncx2


def ornstein_uhlenbeck(mean, std, times):
    """Distances between N(m_t, s_t^2) and N(0, 1) for a = 1, b = -x: dict of (T,)."""
    m = mean * np.exp(-times)
    s = np.sqrt(1.0 + (std**2 - 1.0) * np.exp(-2.0 * times))
    with np.errstate(invalid="ignore", divide="ignore"):
        log1p_chi2 = m**2 / (2.0 - s**2) - 0.5 * np.log(s**2 * (2.0 - s**2))
    return {
        "chi2": np.where(s**2 < 2.0, np.expm1(log1p_chi2), np.inf),
        "tv": np.array([gaussian_variation(*pair) for pair in zip(m, s, strict=True)]),
        "kl": 0.5 * (m**2 + s**2 - 1.0 - np.log(s**2)),
        "w1": np.array([mean_size(*pair) for pair in zip(m, s - 1.0, strict=True)]),
        "w2": np.sqrt(m**2 + (s - 1.0) ** 2),
    }


def gaussian_variation(m, s):
    """Total variation between N(m, s^2) and N(0, 1), from the crossings of the densities."""
    if abs(s - 1.0) < 1e-12:
        return math.erf(abs(m) / math.sqrt(8.0))
    roots = np.roots([1.0 - s**-2, 2.0 * m / s**2, -(m**2) / s**2 - 2.0 * math.log(s)])
    low, high = sorted(roots.real)
    gap = ndtr((np.array([low, high]) - m) / s) - ndtr([low, high])
    return abs(gap[1] - gap[0])


def mean_size(m, q):
    """E|m + q Z| for a standard normal Z."""
    if q == 0.0:
        return abs(m)
    q = abs(q)
    normal = math.exp(-0.5 * (m / q) ** 2) * math.sqrt(2.0 / math.pi)
    return q * normal + m * (1.0 - 2.0 * ndtr(-m / q))


def square_root_variation(shape, point, time):
    """Total variation for a = x, b = shape - x from one point, by distribution functions."""
    scale = 0.5 * -math.expm1(-time)
    nc = point * math.exp(-time) / scale

    def gap(x):
        return ncx2.cdf(x / scale, 2 * shape, nc) - gamma.cdf(x, shape)

    x = np.linspace(1e-9, 60.0, 400_001)
    values = gap(x)
    turns = np.sign(np.diff(values))
    places = x[1:-1][turns[1:] != turns[:-1]]
    total = np.abs(np.diff(np.concatenate([[0.0], gap(places), [0.0]]))).sum()
    return 0.5 * total


def interval_chi2(point, time, terms=200):
    """chi2 for a = 1, b = 0 on [0, 1] from one point: ``sum 2 cos(n pi x)^2 e^(-2 n^2 pi^2 t)``."""
    n = np.arange(1, terms)
    return float(
        np.sum(2.0 * np.cos(n * math.pi * point) ** 2 * np.exp(-2.0 * (n * math.pi) ** 2 * time))
    )


def legendre_chi2(point, time, terms=60):
    """chi2 for a = 1 - x^2, b = -2x from one point: ``sum (2n+1) P_n(x)^2 e^(-2n(n+1)t)``."""
    total = 0.0
    for n in range(1, terms):
        value = np.polynomial.legendre.legval(point, [0.0] * n + [1.0])
        total += (2 * n + 1) * value**2 * math.exp(-2.0 * n * (n + 1) * time)
    return total
