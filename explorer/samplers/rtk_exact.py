"""RTK with exact draws: the reverse kernel of a Gaussian mixture is a mixture again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from explorer.core.types import Noises, Step
from explorer.samplers.about import About
from explorer.samplers.rtk_mixture import axes, draw

NAME = "rtk-exact"
ABOUT = About(
    title="RTK, exact",
    source="derived here: Bayes' rule for mixtures",
    formula=r"k \sim w_k N(x; m_k, S_k + \sigma_t^2),\quad y \sim N((m_k/V + x/\Delta^2)/P,\,1/P)",
    family="rtk",
    note="For Gaussian mixtures only. Exact for any segments; the oracle of the other chains. It "
    "reads the mixture's parameters and asks the denoiser nothing, so its NFE is 0.",
)


@dataclass(frozen=True, slots=True)
class RtkExact:
    """Draws from the reverse kernel of a mixture, with V = S_k + b^2 and P = 1/V + 1/(a^2 - b^2).

    From exact samples at the first level it gives exact samples at the last, 0 included, with any
    segments. ``Step.x0`` is the posterior mean by the mixture's own formula.

    Examples
    --------
    >>> RtkExact().nfe(5), RtkExact().energy(5)
    (0, 0)
    """

    name: ClassVar[str] = NAME
    order: ClassVar[int | None] = None
    stochastic: ClassVar[bool] = True
    needs_energy: ClassVar[bool] = False
    default_grid: ClassVar[str] = "geometric"

    def nfe(self, n: int, end: str = "sigma_min") -> int:
        """Return 0: the denoiser is not asked."""
        return 0

    def energy(self, n: int, end: str = "sigma_min") -> int:
        """Return 0."""
        return 0

    def steps(
        self, denoise: Any, x: torch.Tensor, sigmas: np.ndarray, noise: Noises
    ) -> Iterator[Step]:
        """Yield one step a segment.

        Raises
        ------
        InputError
            With field ``"denoise"``, if the denoiser is not a mixture.
        """
        parts = axes(getattr(denoise, "denoiser", denoise), x.device)
        rows, shape, n = x.double().flatten(1), x.shape, len(sigmas) - 1
        for i in range(n):
            a, b = float(sigmas[i]), float(sigmas[i + 1])
            uniform, normal = noise.uniform(len(x)), noise.normal(rows)
            rows, mean = draw(parts, rows, uniform, normal, upper=a, lower=b)
            yield Step(i, n, b, rows.to(x.dtype).reshape(shape), mean.to(x.dtype).reshape(shape))


def build() -> RtkExact:
    """Return RTK with exact draws."""
    return RtkExact()
