"""The tables and captions of the tab *RTK*."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import rtk_claims, rtk_study
from explorer.figures import numbers
from explorer.ui.arena.words import value

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.rtk_claims import Finding
    from explorer.analysis.rtk_meter import Meter

TITLES = {
    "ddpm-ou": "MALA beats DDPM on ou",
    "ddpm-karras": "MALA beats DDPM on karras",
    "energy": "MALA beats score-only",
    "rejection": "score-only beats ULD",
    "momentum": "ULD beats ULA",
    "ode": "MALA beats 2M, an ODE",
}
CHAINS = {
    "mala": "MALA",
    "simpson": "score-only, Simpson",
    "trapezoid": "score-only, trapezoid",
    "uld": "ULD",
    "ula": "ULA",
}
VERDICTS = {"holds": "**holds**", "reversed": "**reversed**", "undecided": "noise\u00a0decides"}
HEAD = (
    "Sampler", "Mode-weight error", "Marginal error", "Sliced W₂", "Evaluations", "Energies",
    "Accepted",
)  # fmt: skip
BLANK, NBSP = "–", "\u00a0"


def set_up(horizon: str) -> str:
    """Say what the study compares, from where: T is the OU time of the start.

    Examples
    --------
    >>> set_up("short").split(",")[1]
    ' 5 equal OU segments from the exact law at σ = 1 (T = 0.35)'
    """
    setting = rtk_study.HORIZONS[horizon]
    law = "pure noise" if setting.start == "noise" else "the exact law"
    time = numbers.number(0.5 * math.log1p(setting.sigma_max**2), 2)
    return (
        f"Nine modes, {rtk_study.SEGMENTS} equal OU segments from {law} at "
        f"σ = {numbers.number(setting.sigma_max)} (T = {time}), two budgets and two inner steps "
        "τ = c/L, beside DDPM on two grids and an ODE solver, all down to "
        f"σ = {numbers.number(setting.sigma_min)}."
    )


def names() -> list[str]:
    """Return what a person reads for each row of the study, short."""
    plain = {
        rtk_study.EXACT: "exact draws",
        rtk_study.DDPM_OU: "DDPM · ou",
        rtk_study.DDPM_KARRAS: "DDPM · karras",
        rtk_study.ODE: "2M (an ODE)",
    }
    chains = {
        rtk_study.chain(key, c): f"{title}, c = {c:g}"
        for key, title in CHAINS.items()
        for c in rtk_study.STEPS
    }
    known = plain | chains
    return [known[entry] for entry in rtk_study.ENTRIES]


def rows(found: Contest, budget: int) -> list[list[str]]:
    """Return the table of one budget: means ± standard errors over the seeds, and the floor."""
    b = found.budgets.index(budget)
    cells = []
    for e, name in enumerate(names()):
        accepted = found.acceptance[e, b]
        known = accepted[np.isfinite(accepted)]
        spent = (found.nfe[e, b], found.energy[e, b])
        cells.append(
            [
                _whole(name),
                *(_score(found, metric, e, b) for metric in rtk_study.METRICS),
                *(numbers.number(float(v)) if np.isfinite(v) else BLANK for v in spent),
                numbers.percent(float(known.mean())) if known.size else BLANK,
            ]
        )
    floor = [value(*found.floors[metric]) for metric in rtk_study.METRICS]
    return [*cells, ["*the floor: exact samples*", *floor, BLANK, BLANK, BLANK]]


def claims_head() -> list[str]:
    """Return the head of the table of claims."""
    return [
        "Claim",
        *(f"NFE{NBSP}{b}, c{NBSP}={NBSP}{c:g}" for b in rtk_study.BUDGETS for c in rtk_study.STEPS),
    ]


def claims_rows(found: Contest, metric: str) -> list[list[str]]:
    """Return what becomes of each claim, with the two means."""
    findings = rtk_claims.findings(found, metric)
    return [
        [
            _whole(title),
            *(
                _cell(findings[rtk_claims.Key(claim, b, c)])
                for b in rtk_study.BUDGETS
                for c in rtk_study.STEPS
            ),
        ]
        for claim, title in TITLES.items()
    ]


def meter_caption(meter: Meter, *, layout: str, theta: float) -> str:
    """Say how M was measured, and how many segments the meter wants."""
    points = numbers.whole(meter.points)
    how = (
        f"Exact Hessians at {points} points of each level"
        if meter.exact
        else f"Power iteration at {points} points of each level, noisy pictures and places "
        "half-way between neighbours"
    )
    said = f"{how}: an estimate of M from below."
    k = len(meter.values)
    if layout != "auto":
        return said
    if meter.capped:
        return f"{said} More than {k} segments would be needed for M ≤ {numbers.number(theta)}."
    word = "segment keeps" if k == 1 else "segments keep"
    return f"{said} {k} {word} M ≤ {numbers.number(theta)} everywhere."


def study_caption(found: Contest, *, done: bool) -> str:
    """Say what the errors are, and how the claims are tested."""
    known = int(np.isfinite(found.values("mode-tv")).any(axis=(0, 1)).sum())
    seeds = f"{known} seeds" if done else f"{known} of {len(found.seeds)} seeds so far"
    return (
        f"{numbers.whole(rtk_study.SAMPLES)} samples, {seeds}, ± standard error; of the floor, and "
        "in the grey bands twice, the standard deviation. A claim holds or is reversed if a paired "
        "t-test says so at 5 % after Holm's correction for all 24 cells; else noise decides."
    )


def _whole(name: str) -> str:
    """Return a name that is not broken between lines, hyphens included."""
    return name.replace(" ", NBSP).replace("-", "\u2011")


def _score(found: Contest, metric: str, e: int, b: int) -> str:
    mean = float(found.mean(metric)[e, b])
    return value(mean, float(found.error(metric)[e, b])) if np.isfinite(mean) else BLANK


def _cell(finding: Finding) -> str:
    if not np.isfinite([finding.first, finding.second]).all():
        return BLANK
    first, second = (f"{v:.3f}" for v in (finding.first, finding.second))
    return f"{VERDICTS[finding.verdict]} ({first}{NBSP}:{NBSP}{second})"


def columns(found: Contest) -> dict[str, list[object]]:
    """Return one line per entry, budget and seed."""
    lines = [
        (
            entry.text(), int(budget), int(seed), float(found.nfe[e, b]), float(found.energy[e, b]),
            *(float(found.values(metric)[e, b, s]) for metric in rtk_study.METRICS),
            float(found.acceptance[e, b, s]),
        )
        for e, entry in enumerate(found.entries)
        for b, budget in enumerate(found.budgets)
        for s, seed in enumerate(found.seeds)
    ]  # fmt: skip
    head = ("sampler", "budget", "seed", "nfe", "energy", *rtk_study.METRICS, "acceptance")
    return {name: [line[k] for line in lines] for k, name in enumerate(head)}
