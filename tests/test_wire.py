"""What goes over the wire, seen by a client that speaks Streamlit's own messages; no browser.

The promises: the first view of a page loads no heavy library, an interaction costs at most 100 kB,
and twenty visitors at once each get their own results.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.harness.client import Session
from tests.harness.server import Server, serve

HEAVY = {"torch", "pandas", "altair", "pyarrow", "sympy"}
PAGES = ("", "generator_studio")
DRIFT = "gs_b"
MEGABYTE = 1e6

VISITORS = 20
INTERACTIONS = 5


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.mark.parametrize("page", PAGES)
def test_first_view_loads_nothing_heavy(page: str) -> None:
    with serve() as fresh, Session(fresh.url, page) as session:
        assert not session.open().exceptions()
        modules = fresh.modules()
        assert "plotly.graph_objects" in modules
        assert not modules & HEAVY
        if not page:
            assert fresh.resident_bytes < 120 * MEGABYTE


def test_an_edit_costs_at_most_100_kilobytes(server: Server) -> None:
    with Session(server.url, "generator_studio") as session:
        session.open()
        for drift in ("-2*x", "-x - x**3", "x", "-x**3"):  # also a refused one
            before = session.bytes_received + session.bytes_sent
            assert not session.edit(DRIFT, drift).exceptions()
            assert session.bytes_received + session.bytes_sent - before <= 0.1 * MEGABYTE


@pytest.mark.parametrize(("widget", "value"), [(DRIFT, "-2*x"), ("gs_n", 5.0)])
def test_a_widget_reruns_its_fragment_only(server: Server, widget: str, value: str | float) -> None:
    with Session(server.url, "generator_studio") as session:
        assert not session.open().reran
        assert session.edit(widget, value).reran


def visit(url: str, visitor: int) -> list[str]:
    """Type five drifts b = -c x of this visitor's own; return what is wrong."""
    wrong = []
    with Session(url, "generator_studio") as session:
        session.open()
        for interaction in range(INTERACTIONS):
            gap = f"{10 + visitor}.{interaction + 1}5"  # of 1, -c x the gap is c, exactly
            session.edit(DRIFT, f"-{gap}*x")
            shown = "\n".join(session.texts())
            if gap not in shown:
                wrong.append(f"visitor {visitor}: {gap} is not in {shown[:300]!r}")
            wrong += session.exceptions()
    return wrong


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_visitors_each_get_their_own_results(server: Server) -> None:
    with ThreadPoolExecutor(VISITORS) as pool:
        outcomes = pool.map(lambda visitor: visit(server.url, visitor), range(VISITORS))
        wrong = [line for outcome in outcomes for line in outcome]
    assert not wrong, "\n".join(wrong)
