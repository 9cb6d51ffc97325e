"""How much rounding in the coefficients may move the gap: a condition estimate.

Changing ``C = int b/a`` by ``dC`` and ``log a`` by ``da`` moves the gap by at most
``int |dC| (a f'^2 + lambda f^2) dpi + lambda int |da| f^2 dpi`` (the derivative of
``gradient``, taken absolutely). Horner's rule is off by about an ulp of the sum of the sizes of its
terms; where terms cancel, that is much.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.green import Green
from explorer.generators.mesh import Mesh
from explorer.generators.quadrature import FORWARD, WEIGHTS

ULP = 1.2e-16
FLOOR = 16.0  # ulps that sums and the iteration cost in any case


def rounding_error(mesh: Mesh, green: Green, f: np.ndarray, value: float) -> float:
    """Return an estimate of the relative error of an eigenvalue from rounding.

    Parameters
    ----------
    mesh : Mesh
    green : Green
    f : numpy.ndarray, shape (P, 20)
        Eigenfunction, ``E_pi f^2 = 1``.
    value : float
        ``1 / (unit lambda)``.
    """
    noise = green.outward(mesh.a_size / mesh.a)
    drifts = green.outward(mesh.b_size / mesh.a * mesh.dx), green.outward(mesh.b / mesh.a * mesh.dx)
    slope = drifts[0] + np.abs(drifts[1]) * noise
    drift = slope @ FORWARD + green.start(slope @ WEIGHTS)[:, None]  # |dC| / ulp from the median
    square = green.weights * f * f
    flux = green.flux(green.mass * f)
    energy = WEIGHTS * green.scale * flux * flux / value
    moved = np.sum((square + energy) * drift) + np.sum(square * noise)
    return float(ULP * (FLOOR + 2.0 * moved)) if moved < np.inf else 1.0
