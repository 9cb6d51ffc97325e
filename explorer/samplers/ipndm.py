"""Improved PNDM: Adams-Bashforth with the coefficients of an even grid, on any grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, pairs

NAME = "ipndm"
ABOUT = About(
    title="iPNDM",
    source="Liu et al. 2022, arXiv:2202.09778; Zhang and Chen 2022, arXiv:2204.13902",
    formula=r"x_b = x_a + (b - a) \sum_j c_j d_j,\quad c = \tfrac{1}{24}(55, -59, 37, -9)",
    family="multistep",
    note="The coefficients belong to even steps; on an uneven grid the order is at most 2.",
    ranges={"nodes": (1, 4)},
)
_WEIGHTS = (
    (1.0,),
    (3 / 2, -1 / 2),
    (23 / 12, -16 / 12, 5 / 12),
    (55 / 24, -59 / 24, 37 / 24, -9 / 24),
)


@dataclass(frozen=True, slots=True)
class Ipndm:
    """``x_b = x_a + (b - a) sum_j c_j d_j``, d_j the latest noise predictions.

    Parameters
    ----------
    nodes : int
        Most predictions that are used, 1 to 4.

    Raises
    ------
    InputError
        For another number of nodes.

    References
    ----------
    Liu et al., Pseudo numerical methods for diffusion models on manifolds (2022)
    Zhang and Chen, Fast sampling of diffusion models with exponential integrator (2022)

    Examples
    --------
    >>> Ipndm().nfe(10), Ipndm().order
    (10, 2)
    """

    nodes: int = 4

    name: ClassVar[str] = NAME
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "karras"

    def __post_init__(self) -> None:
        if self.nodes not in {1, 2, 3, 4}:
            raise InputError("nodes", f"nodes = {self.nodes}.", "Give 1, 2, 3 or 4.")

    @property
    def order(self) -> int | None:
        """At most 2, as steps in sigma are not even."""
        return min(self.nodes, 2)

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
            for weight, slope in zip(_WEIGHTS[len(slopes) - 1], slopes, strict=True):
                x = x + ((b - a) * weight) * slope
            yield Step(i, n, b, x, x0)


def build(nodes: int = 4) -> Ipndm:
    """Return iPNDM."""
    return Ipndm(nodes)
