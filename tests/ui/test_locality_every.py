"""The tab *Every denoiser* through AppTest: all that are registered answer, one by one if many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import denoisers
from explorer.core.errors import InputError
from explorer.ui import cached_images, cached_methods, locality_every, locality_methods
from explorer.ui import locality_every_notebook as notebook
from explorer.ui.locality_data import DataSpec
from explorer.ui.locality_state import State

ROOT = Path(__file__).resolve().parents[2]
ENTRY = str(ROOT / "explorer" / "ui" / "entry.py")
PAGE = "../../pages/locality_lab.py"
DIGITS = DataSpec("digits", n=300)
STATE = State(DIGITS, 17, 3, (0, 5, 2), 0.724, 0.07)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


def tab(**query: str) -> AppTest:
    app = AppTest.from_file(ENTRY, default_timeout=90)
    for name, value in ({"ll_tab": "Every denoiser", "ll_n": "300"} | query).items():
        app.query_params[name] = value
    return calm(app.switch_page(PAGE).run())


def calm(app: AppTest) -> AppTest:
    assert not app.exception, [error.message for error in app.exception]
    return app


def words(app: AppTest) -> str:
    groups = (app.markdown, app.caption, app.text, app.header)
    return "\n".join(element.value for group in groups for element in group)


def test_every_registered_denoiser_answers_at_once_on_small_sets() -> None:
    text = words(tab())
    for name in denoisers.names():
        assert f"**{denoisers.describe(name).title}**" in text, name
    assert text.count("off by") >= len(denoisers.names())
    assert "τ = 0.05" in text
    assert "memory and not skill" in text


def test_the_error_below_a_picture_is_that_of_the_answer() -> None:
    state = State(DIGITS, 5, 0, (0, 4, 3), 1.24, 0.05)
    answer = cached_methods.ask(state, locality_methods.Method("wiener"))
    assert isinstance(answer, cached_methods.Answer)
    clean = cached_images.pictures(state.picture_key(), state).clean
    off = float(np.sqrt(((answer.picture - clean) ** 2).mean()))
    assert f"**Wiener filter**  \noff by {off:.2g}" in words(tab(ll_image="5"))


def test_the_difference_has_its_scale_in_words() -> None:
    app = tab(ll_show="difference")
    assert "Orange is brighter than Wiener's answer" in words(app)


def test_larger_sets_wait_for_a_button_and_then_answer_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locality_every, "LIGHT", 0)
    monkeypatch.setattr(locality_every, "QUICK", 0.0)
    app = tab(ll_seed="41")
    text = words(app)
    assert "How long it takes is not known" in text or "as measured when they last" in text
    assert "off by" not in text.split("The clean picture", 1)[1].split("Off by", 1)[0]
    calm(app.button(key="ll_every_go").click().run())
    text = words(app)
    assert all(f"**{denoisers.describe(name).title}**" in text for name in denoisers.names())
    assert not [button for button in app.button if button.key == "ll_every_go"]
    assert "turns_every" not in app.session_state


def test_a_denoiser_that_the_data_do_not_allow_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: str, spec: Any) -> Any:
        if spec[1].name == "niedoba":
            raise InputError("patch", "These images are too small.", "Take larger ones.")
        return original(key, spec)

    original = cached_methods._built
    monkeypatch.setattr(cached_methods, "_built", refuse)
    text = words(tab(ll_seed="42"))
    assert "These images are too small.\nTake larger ones." in text
    assert "**Optimal (all images)**  \noff by" in text


def test_a_lesson_hides_the_panels() -> None:
    text = words(tab(hide="every,errors"))
    assert "The same noise, every denoiser" not in text
    assert "How far each is" not in text


def test_costly_methods_see_a_subset_and_it_is_said() -> None:
    from explorer.core.sets import ImageSet

    images = ImageSet(np.zeros((5000, 1, 28, 28), np.uint8), "black")
    found = locality_methods.method("kamb-els", images, 0.05)
    assert found.subset == dict(found.options)["images"] < 200
    assert found.settings == f"subset of {found.subset} images"
    few = ImageSet(np.zeros((20, 1, 28, 28), np.uint8), "black")
    large = ImageSet(np.zeros((30_000, 1, 2, 2), np.uint8), "black")
    fitted = locality_methods.method("windowed-mixture", large, 0.05)
    assert fitted.settings == "subset of 20\u202f000 images"
    all_of_them = locality_methods.method("kamb-els", few, 0.05)
    assert dict(all_of_them.options) == {"images": 20}  # not the denoiser's own limit
    assert all_of_them.settings == ""


def test_approximate_methods_are_labelled() -> None:
    assert locality_methods.Method("golddiff").settings == "approximate"
    assert locality_methods.Method("optimal").settings == ""


def test_keys_differ_whenever_methods_differ() -> None:
    methods = [
        locality_methods.Method("locality", (("threshold", 0.05),)),
        locality_methods.Method("locality", (("threshold", 0.06),)),
        locality_methods.Method("locality"),
        locality_methods.Method("wiener"),
        locality_methods.Method("kamb-els", (("images", 5),), 5),
    ]
    assert len({method.key() for method in methods}) == len(methods)


def test_notebook_lines_give_the_answers_of_the_page() -> None:
    images = cached_images.images(DIGITS.key(), DIGITS)
    methods = locality_methods.every(STATE, images)
    names: dict[str, Any] = {}
    exec(notebook.answers(STATE, methods), names)
    for method in methods:
        answer = cached_methods.ask(STATE, method)
        assert isinstance(answer, cached_methods.Answer)
        found = names["answers"][method.name].numpy()
        np.testing.assert_allclose(found, answer.picture, atol=1e-6)  # the page keeps float32
