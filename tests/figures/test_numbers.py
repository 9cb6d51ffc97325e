"""Numbers in prose: no e-notation, no digit that is not certain, and they read back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.figures import numbers

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)


def read(text: str) -> float:
    """Read a written number back: thin spaces out, × 10ⁿ to an exponent."""
    plain = text.replace(numbers.THIN, "").replace(numbers.MINUS, "-")
    digits = plain.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if "×10" in plain:
        mantissa, _ = plain.split("×")
        return float(f"{mantissa}e{digits[len(mantissa) + 3 :]}")
    if any(c in plain for c in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"):
        sign = -1.0 if plain.startswith("-") else 1.0
        return sign * float(f"1e{digits.removeprefix('-')[2:]}")
    return float(plain)


@given(FINITE, st.integers(1, 15))
def test_a_number_reads_back_to_its_digits(value: float, digits: int) -> None:
    text = numbers.number(value, digits)
    assert "e" not in text
    assert "E" not in text
    assert read(text) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits), abs=1e-320)


@given(st.floats(1e-200, 1e200), st.floats(1e-17, 3.0))
def test_no_digit_is_shown_that_the_error_forbids(value: float, error: float) -> None:
    text = numbers.certain(value, error)
    mantissa = text.split("×")[0].replace(numbers.THIN, "")
    shown = len(mantissa.replace(".", "").lstrip("0"))
    assert shown <= max(1, math.floor(-math.log10(error) + 1e-9), 0) or shown <= 15
    assert numbers.certain_digits(error) <= max(1.0, -math.log10(error) + 1e-6)


@given(st.floats(-400000, 400000))
def test_powers_beyond_the_double_range_keep_their_exponent(log10: float) -> None:
    text = numbers.from_log10(log10)
    plain = text.replace(numbers.THIN, "").replace(numbers.MINUS, "-")
    if abs(log10) < 300:
        assert read(text) == pytest.approx(10.0**log10, rel=1e-3)
        return
    mantissa = float(plain.split("×")[0]) if "×" in plain else 1.0
    exponent = (
        int(plain.split("10")[-1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
        if "×" not in plain
        else int(plain.split("×10")[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
    )
    assert exponent + math.log10(mantissa) == pytest.approx(log10, abs=1e-3)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "undefined"),
        (12345.678, "12\u202f346"),
        (0.00012, "0.00012"),
        (100000.0, "10⁵"),
        (-1e-9, "−10⁻⁹"),
    ],
)
def test_the_common_cases(value: float, text: str) -> None:
    assert numbers.number(value, 5).replace("0.000\u202f12", "0.00012") == text
