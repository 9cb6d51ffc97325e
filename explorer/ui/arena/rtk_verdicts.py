"""What the study of the tab *RTK* says: every sentence is read from the numbers that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import rtk_claims, rtk_meter, rtk_study
from explorer.analysis.arena.floor import LIMIT
from explorer.figures import numbers
from explorer.ui.arena.rtk_words import TITLES
from explorer.ui.arena.words import value

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.rtk_claims import Finding, Key
    from explorer.analysis.rtk_meter import Meter

STEPS = ("energy", "rejection", "momentum")  # claims that make up the order of the chains


def verdicts(found: Contest, kernel: Meter, metric: str) -> list[str]:
    """Return what the study says, in sentences."""
    findings = rtk_claims.findings(found, metric)
    said = (
        _exact(found),
        _kernel(kernel),
        _order(findings),
        _grids(findings),
        _hidden(found),
        _trapezoid(found),
        _energies(found),
    )
    return [sentence for sentence in said if sentence]


def _exact(found: Contest) -> str:
    e = found.entries.index(rtk_study.EXACT)
    mean, spread = found.floors["sliced-w2"]
    reached = float(found.mean("sliced-w2")[e, 0])
    said = f"sliced W₂ {numbers.number(reached, 2)}, floor {value(mean, spread)}"
    if reached <= mean + LIMIT * spread:
        return (
            f"Exact draws from the same five kernels end at the floor ({said}): what is lost below "
            "is lost by the inner chains, not by the segments."
        )
    return f"Exact draws from the five kernels do not reach the floor ({said})."


def _kernel(kernel: Meter) -> str:
    far, of = int((kernel.values > rtk_meter.ALLOWED).sum()), len(kernel.values)
    word = "is" if far == 1 else "are"
    *most, last = (numbers.number(float(m), 2) for m in kernel.values)
    each = f"{', '.join(most)} and {last}" if most else last
    return f"{far} of the {of} kernels {word} not log-concave: M = {each}, from noise to data."


def _order(findings: dict[Key, Finding]) -> str:
    """Say where the order of the four chains is broken, and where nothing contradicts it."""
    broken, kept = [], []
    for b in rtk_study.BUDGETS:
        for c in rtk_study.STEPS:
            steps = [findings[rtk_claims.Key(k, b, c)].verdict for k in STEPS]
            where = f"{b} evaluations, c = {c:g}"
            if "reversed" in steps:
                broken.append(where)
            else:
                kept.append(f"{where} ({steps.count('holds')} of {len(STEPS)} steps hold)")
    said = []
    if broken:
        said.append(f"is reversed somewhere with {'; '.join(broken)}")
    if kept:
        said.append(f"is not contradicted with {'; '.join(kept)}")
    return f"The order MALA, score-only, ULD, ULA {', and '.join(said)}."


def _grids(findings: dict[Key, Finding]) -> str:
    """Say against which grid of DDPM RTK-MALA wins, and what that means."""
    won = {
        claim: sum(f.verdict == "holds" for k, f in findings.items() if k.claim == claim)
        for claim in ("ddpm-ou", "ddpm-karras", "ode")
    }
    of = len(rtk_study.BUDGETS) * len(rtk_study.STEPS)
    said = (
        f"RTK-MALA beats DDPM on its own OU grid in {won['ddpm-ou']} of {of} cases, DDPM on karras "
        f"in {won['ddpm-karras']}, the ODE solver in {won['ode']}"
    )
    if won["ddpm-ou"] > won["ddpm-karras"]:
        return f"{said}: the gain goes where DDPM gets a better grid."
    return f"{said}."


def _hidden(found: Contest) -> str:
    """Say which claims hold by one error and are reversed by the other."""
    by_marginals, by_modes = (
        rtk_claims.findings(found, metric) for metric in ("marginal-error", "mode-tv")
    )
    both = [
        key
        for key, finding in by_marginals.items()
        if {finding.verdict, by_modes[key].verdict} == {"holds", "reversed"}
    ]
    if not both:
        return ""
    which = ", ".join(dict.fromkeys(TITLES[key.claim] for key in both))
    return (
        f"Marginals and mode weights contradict each other in {len(both)} of {len(by_modes)} "
        f"cells ({which}): coordinate by coordinate samples may look right while modes are lost."
    )


def _trapezoid(found: Contest) -> str:
    """Compare trapezoid and Simpson at the largest step and budget, mode weights and marginals."""
    c, b = rtk_study.STEPS[-1], len(rtk_study.BUDGETS) - 1
    both = [found.entries.index(rtk_study.chain(name, c)) for name in ("trapezoid", "simpson")]
    said, signs = [], []
    for metric, title in (("mode-tv", "mode-weight error"), ("marginal-error", "marginal error")):
        one, two = (found.values(metric)[e, b] for e in both)
        known = np.isfinite(one) & np.isfinite(two)
        if known.sum() < rtk_claims.LEAST_SEEDS:
            return "The trapezoid rule is compared with Simpson's once three seeds are there."
        from explorer.analysis.spread import paired

        test = paired(one[known], two[known])
        clear = test.p <= rtk_claims.LEVEL
        signs.append(int(np.sign(test.difference)) if clear else 0)
        means = [f"{float(v[known].mean()):.3f}" for v in (one, two)]
        said.append(f"{title} {means[0]} against {means[1]} (p = {numbers.number(test.p, 1)})")
    where = f"c = {c:g}, {found.budgets[b]} evaluations"
    text = f"Trapezoid against Simpson at {where}: {'; '.join(said)}."
    return f"{text} {_read(signs[0], signs[1], len(found.seeds))}"


def _read(modes: int, marginals: int, seeds: int) -> str:
    """Say what the signs of two differences mean: 1 where the trapezoid is worse, -1 better."""
    if modes > 0:
        rest = (", which its marginals do not show", "; so are its marginals")[marginals > 0]
        return f"Its mode weights are worse than Simpson's{rest}."
    if modes < 0 and marginals < 0:
        return "Here it is nearer in both: at equal cost it makes about twice as many steps."
    return f"{seeds} seeds do not show that its mode weights are worse."


def _energies(found: Contest) -> str:
    e = found.entries.index(rtk_study.chain("mala", rtk_study.STEPS[0]))
    if not np.isfinite(found.energy[e]).all():
        return ""
    spent = " and ".join(numbers.number(float(v)) for v in found.energy[e])
    return f"MALA pays {spent} evaluations of the log density besides; all others none."
