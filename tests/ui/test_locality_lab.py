"""The Locality Lab through AppTest: numbers in words, links, hostile links, lessons, notebooks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import datasets, denoisers
from explorer.analysis import locality
from explorer.ui import cached_images, locality_fields, locality_notebook
from explorer.ui.locality_state import DataSpec, State

ROOT = Path(__file__).resolve().parents[2]
ENTRY = str(ROOT / "explorer" / "ui" / "entry.py")
PAGE = "../../pages/locality_lab.py"  # as the entry script names it
DIGITS = DataSpec("digits", 0, False)
TEXTURES = DataSpec("textures", 8, True)
BUILT_IN = ("digits", "natural-patches", "textures")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


def lab(**query: str) -> AppTest:
    """Open the page with these parameters; it must not raise."""
    app = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return calm(app.switch_page(PAGE).run())


def calm(app: AppTest) -> AppTest:
    assert not app.exception, [error.message for error in app.exception]
    return app


def words(app: AppTest) -> str:
    """Return everything the page says, in one string."""
    groups = (app.markdown, app.caption, app.text, app.latex, app.header)
    return "\n".join(element.value for group in groups for element in group)


def sides(app: AppTest) -> tuple[int, int]:
    return app.number_input(key="ll_row").value, app.number_input(key="ll_column").value


def test_the_page_file_runs_on_its_own() -> None:
    file = ROOT / "pages" / "locality_lab.py"
    calm(AppTest.from_file(str(file), default_timeout=60).run())


def test_torch_waits_for_the_first_filter() -> None:
    """Neither the other pages nor the import of this one may load it."""
    script = (
        "import sys\n"
        "from explorer.ui import home, locality, studio\n"
        "print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(found.stdout.split())
    assert "explorer" in loaded
    assert not loaded & {"torch", "numba", "sklearn", "scipy", "pandas"}


def test_first_view_shows_the_verdict_with_its_numbers() -> None:
    text = words(lab())
    assert "At σ = 1.24 this pixel looks at **31 of 64 pixels**" in text
    assert "its own weight is 0.22, and 7.17 directions rise above the noise" in text
    assert "arXiv:2509.09672" in text


@pytest.mark.parametrize("sigma", ["60.8", "0.342", "0.01", "0.7777"])
@pytest.mark.parametrize("tau", ["0.001", "0.2"])
def test_the_verdict_is_that_of_the_filter(sigma: str, tau: str) -> None:
    wiener: Any = denoisers.build("wiener", datasets.load("digits"))
    found = locality.look(wiener, (0, 2, 5), float(sigma), threshold=float(tau))
    text = words(lab(ll_sigma=sigma, ll_tau=tau, ll_row="2", ll_column="5"))
    assert f"**{found.size} of 64 pixels**" in text


def test_arrows_move_by_one_pixel_and_stop_at_the_edge() -> None:
    app = lab(ll_row="1", ll_column="6")
    for name, expected in (("right", (1, 7)), ("up", (0, 7)), ("left", (0, 6)), ("down", (1, 6))):
        calm(app.button(key=f"ll_{name}").click().run())
        assert sides(app) == expected
    edge = lab(ll_row="0", ll_column="7")
    assert {name: edge.button(key=f"ll_{name}").disabled for name in ("up", "down", "left")} == {
        "up": True, "down": False, "left": False,
    }  # fmt: skip
    assert edge.button(key="ll_right").disabled


def test_a_dead_pixel_is_said_to_be_dead() -> None:
    assert "the same in all images" in words(lab(ll_row="0", ll_column="0"))


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_set_opens(name: str) -> None:
    text = words(lab(ll_data=name, ll_size="8", ll_colour="true"))
    assert "this pixel looks at" in text
    expected = "of 64 pixels" if name == "digits" else "of 192 pixel values"
    assert expected in text


def test_new_data_moves_the_pixel_to_their_middle() -> None:
    app = lab(ll_row="7", ll_column="7", ll_image="1700")
    calm(app.selectbox(key="ll_data").set_value("textures").run())
    assert sides(app) == (8, 7)
    assert app.number_input(key="ll_image").value == 0


def test_numbers_beyond_the_data_are_said_beside_their_fields() -> None:
    text = words(lab(ll_row="9", ll_image="5000"))
    assert "Row 9: these images have 8 rows, counted from 0." in text
    assert "Shown is 7, the last one." in text
    assert "Image 5,000: digits has 1,797 images" in text


def test_large_images_in_colour_are_declined_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locality_fields, "MOST_COLOUR", 8)
    text = words(lab(ll_data="textures", ll_size="16", ll_colour="true"))
    assert "In colour the page takes images up to 8 × 8; grey is shown." in text
    assert "of 256 pixels" in text


@pytest.mark.parametrize("raw", ["nan", "-1", "1e9", "x", "<b>", "0"])
@pytest.mark.parametrize("key", ["ll_sigma", "ll_tau"])
def test_hostile_links_are_reported_and_not_used(key: str, raw: str) -> None:
    text = words(lab(**{key: raw}))
    assert "The link's value was not used." in text
    assert "**31 of 64 pixels**" in text


def test_a_lesson_hides_panels_and_keeps_values() -> None:
    app = lab(hide="sigma,mask,pixel,arrows", ll_sigma="0.342", ll_row="2", ll_column="2")
    text = words(app)
    assert "At σ = 0.342" in text
    assert "What passes the threshold" not in text
    assert not [box for box in app.number_input if box.key == "ll_row"]
    assert not [button for button in app.button if (button.key or "").startswith("ll_")]


def test_the_menu_offers_every_set_of_images_those_without_files_first() -> None:
    known = [datasets.describe(name) for name in datasets.names()]
    options = locality_fields.DATA.options
    assert set(options) == {d.name for d in known if not d.is_points} | {"upload"}
    assert options[: len(BUILT_IN)] == BUILT_IN
    assert {d.name for d in known if not d.takes_path and not d.is_points} == set(BUILT_IN)


# --- notebook lines --------------------------------------------------------------------------


def run(code: str) -> dict[str, Any]:
    """Run notebook lines; return what they define."""
    names: dict[str, Any] = {}
    exec(code, names)
    return names


@pytest.mark.parametrize("data", [DIGITS, TEXTURES], ids=lambda data: data.name)
def test_notebook_lines_give_the_numbers_of_the_page(data: DataSpec) -> None:
    state = State(data, 17, 3, (0, 5, 2), 0.724, 0.07)
    look = run(locality_notebook.look(state))["look"]
    shown = cached_images.look(state.look_key(), state)
    assert np.array_equal(look.sensitivity, shown.sensitivity)
    assert np.array_equal(look.mask, shown.mask)
    scan = run(locality_notebook.scan(state))["scan"]
    assert np.array_equal(scan.sizes, cached_images.scan(state.scan_key(), state).sizes)
    frames = run(locality_notebook.frames(state))["frames"]
    film = cached_images.frames(state.scan_key(), state)
    assert np.array_equal(frames.masks, film.masks)
    assert np.array_equal(
        film.masks[6],
        locality.look(
            cached_images.wiener(data.key(), data), state.pixel, 1.24, threshold=0.07
        ).mask,
    )
    made = run(locality_notebook.picture(state))
    pictures = cached_images.pictures(state.picture_key(), state)
    assert np.array_equal(made["clean"], pictures.clean)
    # the page keeps float32
    np.testing.assert_allclose(made["noisy"].numpy(), pictures.noisy, atol=1e-6)
    np.testing.assert_allclose(made["filtered"].numpy(), pictures.filtered, atol=1e-6)


def test_keys_differ_whenever_what_they_name_differs() -> None:
    base = State(DIGITS, 0, 0, (0, 4, 3), 1.24, 0.05)
    others = [
        State(TEXTURES, 0, 0, (0, 4, 3), 1.24, 0.05),
        State(DIGITS, 1, 0, (0, 4, 3), 1.24, 0.05),
        State(DIGITS, 0, 1, (0, 4, 3), 1.24, 0.05),
        State(DIGITS, 0, 0, (0, 3, 4), 1.24, 0.05),
        State(DIGITS, 0, 0, (0, 4, 3), 1.25, 0.05),
        State(DIGITS, 0, 0, (0, 4, 3), 1.24, 0.06),
    ]
    keys = [(s.picture_key(), s.look_key(), s.scan_key()) for s in (base, *others)]
    assert len(set(keys)) == len(keys)
