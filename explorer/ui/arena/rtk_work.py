"""The work behind the tab *RTK*, in steps: the meter, a run of MALA, the study."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.analysis import rtk_meter, rtk_study
from explorer.analysis.arena.entry import Entry, check
from explorer.figures import acceptance, sampler_style
from explorer.ui.steps import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.target import Target
    from explorer.analysis.rtk_meter import Layout, Meter
    from explorer.ui.arena.shown import Shown
    from explorer.ui.arena.state import Wish

FEW = 500  # samples of the run of this tab
PROPOSING = ("rtk-mala", "rtk-mala-score")


@dataclass(frozen=True, slots=True)
class Cut:
    """How the noise range is cut into segments."""

    layout: Layout
    segments: int
    theta: float

    def entry(self, sampler: str) -> Entry:
        """Return a sampler with these segments."""
        if self.layout == "auto":
            return check(Entry(sampler, "auto", (("theta", self.theta),)))
        return check(Entry(sampler, self.layout, (("segments", self.segments),)))


def meter(wish: Wish, cut: Cut, target: Callable[[], Target]) -> Plan[Meter]:
    """Return the plan of the meter: one step."""

    def step(_: int) -> Meter:
        return rtk_meter.read(
            target(), wish.setting, cut.layout, segments=cut.segments, theta=cut.theta
        )

    setting = wish.setting
    what = [wish.target.key(), setting.sigma_min, setting.sigma_max, asdict(cut), wish.device]
    return Plan(
        name="rtk_meter",
        key=json.dumps(what),
        total=1,
        step=step,
        say=lambda _: "Curvature at the points of each level",
    )


def accepted(shown: Shown) -> list[acceptance.Line]:
    """Return the acceptance of every entry of the contest that proposes, as far as it has run."""
    found = []
    for entry, trail in shown.trails.items():
        shares = np.asarray(trail.extras.get("acceptance", np.empty(0)), dtype=np.float64)
        known = np.isfinite(shares)
        if known.any():
            ends = trail.sigmas[1 : len(shares) + 1]
            name = sampler_style.label(entry, shown.wish.entries)
            how = sampler_style.among(entry, shown.wish.entries)
            found.append(acceptance.Line(name, ends[known], shares[known], how))
    return found


def trial(wish: Wish, cut: Cut, target: Callable[[], Target]) -> Plan[acceptance.Line]:
    """Return the plan of runs of MALA and of MALA without energies on the page's target."""
    samplers = PROPOSING[1:] if wish.target.is_image else PROPOSING
    entries = [cut.entry(sampler) for sampler in samplers]
    few = replace(wish.setting, n=min(wish.setting.n, FEW))

    def step(k: int) -> acceptance.Line:
        from explorer.analysis.arena import heat

        walk = heat.begin(target(), entries[k], wish.nfe, wish.seeds[0], few)
        told = [(step.sigma, step.extras["acceptance"]) for step in walk if step.sigma > 0.0]
        sigmas = np.array([sigma for sigma, _ in told])
        shares = np.array([float(share.double().mean()) for _, share in told])
        how = sampler_style.of(entries[k].sampler)
        return acceptance.Line(sampler_style.label(entries[k]), sigmas, shares, how)

    what = [wish.target.key(), asdict(few), asdict(cut), wish.nfe, wish.seeds[0], wish.device]
    return Plan(
        name="rtk_trial",
        key=json.dumps(what),
        total=len(entries),
        step=step,
        say=lambda k: sampler_style.label(entries[k]),
    )


def study(horizon: str) -> Plan[Any]:
    """Return the plan of a horizon: the floor and the meter, then one run a step."""

    def step(k: int) -> Any:
        if k == 0:
            setting = rtk_study.HORIZONS[horizon]
            segments = rtk_study.SEGMENTS
            kernel = rtk_meter.read(rtk_study.target(), setting, "ou", segments=segments)
            return rtk_study.floor(horizon), kernel
        return rtk_study.run(horizon, rtk_study.HEATS[k - 1])

    def say(k: int) -> str:
        if k == 0:
            return "What exact samples score"
        heat = rtk_study.HEATS[k - 1]
        name = sampler_style.label(rtk_study.ENTRIES[heat.entry], rtk_study.ENTRIES)
        budget, seed = rtk_study.BUDGETS[heat.budget], rtk_study.SEEDS[heat.seed]
        return f"{name}, {budget} evaluations, seed {seed}"

    return Plan(
        name="rtk_study",
        key=horizon,
        total=1 + len(rtk_study.HEATS),
        step=step,
        say=say,
    )


def joined(results: tuple[Any, ...]) -> tuple[Contest, Meter] | None:
    """Return the study as far as it has come, with the meter of its segments."""
    if len(results) < 2:
        return None
    (floors, kernel), *scores = results
    return rtk_study.table(floors, scores), kernel
