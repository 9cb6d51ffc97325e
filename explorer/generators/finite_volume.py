"""Finite volumes for starts that are far from pi: slower and less exact, but never unstable.

Modes express ``p_t`` through ``p_t / sqrt(pi)``. Where the start sits far out in a tail or on a
barrier that quotient is astronomical, and rounding ruins the sum. Here the cell masses ``w``
themselves are followed: ``dw/dt = A w`` with a matrix whose inverse ``(1 - s A)^(-1)`` has no
negative entry, so implicit Euler steps keep every mass positive and exact to rounding. Three of
them in Richardson's scheme give third order in time.

Reference: Hairer and Wanner, Solving ODE II, IV.9 (1996).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.generators.cell_chain import Chain
from explorer.generators.cell_law import CellLaw

MOST_STEPS = 12000


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Cell masses over time: K times with masses and slopes, interpolated by cubics."""

    chain: Chain
    times: np.ndarray
    masses: np.ndarray
    slopes: np.ndarray

    def at(self, times: np.ndarray) -> CellLaw:
        """Return the law at times (T,) within the path."""
        k = np.clip(np.searchsorted(self.times, times, side="right") - 1, 0, self.times.size - 2)
        step = (self.times[k + 1] - self.times[k])[:, None]
        s = np.clip((times - self.times[k])[:, None] / step, 0.0, 1.0)
        w0, w1 = self.masses[k], self.masses[k + 1]
        d0, d1 = step * self.slopes[k], step * self.slopes[k + 1]
        rise = w1 - w0
        w = w0 + s * (d0 + s * (3.0 * rise - 2.0 * d0 - d1 + s * (d0 + d1 - 2.0 * rise)))
        linear = w0 + s * rise
        w = np.where((w < 0.5 * np.minimum(w0, w1)) | (w > 2.0 * np.maximum(w0, w1)), linear, w)
        return CellLaw(self.chain, w / w.sum(axis=1, keepdims=True))


def run(
    c: Chain,
    masses: np.ndarray,
    span: tuple[float, float],
    is_done: Callable[[np.ndarray], bool],
    *,
    tolerance: float,
) -> Path:
    """Follow the cell masses until ``is_done`` or past the last time.

    Every step is done with one, two and three implicit Euler steps; their extrapolation is kept,
    and its change from second order is held below ``tolerance`` in total variation. ``span`` has
    the first step and the last time.

    Raises
    ------
    ExplorerError
        If ``MOST_STEPS`` steps do not lead there.
    """
    first_step, last_time = span
    time, step = 0.0, first_step
    w = masses / masses.sum()
    times, states, slopes = [time], [w], [_slope(c, w)]
    for _ in range(MOST_STEPS):
        one, two, three = (_euler(c, w, step, n) for n in (1, 2, 3))
        second = 3.0 * three - 2.0 * two
        third = 0.5 * one - 4.0 * two + 4.5 * three
        error = 0.5 * float(np.abs(third - second).sum())
        if error <= tolerance or step < 1e-9 * first_step:
            time += step
            # Where extrapolation leaves the neighbourhood of the positive steps, they stand.
            w = np.maximum(np.where(np.abs(third - three) <= 0.5 * three, third, three), 0.0)
            w /= w.sum()
            times.append(time)
            states.append(w)
            slopes.append(_slope(c, w))
            if time >= last_time or is_done(w):
                return Path(c, np.array(times), np.array(states), np.array(slopes))
        step *= min(max(0.8 * (tolerance / max(error, 1e-300)) ** (1.0 / 3.0), 0.3), 4.0)
    raise ExplorerError(
        "The start lies so far from the stationary law that its way there cannot be followed "
        "exactly enough. Start nearer to the stationary mean."
    )


def _slope(c: Chain, w: np.ndarray) -> np.ndarray:
    """Return dw/dt."""
    flux = c.up * w[:-1] - c.down * w[1:]
    return np.concatenate([[-flux[0]], flux[:-1] - flux[1:], [flux[-1]]])


def _euler(c: Chain, w: np.ndarray, step: float, count: int) -> np.ndarray:
    """Return ``count`` implicit Euler steps of length ``step / count``."""
    from scipy.linalg import get_lapack_funcs

    factor, solve = get_lapack_funcs(("gttrf", "gttrs"), dtype=float)

    s = step / count
    out = np.zeros(w.size)
    out[:-1] += c.up
    out[1:] += c.down
    dl, d, du, du2, pivots, _ = factor(-s * c.up, 1.0 + s * out, -s * c.down)
    for _ in range(count):
        w, _ = solve(dl, d, du, du2, pivots, w)
    return w
