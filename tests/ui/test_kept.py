"""The shelf of results, and work in turns."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread

import numpy as np
from streamlit.testing.v1 import AppTest

from explorer.ui.kept import LITTLE, Shelf, size


def test_what_was_used_last_stays() -> None:
    shelf = Shelf(most=4 * 800)
    for name in "abcd":
        shelf.put(name, np.zeros(100))
    assert shelf.get("a") is not None  # now the newest
    shelf.put("e", np.zeros(100))
    assert shelf.get("b") is None
    assert all(shelf.get(name) is not None for name in "acde")


def test_a_value_put_again_is_counted_once() -> None:
    shelf = Shelf(most=1000)
    for _ in range(50):
        shelf.put("a", np.zeros(60))
    shelf.put("b", np.zeros(60))
    assert shelf.get("a") is not None


def test_one_value_too_large_is_still_there_to_be_shown() -> None:
    shelf = Shelf(most=10)
    shelf.put("small", 1)
    shelf.put("large", np.zeros(1000))
    assert shelf.get("small") is None
    assert shelf.get("large").size == 1000


def test_sizes_look_into_fields_and_items() -> None:
    @dataclass
    class Pair:
        first: np.ndarray
        rest: tuple[np.ndarray, ...]

    found = size(Pair(np.zeros(10, np.uint8), (np.zeros(2), np.zeros(3, np.float32))))
    assert found == LITTLE + 10 + (LITTLE + 16 + 12)


def test_sessions_may_use_it_together() -> None:
    shelf = Shelf(most=50_000)

    def use(name: int) -> None:
        for k in range(300):
            shelf.put(f"{name} {k}", np.full(20, k))
            found = shelf.get(f"{name} {k}")
            assert found is None or found[0] == k

    threads = [Thread(target=use, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shelf.put("end", 1)
    assert sum(shelf._sizes.values()) <= 50_000
    assert set(shelf._sizes) == set(shelf._values)


def counting() -> None:
    """A page that counts to six in turns."""
    import time

    import streamlit as st

    from explorer.ui import turns

    def one() -> None:
        time.sleep(turns.TURN / 2)
        st.session_state.done = st.session_state.get("done", 0) + 1

    @st.fragment
    def draw() -> None:
        done = st.session_state.get("done", 0)
        running = turns.running("count", "to six")
        st.button("Run", on_click=turns.begin, args=("count", "to six"), key="run")
        st.button("Other", on_click=turns.begin, args=("count", "to seven"), key="other")
        st.button("Stop", on_click=turns.end, args=("count",), key="stop")
        st.markdown(f"{done} {running}")
        if running and done < 6:
            st.session_state.rounds = st.session_state.get("rounds", 0) + 1
            turns.go(turns.Piece("one", one) for _ in range(6 - done))
        elif running:
            turns.end("count")

    draw()


def test_turns_end_with_the_work_and_the_page_is_drawn_in_between() -> None:
    app = AppTest.from_function(counting, default_timeout=30).run()
    assert app.markdown[0].value == "0 False"
    app.button(key="run").click().run()
    assert not app.exception
    assert app.session_state.done == 6
    assert app.session_state.rounds >= 2  # not all in one go
    assert app.markdown[0].value == "6 True"  # what the last drawing said
    assert "turns_count" not in app.session_state


def test_other_settings_are_other_work() -> None:
    app = AppTest.from_function(counting, default_timeout=30).run()
    app.button(key="other").click().run()
    assert "done" not in app.session_state
    app.button(key="stop").click().run()
    assert "turns_count" not in app.session_state
