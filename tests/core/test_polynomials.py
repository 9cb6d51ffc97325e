"""Polynomial text: what is read, what is refused and with which words, and the way back."""

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from explorer.core import polynomials
from explorer.core.errors import InputError
from explorer.core.polynomials import parse
from explorer.core.reader import Reader
from explorer.core.screening import Box


@pytest.mark.parametrize(
    ("text", "coefficients"),
    [
        ("0", [0]),
        ("-0", [0]),
        ("x", [0, 1]),
        ("1 + x**2", [1, 0, 1]),
        ("1+x^2", [1, 0, 1]),
        ("-x^2", [0, 0, -1]),
        ("2*x**3 - x/4", [0, -0.25, 0, 2]),
        ("(1 + x)*(1 - x)", [1, 0, -1]),
        ("(1+x)^3/2", [0.5, 1.5, 1.5, 0.5]),
        ("--+-x", [0, -1]),
        ("x - x", [0]),
        (".5e1*x", [0, 5]),
        ("x**(1+1)", [0, 0, 1]),
        ("2**-1", [0.5]),
        ("x**0", [1]),
        ("x**2.0", [0, 0, 1]),
        ("1 +\n x\t", [1, 1]),
        ("2**3**2", [512]),
    ],
)
def test_reads(text, coefficients):
    assert parse(text).coef.tolist() == coefficients


def test_other_variable():
    assert parse("1 + t", variable="t").coef.tolist() == [1, 1]
    with pytest.raises(InputError, match=r"b\(t\), column 1: the word 'x' is not known"):
        parse("x", field="b", variable="t")


REFUSED = [
    ("", None, "empty"),
    ("   ", None, "empty"),
    ("x" * 201, 201, "201 characters"),
    ("sin(x)", 1, "'sin' is not known"),
    ("1 + X", 5, "Write a small x"),
    ("x2", 1, r"Write x\*\*2"),
    ("x²", 2, r"Write x\*\*2"),
    ("3 \u2212 x", 3, "Write - in its place"),
    ("2x", 2, r"Write \* to multiply"),
    ("x(x+1)", 2, r"Write \* to multiply"),
    ("(1+x)(1-x)", 6, r"Write \* to multiply"),
    ("1 2", 3, "operator is missing"),
    ("1 + * x", 5, "missing between"),
    ("*x", 1, "missing before"),
    ("x +", 3, "ends after"),
    ("()", 2, "missing between"),
    ("1 + (x", 5, "never closed"),
    ("1 + x)", 6, "closes nothing"),
    ("(" * 41 + "x" + ")" * 41, 41, "more than 40 parentheses"),
    ("-" * 60 + "x", 42, "more than 40 operations"),
    ("x**13", 1, "degree would be 13"),
    ("1 + (x**7)*(x**6)", 5, "degree would be 13"),
    ("(1+x)**1000000", 1, "degree would be 1000000"),
    ("x**1e11", 1, "degree would be 1"),
    ("9**9**9", 1, "too large"),
    ("1e12", 1, "1e12 or more"),
    ("1e400", 1, "1e12 or more"),
    ("1e6*1e6", 1, "1e12 or more"),
    ("1e7*1e7/1e7", 1, "1e12 or more"),  # checked after each operation, not only at the end
    ("9" * 199, 1, "1e12 or more"),
    ("1e-400", 1, "too small"),
    ("1/x", 3, "division by an expression"),
    ("x/0", 3, "division by 0"),
    ("x/(1-1)", 4, "division by 0"),
    ("0**-1", 1, "too large"),
    ("x**-1", 4, "whole number"),
    ("x**0.5", 4, "whole number"),
    ("x**x", 4, "whole number"),
    ("(-1)**0.5", 7, "whole number"),
    ("1_000", 2, "'_000' is not known"),
    ("1j", 2, "'j' is not known"),
    ("0x10", 2, "'x10' is not known"),
    ("007", 1, "starts with 0"),
    ("True", 1, "'True' is not known"),
    ("x.real", 2, "U\\+002E"),
    ("x, 1", 2, "Write . in its place"),
    ("x := 1", 3, "cannot be used"),
    ("f'{x}'", 1, "'f' is not known"),
    ("'x'", 1, "cannot be used"),
    ("x # 1", 3, "cannot be used"),
    ("x if x else x", 3, "'if' is not known"),
    ("lambda x: x", 1, "'lambda' is not known"),
    ("__import__('os').system('ls')", 1, "'__import__' is not known"),
    ("x\x00", 2, "control character"),
    ("\ud800", 1, "control character"),
    ("\u202ex", 1, "RIGHT-TO-LEFT OVERRIDE"),
    ("\u0445", 1, "U\\+0445"),  # Cyrillic letter that looks like x
    ("\uff11", 1, "U\\+FF11"),  # a digit, but not one of ours
]


