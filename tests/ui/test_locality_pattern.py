"""The tab *Draw a pattern*: choices, drawings in links, hostile links, notebook lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import datasets, denoisers
from explorer.analysis import locality, patterns
from explorer.denoisers.wiener import Pattern
from explorer.ui import cached_images, cached_pattern, locality_pattern_fields
from explorer.ui import locality_pattern_notebook as notebook
from explorer.ui.cached_pattern import Drawn
from explorer.ui.locality_data import DataSpec
from explorer.ui.locality_pattern_state import Drawing
from explorer.ui.locality_state import State
from tests.ui.test_locality_lab import calm, lab, run, words

TAB = "Draw a pattern"
CORNERS = np.zeros((8, 8), dtype=bool)
CORNERS[4, 3] = CORNERS[0, 0] = CORNERS[7, 7] = True
STATE = State(DataSpec("digits"), 2, 3, (0, 4, 3), 1.24, 0.1)
DRAWING = Drawing(patterns.write(CORNERS), 0.7, (1, 8, 8), (4, 3))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


def tab(**query: str) -> AppTest:
    return lab(ll_tab=TAB, **query)


def masks(pattern: np.ndarray, gain: float, *, threshold: float = 0.05) -> tuple[int, int]:
    """Sizes of the default pixel's mask in digits without and with a pattern."""
    data = datasets.load("digits")
    drawn = Pattern(patterns.weights(pattern, 1), gain)
    sizes = [
        locality.look(
            denoisers.build("wiener", data, pattern=p), (0, 4, 3), 1.24, threshold=threshold
        ).size
        for p in (None, drawn)
    ]
    return sizes[0], sizes[1]


def said(before: int, after: int) -> str:
    return (
        f"Without the pattern **{before} of 64 pixels** pass the threshold, with it "
        f"**{after} of 64 pixels**."
    )


@pytest.mark.parametrize("name", patterns.READY)
def test_a_ready_pattern_changes_the_mask_as_the_filter_says(name: str) -> None:
    text = words(tab(ll_shape=name, ll_gain="0.8"))
    assert said(*masks(patterns.ready(name, (8, 8), (4, 3)), 0.8)) in text
    assert "this construction is ours" in text


def test_a_link_holds_what_was_drawn() -> None:
    text = words(tab(ll_shape="own", ll_pattern=patterns.write(CORNERS), ll_gain="2.0"))
    before, after = masks(CORNERS, 2.0)
    assert after != before
    assert said(before, after) in text


def test_without_strength_nothing_changes() -> None:
    text = words(tab(ll_gain="0.0"))
    assert "Nothing is planted: both fields are the same." in text
    assert "The pattern changes the size of the mask at no noise level." in text


def test_clear_empties_the_board_and_strength_and_shape_bring_it_back() -> None:
    app = tab()
    assert "Nothing is planted" not in words(app)
    calm(app.button(key="ll_clear").click().run())
    assert "Nothing is planted" in words(app)
    assert app.segmented_control(key="ll_shape").value == locality_pattern_fields.OWN
    calm(app.segmented_control(key="ll_shape").set_value("cross").run())
    assert "Nothing is planted" not in words(app)


def test_a_pattern_beside_the_pixel_is_said_to_be_so() -> None:
    away = np.zeros((8, 8), dtype=bool)
    away[7, 7] = True
    text = words(tab(ll_shape="own", ll_pattern=patterns.write(away)))
    assert "The chosen pixel is not on the pattern" in text


def test_a_drawing_is_stretched_to_images_of_another_size() -> None:
    query = {"ll_data": "textures", "ll_size": "16", "ll_row": "8", "ll_column": "7"}
    text = words(tab(ll_shape="own", ll_pattern=patterns.write(CORNERS), **query))
    assert "of 256 pixels** pass the threshold" in text


@pytest.mark.parametrize(
    "text", ["8x8.zz", "<script>", "99x99.00", "8x8." + "0" * 390, "8x8." + "0" * 3000]
)
def test_unreadable_drawings_in_links_are_said_and_replaced(text: str) -> None:
    app = tab(ll_shape="own", ll_pattern=text)
    assert "drawn pattern in this link cannot be read" in words(app) or len(text) > 400
    assert "Without the pattern **31 of 64 pixels**" in words(app)


def test_colour_images_get_the_pattern_in_all_channels() -> None:
    text = words(tab(ll_data="textures", ll_size="8", ll_colour="true"))
    assert "of 192 pixel values** pass the threshold" in text


def test_a_lesson_hides_board_and_keeps_the_pattern() -> None:
    app = tab(hide="board", ll_shape="ring", ll_gain="0.8")
    text = words(app)
    assert "Draw what all images shall share" not in text
    assert not [b for b in app.button if b.key == "ll_clear"]
    assert said(*masks(patterns.ready("ring", (8, 8), (4, 3)), 0.8)) in text


def test_notebook_lines_give_the_numbers_of_the_tab() -> None:
    drawn = Drawn(STATE, DRAWING)
    made = run(notebook.look(STATE, DRAWING))
    shown = cached_pattern.look(drawn.look_key(), drawn)
    assert np.array_equal(made["after"].sensitivity, shown.sensitivity)
    before = cached_images.look(STATE.look_key(), STATE)
    assert np.array_equal(made["before"].sensitivity, before.sensitivity)
    made = run(notebook.scan(STATE, DRAWING))
    assert np.array_equal(made["after"].sizes, cached_pattern.scan(drawn.scan_key(), drawn).sizes)
    made = run(notebook.examples(STATE, DRAWING, 4))
    expected = patterns.plant(made["images"], CORNERS, gain=0.7, seed=3)
    assert np.array_equal(made["planted"], expected)


def test_keys_differ_whenever_what_they_name_differs() -> None:
    others = [
        Drawing(patterns.write(~CORNERS), 0.7, (1, 8, 8), (4, 3)),
        Drawing(patterns.write(CORNERS), 0.8, (1, 8, 8), (4, 3)),
        Drawing(patterns.write(CORNERS), 0.7, (3, 8, 8), (4, 3)),
    ]
    assert len({drawing.key() for drawing in (DRAWING, *others)}) == 4
