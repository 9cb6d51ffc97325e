"""The rates that the spectrum resolves, found again in a discretised solution.

The spectrum knows the gap to full accuracy; a solution whose slowest rate is another one was cut
too early, or belongs to a start that does not see the place where the gap is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from explorer.generators.evolution import Evolution
from explorer.generators.finite_volume import Path
from explorer.generators.modes import Modes
from explorer.generators.plan import Plan
from explorer.generators.spectrum import Spectrum

MATCH = 1e-3  # relative difference up to which the slowest discretised rate is the gap
TIGHT = 1e-7  # the same for further rates
DEEPER = (1.6, 2.6)  # factors on the cuts if the gap is not found
SAME = 0.1  # relative change of the slowest rate below which deeper cuts are given up

Solution = tuple[tuple[Path, Path] | None, tuple[Evolution, Evolution]]  # far start's way, modes


def settle_depth(
    plan_at: Callable[[float], tuple[Plan, Plan]],
    solve: Callable[[tuple[Plan, Plan]], Solution],
    known: Spectrum,
) -> tuple[tuple[Plan, Plan], Solution, float]:
    """Return plans, their solution, and how far the slowest rate is from settled.

    The gap may hang on tails that were cut: then go deeper until it is there. If it never is, it
    belongs to a place that this start does not see, and the first solution stands.
    """
    plans = plan_at(1.0)
    solution = solve(plans)
    slowest = _unknown_rate(solution[1][0], known)
    if slowest is None:
        return plans, solution, 0.0
    change = 0.0
    for depth in DEEPER:
        deeper_plans = plan_at(depth)
        deeper = solve(deeper_plans)
        rate = _unknown_rate(deeper[1][0], known)
        if rate is None:
            return deeper_plans, deeper, 0.0
        change = abs(rate - slowest)
        if change < SAME * slowest:
            break
    return plans, solution, change if change > MATCH * slowest else 0.0


def _unknown_rate(evolution: Evolution, known: Spectrum) -> float | None:
    """Return the slowest discretised rate if it is not the known gap, None if all is well."""
    if len(evolution.grids) > 1 or not known.is_eigenvalue or not known.eigenvalues.size:
        return None
    rates = evolution.modes[0].rates
    off = abs(rates[0] - known.eigenvalues[0])
    return None if off <= MATCH * known.eigenvalues[0] + 1e-12 * rates[-1] else float(rates[0])


def with_known_rates(evolution: Evolution, known: Spectrum) -> Evolution:
    """Put the resolved eigenvalues in place of the discretised rates.

    The gap always, if it was found; further ones only where no more than rounding is mended. On a
    domain that was cut, fast modes differ from the true ones, rates and shapes alike, and it is
    their sum that is right: one without the other would spoil it.
    """
    if len(evolution.grids) > 1 or not known.eigenvalues.size:
        return evolution
    solved = evolution.modes[0]
    rates = solved.rates.copy()
    size = min(known.eigenvalues.size, rates.size)
    exact = known.eigenvalues[:size]
    noise = 1e-12 * rates[-1]
    allowed = np.where(np.arange(size) == 0, MATCH, TIGHT)
    close = np.abs(rates[:size] - exact) <= allowed * exact + noise
    size = int(np.argmin(close)) if not close.all() else size
    rates[:size] = exact[:size]
    return replace(evolution, modes=(Modes(rates, solved.values),))
