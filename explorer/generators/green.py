"""The Green operator of a generator: ``-L (G f) = f`` for ``E_pi f = 0``.

    flux(x) = int_x^r f dpi,    u(x) = int e^{-C} Z flux,    G f = u - E_pi u.

``G`` turns Chen's iteration into the power method: its eigenvalues on mean-zero functions are
``1 / lambda_k``. The flux is summed from the nearer tail and ``u`` outward from the panel edge
nearest to the median of ``pi``; then every dominant sum has terms of one sign, and a gap of
1e-128 comes out with the same relative accuracy as a gap of 1. (Integrated from a far tail
instead, the tail's rounding, amplified by ``e^{-C}``, would destroy the bulk.)

Panels are kept *outward*: those left of the median are mirrored, with their nodes in reverse
order. As ``L`` does not care about reflection, both sides then use the same two matrices.

References: Chen, Front. Math. China 5 (2010) 379; generators.md 7 and 8.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.mesh import Mesh
from explorer.generators.quadrature import BACKWARD, FORWARD, WEIGHTS


@dataclass(frozen=True, slots=True, eq=False)
class Green:
    """The Green operator on a mesh of ``P`` panels; functions are arrays (..., P, 20), outward.

    Parameters
    ----------
    mass, scale : numpy.ndarray, shape (P, 20)
        ``dpi/dtau`` and ``e^{-C} Z dx/dtau / unit`` on each panel.
    weights : numpy.ndarray, shape (P, 20)
        Masses of the nodes: ``E_pi f = sum(weights * f)``.
    log_unit : float
        ``log unit``: eigenvalues of the operator here are ``1 / (unit lambda)``.
    split : int
        Panels left of the median.
    tailward, headward : numpy.ndarray, shape (P, P)
        Zeros and ones: sum over the panels further out, and further in, on the same side.
    """

    mass: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    log_unit: float
    log_mass: float
    split: int
    tailward: np.ndarray
    headward: np.ndarray

    def mean(self, f):
        """Return ``E_pi f``, shape (...)."""
        return f.reshape(*f.shape[:-2], -1) @ self.weights.ravel()

    def flux(self, f):
        """Return ``int f dpi`` from each node outward to the end of its side."""
        density = self.mass * f
        return density @ BACKWARD + ((density @ WEIGHTS) @ self.tailward)[..., None]

    def climb(self, flux):
        """Return ``u``, the integral of ``e^{-C} Z flux`` from the median outward."""
        slope = self.scale * flux
        return slope @ FORWARD + ((slope @ WEIGHTS) @ self.headward)[..., None]

    def __call__(self, f):
        """Return ``G f / unit`` for ``f`` of mean zero."""
        u = self.climb(self.flux(f))
        return u - self.mean(u)[..., None, None]

    def ordered(self, f):
        """Return node values by increasing ``x``, shape (..., N)."""
        left = f[..., : self.split, :].reshape(*f.shape[:-2], -1)[..., ::-1]
        right = f[..., self.split :, :].reshape(*f.shape[:-2], -1)
        return np.concatenate((left, right), axis=-1)


def outward(f, split):
    """Return panels (P, 20) in outward order: nearest the median first, left side first."""
    return np.concatenate((f[:split][::-1, ::-1], f[split:]))


def green(mesh: Mesh) -> Green:
    """Build the Green operator of a mesh."""
    top = mesh.log_density.max()
    masses = np.exp(mesh.log_density - top)
    panel_mass = masses @ WEIGHTS
    total = panel_mass.sum()
    below = np.cumsum(panel_mass)
    split = int(np.argmin(np.abs(below[:-1] - 0.5 * total))) + 1 if below.size > 1 else 0
    density = outward(masses, split) / total
    # log_density = C - log(a) + log(dx/dtau), and the scale density is e^{-C} dx/dtau
    log_scale = np.log(mesh.dx) - mesh.potential
    unit = log_scale.max()
    scale = np.exp(outward(log_scale, split) - unit)
    further = np.tri(below.size, k=-1)
    further[split:, :split] = 0.0
    log_mass = float(np.log(total) + top)
    return Green(
        density,
        scale,
        density * WEIGHTS,
        float(unit) + log_mass,
        log_mass,
        split,
        further,
        further.T.copy(),
    )
