"""The tab *RTK*: are the kernels log-concave, what is accepted, and when the claims hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.figures import acceptance, canvas, log_concavity
from explorer.figures import rtk_study as study_figure
from explorer.ui import frame, inputs, share, steps, table
from explorer.ui.arena import link, rtk_notebook, rtk_verdicts, rtk_work
from explorer.ui.arena import rtk_fields as f
from explorer.ui.arena import rtk_words as words
from explorer.ui.arena.rtk_work import Cut
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.analysis.arena.contest import Contest
    from explorer.ui.arena.shown import Shown

PAPER = "Huang et al. 2024, arXiv:2405.16387"


def draw(shown: Shown) -> None:
    """Draw the tab."""
    row(
        [
            Item("rtk_meter", lambda: _meter(shown), 1.2),
            Item("rtk_acceptance", lambda: _accepted(shown)),
        ]
    )
    row([Item("rtk_study", _study)])


def cut() -> Cut:
    """Return the layout of segments that the fields say."""
    layout: Any = inputs.value(f.LAYOUT)
    return Cut(layout, int(inputs.value(f.SEGMENTS)), float(inputs.value(f.THETA)))


def _meter(shown: Shown) -> None:
    with frame.panel("An inner chain needs a log-concave kernel", name="rtk_meter") as panel:
        layout = inputs.choice(f.LAYOUT, compact=True)
        if layout == "auto":
            inputs.log_slider(f.THETA)
        else:
            inputs.number(f.SEGMENTS)
        chosen = cut()
        plan = rtk_work.meter(shown.wish, chosen, shown.target)
        quick = not shown.wish.target.is_image and layout != "auto"
        found = steps.gather(plan, button="Measure the kernels", at_once=quick)
        if found:
            meter = found[0]
            figure = log_concavity.figure(meter, frame.theme())
            panel.chart(figure, alt=canvas.alt(figure))
            said = words.meter_caption(meter, layout=layout, theta=chosen.theta)
            panel.caption(f"{canvas.alt(figure)} {said}")
            _give(
                panel,
                lambda: {"from": meter.sigmas[:-1], "to": meter.sigmas[1:], "M": meter.values},
                rtk_notebook.meter(shown.wish, chosen),
            )
        panel.why(
            "A segment draws y at the lower level given x at the upper one. By Bayes' rule that "
            "law is the density of the noisy data times a Gaussian around x; a short segment makes "
            "the Gaussian narrow enough to win. M compares the two: the largest upward bend of "
            "ln p against the Gaussian's 1/(σₜ² − σₛ²). At M = ½ the kernel is as log-concave as "
            "the choice of segments in the theory makes it.",
            formula=r"\begin{gathered}\pi(y)\propto p_{\sigma_s}(y)\,"
            r"e^{-|x-y|^2/2(\sigma_t^2-\sigma_s^2)}\\"
            r"M=(\sigma_t^2-\sigma_s^2)\,\max_y\lambda_{\max}(\nabla^2\ln p_{\sigma_s})"
            r"\end{gathered}",
            source=f"kernel: {PAPER}; meter derived here",
            badge="derived",
        )


def _accepted(shown: Shown) -> None:
    with frame.panel("What MALA accepts, segment by segment", name="rtk_acceptance") as panel:
        lines, own = rtk_work.accepted(shown), False
        if not lines:
            plan = rtk_work.trial(shown.wish, cut(), shown.target)
            st.markdown("No MALA among those who have run. Run it here, with the segments beside:")
            lines = list(steps.gather(plan, button=f"Run MALA, {shown.wish.nfe} evaluations"))
            own = True
        if lines:
            figure = acceptance.figure(lines, frame.theme())
            panel.chart(figure, alt=canvas.alt(figure))
            where = "The segments of the panel beside" if own else "Those who ran above"
            panel.caption(
                f"{where}. Nearly 1: steps are short and the chain moves slowly. Nearly 0: most "
                "evaluations are thrown away."
            )
            _give(
                panel,
                lambda: {
                    "sampler": [line.name for line in lines for _ in line.sigmas],
                    "sigma": [float(s) for line in lines for s in line.sigmas],
                    "accepted": [float(s) for line in lines for s in line.shares],
                },
                rtk_notebook.accepted(shown.wish, cut()),
            )
        panel.why(
            "MALA proposes a Langevin step and keeps it with a probability that makes the kernel's "
            "law exact in the limit; for it, the log density is asked at every step. Score-only "
            "MALA puts Simpson's rule along the step in its place. The step is τ = c/L with L the "
            "curvature 1/(σₜ² − σₛ²) + 1/(v + σₛ²), v the smallest variance of a mode.",
            formula=r"\begin{gathered}\alpha=\min\{1,e^{-q}\},\quad q=g(y')-g(y)\\"
            r"+\tfrac{1}{4\tau}\left(|y-y'+\tau\nabla g(y')|^2\right.\\"
            r"\left.-\,|y'-y+\tau\nabla g(y)|^2\right)\end{gathered}",
            source=f"{PAPER}; step sizes are ours",
            badge="measured",
        )


def _study() -> None:
    with frame.panel("When the claims about RTK hold, and when not", name="rtk_study") as panel:
        with st.container(horizontal=True, gap="medium", key="sa_rtk_study_controls"):
            horizon = inputs.choice(f.HORIZON, compact=True)
            budget = int(inputs.choice(f.BUDGET, compact=True))
            metric = inputs.choice(f.METRIC, compact=True)
        st.markdown(words.set_up(horizon))
        plan = rtk_work.study(horizon)
        joined = rtk_work.joined(steps.gather(plan, button="Run the study"))
        if joined is None:
            st.caption(f"{plan.total} short runs: about 20 s of one core, more if others compute.")
        else:
            found, kernel = joined
            _errors(found, budget, metric, panel)
            for sentence in rtk_verdicts.verdicts(found, kernel, metric):
                st.markdown(f"- {sentence}")
            table.draw(words.claims_head(), words.claims_rows(found, metric), key="rtk_claims")
            table.draw(words.HEAD, words.rows(found, budget), key="rtk_study")
            panel.caption(words.study_caption(found, done=steps.finished(plan)))
            _give(panel, lambda: words.columns(found), rtk_notebook.study(horizon, metric))
        panel.why(
            "Nine modes in ten dimensions, standard deviation 0.25, with uneven weights. Weights, "
            "means, horizon and step sizes of the paper's own example are not known to us: this "
            "preset is ours. Every inner chain starts with one DDPM jump, which is the Gaussian "
            "approximation of the same kernel; the paper's own starts are not known to us either. "
            "All start from the same noise of a seed; differences are tested seed by seed.",
            formula=r"y_0=D+\tfrac{\sigma_s^2}{\sigma_t^2}(x-D)+\sigma_s"
            r"\sqrt{1-\tfrac{\sigma_s^2}{\sigma_t^2}}\;\xi",
            source=f"computed here; kind of example and claims: {PAPER}",
            badge="measured",
        )


def _errors(found: Contest, budget: int, metric: str, panel: frame.Panel) -> None:
    """Draw the error of the mode weights always, and beside it another."""
    beside = "marginal-error" if metric == "mode-tv" else metric
    for column, name in zip(st.columns(2, gap="small"), ("mode-tv", beside), strict=True):
        figure = study_figure.figure(found, budget, words.names(), name, frame.theme())
        with column:
            panel.chart(figure, alt=canvas.alt(figure), key=f"chart_rtk_{name}")


def _give(panel: frame.Panel, columns: Callable[[], Mapping[str, Any]], code: str) -> None:
    panel.take(columns, code=code, link=lambda: share.link(link.FIELDS))
