"""Panels of 20 Gauss-Legendre nodes, and the densities on them.

Panels that break a rule are halved until none does:

(a) ``C`` and ``ell = log(pi dx/dtau)`` vary by little more than ``swing`` nats in a panel (at 14
    nats the interpolation of a steep panel's nodes makes eigenvalues that do not exist);
(b) the last Legendre coefficients of all integrands are negligible;
(c) a panel is no longer than its distance to the nearest root of ``a``, in the coordinate ``xi``
    (by placement; (b) watches over it).

Integrals of products converge at twice the rate of the coefficients in (b): in practice the
eigenvalues have 15 digits long before those are at rounding level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.charts import Chart, evaluate, sizes
from explorer.generators.cuts import Cuts
from explorer.generators.placement import MAX_PANELS, Intervals, place
from explorer.generators.probe import Probe
from explorer.generators.quadrature import FORWARD, LEGENDRE, NODES, WEIGHTS

SWING = 8.0
TAIL = 1e-8  # relative size of the last Legendre coefficients
ROUNDING = 4e-15  # of exp(C), per nat: no use in halving below it
MAX_ROUNDS = 40
SPAN = 650.0  # nats that doubles can hold


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Panels and the functions on their nodes, by increasing ``x``; ``tau`` is in [-1, 1].

    Parameters
    ----------
    anchor : float
        Origin of ``t``.
    t, dx : numpy.ndarray, shape (P, 20)
        Nodes ``x - anchor`` and ``dx/dtau``.
    a, b, a_size, b_size : numpy.ndarray, shape (P, 20)
        Coefficients, and the sums of the sizes of their terms.
    log_density, log_scale : numpy.ndarray, shape (P, 20)
        ``log(e^C/a dx/dtau)`` and ``log(e^-C dx/dtau)``.
    half : numpy.ndarray, shape (P,)
        ``dxi/dtau``.
    cut : (bool, bool)
        Whether the left and right tail were cut, if only where doubles end.
    lump : (float, float)
        Mass beyond the left and right cut, per ``dpi/dtau`` at the outermost node; 0 where the
        tail is simply dropped.
    defect : float
        Largest relative Legendre tail on panels that would still have been halved, else 0.
    """

    anchor: float
    t: np.ndarray
    dx: np.ndarray
    a: np.ndarray
    b: np.ndarray
    a_size: np.ndarray
    b_size: np.ndarray
    log_density: np.ndarray
    log_scale: np.ndarray
    half: np.ndarray
    cut: tuple[bool, bool]
    lump: tuple[float, float]
    defect: float

    @property
    def x(self) -> np.ndarray:
        """Nodes, shape (P, 20)."""
        return self.anchor + self.t


def panels(
    charts: tuple[Chart, ...],
    course: Probe,
    cuts: Cuts,
    *,
    slopes: tuple[float, float] = (0.0, 0.0),
    least: int = 12,
    swing: float = SWING,
) -> Mesh | None:
    """Return a mesh between two cuts, of at least about ``least`` panels.

    ``slopes`` are the rates at which ``ell`` falls per unit of ``xi`` beyond cuts where the mass of
    the tail is to be kept, else 0.

    None where doubles cannot hold the densities, or where too many panels would be needed.
    """
    placed = place(charts, course, cuts, least, swing)
    if placed is None:
        return None
    for _ in range(MAX_ROUNDS):
        t, dx, a, b, potential = _fields(charts, placed)
        log_dx = np.log(dx)
        logs = np.array((potential + log_dx - np.log(a), log_dx - potential))
        tails = _legendre_tails(b / a * dx, logs)
        bad = tails > TAIL + ROUNDING * (1.0 + np.abs(potential).max(axis=1))
        bad |= _swing(potential, logs[0]) > swing + 2.0  # some room: the probe is coarse
        if bad.any() and len(bad) + bad.sum() <= MAX_PANELS:
            placed = placed.halved(bad)
            continue
        if not np.ptp(logs, axis=(1, 2)).max() < SPAN:
            return None
        half = 0.5 * (placed.high - placed.low)
        left, right = (
            _lump(float(half[i]), slope) if end and end.is_fast else 0.0
            for end, slope, i in zip(cuts, slopes, (0, -1), strict=True)
        )
        return Mesh(
            charts[0].anchor,
            t,
            dx,
            a,
            b,
            *sizes(charts, placed.nodes(), placed.owner),
            *logs,
            half=half,
            cut=(
                cuts[0] is not None or math.isinf(charts[0].low),
                cuts[1] is not None or math.isinf(charts[-1].high),
            ),
            lump=(left, right),
            defect=float(tails[bad].max(initial=0.0)),
        )
    return None


def _fields(charts, placed: Intervals):
    """Return ``t, dx/dtau, a, b, C`` at the nodes, with ``C = 0`` in the middle of the mesh."""
    t, dx, a, b = evaluate(charts, placed.nodes(), placed.owner)
    dx = dx * (0.5 * (placed.high - placed.low))[:, None]
    slope = b / a * dx
    steps = slope @ WEIGHTS
    middle = steps.size // 2  # the rounding of C grows with its size
    start = np.zeros_like(steps)
    np.cumsum(steps[middle:-1], out=start[middle + 1 :])
    np.cumsum(-steps[:middle][::-1], out=start[:middle][::-1])
    return t, dx, a, b, start[:, None] + slope @ FORWARD


def _lump(half, slope):
    """Return the mass of ``e^(-slope xi)`` beyond a panel, per ``tau`` at its outermost node."""
    return math.exp(-slope * half * (1.0 - float(NODES[-1]))) / (slope * half)


def _swing(potential, log_density):
    return np.maximum(np.ptp(potential, axis=1), np.ptp(log_density, axis=1))


def _legendre_tails(slope, logs):
    """Return the last two Legendre coefficients of the integrands, relative, shape (P,)."""
    shapes = np.empty((3, *slope.shape))
    shapes[0] = slope
    np.exp(logs - logs.max(axis=2, keepdims=True), out=shapes[1:])
    spectra = np.abs(shapes @ LEGENDRE)
    size = np.maximum(spectra.max(axis=2), np.finfo(float).tiny)
    return (spectra[:, :, -2:].max(axis=2) / size).max(axis=0)
