"""The Green operator of a generator: ``-L (G f) = f`` for ``E_pi f = 0``.

    flux(x) = int_x^r f dpi,    u(x) = int e^{-C} Z flux,    G f = u - E_pi u.

``G`` turns Chen's iteration into the power method: its eigenvalues on mean-zero functions are
``1 / lambda_k``. The flux is summed from the nearer tail and ``u`` outward from the panel edge
nearest to the median of ``pi``; then every dominant sum has terms of one sign, and a gap of
1e-128 comes out with the same relative accuracy as a gap of 1. (Integrated from a far tail
instead, the tail's rounding, amplified by ``e^{-C}``, would destroy the bulk.) Where the two sides
meet ``pi`` is large, so that what rounding left of ``E_pi f`` is not amplified.

Panels are kept *outward*: first those left of the median, mirrored, then those right of it, each
side from the median to its end. ``L`` does not care about reflection, so both sides use the same
formulas, and the flux outward through the median on the left is minus that on the right.

References: Chen, Front. Math. China 5 (2010) 379.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.mesh import Mesh
from explorer.generators.quadrature import BACKWARD, FORWARD, WEIGHTS

HIGHEST = 300.0  # nats: larger logarithms of the scale density are shifted down


@dataclass(frozen=True, slots=True, eq=False)
class Green:
    """The Green operator on a mesh of ``P`` panels; functions are arrays (..., P, 20), outward.

    Parameters
    ----------
    mass, scale : numpy.ndarray, shape (P, 20)
        ``dpi/dtau`` and ``e^{-C} Z dx/dtau / unit`` on each panel.
    weights : numpy.ndarray, shape (P, 20)
        Masses of the nodes: ``E_pi f = sum(weights * f)``. The outermost may hold the lump of mass
        beyond a cut.
    tail : numpy.ndarray, shape (P, 20)
        Mass further out on the same side.
    lump : (float, float)
        Masses beyond the left and right cut, per ``mass`` at the outermost node.
    split : int
        Panels left of the median.
    log_unit : float
        ``log unit``: the eigenvalues of this operator are ``1 / (unit lambda)``.
    """

    mass: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    tail: np.ndarray
    lump: tuple[float, float]
    split: int
    log_unit: float

    def mean(self, f):
        """Return ``E_pi f``, shape (...)."""
        return f.reshape(*f.shape[:-2], -1) @ self.weights.ravel()

    def flux(self, density):
        """Return the flux of ``density = mass * f`` outward from each node."""
        return _sum_inward(density, self.split, self.lump)

    def climb(self, flux):
        """Return ``u``, the integral of ``e^{-C} Z flux`` from the median outward."""
        slope = self.scale * flux
        return slope @ FORWARD + self.start(slope @ WEIGHTS)[..., None]

    def start(self, panels):
        """Return the sums of panel integrals (..., P) from the median to each panel."""
        sums = np.zeros_like(panels)
        for side in (slice(0, self.split), slice(self.split, None)):
            np.cumsum(panels[..., side][..., :-1], axis=-1, out=sums[..., side][..., 1:])
        return sums

    def __call__(self, f):
        """Return ``G f / unit`` for ``f`` of mean zero."""
        u = self.climb(self.flux(self.mass * f))
        return u - self.mean(u)[..., None, None]

    def rightward(self, flux):
        """Return a flux outward as the flux to the right, at the ordered nodes."""
        signed = flux.copy()
        signed[..., : self.split, :] *= -1.0
        return self.ordered(signed)

    def shares(self):
        """Return the masses left and right of the ordered nodes, both shape (N,)."""
        left = np.arange(len(self.tail))[:, None] < self.split
        below = np.where(left, self.tail, 1.0 - self.tail)
        above = np.where(left, 1.0 - self.tail, self.tail)
        return self.ordered(below), self.ordered(above)

    def ordered(self, f):
        """Return node values by increasing ``x``, shape (..., N)."""
        left = f[..., : self.split, :][..., ::-1, ::-1]
        panels = np.concatenate((left, f[..., self.split :, :]), axis=-2)
        return panels.reshape(*f.shape[:-2], self.mass.size)

    def outward(self, f):
        """Return values at nodes of increasing ``x``, shape (N,) or (P, 20), in outward order."""
        return _outward(f.reshape(self.mass.shape), self.split)


def _shift(log_size, largest):
    """Return what to take off logarithms; nothing, and no rounding, where they are moderate."""
    return math.copysign(max(abs(log_size) - largest, 0.0), log_size)


def _outward(f, split):
    return np.concatenate((f[:split][::-1, ::-1], f[split:]))


def _sum_inward(density, split, lump):
    """Return the integral of a density from each node outward to the end of its side."""
    panels = density @ WEIGHTS
    further = np.zeros_like(panels)
    for side, beyond in zip((slice(0, split), slice(split, None)), lump, strict=True):
        own, sums = panels[..., side], further[..., side]
        steps = own[..., :0:-1]
        if beyond:
            sums[..., -1] = beyond * density[..., side, :][..., -1, -1]
            steps = steps.copy()
            steps[..., :1] += sums[..., -1:]
        np.cumsum(steps, axis=-1, out=sums[..., -2::-1])
    return density @ BACKWARD + further[..., None]


def green(mesh: Mesh) -> Green:
    """Build the Green operator of a mesh.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> from explorer.generators.solve import solve
    >>> s = solve(Generator("1", "-x"))  # lambda_1 = 1, f_1 = x
    >>> x = s.green.outward(s.mesh.x)
    >>> error = s.green(x) * s.unit - x
    >>> bool(s.green.mean(error * error) < 1e-25)
    True
    """
    top = _shift(mesh.log_density.max(), 100.0)
    masses = np.exp(mesh.log_density - top)
    panel_mass = masses @ WEIGHTS
    panel_mass[0] += mesh.lump[0] * masses[0, 0]
    panel_mass[-1] += mesh.lump[1] * masses[-1, -1]
    total = panel_mass.sum()
    below = np.cumsum(panel_mass)[:-1]
    beside = panel_mass[:-1] + panel_mass[1:]
    split = int(np.argmax(np.minimum(below, total - below) * beside)) + 1
    peak = _shift(mesh.log_scale.max(), HIGHEST)
    mass = _outward(masses, split) / total
    weights = mass * WEIGHTS
    for panel, lump in zip((split - 1, -1), mesh.lump, strict=True):
        weights[panel, -1] += lump * mass[panel, -1]
    return Green(
        mass=mass,
        scale=_outward(np.exp(mesh.log_scale - peak) * total, split),
        weights=weights,
        tail=_sum_inward(mass, split, mesh.lump),
        lump=mesh.lump,
        split=split,
        log_unit=float(peak + top),
    )
