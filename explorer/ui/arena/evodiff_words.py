"""The tables and sentences of the tab *EVODiff*; the sentences are read from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import evodiff_study as study
from explorer.analysis import published_fid
from explorer.figures import numbers, sampler_style
from explorer.figures import published_fid as published_figure
from explorer.ui.arena.words import value

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest

TITLES = {
    "released": "EVODiff as released",
    "plain last step": "… special last step off",
    "no balance": "… balance off (r₁ = r₂ = 1)",
    "no clamps": "… clamps off",
    "eta only": "… η only (ζ = 1)",
    "zeta only": "… ζ only (η = ¼)",
    "printed": "EVODiff, printed formulas",
    "printed, eta only": "… η only (ζ = 1)",
    "printed, zeta only": "… ζ only (η = ½)",
    "skeleton": "Skeleton, η = ½ and ζ = 1",
    "dpmpp-2m": "DPM-Solver++ 2M",
    "unipc": "UniPC",
    "ipndm": "iPNDM",
    "ddim": "DDIM",
}
RIVALS = ("dpmpp-2m", "unipc", "ipndm", "ddim")
LAWS = {"sliced-w2": "Sliced W₂", "mode-tv": "Mode-weight error", "frechet": "Fréchet, pixels"}
BLANK, NBSP = "–", "\u00a0"
LEVEL = 0.05


def laws(found: Contest) -> list[str]:
    """Return the distances to the law that are shown, as far as the target has them."""
    return [metric for metric in LAWS if metric in found.distances]


def head(found: Contest) -> list[str]:
    """Return the head of the table of rules."""
    return ["Rule", "Grid", "Evaluations", "To the ODE's end", *(LAWS[m] for m in laws(found))]


def rows(found: Contest) -> list[list[str]]:
    """Return the table of rules: means ± standard errors over the seeds, and the floor."""
    cells = []
    for e, (entry, title) in enumerate(zip(found.entries, TITLES.values(), strict=True)):
        spent = found.nfe[e, 0]
        cells.append(
            [
                title.replace(" ", NBSP),
                entry.grid or sampler_style.default_grid(entry),
                numbers.number(float(spent)) if np.isfinite(spent) else BLANK,
                *(_score(found, metric, e) for metric in ("ode", *laws(found))),
            ]
        )
    floor = [value(*found.floors[m]) if m in found.floors else BLANK for m in laws(found)]
    return [*cells, ["*the floor: exact samples*", BLANK, BLANK, BLANK, *floor]]


def verdicts(found: Contest, around: Contest | None) -> list[str]:
    """Return what the table says, in sentences."""
    said = [
        _against(found, "released", "ode", "the ODE's end"),
        _against(found, "released", "sliced-w2", "the law (sliced W₂)"),
        _against(found, "skeleton", "ode", "the ODE's end"),
        _part(found),
    ]
    poorer, kink = _conclusion(found), _kink(around)
    return [sentence for sentence in (*said, poorer, kink) if sentence]


def caption(found: Contest, setting: str, *, done: bool) -> str:
    """Say how many samples and seeds, and what is not a claim about networks."""
    known = int(np.isfinite(found.ode).any(axis=(0, 1)).sum())
    seeds = f"{known} of {len(found.seeds)} seeds" + ("" if done else " so far")
    return (
        f"{setting}; {seeds}, ± standard error, of the floor the standard deviation. The distance "
        "to the ODE's end is the median over 64 samples. Differences: paired t-tests at 5 % with "
        "Holm's correction."
    )


def published_head(table: published_fid.Table) -> list[str]:
    """Return the head of a published table."""
    return ["Method", "Source", "Read in", *(published_figure.budget(n) for n in table.budgets)]


def published_rows(table: published_fid.Table) -> list[list[str]]:
    """Return a published table, with source and tag in every row."""
    cells = []
    for row in table.rows:
        source = published_fid.SOURCES[row.source]
        tag = "secondary transcription" if source.tag != "published" else "published"
        note = " †" if row.note == published_fid.THRESHOLD else f" ({row.note})" if row.note else ""
        fid = [published_figure.cell(row, nfe) for nfe in table.budgets]
        cells.append([f"{row.method}{note}".replace(" ", NBSP), source.title, f"*{tag}*", *fid])
    return cells


def _score(found: Contest, metric: str, e: int) -> str:
    mean = float(found.mean(metric)[e, 0])
    return value(mean, float(found.error(metric)[e, 0])) if np.isfinite(mean) else BLANK


def _place(name: str) -> int:
    return list(TITLES).index(name)


def _verdict(found: Contest, name: str, metric: str) -> dict[str, str]:
    """Return how a rule stands against each rival: "nearer", "farther" or "level"."""
    from explorer.analysis.arena.verdict import holm
    from explorer.analysis.spread import paired

    own = found.values(metric)[_place(name), 0]
    tests = {}
    for rival in RIVALS:
        other = found.values(metric)[_place(rival), 0]
        known = np.isfinite(own) & np.isfinite(other)
        tests[rival] = paired(own[known], other[known]) if known.sum() > 2 else None
    p = holm([float("nan") if test is None else test.p for test in tests.values()])
    return {
        rival: "level"
        if test is None or not corrected <= LEVEL
        else ("nearer" if test.difference < 0.0 else "farther")
        for (rival, test), corrected in zip(tests.items(), p, strict=True)
    }


def _against(found: Contest, name: str, metric: str, what: str) -> str:
    """Say to whom a rule is nearer, from whom it cannot be told, who is nearer."""
    mean = found.mean(metric)[_place(name), 0]
    if not np.isfinite(mean):
        return ""
    stands = _verdict(found, name, metric)
    words = {"farther": "farther than", "level": "not told apart from", "nearer": "nearer than"}
    said = [
        f"{word} {_and([TITLES[r] for r in RIVALS if stands[r] == key])}"
        for key, word in words.items()
        if key in stands.values()
    ]
    return f"{TITLES[name]} is {numbers.number(float(mean), 2)} from {what}: {'; '.join(said)}."


def _part(found: Contest) -> str:
    """Say which part of the released rule matters most for the ODE."""
    whole = float(found.mean("ode")[_place("released"), 0])
    parts = ("plain last step", "no balance", "no clamps", "eta only", "zeta only")
    means = {name: float(found.mean("ode")[_place(name), 0]) for name in parts}
    if not np.isfinite([whole, *means.values()]).all() or whole <= 0.0:
        return ""
    best, worst = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    said = [
        f"{TITLES[name].removeprefix('… ')} makes it {numbers.number(means[name] / whole, 2)} times"
        for name in (best, worst)
    ]
    return f"Of its parts, {said[0]} the distance to the ODE's end, {said[1]}."


def _conclusion(found: Contest) -> str:
    """Say what follows where the released rule is the poorer ODE solver, and only there."""
    stands = _verdict(found, "released", "ode")
    better = [r for r in RIVALS[:3] if stands[r] == "farther"]
    if len(better) < len(RIVALS) - 1:
        return ""
    return (
        "Here the released rule is a poorer ODE solver than all three multistep methods. Gains in "
        "FID that are published for networks are then not better ODE solving; that its constants "
        "make up for errors of networks is only a hypothesis."
    )


def _kink(around: Contest | None) -> str:
    """Say what the change of rule from 20 to 21 steps does."""
    told = "Above 20 steps the released code takes another rule for ζ"
    ratios = None if around is None else study.kink(around)
    if ratios is None:
        return ""
    jump, beside = (numbers.number(ratio, 3) for ratio in ratios)
    return (
        f"{told}: from 20 to 21 steps the distance to the ODE's end becomes {jump} times as large, "
        f"beside that, from one number of steps to the next, {beside} times."
    )


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
