"""How many steps a budget of evaluations buys."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.errors import InputError
from explorer.core.types import Sampler

LARGEST = 2**30  # steps; more is no budget but a mistake


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with a budget.

    Attributes
    ----------
    n : int
        Number of steps.
    nfe, energy : int
        Evaluations per sample that these steps spend: of the denoiser, at most the budget; and of
        the log density.
    """

    n: int
    nfe: int
    energy: int


def plan(sampler: Sampler | str, nfe: int, *, end: str = "sigma_min") -> Plan:
    """Return the largest number of steps that spends at most `nfe` evaluations per sample.

    Parameters
    ----------
    sampler : Sampler or str
        A registered name stands for its default parameters.
    nfe : int
        The budget.
    end : {"sigma_min", "zero"}
        The last node of the grid.

    Raises
    ------
    InputError
        With field ``"nfe"``, if it does not pay for one step, or if steps cost nothing.

    Examples
    --------
    >>> plan("heun", 19), plan("heun", 19, end="zero").n
    (Plan(n=9, nfe=18, energy=0), 10)
    """
    from explorer.samplers import build

    chosen = build(sampler) if isinstance(sampler, str) else sampler
    least = chosen.nfe(1, end)
    if nfe < least:
        problem = f"{nfe} evaluations do not pay for a step of {chosen.name}, which takes {least}."
        raise InputError("nfe", problem, f"Give at least {least}.")
    if chosen.nfe(LARGEST, end) <= nfe:
        problem = f"{nfe} evaluations pay for any number of steps of {chosen.name}."
        raise InputError("nfe", problem, "Choose its number of steps instead.")
    low, high = 1, 2  # nfe(low) is paid for; nfe(high) is not, once the loop ends
    while chosen.nfe(high, end) <= nfe:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if chosen.nfe(middle, end) <= nfe else (low, middle)
    return Plan(low, chosen.nfe(low, end), chosen.energy(low, end))
