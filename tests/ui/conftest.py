"""What all tests of pages without a browser need."""

from __future__ import annotations

import pytest

from explorer.ui import turns


@pytest.fixture(autouse=True)
def nobody_asks_for_the_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let work in turns go on by itself: without a browser no component asks for it."""
    monkeypatch.setattr(turns, "BROWSER", False)
