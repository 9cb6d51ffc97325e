"""Long work in steps: begun by a button, stopped by another, kept, and told in words."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui import steps, turns
from explorer.ui.table import markdown


@pytest.fixture(autouse=True)
def one_step_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", -1.0)
    monkeypatch.setattr(steps, "PATIENT", False)


def page(key: str, total: int = 3, *, bad: int = -1, at_once: bool = False) -> AppTest:
    script = f"""
import streamlit as st
from explorer.core.errors import InputError
from explorer.ui import steps

def step(k):
    if k == {bad}:
        raise InputError("n", "Step {bad} is wrong.", "Choose another.")
    return k * k

plan = steps.Plan(name="squares", key="{key}", total={total}, step=step, say=str)
found = steps.gather(plan, button="Square", at_once={at_once})
st.markdown(f"found {{found}}, finished {{steps.finished(plan)}}")
"""
    return AppTest.from_string(script, default_timeout=20).run()


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for group in (app.markdown, app.text) for element in group)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_nothing_is_done_before_the_button() -> None:
    app = page("waits")
    assert "found ()" in said(app)
    assert labels(app) == ["Square"]


def test_each_turn_goes_on_until_all_is_done() -> None:
    app = page("goes on")
    app.button[0].click().run()
    assert labels(app) == ["Stop"]
    for _ in range(5):
        app.run()
    assert "found (0, 1, 4), finished True" in said(app)
    assert labels(app) == []


def test_the_panel_is_drawn_before_the_work_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PATIENT", True)
    app = page("patient")
    app.button[0].click().run()
    assert labels(app) == ["Stop"]
    assert "found ()" in said(app)


def test_what_was_done_before_stop_is_kept() -> None:
    app = page("stops")
    app.button[0].click().run()
    app.button[0].click().run()  # Stop
    assert "found (0,), finished False" in said(app)
    assert labels(app) == ["Go on: 1 of 3 done"]
    for _ in range(3):  # stopped: nothing is added
        app.run()
    assert "found (0,), finished False" in said(app)
    app.button[0].click().run()
    app.run()
    app.run()
    assert "found (0, 1, 4), finished True" in said(app)


def test_what_takes_no_time_needs_no_button() -> None:
    app = page("at once", at_once=True)
    assert "found (0, 1, 4), finished True" in said(app)
    assert labels(app) == []


@pytest.mark.parametrize("at_once", [False, True])
def test_an_error_is_said_and_ends_the_work(at_once: bool) -> None:
    app = page(f"fails {at_once}", bad=1, at_once=at_once)
    if not at_once:
        app.button[0].click().run()
        app.run()
    assert "Step 1 is wrong." in said(app)
    assert "found (0,), finished False" in said(app) or not at_once
    app.run()
    assert "Stop" not in labels(app)


def test_a_step_that_another_visitor_finished_first_counts_once() -> None:
    script = """
import streamlit as st
from explorer.ui import steps
from explorer.ui.kept import shelf

def step(k):
    shelf().put("steps race together", tuple(range(k + 1)))  # the other one, meanwhile
    return k

plan = steps.Plan(name="race", key="together", total=3, step=step, say=str)
st.markdown(f"found {steps.gather(plan, button='Go', at_once=True)}")
"""
    app = AppTest.from_string(script, default_timeout=20).run()
    assert "found (0, 1, 2)" in said(app)


def test_tables_are_markdown() -> None:
    table = markdown(["a", "b", "c"], [["x", "1", "2"]], left=2)
    assert table.splitlines() == ["| a | b | c |", "| :-- | :-- | --: |", "| x | 1 | 2 |"]
