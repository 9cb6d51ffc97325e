"""How many eigenvalues lie below a number: count the zeros of a flux.

Shoot from the left end with ``u = 1`` and no flux, ``u' = e^{-C} Z p``, ``p' = -lambda pi u``. The
flux ``p`` has as many zeros inside the domain as there are eigenvalues ``0 < lambda_k < lambda``
(Sturm). On a panel both basic solutions are power series in ``lambda``, which converge fast
because a panel is short; panels are then joined by their 2 x 2 transfer matrices.

This shares the mesh with the Green operator and nothing else, so it is an independent check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.generators.green import Green
from explorer.generators.mesh import Mesh
from explorer.generators.quadrature import FORWARD, NODES, WEIGHTS

TERMS = 60
CONVERGED = 1e-14
LARGE = 1e100


def eigenvalues_below(green: Green, values: Sequence[float]) -> list[int] | None:
    """Return for each value the number of eigenvalues ``0 < unit lambda_k < value``.

    None if a series has not converged: the value is far above what the mesh resolves.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> from explorer.generators.solve import solve
    >>> s = solve(Generator("1", "-x"))  # 1, 2, 3, ...
    >>> eigenvalues_below(s.green, [0.5 * s.unit, 3.5 * s.unit])
    [0, 3]
    """
    shots = _shoot(green, values)
    return None if shots is None else [shot.zeros for shot in shots]


def has_state_below(
    mesh: Mesh, green: Green, value: float, slope: float, *, at_left: bool
) -> bool | None:
    """Return whether an eigenvalue lies below the threshold of a power tail.

    At the threshold the flux is ``e^(-slope xi / 2) (alpha + beta xi)`` in the tail. Beyond the
    cut it has one more zero, perhaps very far out, iff it falls faster than ``e^(-slope xi / 2)``.

    Parameters
    ----------
    mesh : Mesh
    green : Green
    value : float
        Bottom of the essential spectrum times ``unit``.
    slope : float
        Rate at which ``ell`` falls in the tail.
    at_left : bool
        Whether the tail is the left one.

    Returns
    -------
    bool or None
        None if a series has not converged.

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> from explorer.generators.solve import solve
    >>> found = []
    >>> for b in ("-x", "-4*x"):  # thresholds 1 and 6.25
    ...     s = solve(Generator("1 + x^2", b, (0.0, float("inf"))))
    ...     c = s.classification
    ...     slope = 1.0 - c.right.ratio
    ...     bottom = c.essential * s.unit
    ...     found.append(has_state_below(s.mesh, s.green, bottom, slope, at_left=False))
    >>> found
    [False, True]
    """
    shots = _shoot(green, [value], mirrored=at_left)
    if shots is None:
        return None
    [shot] = shots
    panel = green.split - 1 if at_left else -1
    half = float(mesh.half[0 if at_left else -1])
    mass = float(green.mass[panel, -1]) * np.exp(-slope * half * (1.0 - NODES[-1]))  # at the cut
    return bool(shot.zeros or -value * mass * shot.u / shot.p / half < -0.5 * slope)


@dataclass(frozen=True, slots=True)
class _Shot:
    """Zeros of the flux inside the domain, and ``u`` and ``p`` at its far end."""

    zeros: int
    u: float
    p: float


def _shoot(green, values, *, mirrored=False):
    """Return the solution for each value, from the left or, mirrored, from the right."""
    mass, scale = (green.ordered(f).reshape(-1, len(WEIGHTS)) for f in (green.mass, green.scale))
    lumps = [
        lump * float(green.mass[panel, -1])
        for panel, lump in zip((green.split - 1, -1), green.lump, strict=True)
    ]
    if mirrored:
        mass, scale, lumps = mass[::-1, ::-1], scale[::-1, ::-1], lumps[::-1]
    basis = _panel_solutions(mass, scale, np.array(values)[:, None, None, None])
    if basis is None:
        return None
    shots = []
    for value, flux, u_end, p_end in zip(values, *basis, strict=True):
        u, p = _join(u_end.tolist(), p_end.tolist(), value * lumps[0])
        inside = (u[:-1, None] * flux[0] + p[:-1, None] * flux[1]).ravel()
        last = float(p[-1] - value * lumps[1] * u[-1])
        signs = np.sign(np.append(inside, last))
        signs = signs[signs != 0.0]
        zeros = int(np.count_nonzero(signs[1:] != signs[:-1]))
        shots.append(_Shot(zeros, float(u[-1]), last))
    return shots


def _panel_solutions(mass, scale, values):
    """Return fluxes (V, 2, P, 20) of the solutions from (1, 0) and (0, 1), and their ends."""
    mass = mass * -values
    term = np.array((np.ones_like(scale), scale @ FORWARD))[None]
    ends = np.array((np.ones(len(scale)), scale @ WEIGHTS))[None]
    flux = np.zeros((len(values), 2, *scale.shape))
    flux[:, 1] = 1.0
    u_end, p_end, largest = ends, flux[..., 0].copy(), ends
    for _ in range(TERMS):
        slope = mass * term
        step = slope @ FORWARD
        flux += step
        p_end += slope @ WEIGHTS
        slope = scale * step
        term, ends = slope @ FORWARD, slope @ WEIGHTS
        u_end = u_end + ends
        largest = np.maximum(largest, np.abs(ends))
        if (np.abs(ends) <= CONVERGED * largest).all():
            return flux, u_end, p_end
    return None


def _join(u_end, p_end, lump):
    """Return ``u`` and ``p`` at all panel edges, (P + 1,), up to positive factors."""
    u, p = 1.0, -lump
    edges = [(u, p)]
    for u_one, u_two, p_one, p_two in zip(*u_end, *p_end, strict=True):
        u, p = u * u_one + p * u_two, u * p_one + p * p_two
        size = max(abs(u), abs(p))
        if not 1.0 / LARGE < size < LARGE:
            u, p = u / size, p / size
        edges.append((u, p))
    return np.array(edges).T
