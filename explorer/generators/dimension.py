"""d independent coordinates: how distances of one coordinate combine.

``1 + chi2`` multiplies, KL adds, ``W2^2`` adds (Euclidean distance), W1 adds (l1 distance), and the
affinity ``A = int sqrt(p pi)`` multiplies. Total variation does not factor, but with
``L = log(p_t/pi)`` it is an expectation of a sum of d independent terms. Under the law
``q = sqrt(p pi) / A`` of each coordinate,

    1 - TV_d = A^d E_q[exp(-|L_1 + ... + L_d| / 2)],

because ``min(p, pi) = sqrt(p pi) exp(-|L|/2)``. The expectation is summed as a Fourier series over
one period, with the d-th power of the characteristic function of ``L_1``: exponentially accurate
once d is moderate, and about 30 terms long.
"""

from __future__ import annotations

import math

import numpy as np

from explorer.core.errors import InputError

MAX_DIMENSION = 10**9
MAX_TERMS = 400
LOWEST = 1e-3  # frequency, over the reciprocal of the standard deviation
DEAD, DYING, FEW = 30.0, 3e3, 8  # the highest, over that of the usual size; for few dimensions
LOG_STEP, REFINEMENTS, SETTLED = 0.1, 4, 1e-6
LATE = 0.2  # before, the integrand oscillates too fast for its grid
ROUGH = 1e-3  # relative size of what the series leaves out
ROUNDED = 1e-8
NEGLECTED = 1e-15  # mass of the d-fold law that is left out
TAIL_NATS = 34.0  # the period leaves out 2e-15 of the law of the sum


def check_dimension(dimension: int) -> int:
    """Return a whole number of coordinates, 1 to 1e9.

    Raises
    ------
    InputError
        With field ``"dimension"``.
    """
    is_whole = isinstance(dimension, (int, np.integer, float, np.floating))
    is_whole = is_whole and not isinstance(dimension, bool) and float(dimension).is_integer()
    if not is_whole or not 1 <= dimension <= MAX_DIMENSION:
        problem = f"dimension = {str(dimension)[:20]} is not a whole number from 1 to 1e9."
        raise InputError("dimension", problem, "Give the number of coordinates, for instance 3072.")
    return int(dimension)


def in_dimensions(
    single: dict[str, np.ndarray], ratio: tuple[np.ndarray, np.ndarray] | None, dimension: int
) -> dict[str, np.ndarray]:
    """Return the distances in d dimensions, each (T,), from those of one coordinate.

    ``single`` has chi2, tv, kl, w1, w2; ``ratio`` has ``log(p_t/pi)`` (T, N) and the log masses of
    pi (N,), None for points at time 0 (their total variation is 1). Adds l2 and ``log1p_chi2``;
    chi2 overflows to inf.
    """
    log1p_chi2 = dimension * np.log1p(single["chi2"])
    with np.errstate(over="ignore"):
        chi2 = np.expm1(log1p_chi2) if dimension > 1 else single["chi2"].copy()
        l2 = np.where(log1p_chi2 < 500.0, np.sqrt(chi2), np.exp(0.5 * log1p_chi2))
    tv = single["tv"]
    if dimension > 1 and ratio is not None:
        tv = product_variation(*ratio, dimension)
    return {
        "chi2": chi2,
        "l2": l2,
        "tv": tv,
        "kl": dimension * single["kl"],
        "w1": dimension * single["w1"],
        "w2": math.sqrt(dimension) * single["w2"],
        "log1p_chi2": log1p_chi2,
    }


def product_variation(log_h: np.ndarray, log_mass: np.ndarray, dimension: int) -> np.ndarray:
    """Return the total variation between d-fold products, (T,).

    Parameters
    ----------
    log_h : (T, N)
        ``log(p/pi)`` at N nodes, -inf where p vanishes.
    log_mass : (N,)
        Log masses of pi at the nodes.
    dimension : int
    """
    half = 0.5 * np.maximum(log_h, -1400.0)
    with np.errstate(divide="ignore"):
        root = np.where(half > 30.0, half, np.log(np.abs(np.expm1(np.minimum(half, 30.0)))))
    lost = 0.5 * np.exp(log_mass + 2.0 * root).sum(axis=1)  # 1 - A without cancellation
    log_affinity = np.log1p(-np.minimum(lost, 1.0 - 1e-300))
    tilted = np.exp(log_mass + half)
    tilted /= tilted.sum(axis=1, keepdims=True)
    values = np.where(_counts(tilted, dimension), 2.0 * half, 0.0)
    missing = _missing(values, tilted, dimension)
    log_overlap = np.maximum(dimension * log_affinity, -740.0)
    return np.clip(np.exp(log_overlap) * missing - np.expm1(log_overlap), 0.0, 1.0)


