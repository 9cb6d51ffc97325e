"""Spectral elements: the mass and the stiffness of one well, on nodes.

With ``h = p_t / pi`` the equation ``dh/dt = L h`` has the weak form ``(f, dh/dt) = -int a f' h'
dpi``. On elements of polynomial degree p, with quadrature at the nodes, the mass matrix is the
diagonal of node masses, and total mass is kept. Masses and stiffness are formed from differences of
log pi inside an element only, so no density underflows.

References: Karniadakis and Sherwin, Spectral/hp Element Methods (2005), for the discretisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.generators.element_chain import Elements
from explorer.generators.frames import Frame, polynomial
from explorer.generators.reference_element import Reference, lobatto, radau

References = tuple[Reference, Reference, Reference]  # tables: inner, first and last element


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One well on its elements; q = p + 1 nodes per element, N = E p + 1 unknowns.

    Attributes
    ----------
    pieces, elements : the frames and the chain of elements
    references : the tables of the elements: inner, first, last
    x : (E, q) places of the nodes
    x_per_eta : (E, q) dx / d eta
    log_density : (E, q) log of the law conditioned to this well
    density_per_eta : (E, q)
        ``int f dpi`` over an element is the table's integral of ``f * density_per_eta``; the
        tables of a Radau element contain the singular factor.
    mass : (E, q) weights of the same integral at the nodes; they sum to 1
    log_node_mass : (N,) log of the node masses, shared nodes summed
    stiffness : (E, q) weights of ``int a f'^2 dpi`` in the element coordinate, as logarithms
    log_mass : float, log of the mass of the well before it was normalised
    """

    pieces: tuple[Frame, ...]
    elements: Elements
    references: References
    x: np.ndarray
    x_per_eta: np.ndarray
    log_density: np.ndarray
    density_per_eta: np.ndarray
    mass: np.ndarray
    log_node_mass: np.ndarray
    stiffness: np.ndarray
    log_mass: float

    @property
    def edges(self) -> np.ndarray:
        """Ends of the elements, (E + 1,), increasing in x."""
        anchors = np.array([frame.anchor for frame in self.pieces])[self.elements.frame]
        return np.append(anchors + self.elements.low, anchors[-1] + self.elements.high[-1])

    def power(self, side: int) -> float:
        """Return the exponent g of the density ``|y|^(g-1)`` at a Radau end (0 left, 1 right)."""
        return float(self.pieces[self.elements.frame[-side]].power or 0.0)

    def stack(self, name: str) -> np.ndarray:
        """Return one table of every element, leading axis E."""
        inner, first, last = (getattr(reference, name) for reference in self.references)
        tables = np.broadcast_to(inner, (self.x.shape[0], *inner.shape)).copy()
        tables[0], tables[-1] = (first, last) if tables.shape[0] > 1 else (first, first)
        return tables

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Copy unknowns (..., N) to the nodes of the elements, (..., E, q)."""
        count, q = self.x.shape
        node = np.arange(count)[:, None] * (q - 1) + np.arange(q)
        return values[..., node]

    def gather(self, values: np.ndarray) -> np.ndarray:
        """Sum element values (E, q) into the unknowns (N,)."""
        total = np.append(values[:, :-1].ravel(), values[-1, -1])
        total[values.shape[1] - 1 : -1 : values.shape[1] - 1] += values[:-1, -1]
        return total

    def load(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return ``sum_k weights_k f(x_k)`` as weights of the unknowns of ``f``, shape (N,).

        Points outside the elements count at the nearest end.
        """
        edges = self.edges
        x = np.clip(x, edges[0], edges[-1])
        owner = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, edges.size - 2)
        total = np.zeros(self.x.shape)
        kinds = np.zeros(edges.size - 1, dtype=int)
        kinds[-1], kinds[0] = 2, 1
        for kind, reference in enumerate(self.references):
            chosen = np.flatnonzero(kinds[owner] == kind)
            if chosen.size:
                eta = self._eta(x[chosen], owner[chosen])
                np.add.at(total, owner[chosen], reference.basis(eta) * weights[chosen, None])
        return self.gather(total)

    def _eta(self, x: np.ndarray, owner: np.ndarray) -> np.ndarray:
        anchors = np.array([frame.anchor for frame in self.pieces])
        y = x - anchors[self.elements.frame[owner]]
        low, high = self.elements.low[owner], self.elements.high[owner]
        with np.errstate(divide="ignore", invalid="ignore"):
            bent = 2.0 * np.log(y / low) / np.log(high / low) - 1.0
        straight = (2.0 * y - low - high) / (high - low)
        is_bent = _is_bent(self.pieces, self.elements)[owner]
        return np.clip(np.where(is_bent, bent, straight), -1.0, 1.0)


def build(pieces: tuple[Frame, ...], elements: Elements, degree: int) -> Grid:
    """Put the nodes of one well and integrate log pi on them."""
    powers = [0.0, 0.0]
    for side, index in enumerate((0, -1)):
        if elements.radau[side]:
            powers[side] = float(pieces[elements.frame[index]].power or 0.0)
    inner = lobatto(degree)
    first = radau(degree, powers[0] - 1.0) if elements.radau[0] else inner
    last = radau(degree, powers[1] - 1.0).mirrored() if elements.radau[1] else inner
    references = (inner, first, last)
    y, y_per_eta = _nodes(pieces, elements, references)
    a, slope = _coefficients(pieces, elements, y)
    log_pi = _log_density(elements, references, powers, slope * y_per_eta) - np.log(a)
    return _grid(pieces, elements, references, powers, (y, y_per_eta, a, log_pi))


