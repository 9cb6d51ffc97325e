"""The tab *Quality against cost*: what evaluations buy, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.figures import canvas, ode_beside_law, quality_cost
from explorer.ui import frame, inputs, share, table
from explorer.ui.arena import cost_fields as f
from explorer.ui.arena import cost_notebook as notebook
from explorer.ui.arena import cost_words as words
from explorer.ui.arena import link
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.analysis.arena.contest import Contest
    from explorer.ui.arena.shown import Shown


def draw(shown: Shown) -> None:
    """Draw the tab."""
    if not shown.contest.entries:
        st.markdown("Nobody runs: choose samplers above.")
        return
    row([Item("quality", lambda: quality(shown))])
    row([Item("best", lambda: best(shown))])
    row([Item("ode_law", lambda: ode_law(shown))])


def quality(shown: Shown) -> None:
    """Draw the distance to the data over the cost."""
    contest = shown.contest
    with frame.panel("What more evaluations buy", name="quality") as panel:
        with st.container(horizontal=True, gap="medium", key="sa_cost_controls"):
            metric = inputs.choice(f.of(contest.distances))
            against = inputs.choice(f.AGAINST, compact=True)
        if words.known(contest, metric):
            figure = quality_cost.figure(contest, frame.theme(), metric=metric, against=against)
            panel.chart(figure, alt=canvas.alt(figure))
            panel.caption(words.quality(contest, metric, against=against))
            _give(panel, lambda: columns(contest), notebook.quality(shown.wish, metric))
        else:
            st.markdown(words.PRESS)
        panel.why(
            "All entries start from the same noise of a seed and are compared with the same exact "
            "samples. What is drawn is what was spent, which a budget may not fill: Heun needs two "
            "evaluations a step. The floor is the distance between two exact sets of the same "
            "size, ± one standard deviation; whoever is inside cannot be told from the data. Wall "
            "time is that of this machine, on which others may compute too.",
            formula=r"\overline{d}\pm\frac{s}{\sqrt{S}},\qquad"
            r"\overline{d}=\frac1S\sum_{s=1}^{S}d\big(\text{samples}_s,\ \text{data}_s\big)",
            badge="measured",
        )


def best(shown: Shown) -> None:
    """Draw who is best with each budget, and who cannot be told apart from the best."""
    contest, metric = shown.contest, _metric(shown)
    with frame.panel("No winner inside the noise", name="best") as panel:
        rows = words.best_rows(contest, metric)
        if rows:
            if sentence := words.verdict(contest, metric):
                st.markdown(sentence)
            table.draw(words.BEST_HEAD, rows, key="best", left=2)
            panel.caption(words.best_caption(contest, metric))
            _give(panel, lambda: columns(contest), notebook.best(shown.wish, metric))
        else:
            st.markdown(words.PRESS)
        panel.why(
            "Differences are taken seed by seed, as all entries share the noise of a seed. Which "
            "entry is best is itself read from the numbers, so that the p-values of all pairs are "
            "corrected together. Seeds are few: a difference that is not seen may still be there.",
            formula=r"t=\frac{\overline{d_A-d_B}}{s/\sqrt{S}},\qquad\text{Student, }S-1",
            source="Holm 1979",
            badge="measured",
        )


def ode_law(shown: Shown) -> None:
    """Draw the distance to the ODE's end beside the distance to the data."""
    contest, metric = shown.contest, _metric(shown)
    with frame.panel(
        "Following the ODE is one thing, meeting the data another", name="ode_law"
    ) as panel:
        if words.known(contest, metric):
            figure = ode_beside_law.figure(contest, frame.theme(), metric=metric)
            panel.chart(figure, alt=canvas.alt(figure))
            finding = ode_beside_law.finding(contest, metric=metric)
            panel.caption(f"{finding} Larger markers are larger budgets.")
            _give(panel, lambda: columns(contest), notebook.ode_law(shown.wish, metric))
        else:
            st.markdown(words.PRESS)
        panel.why(
            "A sampler that follows the ODE has one right end for each start: the first distance "
            "is the median over the samples of the RMSE to it. The second compares all samples "
            "with the data, and does not ask which noise became which sample. An error that is "
            "the same everywhere hurts the first and may spare the second. Entries that draw noise "
            "have no such end.",
            formula=r"\mathrm{median}_i\ \frac{\lVert x_0^{(i)}-\mathrm{ODE}(x_T^{(i)})\rVert}"
            r"{\sqrt{d}}",
            badge="measured",
        )


def columns(contest: Contest) -> dict[str, list[Any]]:
    """Return every known heat, one row each."""
    rows = [
        (e, b, s)
        for e, b, s in np.ndindex(*contest.seconds.shape)
        if np.isfinite(contest.seconds[e, b, s])
    ]
    measured = {"seconds": contest.seconds, **contest.distances, "ode": contest.ode}
    return {
        "sampler": [contest.entries[e].text() for e, _, _ in rows],
        "budget": [contest.budgets[b] for _, b, _ in rows],
        "seed": [contest.seeds[s] for _, _, s in rows],
        "nfe": [int(contest.nfe[e, b]) for e, b, _ in rows],
        "energy": [int(contest.energy[e, b]) for e, b, _ in rows],
        **{name: [_finite(float(v[at])) for at in rows] for name, v in measured.items()},
    }


def _metric(shown: Shown) -> str:
    """Return the distance that is chosen; where the target has it not, the first it has."""
    metric = str(inputs.value(f.METRIC))
    return metric if metric in shown.contest.distances else f.METRIC.default


def _give(panel: frame.Panel, rows: Callable[[], dict[str, list[Any]]], code: str) -> None:
    panel.take(rows, code=code, link=lambda: share.link(link.FIELDS))


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
