"""The published tables: whole, frozen, and true to what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from explorer import datasets, denoisers
from explorer.analysis import published


def test_table_one_is_whole() -> None:
    assert list(published.AGREEMENT) == ["cifar10", "celeba-hq", "mnist"]
    for rows in published.AGREEMENT.values():
        assert list(rows) == list(published.METHODS)
        assert all(
            row.r2 <= 1 and row.mse > 0 and row.r2_std > 0 < row.mse_std for row in rows.values()
        )


def test_checksums_of_the_tables() -> None:
    """Sums of the printed digits: a slip of one digit shows."""
    rows = [row for table in published.AGREEMENT.values() for row in table.values()]
    assert sum(row.r2 for row in rows) == pytest.approx(9.455, abs=1e-9)
    assert sum(row.r2_std for row in rows) == pytest.approx(2.459, abs=1e-9)
    assert sum(row.mse for row in rows) == pytest.approx(1.609, abs=1e-9)
    assert sum(row.mse_std for row in rows) == pytest.approx(0.275, abs=1e-9)


def test_the_papers_model_is_the_best_without_training_and_another_network_is_above_it() -> None:
    for rows in published.AGREEMENT.values():
        best = max((name for name in rows if name != "another-network"), key=lambda m: rows[m].r2)
        assert best == "locality"
        assert rows["another-network"].r2 > rows["locality"].r2


def test_r2_and_error_rank_methods_differently_on_cifar() -> None:
    rows = published.AGREEMENT["cifar10"]
    assert rows["wiener"].mse < rows["niedoba"].mse
    assert rows["wiener"].r2 < rows["niedoba"].r2


def test_the_energy_table_begins_where_table_one_is() -> None:
    for (method, data), values in published.ENERGY.items():
        assert len(values) == len(published.ENERGY_REMOVED)
        assert values[0] == pytest.approx(published.AGREEMENT[data][method].r2, abs=0.006)


def test_names_are_those_of_the_project_where_it_has_them() -> None:
    assert {"optimal", "wiener", "locality"} <= set(denoisers.names()) & set(published.METHODS)
    assert {"cifar10", "mnist", "fashion-mnist"} <= set(datasets.names()) & set(published.DATASETS)
    assert set(published.P_VALUES) == set(published.DATASETS)


@pytest.mark.parametrize("table", [published.AGREEMENT, published.P_VALUES, published.ENERGY])
def test_nobody_can_write_into_them(table: Any) -> None:
    with pytest.raises(TypeError):
        table["digits"] = {}
