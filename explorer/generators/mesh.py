"""Panels for a generator: where to cut the tails, and how fine to be inside.

``C = int b/a`` and ``ell = log(pi dx/dxi)`` are first followed on a coarse probe. A tail is cut
where ``ell`` has fallen ``drop`` nats below its outermost local maximum on that side, never below
the global one: a far well of tiny mass still carries an eigenvalue. The probe's cost density then
places the panels, and panels that break a rule are halved until none does:

(a) ``C`` and ``ell`` vary by at most ``swing`` nats in a panel;
(b) the last Legendre coefficients of all integrands are negligible;
(c) a panel is no longer than its distance to the nearest root of ``a``, in the coordinate ``xi``.

References: generators.md 8.2 and 8.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.charts import Chart, evaluate
from explorer.generators.probe import Probe
from explorer.generators.quadrature import FORWARD, LEGENDRE, NODES, WEIGHTS

SWING = 8.0
LONGEST = 0.75  # panel length in xi where the mass is
TAIL = 1e-10
MAX_PANELS = 600
MAX_ROUNDS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Panels and the functions on their nodes.

    Parameters
    ----------
    x, dx : numpy.ndarray, shape (P, 20)
        Nodes and ``dx/dtau``, ``tau`` in [-1, 1] on each panel.
    a, potential, log_density : numpy.ndarray, shape (P, 20)
        Noise coefficient, ``C``, and ``log(pi dx/dtau)`` up to a constant.
    cut : (bool, bool)
        Whether the left and right tail were cut.
    defect : float
        Largest relative Legendre tail on any panel.
    """

    x: np.ndarray
    dx: np.ndarray
    a: np.ndarray
    b: np.ndarray
    potential: np.ndarray
    log_density: np.ndarray
    cut: tuple[bool, bool]
    defect: float


def panels(charts, course: Probe, cuts, *, least: int = 12, swing: float = SWING) -> Mesh:
    """Return the mesh between the two cuts, of at least about ``least`` panels."""
    left, right = cuts
    low, high, owner = _place(charts, course, left, right, least, swing)
    limit = swing + 2.0  # the probe is coarse: leave it some room
    for _ in range(MAX_ROUNDS):
        fields = _fields(charts, low, high, owner)
        split, defect = _offenders(charts, low, high, owner, fields, limit)
        if not split.any() or len(low) + split.sum() > MAX_PANELS:
            break
        low, high, owner = _halve(low, high, owner, split)
    x, dx, a, b, potential, log_density = fields
    is_cut = (left is not None, right is not None)
    return Mesh(x, dx, a, b, potential, log_density, is_cut, defect)


def _place(charts, course, left, right, least, swing):
    """Place panels so that each costs at most 1 on the probe's cost density."""
    first, start = left or (0, course.low[0])
    last, stop = right or (len(course.low) - 1, course.high[-1])
    kept = slice(first, last + 1)
    low, high, owner = course.low[kept].copy(), course.high[kept].copy(), course.owner[kept]
    cost = course.cost(charts, swing, LONGEST)[kept] / (high - low)
    low[0], high[-1] = start, stop
    cost *= max(1.0, least / (cost * (high - low)).sum())
    parts = []
    for j in range(owner[0], owner[-1] + 1):
        mine = owner == j
        knots = np.append(low[mine], high[mine][-1])
        total = np.concatenate(([0.0], np.cumsum(cost[mine] * np.diff(knots))))
        n = max(1, math.ceil(total[-1]))
        edges = np.interp(total[-1] / n * np.arange(n + 1), total, knots)
        edges[-1] = knots[-1]
        parts.append((edges[:-1], edges[1:], np.full(n, j)))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _fields(charts, low, high, owner):
    half = 0.5 * (high - low)[:, None]
    x, dx, a, b = evaluate(charts, 0.5 * (high + low)[:, None] + half * NODES, owner)
    dx = dx * half
    slope = b / a * dx
    steps = slope @ WEIGHTS
    potential = (np.cumsum(steps) - steps)[:, None] + slope @ FORWARD
    return x, dx, a, b, potential, potential + np.log(dx / a)


def _offenders(charts, low, high, owner, fields, limit):
    """Return which panels break a rule, and the largest Legendre tail."""
    _, dx, a, b, potential, log_density = fields
    swing = np.maximum(np.ptp(potential, axis=1), np.ptp(log_density, axis=1))
    peak = log_density.max(axis=1, keepdims=True)
    floor = potential.min(axis=1, keepdims=True)
    shapes = np.array((b / a * dx, np.exp(log_density - peak), np.exp(floor - potential) * dx))
    spectra = np.abs(shapes @ LEGENDRE)
    size = spectra.max(axis=2)
    tails = spectra[:, :, -2:].max(axis=2)
    noise = 4e-15 * (1.0 + np.abs(potential).max(axis=1))
    bad = tails > (TAIL + noise) * size
    defect = float((tails / np.where(size > 0.0, size, 1.0)).max())
    return (swing > limit) | bad.any(axis=0), defect


def _halve(low, high, owner, split):
    times = 1 + split
    low, high, owner = np.repeat(low, times), np.repeat(high, times), np.repeat(owner, times)
    second = np.cumsum(times)[split] - 1
    middle = 0.5 * (low[second] + high[second])
    low[second], high[second - 1] = middle, middle
    return low, high, owner
