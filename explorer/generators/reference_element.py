"""Tables of one reference element [-1, 1]: nodes, derivative and integrals of a nodal polynomial.

Two kinds. Inner elements use Gauss-Lobatto-Legendre nodes (both ends are nodes, so neighbours share
them). An element at a degenerate end, where the stationary density is ``y^alpha`` times a smooth
function of the distance ``y`` from the end, uses Gauss-Radau-Jacobi nodes for the weight
``(1 + eta)^alpha``: the singular factor is integrated exactly, and the end itself is no node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.polynomial import legendre

FINE = 48  # subdivisions of an element when a sign change is looked for inside it


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Tables for polynomials of degree p given by their values at q = p + 1 nodes.

    Attributes
    ----------
    nodes : (q,) increasing in [-1, 1]; the last (Radau) or both ends (Lobatto) are nodes
    weights : (q,) of the integral with weight ``(1 + eta)^alpha``
    plain : (q,) of the integral with weight 1
    derivative : (q, q), row i gives the derivative at node i
    to_node : (q, q), row i integrates with weight ``(1 + eta)^alpha`` from -1 to node i
    plain_to_node : (q, q), the same with weight 1
    dense : (2q - 1,) the nodes and the middles between them
    to_dense, dense_integral : (2q - 1, q) interpolation, and weighted integrals from -1
    dense_weight : (2q - 1,) value of ``(1 + eta)^alpha``
    fine : (FINE + 1,) equidistant points of [-1, 1]
    to_fine : (FINE + 1, q) interpolation
    fine_weight : (FINE + 1,) value of ``(1 + eta)^alpha`` (finite: 0 stands for infinity)
    fine_integral, fine_plain : (FINE + 1, q) integrals from -1 with and without the weight
    to_legendre : (q, q), values at the nodes to Legendre coefficients
    """

    nodes: np.ndarray
    weights: np.ndarray
    plain: np.ndarray
    derivative: np.ndarray
    to_node: np.ndarray
    plain_to_node: np.ndarray
    dense: np.ndarray
    to_dense: np.ndarray
    dense_integral: np.ndarray
    dense_weight: np.ndarray
    fine: np.ndarray
    to_fine: np.ndarray
    fine_weight: np.ndarray
    fine_integral: np.ndarray
    fine_plain: np.ndarray
    to_legendre: np.ndarray

    def basis(self, eta: np.ndarray) -> np.ndarray:
        """Values of the nodal basis at ``eta`` of shape (n,): shape (n, q)."""
        return legendre.legvander(eta, self.nodes.size - 1) @ self.to_legendre

    def mirrored(self) -> Reference:
        """Return the element with ``eta`` replaced by ``-eta``: the singular end is at +1."""
        turn = np.s_[::-1, ::-1]
        return replace(
            self,
            nodes=-self.nodes[::-1],
            weights=self.weights[::-1],
            plain=self.plain[::-1],
            derivative=-self.derivative[turn],
            to_node=(self.weights - self.to_node)[turn],
            plain_to_node=(self.plain - self.plain_to_node)[turn],
            dense=-self.dense[::-1],
            to_dense=self.to_dense[turn],
            dense_integral=(self.weights - self.dense_integral)[turn],
            dense_weight=self.dense_weight[::-1],
            to_fine=self.to_fine[turn],
            fine_weight=self.fine_weight[::-1],
            fine_integral=(self.weights - self.fine_integral)[turn],
            fine_plain=(self.plain - self.fine_plain)[turn],
            to_legendre=self.to_legendre[:, ::-1] * (-1.0) ** np.arange(self.nodes.size)[:, None],
        )


@lru_cache(maxsize=32)
def lobatto(p: int) -> Reference:
    """Gauss-Lobatto-Legendre element of degree p: the weights are exact to degree 2p - 1.

    Examples
    --------
    >>> lobatto(2).nodes.round(12).tolist()
    [-1.0, 0.0, 1.0]
    """
    top = np.zeros(p + 1)
    top[p] = 1.0
    inner = np.sort(legendre.legroots(legendre.legder(top)).real)
    nodes = np.concatenate([[-1.0], 0.5 * (inner - inner[::-1]), [1.0]])
    return _tables(nodes, 0.0)


