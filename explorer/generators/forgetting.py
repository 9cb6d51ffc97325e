"""One start of one generator, solved twice: what relaxation curves and times are read from.

The fine solution has elements of degree 8, the coarse one of degree 6 on a domain that is cut
earlier; whatever is computed from both has their difference as its error estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from explorer.generators.cell_law import CellLaw
from explorer.generators.distances import (
    chi_square,
    chi_square_at_cuts,
    kullback_leibler,
    total_variation,
)
from explorer.generators.evolution import Evolution, evolve
from explorer.generators.far_start import approach, take_over
from explorer.generators.finite_volume import Path
from explorer.generators.finiteness import Finiteness, finiteness
from explorer.generators.frames import Frame, frames
from explorer.generators.generator import Generator
from explorer.generators.initial import InitialLaw
from explorer.generators.known_rates import Solution, settle_depth, with_known_rates
from explorer.generators.plan import Plan, plan, survey
from explorer.generators.profile import Profile
from explorer.generators.remarks import notes, refuse_absorbed, refuse_stuck
from explorer.generators.spectrum import Spectrum, spectrum
from explorer.generators.start import Start, place
from explorer.generators.time_zero import distances_of_points, profile_of_start, w2_of_uniform
from explorer.generators.transport import wasserstein

FINE, COARSE = 8, 6  # polynomial degree of the elements
DEPTHS = (1.0, 0.85)  # factors on the nats at which tails are cut
FAR = ((900, 1e-6), (600, 1e-5))  # cells and tolerance of a time step, for a far start
MISSED = 1e-6  # mass of the start that modes may miss
MOVED = 3e-4  # mass that may be moved to the ends of the elements, times the time that saves
NOISY = 3e-3  # what rounding may leave in a sum of modes
MODES = 64  # with the slowest rates that are looked at one by one
FEW = 8  # modes with which a vanishing coefficient is compared


@dataclass(frozen=True, slots=True, eq=False)
class Forgetting:
    """A start and its evolution, fine and coarse.

    Attributes
    ----------
    spectrum : Spectrum
    start : Start
    finite : Finiteness
    plans, evolutions : fine first, coarse second
    paths : the same by finite volumes up to the origin of the evolutions, if the start is far
    moved : float
        Error in total variation from moving a part of the start to the ends of the elements.
    unsettled : float
        How far the slowest discretised rate still moves with the cuts, if it is not the gap.
    notes : tuple of str
    """

    spectrum: Spectrum
    start: Start
    finite: Finiteness
    plans: tuple[Plan, Plan]
    evolutions: tuple[Evolution, Evolution]
    paths: tuple[Path, Path] | None
    moved: float
    unsettled: float
    notes: tuple[str, ...]

    @property
    def safety(self) -> float:
        """Error of the fine solution over its difference to the coarse one, at most.

        Finite volumes of a very far start converge in first order only.
        """
        return 1.0 if self.paths is None else 2.5

    def groups(self, times: np.ndarray, which: int) -> list[np.ndarray]:
        """Return masks of the times that are found alike: 0, by finite volumes, by modes."""
        is_start = times == 0.0
        is_early = ~is_start & (times <= self.evolutions[which].origin)
        return [mask for mask in (is_start, is_early, ~is_start & ~is_early) if mask.any()]

    def at(self, times: np.ndarray, which: int) -> Profile | CellLaw | None:
        """Return the law at times of one group, fine (0) or coarse (1).

        Points have no density at time 0: None.
        """
        if self.start.kind == "points" and times[0] == 0.0:
            return None
        if self.paths is not None and times[0] <= self.evolutions[which].origin:
            return self.paths[which].at(times)
        if times[0] == 0.0:
            return profile_of_start(self.plans[which], (FINE, COARSE)[which], times.size)
        return self.evolutions[which].at(times)

    def distances(self, times: np.ndarray, which: int) -> dict[str, np.ndarray]:
        """Return chi2, tv, kl, w1, w2 of one coordinate at times of one group, each (T,).

        Also ``chi2_at_cuts``, the share of chi2 at the ends of the computed stretch.
        """
        law = self.at(times, which)
        if law is None:
            single = self._distances_of_points(which)
        else:
            single = law.distances() if isinstance(law, CellLaw) else self._distances(law)
        if self.start.kind == "uniform" and isinstance(law, Profile) and times[0] == 0.0:
            single["w2"] = np.full(times.size, w2_of_uniform(law, self.start, self.finite.kappas))
        self.finite.mark(times, single)
        return single

    def _distances_of_points(self, which: int) -> dict[str, np.ndarray]:
        degree = (FINE, COARSE)[which]
        rough = self.evolutions[which]
        return distances_of_points(self.plans[which], degree, rough, self.finite.kappas)

    def _distances(self, law: Profile) -> dict[str, np.ndarray]:
        size = len(law.occupied)
        w1, w2 = np.full(size, math.inf), np.full(size, math.inf)
        if self.finite.w1:
            w1, w2 = wasserstein(law, self.finite.kappas, second=self.finite.w2)
        return {
            "chi2": chi_square(law),
            "chi2_at_cuts": chi_square_at_cuts(law),
            "tv": np.clip(total_variation(law), 0.0, 1.0),
            "kl": kullback_leibler(law),
            "w1": w1,
            "w2": w2,
        }

    def contents(self, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rates and coefficients of the first modes, n = 1 first.

        Rates that the spectrum resolves are given as it has them.
        """
        rates, contents = self.evolutions[0].contents_by_rate(most)
        exact = self.spectrum.eigenvalues[:most]
        near = np.abs(rates[: exact.size] - exact) <= 0.01 * exact
        if near.all():
            rates = np.concatenate([exact, rates[exact.size :]])
        return rates, contents

    def observed(self) -> int:
        """Return the first mode (from 1) that the start contains: its rate is seen in the end."""
        if not self.spectrum.is_eigenvalue:
            return 1
        time = self.evolutions[0].origin  # earlier, fast modes of a far start are all noise
        fine, coarse = (abs(e.contents_by_rate(MODES, time)[1]) for e in self.evolutions)
        size = min(fine.size, coarse.size)
        fine, coarse = (np.minimum(c[:size], 1e300) for c in (fine, coarse))
        if self.paths is None:
            present = fine > 10.0 * np.abs(fine - coarse) + 1e-9
            present |= fine > 1e-4 * fine[:FEW].max(initial=0.0)
        else:
            present = fine > 1.5 * np.abs(fine - coarse) + 1e-6
        found = np.flatnonzero(present)
        return int(found[0]) + 1 if found.size else 1


