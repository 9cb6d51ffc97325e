"""The exact gradient of the gap against differences of the gap itself."""

import math

import numpy as np
import pytest

from explorer.core.errors import NotErgodicError
from explorer.generators.generator import Generator
from explorer.generators.gradient import gap_gradient
from explorer.generators.spectrum import spectrum

LINE = (-math.inf, math.inf)
CASES = [
    ("1+x^2/5+x^4/10", "-x-x^3/3+x^2/7", LINE),
    ("1", "-x-x^3", LINE),
    ("1+x^2", "1-6*x", LINE),
    ("1", "40*x-40*x^3-5", LINE),
    ("2*x", "3-x-x^2/9", (0.0, math.inf)),
    ("1-x^2", "0.2-3*x+x^3", (-1.0, 1.0)),
    ("1+x/2", "1-x^2", (0.0, 3.0)),
]


def difference(g: Generator, which: str, power: int) -> float:
    """Fourth-order central difference of the gap in one coefficient."""
    step = 1e-4 * max(1.0, abs(getattr(g, which)[power]))

    def gap(times: int) -> float:
        values = {"a": list(g.a), "b": list(g.b)}
        values[which][power] += times * step
        return spectrum(Generator(values["a"], values["b"], g.domain), k=1).gap

    return (8 * (gap(1) - gap(-1)) - (gap(2) - gap(-2))) / (12 * step)


@pytest.mark.parametrize(("a", "b", "domain"), CASES)
def test_gradient_equals_differences(a, b, domain):
    g = Generator(a, b, domain)
    slope, gap = gap_gradient(g), spectrum(g, k=1).gap
    assert slope.defined
    for which in ("a", "b"):
        for power, exact in enumerate(getattr(slope, which)):
            if np.isfinite(exact):
                # 1e-8: rounding of the gaps over the step, and the fifth derivative
                size = max(gap, abs(exact))
                assert difference(g, which, power) == pytest.approx(exact, abs=1e-8 * size)


def test_no_derivative_where_a_zero_of_a_would_leave_its_end():
    slope = gap_gradient(Generator("1-x^2", "-2*x", (-1, 1)))
    assert np.isnan(slope.a).all()
    assert slope.b == pytest.approx([0.0, -1.0], abs=1e-12)
    half_line = gap_gradient(Generator("x+x^2/9", "1-2*x", (0, math.inf)))
    assert np.isnan(half_line.a).tolist() == [True, False, False]


def test_homogeneity():
    """lambda_1 is homogeneous of degree 1 in (a, b) together: time change."""
    g = Generator("1+x^2/5+x^4/10", "-x-x^3/3+x^2/7")
    slope = gap_gradient(g)
    total = slope.a @ np.array(g.a) + slope.b @ np.array(g.b)
    assert total == pytest.approx(spectrum(g, k=1).gap, rel=1e-12)


def test_continuous_spectrum_has_the_gradient_of_its_closed_form():
    slope = gap_gradient(Generator("1+x^2", "0.5*x"))  # (A - B)^2 / (4 A)
    assert slope.a == pytest.approx([0, 0, 0.75 / 4], abs=1e-9)
    assert slope.b == pytest.approx([0, -0.25], abs=1e-9)


def test_metastable_is_undefined_and_refused_is_refused():
    slope = gap_gradient(Generator("1", "8000*x-8000*x^3"))
    assert not slope.defined
    assert np.isnan(slope.a).all()
    with pytest.raises(NotErgodicError, match="Null recurrent"):
        gap_gradient(Generator("1", "0"))
