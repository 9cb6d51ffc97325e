"""Where to cut the tails: an end is cut where leaving it out changes nothing that is sought.

A tail is cut where ``ell = log(pi dx/dxi)`` has fallen ``drop`` nats below a summit:

- its outermost local maximum on that side, never the global one, because a far well of tiny mass
  still carries an eigenvalue;
- or, further out, the last place beyond which a tail could relax more slowly than the rate sought.
  A tail from ``x`` outward relaxes at least at the rate ``1/(4B)``,
  ``B = sup_{y > x} nu(x, y) mu(y, end)`` (Hardy's inequality). A density that falls without rest
  can still hide a plateau with an eigenvalue of its own.

References: Muckenhoupt 1972; Chen 2012; generators.md 8.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.logspace import log_cells, log_sums
from explorer.generators.probe import Probe
from explorer.generators.quadrature import PROBE_NODES

DEEPEST = 1e8  # nats below which the sum of two logarithms is still exact enough
CELLS = PROBE_NODES.size - 1
Cut = tuple[int, float] | None


def cut(course: Probe, drop: float, log_rate: float = -math.inf) -> tuple[Cut, Cut]:
    """Return (interval, ``xi``) of the left and right cut; None for an end left whole.

    Parameters
    ----------
    course : Probe
    drop : float
        Nats below the summit; 0.6 of it below the last place of slow relaxation.
    log_rate : float
        Logarithm of the largest eigenvalue sought, ``-inf`` if not known yet.
    """
    last = len(course.low) - 1
    mirror = (slice(None, None, -1), slice(None, None, -1))
    right = _Side(course.low, course.high, course.log_density, course.log_scale)
    left = _Side(
        course.high[::-1], course.low[::-1], course.log_density[mirror], course.log_scale[mirror]
    )
    right_cut = right.cut(course.core.stop, drop, log_rate)
    left_cut = left.cut(last + 1 - course.core.start, drop, log_rate)
    return left_cut and (last - left_cut[0], left_cut[1]), right_cut


@dataclass(frozen=True, slots=True)
class _Side:
    """The probe seen outward towards one end: intervals from ``near`` to ``far``."""

    near: np.ndarray
    far: np.ndarray
    ell: np.ndarray
    log_scale: np.ndarray

    def cut(self, tail: int, drop: float, log_rate: float) -> Cut:
        """Return interval and ``xi`` of the cut; intervals from ``tail`` on are monotone."""
        rising = np.flatnonzero(np.diff(self.ell[:tail]).ravel() > 0.0)
        summit = int(rising[-1]) // CELLS if rising.size else 0
        found = self._fall(summit, drop)
        if found and log_rate > -math.inf:
            slow = self._fall(self._slowest(summit, log_rate), 0.6 * drop)
            found = slow and max(found, slow)
        return found

    def _slowest(self, summit, log_rate):
        """Return the last interval beyond which the tail may relax more slowly than the rate."""
        ell, log_scale = _monotone(self.ell[summit:]), _monotone(self.log_scale[summit:])
        width = np.abs(self.far - self.near)[summit:, None] * (0.5 * np.diff(PROBE_NODES))
        mass = log_cells(ell, np.log(width)).ravel()
        scale = log_cells(log_scale, np.log(width)).ravel()
        beyond = log_sums(mass[::-1])[::-1]
        climb = log_sums(scale)
        slow = np.flatnonzero((climb + beyond > -log_rate - math.log(4.0)) & (climb < DEEPEST))
        return summit + max(int(slow[-1]) - 1, 0) // CELLS if slow.size else summit

    def _fall(self, summit, drop):
        """Return where ``ell`` is ``drop`` below its maximum in the summit interval, or None."""
        depth = self.ell[summit].max() - self.ell[summit:, -1]
        below = np.flatnonzero(depth > drop)
        if not below.size:
            return None
        i = int(below[0])
        start = max(depth[i - 1] if i else 0.0, 1e-3 * drop)
        part = math.log(drop / start) / math.log(depth[i] / start)  # depth grows geometrically
        near, far = self.near[summit + i], self.far[summit + i]
        return summit + i, float(near + min(part, 1.0) * (far - near))


def _monotone(logs):
    """Replace rows (K, 6) that are not monotone, because too wide for 6 nodes, by straight ones."""
    steps = np.diff(logs)
    wild = (steps.max(axis=1) > 0.0) & (steps.min(axis=1) < 0.0)
    share = 0.5 * (PROBE_NODES + 1.0)
    straight = logs[:, :1] + (logs[:, -1:] - logs[:, :1]) * share
    return np.where(wild[:, None], straight, logs)
