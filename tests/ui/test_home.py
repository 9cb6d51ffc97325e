"""Home leads to every other page that exists, and its shipped pictures are those of the pages."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis import postcard
from explorer.figures import numbers
from explorer.ui import home, home_locality, locality_link, rooms
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
