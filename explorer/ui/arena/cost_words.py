"""The sentences of the tab *Quality against cost*, with their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.contest import METRICS
from explorer.analysis.arena.verdict import LEAST_SEEDS
from explorer.figures import numbers, quality_cost, sampler_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.arena.contest import Contest

PRESS = "Press *Run* above: the curves need runs with several budgets and seeds."
BEST_HEAD = ("Budget", "best", "not to be told apart from it", "behind")


def known(contest: Contest, metric: str) -> bool:
    """Return whether there is any score."""
    return bool(np.isfinite(contest.values(metric)).any())


def quality(contest: Contest, metric: str, *, against: str) -> str:
    """Return the caption of quality against cost: what the band is, and who is not drawn."""
    seeds = np.isfinite(contest.values(metric)).sum(axis=2)
    counts = seeds[seeds > 0]
    if counts.max() == 1:
        said = ["One seed: without others there is no error bar."]
    else:
        few, most = int(counts.min()), int(counts.max())
        number = str(most) if few == most else f"{few} to {most}"
        said = [f"Mean over {number} seeds with a band of ± one standard error."]
    if not_drawn := quality_cost.without(contest, against):
        names = [sampler_style.label(entry, contest.entries) for entry in not_drawn]
        word = "ask" if len(names) > 1 else "asks"
        said.append(f"{joined(names)} {word} for no energies.")
    below = int((np.nan_to_num(contest.mean(metric), nan=1.0) <= 0.0).sum())
    if below:
        said.append(
            f"{below} mean{'s' * (below > 1)} at or below 0 cannot be drawn: the estimate has no "
            "bias and scatters about 0 there."
        )
    if METRICS[metric].towards_floor:
        said.append("Here the best value is the floor: nearer means copies of the training images.")
    return " ".join(said)


def best_rows(contest: Contest, metric: str) -> list[tuple[str, ...]]:
    """Return one row for each budget with a score: the best, who ties with it, who is behind."""
    found = []
    near = contest.within_floor(metric)
    for b, budget in enumerate(contest.budgets):
        verdict = contest.best(metric, budget)
        if verdict is None:
            continue
        mean, error = contest.mean(metric)[:, b], contest.error(metric)[:, b]
        ran = [e for e in range(len(mean)) if math.isfinite(mean[e]) and e != verdict.best]
        behind = sorted((e for e in ran if e not in verdict.ties), key=lambda e: mean[e])
        ties = sorted(verdict.ties, key=lambda e: mean[e])

        def said(e: int, *, b: int = b, mean: np.ndarray = mean, error: np.ndarray = error) -> str:
            title = sampler_style.label(contest.entries[e], contest.entries)
            return f"{title} {_value(mean[e], error[e])}{' ◦' * bool(near[e, b])}"

        names = [", ".join(map(said, group)) or "–" for group in (ties, behind)]
        first = said(verdict.best)
        found.append((str(budget), f"**{first}**" if verdict.alone and ran else first, *names))
    return found


def best_caption(contest: Contest, metric: str) -> str:
    """Say what the table claims, and what it does not."""
    seeds = int(np.isfinite(contest.values(metric)).sum(axis=2).max())
    if seeds < LEAST_SEEDS:
        claim = (
            f"With fewer than {LEAST_SEEDS} seeds nobody can be told apart: *best* is only the "
            "smallest mean."
        )
    else:
        claim = (
            "In bold a best entry that no other ties with, by paired tests over the seeds at 5 %, "
            "corrected for all pairs (Holm). Where it is not bold there is no winner."
        )
    floor = " ◦ cannot be told from exact samples." if contest.within_floor(metric).any() else ""
    return claim + floor


def verdict(contest: Contest, metric: str) -> str:
    """Say in a sentence who is best at the largest budget that has been run, if anybody is."""
    for budget in reversed(contest.budgets):
        found = contest.best(metric, budget)
        if found is None:
            continue
        title = sampler_style.label(contest.entries[found.best], contest.entries)
        if found.seeds < LEAST_SEEDS or not (found.ties or np.isfinite(found.p).any()):
            break  # too few seeds, or nobody else has run
        if found.alone:
            return f"At {budget} evaluations **{title}** is nearest to the data."
        names = [sampler_style.label(contest.entries[e], contest.entries) for e in found.ties]
        return (
            f"At {budget} evaluations {title} has the smallest mean, but the seeds cannot tell it "
            f"from {joined(names)}."
        )
    return ""


def joined(names: Sequence[str]) -> str:
    """Join names as one says them.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _value(mean: float, error: float) -> str:
    if not math.isfinite(error):
        return numbers.number(float(mean), 3)
    digits = max(1, min(4, 1 + math.ceil(math.log10(abs(mean) / error)))) if error and mean else 3
    return f"{numbers.number(float(mean), digits)} ± {numbers.number(float(error), 1)}"
