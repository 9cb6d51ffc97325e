"""The tab *Race* through AppTest: run, stop, go on; tables, links, limits, notebook lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import denoisers
from explorer.analysis import published
from explorer.analysis.race import Race
from explorer.core.errors import InputError
from explorer.ui import cached_methods, cached_race, kept, locality_race, turns
from explorer.ui import locality_race_fields as f
from explorer.ui import locality_race_notebook as notebook
from explorer.ui import locality_race_state as state
from explorer.ui import locality_race_words as sentences
from explorer.ui.locality_data import DataSpec
from explorer.ui.locality_methods import Method
from explorer.ui.locality_race_state import Wish

ROOT = Path(__file__).resolve().parents[2]
ENTRY = str(ROOT / "explorer" / "ui" / "entry.py")
PAGE = "../../pages/locality_lab.py"
DIGITS = DataSpec("digits", n=300)
QUICK = {"ll_racers": "optimal,wiener", "ll_reference": "gaussian-mixture", "ll_samples": "3"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    kept.shelf.clear()


def tab(**query: str) -> AppTest:
    app = AppTest.from_file(ENTRY, default_timeout=90)
    for name, value in ({"ll_tab": "Race", "ll_n": "300"} | QUICK | query).items():
        app.query_params[name] = value
    return calm(app.switch_page(PAGE).run())


def calm(app: AppTest) -> AppTest:
    assert not app.exception, [error.message for error in app.exception]
    return app


def words(app: AppTest) -> str:
    groups = (app.markdown, app.caption, app.text, app.header)
    return "\n".join(element.value for group in groups for element in group)


def keys(app: AppTest) -> set[str | None]:
    return {button.key for button in app.button}


def wish(**changes: Any) -> Wish:
    methods = (Method("optimal"), Method("wiener"))
    base = Wish(DIGITS, methods, Method("gaussian-mixture"), "trajectory", 3, 0)
    return replace(base, **changes)


def finish(race: Wish) -> Race:
    for piece in cached_race.pieces(race):
        piece.do()
    found = cached_race.result(race)
    assert found is not None
    return found


# --- on the page --------------------------------------------------------------------------------


def test_before_the_race_the_page_shows_the_noise_and_says_what_it_costs() -> None:
    text = words(tab())
    assert "The noise that all begin with." in text
    assert "30 denoiser calls of 3 pictures each" in text  # the reference walks, too
    assert "Agreement with the reference" not in text


def test_a_race_runs_to_its_end_and_fills_the_table() -> None:
    app = tab()
    calm(app.button(key="ll_race_run").click().run())
    text = words(app)
    found = cached_race.result(wish())
    assert found is not None
    assert found.names == ("optimal", "wiener")
    for row in sentences.rows(
        found, {"optimal": "Optimal (all images)", "wiener": "Wiener filter"}
    ):
        assert f"| {' | '.join(row)} |" in text
    assert "Mean ± standard deviation over 3 pictures, of the last pictures; *p*:" in text
    assert not keys(app) & {"ll_race_run", "ll_race_stop"}
    assert "turns_race" not in app.session_state


def test_it_can_be_stopped_and_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call per turn; the visitor's Stop comes after the seventh."""
    calls = []
    step = cached_methods.step

    def counted(course: Any) -> Any:
        calls.append(course.method.name)
        if len(calls) == 7:
            turns.end(locality_race.NAME)
        return step(course)

    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(cached_methods, "step", counted)
    app = tab()
    calm(app.button(key="ll_race_run").click().run())
    assert calls == ["gaussian-mixture"] * 7
    assert app.button(key="ll_race_run").label == "Go on: 7 of 30 calls done"
    assert "23 denoiser calls, about" not in words(app)  # two have not been asked yet
    calm(app.button(key="ll_race_run").click().run())
    assert len(calls) == 30  # none of them twice
    assert "Agreement with the reference" in words(app)


