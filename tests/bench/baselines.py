"""What one would write first: a dense finite-difference solve, and delta_1 as nested integrals.

Both are honest first tries, and both are slow; `make bench` prints them beside `spectrum`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
from numpy.polynomial import Polynomial

Real = Callable[[float], float]


def dense_gap(a: Polynomial, b: Polynomial, low: float, high: float, n: int = 400) -> float:
    """Return the gap of central differences on `n` equal cells of [low, high], reflecting ends.

    The rates up and down from cell centre x are a/h^2 ± b/(2h); all eigenvalues and eigenvectors
    of the dense matrix are computed, and the second smallest value is the answer.
    """
    h = (high - low) / n
    x = low + h * (np.arange(n) + 0.5)
    up, down = a(x) / h**2 + b(x) / (2 * h), a(x) / h**2 - b(x) / (2 * h)
    up[-1] = down[0] = 0.0
    matrix = np.diag(up + down) - np.diag(up[:-1], 1) - np.diag(down[1:], -1)
    values, _ = np.linalg.eig(matrix)
    return float(np.sort(values.real)[1])


def nested_delta(a: Real, potential: Real, x: float, *, theta: float, high: float) -> float:
    """Return one point of Chen's delta_1, f_2(x) / f_1(x), every integral by `scipy.quad`.

    With nu(theta, z) = int_theta^z e^{-C}:  f_1 = nu(theta, .)^(1/2),
    f_2(x) = int_theta^x e^{-C(y)} int_y^high f_1(z) e^{C(z)} / a(z) dz dy.
    Three integrals deep; `potential`, C, is given in closed form, which is a favour.
    """
    from scipy.integrate import quad

    def nu(z: float) -> float:
        return quad(lambda w: math.exp(-potential(w)), theta, z)[0]

    def inner(y: float) -> float:
        return quad(lambda z: math.sqrt(nu(z)) * math.exp(potential(z)) / a(z), y, high)[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # quad remarks on the root at theta; the value is good
        f_2 = quad(lambda y: math.exp(-potential(y)) * inner(y), theta, x)[0]
    return f_2 / math.sqrt(nu(x))
