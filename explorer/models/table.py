"""The clock of networks trained on a table: step j = 0 ... T - 1 has signal power alpha_bar_j.

sigma_j^2 = (1 - alpha_bar_j) / alpha_bar_j;   between two steps ln sigma is linear in t.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from explorer.core.errors import InputError
from explorer.models.clock import Reading, clamped, within


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Discrete variance-preserving time.

    Parameters
    ----------
    alpha_bars : array, shape (T,)
        Signal power left at each step, strictly falling inside (0, 1), T at least 2.
    whole : bool
        For networks that know whole steps only: the nearest in t is taken, and the level used is
        the level of that step.

    Raises
    ------
    InputError
        With field ``"alpha_bars"``.

    References
    ----------
    Ho, Jain and Abbeel, Denoising diffusion probabilistic models (2020)

    Examples
    --------
    >>> from explorer.schedules import alpha_bars
    >>> clock = Table(alpha_bars(), whole=True)
    >>> t, sigma = clock.read(torch.tensor([2.0], dtype=torch.float64))
    >>> t.tolist(), round(sigma.item(), 4)
    ([396], 2.0005)
    """

    alpha_bars: Any
    whole: bool = False
    _log_sigma: list[torch.Tensor] = field(default_factory=list, init=False, repr=False)
    _outside: list[float] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        bars = torch.as_tensor(self.alpha_bars).detach().to("cpu", torch.float64)
        falls = bars.ndim == 1 and len(bars) >= 2 and bool((bars.diff() < 0.0).all())
        if not (falls and bars[0] < 1.0 and bars[-1] > 0.0):
            problem = f"The table of {tuple(bars.shape)} numbers does not fall strictly in (0, 1)."
            raise InputError("alpha_bars", problem, "Give alpha_bar of each training step.")
        self._log_sigma.append(0.5 * torch.log((1.0 - bars) / bars))

    @property
    def sigma_min(self) -> float:
        """The level of step 0."""
        return float(self._log_sigma[0][0].exp())

    @property
    def sigma_max(self) -> float:
        """The level of the last step."""
        return float(self._log_sigma[0][-1].exp())

    @property
    def clamped(self) -> tuple[float, float] | None:
        """Smallest and largest level asked for so far that lay outside; None if none."""
        return clamped(self._outside)

    def read(self, sigma: torch.Tensor) -> Reading:
        """Return the steps, float64 or whole (B,), and the levels used, float64 (B,)."""
        used = within(sigma, self.sigma_min, self.sigma_max, self._outside)
        table, wanted = self._log_sigma[0], used.log()
        right = torch.searchsorted(table, wanted.detach()).clamp(1, len(table) - 1)
        left = table[right - 1]
        share = ((wanted - left) / (table[right] - left)).clamp(0.0, 1.0)
        t = right - 1 + share
        if not self.whole:
            return Reading(t, used)
        steps = t.detach().round().long()
        return Reading(steps, table[steps].exp())

    def sigma(self, time: torch.Tensor) -> torch.Tensor:
        """Return the level at a step, float64; between two, ln sigma is linear."""
        table, t = self._log_sigma[0], time.to("cpu", torch.float64)
        left = t.detach().floor().long().clamp(0, len(table) - 2)
        return torch.lerp(table[left], table[left + 1], t - left).exp()
