"""Generators from their stationary law: closed forms, and the density that comes back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.errors import InputError
from explorer.generators.generator import Generator
from explorer.generators.inverse import from_law
from explorer.generators.spectrum import spectrum

LINE = (-math.inf, math.inf)
HALF = (0.0, math.inf)


@pytest.mark.parametrize(
    ("law", "a", "domain", "powers", "b"),
    [
        ("-x**2/2", "1", LINE, (0, 0), "-x"),
        ("-x**2/2", "1 + x**2", LINE, (0, 0), "x - x**3"),
        ("x**2/2 - x**4/4 + 7", "1", LINE, (0, 0), "x - x**3"),
        ("-x", "2*x", HALF, (0.5, 0), "3 - 2*x"),
        ("0", "1 - x**2", (-1, 1), (2, 0), "2 - 4*x"),
        ("-x", "x + x**2", HALF, (1, 0), "2 + 2*x - x**2"),
        ("0", "3*x - 2 - x**2", (1, 2), (3, 1), "10 - 6*x"),
    ],
)
def test_closed_forms(law, a, domain, powers, b):
    found, expected = from_law(law, a, domain, powers=powers), Generator(a, b, domain)
    assert found.b == pytest.approx(expected.b, abs=1e-12)
    assert (found.a, found.domain) == (expected.a, expected.domain)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([-1.0, -0.3, 0.0, 0.2, 1.0]), min_size=4, max_size=4),
    st.lists(st.floats(0.01, 1.0), min_size=2, max_size=2),
)
def test_the_density_comes_back(middle, noise):
    """``log pi - U`` is one constant wherever there is mass."""
    law = [0.0, *middle, 0.0, -0.5]
    s = spectrum(from_law(law, [1.0, 0.0, noise[0], 0.0, noise[1]]))
    kept = s.log_density > s.log_density.max() - 30.0
    off = s.log_density - np.polynomial.polynomial.polyval(s.nodes, law)
    assert np.ptp(off[kept]) < 1e-8


def test_powers_come_back_too():
    s = spectrum(from_law("-x", "x + x**2", (0, math.inf), powers=(1.5, 0)))
    kept = s.log_density > s.log_density.max() - 30.0
    off = s.log_density - (1.5 * np.log(s.nodes) - s.nodes)
    assert np.ptp(off[kept]) < 1e-8


@pytest.mark.parametrize(
    ("field", "law", "a", "domain", "powers"),
    [
        ("log_density", "exp(x)", "1", LINE, (0, 0)),
        ("a", "-x", "1 +", HALF, (0, 0)),
        ("a", "-x", "1 + x", HALF, (1, 0)),
        ("powers", "-x", "x", HALF, (0, 1)),
        ("powers", "-x", "x", HALF, (1, 0, 0)),
        ("powers", "-x", "x", HALF, "12"),
        ("powers", "-x", "x", HALF, (math.nan, 0)),
        ("domain", "-x", "x", (1, 0), (0, 0)),
        ("b", "x**12", "1 + x**2", LINE, (0, 0)),
    ],
)
def test_refusals(field, law, a, domain, powers):
    with pytest.raises(InputError) as caught:
        from_law(law, a, domain, powers=powers)
    assert caught.value.field == field
