"""Entries as text: what is written is read back, and nothing but valid entries gets through."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import samplers
from explorer.analysis.arena import entry
from explorer.analysis.arena.entry import Entry, Value
from explorer.core.errors import InputError
from explorer.samplers.knobs import Knob
from explorer.schedules import grids

NAMES, GRIDS = samplers.names(), grids.names()
KNOBS = {name: samplers.knobs(name) for name in NAMES}


def _values(knob: Knob) -> st.SearchStrategy[Value]:
    numbers = st.floats(allow_nan=False, allow_infinity=False).map(float)
    wholes = st.integers(-999_999_999, 999_999_999)
    return {
        "switch": st.booleans(),
        "whole": wholes,
        "number": numbers,
        "optional": numbers,
        "choice": st.sampled_from(knob.options or ("",)),
    }[knob.kind]


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    name = draw(st.sampled_from(NAMES))
    grid = draw(st.sampled_from(("", *GRIDS)))
    chosen = [knob for knob in KNOBS[name] if draw(st.booleans())][: entry.MOST_PARAMS - 2]
    params: dict[str, Value] = {knob.name: draw(_values(knob)) for knob in chosen}
    if name.startswith("rtk") and not {"inner", "extra"} & set(params) and draw(st.booleans()):
        params["segments"] = draw(st.integers(1, entry.MOST_SEGMENTS))
        if draw(st.booleans()):
            grid = entry.AUTO
            params["theta"] = draw(st.floats(0.01, 100.0))
    usual = {knob.name: knob.default for knob in KNOBS[name]} | {"theta": entry.THETA}
    changed = [(key, value) for key, value in params.items() if value != usual.get(key)]
    return Entry(name, grid, tuple(sorted(changed)))


@given(st.lists(entries(), min_size=1, max_size=entry.MOST_ENTRIES))
def test_what_is_written_is_read_back(given: list[Entry]) -> None:
    text = entry.write(given)
    if len(text) <= entry.LONGEST:
        assert entry.parse(text) == tuple(given)
    for one in given:
        assert entry.check(one) == one


WORDS = [*"@()=,; \n", "auto", "s_churn", "segments", "theta", "inner", "c", "x", "5", "0.5"]
VALUES = ["true", "nan", "inf", "1e9", "-3"]
PIECES = st.sampled_from([*NAMES[:4], "rtk-mala", "heun", *GRIDS, *WORDS, *VALUES])
FULL = ("samplers", True, True)
NEAR = st.lists(PIECES, max_size=12).map("".join)


@given(st.one_of(NEAR, st.text(max_size=60), entries().map(Entry.text)))
def test_nothing_but_valid_entries_gets_through(text: str) -> None:
    try:
        found = entry.parse(text)
    except InputError as error:
        refused = error
        found = ()
    if not found:
        assert (refused.field, bool(refused.problem), bool(refused.remedy)) == FULL
    for one in found:
        assert one.sampler in NAMES
        assert one.grid in {"", *GRIDS} | ({entry.AUTO} if one.is_rtk else set())
        kinds = {knob.name: knob for knob in KNOBS[one.sampler]}
        for name, value in one.params:
            if name in entry.OWN:
                assert one.is_rtk
                assert 0.0 < float(value) <= entry.MOST_SEGMENTS
                continue
            is_number = isinstance(value, float) and math.isfinite(value)
            assert {
                "switch": isinstance(value, bool),
                "whole": isinstance(value, int) and not isinstance(value, bool),
                "number": is_number,
                "optional": is_number,
                "choice": value in kinds[name].options,
            }[kinds[name].kind]
        assert entry.parse(one.text()) == (one,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("heun;;ddpm", "is empty"),
        ("heum", "no sampler 'heum'.*Did you mean heun"),
        ("heun@", "'heun@' is not the form"),
        ("heun@karas", "no grid 'karas'.*Did you mean karras"),
        ("heun(churn=4)", "no parameter 'churn'.*s_churn"),
        ("heun(s_churn)", "'s_churn' is no parameter.*name=value"),
        ("heun(s_churn=)", "is no parameter"),
        ("heun(s_churn=1e999)", "s_churn = inf is not a number"),
        ("heun(s_churn=nan)", "s_churn = nan is not a number"),
        ("heun(s_churn=true)", "s_churn = true is not a number"),
        ("heun(s_churn=1,s_churn=2)", "given twice"),
        ("heun(s_churn=1", "is not the form"),
        ("heun)(", "is not the form"),
        ("ddpm(variance=low)", "variance = low is not posterior or upper"),
        ("deis(nodes=2.5)", "nodes = 2.5 is not a whole number"),
        ("deis(nodes=99999999999)", "is not a whole number"),
        ("dpmpp-2m(lower_order_final=1)", "is not true or false"),
        ("ddpm@auto", "no grid 'auto'"),
        ("ddpm(segments=3)", "no parameter 'segments'"),
        ("rtk-mala(segments=0)", "segments = 0 is not a whole number, 1 to 200"),
        ("rtk-mala(segments=2.0)", "segments = 2.0 is not"),
        ("rtk-mala(theta=0.5)", "theta belongs to the grid auto"),
        ("rtk-mala@auto(theta=0)", "theta = 0 is not a number, 0.01 to 100"),
        ("rtk-mala@auto(theta=1e-300)", "theta = 1e-300 is not a number, 0.01 to 100"),
        ("rtk-mala(segments=5,inner=4)", "the budget buys the inner steps.*Leave out inner"),
        ("rtk-mala@auto(extra=4)", "Leave out extra"),
        ("a" * 401, "401 characters.*at most 400"),
        (";".join(["heun"] * 9), "names 9 samplers.*at most 8"),
        ("heun(" + ",".join(f"p{i}=1" for i in range(9)) + ")", "9 parameters.*at most 8"),
    ],
)
def test_a_refusal_names_piece_rule_and_remedy(text: str, words: str) -> None:
    with pytest.raises(InputError, match=f"(?s){words}") as caught:
        entry.parse(text)
    assert caught.value.field == "samplers"


def test_spaces_defaults_and_order_do_not_matter() -> None:
    plain = entry.parse("heun@karras(s_churn=40.0,s_noise=1.01);rtk-mala@auto")
    spaced = " heun @ karras ( s_noise = 1.01 , s_churn = 40 , s_min = 0 ) ;rtk-mala@auto(theta=.5)"
    assert entry.parse(spaced) == plain