def forget(
    g: Generator,
    initial: InitialLaw,
    shortest_time: float | None,
    longest_time: float = math.inf,
    *,
    known: Spectrum | None = None,
) -> Forgetting:
    """Solve a start of a generator for all times from ``shortest_time`` to ``longest_time``.

    ``known`` is the spectrum of the same generator, if it is at hand.

    Raises
    ------
    InputError
        If the start does not fit the domain.
    NotErgodicError
        If there is no exponential rate.
    """
    start = place(initial, g.domain)
    known = spectrum(g) if known is None else known
    refuse_absorbed(start, known)
    shortest = shortest_time if shortest_time is not None else 1.0 / max(known.gap, 1e-290)
    plans, (paths, evolutions), unsettled = settle_depth(
        _planner(frames(g), start, shortest, known.gap),
        lambda plans: _solve(plans, shortest, longest_time, known.gap),
        known,
    )
    refuse_stuck(known, evolutions[0], is_far=paths is not None)
    first, second = (with_known_rates(evolution, known) for evolution in evolutions)
    found = Forgetting(
        spectrum=known,
        start=start,
        finite=finiteness(g, known.classification, start),
        plans=plans,
        evolutions=(first, second),
        paths=paths,
        moved=0.0 if paths is not None else plans[0].moved,
        unsettled=unsettled,
        notes=(),
    )
    absent = found.observed() - 1
    if absent:  # what rounding left of them would outlive the modes that are there
        cleaned = (first.without(absent), second.without(absent))
        found = replace(found, evolutions=cleaned)
    said = notes(start, known, first, absent, is_far=paths is not None)
    return replace(found, notes=said)


def _planner(
    pieces: tuple[Frame, ...], start: Start, shortest: float, gap: float
) -> Callable[[float], tuple[Plan, Plan]]:
    """Return what makes the fine and the coarse plan, given a factor on the depth of all cuts."""
    picture = survey(pieces, start, shortest)

    def plan_at(depth: float) -> tuple[Plan, Plan]:
        fine, coarse = (
            plan(pieces, start, picture, shortest, depth=depth * share, gap=gap) for share in DEPTHS
        )
        return fine, coarse

    return plan_at


def _solve(plans: tuple[Plan, Plan], shortest: float, longest: float, gap: float) -> Solution:
    """Return the finite-volume paths of a far start (else None), and the evolutions after them."""
    fine, coarse = plans
    if fine.missed <= MISSED and fine.moved <= MOVED:
        evolution = evolve(fine, shortest, FINE, gap)
        if evolution.noise() < NOISY:
            return None, (evolution, evolve(coarse, shortest, COARSE, gap))
    first, second = (approach(fine, (shortest, longest), *detail) for detail in FAR)
    taken = (take_over(fine, first, FINE, gap), take_over(coarse, second, COARSE, gap))
    return (first, second), taken