@lru_cache(maxsize=64)
def radau(p: int, alpha: float) -> Reference:
    """Gauss-Radau-Jacobi element: weight ``(1 + eta)^alpha``, fixed node at +1, none at -1.

    Examples
    --------
    >>> element = radau(3, -0.5)
    >>> bool(abs(element.weights.sum() - 2**1.5) < 1e-14)
    True
    """
    inner, _ = _gauss_jacobi(p, 1.0, alpha)
    return _tables(np.concatenate([inner, [1.0]]), alpha)


def _tables(nodes: np.ndarray, alpha: float) -> Reference:
    """Fill all tables through the Legendre coefficients of the nodal polynomial."""
    q = nodes.size
    to_legendre = np.linalg.inv(legendre.legvander(nodes, q - 1))
    unit = np.eye(q)
    slope = legendre.legvander(nodes, q - 1)[:, : q - 1] @ legendre.legder(unit) @ to_legendre
    fine = np.linspace(-1.0, 1.0, FINE + 1)
    dense = np.insert(nodes, slice(1, None), 0.5 * (nodes[1:] + nodes[:-1]))
    to_node = _weighted_integrals(nodes, alpha, to_legendre)
    plain_to_node = _weighted_integrals(nodes, 0.0, to_legendre)
    with np.errstate(divide="ignore"):
        fine_weight = np.where(fine > -1.0, (1.0 + fine) ** alpha, float(alpha == 0.0))
    return Reference(
        nodes=nodes,
        weights=to_node[-1],
        plain=plain_to_node[-1],
        derivative=slope,
        to_node=to_node,
        plain_to_node=plain_to_node,
        dense=dense,
        to_dense=legendre.legvander(dense, q - 1) @ to_legendre,
        dense_integral=_weighted_integrals(dense, alpha, to_legendre),
        dense_weight=(1.0 + dense) ** alpha if alpha else np.ones(dense.size),
        fine=fine,
        to_fine=legendre.legvander(fine, q - 1) @ to_legendre,
        fine_weight=fine_weight,
        fine_integral=_weighted_integrals(fine, alpha, to_legendre),
        fine_plain=_weighted_integrals(fine, 0.0, to_legendre),
        to_legendre=to_legendre,
    )


def _weighted_integrals(ends: np.ndarray, alpha: float, to_legendre: np.ndarray) -> np.ndarray:
    """Integrals of the nodal basis from -1 to each end, weight ``(1 + eta)^alpha``: (n, q)."""
    q = to_legendre.shape[0]
    points, weights = _gauss_jacobi(q, 0.0, alpha)
    share = 0.5 * (1.0 + ends)  # the end's distance from -1, relative to the element
    inside = -1.0 + share[:, None] * (1.0 + points)
    basis = legendre.legvander(inside, q - 1) @ to_legendre
    return share[:, None] ** (alpha + 1.0) * np.einsum("k,nkq->nq", weights, basis)


def _gauss_jacobi(n: int, alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for ``(1 - x)^alpha (1 + x)^beta`` on [-1, 1], by Golub and Welsch."""
    from math import exp, lgamma, log

    k = np.arange(n, dtype=float)
    total = 2.0 * k + alpha + beta
    with np.errstate(divide="ignore", invalid="ignore"):
        diagonal = (beta**2 - alpha**2) / (total * (total + 2.0))
    diagonal[0] = (beta - alpha) / (alpha + beta + 2.0)
    j = k[1:]
    s = total[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        square = 4 * j * (j + alpha) * (j + beta) * (j + alpha + beta) / (s**2 * (s**2 - 1.0))
    if n > 1:  # j = 1 with alpha + beta = -1 cancels a factor
        square[0] = 4 * (1 + alpha) * (1 + beta) / ((2 + alpha + beta) ** 2 * (3 + alpha + beta))
    matrix = np.diag(diagonal) + np.diag(np.sqrt(square), 1) + np.diag(np.sqrt(square), -1)
    points, vectors = np.linalg.eigh(matrix)
    log_total = (alpha + beta + 1.0) * log(2.0) + lgamma(alpha + 1.0) + lgamma(beta + 1.0)
    log_total -= lgamma(alpha + beta + 2.0)
    return points, exp(log_total) * vectors[0] ** 2
