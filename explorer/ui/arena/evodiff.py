"""The tab *EVODiff*: its coefficients along the run, its parts switched off, published FID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.analysis import evodiff_study, published_fid
from explorer.figures import canvas, evodiff_course, numbers
from explorer.figures import published_fid as published_figure
from explorer.ui import errors, frame, inputs, share, steps, table
from explorer.ui.arena import evodiff_fields as f
from explorer.ui.arena import evodiff_notebook as notebook
from explorer.ui.arena import evodiff_verdicts, evodiff_work, link
from explorer.ui.arena import evodiff_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.analysis.evodiff_study import Course
    from explorer.ui.arena.evodiff_work import Parts
    from explorer.ui.arena.shown import Shown

PAPER = "EVODiff 2025, arXiv:2509.26096"


def draw(shown: Shown) -> None:
    """Draw the tab."""
    inputs.choice(f.GRID, compact=True)
    row([Item("evodiff_course", lambda: _course(shown))])
    row([Item("evodiff_parts", lambda: _parts(shown))])
    row([Item("evodiff_published", _published)])


def grid() -> str:
    """Return the grid that all take; "" where each takes its own."""
    chosen = str(inputs.value(f.GRID))
    return "" if chosen == "own" else chosen


def _course(shown: Shown) -> None:
    with frame.panel("Coefficients that the run itself chooses", name="evodiff_course") as panel:
        wish = shown.wish
        plan = evodiff_work.courses(wish, grid(), shown.target)
        found = steps.gather(plan, button="Run EVODiff", at_once=not wish.target.is_image)
        if steps.finished(plan):
            entries = evodiff_study.entries(grid(), evodiff_study.COURSES)
            courses = {e.sampler: c for e, c in zip(entries, found, strict=True)}
            said = _charts(courses, panel)
            nfe = len(found[0].sigmas)
            panel.caption(
                f"{said} Means over {found[0].samples} samples with {nfe} steps; the bands hold "
                "the middle 80 % of them. The first and the last step choose nothing."
            )
            _give(panel, lambda: _course_columns(courses), notebook.course(wish, grid(), nfe))
        panel.why(
            "η weighs the old against the new difference of estimates, ζ the size of the "
            "correction; r₁ and r₂ stretch the differences themselves. All four come from inner "
            "products along the path, in each sample and channel. Second order asks for "
            "r₁ = r₂ = 1 and a weight of one in all: where they are away from that, the rule is "
            "of first order. The printed formulas are our reading: the paper's auxiliary vectors "
            "were not available to us.",
            formula=r"x\leftarrow x_e+\tfrac{1-\rho}{2\zeta}\left[-\tfrac{\eta}{r}"
            r"(m_0-r_1m_1)+r(1-\eta)(m_t-r_2m_0)\right]",
            source=f"{PAPER}; the code released with it, written down in our σ",
            badge="measured",
        )


def _charts(courses: Mapping[str, Course], panel: frame.Panel) -> str:
    said = []
    for pair in (("eta", "zeta"), ("r1", "r2")):
        for column, name in zip(st.columns(2, gap="small"), pair, strict=True):
            figure = evodiff_course.figure(courses, name, frame.theme())
            with column:
                panel.chart(figure, alt=canvas.alt(figure), key=f"chart_evodiff_{name}")
            said.append(evodiff_course.finding({"evodiff": courses["evodiff"]}, name))
    return " ".join(said[:2])


def _parts(shown: Shown) -> None:
    with frame.panel("What its parts do, at equal cost", name="evodiff_parts") as panel:
        what = evodiff_work.Parts(shown.wish, grid(), shown.target)
        plan = what.plan()
        results = steps.gather(plan, button=f"Run all rules, {what.nfe} evaluations each")
        found = what.table(results)
        if found is None:
            st.caption("Ten variants of EVODiff beside 2M, UniPC, iPNDM and DDIM: some seconds.")
        else:
            for sentence in evodiff_verdicts.verdicts(found, what.table(results, around=True)):
                st.markdown(f"- {sentence}")
            table.draw(words.head(found), words.rows(found), key="evodiff_parts")
            for k, (entry, why) in enumerate(what.refused(results).items()):
                errors.note(f"{entry.text()}: {why}", key=f"evodiff_{k}")
            panel.caption(words.caption(found, _terms(what), done=steps.finished(plan)))
            _give(panel, lambda: _part_columns(what, results), notebook.parts(what))
        panel.why(
            "Two distances, since they can disagree: to where the ODE ends from the same noise, "
            "and to the law of the data. The special last step multiplies by 1 − √(ab), which has "
            "the unit of σ: it is harmless only where σ ends near 0. Published gains were measured "
            "on networks; here the denoiser makes no errors of its own.",
            source=f"measured here; rules: {PAPER}",
            badge="measured",
        )


def _terms(what: Parts) -> str:
    """Say on which noise levels, with how many samples."""
    setting = what.bounded.setting
    low, high = (numbers.number(v) for v in (setting.sigma_min, setting.sigma_max))
    end = ", then 0" if setting.end == "zero" else ""
    start = "pure noise" if setting.start == "noise" else "the exact law"
    cut = f"; at most {evodiff_work.MOST_STEPS} steps" if what.nfe < what.wish.nfe else ""
    return (
        f"σ from {high} to {low}{end}, start from {start}, {numbers.whole(setting.n)} samples{cut}"
    )


def _published() -> None:
    with frame.panel("What was published: FID on networks", name="evodiff_published") as panel:
        data = inputs.choice(f.DATA, compact=True)
        known = published_fid.TABLES[data]
        if data == "cifar10":
            st.markdown(f":material/warning: {published_fid.warning()}")
        figure = published_figure.figure(known, published_fid.SOURCES, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        rows = words.published_rows(known)
        table.draw(words.published_head(known), rows, key="evodiff_fid", left=2)
        panel.caption(
            f"{known.title}: {known.protocol}. None of these numbers was measured here, and none "
            "may be compared with ours; rows of different sources do not rank methods."
        )
        _give(panel, lambda: _published_columns(data), notebook.published(data))
        panel.why(
            "*Published*: read in the abstract or on the authors' own page. *Secondary "
            "transcription*: read in somebody's summary of the paper, dotted in the figure. FID "
            f"depends on network, statistics and small print. † {published_fid.THRESHOLD}.",
            source="; ".join(
                f"{s.title}: {s.where}"
                for key, s in published_fid.SOURCES.items()
                if any(one.source == key for one in known.rows)
            ),
            badge="published as",
        )


def _course_columns(courses: Mapping[str, Course]) -> dict[str, Any]:
    parts = {"mean": "mean", "low": "10 %", "high": "90 %"}
    columns: dict[str, Any] = {
        "sampler": [name for name, c in courses.items() for _ in c.sigmas],
        "sigma": [float(s) for c in courses.values() for s in c.sigmas],
    }
    for name in evodiff_study.COEFFICIENTS:
        for part, title in parts.items():
            columns[f"{name} {title}"] = [
                float(v) for c in courses.values() for v in getattr(c, part)[name]
            ]
    return columns


def _part_columns(what: Parts, results: tuple[Any, ...]) -> dict[str, Any]:
    found = what.table(results)
    assert found is not None
    places = [(e, s) for e in range(len(found.entries)) for s in range(len(found.seeds))]
    return {
        "rule": [found.entries[e].text() for e, _ in places],
        "seed": [found.seeds[s] for _, s in places],
        "nfe": [float(found.nfe[e, 0]) for e, _ in places],
        "to_the_ode": [float(found.ode[e, 0, s]) for e, s in places],
    } | {
        metric: [float(values[e, 0, s]) for e, s in places]
        for metric, values in found.distances.items()
    }


def _published_columns(data: str) -> dict[str, Any]:
    lines = [(r, n, v) for r in published_fid.TABLES[data].rows for n, v in r.fid.items()]
    sources = published_fid.SOURCES
    return {
        "method": [r.method for r, _, _ in lines],
        "nfe": [n for _, n, _ in lines],
        "fid": [v for _, _, v in lines],
        "source": [f"{sources[r.source].title}, {sources[r.source].where}" for r, _, _ in lines],
        "tag": [sources[r.source].tag for r, _, _ in lines],
    }


def _give(panel: frame.Panel, columns: Callable[[], Mapping[str, Any]], code: str) -> None:
    panel.take(columns, code=code, link=lambda: share.link(link.FIELDS))
