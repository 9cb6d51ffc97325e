"""One start of one generator, solved twice: what relaxation curves and times are read from.

The fine solution has elements of degree 8, the coarse one of degree 6 on a domain that is cut
earlier; whatever is computed from both has their difference as its error estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.distances import (
    Profile,
    chi_square,
    cumulative_difference,
    kullback_leibler,
    quantiles,
    total_variation,
    wasserstein_1,
    wasserstein_2,
    wasserstein_2_of_uniform,
    wasserstein_of_points,
)
from explorer.generators.elements import Grid, Modes, build
from explorer.generators.evolution import Evolution, cloud, evolve, settle, shares_of
from explorer.generators.finite_volume import CellLaw, Path, chain, initial_masses, run
from explorer.generators.finiteness import Finiteness, finiteness
from explorer.generators.frames import frames
from explorer.generators.generator import Generator
from explorer.generators.initial import InitialLaw, Start, place
from explorer.generators.partition import Plan, cut_at, place_elements, plan, survey
from explorer.generators.spectrum import Spectrum, spectrum

DEGREES = (8, 6)
DEPTHS = (1.0, 0.85)
CELLS = (900, 600)  # of a far start
MISSED = 1e-6  # mass of the start that modes may miss
SETTLED = 3e-5  # mass outside the wells, and
NEAR = 1e9  # chi2 in every well, at which modes take over from finite volumes
MANY = 300  # starting points from which on the kink of |x - point| inside an element is let be
MATCH = 1e-3  # relative; a discretised rate this close to a resolved one is replaced by it


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
    notes : tuple of str
    """

    spectrum: Spectrum
    start: Start
    finite: Finiteness
    plans: tuple[Plan, Plan]
    evolutions: tuple[Evolution, Evolution]
    paths: tuple[Path, Path] | None
    notes: tuple[str, ...]

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
        """Return chi2, tv, kl, w1, w2 of one coordinate at times of one group, each (T,)."""
        law = self.at(times, which)
        single = self._points(which) if law is None else self._distances(law)
        if self.start.kind == "uniform" and isinstance(law, Profile) and times[0] == 0.0:
            low, high = self.start.low, self.start.high
            w2 = wasserstein_2_of_uniform(law.grids, law.shares, low, high)
            single["w2"] = np.full(times.size, w2)
        self.finite.mark(times, single)
        return single

    def _distances(self, law: Profile | CellLaw) -> dict[str, np.ndarray]:
        if isinstance(law, CellLaw):
            return law.distances()
        gaps = cumulative_difference(law)
        infinite = np.full(len(law.occupied), math.inf)
        return {
            "chi2": chi_square(law),
            "tv": np.clip(total_variation(law), 0.0, 1.0),
            "kl": kullback_leibler(law),
            "w1": wasserstein_1(law, gaps) if self.finite.w1 else infinite,
            "w2": wasserstein_2(law, gaps) if self.finite.w2 else infinite.copy(),
        }

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
        w1, w2 = wasserstein_of_points(grids, shares, middles, values)
        infinite = np.full(1, math.inf)
        return {
            "chi2": infinite,
            "tv": np.ones(1),
            "kl": infinite.copy(),
            "w1": np.array([w1]),
            "w2": np.array([w2]),
        }

    def contents(self, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rates and coefficients of the first modes, n = 1 first."""
        return self.evolutions[0].contents_by_rate(most)

    def observed(self) -> int:
        """Return the first mode (from 1) that the start contains: its rate is seen in the end."""
        if not self.spectrum.is_eigenvalue:
            return 1
        _, fine = self.contents(64)
        _, coarse = self.evolutions[1].contents_by_rate(64)
        size = min(fine.size, coarse.size)
        noise = 10.0 * np.abs(np.abs(fine[:size]) - np.abs(coarse[:size])) + 1e-9
        present = np.flatnonzero(np.abs(fine[:size]) > noise)
        return int(present[0]) + 1 if present.size else 1

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
        grids = tuple(build(stretch.pieces, chain, DEGREES[which]) for chain in chains)
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
    fine, coarse = (plan(pieces, start, picture, shortest, depth=depth) for depth in DEPTHS)
    paths = None
    if fine.missed > MISSED:
        first, second = (_approach(fine, shortest, longest_time, count) for count in CELLS)
        paths = (first, second)
        evolutions = tuple(
            _take_over(stretch, path, degree, known.gap)
            for stretch, path, degree in zip((fine, coarse), paths, DEGREES, strict=True)
        )
    else:
        evolutions = tuple(
            evolve(stretch, shortest, degree, known.gap)
            for stretch, degree in zip((fine, coarse), DEGREES, strict=True)
        )
    first, second = (_with_known_rates(evolution, known) for evolution in evolutions)
    found = Forgetting(
        spectrum=known,
        start=start,
        finite=finiteness(g, known.classification, start),
        plans=(fine, coarse),
        evolutions=(first, second),
        paths=paths,
        notes=(),
    )
    absent = found.observed() - 1
    if absent:  # what rounding left of them would outlive the modes that are there
        cleaned = tuple(evolution.without(absent) for evolution in found.evolutions)
        found = replace(found, evolutions=cleaned)
    return replace(found, notes=_notes(found, absent))


def _approach(stretch: Plan, shortest: float, longest: float, count: int) -> Path:
    """Follow a far start by finite volumes until modes can take over."""
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
            m = np.exp(c.log_mass[well] - c.log_mass[well].max())
            total = w[well].sum()
            if (w[well] ** 2 / m).sum() * m.sum() > NEAR * max(total, 1e-12) ** 2:
                return False
        return True

    return run(c, masses, min(0.1 * shortest, c.dwell(masses)), longest, is_near)


def _take_over(stretch: Plan, path: Path, degree: int, gap: float) -> Evolution:
    """Put the end of a finite-volume path on the modes."""
    stretch = replace(stretch, ranges=stretch.natural)
    grids = tuple(
        build(stretch.pieces, elements, degree) for elements in place_elements(stretch, None)
    )
    evolution = settle(stretch, grids, (path.chain.centres, path.masses[-1]), gap)
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
    """Put the resolved eigenvalues in place of the discretised rates that they agree with."""
    if len(evolution.grids) > 1 or not known.eigenvalues.size:
        return evolution
    solved = evolution.modes[0]
    rates = solved.rates.copy()
    size = min(known.eigenvalues.size, rates.size)
    exact = known.eigenvalues[:size]
    noise = 1e-12 * rates[-1]
    close = np.abs(rates[:size] - exact) <= MATCH * exact + noise
    size = int(np.argmin(close)) if not close.all() else size
    rates[:size] = exact[:size]
    return replace(evolution, modes=(Modes(rates, solved.values),))