def test_finished_methods_are_shown_while_others_are_missing() -> None:
    race = wish()
    for piece in cached_race.pieces(race):
        if cached_race.progress(race).done == 20:
            break
        piece.do()
    text = words(tab())
    assert "Go on: 20 of 30 calls done" in [b.label for b in tab().button]
    assert "| **Optimal (all images)** |" in text
    assert "| Wiener filter |" not in text


def test_a_race_ends_after_its_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(locality_race, "LONGEST", -1.0)
    monkeypatch.setattr(locality_race, "_too_long", lambda _: None)
    app = tab()
    calm(app.button(key="ll_race_run").click().run())
    assert cached_race.progress(wish()).done == 0
    assert "ll_race_run" in keys(app)


def test_a_race_that_would_take_too_long_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_methods, "pace", lambda *_: 25.0)
    app = tab()
    assert app.button(key="ll_race_run").disabled
    assert "about 38\u202fmin; the page stops after ten minutes." in words(app)


def test_other_settings_are_another_race() -> None:
    app = tab()
    calm(app.button(key="ll_race_run").click().run())
    calm(app.number_input(key="ll_race_seed").set_value(1).run())
    assert "ll_race_run" in keys(app)
    assert "The noise that all begin with." in words(app)
    calm(app.number_input(key="ll_race_seed").set_value(0).run())
    assert "ll_race_run" not in keys(app)  # what was run is still there


def test_chips_are_one_text_in_the_link() -> None:
    app = tab(ll_racers="wiener,kamb-ls")
    [chips] = [group for group in app.button_group if group.key == locality_race.CHIPS]
    assert chips.value == ["wiener", "kamb-ls"]
    calm(chips.set_value(["wiener", "nearest"]).run())
    assert app.session_state[f.RACERS.key] == "wiener,nearest"
    assert "30 denoiser calls" in words(app)


def test_unknown_racers_in_a_link_are_said_and_left_out() -> None:
    text = words(tab(ll_racers="wiener,<b>gan</b>"))
    assert "There is no denoiser called '<b>gan</b>'." in text
    assert "20 denoiser calls" in text
    assert "Choose at least one denoiser." in words(tab(ll_racers="gan"))


def test_a_lesson_hides_the_chips_and_keeps_who_races() -> None:
    app = tab(hide="race_chips,race_settings,race_published")
    assert not [group for group in app.button_group if group.key == locality_race.CHIPS]
    text = words(app)
    assert "30 denoiser calls of 3 pictures" in text
    assert "What was published" not in text


def test_published_numbers_stand_apart_and_say_whose_they_are() -> None:
    text = words(tab(ll_published="cifar10"))
    assert "| Paper's model | 0.589\u202f±\u202f0.078 | 0.028\u202f±\u202f0.008 | – |" in text
    assert "| Optimal | −0.549\u202f±\u202f0.774 |" in text
    assert published.SOURCE in text
    assert "do not compare the tables" in text


def test_the_page_says_what_the_reference_is() -> None:
    app = tab()
    calm(app.button(key="ll_race_run").click().run())
    text = words(app)
    assert "The reference is an analytic denoiser; agreement with it is not quality." in text


# --- behind it --------------------------------------------------------------------------------


def test_titles_of_references_are_those_of_the_denoisers() -> None:
    assert {n: denoisers.describe(n).title for n in f.REFERENCES} == f.REFERENCES
    assert f.REFERENCE.default in f.REFERENCES
    chosen, wrong = state.racers(f.RACERS.default)
    assert not wrong
    assert len(chosen) == 5


@pytest.mark.parametrize("protocol", ["trajectory", "single"])
@pytest.mark.parametrize("judge", ["gaussian-mixture", "wiener"])
def test_notebook_lines_give_the_race_of_the_page(protocol: str, judge: str) -> None:
    race = wish(protocol=protocol, judge=Method(judge))
    shown = finish(race)
    names: dict[str, Any] = {}
    exec(notebook.race(race), names)
    made = names["race"]
    assert made.names == shown.names
    assert np.array_equal(made.x0, shown.x0)
    assert np.array_equal(made.r2, shown.r2)
    assert np.array_equal(made.nearest, shown.nearest)
    exec(notebook.published("mnist"), {})


