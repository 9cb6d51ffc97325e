"""*Take it*: numbers in CSV and JSON, and an HTML file that needs no network."""

from __future__ import annotations

import csv
import io
import json

import numpy as np

from explorer.figures import theme
from explorer.ui import take

TAKING = take.Taking(
    name="gap",
    title="Where the gap is decided",
    columns=lambda: {"x": np.array([0.1, 0.2]), "n, steps": [1]},
    code="1 + 1",
    link="http://127.0.0.1:8501/?v=1",
)


def test_csv_keeps_every_bit_and_says_whence() -> None:
    lines = take.as_csv(TAKING).splitlines()
    assert lines[:2] == ["# Where the gap is decided", "# http://127.0.0.1:8501/?v=1"]
    rows = list(csv.reader(io.StringIO("\n".join(lines[2:]))))
    assert rows == [["x", "n, steps"], ["0.1", "1"], ["0.2", ""]]


def test_json_keeps_every_bit_and_says_whence() -> None:
    content = json.loads(take.as_json(TAKING))
    assert content["columns"] == {"x": [0.1, 0.2], "n, steps": [1]}
    assert content["link"] == TAKING.link
    assert content["code"] == TAKING.code


def test_html_needs_no_network_and_leaves_the_figure_alone() -> None:
    figure = theme.figure(theme.LIGHT)
    figure.add_scatter(x=[1, 2], y=[1, 2])
    html = take.as_html(figure, "A title")
    assert "A title" in html
    assert '<script src="http' not in html
    assert figure.layout.title.text is None
