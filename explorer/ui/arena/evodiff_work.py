"""The work behind the tab *EVODiff*, in steps: coefficients along a run, and its parts at a price.

Steps of the second: what exact samples score, then for each seed the exact ends of the ODE and one
run of every rule. Near the number of steps where the released code changes its rule, four more runs
show what that does.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from explorer.analysis import evodiff_study as study
from explorer.core.errors import InputError, NotFiniteError
from explorer.figures import sampler_style
from explorer.ui.arena import exact_ends
from explorer.ui.kept import shelf
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.entry import Entry
    from explorer.analysis.arena.ode import Ends
    from explorer.analysis.arena.score import Score
    from explorer.analysis.arena.target import Target
    from explorer.analysis.evodiff_study import Course
    from explorer.ui.arena.state import Wish

MOST_STEPS, MOST_SAMPLES, MOST_SEEDS = 100, 2000, 8
NEAR = range(study.MANY - 5, study.MANY + 7)  # budgets beside which the change of rule is shown


@dataclass(frozen=True, eq=False)
class Parts:
    """What is run: every rule with one budget, and around the change of rule the released one.

    Attributes
    ----------
    wish : Wish
    grid : str
        "" for each sampler's own.
    target : callable
    """

    wish: Wish
    grid: str
    target: Callable[[], Target]

    @property
    def nfe(self) -> int:
        """The budget: the page's, as far as steps stay few."""
        return min(self.wish.nfe, MOST_STEPS)

    @cached_property
    def bounded(self) -> Wish:
        """The wish with a bounded number of samples."""
        few = min(self.wish.setting.n, MOST_SAMPLES)
        return replace(self.wish, setting=replace(self.wish.setting, n=few))

    @property
    def seeds(self) -> tuple[int, ...]:
        """The page's seeds, at most eight."""
        return self.wish.seeds[:MOST_SEEDS]

    @cached_property
    def pieces(self) -> list[tuple[str, Any]]:
        """All steps: ("floor", None), ("ends", seed), ("run", (entry, nfe, seed))."""
        rules = [(entry, self.nfe) for entry in study.entries(self.grid)]
        if self.nfe in NEAR:
            rules += [(self.released, nfe) for nfe in study.AROUND if nfe != self.nfe]
        found: list[tuple[str, Any]] = [("floor", None)]
        for seed in self.seeds:
            found += [("ends", seed), *(("run", (*rule, seed)) for rule in rules)]
        return found

    @property
    def released(self) -> Entry:
        """The released rule on the chosen grid."""
        return study.entries(self.grid, ["released"])[0]

    def plan(self) -> Plan[Any]:
        """Return the plan."""
        wish = self.bounded
        what = [wish.target.key(), asdict(wish.setting), self.nfe, self.seeds, wish.device]
        return Plan(
            name="evodiff_parts",
            key=json.dumps([*what, self.grid]),
            total=len(self.pieces),
            step=self._step,
            say=self._say,
        )

    def table(self, results: tuple[Any, ...], *, around: bool = False) -> Contest | None:
        """Return the scores so far: of all rules, or of the released one around its change."""
        if not results:
            return None
        entries = (self.released,) if around else study.entries(self.grid)
        budgets = study.AROUND if around else (self.nfe,)
        scores = {}
        for (kind, what), result in zip(self.pieces, results, strict=False):
            if kind != "run" or isinstance(result, str):
                continue
            entry, nfe, seed = what
            if entry in entries and nfe in budgets:
                place = (entries.index(entry), budgets.index(nfe), self.seeds.index(seed))
                scores[place] = result
        return study.table(entries, budgets, self.seeds, scores, results[0])

    def refused(self, results: tuple[Any, ...]) -> dict[Entry, str]:
        """Return the rules that have no answer, and why."""
        return {
            what[0]: result
            for (kind, what), result in zip(self.pieces, results, strict=False)
            if kind == "run" and isinstance(result, str)
        }

    def _step(self, k: int) -> Any:
        kind, what = self.pieces[k]
        if kind == "floor":
            return self._floor()
        if kind == "ends":
            self._ends(what)
            return None
        return self._run(*what)

    def _floor(self) -> dict[str, tuple[float, float]]:
        from explorer.analysis.arena.floor import floors
        from explorer.analysis.arena.score import level

        setting = self.bounded.setting
        return floors(self.target(), setting.n, sigma=level(setting))

    def _ends(self, seed: int) -> Ends:
        """Return the ends of a seed, from the shelf if they are there."""
        known = exact_ends.known(self.bounded, seed)
        key = f"evodiff ends {self.plan().key} {seed}"
        known = shelf().get(key) if known is None else known
        if known is None:
            from explorer.analysis.arena import ode

            known = ode.ends(self.target(), self.bounded.setting, seed)
            shelf().put(key, known)
        return known

    def _run(self, entry: Entry, nfe: int, seed: int) -> Score | str:
        try:
            return study.score(
                self.target(),
                entry,
                nfe,
                setting=self.bounded.setting,
                seed=seed,
                ends=self._ends(seed),
            )
        except (InputError, NotFiniteError) as error:
            return str(error)

    def _say(self, k: int) -> str:
        kind, what = self.pieces[k]
        if kind == "floor":
            return "What exact samples score"
        if kind == "ends":
            return f"Exact ends of the ODE, seed {what}"
        entry, nfe, seed = what
        return f"{sampler_style.label(entry)}, {nfe} evaluations, seed {seed}"


def courses(wish: Wish, grid: str, target: Callable[[], Target]) -> Plan[Course]:
    """Return the plan of the coefficients: one step for each of the three rules."""
    nfe = min(wish.nfe, MOST_STEPS)
    entries = study.entries(grid, study.COURSES)

    def step(k: int) -> Course:
        return study.course(target(), entries[k], nfe, wish.setting, seed=wish.seeds[0])

    few = replace(wish.setting, n=min(wish.setting.n, study.FOLLOWED))
    what = [wish.target.key(), asdict(few), nfe, wish.seeds[0], wish.device, grid]
    return Plan(
        name="evodiff_course",
        key=json.dumps(what),
        total=len(entries),
        step=step,
        say=lambda k: sampler_style.label(entries[k]),
    )
