"""What the tab *EVODiff* says of the rules: every sentence is read from the numbers shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import evodiff_study as study
from explorer.figures import numbers
from explorer.ui.arena.evodiff_words import TITLES

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest

RIVALS = ("dpmpp-2m", "unipc", "ipndm", "ddim")
LEVEL = 0.05


def verdicts(found: Contest, around: Contest | None) -> list[str]:
    """Return what the table says, in sentences."""
    said = [
        _against(found, "released", "ode", "the ODE's end"),
        _against(found, "released", "sliced-w2", "the law (sliced W₂)"),
        _against(found, "skeleton", "ode", "the ODE's end"),
        _part(found),
        _away(found),
    ]
    poorer, kink = _conclusion(found), _kink(around)
    return [sentence for sentence in (*said, poorer, kink) if sentence]


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
    if not np.isfinite(mean) or (metric != "ode" and study.ran_away(found)[_place(name)]):
        return ""
    stands = _verdict(found, name, metric)
    words = {"farther": "farther than", "level": "not told apart from", "nearer": "nearer than"}
    said = [
        f"{word} {_and([TITLES[r] for r in RIVALS if stands[r] == key])}"
        for key, word in words.items()
        if key in stands.values()
    ]
    return f"{TITLES[name]} is {numbers.number(float(mean), 2)} from {what}: {'; '.join(said)}."


def _away(found: Contest) -> str:
    """Name the rules whose samples ran away."""
    counts = study.ran_away(found)
    said = [
        f"{rule} ({int(counts[e])} of {len(found.seeds)})"
        for e, rule in enumerate(_full())
        if counts[e]
    ]
    if not said:
        return ""
    return (
        f"Single samples run away, in so many seeds: {', '.join(said)}. The released rule divides "
        "by ζ, which above 20 steps can come near 0; the median distance to the ODE's end does not "
        "see it, the distance to the law does."
    )


def _full() -> list[str]:
    """Return the titles with what they belong to: "EVODiff as released, clamps off"."""
    found, head = [], ""
    for title in TITLES.values():
        if not title.startswith("… "):
            head = title
        found.append(title.replace("… ", f"{head}, "))
    return found


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


def _place(name: str) -> int:
    return list(TITLES).index(name)
