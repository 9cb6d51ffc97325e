"""Fields: what a URL may hold, what it may not, and the way back to text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import InputError
from explorer.ui.fields import Choice, LogNumber, Number, Switch, Text
from tests.ui.sample_page import DIMENSION, DRIFT, FIELDS, LOCK, METRIC, SEED, STEPS, WIDTH


@given(st.integers(1, 10))
def test_whole_numbers_survive_the_url(value: int) -> None:
    assert STEPS.parse(STEPS.write(value)) == value


@given(st.floats(0.01, 2.0))
def test_numbers_survive_the_url_to_the_last_bit(value: float) -> None:
    assert WIDTH.parse(WIDTH.write(value)) == value


@given(st.text(max_size=200).filter(str.isprintable))
def test_text_survives_the_url(value: str) -> None:
    assert DRIFT.parse(DRIFT.write(value)) == value


@pytest.mark.parametrize("value", [True, False])
def test_switches_survive_the_url(value: bool) -> None:
    assert LOCK.parse(LOCK.write(value)) is value


def read(field, raw: str) -> tuple:
    """The value in `raw`, or None and the sentence that refuses it."""
    try:
        return field.parse(raw), ""
    except InputError as error:
        return None, str(error)


@given(st.sampled_from(FIELDS), st.text(max_size=400))
def test_hostile_text_is_a_value_within_limits_or_a_sentence(field, raw: str) -> None:
    """Whatever a stranger writes into a link: a legal value, or InputError, and nothing else."""
    value, sentence = read(field, raw)
    if sentence:
        assert len(sentence) < 300  # a hostile link cannot fill the page
        return
    match field:
        case Number():
            assert math.isfinite(value)
            assert field.low <= value <= field.high
        case Text():
            assert len(value) <= field.longest
        case Choice():
            assert value in field.options
        case Switch():
            assert value in {True, False}


@pytest.mark.parametrize(
    "raw", ["nan", "inf", "-inf", "1e400", "", " ", "3.5", "0x3", "1" * 5000, "__import__('os')"]
)
def test_numbers_out_of_range_are_refused(raw: str) -> None:
    with pytest.raises(InputError):
        STEPS.parse(raw)


def test_long_text_is_refused_and_not_cut() -> None:
    with pytest.raises(InputError, match="at most 200"):
        DRIFT.parse("1" * 201)


@pytest.mark.parametrize("raw", ["a\x00b", "a\nb", "a\u202eb"])
def test_characters_that_cannot_be_seen_are_refused(raw: str) -> None:
    with pytest.raises(InputError):
        DRIFT.parse(raw)


def test_a_choice_is_read_by_name_and_by_title() -> None:
    assert METRIC.parse("kl") == METRIC.parse("Kullback") == "kl"
    assert METRIC.write("kl") == "kl"  # the link holds the permanent name
    with pytest.raises(InputError, match="tv, kl"):
        METRIC.parse("w2")


def test_a_log_slider_takes_any_value_of_a_link() -> None:
    assert DIMENSION.options(3072) == (1, 10, 100, 3072, 196_608)
    assert DIMENSION.options(10) == DIMENSION.stops


def test_names_without_the_prefix() -> None:
    assert [field.name for field in (DRIFT, SEED)] == ["b", "seed"]
    assert isinstance(DIMENSION, LogNumber)