def _is_bent(pieces: tuple[Frame, ...], elements: Elements) -> np.ndarray:
    """Tell which elements use the logarithm of the offset as their coordinate, (E,)."""
    bent = elements.low * elements.high > 0.0
    for index, frame in enumerate(pieces):
        here = elements.frame == index
        ends = np.stack([elements.low[here], elements.high[here]])
        bent[here] &= (frame.log_depth(ends) >= 0.0).all(axis=0)
    return bent


def _nodes(
    pieces: tuple[Frame, ...], elements: Elements, references: References
) -> tuple[np.ndarray, np.ndarray]:
    """Return the offsets y of the nodes, and dy / d eta, each (E, q)."""
    low, high = elements.low[:, None], elements.high[:, None]
    eta = np.broadcast_to(references[0].nodes, (low.size, references[0].nodes.size)).copy()
    eta[0] = references[1].nodes
    eta[-1] = references[2].nodes if low.size > 1 else eta[-1]
    y = 0.5 * (low + high) + 0.5 * (high - low) * eta
    y_per_eta = np.broadcast_to(0.5 * (high - low), y.shape).copy()
    bent = _is_bent(pieces, elements)
    if bent.any():
        rate = 0.5 * np.log(high[bent] / low[bent])
        y[bent] = low[bent] * np.exp(rate * (1.0 + eta[bent]))
        y_per_eta[bent] = rate * y[bent]
    return y, y_per_eta


def _coefficients(
    pieces: tuple[Frame, ...], elements: Elements, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return ``a`` and ``b / a``; in Radau elements ``a / y`` and the regular part of ``b / a``."""
    a, slope = np.empty_like(y), np.empty_like(y)
    for index, frame in enumerate(pieces):
        here = elements.frame == index
        a[here], drift = frame.noise_and_drift(y[here])
        slope[here] = drift / a[here]
    for side, row in enumerate((0, -1)):
        if elements.radau[side]:
            top, bottom = pieces[elements.frame[row]].regular_part()
            a[row] = np.abs(polynomial(bottom, y[row]))
            slope[row] = polynomial(top, y[row]) / polynomial(bottom, y[row])
    return a, slope


def _log_density(
    elements: Elements, references: References, powers: list[float], slope: np.ndarray
) -> np.ndarray:
    """Return ``int b/a`` at the nodes, without the part ``g log |y|`` in Radau elements."""
    inner, first, last = references
    rise = slope @ inner.plain_to_node.T
    rise[0] = first.plain_to_node @ slope[0]
    if len(rise) > 1:
        rise[-1] = last.plain_to_node @ slope[-1]
    total = slope @ inner.plain
    total[0] = first.plain @ slope[0]
    at_left = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    if elements.radau[0]:
        at_left[1:] += powers[0] * np.log(np.abs(elements.high[0]))
    if elements.radau[1]:
        at_left[-1] -= powers[1] * np.log(np.abs(elements.low[-1]))
    return at_left[:, None] + rise


def _grid(
    pieces: tuple[Frame, ...],
    elements: Elements,
    references: References,
    powers: list[float],
    fields: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> Grid:
    """Collect masses and stiffness; everything is scaled only after its logarithm is known."""
    y, y_per_eta, a, log_pi = fields
    weights = np.broadcast_to(references[0].weights, y.shape).copy()
    weights[0] = references[1].weights
    weights[-1] = references[2].weights if len(y) > 1 else weights[-1]
    per_eta = log_pi + np.log(y_per_eta)
    log_a, singular = np.log(a), np.zeros_like(y)
    for side, row in enumerate((0, -1)):
        if elements.radau[side]:
            half = 0.5 * (elements.high[row] - elements.low[row])
            per_eta[row] += (powers[side] - 1.0) * np.log(half)
            log_a[row] += np.log(np.abs(y[row]))
            singular[row] = (powers[side] - 1.0) * np.log(np.abs(y[row]))
    log_local = np.log(weights) + per_eta
    log_node = _log_gathered(log_local)
    top = float(log_node.max())
    log_mass = top + float(np.log(np.exp(log_node - top).sum()))
    anchors = np.array([frame.anchor for frame in pieces])[elements.frame]
    return Grid(
        pieces=pieces,
        elements=elements,
        references=references,
        x=anchors[:, None] + y,
        x_per_eta=y_per_eta,
        log_density=log_pi + singular - log_mass,
        density_per_eta=np.exp(per_eta - log_mass),
        mass=np.exp(log_local - log_mass),
        log_node_mass=log_node - log_mass,
        stiffness=log_local - log_mass + log_a - 2.0 * np.log(y_per_eta),
        log_mass=log_mass,
    )


def _log_gathered(logs: np.ndarray) -> np.ndarray:
    """Return the logs (N,) of element values (E, q) summed into the unknowns."""
    q = logs.shape[1]
    total = np.append(logs[:, :-1].ravel(), logs[-1, -1])
    shared = slice(q - 1, -1, q - 1)
    total[shared] = np.logaddexp(total[shared], logs[:-1, -1])
    return total
