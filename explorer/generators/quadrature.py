"""Integration on panels: a function is its values at 20 Gauss-Legendre nodes of ``[-1, 1]``.

With ``f`` of shape (..., 20): ``f @ WEIGHTS`` is its integral, ``f @ FORWARD`` the integrals from
-1 to each node, ``f @ BACKWARD`` those from each node to 1, ``f @ LEGENDRE`` its Legendre
coefficients. The coarse probe of the mesh uses 6 Gauss-Lobatto nodes, which include the ends.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre

ORDER = 20


def gauss(order: int):
    """Return nodes, weights and the matrix from node values to Legendre coefficients."""
    nodes = legendre.leggauss(order)[0].astype(np.longdouble)
    top = np.eye(order + 1, dtype=np.longdouble)[order]
    slope = legendre.legval(nodes, legendre.legder(top))
    nodes -= legendre.legval(nodes, top) / slope  # one Newton step beyond double
    weights = 2.0 / ((1.0 - nodes**2) * legendre.legval(nodes, legendre.legder(top)) ** 2)
    degrees = np.arange(order)
    return nodes, weights, legendre.legvander(nodes, order - 1) * np.outer(weights, degrees + 0.5)


def lobatto(order: int):
    """Return nodes and Legendre matrix of the Gauss-Lobatto rule, which includes the ends."""
    inner = legendre.legroots(legendre.legder([0.0] * (order - 1) + [1.0]))
    nodes = np.concatenate(([-1.0], inner, [1.0]))
    return nodes, np.linalg.inv(legendre.legvander(nodes, order - 1)).T


def forward(nodes: np.ndarray, to_legendre: np.ndarray) -> np.ndarray:
    """Return ``A`` with ``f @ A`` the integrals from -1 to each node.

    Uses ``int_{-1}^t P_n = (P_{n+1}(t) - P_{n-1}(t)) / (2n + 1)``.

    Examples
    --------
    >>> bool(np.allclose(NODES**3 @ FORWARD, (NODES**4 - 1) / 4))
    True
    """
    n = len(nodes)
    p = legendre.legvander(nodes, n).T
    integrals = np.empty_like(p[:-1])
    integrals[0] = nodes + 1.0
    integrals[1:] = (p[2:] - p[:-2]) / (2.0 * np.arange(1, n) + 1.0)[:, None]
    return (to_legendre @ integrals).astype(float)


_NODES, _WEIGHTS, _LEGENDRE = gauss(ORDER)  # extended precision, rounded once below
NODES, WEIGHTS, LEGENDRE = (array.astype(float) for array in (_NODES, _WEIGHTS, _LEGENDRE))
FORWARD = forward(_NODES, _LEGENDRE)
BACKWARD = FORWARD[::-1, ::-1].copy()  # mirror image: the nodes are symmetric
PROBE_NODES, _PROBE_LEGENDRE = lobatto(6)
PROBE_FORWARD = forward(PROBE_NODES, _PROBE_LEGENDRE)
