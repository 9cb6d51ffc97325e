"""Patterns: texts that a link may hold, ready shapes, stretching, planting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.analysis import patterns
from explorer.core.errors import InputError

SIDES = st.integers(1, patterns.MOST_CELLS)


@given(st.tuples(SIDES, SIDES).flatmap(lambda shape: arrays(bool, shape)))
def test_text_and_cells_are_each_others_inverse(cells: np.ndarray) -> None:
    text = patterns.write(cells)
    assert len(text) <= patterns.LONGEST
    assert np.array_equal(patterns.read(text), cells)


HOSTILE = (
    "", "8x8", "8x8.", "8x8.zz", "0x8.00", "33x1.0000000000", "8x8." + "0" * 15, "8x8." + "0" * 17,
    "99x99." + "0" * 2452, "8x8.0000000000000000 ", "-1x8.00", "8X8.0000000000000000", "１x1.80",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        patterns.read(text)
    assert refused.value.field == "pattern"


@given(st.text(max_size=500))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        cells = patterns.read(text)
    except InputError:
        return
    assert cells.dtype == bool


@pytest.mark.parametrize("name", patterns.READY)
@pytest.mark.parametrize("grid", [(8, 8), (5, 4), (28, 28), (1, 1), (3, 30)])
def test_a_ready_pattern_contains_the_cell_wherever_it_is(name: str, grid: tuple[int, int]) -> None:
    for cell in np.ndindex(grid):
        assert patterns.ready(name, grid, cell)[cell]


def test_the_w_is_a_w() -> None:
    found = patterns.ready("w", (8, 8), (4, 3))
    assert np.array_equal(found, np.roll(found[:, ::-1], 2 * 3 + 1, axis=1))  # about column 3
    strokes = [int(np.diff(row.astype(int)).clip(0).sum()) + int(row[0]) for row in found]
    assert max(strokes) >= 3  # more than two strokes side by side: not a V


def test_stretching_takes_the_nearest_cell_and_keeps_equal_sizes() -> None:
    cells = patterns.ready("ring", (16, 16), (3, 3))
    assert np.array_equal(patterns.fit(cells, (16, 16)), cells)
    assert np.array_equal(patterns.fit(cells, (32, 32)), np.kron(cells, np.ones((2, 2))))
    assert patterns.grid_of((64, 64)) == (32, 32)
    assert patterns.grid_of((5, 4)) == (5, 4)


def test_planting_adds_one_amount_per_image() -> None:
    images = np.zeros((400, 3, 4, 4), np.float32)
    pattern = np.zeros((4, 4), bool)
    pattern[1, 2] = pattern[3, 0] = True
    found = patterns.plant(images, pattern, gain=0.5, seed=3)
    amounts = found[:, :, pattern]
    assert np.array_equal(amounts, np.broadcast_to(amounts[:, :1, :1], amounts.shape))
    assert not found[:, :, ~pattern].any()
    # standard error of the mean 0.025, of the standard deviation 0.018; 4 of them: 1 in 16,000
    assert abs(amounts[:, 0, 0].mean()) < 0.1
    assert abs(amounts[:, 0, 0].std() - 0.5) < 0.07
    few = patterns.plant(images[:2], pattern, gain=0.5, seed=3)
    assert np.array_equal(few, found[:2])
