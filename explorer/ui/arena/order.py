"""The tab *Order*: how fast the error falls with the number of steps, measured and declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.analysis.measured_order import LAWS
from explorer.figures import canvas, order_lines, sampler_style
from explorer.ui import errors, frame, inputs, share, steps, table
from explorer.ui.arena import link, order_notebook, order_work
from explorer.ui.arena import order_fields as f
from explorer.ui.arena import order_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.arena.entry import Entry
    from explorer.ui.arena.order_work import Found
    from explorer.ui.arena.shown import Shown


def draw(shown: Shown) -> None:
    """Draw the tab."""
    row([Item("order", lambda: order(shown))])


def order(shown: Shown) -> None:
    """Draw the choice, errors over steps on both laws, the table and the surprises."""
    with frame.panel("An order is measured, not taken on trust", name="order") as panel:
        with st.container(horizontal=True, gap="medium", key="sa_order_controls"):
            who = inputs.choice(f.WHO, compact=True)
            grid = inputs.choice(f.GRID, compact=True)
        entries = order_work.chosen(who, shown.wish.entries)
        if not entries:
            st.markdown("Nobody is chosen above: choose samplers there, or *All* here.")
            return
        plan = order_work.plan(entries, grid)
        steps.gather(plan, button="Measure", at_once=order_work.known(entries, grid))
        found = steps.results(plan)
        if not found:
            st.caption("Takes some seconds: each sampler runs with 16 to 512 steps on two laws.")
        else:
            _results(found, panel, grid)
            drawn = tuple(dict.fromkeys(one.entry for one in found if one.measured))
            panel.take(
                lambda: columns(found),
                code=order_notebook.lines(drawn, grid) if drawn else "",
                link=lambda: share.link(link.FIELDS),
            )
        panel.why(
            "An order p is a promise for many steps: with twice as many, the error is 2ᵖ times "
            "smaller. It is tested on two laws whose ODE is known: one Gaussian in closed form, "
            "three Gaussians by a Runge–Kutta method with 2,000 steps. On one Gaussian the leading "
            "error of a method may cancel, so that the second law has the last word. At 10 steps "
            "an order promises nothing: a good sampler there is one with a small error. And steps "
            "are not evaluations: a step of Heun's asks the denoiser twice, one of DPM-Solver-3 "
            "three times.",
            formula=r"\max_{i}\,\lVert x_N^{(i)}-x^{(i)}(\sigma_{\min})\rVert_\infty"
            r"\approx C\,N^{-p}",
            source="measured here; Hairer, Nørsett and Wanner 1993, II.3",
            badge="measured",
        )


def columns(found: Sequence[Found]) -> dict[str, list[object]]:
    """Return every measured error, one row each."""
    rows = [
        (one.entry.text(), one.law, one.declared, int(n), float(error), _slope(one))
        for one in found
        if one.measured
        for n, error in zip(one.measured.steps, one.measured.errors, strict=True)
    ]
    names = ("sampler", "law", "declared", "steps", "error", "order")
    return {name: [line[k] for line in rows] for k, name in enumerate(names)}


def _results(found: Sequence[Found], panel: frame.Panel, grid: str) -> None:
    entries = tuple(dict.fromkeys(one.entry for one in found))
    for column, law in zip(st.columns(2, gap="small"), LAWS, strict=True):
        lines = [_line(one, entries) for one in found if one.law == law and one.measured]
        if lines:
            figure = order_lines.figure(lines, frame.theme(), law=LAWS[law])
            with column:
                st.markdown(f"**{LAWS[law][0].upper()}{LAWS[law][1:]}**")
                panel.chart(figure, alt=canvas.alt(figure), key=f"chart_order_{law}")
    table.draw(words.HEAD, words.rows(found), key="order")
    for sentence in words.surprises(found):
        st.markdown(f"- {sentence}")
    for k, why in enumerate(words.refusals(found)):
        errors.note(why, key=f"order_{k}")
    panel.caption(words.caption(found, grid))


def _line(one: Found, entries: Sequence[Entry]) -> order_lines.Line:
    assert one.measured is not None
    name = sampler_style.label(one.entry, entries)
    how = sampler_style.among(one.entry, entries)
    return order_lines.Line(name, how, one.declared, one.measured)


def _slope(one: Found) -> float | None:
    return one.measured.fit.order if one.measured and one.measured.fit else None
