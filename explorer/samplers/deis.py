"""DEIS: the noise prediction as a polynomial through the latest nodes, integrated exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, pairs
from explorer.schedules import vp_time

NAME = "deis"
ABOUT = About(
    title="DEIS",
    source="Zhang and Chen 2022, arXiv:2204.13902, tAB-DEIS",
    formula=r"x_b = x_a + \sum_j \varepsilon_j \int_a^b \ell_j(u(\sigma))\,d\sigma",
    family="multistep",
    note="k nodes are a polynomial of degree k - 1: the paper's tAB3 has 4 nodes.",
    ranges={"nodes": (1, 4)},
)
_BASES = {"t-vp": vp_time.time, "sigma": np.asarray, "log-sigma": np.log}
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True, slots=True)
class Deis:
    """``x_b = x_a + sum_j C_j eps_j``, ``C_j = integral from a to b of l_j(u(sigma)) d sigma``.

    l_j is the Lagrange polynomial in u through the latest nodes; one node is Euler's method. The
    first steps use the nodes that are there.

    Parameters
    ----------
    nodes : int
        Most noise predictions that are used, 1 to 4; the degree is one less.
    basis : {"t-vp", "sigma", "log-sigma"}
        The variable u: time of the variance-preserving process (tAB), sigma (rhoAB), or log sigma.
    lower_order_final : bool
        Whether the last steps use only as many nodes as there are steps left.

    Raises
    ------
    InputError
        For another number of nodes or basis.

    References
    ----------
    Zhang and Chen, Fast sampling of diffusion models with exponential integrator (2022)

    Examples
    --------
    >>> Deis().nfe(10), Deis(basis="sigma").default_grid
    (10, 'karras')
    """

    nodes: int = 4
    basis: Literal["t-vp", "sigma", "log-sigma"] = "t-vp"
    lower_order_final: bool = False

    name: ClassVar[str] = NAME
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.nodes not in {1, 2, 3, 4}:
            raise InputError("nodes", f"nodes = {self.nodes}.", "Give 1, 2, 3 or 4.")
        if self.basis not in _BASES:
            problem = f"basis = {self.basis!r}."
            raise InputError("basis", problem, f"Use one of {', '.join(_BASES)}.")

    @property
    def order(self) -> int | None:
        """At most 2, as the first step is Euler's; steeper at first where that step is easy."""
        return min(self.nodes, 2)

    @property
    def default_grid(self) -> str:
        """Even, or nearly, in the basis."""
        return {"t-vp": "vp-time", "sigma": "karras", "log-sigma": "logsnr"}[self.basis]

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return n: one evaluation a step."""
        return n

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return 0."""
        return 0

    def steps(
        self, denoise: Denoise, x: torch.Tensor, sigmas: np.ndarray, noise: Noises
    ) -> Iterator[Step]:
        """Yield a `Step` after each step."""
        n = len(sigmas) - 1
        slopes: list[torch.Tensor] = []  # the latest first
        for i, a, b in pairs(sigmas):
            x0 = denoise(x, a)
            if b == 0.0:
                yield Step(i, n, b, x0, x0)
                return
            slopes = [(x - x0) / a, *slopes[: self.nodes - 1]]
            used = min(len(slopes), n - i) if self.lower_order_final else len(slopes)
            levels = sigmas[i - used + 1 : i + 1][::-1]
            for weight, slope in zip(weights(levels, b, self.basis), slopes, strict=False):
                x = x + weight * slope
            yield Step(i, n, b, x, x0)


def weights(levels: np.ndarray, b: float, basis: str) -> list[float]:
    """Return the integrals of the Lagrange polynomials from ``levels[0]`` to b.

    Gauss-Legendre with 24 points in log sigma: ``d sigma = sigma d log sigma``.

    Parameters
    ----------
    levels : numpy.ndarray
        Nodes, the latest first, (k,).
    b : float
        End of the step, > 0.
    basis : str

    Examples
    --------
    >>> [round(w, 12) for w in weights(np.array([2.0, 3.0]), 1.0, "sigma")]
    [-1.5, 0.5]
    """
    start, end = np.log(levels[0]), np.log(b)
    half = 0.5 * (end - start)
    sigma = np.exp(start + half * (_POINTS + 1.0))
    there, nodes = _BASES[basis](sigma), _BASES[basis](levels)
    result = []
    for j, node in enumerate(nodes):
        others = np.delete(nodes, j)
        basis_j = np.prod((there[:, None] - others) / (node - others), axis=1)
        result.append(float(half * (_WEIGHTS * sigma * basis_j).sum()))
    return result


def build(
    nodes: int = 4,
    basis: Literal["t-vp", "sigma", "log-sigma"] = "t-vp",
    lower_order_final: bool = False,
) -> Deis:
    """Return DEIS."""
    return Deis(nodes, basis, lower_order_final)
