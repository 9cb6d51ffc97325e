"""The sentences of the tab *Quality against cost*, with their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.contest import METRICS
from explorer.analysis.arena.verdict import LEAST_SEEDS
from explorer.figures import numbers, quality_cost, sampler_style
from explorer.ui.arena import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.verdict import Verdict

PRESS = "Press *Run* above: the curves need runs with several budgets and seeds."
BEST_HEAD = ("Budget", "who is best, and who cannot be told from the best")
MARK = f"{numbers.THIN}◦"
AWAY = 100.0  # times the median over the seeds: a seed that ran away


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
    said += refusals(contest)
    if METRICS[metric].towards_floor:
        said.append("Here the best value is the floor: nearer means copies of the training images.")
    return " ".join([*said, *ran_away(contest, metric)])


def refusals(contest: Contest) -> list[str]:
    """Return a sentence for the entries that the same budgets do not pay for."""
    unable: dict[tuple[int, ...], list[str]] = {}
    for e, entry in enumerate(contest.entries):
        budgets = tuple(contest.budgets[b] for i, b in sorted(contest.refused) if i == e)
        if budgets:
            title = sampler_style.label(entry, contest.entries)
            unable.setdefault(budgets, []).append(title)
    few = {budgets: joined([numbers.whole(b) for b in budgets]) for budgets in unable}
    return [f"{joined(unable[b])} cannot run with {few[b]} evaluations." for b in unable]


def best_rows(contest: Contest, metric: str) -> list[tuple[str, str]]:
    """Return a sentence for each budget with a score."""
    rows = []
    for b, budget in enumerate(contest.budgets):
        found = contest.best(metric, budget)
        if found is not None:
            rows.append((numbers.whole(budget), _row(contest, metric, b, found)))
    return rows


def _row(contest: Contest, metric: str, b: int, found: Verdict) -> str:
    mean, error = contest.mean(metric)[:, b], contest.error(metric)[:, b]
    near = contest.within_floor(metric)[:, b]
    order = [e for e in np.argsort(mean) if math.isfinite(mean[e]) and e != found.best]

    def said(e: int) -> str:
        title = sampler_style.label(contest.entries[e], contest.entries)
        return f"{title} {words.value(float(mean[e]), float(error[e]))}{MARK * bool(near[e])}"

    ties = joined([said(e) for e in order if e in found.ties])
    behind = ", ".join(said(e) for e in order if e not in found.ties)
    if not order:
        return f"{said(found.best)} has run alone."
    if found.alone:
        return f"**{said(found.best)}**. Behind: {behind}."
    rest = f" Behind: {behind}." if behind else ""
    return f"No winner: {said(found.best)}, not to be told from {ties}.{rest}"


def best_caption(contest: Contest, metric: str) -> str:
    """Say what the table claims, and what it does not."""
    seeds = int(np.isfinite(contest.values(metric)).sum(axis=2).max())
    if seeds < LEAST_SEEDS:
        claim = (
            f"With fewer than {LEAST_SEEDS} seeds nobody can be told apart: first stands the "
            "smallest mean."
        )
    else:
        claim = (
            "Paired tests over the seeds at 5 %, corrected for all pairs of a budget (Holm); "
            "values are means ± one standard error."
        )
    floor = (
        " ◦ marks what cannot be told from exact samples."
        if contest.within_floor(metric).any()
        else ""
    )
    return claim + floor + "".join(f" {one}" for one in ran_away(contest, metric))


def ran_away(contest: Contest, metric: str) -> list[str]:
    """Return a sentence for each entry and budget of which one seed is far off the others."""
    found = []
    for e, b in np.ndindex(*contest.nfe.shape):
        values = contest.values(metric)[e, b]
        values = values[np.isfinite(values)]
        if values.size > 1 and values.max() > AWAY * np.median(values) > 0.0:
            title = sampler_style.label(contest.entries[e], contest.entries)
            far = int((values > AWAY * np.median(values)).sum())
            ends = [numbers.number(float(v), 2) for v in (values.max(), np.median(values))]
            found.append(
                f"{title} at {contest.budgets[b]} runs away for {far} of {values.size} seeds: "
                f"{ends[0]} at most, {ends[1]} in the median."
            )
    return found


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
