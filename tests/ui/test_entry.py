"""The entry script: the first view of the app, unexpected errors, and the pages' own files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.errors import FragmentHandledException
from streamlit.testing.v1 import AppTest

from explorer.figures import canvas, theme
from explorer.ui import document, failure, home, memory, rooms

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ROOT / "explorer" / "ui" / "entry.py"


def opened(path: Path) -> AppTest:
    app = AppTest.from_file(str(path), default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def test_the_first_view_is_home() -> None:
    app = opened(ENTRY)
    assert [title.value for title in app.title] == [home.QUESTION]
    assert any(caption.value == document.TITLE for caption in app.caption)


@pytest.mark.parametrize("page", sorted(rooms.PAGES.glob("*.py")), ids=lambda page: page.stem)
def test_every_page_is_kept_out_of_the_collector_once(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[bool] = []
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    app.switch_page(f"../../pages/{page.name}")
    monkeypatch.setattr(memory, "settle", lambda: calls.append(True))
    assert not app.run().exception
    assert len(calls) == 1


def test_every_card_shows_its_question_and_its_finding() -> None:
    app = opened(ENTRY)
    questions = [header.value for header in app.header]
    words = [markdown.value.replace("\u00a0", " ") for markdown in app.markdown]
    for card in home.CARDS:
        finding = canvas.alt(card.draw(theme.LIGHT))
        assert card.question in questions
        assert finding in words
        assert re.search(r"\d", finding)  # a number, and a real one
        assert not re.search(r"nan|inf|undefined|∞", finding)


def test_cards_lead_only_to_pages_that_exist() -> None:
    assert {card.room for card in home.CARDS} <= {room.name for room in rooms.ROOMS}


def test_every_page_has_a_title_of_its_own_and_a_file() -> None:
    assert len({room.title for room in rooms.ROOMS}) == len(rooms.ROOMS)
    assert {path.stem for path in rooms.PAGES.glob("*.py")} <= {room.name for room in rooms.ROOMS}


def show(error: Exception) -> list[str]:
    """What a person reads after this error."""
    script = (
        "import streamlit as st\n"
        "from tests.ui.test_entry import ERRORS\nfrom explorer.ui import failure, rooms\n"
        "def page():\n    assert failure.show(ERRORS[0])\n"
        "st.navigation([st.Page(page), st.Page(rooms.path('home'))]).run()\n"
    )
    ERRORS[:] = [error]
    app = AppTest.from_string(script, default_timeout=20).run()
    assert not app.exception
    return [element.value for element in app.markdown]


ERRORS: list[Exception] = []


def test_an_error_is_shown_once_where_it_happened() -> None:
    assert not show(FragmentHandledException(ValueError()))


def test_an_unexpected_error_is_a_calm_sentence() -> None:
    words = "\n".join(show(ValueError("secret path /etc/passwd")))
    assert failure.SENTENCE in words
    assert "secret" not in words
    assert "ValueError" not in words
