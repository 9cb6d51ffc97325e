"""The honest table of the tab *Side by side*: every number with its error, its floor, its price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.analysis.arena.contest import METRICS
from explorer.analysis.arena.score import level
from explorer.core.errors import InputError
from explorer.figures import sampler_style
from explorer.ui import frame, inputs, share, table
from explorer.ui.arena import cells, link, side_by_side_notebook
from explorer.ui.arena import side_by_side_fields as f
from explorer.ui.arena import side_by_side_words as words

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.ui.arena.shown import Shown
    from explorer.ui.arena.state import Wish


@st.fragment(key="sa_side_table")
def draw(shown: Shown) -> None:
    """Draw the menu of distances and the table of the main budget."""
    with frame.panel("The same numbers for all, with their noise", name="side_table") as panel:
        wish, contest = shown.wish, shown.contest
        metric = _metric(wish, contest)
        rows = words.rows(
            contest,
            metric,
            budget=wish.nfe,
            end=level(wish.setting),
            draws=[_draws(wish, e) for e in range(len(contest.entries))],
        )
        table.draw(words.head(contest, metric), rows, key="arena")
        for (e, b), why in contest.refused.items():
            if b == contest.budgets.index(wish.nfe):
                title = sampler_style.label(contest.entries[e], contest.entries)
                with st.container(key=f"refused_{e}"):
                    st.caption(f"**{title}** does not run: {why}")
        panel.caption(words.caption(contest, metric, wish.setting, budget=wish.nfe))
        panel.take(
            lambda: columns(contest, wish.nfe, level(wish.setting)),
            code=side_by_side_notebook.table(wish, words.columns(contest, metric)),
            link=lambda: share.link(link.FIELDS),
        )
        panel.why(
            "*To the ODE's end*: median over the samples of the distance (RMS per coordinate) to "
            "where the exact ODE leads from the same noise; a sampler that draws noise aims at no "
            "such point. The *floor*, in the last row, is the same distance between two sets of "
            "exact samples (of images: two halves of the data), mean ± standard deviation; what "
            "lies within three of these cannot be told from exact. Errors beside scores are "
            "standard errors over seeds. *Energies* are evaluations of the log density, which NFE "
            "does not count; the time is that of this server and of its other visitors. Who is "
            "best: paired t-tests over the seeds at 5 %, with Holm's correction.",
            formula=r"\text{error}=s/\sqrt{S},\qquad \text{at the floor:}\ "
            r"\bar d-\bar d_0\le 3\,s_0\sqrt{1/S+1/8}",
            source="computed here; Holm 1979 for the comparisons",
            badge="measured",
        )


def columns(contest: Contest, budget: int, end: float) -> dict[str, Any]:
    """Return the numbers of the table, of all distances: one line for each entry.

    Parameters
    ----------
    contest : Contest
    budget : int
    end : float
        Last noise level of every grid.
    """
    b = contest.budgets.index(budget)
    entries = contest.entries
    found: dict[str, Any] = {
        "entry": [entry.text() for entry in entries],
        "grid": [entry.grid or sampler_style.default_grid(entry) for entry in entries],
        "end": [end] * len(entries),
        "nfe": contest.nfe[:, b],
        "energy": contest.energy[:, b],
        "ode": contest.mean("ode")[:, b],
        "ode_error": contest.error("ode")[:, b],
    }
    for name in words.measured(contest):
        floor, spread = contest.floors.get(name, (np.nan, np.nan))
        found |= {
            name: contest.mean(name)[:, b],
            f"{name}_error": contest.error(name)[:, b],
            f"{name}_floor": [floor] * len(entries),
            f"{name}_floor_std": [spread] * len(entries),
            f"{name}_at_floor": contest.within_floor(name)[:, b],
        }
    return found | {
        "acceptance": _known_mean(contest.acceptance[:, b]),
        "seconds": _known_mean(contest.seconds[:, b]),
        "seeds": np.isfinite(contest.seconds[:, b]).sum(axis=1),
    }


def _known_mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over the seeds (E, S) that are known, (E,); NaN where there is none."""
    count = np.isfinite(values).sum(axis=1)
    return np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan)


def _metric(wish: Wish, contest: Contest) -> str:
    """Draw the menu; return a distance that is measured on this target."""
    chosen = inputs.choice(f.IMAGE_METRIC if wish.target.is_image else f.METRIC)
    known = words.measured(contest)
    if chosen in known:
        return chosen
    usual = known[0]
    st.caption(f"{METRICS[chosen].title} means nothing on this target: shown is another distance.")
    return usual


def _draws(wish: Wish, e: int) -> bool:
    """Return whether an entry draws noise on its way; False where it cannot run."""
    planned = cells.planned(wish, wish.entries[e], wish.nfe)
    return not isinstance(planned, InputError) and bool(planned.sampler.stochastic)
