"""What an edit costs on the server and on the wire, what the first view loads, how it starts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.table import Row
from tests.harness.client import Session
from tests.harness.server import ROOT, serve

EDITS = 20
STARTS = 5
HEAVY = ("torch", "pandas", "altair", "pyarrow", "sympy")

EMPTY_APP = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Scatter(x=[0, 1, 2], y=[0, 1, 4])))
"""


def edit_rows() -> Iterator[Row]:
    """Type 20 new drifts into the Generator Studio; none has been computed before."""
    with serve() as server, Session(server.url, "generator_studio") as session:
        session.open()
        first = session.bytes_received
        cpu, size, wall = [], [], []
        for index in range(EDITS + 3):
            before, begin = server.cpu_seconds, time.perf_counter()
            sent = session.bytes_received + session.bytes_sent
            session.edit("gs_b", f"-x - {0.5 + 0.01 * index:.2f}*x**3")
            wall.append(1e3 * (time.perf_counter() - begin))
            cpu.append(1e3 * (server.cpu_seconds - before))
            size.append((session.bytes_received + session.bytes_sent - sent) / 1e3)
        if "Traceback" in server.log:
            raise RuntimeError(f"the page fails, so its cost means nothing:\n{server.log}")
    cpu, size, wall = cpu[3:], size[3:], wall[3:]
    yield Row("Studio: server CPU per edit, whole process", median(cpu), "ms", 100, "median of 20")
    yield Row("Studio: edit to last message", median(wall), "ms", note="wall time, no target")
    yield Row("Studio: websocket per edit", max(size), "kB", 100, "largest of 20, both ways")
    yield Row("Studio: websocket, first view", first / 1e3, "kB")


def pixel_rows() -> Iterator[Row]:
    """Choose 20 pixels in the Locality Lab that nobody has asked for yet."""
    sets = {
        "8 × 8": ("ll_data=digits", 50),
        "28 × 28": ("ll_data=natural-patches&ll_size=28", 50),
        "32 × 32 × 3": ("ll_data=natural-patches&ll_size=32&ll_colour=true", 150),
    }
    with serve() as server:
        for name, (query, limit) in sets.items():
            with Session(server.url, "locality_lab", query) as session:
                session.open()
                cpu, size = [], []
                for index in range(EDITS + 3):
                    session.edit("ll_row", float(index % 7))
                    before = server.cpu_seconds
                    sent = session.bytes_received + session.bytes_sent
                    session.edit("ll_column", float((3 * index + index // 7 + 1) % 8))
                    cpu.append(1e3 * (server.cpu_seconds - before))
                    size.append((session.bytes_received + session.bytes_sent - sent) / 1e3)
            note = "whole process, median of 20"
            yield Row(f"Lab: server CPU per pixel, {name}", median(cpu[3:]), "ms", limit, note)
            note = "largest of 20, both ways"
            yield Row(f"Lab: websocket per pixel, {name}", max(size[3:]), "kB", 100, note)
        if "Traceback" in server.log:
            raise RuntimeError(f"the page fails, so its cost means nothing:\n{server.log}")


def memory_rows() -> Iterator[Row]:
    """Open each page on a server of its own and look at what it holds."""
    for page, name in (("", "Home"), ("generator_studio", "Studio")):
        with serve() as server, Session(server.url, page) as session:
            session.open()
            modules = server.modules()
            loaded = sorted(set(HEAVY) & modules)
            limit = 120 if name == "Home" else None
            megabytes = server.resident_bytes / 1e6
            yield Row(f"{name}: resident after the first view", megabytes, "MB", limit)
            names = ", ".join(loaded) or f"none of {', '.join(HEAVY)}"
            names += "; scipy is loaded" if "scipy" in modules else "; nor scipy"
            yield Row(f"{name}: heavy libraries loaded", len(loaded), "", 0, names)


def start_seconds(app: Path, page: str) -> float:
    """Return the wall time from starting the server to the arrival of the first chart."""
    begin = time.perf_counter()
    with serve(app) as server, Session(server.url, page) as session:
        first = session.open().first_chart
        assert first is not None
        return first - begin


def start_rows() -> Iterator[Row]:
    """Start each page's app and an empty Streamlit and Plotly app in turn."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty_app.py"
        empty.write_text(EMPTY_APP)
        pairs = {"Home": [], "Studio": []}
        for _ in range(STARTS):
            base = start_seconds(empty, "")
            pairs["Home"].append(start_seconds(ROOT / "app.py", "") / base)
            pairs["Studio"].append(start_seconds(ROOT / "app.py", "generator_studio") / base)
    for name, ratios in pairs.items():
        note = f"times an empty Streamlit + Plotly app, median of {STARTS}"
        yield Row(f"{name}: cold start to first chart", median(ratios), "x", 1.5, note)
