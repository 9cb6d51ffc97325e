"""Home leads to every other page that exists."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from explorer.ui import home, rooms

ENTRY = Path(home.__file__).parent / "entry.py"


def test_home_leads_to_every_page() -> None:
    led_to = {card.room for card in home.CARDS} | set(home.FURTHER)
    assert led_to == {room.name for room in rooms.ROOMS if rooms.exists(room.name)} - {"home"}
    app = AppTest.from_file(ENTRY, default_timeout=60).run()
    assert not app.exception
    questions = {header.value for header in app.header}
    assert {question for question, _ in home.FURTHER.values()} <= questions
