"""The discrete schedule of many published networks: a thousand steps, of which a few are sampled.

    beta_j linear from 1e-4 to 0.02, j = 0 ... 999,   alpha_bar_t = prod_{j <= t} (1 - beta_j).

With "leading" spacing ten steps visit t = 900, 800, ..., 0. The products are formed in float64 and
used as they are everywhere: a rounded alpha_bar would use up much of a tolerance at low noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from explorer.core.errors import InputError
from explorer.schedules import vp

TRAINING = 1000
FIRST, LAST = 1e-4, 0.02


class Steps(NamedTuple):
    """The steps that a sampler visits, noise falling; each array of shape (n,), read-only.

    Attributes
    ----------
    sigmas : numpy.ndarray
        Noise levels, float64.
    t : numpy.ndarray
        Training steps, whole numbers.
    alpha_bar : numpy.ndarray
        Fraction of signal power left, float64.
    """

    sigmas: np.ndarray
    t: np.ndarray
    alpha_bar: np.ndarray


def alpha_bars() -> np.ndarray:
    """Return alpha_bar of all training steps, float64 (1000,), falling.

    Examples
    --------
    >>> table = alpha_bars()
    >>> round(float(table[0]), 6), round(float(table[900]), 6)
    (0.9999, 0.00027)
    """
    return np.cumprod(1.0 - np.linspace(FIRST, LAST, TRAINING, dtype=np.float64))


def levels_at(t: np.ndarray) -> np.ndarray:
    """Return the noise levels of whole training steps, float64, shaped as t.

    Examples
    --------
    >>> levels_at(np.array([900, 0])).round(3)
    array([6.0822e+01, 1.0000e-02])
    """
    return vp.sigma(alpha_bars()[np.asarray(t, dtype=np.int64)])


def check_levels(m: int) -> None:
    """Raise InputError with field ``"n"`` for more levels than training steps."""
    if m > TRAINING:
        problem = f"{m} levels are more than the {TRAINING} training steps."
        raise InputError("n", problem, "Use fewer steps.")


def published(n: int = 10) -> Steps:
    """Return the published steps: every (1000 / n)-th, from the noisiest to t = 0.

    Parameters
    ----------
    n : int
        Number of steps; it divides 1000.

    Raises
    ------
    InputError
        With field ``"n"``, if it does not.

    References
    ----------
    Ho, Jain and Abbeel, Denoising diffusion probabilistic models (2020)
    Song, Meng and Ermon, Denoising diffusion implicit models (2021)

    Examples
    --------
    >>> sigmas, t, alpha_bar = published()
    >>> t
    array([900, 800, 700, 600, 500, 400, 300, 200, 100,   0])
    >>> sigmas[4:7].round(3)
    array([3.443, 2.041, 1.24 ])
    """
    if not 1 <= n <= TRAINING or TRAINING % n:
        problem = f"n = {n} steps do not divide the {TRAINING} training steps evenly."
        raise InputError("n", problem, "Use for instance 10, 20, 50 or 100.")
    t = np.arange(0, TRAINING, TRAINING // n)[::-1].copy()
    alpha_bar = alpha_bars()[t]
    steps = Steps(vp.sigma(alpha_bar), t, alpha_bar)
    for array in steps:
        array.flags.writeable = False
    return steps
