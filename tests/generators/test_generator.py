"""The specification: every accepted form means the same, everything else is refused in words."""

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from explorer.core.errors import InputError
from explorer.generators import Generator

R = (-math.inf, math.inf)


@pytest.mark.parametrize(
    "a",
    [
        "1 + x^2",
        [1, 0, 1],
        (1.0, 0.0, 1.0, 0.0),
        np.array([1, 0, 1]),
        np.array([1, 0, 1], dtype=object),
        Polynomial([1, 0, 1]),
        Polynomial([2, 2, 1], domain=[0, 2], window=[-1, 1]),
        range(1, 0, -1),
    ],
)
def test_accepted_forms(a):
    g = Generator(a, "-x")
    expected = (1.0,) if isinstance(a, range) else (1.0, 0.0, 1.0)
    assert g.a == expected
    assert g.b == (0.0, -1.0)
    assert g.domain == R


def test_numbers_are_constants():
    assert Generator(2, np.float64(-1.5), (0, math.inf)).b == (-1.5,)


def test_text_and_polynomials_come_back():
    g = Generator("1 + x^2", "-6*x")
    assert (g.a_text, g.b_text) == ("1 + x**2", "-6*x")
    assert g.a_poly == Polynomial([1, 0, 1])
    assert g.b_poly == Polynomial([0, -6])


def test_zero_drift_is_allowed_and_has_no_sign():
    g = Generator("1", [-0.0, 0.0])
    assert g.b == (0.0,)
    assert "-0x" not in g.key()


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("a", {"a": "0", "b": "x"}),
        ("a", {"a": [0, 0], "b": "x"}),
        ("a", {"a": "x - x", "b": "x"}),
        ("a", {"a": [], "b": "x"}),
        ("a", {"a": [math.nan], "b": "x"}),
        ("b", {"a": "1", "b": [0, math.inf]}),
        ("b", {"a": "1", "b": [10**400]}),
        ("b", {"a": "1", "b": [1e101]}),
        ("b", {"a": "1", "b": [1e-101]}),
        ("b", {"a": "1", "b": "sin(x)"}),
        ("a", {"a": [0] * 13 + [1], "b": "x"}),
        ("a", {"a": range(10**9), "b": "x"}),
        ("a", {"a": np.ones((2, 2)), "b": "x"}),
        ("a", {"a": np.ones(10**6), "b": "x"}),
        ("a", {"a": b"11", "b": "x"}),
        ("a", {"a": None, "b": "x"}),
        ("a", {"a": True, "b": "x"}),
        ("a", {"a": [True], "b": "x"}),
        ("a", {"a": ["1"], "b": "x"}),
        ("a", {"a": [1j], "b": "x"}),
        ("a", {"a": {0: 1.0}, "b": "x"}),
        ("a", {"a": iter([1.0]), "b": "x"}),
        ("a", {"a": Polynomial([1, 1], domain=[0, 1e-300]), "b": "x"}),
        ("domain", {"a": "1", "b": "-x", "domain": (1, 1)}),
        ("domain", {"a": "1", "b": "-x", "domain": (1, 0)}),
        ("domain", {"a": "1", "b": "-x", "domain": (math.inf, math.inf)}),
        ("domain", {"a": "1", "b": "-x", "domain": (math.nan, 1)}),
        ("domain", {"a": "1", "b": "-x", "domain": (0, 1e-13)}),
        ("domain", {"a": "1", "b": "-x", "domain": (1, 1 + 1e-9)}),
        ("domain", {"a": "1", "b": "-x", "domain": (0, 1e12)}),
        ("domain", {"a": "1", "b": "-x", "domain": (0, 1, 2)}),
        ("domain", {"a": "1", "b": "-x", "domain": "01"}),
        ("domain", {"a": "1", "b": "-x", "domain": ("0", "x")}),
        ("domain", {"a": "1", "b": "-x", "domain": (0, "9**9**9")}),
        ("domain", {"a": "1", "b": "-x", "domain": (0, None)}),
        ("domain", {"a": "1", "b": "-x", "domain": (False, True)}),
        ("domain", {"a": "1", "b": "-x", "domain": None}),
    ],
)
def test_refuses(field, arguments):
    with pytest.raises(InputError) as caught:
        Generator(**arguments)
    assert caught.value.field == field
    assert caught.value.problem
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        (("-inf", "inf"), R),
        (("-∞", "+∞"), R),
        (("\u2212Infinity", " oo "), R),
        (("-1/2", "1e3"), (-0.5, 1000.0)),
        (np.array([0.0, math.inf]), (0.0, math.inf)),
        ([-0.0, 1], (0.0, 1.0)),
    ],
)
def test_domain_forms(typed, domain):
    assert Generator("1", "-x", typed).domain == domain


def test_saved_specification_returns():
    g = Generator("0.1 + x^2", "-x/3", (0, math.inf))
    assert Generator.model_validate_json(g.model_dump_json()) == g
    assert Generator.model_validate(g.model_dump()) == g
    assert pickle.loads(pickle.dumps(g)) == g


@pytest.mark.parametrize("saved", [{"a": "1"}, {"b": "x"}, {"a": "1", "b": "x", "c": 1}, [], 3])
def test_damaged_specification_is_refused_in_words(saved):
    with pytest.raises(InputError):
        Generator.model_validate(saved)


def test_frozen():
    g = Generator("1", "-x")
    with pytest.raises(Exception, match="frozen"):
        g.a = (2.0,)
    assert hash(g) == hash(Generator([1], [0, -1]))


def test_key_is_canonical_json():
    key = json.loads(Generator("1", "-x", (0, math.inf)).key())
    assert key["type"] == "generator"
    assert key["domain"] == ["0x0.0p+0", "inf"]


coefficients = st.lists(st.floats(-1e6, 1e6).filter(lambda c: c == 0 or abs(c) > 1e-6), max_size=5)


@given(coefficients, coefficients, coefficients, coefficients)
def test_key_differs_exactly_when_specifications_differ(a1, b1, a2, b2):
    one, two = Generator([1, *a1], [0, *b1]), Generator([1, *a2], [0, *b2])
    assert (one.key() == two.key()) == (one == two)


def test_key_tells_a_from_b_and_neighbouring_doubles():
    keys = {
        Generator([1, 2], [3]).key(),
        Generator([1], [2, 3]).key(),
        Generator([1, 2, 3], [0]).key(),
        Generator([1, 2], [3 + 2**-51]).key(),
        Generator([1, 2], [3], (0, 1)).key(),
    }
    assert len(keys) == 5
