"""One start of one generator, solved twice: what relaxation curves and times are read from.

The fine solution has elements of degree 8, the coarse one of degree 6 on a domain that is cut
earlier; whatever is computed from both has their difference as its error estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from explorer.core.errors import ExplorerError, InputError
from explorer.generators.distances import (
    chi_square,
    chi_square_at_cuts,
    kullback_leibler,
    total_variation,
)
from explorer.generators.element_chain import cut_at, place_elements
from explorer.generators.elements import Grid, Modes, build
from explorer.generators.evolution import Evolution, cloud, evolve, settle, shares_of
from explorer.generators.finite_volume import CellLaw, Path, chain, initial_masses, run
from explorer.generators.finiteness import Finiteness, finiteness
from explorer.generators.frames import frames
from explorer.generators.generator import Generator
from explorer.generators.initial import InitialLaw
from explorer.generators.plan import Plan, plan, survey
from explorer.generators.profile import Profile
from explorer.generators.spectrum import Spectrum, spectrum
from explorer.generators.start import Start, place
from explorer.generators.transport import (
    quantiles,
    squared_shift_of_uniform,
    tails,
    wasserstein,
    wasserstein_of_points,
)

FINE, COARSE = 8, 6  # polynomial degree of the elements
DEPTHS = (1.0, 0.85)
DEEPER = (1.6, 2.6)  # factors on the cuts if the gap is not found
SAME = 0.1  # relative change of the slowest rate below which deeper cuts are given up
FAR = ((900, 1e-6), (600, 1e-5))  # cells and tolerance of a time step, for a far start
MISSED = 1e-6  # mass of the start that modes may miss
MOVED = 3e-4  # mass that may be moved to the ends of the elements, times the time that saves
NOISY = 3e-3  # what rounding may leave in a sum of modes
SETTLED = 3e-5  # mass outside the wells, and
NEAR = 1e4  # chi2 in every well, at which modes take over from finite volumes
FAINT = 1e-13  # mass of a cell that rounding may leave, and that does not count in this
MODES = 64  # with the slowest rates that are looked at one by one
FEW = 8  # modes with which a vanishing coefficient is compared
MANY = 300  # starting points from which on the kink of |x - point| inside an element is let be
MATCH = 1e-3  # relative difference up to which the slowest discretised rate is the gap
TIGHT = 1e-7  # the same for further rates


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
    plans: tuple[Plan, ...]
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
            return self._at_start(times.size, which)
        return self.evolutions[which].at(times)

    def distances(self, times: np.ndarray, which: int) -> dict[str, np.ndarray]:
        """Return chi2, tv, kl, w1, w2 of one coordinate at times of one group, each (T,).

        Also ``chi2_at_cuts``, the share of chi2 at the ends of the computed stretch.
        """
        law = self.at(times, which)
        single = self._points(which) if law is None else self._distances(law)
        if self.start.kind == "uniform" and isinstance(law, Profile) and times[0] == 0.0:
            low, high = self.start.low, self.start.high
            square = squared_shift_of_uniform(law.grids, law.shares, low, high)
            square += self._beyond(law.grids, law.shares, 2)
            single["w2"] = np.full(times.size, math.sqrt(square))
        self.finite.mark(times, single)
        return single

    def _distances(self, law: Profile | CellLaw) -> dict[str, np.ndarray]:
        if isinstance(law, CellLaw):
            return law.distances()
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

    def _beyond(self, grids: tuple[Grid, ...], shares: np.ndarray, moment: int) -> float:
        """Return ``int |x|^moment dpi`` over the power tails beyond the elements."""
        outside = tails(grids, shares, self.finite.kappas)
        return float(outside.beyond(moment, np.ones((1, 2)))[0])

    def _points(self, which: int) -> dict[str, np.ndarray]:
        """Return the distances of starting points at time 0, each (1,)."""
        values = self.start.marks
        n = values.size
        rough = self.evolutions[which]
        levels = np.arange(1, n) / n
        splits = quantiles(rough.grids, rough.shares, levels)
        cuts = np.concatenate([values, splits]) if n <= MANY else splits
        grids, shares = self._cut(which, cuts)
        middles = _levels_at_middles(grids, shares)
        w1, square = wasserstein_of_points(grids, shares, middles, values)
        w1 += self._beyond(grids, shares, 1)
        w2 = math.sqrt(square + self._beyond(grids, shares, 2))
        infinite = np.full(1, math.inf)
        return {
            "chi2": infinite,
            "chi2_at_cuts": np.zeros(1),
            "tv": np.ones(1),
            "kl": infinite.copy(),
            "w1": np.array([w1]),
            "w2": np.array([w2]),
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

    def _at_start(self, size: int, which: int) -> Profile:
        """Return the start itself, repeated ``size`` times."""
        law = self.start
        cuts = np.array([law.low, law.high])
        if law.kind == "gaussian":
            cuts = np.append(cuts, law.mean + law.std * np.linspace(-9.0, 9.0, 19))
        grids, shares = self._cut(which, cuts)
        masses, ratios = [], []
        for grid in grids:
            # Elements lie wholly inside or outside a uniform law: ask at their middle.
            x = grid.x if law.kind == "gaussian" else np.median(grid.x, axis=1)[:, None]
            ratio = np.exp(law.log_density(x) - grid.log_density)
            masses.append(float((grid.mass * ratio).sum()))
            ratios.append(ratio)
        occupied = np.array(masses)
        excess = [
            (ratio / mass if mass > 0.0 else np.ones_like(ratio))[None] - 1.0
            for ratio, mass in zip(ratios, masses, strict=True)
        ]
        occupied = np.tile(occupied / occupied.sum(), (size, 1))
        return Profile(grids, shares, occupied, tuple(np.repeat(e, size, axis=0) for e in excess))

    def _cut(self, which: int, places: np.ndarray) -> tuple[tuple[Grid, ...], np.ndarray]:
        """Return grids whose elements end at the given places, and the shares of the wells."""
        stretch = self.plans[which]
        chains = [cut_at(stretch.pieces, c, places) for c in place_elements(stretch, None)]
        grids = tuple(build(stretch.pieces, chain, (FINE, COARSE)[which]) for chain in chains)
        return grids, shares_of(stretch, grids)


def _levels_at_middles(grids: tuple[Grid, ...], shares: np.ndarray) -> np.ndarray:
    """Return the distribution function of pi at the middle (by mass) of every element."""
    masses = [share * grid.mass.sum(axis=1) for share, grid in zip(shares, grids, strict=True)]
    joined = np.concatenate(masses)
    return (np.cumsum(joined) - 0.5 * joined) / joined.sum()


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
    _check_ends(start, known)
    shortest = shortest_time if shortest_time is not None else 1.0 / max(known.gap, 1e-290)
    pieces = frames(g)
    picture = survey(pieces, start, shortest)
    plans, paths, evolutions, unsettled = _settle_depth(
        lambda depth: tuple(
            plan(pieces, start, picture, shortest, depth=depth * share, gap=known.gap)
            for share in DEPTHS
        ),
        lambda plans: _solve(plans, shortest, longest_time, known.gap),
        known,
    )
    if paths is not None and known.status == "metastable" and len(evolutions[0].grids) == 1:
        raise ExplorerError(
            "The start lies far from the stationary law of a metastable generator, in a place that "
            "it leaves too slowly for double precision. Start nearer to the stationary mean."
        )
    first, second = (_with_known_rates(evolution, known) for evolution in evolutions)
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
        cleaned = tuple(evolution.without(absent) for evolution in found.evolutions)
        found = replace(found, evolutions=cleaned)
    return replace(found, notes=_notes(found, absent))


def _settle_depth(plan_at: Callable, solve: Callable, known: Spectrum):
    """Return plans, paths, evolutions, and how far the slowest rate is from settled.

    The gap may hang on tails that were cut: then go deeper until it is there. If it never is, it
    belongs to a place that this start does not see, and the first solution stands.
    """
    plans = plan_at(1.0)
    paths, evolutions = solve(plans)
    slowest = _unknown_rate(evolutions[0], known)
    if slowest is None:
        return plans, paths, evolutions, 0.0
    change = 0.0
    for depth in DEEPER:
        deeper = plan_at(depth)
        further, later = solve(deeper)
        rate = _unknown_rate(later[0], known)
        if rate is None:
            return deeper, further, later, 0.0
        change = abs(rate - slowest)
        if change < SAME * slowest:
            break
    return plans, paths, evolutions, change if change > MATCH * slowest else 0.0


def _solve(
    plans: tuple[Plan, ...], shortest: float, longest: float, gap: float
) -> tuple[tuple[Path, Path] | None, tuple[Evolution, Evolution]]:
    """Return the finite-volume paths of a far start (else None), and the evolutions after them."""
    fine, coarse = plans
    if fine.missed <= MISSED and fine.moved <= MOVED:
        evolution = evolve(fine, shortest, FINE, gap)
        if evolution.noise() < NOISY:
            return None, (evolution, evolve(coarse, shortest, COARSE, gap))
    first, second = (_approach(fine, (shortest, longest), *detail) for detail in FAR)
    taken = (_take_over(fine, first, FINE, gap), _take_over(coarse, second, COARSE, gap))
    return (first, second), taken


def _unknown_rate(evolution: Evolution, known: Spectrum) -> float | None:
    """Return the slowest discretised rate if it is not the known gap, None if all is well."""
    if len(evolution.grids) > 1 or not known.is_eigenvalue or not known.eigenvalues.size:
        return None
    rates = evolution.modes[0].rates
    off = abs(rates[0] - known.eigenvalues[0])
    return None if off <= MATCH * known.eigenvalues[0] + 1e-12 * rates[-1] else float(rates[0])


def _approach(stretch: Plan, limits: tuple[float, float], count: int, tolerance: float) -> Path:
    """Follow a far start by finite volumes until modes can take over."""
    shortest, longest = limits
    c = chain(stretch, shortest, count)
    places, weights = cloud(stretch.start, c.edges)
    masses = initial_masses(c, places, weights)
    owner = np.searchsorted(stretch.borders, c.centres)
    x = stretch.picture.x
    inside = np.zeros(c.log_mass.size, dtype=bool)
    for first, last in stretch.natural:
        inside |= (c.centres >= x[first]) & (c.centres <= x[last])

    def is_near(w: np.ndarray) -> bool:
        if w[~inside].sum() > SETTLED:
            return False
        for k in range(len(stretch.natural)):
            well = inside & (owner == k)
            if not well.any():
                continue
            m = np.exp(c.log_mass[well] - c.log_mass[well].max())
            part = np.where(w[well] > FAINT, w[well], 0.0)
            if (part**2 / m).sum() * m.sum() > NEAR * max(part.sum(), 1e-12) ** 2:
                return False
        return True

    span = (min(0.1 * shortest, c.dwell(masses)), longest)
    return run(c, masses, span, is_near, tolerance=tolerance)


def _take_over(stretch: Plan, path: Path, degree: int, gap: float) -> Evolution:
    """Put the end of a finite-volume path on the modes."""
    stretch = replace(stretch, ranges=stretch.natural)
    grids = tuple(
        build(stretch.pieces, elements, degree) for elements in place_elements(stretch, None)
    )
    centres, w = path.chain.centres, path.masses[-1]
    # The density relative to pi is smooth: interpolated, it excites no mode that is not there.
    log_h = np.log(np.maximum(w, 1e-290)) - path.chain.log_mass
    loads = []
    for grid in grids:
        h = np.interp(grid.x, centres, log_h)
        loads.append(grid.gather(grid.mass * np.exp(h - h.max())))
    owner = np.searchsorted(stretch.borders, centres)
    occupied = np.bincount(owner, weights=w, minlength=len(grids))
    evolution = settle(stretch, grids, loads, occupied, gap)
    return replace(evolution, origin=float(path.times[-1]))


def _notes(found: Forgetting, absent: int) -> tuple[str, ...]:
    """Say what was adjusted or is unusual."""
    notes = [found.start.note] if found.start.note else []
    if absent:
        first = "the first mode" if absent == 1 else f"the first {absent} modes"
        notes.append(
            f"The start contains nothing of {first} (c = 0, as for symmetric data): "
            f"the observed rate is lambda_{absent + 1}."
        )
    if found.paths is not None:
        notes.append(
            "The start is far from pi: early times are found by finite volumes, less exactly."
        )
    if not found.spectrum.is_eigenvalue:
        notes.append(
            "The gap is the bottom of a continuous spectrum: the modes shown are those of the "
            "truncated domain, and there is no first eigenfunction."
        )
    wells = len(found.evolutions[0].grids)
    if wells > 1:
        notes.append(
            f"{wells} wells parted by deep barriers: what happens inside a well is over long "
            "before they exchange mass."
        )
    return tuple(notes)


def _check_ends(start: Start, known: Spectrum) -> None:
    """Refuse a start on an end that paths neither leave nor reach."""
    if start.kind != "points":
        return
    c = known.classification
    for end in (c.left, c.right):
        if end.kind == "degenerate" and end.type == "natural" and end.position in start.marks:
            problem = f"A path that starts at the end {end.position:g} never leaves it."
            raise InputError("values", problem, "Start inside the domain.")


def _with_known_rates(evolution: Evolution, known: Spectrum) -> Evolution:
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
