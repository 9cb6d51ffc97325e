"""Numbers as a person reads them: only the digits that are certain, thin spaces, × 10ⁿ.

The same rules hold in verdicts, labels, tables and alt texts. Files for machines (CSV, JSON,
notebook lines) never come through here: they carry ``repr`` of the float.
"""

from __future__ import annotations

import math

THIN = "\u202f"  # narrow no-break space: groups digits, stands before a unit
MINUS = "\u2212"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

PROSE_DIGITS = 4
MAX_DIGITS = 15  # every decimal of 15 digits survives a double


def number(value: float, digits: int = PROSE_DIGITS) -> str:
    """Write `value` with `digits` significant digits; trailing zeros are dropped.

    Examples
    --------
    >>> number(2.067999258)
    '2.068'
    >>> number(4.98986e-12, 3) == f"4.99{THIN}×{THIN}10⁻¹²"
    True
    >>> number(-1234567.0) == f"{MINUS}1.235{THIN}×{THIN}10⁶"
    True
    >>> number(math.inf)
    '∞'
    """
    return _write(value, digits, keep_zeros=False)


def signed(value: float, digits: int = PROSE_DIGITS) -> str:
    """Write `value` with its sign, plus included.

    Examples
    --------
    >>> signed(0.66), signed(-0.748), signed(0.0)
    ('+0.66', '−0.748', '0')
    """
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def certain(value: float, relative_error: float, most: int = MAX_DIGITS) -> str:
    """Write the digits of `value` that its relative error leaves certain, at most `most`.

    Examples
    --------
    >>> certain(2.0679992583, 1e-4)
    '2.068'
    >>> certain(0.5, 1e-6) == f"0.500{THIN}000"
    True
    """
    return _write(value, certain_digits(relative_error, most), keep_zeros=True)


def certain_digits(relative_error: float, most: int = MAX_DIGITS) -> int:
    """Count the significant digits that a relative error leaves certain, 1 to `most`.

    Examples
    --------
    >>> certain_digits(1e-6), certain_digits(0.0), certain_digits(2.0)
    (6, 15, 1)
    """
    if not relative_error > 0:
        return most
    return max(1, min(most, math.floor(-math.log10(relative_error) + 1e-9)))


def from_log10(log10: float, digits: int = PROSE_DIGITS) -> str:
    """Write 10**log10, also where a double cannot hold it.

    Examples
    --------
    >>> from_log10(-128 + math.log10(2.7775), 3) == f"2.78{THIN}×{THIN}10⁻¹²⁸"
    True
    >>> from_log10(-434288.3, 1) == f"5{THIN}×{THIN}10⁻⁴³⁴²⁸⁹"
    True
    >>> from_log10(0.3)
    '1.995'
    """
    if not math.isfinite(log10):
        return "∞" if log10 > 0 else "0"
    if abs(log10) < 300:
        return number(10.0**log10, digits)
    exponent = math.floor(log10)
    mantissa = f"{10.0 ** (log10 - exponent):.{max(digits - 1, 0)}f}"
    if mantissa.startswith("10"):  # 9.9996 rounds up to the next power
        mantissa, exponent = "1", exponent + 1
    return _scientific(_trim(mantissa), exponent)


def percent(fraction: float, digits: int = 2) -> str:
    """Write a fraction as a percentage with `digits` significant digits.

    Examples
    --------
    >>> percent(0.0323) == f"3.2{THIN}%"
    True
    """
    return f"{number(100 * fraction, digits)}{THIN}%"


def milliseconds(seconds: float) -> str:
    """Write a duration in ms, without more digits than a clock deserves.

    Examples
    --------
    >>> milliseconds(0.00427) == f"4.3{THIN}ms"
    True
    """
    return f"{number(1000 * seconds, 2)}{THIN}ms"


def whole(value: int) -> str:
    """Write a whole number with thin spaces between thousands.

    Examples
    --------
    >>> whole(196608) == f"196{THIN}608"
    True
    """
    return f"{value:,}".replace(",", THIN).replace("-", MINUS)


def superscript(exponent: int) -> str:
    """Write a whole number as an exponent.

    Examples
    --------
    >>> superscript(-12)
    '⁻¹²'
    """
    return str(exponent).translate(_SUPERSCRIPTS)


def subscript(index: int) -> str:
    """Write a whole number as an index.

    Examples
    --------
    >>> subscript(10)
    '₁₀'
    """
    return str(index).translate(_SUBSCRIPTS)


def _write(value: float, digits: int, *, keep_zeros: bool) -> str:
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if not -4 <= power < max(digits, 5):
        return _scientific(_group(mantissa if keep_zeros else _trim(mantissa)), power)
    plain = f"{value:.{max(digits - 1 - power, 0)}f}"
    return _group(plain if keep_zeros else _trim(plain)).replace("-", MINUS)


def _scientific(mantissa: str, exponent: int) -> str:
    power = f"10{superscript(exponent)}"
    if mantissa in ("1", "-1"):
        return mantissa.replace("1", power).replace("-", MINUS)
    return f"{mantissa}{THIN}×{THIN}{power}".replace("-", MINUS)


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _group(text: str) -> str:
    """Part the digits in threes from the decimal point, where more than four stand together."""
    sign = text[: text.startswith("-")]
    whole_part, _, decimals = text.removeprefix("-").partition(".")
    if len(whole_part) > 4:
        whole_part = f"{int(whole_part):,}".replace(",", THIN)
    if len(decimals) > 4:
        decimals = THIN.join(decimals[i : i + 3] for i in range(0, len(decimals), 3))
    return f"{sign}{whole_part}.{decimals}" if decimals else f"{sign}{whole_part}"
