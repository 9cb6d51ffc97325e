"""Exact root counts and isolation, against polynomials made from known roots."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.generators import sturm

INF = math.inf


def from_roots(roots):
    """Integer roots up to 30, at most 8 of them: the coefficients are exact in doubles."""
    return np.polynomial.polynomial.polyfromroots(roots).tolist()


whole = st.integers(-30, 30)


@given(st.lists(whole, min_size=1, max_size=8), st.floats(-40, 40), st.floats(-40, 40))
def test_counts_distinct_roots_in_half_open_intervals(roots, u, v):
    low, high = min(u, v), max(u, v)
    links = sturm.chain(from_roots(roots))
    assert sturm.count(links, low, high) == len({r for r in roots if low < r <= high})
    assert sturm.count(links, -INF, INF) == len(set(roots))


@given(st.lists(whole, min_size=1, max_size=8))
def test_finds_each_root_once_however_multiple(roots):
    found = sturm.roots(sturm.chain(from_roots(roots)), -INF, INF)
    # One bisection step ends within a unit in the last place, at 0 within 1e-200.
    np.testing.assert_allclose(found, sorted(set(roots)), rtol=4e-16, atol=1e-190)


@given(st.lists(st.tuples(whole, st.integers(1, 9)), max_size=4))
def test_complex_pairs_are_not_counted(pairs):
    p = [1.0]
    for centre, height in pairs:  # (x - centre)^2 + height^2
        p = np.convolve(p, [centre**2 + height**2, -2 * centre, 1.0]).tolist()
    assert sturm.count(sturm.chain(p), -INF, INF) == 0


def test_roots_eps_apart_are_told_apart():
    # (x - 1)(x - 1 - 2^-50): doubles cannot see it, integers can.
    gap = 2.0**-26
    links = sturm.chain([-(gap**2), 0.0, 1.0])
    assert sturm.roots(links, -INF, INF) == pytest.approx([-gap, gap], rel=1e-15)
    assert sturm.count(sturm.chain([gap**2, 0.0, 1.0]), -INF, INF) == 0


@pytest.mark.parametrize("scale", [1e-90, 1e-6, 1.0, 1e6, 1e90])
def test_scale_of_the_coefficients_does_not_matter(scale):
    links = sturm.chain([-2.0 * scale, 0.0, scale])
    assert sturm.roots(links, 0.0, INF) == pytest.approx([math.sqrt(2)], rel=1e-15)


def test_wide_spread_of_roots():
    roots = [1e-60, 1.0, 1e60]
    found = sturm.roots(sturm.chain(from_roots(roots)), -INF, INF)
    np.testing.assert_allclose(found, roots, rtol=1e-12)


def test_sign_is_exact_where_floats_round_to_zero():
    x = 1.0 + 2.0**-52
    p = [1.0, -2.0, 1.0]  # (x - 1)^2 = 2^-104, rounded to 0 by Horner's rule in doubles
    assert sturm.sign(p, x) == 1
    assert sturm.sign([-c for c in p], x) == -1
    assert sturm.sign(p, 1.0) == 0
    assert sturm.sign([0.0, 1.0], -INF) == -1
