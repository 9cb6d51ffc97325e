"""The published FID tables: whole, frozen, and true to what is said of them."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest

from explorer import samplers
from explorer.analysis import published_fid as published
from explorer.figures import canvas, theme
from explorer.figures import published_fid as drawing


def test_checksums_of_the_tables() -> None:
    """Sums of the printed digits, per source: a slip of one digit shows."""
    sums: dict[tuple[str, str], float] = {}
    for data, table in published.TABLES.items():
        for row in table.rows:
            key = (data, row.source)
            sums[key] = round(sums.get(key, 0.0) + sum(row.fid.values()), 2)
    assert sums == {
        ("cifar10", "evodiff"): 113.50,
        ("cifar10", "diff-sampler"): 499.36,
        ("cifar10", "dpm-v3"): 14.72,
        ("cifar10", "dpm"): 7.57,
        ("ffhq64", "evodiff"): 110.96,
        ("ffhq64", "diff-sampler"): 73.02,
        ("imagenet256", "evodiff"): 115.64,
    }


def test_every_row_names_a_source_with_a_tag_and_a_sampler_that_exists() -> None:
    for table in published.TABLES.values():
        for row in table.rows:
            assert published.SOURCES[row.source].tag in {"published", "secondary transcription"}
            assert row.sampler == "" or row.sampler in samplers.names()
            assert list(row.fid) == sorted(row.fid)
    assert published.SOURCES["evodiff"].tag == "secondary transcription"


def test_fid_falls_with_the_budget_within_a_row() -> None:
    for table in published.TABLES.values():
        for row in table.rows:
            values = list(row.fid.values())
            assert values == sorted(values, reverse=True)


def test_the_warning_holds_both_baselines() -> None:
    text = published.warning()
    for number in ("2.78", "5.10", "45.5 %", "3.00", "2.77", "2.51"):
        assert number in text
    best = published.find("cifar10", "evodiff", "EVODiff").fid[10]
    assert best > published.find("cifar10", "dpm-v3", "DPM-Solver-v3").fid[10]
    assert abs(best - published.find("cifar10", "diff-sampler", "iPNDM-4, karras").fid[10]) < 0.05


def test_a_row_that_is_not_there_is_not_cited() -> None:
    with pytest.raises(KeyError):
        published.find("cifar10", "evodiff", "Heun")


def test_nothing_can_be_changed() -> None:
    tables: Any = published.TABLES
    with pytest.raises(TypeError):
        tables["cifar10"] = None
    fid: Any = published.TABLES["cifar10"].rows[0].fid
    with pytest.raises(TypeError):
        fid[5] = 1.0


@pytest.mark.parametrize("tone", [theme.LIGHT, theme.DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("data", list(published.TABLES))
def test_the_figure_is_hollow_and_says_the_lowest(data: str, tone: theme.Theme) -> None:
    table = published.TABLES[data]
    figure = drawing.figure(table, published.SOURCES, tone)
    go.Figure(figure.to_dict())  # validates
    assert all(trace.marker.color == tone.background for trace in figure.data)
    assert [list(trace.y) for trace in figure.data] == [list(r.fid.values()) for r in table.rows]
    for trace, row in zip(figure.data, table.rows, strict=True):
        second_hand = published.SOURCES[row.source].tag == "secondary transcription"
        assert (trace.line.dash == "dot") == second_hand
    assert table.title in canvas.alt(figure)


def test_the_lowest_on_cifar_at_ten_evaluations() -> None:
    text = drawing.finding(published.TABLES["cifar10"], published.SOURCES)
    assert text.index("DPM-Solver-v3 2.51") < text.index("iPNDM-4, karras 2.77")
    assert "EVODiff 2.78" in text