@pytest.mark.parametrize(("text", "column", "words"), REFUSED)
def test_refuses_in_words(text, column, words):
    with pytest.raises(InputError, match=words) as caught:
        parse(text, field="b")
    assert caught.value.field == "b"
    assert caught.value.column == column
    assert caught.value.remedy


@pytest.mark.parametrize("value", [None, 1, 1.5, True, b"x", ["x"], object()])
def test_refuses_what_is_not_text(value):
    with pytest.raises(InputError, match="must be text"):
        parse(value)


def test_refusal_can_be_printed():
    with pytest.raises(InputError) as caught:
        parse("1 + \ud800")
    str(caught.value).encode("utf-8")  # a page must be able to send it


@pytest.mark.parametrize("failure", [SyntaxError, ValueError, RecursionError, MemoryError])
def test_failures_of_the_python_parser_are_refusals(monkeypatch, failure):
    def fail(*args, **keywords):
        raise failure

    monkeypatch.setattr(ast, "parse", fail)
    with pytest.raises(InputError, match="cannot be read"):
        parse("x")


@pytest.mark.parametrize("source", ["x.real", "[x]", "x if x else x", "True", "1j", "x % 2", "~x"])
def test_second_wall_refuses_foreign_nodes(source):
    # The screen lets none of these through; the white list must not depend on that.
    reader = Reader([], Box("a", "x"))
    with pytest.raises(InputError):
        reader.read(ast.parse(source, mode="eval").body)


coefficient = st.floats(-9.9e11, 9.9e11).map(lambda c: c + 0.0)


@given(st.lists(coefficient, min_size=1, max_size=13))
def test_format_then_parse_is_exact(coefficients):
    p = Polynomial(polynomials.strip(coefficients))
    text = polynomials.format(p)
    if len(text) <= polynomials.MAX_LENGTH:
        assert parse(text).coef.tolist() == p.coef.tolist()
    else:
        short = polynomials.format(p, max_length=polynomials.MAX_LENGTH)
        assert len(short) <= polynomials.MAX_LENGTH
        read = parse(short).coef
        # Nine digits always fit beside nine terms; thirteen long terms keep at least one digit.
        np.testing.assert_allclose(read, p.coef, rtol=0.6)


@given(st.lists(st.integers(-999, 999).map(lambda n: n / 100), min_size=1, max_size=9))
def test_short_decimals_round_trip_as_typed(coefficients):
    p = Polynomial(polynomials.strip(coefficients))
    text = polynomials.format(p)
    assert len(text) <= polynomials.MAX_LENGTH
    assert parse(text).coef.tolist() == p.coef.tolist()
    assert polynomials.format(parse(text)) == text


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ([0], "0"),
        ([1, 0, 1], "1 + x**2"),
        ([0, -6], "-6*x"),
        ([0, -1, 0, -1], "-x - x**3"),
        ([0.1, 0, -1e-8], "0.1 - 1e-8*x**2"),
        ([1000, 1e11, 123456789], "1000 + 1e11*x + 123456789*x**2"),
    ],
)
def test_format_is_what_a_person_would_write(coefficients, text):
    assert polynomials.format(Polynomial(coefficients)) == text


@pytest.mark.parametrize("power", range(-12, 12))
def test_numbers_beside_powers_of_ten_round_trip(power):
    # A logarithm rounds the double below 1e12 up to it; the digits must not come from one.
    for c in (10.0**power, np.nextafter(10.0**power, 0), np.nextafter(10.0**power, 1e99)):
        p = Polynomial([0.0, float(c)])
        assert parse(polynomials.format(p)).coef.tolist() == p.coef.tolist()


expression = st.recursive(
    st.sampled_from(["x", "1", "2.5", ".5", "3", "1e-3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "-", " * "]), inner).map("".join),
        inner.map(lambda e: f"({e})"),
        inner.map(lambda e: f"-{e}"),
        st.tuples(inner, st.sampled_from(["/2", "/ 0.5"])).map("".join),
        st.tuples(inner, st.sampled_from(["**2", "^2", "**3"])).map(lambda t: f"({t[0]}){t[1]}"),
    ),
    max_leaves=8,
)


@given(expression)
def test_agrees_with_numpy_arithmetic(text):
    try:
        mine = parse(text)
    except InputError:
        return
    x = Polynomial([0.0, 1.0])
    # Safe: the text was made by the strategy above.
    theirs = eval(text.replace("^", "**"), {"x": x, "__builtins__": {}})
    theirs = theirs if isinstance(theirs, Polynomial) else Polynomial([float(theirs)])
    points = np.linspace(-1, 1, 7)
    scale = 1 + np.abs(mine.coef).sum()
    np.testing.assert_allclose(mine(points), theirs(points), rtol=0, atol=1e-9 * scale)
