"""The classification on random generators: symmetries, and no surprise on any input."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from explorer.generators import Generator, classify

INF = math.inf
FLAGS = (
    "verdict", "ergodic", "exponentially_ergodic", "strongly_ergodic", "continuous",
    "variance_finite", "noise_power_finite",
)  # fmt: skip
END_FLAGS = (
    "kind", "type", "order", "drift_order", "mass_finite", "scale_infinite", "explosive", "strong",
    "variance_finite", "noise_power_finite",
)  # fmt: skip

# Quarters make borderline ratios (g = 1, g = p - 1, cancelling drifts) frequent.
quarter = st.integers(-12, 12).map(lambda n: n / 4)
domains = st.sampled_from(
    [(-INF, INF), (0.0, INF), (1.0, INF), (-INF, 0.5), (-1.0, 1.0), (0.0, 2.0)]
)


@st.composite
def structured(draw):
    """Generators whose ``a`` is often positive, often degenerate at an end."""
    low, high = domain = draw(domains)
    a = draw(st.lists(quarter.map(abs), min_size=1, max_size=4))
    if draw(st.booleans()):
        a = [c for pair in zip(a, [0.0] * len(a), strict=True) for c in pair]  # even in x
    for end in (low, high):
        if math.isfinite(end):
            for _ in range(draw(st.integers(0, 3))):
                sign = 1.0 if end == low else -1.0
                a = times_line(a, -sign * end, sign)
    assume(any(a))
    b = draw(st.lists(quarter, min_size=1, max_size=6))
    return Generator(a, b, domain)


def times_line(p, constant, slope):
    product = [0.0] * (len(p) + 1)
    for k, c in enumerate(p):
        product[k] += c * constant
        product[k + 1] += c * slope
    return product


size = st.floats(-6, 6).map(lambda e: 10.0**e)
wild = st.one_of(st.just(0.0), size, size.map(lambda c: -c))
lists = st.lists(wild, min_size=1, max_size=9)
end = st.one_of(st.just(0.0), wild)


@st.composite
def hostile(draw):
    """Any coefficients of size 10^-6 to 10^6, any domain."""
    a, b, ends = draw(lists), draw(lists), sorted([draw(end), draw(end)])
    assume(any(a))
    low = -INF if draw(st.booleans()) else ends[0]
    high = INF if draw(st.booleans()) else ends[1]
    assume(high - low > 1e-5 * max(abs(x) for x in (low, high, 1e-3) if math.isfinite(x)))
    return Generator(a, b, (low, high))


def flags(c):
    return {name: getattr(c, name) for name in FLAGS}


def end_flags(report):
    return {name: getattr(report, name) for name in END_FLAGS}


def same_ends(one, two):
    assert end_flags(one.left) == end_flags(two.left)
    assert end_flags(one.right) == end_flags(two.right)


@given(structured())
def test_reflection_swaps_the_ends(g):
    mirrored = Generator(
        [-c if k % 2 else c for k, c in enumerate(g.a)],
        [c if k % 2 else -c for k, c in enumerate(g.b)],
        (-g.domain[1], -g.domain[0]),
    )
    one, two = classify(g), classify(mirrored)
    assert flags(one) == flags(two)
    assert end_flags(one.left) == end_flags(two.right)
    assert end_flags(one.right) == end_flags(two.left)
    assert two.essential == pytest.approx(one.essential, rel=1e-13)
    swapped = {"left": "right", "right": "left"}
    if one.left.kind != one.right.kind or one.end in (None, "inside"):
        assert two.end == swapped.get(one.end, one.end)


@given(structured(), st.floats(1e-6, 1e6))
def test_time_change_scales_the_essential_spectrum(g, c):
    one = classify(g)
    two = classify(Generator([c * v for v in g.a], [c * v for v in g.b], g.domain))
    assert flags(one) == flags(two)
    same_ends(one, two)
    assert one.end == two.end
    assert two.essential == pytest.approx(c * one.essential, rel=1e-11)


@given(structured(), st.floats(1e-3, 1e3))
@example(Generator([0, 0, 0.0625, -0.25, 0.25], [0], (-INF, 0.5)), 1.015625)  # zero at 0 and end
def test_scaling_changes_nothing(g, s):
    a = [c * s ** (2 - k) for k, c in enumerate(g.a)]
    b = [c * s ** (1 - k) for k, c in enumerate(g.b)]
    one, two = classify(g), classify(Generator(a, b, [s * x for x in g.domain]))
    assert flags(one) == flags(two)
    same_ends(one, two)
    assert two.essential == pytest.approx(one.essential, rel=1e-9)


def exact(p, x):
    x = Fraction(x)
    return sum((Fraction(c) * x**k for k, c in enumerate(p)), Fraction(0))


def points_inside(low, high):
    """Seven points of an open interval, by a rational map where it is unbounded."""
    for t in (k / 8 for k in range(1, 8)):
        if math.isfinite(low) and math.isfinite(high):
            yield low + t * (high - low)
        elif math.isfinite(low):
            yield low + t / (1 - t)
        elif math.isfinite(high):
            yield high - t / (1 - t)
        else:
            yield (2 * t - 1) / (t * (1 - t))


def size_of_terms(p, x):
    return sum(abs(Fraction(c)) * abs(Fraction(x)) ** k for k, c in enumerate(p))


@settings(max_examples=400)
@given(st.one_of(hostile(), structured()))
@example(Generator([1e-6, 0, 0, 0, 0, 0, 0, 0, 1e6], [0, -1e6], (-INF, INF)))
@example(Generator([0, 0, 0, 0, 0, 0, 0, 1e6], [1e6] * 9, (0, INF)))
def test_every_generator_gets_a_verdict(g):
    c = classify(g)
    assert c.reason.endswith((".", "?"))
    assert c.criterion
    assert c.essential >= 0  # False for nan too
    assert c.exponentially_ergodic == (c.verdict == "exponential")
    assert c.exponentially_ergodic == (c.ergodic and c.essential > 0)
    if c.verdict in ("negative", "root-inside"):
        for part in c.suggestions:
            assert classify(Generator(g.a, g.b, part)).verdict not in ("negative", "root-inside")
    else:
        for x in points_inside(*g.domain):
            slack = Fraction(1, 10**12) * size_of_terms(g.a, x)
            assert exact(g.a, x) > -slack


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=4), st.integers(1, 2), quarter)
def test_zeros_on_a_grid_are_all_seen(roots, multiplicity, drift):
    """Control for the property above: a that does vanish inside is never let through."""
    a = [1.0]
    for root in set(roots):
        for _ in range(multiplicity):
            a = times_line(a, -root / 4, 1.0)
    c = classify(Generator(a, [drift], (-INF, INF)))
    assert c.verdict == ("root-inside" if multiplicity == 2 else "negative")
    zeros = sorted({x for part in c.suggestions for x in part if math.isfinite(x)})
    assert zeros == sorted({root / 4 for root in roots})


@given(st.lists(st.floats(-9e99, 9e99), min_size=1, max_size=13), st.integers(0, 12))
def test_extreme_coefficients(coefficients, k):
    coefficients = [c if abs(c) > 1e-99 else 0.0 for c in coefficients]
    a = [*coefficients[:k], 1e-99, *coefficients[k + 1 :]][:13]
    for domain in ((-INF, INF), (0.0, INF), (-1e11, 1e11)):
        assert classify(Generator(a, coefficients, domain)).essential >= 0
