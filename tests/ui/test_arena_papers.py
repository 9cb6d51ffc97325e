"""The tabs RTK and EVODiff of the Sampler Arena: links, buttons, words, notebooks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis import evodiff_study, published_fid, rtk_claims, rtk_study
from explorer.analysis.arena import entry
from explorer.analysis.arena.contest import Contest, empty
from explorer.analysis.arena.setting import Setting
from explorer.analysis.rtk_meter import Meter
from explorer.ui import steps, turns
from explorer.ui.arena import (
    evodiff_notebook,
    evodiff_verdicts,
    evodiff_words,
    evodiff_work,
    rtk_notebook,
    rtk_verdicts,
    rtk_words,
    rtk_work,
    targets,
)
from explorer.ui.arena.rtk_work import Cut
from explorer.ui.arena.state import Wish
from explorer.ui.arena.target_spec import TargetSpec
from tests.ui.arena_app import opened, printed
from tests.ui.test_locality_lab import calm, words

SMALL = {
    "sa_modes": "-1,0,1; 1,0,3", "sa_std": "0.3", "sa_n": "16", "sa_seeds": "1",
    "sa_ladder": "one", "sa_nfe": "20", "sa_samplers": "ddim",
}  # fmt: skip
WISH = Wish(
    target=TargetSpec("modes", 0.3, modes=((1.0, 0.0, 1.0), (-1.0, 0.0, 3.0))),
    setting=Setting(n=32),
    entries=entry.parse("ddim"),
    nfe=20,
    ladder=(20,),
    seeds=(0, 1, 2),
)
IMAGES = replace(WISH, target=TargetSpec("data", data="digits", denoiser="wiener", n=50))


@pytest.fixture(autouse=True)
def nothing_reruns_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PATIENT", False)


def arena(**query: str) -> AppTest:
    """Open the page with these parameters; it must not raise."""
    return opened(SMALL | query)


def press(app: AppTest, key: str) -> AppTest:
    return calm(app.button(key=key).click().run())


def target_of(wish: Wish) -> partial:
    return partial(targets.target, wish)


# --- RTK ------------------------------------------------------------------------------------


def study(**means: float) -> Contest:
    """A study in which an entry scores its mean, and seeds differ a little."""
    found = empty(
        rtk_study.ENTRIES,
        rtk_study.BUDGETS,
        rtk_study.SEEDS,
        metrics=rtk_study.METRICS,
        floors=dict.fromkeys(rtk_study.METRICS, (0.03, 0.005)),
    )
    noise = 0.001 * np.array([-1.0, 0.5, 0.3, 0.0, 0.2, -0.6, 0.4, 0.2])
    values = np.empty((len(rtk_study.ENTRIES), 2, len(rtk_study.SEEDS)))
    for e, one in enumerate(rtk_study.ENTRIES):
        values[e] = means.get(one.sampler.replace("-", "_"), 0.1) + noise * (1 + 0.1 * e)
    return replace(found, distances=dict.fromkeys(rtk_study.METRICS, values))


KERNEL = Meter(np.geomspace(1.0, 0.02, 6), np.array([0.0, 0.1, 0.3, 0.7, 12.0]), 99, exact=True)


def test_the_meter_is_there_at_once_and_follows_the_link() -> None:
    said = words(arena(sa_tab="RTK", sa_rtk_segments="3"))
    assert "An inner chain needs a log-concave kernel" in said
    assert "of 3 segments" in said
    assert "Exact Hessians at 289 points of each level" in said  # 256, and 33 between two modes


def test_segments_by_the_meter_wait_for_a_button() -> None:
    app = arena(sa_tab="RTK", sa_rtk_layout="auto", sa_rtk_theta="1.0", sa_sigma_max="2.0")
    assert "Exact Hessians" not in words(app)
    app = press(app, "steps_rtk_meter_start")
    app = calm(app.run())
    assert "keep M ≤ 1 everywhere" in words(app)


def test_mala_that_has_run_above_is_shown_and_else_a_button() -> None:
    alone = arena(sa_tab="RTK")
    assert "No MALA among those who have run" in words(alone)
    ran = arena(sa_tab="RTK", sa_samplers="rtk-mala@ou(segments=3)", sa_sigma_max="2.0")
    assert "Those who ran above" in words(ran)
    app = press(alone, "steps_rtk_trial_start")
    for _ in range(3):
        app = calm(app.run())
    assert "The segments of the panel beside" in words(app)


def test_a_budget_that_does_not_pay_for_the_segments_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "TURN", -1.0)
    app = arena(sa_tab="RTK", sa_nfe="4", sa_rtk_segments="9")
    app = press(app, "steps_rtk_trial_start")
    assert "fewer segments" in words(app)


def test_a_compiled_denoiser_has_no_meter_and_says_so() -> None:
    app = arena(sa_tab="RTK", sa_target="data", sa_denoiser="niedoba", sa_images="100", sa_nfe="2")
    app = press(app, "steps_rtk_meter_start")
    assert "without a derivative" in words(app)


def test_the_study_says_what_its_numbers_say() -> None:
    found = study(rtk_mala=0.05, rtk_exact=0.03, ddpm=0.2, dpmpp_2m=0.031)
    said = "\n".join(rtk_verdicts.verdicts(found, KERNEL, "mode-tv"))
    assert "end at the floor" in said
    assert "1 of the 5 kernels is not log-concave: M = 0, 0.1, 0.3, 0.7 and 12, from" in said
    assert "on its own OU grid in 4 of 4 cases, DDPM on karras in 4, the ODE solver in 0." in said
    assert "goes where DDPM gets a better grid" not in said
    far = "\n".join(rtk_verdicts.verdicts(study(rtk_exact=0.3), KERNEL, "mode-tv"))
    assert "do not reach the floor" in far


def test_the_order_of_the_chains_is_broken_or_not_contradicted() -> None:
    order = study(rtk_mala=0.05, rtk_mala_score=0.06, rtk_uld=0.08, rtk_ula=0.09)
    said = rtk_verdicts.verdicts(order, KERNEL, "mode-tv")[2]
    assert said.startswith("The order MALA, score-only, ULD, ULA is not contradicted with 30")
    assert "reversed" not in said
    assert "(3 of 3 steps hold)" in said
    mixed = study(rtk_mala=0.05, rtk_mala_score=0.06, rtk_uld=0.04, rtk_ula=0.09)
    assert "is reversed somewhere with 30" in rtk_verdicts.verdicts(mixed, KERNEL, "mode-tv")[2]


@pytest.mark.parametrize(
    ("trapezoid", "marginals", "said"),
    [
        (0.3, 0.1, "are worse than Simpson's, which its marginals do not show."),
        (0.3, 0.3, "are worse than Simpson's; so are its marginals."),
        (0.02, 0.02, "Here it is nearer in both"),
        (0.1, 0.1, "8 seeds do not show"),
    ],
)
def test_the_trapezoid_is_read_from_both_errors(
    trapezoid: float, marginals: float, said: str
) -> None:
    found = study()
    e = found.entries.index(rtk_study.chain("trapezoid", rtk_study.STEPS[-1]))
    changed = {}
    for metric, mean in (("mode-tv", trapezoid), ("marginal-error", marginals)):
        values = found.values(metric).copy()
        values[e] += mean - 0.1
        changed[metric] = values
    changed["sliced-w2"] = found.values("sliced-w2")
    two = replace(found, distances=changed)
    assert said in "\n".join(rtk_verdicts.verdicts(two, KERNEL, "mode-tv"))


def test_marginals_that_hide_lost_modes_are_said() -> None:
    found = study(rtk_mala=0.05, ddpm=0.2)
    hidden = "contradict each other"
    assert hidden not in "\n".join(rtk_verdicts.verdicts(found, KERNEL, "mode-tv"))
    modes = study(rtk_mala=0.3, ddpm=0.2).values("mode-tv")
    two = replace(found, distances={**found.distances, "mode-tv": modes})
    said = "\n".join(rtk_verdicts.verdicts(two, KERNEL, "marginal-error"))
    assert f"{hidden} in 16 of 24 cells (MALA beats DDPM on ou, MALA beats DDPM on karras" in said


def test_a_study_of_two_runs_has_tables_with_holes() -> None:
    found = study()
    values = found.values("mode-tv").copy()
    values[2:] = np.nan
    values[:, :, 1:] = np.nan
    holed = replace(found, distances=dict.fromkeys(rtk_study.METRICS, values))
    rows = rtk_words.rows(holed, 30)
    assert rows[-2][1] == rtk_words.BLANK
    assert {cell for line in rtk_words.claims_rows(holed, "mode-tv") for cell in line[1:]} <= {
        rtk_words.BLANK
    }
    assert "once three seeds are there" in "\n".join(
        rtk_verdicts.verdicts(holed, KERNEL, "mode-tv")
    )
    assert "1 of 8 seeds so far" in rtk_words.study_caption(holed, done=False)


def test_the_claims_table_has_every_claim() -> None:
    assert list(rtk_words.TITLES) == list(rtk_claims.CLAIMS)
    rows = rtk_words.claims_rows(study(rtk_mala=0.05), "mode-tv")
    assert [len(line) for line in rows] == [len(rtk_words.claims_head())] * 6
    assert "**holds** (0.050" in rows[0][1]


def test_the_study_runs_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", -1.0)
    app = press(arena(sa_tab="RTK"), "steps_rtk_study_start")
    for _ in range(4):
        app = calm(app.run())
    assert [b.label for b in app.button if b.key == "steps_rtk_study_stop"] == ["Stop"]
    app = press(app, "steps_rtk_study_stop")
    said = words(app)
    assert "1 of 8 seeds so far" in said
    assert "Go on: " in "".join(b.label for b in app.button)


def test_columns_of_the_study() -> None:
    columns = rtk_words.columns(study())
    assert {len(column) for column in columns.values()} == {len(rtk_study.HEATS)}


@pytest.mark.parametrize("wish", [WISH, IMAGES], ids=["modes", "images"])
def test_rtk_notebooks_repeat_the_numbers(wish: Wish) -> None:
    cut = Cut("ou", 3, 0.5)
    (meter,) = [rtk_work.meter(wish, cut, target_of(wish)).step(0)]
    assert printed(rtk_notebook.meter(wish, cut)).startswith(f"{meter.sigmas} {meter.values}")
    plan = rtk_work.trial(wish, cut, target_of(wish))
    line = plan.step(0)
    lines = printed(rtk_notebook.accepted(wish, cut)).splitlines()
    assert len(lines) == 3
    assert f"{line.shares[-1]:.4f}" in lines[-1]


def test_the_notebook_of_the_study_calls_what_the_page_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rtk_study, "HEATS", rtk_study.HEATS[:2])
    said = printed(rtk_notebook.study("short", "mode-tv"))
    assert said.count("undecided") == 24


# --- EVODiff --------------------------------------------------------------------------------


def parts(**means: float) -> Contest:
    metrics = ["sliced-w2", "mode-tv"]
    found = empty(
        evodiff_study.entries(), (20,), (0, 1, 2, 3), metrics=metrics,
        floors={"sliced-w2": (0.03, 0.005)},
    )  # fmt: skip
    noise = 1e-4 * np.array([-1.0, 0.5, 0.3, 0.2])
    names = [*evodiff_study.VARIANTS, *evodiff_study.OTHERS]
    values = np.empty((len(names), 1, 4))
    for e, name in enumerate(names):
        values[e, 0] = means.get(name.replace("-", "_"), 0.01) + noise * (1 + 0.1 * e)
    return replace(found, ode=values, distances=dict.fromkeys(metrics, values))


def test_coefficients_are_there_at_once_and_images_wait() -> None:
    said = words(arena(sa_tab="EVODiff"))
    assert "Means over 16 samples with 20 steps" in said
    images = arena(sa_tab="EVODiff", sa_target="data", sa_images="100", sa_nfe="4")
    assert "Means over" not in words(images)
    app = press(images, "steps_evodiff_course_start")
    for _ in range(4):
        app = calm(app.run())
    assert "Means over" in words(app)


def test_all_rules_run_and_the_change_of_rule_is_told_near_it() -> None:
    app = press(arena(sa_tab="EVODiff", sa_seeds="3"), "steps_evodiff_parts_start")
    for _ in range(40):
        app = calm(app.run())
        if not any(b.key == "steps_evodiff_parts_stop" for b in app.button):
            break
    said = words(app)
    assert "3 of 3 seeds, ±" in said
    assert "from 20 to 21 steps" in said
    assert "σ from 80 to 0.002, start from pure noise, 16 samples" in said


def test_far_from_twenty_steps_there_are_no_runs_for_the_change() -> None:
    near, far = (
        evodiff_work.Parts(replace(WISH, nfe=nfe), "", target_of(WISH)).pieces for nfe in (20, 40)
    )
    assert len(near) - len(far) == len(WISH.seeds) * 3
    many = evodiff_work.Parts(replace(WISH, nfe=1000), "", target_of(WISH))
    assert many.nfe == evodiff_work.MOST_STEPS


def test_sentences_follow_the_numbers() -> None:
    poor = parts(released=0.05, ddim=0.09)
    said = "\n".join(evodiff_verdicts.verdicts(poor, None))
    assert (
        "EVODiff as released is 0.05 from the ODE's end: farther than DPM-Solver++ 2M, UniPC and "
        "iPNDM; nearer than DDIM." in said
    )
    assert "poorer ODE solver than all three" in said
    assert "only a hypothesis" in said
    good = "\n".join(evodiff_verdicts.verdicts(parts(released=0.001), None))
    assert "poorer ODE solver" not in good
    assert "nearer than DPM-Solver++ 2M, UniPC, iPNDM and DDIM" in good
    level = "\n".join(evodiff_verdicts.verdicts(parts(ddim=0.5), None))
    assert "not told apart from" in level


def test_the_floor_of_images_is_two_halves_of_the_data() -> None:
    found = parts()
    of_points, of_images = (
        evodiff_words.rows(one)[-1][0]
        for one in (found, replace(found, distances=found.distances | {"frechet": found.ode}))
    )
    assert of_points == "*the floor: exact samples*"
    assert of_images == "*the floor: two halves of the data*"


def test_samples_that_ran_away_are_said_and_decide_nothing() -> None:
    found = parts()
    law = found.distances["sliced-w2"].copy()
    law[0, 0, 1:3] = 1e12
    law[3, 0, 0] = 1e9
    wild = replace(found, distances={**found.distances, "sliced-w2": law})
    said = "\n".join(evodiff_verdicts.verdicts(wild, None))
    assert "EVODiff as released (2 of 4), EVODiff as released, clamps off (1 of 4)" in said
    assert "EVODiff as released is 5" not in said  # no sentence about its distance to the law
    assert "(ran" in evodiff_words.rows(wild)[0][2]
    assert "±" in evodiff_words.rows(wild)[1][2]
    assert "run away" not in "\n".join(evodiff_verdicts.verdicts(found, None))


def test_a_rule_without_an_answer_is_left_out_and_said() -> None:
    what = evodiff_work.Parts(WISH, "", target_of(WISH))
    results = tuple(
        {"sliced-w2": (0.1, 0.01)}
        if kind == "floor"
        else None
        if kind == "ends"
        else "It exploded."
        for kind, _ in what.pieces[:4]
    )
    found = what.table(results)
    assert found is not None
    assert np.isnan(found.ode).all()
    assert set(what.refused(results).values()) == {"It exploded."}
    assert evodiff_verdicts.verdicts(found, what.table(results, around=True)) == []
    assert evodiff_words.rows(found)[0][1] == evodiff_words.BLANK


@pytest.mark.parametrize("data", list(published_fid.TABLES))
def test_published_numbers_carry_source_and_tag(data: str) -> None:
    said = words(arena(sa_tab="EVODiff", sa_evo_fid=data))
    assert "None of these numbers was measured here" in said
    assert "*secondary transcription*" in said
    assert ("45.5 % less" in said) == (data == "cifar10")
    for line in evodiff_words.published_rows(published_fid.TABLES[data]):
        assert line[-1] in {"*published*", "*secondary transcription*"}


@pytest.mark.parametrize("wish", [WISH, IMAGES], ids=["modes", "images"])
def test_evodiff_notebooks_repeat_the_numbers(wish: Wish) -> None:
    plan = evodiff_work.courses(wish, "", target_of(wish))
    assert str(plan.step(0).mean["eta"]) in printed(evodiff_notebook.course(wish, "", 20))
    one = evodiff_work.Parts(replace(wish, seeds=(0,), nfe=4), "logsnr", target_of(wish))
    results = tuple(one.plan().step(k) for k in range(len(one.pieces)))
    found = one.table(results)
    assert found is not None
    said = printed(evodiff_notebook.parts(one))
    assert str(found.mean("ode")) in said
    assert str(found.mean("sliced-w2")) in said
    assert "DPM-Solver-v3" in printed(evodiff_notebook.published("cifar10"))