@pytest.mark.parametrize("protocol", ["trajectory", "single"])
@pytest.mark.parametrize("judge", ["gaussian-mixture", "wiener"])
def test_progress_counts_every_call_once(protocol: str, judge: str) -> None:
    race = wish(protocol=protocol, judge=Method(judge))
    expected = {
        ("trajectory", "gaussian-mixture"): 30,
        ("trajectory", "wiener"): 20,
        ("single", "gaussian-mixture"): 40,
        ("single", "wiener"): 30,
    }[protocol, judge]
    assert cached_race.progress(race).total == expected
    assert cached_race.remaining(race) is None
    for k, piece in enumerate(cached_race.pieces(race)):
        assert cached_race.progress(race).done == k
        piece.do()
    assert cached_race.progress(race).done == expected
    assert cached_race.remaining(race) == 0.0
    assert cached_race.progress(race).finished


def test_a_long_first_call_does_not_lock_the_race(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit of an hour in the first step says nothing of the nine others."""
    key = cached_methods._pace_key("step", DIGITS, Method("wiener"))
    kept.shelf().put(key, (3600.0,))
    race = wish(methods=(Method("wiener"),), judge=Method("wiener"))
    assert cached_race.remaining(race) is None
    assert locality_race._too_long(race) is None
    kept.shelf().put(key, (3600.0, 0.5))
    assert cached_race.remaining(race) == 15.0  # ten calls of three pictures
    kept.shelf().put(key, (0.0, 30.0))
    assert locality_race._too_long(race) is not None


def test_a_refused_method_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(data: Any, method: Method) -> Any:
        if method.name == "optimal":
            raise InputError("images", "Too few.", "Take more.")
        return original(data, method)

    original = cached_methods.denoiser
    monkeypatch.setattr(cached_methods, "denoiser", refuse)
    found = finish(wish())
    assert found.names == ("wiener",)
    now = cached_race.progress(wish())
    assert now.finished
    assert [(m.name, e.problem) for m, e in now.refused] == [("optimal", "Too few.")]


def test_a_race_that_the_shelf_cannot_hold_is_refused() -> None:
    assert state.too_much(wish(), 64) is None
    found = state.too_much(
        wish(samples=16, methods=tuple(Method(str(k)) for k in range(12))), 12288
    )
    assert found is not None
    assert "MB" in found.problem


def test_keys_differ_whenever_races_differ() -> None:
    others = [
        wish(),
        wish(samples=4),
        wish(seed=1),
        wish(protocol="single"),
        wish(judge=Method("wiener")),
        wish(methods=(Method("optimal"),)),
        wish(data=DataSpec("digits")),
        wish(methods=(Method("optimal"), Method("locality", (("threshold", 0.1),)))),
    ]
    assert len({race.key() for race in others}) == len(others)


def test_the_best_of_the_others_is_the_one_tested_against() -> None:
    found = finish(wish(judge=Method("wiener")))
    assert sentences.leader(found) == "optimal"  # the reference itself does not count
    [first, second] = sentences.rows(found, {"optimal": "O", "wiener": "W"})
    assert first[0] == "**O**"
    assert second[0] == "W (the reference)"
    assert second[1].startswith("1.000")
    assert second[3] == sentences.BLANK


def test_those_that_copy_are_named() -> None:
    found = finish(wish(methods=(Method("nearest"), Method("wiener"))))
    text = sentences.grid_caption(found, {"nearest": "N", "wiener": "W"})
    assert "Half or more of the pictures of N are training images again." in text
    alone = finish(wish(methods=(Method("wiener"),)))
    assert "None of these methods repeats" in sentences.grid_caption(alone, {"wiener": "W"})