def _missing(values: np.ndarray, tilted: np.ndarray, dimension: int) -> np.ndarray:
    """Return ``1 - E[exp(-|L_1 + ... + L_d| / 2)]``, (T,).

    By a Fourier series where few terms do. By the Fourier integral where they do not, as for rare
    large values among small ones, and where the series would be rounded away against 1.
    """
    half = _half_period(values, tilted, dimension)
    total, rest = _by_series(values, tilted, dimension, half)
    missing = 1.0 - total
    is_rough = (rest > ROUGH * missing) & (missing < LATE)
    for row in np.flatnonzero(is_rough | (missing < ROUNDED)):
        missing[row] = _by_integral(values[row], tilted[row], dimension)
    return missing


def _counts(tilted: np.ndarray, dimension: int) -> np.ndarray:
    """Return where masses matter, (T, N): all but the least, which add up to ``NEGLECTED / d``."""
    ascending = np.sort(tilted, axis=1)
    below = np.cumsum(ascending, axis=1) <= NEGLECTED / dimension
    level = np.where(below, ascending, 0.0).max(axis=1)
    return tilted > level[:, None]


def _half_period(values: np.ndarray, tilted: np.ndarray, dimension: int) -> np.ndarray:
    """Return r (T,) with negligible mass of ``|L_1 + ... + L_d|`` beyond, by Chernoff's bound."""
    mean = np.einsum("tn,tn->t", tilted, values)
    spread = np.sqrt(np.einsum("tn,tn->t", tilted, (values - mean[:, None]) ** 2))
    scale = np.maximum(math.sqrt(dimension) * spread, 1e-290)
    steepest = 690.0 / np.maximum(np.abs(values).max(axis=1), 1e-290)  # beyond, it overflows
    best = np.full(mean.size, 2.0 * TAIL_NATS)  # always enough: A^d P(|L| > r) <= 2 exp(-r/2)
    for steepness in (2.0, 5.0, 8.0):
        theta = np.minimum(np.minimum(steepness / scale, 1e15), steepest)
        turned = theta[:, None] * values
        rise = np.zeros(mean.size)
        for sign in (1.0, -1.0):
            rise = np.maximum(rise, np.log(np.einsum("tn,tn->t", tilted, np.exp(sign * turned))))
        best = np.minimum(best, (dimension * rise + TAIL_NATS) / theta)
    return best


