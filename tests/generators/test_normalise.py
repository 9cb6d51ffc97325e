"""Time change, scaling, shift, and the normal form."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import InputError
from explorer.generators.generator import Generator
from explorer.generators.normalise import normalise, rescale, shift, time_change
from explorer.generators.spectrum import spectrum

LINE = (-math.inf, math.inf)
CASES = [
    ("1", "-x-x^3+x^2/2", LINE),
    ("1+x^2", "2-6*x", LINE),
    ("2*x", "3-x", (0.0, math.inf)),
    ("1-x^2", "0.3-2*x", (-1.0, 1.0)),
]
FACTOR = st.floats(0.1, 10.0)


@pytest.mark.parametrize(("a", "b", "domain"), CASES)
@given(factor=FACTOR)
def test_time_change_multiplies_the_gap_and_keeps_the_law(a, b, domain, factor):
    g = Generator(a, b, domain)
    before, after = spectrum(g, k=1), spectrum(time_change(g, factor), k=1)
    assert after.gap == pytest.approx(factor * before.gap, rel=1e-12)
    assert after.efficiency == pytest.approx(before.efficiency, rel=1e-11)
    assert after.mean == pytest.approx(before.mean, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("a", "b", "domain"), CASES)
@given(factor=FACTOR, move=st.floats(-10.0, 10.0))
def test_scaling_and_shift_keep_the_gap(a, b, domain, factor, move):
    g = Generator(a, b, domain)
    before, after = spectrum(g, k=1), spectrum(shift(rescale(g, factor), move), k=1)
    # Expanding about a shifted origin loses up to move^degree ulps.
    assert after.gap == pytest.approx(before.gap, rel=1e-9)
    assert after.variance == pytest.approx(factor**2 * before.variance, rel=1e-8)


@pytest.mark.parametrize(("a", "b", "domain"), CASES)
def test_normal_form(a, b, domain):
    g = Generator(a, b, domain)
    s = spectrum(normalise(g), k=1)
    assert s.mean == pytest.approx(0.0, abs=1e-11)
    assert s.variance == pytest.approx(1.0, rel=1e-11)
    assert s.noise_power == pytest.approx(1.0, rel=1e-11)
    assert s.gap == pytest.approx(spectrum(g, k=1).efficiency, rel=1e-11)


@pytest.mark.parametrize("factor", [0.0, -1.0, math.nan, math.inf, 1e13])
def test_bad_factors(factor):
    for change in (time_change, rescale):
        with pytest.raises(InputError, match="out of range"):
            change(Generator("1", "-x"), factor)


def test_infinite_moments_cannot_be_normalised():
    with pytest.raises(InputError, match="infinite"):
        normalise(Generator("1+x^4", "-x"))
