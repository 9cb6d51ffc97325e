r"""Exact densities of a mixture of Gaussians as pictures show them: along a line, over a plane.

With modes ``w_k, m_k, S_k`` the density of ``theta.x`` is ``sum_k w_k N(.; theta.m_k, s_k^2)``,
``s_k^2 = theta.S_k theta``, and two coordinates together are again a mixture. Given that coordinate
i lies in (a, b), coordinate j has the density

    p(y) = sum_k w_k N(y; m_kj, S_kjj) [Phi((b - c_k(y)) / t_k) - Phi((a - c_k(y)) / t_k)] / P,
    c_k(y) = m_ki + S_kij (y - m_kj) / S_kjj,   t_k^2 = S_kii - S_kij^2 / S_kjj,

where P is the chance of (a, b).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.analysis.mixture_law import MixtureLaw

TINY = 1e-12  # of a variance: a mode without width is drawn as a very narrow one


def direction(dimension: int, angle: float) -> np.ndarray:
    """Return the unit vector (dimension,) at `angle` degrees in the plane of the first two axes.

    Examples
    --------
    >>> direction(3, 90.0).round(12).tolist()
    [0.0, 1.0, 0.0]
    """
    turn = np.deg2rad(angle)
    vector = np.zeros(dimension)
    vector[:2] = (np.cos(turn), np.sin(turn))[:dimension]
    return vector


def along(law: MixtureLaw, theta: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the density of ``theta.x`` at values (n,), for a unit vector theta (d,).

    Examples
    --------
    >>> from explorer.analysis.mixture_law import MixtureLaw
    >>> law = MixtureLaw(np.ones(1), np.zeros((1, 2)), np.eye(2)[None])
    >>> along(law, np.array([0.6, 0.8]), np.zeros(1)).round(4).tolist()  # 1 / sqrt(2 pi)
    [0.3989]
    """
    means, stds = law.shadows(np.asarray(theta, dtype=np.float64)[None])
    return law.weights @ _normal(values, means, np.maximum(stds**2, TINY))


def over_plane(law: MixtureLaw, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the density of the first two coordinates at x (n,) by y (m,), shaped (m, n).

    Examples
    --------
    >>> from explorer.analysis.mixture_law import MixtureLaw
    >>> law = MixtureLaw(np.ones(1), np.zeros((1, 3)), np.eye(3)[None])
    >>> over_plane(law, np.zeros(1), np.zeros(1)).round(4).tolist()  # 1 / (2 pi)
    [[0.1592]]
    """
    found = np.zeros((len(y), len(x)))
    for weight, mean, covariance in zip(law.weights, law.means, law.covariances, strict=True):
        below, slope, rest = _regression(mean, covariance, on=0, of=1)
        first = _normal(y, mean[1:2], np.maximum(covariance[1:2, 1], TINY))[0]
        centres = (below + slope * (y - mean[1]))[:, None]
        found += weight * first[:, None] * _normal(x, centres, np.full_like(centres, rest))
    return found


def given(
    law: MixtureLaw, values: np.ndarray, interval: tuple[float, float], *, on: int = 0, of: int = 1
) -> np.ndarray:
    """Return the density (n,) of coordinate `of` given that coordinate `on` lies in an interval.

    Raises
    ------
    InputError
        If the interval is empty or has no chance.

    Examples
    --------
    >>> from explorer.analysis.mixture_law import MixtureLaw
    >>> law = MixtureLaw(np.ones(1), np.zeros((1, 2)), np.eye(2)[None])  # independent
    >>> given(law, np.zeros(1), (0.75, 1.25)).round(4).tolist()
    [0.3989]
    """
    from scipy.special import ndtr

    low, high = interval
    total, chance = np.zeros(len(values)), 0.0
    for weight, mean, covariance in zip(law.weights, law.means, law.covariances, strict=True):
        below, slope, rest = _regression(mean, covariance, on=on, of=of)
        centres = below + slope * (values - mean[of])
        inside = ndtr((high - centres) / rest**0.5) - ndtr((low - centres) / rest**0.5)
        spread = np.maximum(covariance[of, of], TINY)
        total += weight * _normal(values, mean[of : of + 1], spread)[0] * inside
        width = max(float(covariance[on, on]), TINY) ** 0.5
        chance += weight * float(ndtr((high - mean[on]) / width) - ndtr((low - mean[on]) / width))
    if not low < high or chance < 1e-9:
        problem = f"The exact law has no mass where {low:.4g} < coordinate < {high:.4g}."
        raise InputError("interval", problem, "Choose an interval near a mode.")
    return total / chance


def levels(density: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Return for each share the density above which that share of the mass lies, on an even grid.

    Examples
    --------
    >>> levels(np.array([[1.0, 5.0], [2.0, 2.0]]), (0.5, 0.9)).tolist()
    [5.0, 2.0]
    """
    down = np.sort(density.ravel())[::-1]
    mass = np.cumsum(down) / down.sum()
    at = np.searchsorted(mass, np.asarray(shares) - 1e-12)
    return down[np.minimum(at, len(down) - 1)]


def _normal(values: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Return normal densities: means and variances (K,) or (K, 1), values (n,), answer (K, n)."""
    means, variances = np.reshape(means, (-1, 1)), np.reshape(variances, (-1, 1))
    return np.exp(-0.5 * (values - means) ** 2 / variances) / np.sqrt(2 * np.pi * variances)


def _regression(
    mean: np.ndarray, covariance: np.ndarray, *, on: int, of: int
) -> tuple[float, float, float]:
    """Return mean, slope and remaining variance of coordinate `on` as a function of `of`."""
    slope = covariance[on, of] / max(covariance[of, of], TINY)
    rest = covariance[on, on] - slope * covariance[on, of]
    return float(mean[on]), float(slope), max(float(rest), TINY)
