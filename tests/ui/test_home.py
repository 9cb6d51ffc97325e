"""Home leads to every other page that exists, and its shipped pictures are those of the pages."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis import postcard
from explorer.analysis.arena import postcard as arena_postcard
from explorer.analysis.arena.contest import contest
from explorer.analysis.arena.entry import parse
from explorer.analysis.arena.target import nine_modes
from explorer.figures import numbers
from explorer.ui import home, home_arena, home_locality, locality_link, rooms
from explorer.ui.arena import link as arena_link
from tests.ui.test_locality_lab import lab, words

ENTRY = Path(home.__file__).parent / "entry.py"
ROOT = ENTRY.parents[2]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


def test_home_leads_to_every_page() -> None:
    led_to = {card.room for card in home.CARDS}
    assert led_to == {room.name for room in rooms.ROOMS if rooms.exists(room.name)} - {"home"}
    app = AppTest.from_file(ENTRY, default_timeout=60).run()
    assert not app.exception
    questions = {header.value for header in app.header}
    assert {card.question for card in home.CARDS} <= questions


def test_shipped_pictures_are_those_of_the_live_computation() -> None:
    shipped, live = postcard.read(), postcard.compute()
    assert shipped.keys() == live.keys()
    for name, card in live.items():
        # a hundredth: another library of linear algebra may round the last digit elsewhere
        assert np.abs(shipped[name].fields.astype(int) - card.fields).max() <= 1
        assert (shipped[name].masks != card.masks).sum() <= 1


def test_shipped_samplers_are_those_of_the_live_computation() -> None:
    curves, ways = arena_postcard.read()
    live = arena_postcard.compute_ways()
    # written with three digits; exponentials may differ in the last one between libraries
    assert np.abs(ways.x - live.x).max() < 2e-3
    assert np.abs(ways.sigmas / live.sigmas - 1.0).max() < 1e-3
    target, at = nine_modes(std=0.25, dimension=10), arena_postcard.BUDGETS.index(10)
    table = contest(target, arena_postcard.SAMPLERS, nfe=(10,), setting=arena_postcard.SETTING)
    found = table.mean(arena_postcard.METRIC)[:, 0]
    assert np.abs(found - curves.mean[:, at]).max() < 1e-4
    wrong = contest(target, ("ddpm",), nfe=(9,), setting=arena_postcard.SETTING, seeds=2)
    assert abs(wrong.mean(arena_postcard.METRIC)[0, 0] - curves.mean[0, at]) > 1e-3


@pytest.mark.parametrize("card", home_arena.CARDS, ids=lambda card: card.name)
def test_a_card_of_the_arena_asks_for_what_the_arena_knows(card: home.Card) -> None:
    fields = {field.key: field for field in arena_link.FIELDS}
    for key, text in card.query.items():
        fields[key].parse(text)
    assert tuple(e.sampler for e in parse(card.query["sa_samplers"])) in {
        arena_postcard.SAMPLERS,
        arena_postcard.WAYS,
    }


@pytest.mark.parametrize("card", home_locality.CARDS, ids=lambda card: card.name)
def test_a_card_of_the_lab_opens_what_it_shows(card: home.Card) -> None:
    fields = {field.key: field for field in locality_link.FIELDS}
    for key, text in card.query.items():
        fields[key].parse(text)
    text = words(lab(**card.query))
    before, after = (int(size) for size in postcard.read()[card.name].masks.sum(axis=(1, 2))[:2])
    of = f"of {numbers.whole(256)} pixels**"
    if card.name == "looking":
        assert f"looks at **{after} {of}" in text  # the middle one of three
    else:
        assert f"Without the pattern **{before} {of} pass" in text
        assert f"with it **{after} {of}" in text


def test_home_loads_no_tensors() -> None:
    script = (
        "import sys\nfrom explorer.figures import theme\nfrom explorer.ui import home\n"
        "for card in home.CARDS: card.draw(theme.LIGHT)\n"
        "print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(found.stdout.split())
    assert "explorer" in loaded
    assert not loaded & {"torch", "numba", "sklearn", "scipy", "pandas"}
