"""The Sampler Arena through AppTest: first look, presets, hostile texts, run, stop, links."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis.arena import entry as arena_entry
from explorer.analysis.arena.setting import Setting
from explorer.ui import kept, turns
from explorer.ui.arena import (
    cells,
    controls,
    cost_of,
    heats,
    link,
    presets,
    progress,
    results,
    run_panel,
    words,
)
from explorer.ui.arena import run_fields as f
from explorer.ui.arena import target_fields as t
from explorer.ui.arena.state import Wish
from explorer.ui.arena.target_spec import TargetSpec
from tests.ui.arena_app import calm, keys, lines, page, said, wish


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    kept.shelf.clear()


def test_it_opens_with_a_first_look_that_does_not_name_a_winner() -> None:
    app = page()
    verdict = app.markdown[0].value
    assert "With 8 evaluations per sample" in verdict
    assert re.search("one seed (cannot tell it from chance|can tell)", verdict)
    assert lines(app) == [
        "**DPM-Solver++ 2M** · 8 evaluations, 8 steps, logsnr",
        "**DDPM** · 8 evaluations, 8 steps, karras",
    ]
    assert app.button(key="sa_run").label == "Run all budgets and seeds"
    assert "4 more runs for the curves and error bars: about" in said(app)


def test_a_contest_runs_to_its_end_and_has_error_bars() -> None:
    app = page()
    calm(app.button(key="sa_run").click().run())
    assert not keys(app) & {"sa_run", "sa_stop"}
    assert "turns_arena" not in app.session_state
    found = results.table(wish())
    mean, error = found.mean(words.METRIC), found.error(words.METRIC)
    verdict = found.best(words.METRIC, 8)
    assert verdict is not None
    score = words.value(float(mean[verdict.best, 0]), float(error[verdict.best, 0]))
    assert "\u202f±\u202f" in score
    assert score in app.markdown[0].value
    assert np.isfinite(found.seconds).all()
    assert np.isfinite(found.ode[0]).all()  # follows the ODE
    assert np.isnan(found.ode[1]).all()  # draws noise


def test_it_can_be_stopped_and_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    advance = heats.advance

    def counted(contest: Wish, one: cells.Cell, *, shown: bool) -> None:
        done.append(one.entry.text())
        if len(done) == 26:
            turns.end(run_panel.NAME)
        advance(contest, one, shown=shown)

    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr("explorer.ui.arena.page.LONGEST_TURN", 0.0)
    monkeypatch.setattr(cost_of, "QUICK", 0.0)
    monkeypatch.setattr(heats, "advance", counted)
    app = page(sa_samplers="ddpm;ddpm@ou")
    assert app.button(key="sa_run").label == "Run"
    assert "will be compared on 2 modes in the plane" in said(app)
    calm(app.button(key="sa_run").click().run())
    assert len(done) == 26
    assert set(done[:4]) == {"ddpm", "ddpm@ou"}  # their pictures grow together
    assert app.button(key="sa_run").label == "Go on: 3 of 6 runs done"
    calm(app.button(key="sa_run").click().run())
    assert len(done) == 48  # 6 heats of 8 steps, none of them twice
    assert "sa_run" not in keys(app)


def test_when_only_the_exact_ends_are_missing_no_runs_are_announced() -> None:
    app = page(sa_seeds="1")
    assert app.button(key="sa_run").label == "Go on"
    assert "All runs are done; what is left is to measure them: about" in said(app)
    assert "0 more run" not in said(app)


def test_a_press_ends_after_its_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_panel, "LONGEST", -1.0)
    monkeypatch.setattr(run_panel, "_too_long", lambda _: None)
    app = page()
    calm(app.button(key="sa_run").click().run())
    assert progress.of(wish()).done == 2  # of the first look
    assert "sa_run" in keys(app)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_every_preset_opens_and_says_what_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_of, "QUICK", 0.0)  # what is run is tested elsewhere
    app = page()
    [chips] = [group for group in app.button_group if group.key == controls.CHIPS]
    assert chips.value is None
    calm(chips.set_value(name).run())
    preset = presets.PRESETS[name]
    assert preset.sentence[1:] in said(app)
    assert app.session_state[controls.CHIPS] == name
    wanted = arena_entry.parse(str(preset.everything()[f.SAMPLERS]))
    assert len(lines(app)) == len(wanted)
    assert not [line for line in lines(app) if "does not run" in line]
    assert not app.button(key="sa_run").disabled


@pytest.mark.parametrize("field", [t.MODES, f.SAMPLERS, t.PATH], ids=lambda field: field.key)
@pytest.mark.parametrize(
    "text",
    ["", ";;;,", "1,1,nan; inf,0,1", "<script>alert(1)</script>", "__import__('os')", "x" * 5000,
     "../../etc/passwd", "9" * 400 + ",0,1", "ddpm@karras(eta=1e999)", "☃,☃;☃@☃(☃=☃)", "\\x00"],
)  # fmt: skip
def test_hostile_texts_are_answered_in_words(field: Any, text: str) -> None:
    more = {"sa_target": "data", "sa_data": "folder"} if field is t.PATH else {}
    app = page(**{field.key: text}, sa_seeds="1", sa_n="16", **more)
    heard = said(app)
    assert app.markdown[0].value
    if len(text) > field.longest:
        assert f"characters; at most {field.longest} are read" in heard
    elif field is t.MODES:
        assert "mode" in heard.lower()
        assert len(lines(app)) == 2  # the preset is shown still
    elif field is f.SAMPLERS:
        assert "Choose at least one sampler." in heard
    elif text:
        assert "There is nothing to read at" in heard
    else:
        assert "No folder is named yet." in heard


def test_what_cannot_be_read_is_left_out_and_the_others_run() -> None:
    app = page(sa_samplers="dpmpp-2m;gan;heun(s_churn=no);ddpm")
    assert len(lines(app)) == 2
    assert "there is no sampler 'gan'" in said(app)
    assert "And 1 more." in said(app)


def test_numbers_that_contradict_each_other_are_said() -> None:
    app = page(sa_sigma_min="1.0", sa_sigma_max="0.5")
    assert "The smallest noise level, 1, is not below the largest, 0.5." in said(app)


def test_an_entry_without_log_density_is_refused_and_the_others_run() -> None:
    app = page(sa_target="data", sa_n="16", sa_samplers="rtk-mala;heun", sa_seeds="1")
    assert "**RTK-MALA** does not run" in lines(app)
    assert "rtk-mala compares log densities" in said(app)
    found = results.table(read(app))
    assert (0, 0) in found.refused
    assert np.isfinite(found.distances[words.METRIC][1, 0, 0])


def read(app: AppTest) -> Wish:
    """Return the contest that a page was asked for, without a page."""
    asked = app.session_state[f.SAMPLERS.key]
    base = wish(entries=arena_entry.parse(asked), seeds=(0,))
    setting = Setting(n=16, sigma_max=10.0)
    return replace(base, target=TargetSpec("data"), setting=setting)


def test_a_lesson_hides_what_it_names_and_keeps_the_values() -> None:
    app = page(hide="choose,presets,setting,board,all,sa_nfe")
    assert not [group for group in app.button_group if group.key == controls.CHIPS]
    assert not [text for text in app.text_input if text.key == f.SAMPLERS.key]
    assert lines(app)[0] == "**DPM-Solver++ 2M** · 8 evaluations, 8 steps, logsnr"
    assert "All of it is yours" not in said(app)


def test_chips_grids_and_parameters_are_one_text() -> None:
    app = page(sa_samplers="ddpm@karras;heun")
    [chips] = [g for g in app.button_group if g.key == "sa_chips_multistep"]
    calm(chips.set_value(["unipc"]).run())
    assert app.session_state[f.SAMPLERS.key] == "ddpm@karras;heun;unipc"
    app.session_state["sa_entry_1"] = True
    calm(app.run())
    assert [box.key for box in app.selectbox if box.key and box.key.startswith("sa_grid")]
    calm(app.number_input(key="sa_knob_1_heun_s_churn").set_value(20.0).run())
    assert app.session_state[f.SAMPLERS.key] == "ddpm@karras;heun(s_churn=20.0);unipc"
    calm(app.selectbox(key="sa_grid_1").set_value("ou").run())
    assert app.session_state[f.SAMPLERS.key] == "ddpm@karras;heun@ou(s_churn=20.0);unipc"
    calm(app.button(key="sa_twice_1").click().run())
    assert len(lines(app)) == 4
    calm(app.button(key="sa_out_1").click().run())
    assert len(lines(app)) == 3


def test_segments_of_rtk_take_the_place_of_inner_steps() -> None:
    app = page(sa_samplers="rtk-mala(inner=3)", sa_nfe="40")
    app.session_state["sa_entry_0"] = True
    calm(app.run())
    calm(app.number_input(key="sa_knob_0_rtk-mala_segments").set_value(5).run())
    assert app.session_state[f.SAMPLERS.key] == "rtk-mala(segments=5)"
    assert "5 steps" in lines(app)[0]


def test_a_link_holds_everything_and_opens_to_the_same() -> None:
    app = page(sa_seed="7", sa_end="zero", sa_start="exact", sa_samplers="heun@ou;rtk-ula")
    asked = {field.key for field in link.FIELDS}
    assert {f.SEED.key, f.SEEDS.key, f.SAMPLERS.key, t.MODES.key, "sa_tab"} <= asked
    assert lines(app)[0].startswith("**Heun · ou** · 7 evaluations, 4 steps")
    assert "down to 0.002 then 0" in said(app)
    assert "the same exact law at σ = 10" in said(app)
