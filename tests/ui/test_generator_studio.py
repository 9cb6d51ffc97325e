"""The Generator Studio through AppTest: presets, refusals, hostile text, teacher mode, sliders."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import generators
from explorer.core.errors import ExplorerError
from explorer.generators import presets
from explorer.ui import cached, studio_fields, studio_map, studio_words

ROOT = Path(__file__).resolve().parents[2]
ENTRY = str(ROOT / "explorer" / "ui" / "entry.py")
PAGE = "../../pages/generator_studio.py"  # as the entry script names it
HOSTILE = (
    "__import__('os').system('touch owned')",
    "9**9**9",
    "'a'*10**9",
    "x.__class__",
    "1e400",
    "x**1000000",
    "lambda: x",
    "\u202e1 + x",
    "１ + x**2",
    "x\x00",
    "(" * 300 + "x" + ")" * 300,
    "x+" * 50_000 + "x",
    "![a](http://example.org/a.png)",
    "<script>alert(1)</script>",
    "nan",
    "",
    " ",
)


def studio(**query: str) -> AppTest:
    """Open the page with these parameters; it must not raise."""
    app = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return calm(app.switch_page(PAGE).run())


def test_the_page_file_runs_on_its_own() -> None:
    file = ROOT / "pages" / "generator_studio.py"
    calm(AppTest.from_file(str(file), default_timeout=60).run())


def calm(app: AppTest) -> AppTest:
    assert not app.exception, [error.message for error in app.exception]
    return app


def words(app: AppTest) -> str:
    """Return everything the page says, in one string."""
    groups = (app.markdown, app.caption, app.text, app.latex, app.header)
    return "\n".join(element.value for group in groups for element in group)


def link(preset: presets.Preset, **more: str) -> dict[str, str]:
    low, high = preset.ends
    return {"gs_a": preset.a, "gs_b": preset.b, "gs_low": low, "gs_high": high} | more


def test_first_view_shows_the_verdict_with_its_numbers() -> None:
    text = words(studio())
    assert "The gap is **2.068**" in text
    assert "3.2\u202f% slower than Ornstein–Uhlenbeck" in text


@pytest.mark.parametrize("name", presets.PRESETS)
def test_every_preset_opens_with_its_verdict(name: str) -> None:
    preset = presets.PRESETS[name]
    solved = generators.spectrum(preset.generator())
    text = words(studio(**link(preset)))
    assert studio_words.verdict(solved)[0] in text


@pytest.mark.parametrize("name", presets.REFUSED)
def test_every_refused_generator_says_why_and_offers_a_way_out(name: str) -> None:
    preset = presets.REFUSED[name]
    found = generators.classify(preset.generator())
    app = studio(**link(preset))
    if found.exponentially_ergodic:  # infinite noise power: a gap, but no fair speed
        assert studio_words.typeset(found.reason) in words(app)
        assert "no fair comparison" in words(app)
        return
    assert studio_words.typeset(found.reason) in words(app)
    assert found.criterion in [formula.value.strip("$\n ") for formula in app.latex]
    uses = [button for button in app.button if (button.key or "").startswith("gs_use_")]
    assert len(uses) == len(found.suggestions)
    if uses:
        calm(uses[0].click().run())
        ends = tuple(app.text_input(key=key).value for key in ("gs_low", "gs_high"))
        assert ends == tuple(presets.end_text(end) for end in found.suggestions[0])
    calm(app.button(key="gs_back").click().run()) if not uses else None


def test_a_generator_beyond_doubles_is_out_of_reach_in_words() -> None:
    drift = "1e11*x + 1e11*x^10 - 1e-90*x^12"
    beyond = {"gs_a": "1", "gs_b": drift, "gs_low": "1e11", "gs_high": "inf"}
    text = words(studio(**beyond))
    assert "Ergodic, but out of reach. The sizes of the coefficients differ" in text
    assert "last one that worked" not in text  # there is none yet
    app = studio(gs_low="1e11")
    calm(app.text_input(key="gs_b").set_value(drift).run())
    assert "Below, paler, is the last one that worked" in words(app)


def test_a_refused_start_is_said_in_its_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "This start needs more points than a live page can take. Move it closer."

    def refuse(*_: object, **__: object) -> None:
        raise ExplorerError(sentence)

    monkeypatch.setattr(cached, "relaxation", refuse)
    app = studio(gs_tab=studio_fields.TABS[1])
    assert sentence in [text.value for text in app.text]
    assert "Ergodic. The gap is **2.068**" in words(app)  # the rest of the page stands


def test_the_menu_of_refused_generators_takes_one() -> None:
    app = studio()
    app.session_state["gs_refused"] = True
    calm(app.run())
    calm(app.button(key="gs_take_explosion").click().run())
    assert app.text_input(key="gs_b").value == "x**3"
    assert "Explosive: paths reach infinity in finite time." in words(app)


def test_a_chip_writes_all_four_texts() -> None:
    app = studio()
    calm(app.pills(key="gs_chip").set_value("cir").run())
    values = [app.text_input(key=field.key).value for field in studio_fields.TEXTS]
    assert values == ["x", "2 - x", "0", "inf"]
    assert "Back" not in words(app)
    calm(app.segmented_control(key="gs_domain").set_value("ℝ").run())
    assert app.text_input(key="gs_low").value == "-inf"


def test_sliders_and_texts_are_two_views_of_one_thing() -> None:
    app = studio(gs_b="-x - 0.5*x**3")
    assert app.slider(key="gs_slide_b3").value == -0.5
    calm(app.slider(key="gs_slide_b3").set_value(-2.0).run())
    assert app.text_input(key="gs_b").value == "-x - 2*x**3"
    calm(app.text_input(key="gs_b").set_value("-x - 1.25*x^3").run())
    assert app.slider(key="gs_slide_b3").value == -1.25
    calm(app.slider(key="gs_slide_b1").set_value(0.0).run())
    assert app.text_input(key="gs_b").value == "-1.25*x**3"


def test_a_link_shows_the_same_ends_of_the_sliders() -> None:
    app = studio()
    assert app.slider(key="gs_slide_b3").max == 3.0
    calm(app.slider(key="gs_slide_b3").set_value(-2.9).run())
    assert app.slider(key="gs_slide_b3").max == 3.0  # nothing jumps while one slides
    calm(app.slider(key="gs_slide_b1").set_value(-2.0).run())
    drift, kept = app.text_input(key="gs_b").value, app.session_state["gs_reach"]
    other = studio(gs_b=drift, gs_reach=kept)
    assert [other.slider(key=f"gs_slide_b{k}").max for k in range(4)] == [3.0] * 4
    assert studio(gs_b=drift).slider(key="gs_slide_b3").max == 10.0  # the control
    calm(other.text_input(key="gs_b").set_value("-x - 2.8*x**3").run())
    assert other.slider(key="gs_slide_b3").max == 10.0  # a new text has ends of its own


@pytest.mark.parametrize("text", ["b3:1e999", "b3:0", "b3:-5", "b3:nan", "b3:1e+", "b3", "x" * 400])
def test_wrong_ends_in_a_link_are_passed_over(text: str) -> None:
    assert studio(gs_reach=text).slider(key="gs_slide_b3").max == 3.0


def test_sliding_the_noise_to_zero_is_refused_beside_its_box() -> None:
    app = studio()
    app.session_state["gs_open_a"] = True
    calm(app.run())
    calm(app.slider(key="gs_slide_a0").set_value(0.0).run())
    assert app.text_input(key="gs_a").value == "0"
    assert "there is no noise" in words(app)
    calm(app.slider(key="gs_slide_a0").set_value(0.5).run())
    assert app.text_input(key="gs_a").value == "0.5"
    assert "Ergodic" in words(app)


@pytest.mark.parametrize("key", [field.key for field in studio_fields.TEXTS])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_refused_in_words(key: str, text: str) -> None:
    app = studio()
    calm(app.text_input(key=key).set_value(text).run())
    assert "cannot be read" in words(app)
    assert app.text  # the message, as plain text, beside its box
    assert not (Path.cwd() / "owned").exists()
    # The last good picture is kept, and marked.
    assert "last one that worked" in words(app)


@pytest.mark.parametrize("text", HOSTILE[:-2], ids=lambda text: repr(text[:20]))
def test_hostile_links_are_refused_in_words(text: str) -> None:
    app = studio(gs_b=text, gs_n=text, gs_d=text, gs_tab=text, gs_start=text, gs_points=text)
    assert "owned" not in [file.name for file in Path.cwd().iterdir()]
    assert words(app)


def test_hostile_points_are_refused_beside_their_box() -> None:
    tab = {"gs_tab": "How fast it forgets", "gs_start": "points"}
    app = studio(**tab, gs_points="1, __import__('os')")
    said = [text.value for text in app.text]
    assert "The point “__import__('os')” is not a number that can be read." in said


@pytest.mark.parametrize("name", studio_fields.GROUPS)
def test_a_lesson_can_hide_every_group_and_panel(name: str) -> None:
    for tab in studio_fields.TABS[:3]:
        studio(hide=name, gs_tab=tab)


@pytest.mark.parametrize("field", studio_fields.FIELDS, ids=lambda field: field.key)
def test_a_lesson_can_hide_every_control(field: studio_fields.AnyField) -> None:
    app = studio(hide=field.name, gs_b="-x**3", gs_tab="How fast it forgets")
    assert "1.369" in words(app)  # the value still comes from the link
    if field.key == "gs_b":
        assert not [box for box in app.text_input if box.key == "gs_b"]


@pytest.mark.parametrize("tab", studio_fields.TABS)
@pytest.mark.parametrize("name", ["student", "metastable-300", "metastable-3000", "continuous"])
def test_every_tab_opens_on_the_hard_generators(name: str, tab: str) -> None:
    studio(**link(presets.PRESETS[name], gs_tab=tab))


def test_only_the_open_tab_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a closed tab computes")

    monkeypatch.setattr(generators, "relax", fail)
    monkeypatch.setattr(generators, "landscape", fail)
    monkeypatch.setattr(generators, "tune", fail)
    studio(gs_b="-x - 1.2345*x**3")


def test_a_time_change_multiplies_the_gap_and_leaves_the_fair_speed() -> None:
    app = studio(gs_tab="Really faster?")
    calm(app.button(key="gs_time_2").click().run())
    assert app.text_input(key="gs_a").value == "2"
    assert app.text_input(key="gs_b").value == "-2*x - 2*x**3"
    assert "λ₁ = **4.136**" in words(app)
    assert "Λ = **0.9677**" in words(app)


def test_a_click_on_the_landscape_names_its_cell() -> None:
    app = studio(gs_tab="Really faster?")
    calm(app.button(key="gs_draw_map").click().run())
    assert not [button for button in app.button if button.key == "gs_draw_map"]
    point = {"selection": {"points": [{"x": -1.5, "y": -0.5}], "point_indices": [0]}}
    assert studio_map.clicked(point) == (-1.5, -0.5)
    assert studio_map.clicked(None) is None
    assert studio_map.clicked({"selection": {"points": []}}) is None


def test_the_landscape_survives_sliding_its_own_two_coefficients_only() -> None:
    app = studio(gs_tab="Really faster?")
    calm(app.button(key="gs_draw_map").click().run())
    calm(app.slider(key="gs_slide_b1").set_value(-2.0).run())
    assert not [button for button in app.button if button.key == "gs_draw_map"]
    calm(app.slider(key="gs_slide_b0").set_value(0.5).run())
    assert [button for button in app.button if button.key == "gs_draw_map"]


def test_tuning_reaches_the_wish_and_can_be_taken() -> None:
    app = studio(gs_tab="Tune", gs_target="0.9")
    calm(app.button(key="gs_tune_go").click().run())
    assert "Reached Λ = **0.9**" in words(app)
    calm(app.button(key="gs_tune_fixed").click().run())
    taken = generators.Generator(*(app.text_input(key=key).value for key in ("gs_a", "gs_b")))
    solved = generators.spectrum(taken)
    assert solved.efficiency == pytest.approx(0.9, rel=1e-8)
    assert solved.noise_power == pytest.approx(1.0, rel=1e-8)


@pytest.mark.parametrize("text", ["c1", "", "b1 b99", "__import__('os')"])
def test_a_wrong_free_coefficient_is_refused_beside_its_box(text: str) -> None:
    app = studio(gs_tab="Tune", gs_free=text)
    assert any("coefficient" in message.value for message in app.text)


def test_visited_generators_are_kept_once_and_few() -> None:
    app = studio()
    for _ in range(2):
        calm(app.text_input(key="gs_b").set_value("-x").run())
        calm(app.text_input(key="gs_b").set_value("-x**3").run())
    trail = app.session_state["gs_visits"]
    assert [visit.name for visit in trail] == ["x + x³", "Ornstein–Uhlenbeck", "Quartic"]


def test_a_failure_in_a_picture_leaves_the_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a picture fails")

    monkeypatch.setattr("explorer.ui.studio_gap.draw", fail)
    app = AppTest.from_file(ENTRY, default_timeout=60).switch_page(PAGE).run()
    assert app.text_input(key="gs_b").value


def test_a_chosen_law_writes_its_drift() -> None:
    app = studio(gs_a="1 + x**2")
    app.session_state["gs_open_law"] = True
    calm(app.run())
    calm(app.text_input(key="gs_law").set_value("-x**2/2").run())
    calm(app.button(key="gs_law_write").click().run())
    assert app.text_input(key="gs_b").value == "x - x**3"
    calm(app.text_input(key="gs_law").set_value("exp(x)").run())
    assert app.button(key="gs_law_write").disabled
    assert any("exp" in text.value for text in app.text)


def test_powers_of_a_law_stand_at_finite_ends() -> None:
    app = studio(gs_a="2*x", gs_b="3 - 2*x", gs_low="0", gs_law="-x", gs_lawl="0.5")
    app.session_state["gs_open_law"] = True
    calm(app.run())
    assert not [box for box in app.number_input if box.key == "gs_lawr"]
    calm(app.button(key="gs_law_write").click().run())
    assert app.text_input(key="gs_b").value == "3 - 2*x"
    app = studio(gs_a="1 + x", gs_low="0", gs_law="-x", gs_lawl="1")
    app.session_state["gs_open_law"] = True
    calm(app.run())
    assert any("infinite drift" in text.value for text in app.text)
