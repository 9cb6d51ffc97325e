"""The tables and captions of the tab *EVODiff*."""

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
LAWS = {"sliced-w2": "Sliced W₂", "mode-tv": "Mode-weight error", "frechet": "Fréchet, pixels"}
BLANK, NBSP = "–", "\u00a0"


def laws(found: Contest) -> list[str]:
    """Return the distances to the law that are shown, as far as the target has them."""
    return [metric for metric in LAWS if metric in found.distances]


def head(found: Contest) -> list[str]:
    """Return the head of the table of rules."""
    return ["Rule", "To the ODE's end", *(LAWS[m] for m in laws(found)), "Grid", "Evaluations"]


def rows(found: Contest) -> list[list[str]]:
    """Return the table of rules: means ± standard errors over the seeds, and the floor."""
    cells = []
    for e, (entry, title) in enumerate(zip(found.entries, TITLES.values(), strict=True)):
        spent = found.nfe[e, 0]
        cells.append(
            [
                title.replace(" ", NBSP),
                *(_score(found, metric, e) for metric in ("ode", *laws(found))),
                entry.grid or sampler_style.default_grid(entry),
                numbers.number(float(spent)) if np.isfinite(spent) else BLANK,
            ]
        )
    floor = [value(*found.floors[m]) if m in found.floors else BLANK for m in laws(found)]
    who = "two halves of the data" if "frechet" in laws(found) else "exact samples"
    return [*cells, [f"*the floor: {who}*", BLANK, *floor, BLANK, BLANK]]


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
    return ["Method", "Source", *(published_figure.budget(n) for n in table.budgets), "Read in"]


def published_rows(table: published_fid.Table) -> list[list[str]]:
    """Return a published table, with source and tag in every row."""
    cells = []
    for row in table.rows:
        source = published_fid.SOURCES[row.source]
        tag = "secondary transcription" if source.tag != "published" else "published"
        note = (
            f"{NBSP}†"
            if row.note == published_fid.THRESHOLD
            else f" ({row.note})"
            if row.note
            else ""
        )
        fid = [published_figure.cell(row, nfe) for nfe in table.budgets]
        cells.append([f"{row.method}{note}", source.title, *fid, f"*{tag}*"])
    return cells


def _score(found: Contest, metric: str, e: int) -> str:
    mean = float(found.mean(metric)[e, 0])
    if metric != "ode" and study.ran_away(found)[e]:
        return f"{numbers.number(mean, 2)} (ran{NBSP}away)"
    return value(mean, float(found.error(metric)[e, 0])) if np.isfinite(mean) else BLANK
