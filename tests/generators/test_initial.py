"""Initial laws: what they accept, how they are placed, what they draw."""

import math

import numpy as np
import pytest

from explorer.core.errors import InputError
from explorer.generators import Gaussian, Points, Uniform
from explorer.generators.start import place

LINE = (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Gaussian(0.0, 0.0), "std"),
        (lambda: Gaussian(0.0, -1.0), "std"),
        (lambda: Gaussian(math.nan, 1.0), "mean"),
        (lambda: Gaussian("0", 1.0), "mean"),
        (lambda: Gaussian(1e13, 1.0), "mean"),
        (lambda: Gaussian(1e11, 1e-6), "std"),  # narrower than doubles resolve there
        (lambda: Uniform(1.0, 1.0), "high"),
        (lambda: Uniform(2.0, 1.0), "high"),
        (lambda: Uniform(-math.inf, 1.0), "low"),
        (lambda: Points([]), "values"),
        (lambda: Points([math.nan]), "values"),
        (lambda: Points(["a"]), "values"),
        (lambda: Points([[1.0, 2.0]]), "values"),
        (lambda: Points(None), "values"),
        (lambda: Points(np.zeros(100_001)), "values"),
        (lambda: Points([True, False]), "values"),
    ],
)
def test_malformed(make, field):
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.field == field
    assert caught.value.remedy


def test_forms_of_points():
    assert Points(1).values == Points([1.0]).values == (1.0,)
    assert Points(np.array([3, 1, 1])).values == (1.0, 1.0, 3.0)


def test_keys_tell_laws_apart_and_are_stable():
    laws = [Gaussian(0, 1), Uniform(0, 1), Points([0, 1]), Gaussian(0, 1 + 1e-15), Points([1])]
    assert len({law.key() for law in laws}) == len(laws)
    assert Gaussian(0, 1).key() == Gaussian(0.0, 1.0).key()
    assert Gaussian(-0.0, 1).key() == Gaussian(0.0, 1).key()
    assert len({Gaussian(0, 1), Gaussian(0.0, 1.0)}) == 1


def test_gaussian_cut_to_a_half_line_is_renormalised_and_says_so():
    start = place(Gaussian(0.5, 1.0), (0.0, math.inf))
    x = np.linspace(0.0, 10.0, 100_001)
    assert np.trapezoid(start.density(x), x) == pytest.approx(1.0, rel=1e-9)
    assert "69.1%" in start.note
    assert place(Gaussian(10.0, 1.0), (0.0, math.inf)).note == ""
    assert start.mass_between(0.0, 0.5) == pytest.approx(
        np.trapezoid(start.density(x[x <= 0.5]), x[x <= 0.5]), rel=1e-4
    )


@pytest.mark.parametrize(
    ("law", "field"),
    [(Uniform(-1, 1), "low"), (Uniform(0, 9), "high"), (Points([1, 9]), "values")],
)
def test_laws_must_lie_inside(law, field):
    with pytest.raises(InputError) as caught:
        place(law, (0.0, 3.0))
    assert caught.value.field == field
    place(law, LINE)


def test_something_else_is_no_law():
    with pytest.raises(InputError):
        place("gaussian", LINE)


@pytest.mark.parametrize(
    ("law", "domain"),
    [
        (Gaussian(0.3, 0.7), LINE),
        (Gaussian(-3.0, 1.0), (0.0, math.inf)),
        (Gaussian(3.0, 1.0), (-math.inf, 0.5)),
        (Uniform(-1.0, 2.0), LINE),
    ],
)
def test_draws_follow_the_law(law, domain):
    """Mean and variance within 5 standard errors: a false alarm in 1e-6, and the seed is fixed."""
    start = place(law, domain)
    drawn = start.sample(100_000, np.random.default_rng(5))
    x = np.linspace(start.low, start.high, 200_001)
    weight = start.density(x) / start.density(x).sum()
    mean = weight @ x
    variance = weight @ (x - mean) ** 2
    fourth = weight @ (x - mean) ** 4
    assert drawn.min() >= start.low - 1e-12
    assert drawn.max() <= start.high + 1e-12
    assert abs(drawn.mean() - mean) < 5.0 * math.sqrt(variance / drawn.size)
    assert abs(drawn.var() - variance) < 5.0 * math.sqrt((fourth - variance**2) / drawn.size)


def test_points_are_drawn_equally():
    drawn = place(Points([1.0, 2.0]), LINE).sample(10_000, np.random.default_rng(5))
    assert set(drawn) == {1.0, 2.0}
    assert abs((drawn == 1.0).mean() - 0.5) < 5.0 * 0.005