def _by_series(
    values: np.ndarray, tilted: np.ndarray, dimension: int, half: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return ``E[exp(-|L_1 + ... + L_d| / 2)]`` (T,) by its Fourier series on [-half, half].

    And the size of the terms beyond ``MAX_TERMS``, (T,).
    """
    base = np.pi / half
    turn = np.exp(1j * base[:, None] * values)
    power = tilted.astype(complex)
    total = -2.0 * np.expm1(-0.5 * half) / half
    ends = (-np.expm1(-0.5 * half), 1.0 + np.exp(-0.5 * half))  # for even and odd k
    active, wave = np.arange(half.size), np.ones(half.size, dtype=complex)
    for k in range(1, MAX_TERMS + 1):
        power *= turn
        factor = power.sum(axis=1)
        with np.errstate(divide="ignore", under="ignore"):
            wave = np.exp(dimension * np.log(factor))
        frequency = k * base[active]
        weight = ends[k % 2][active] / (0.25 + frequency**2) / half[active]
        total[active] += weight * wave.real
        going = np.abs(wave) > 1e-12  # terms fall at least like this times 1/k^2
        if not going.all():
            keep = np.flatnonzero(going)
            active, power, turn, wave = active[keep], power[keep], turn[keep], wave[keep]
            if not active.size:
                break
    rest = np.zeros(half.size)
    rest[active] = np.abs(wave) * half[active] / (np.pi**2 * MAX_TERMS)
    return total, rest


def _by_integral(values: np.ndarray, tilted: np.ndarray, dimension: int) -> float:
    """Return ``1 - E[exp(-|L_1 + ... + L_d| / 2)]`` as an integral over frequencies.

    It is ``1/pi int_0^inf (1 - Re psi(w)^d) / (1/4 + w^2) dw`` with psi the characteristic function
    of one term, by the trapezoidal rule in log w, refined until it settles. Of a very
    small value the first grid gives the four digits that suffice.
    """
    counts = values != 0.0  # the others turn nothing
    values, tilted = values[counts], tilted[counts]
    spread = math.sqrt(dimension * float(tilted @ values**2))
    if spread == 0.0:
        return 0.0
    low = LOWEST * min(0.5, 1.0 / spread)
    usual = math.sqrt(dimension) * float(tilted @ np.abs(values))
    high = (DYING if dimension <= FEW else DEAD) * max(1.0, 1.0 / usual)
    step = LOG_STEP
    found = _sum_over_frequencies(values, tilted, dimension, (low, high), step)
    last = math.inf
    often = REFINEMENTS if dimension > FEW else 1
    for _ in range(often if found > ROUNDED else 0):
        shift = math.exp(0.5 * step)
        between = _sum_over_frequencies(
            values, tilted, dimension, (low * shift, high * shift), step
        )
        change, step = 0.5 * (between - found), 0.5 * step
        found += change
        if abs(change) < SETTLED * found or abs(change) > 0.5 * last:  # the rest is rounding
            break
        last = abs(change)
    return found


def _sum_over_frequencies(
    values: np.ndarray,
    tilted: np.ndarray,
    dimension: int,
    limits: tuple[float, float],
    step: float,
) -> float:
    """Return the trapezoidal sum on a geometric grid; beyond it ``psi^d`` is taken to be 0."""
    w = limits[0] * np.exp(step * np.arange(math.ceil(math.log(limits[1] / limits[0]) / step)))
    single = np.expm1(1j * w[:, None] * values) @ tilted
    x, y = np.real(single), np.imag(single)
    size = np.maximum(x * (2.0 + x) + y * y, 1e-15 - 1.0)  # |psi|^2 - 1
    lost = -np.expm1(dimension * (0.5 * np.log1p(size) + 1j * np.arctan2(y, 1.0 + x)))
    total = float((np.real(lost) * w / (0.25 + w * w)).sum())
    first, third = (float(w[-1]) ** -k / math.expm1(k * step) for k in (1, 3))
    return step * (total + first - 0.25 * third) / math.pi


def lattice_variation(
    log_h: np.ndarray, log_mass: np.ndarray, dimension: int, *, points: int = 2**15
) -> float:
    """Return the total variation between d-fold products by an FFT power: an independent check.

    The law of ``L = log(p/pi)`` under p is split onto a lattice so that each atom keeps its mean;
    the d-th power of its transform is the law of the sum, and ``TV = E[(1 - exp(-L))_+]``. The
    error is about the square of the lattice step.

    Parameters
    ----------
    log_h, log_mass : (N,)
        ``log(p/pi)`` at one time, and log masses of pi.
    """
    law = np.exp(log_mass + log_h)
    kept = law > 1e-18
    law, values = law[kept] / law[kept].sum(), log_h[kept]
    mean = float(law @ values)
    spread = math.sqrt(float(law @ (values - mean) ** 2))
    reach = max(float(np.abs(values - mean).max()), 14.0 * math.sqrt(dimension) * spread)
    step = 2.0 * reach / (points - 2)
    place = (values - mean) / step
    low = np.floor(place).astype(int)
    share = place - low
    atoms = np.zeros(points)
    np.add.at(atoms, low % points, law * (1.0 - share))
    np.add.at(atoms, (low + 1) % points, law * share)
    total = np.fft.irfft(np.fft.rfft(atoms) ** dimension, points)
    sums = np.fft.fftfreq(points, 1.0 / points) * step + dimension * mean
    return float(total @ -np.expm1(-np.maximum(sums, 0.0)))
