"""UniPC: a predictor and a corrector that share each evaluation.

With z = -h, B = z or e^z - 1, rho_j = (lambda_{i-j} - lambda_i)/h, Delta_j = (D_{i-j} - D_i)/rho_j:

    x_p = (b/a) x - E1(z) D_i - B sum_{j<o} c_j Delta_j
    x_b = (b/a) x - E1(z) D_i - B [sum_{j<o} c'_j Delta_j + c'_o (D(x_p, b) - D_i)].
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch

from explorer.core.errors import InputError
from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.exponential import Denoise, log_ratio, pairs, psi, towards

NAME = "unipc"
ABOUT = About(
    title="UniPC",
    source="Zhao et al. 2023, arXiv:2302.04867, data prediction",
    formula=r"x_b = \tfrac{b}{a} x_a + \big(1 - \tfrac{b}{a}\big) D_0 - B\,\Big[\sum_j c_j "
    r"\Delta_j + c_o\,(D(x_p, b) - D_0)\Big]",
    family="multistep",
    note="The corrected state is not evaluated again: one evaluation a step.",
    ranges={"p": (1, 3)},
)


@dataclass(frozen=True, slots=True)
class Unipc:
    """Predictor and corrector of order p.

    Parameters
    ----------
    p : int
        Order of the predictor, 1 to 3; the corrector gains one.
    variant : {"bh2", "bh1"}
        ``B = e^z - 1`` or ``B = z``.
    corrector : bool
        Whether the state is corrected.
    lower_order_final : bool
        Whether the last steps use only as many differences as there are steps left, as released.
        The whole method is then of order 2.

    Raises
    ------
    InputError
        For another order or variant.

    References
    ----------
    Zhao et al., UniPC: a unified predictor-corrector framework (2023)

    Examples
    --------
    >>> Unipc().nfe(10), Unipc(lower_order_final=False).order
    (10, 4)
    """

    p: int = 3
    variant: Literal["bh2", "bh1"] = "bh2"
    corrector: bool = True
    lower_order_final: bool = True

    name: ClassVar[str] = NAME
    stochastic: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "logsnr"

    def __post_init__(self) -> None:
        if self.p not in {1, 2, 3}:
            raise InputError("p", f"p = {self.p}.", "Give 1, 2 or 3.")
        if self.variant not in {"bh1", "bh2"}:
            raise InputError("variant", f"variant = {self.variant!r}.", 'Use "bh1" or "bh2".')

    @property
    def order(self) -> int | None:
        """One more than p; at most 2 where the last step, or the first, is of order 1."""
        if self.corrector:
            return min(self.p + 1, 2) if self.lower_order_final else self.p + 1
        return min(self.p, 2)

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
        x0s = [denoise(x, float(sigmas[0]))]  # the latest first
        for i, a, b in pairs(sigmas):
            if b == 0.0:
                yield Step(i, n, b, x0s[0], x0s[0])
                return
            order = min(self.p, i + 1, n - i if self.lower_order_final else self.p)
            h = log_ratio(a, b)
            rhos = [-log_ratio(float(sigmas[i - j]), a) / h for j in range(1, order)]
            deltas = [(x0s[j] - x0s[0]) / rho for j, rho in enumerate(rhos, start=1)]
            plain = towards(x, x0s[0], a, b)
            x = _minus(plain, self._weights(rhos, h), deltas)
            if i < n - 1:
                x0s = [denoise(x, b), *x0s[:2]]
                if self.corrector:
                    deltas.append(x0s[0] - x0s[1])
                    x = _minus(plain, self._weights([*rhos, 1.0], h), deltas)
            yield Step(i, n, b, x, x0s[0])

    def _weights(self, rhos: list[float], h: float) -> list[float]:
        """Return ``B c_j``; of a single one c is 1/2, which is where the variants differ."""
        if len(rhos) == 1:
            return [-0.5 * h if self.variant == "bh1" else 0.5 * math.expm1(-h)]
        return weights(rhos, -h)


def weights(rhos: list[float], z: float) -> list[float]:
    """Return ``B c``, of which ``sum_j rho_j^(k-1) B c_j = k! psi_k(z)``, k = 1 ... len(rhos).

    B cancels.

    Examples
    --------
    >>> [round(w, 6) for w in weights([-1.0, 1.0], -0.1)]
    [-0.007929, -0.040445]
    """
    powers = np.arange(len(rhos))
    right = [math.factorial(k) * psi(k, z) for k in range(1, len(rhos) + 1)]
    return np.linalg.solve(np.asarray(rhos) ** powers[:, None], np.asarray(right)).tolist()


def _minus(x: torch.Tensor, factors: list[float], terms: list[torch.Tensor]) -> torch.Tensor:
    for factor, term in zip(factors, terms, strict=True):
        x = x - factor * term
    return x


def build(
    p: int = 3,
    variant: Literal["bh2", "bh1"] = "bh2",
    corrector: bool = True,
    lower_order_final: bool = True,
) -> Unipc:
    """Return UniPC."""
    return Unipc(p, variant, corrector, lower_order_final)
