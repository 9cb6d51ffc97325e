"""Landscape, degree study and tune: exact values, refusals, and the derivative they walk on."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.errors import InputError, NotErgodicError
from explorer.generators import (
    Generator,
    classify,
    degree_study,
    gap_gradient,
    landscape,
    search,
    spectrum,
    tune,
)
from explorer.generators.coefficient import Coefficient, named, value_of, with_values
from explorer.generators.continuum import affine_gap
from explorer.generators.pace import pace
from explorer.generators.pace_gradient import pace_gradient

INF = math.inf
R = (-INF, INF)
HALF = (0.0, INF)

# ---------------------------------------------------------------- names of coefficients


@pytest.mark.parametrize("name", ["b3", ("b", 3), ["b", 3], ("b", "3")])
def test_names(name):
    assert named(name, field="free") == Coefficient("b", 3)


@pytest.mark.parametrize(
    "name", ["", "b", "c1", "b13", "b-1", "b1.5", "b100", "b²", 3, None, ("b",), "bb"]
)
def test_wrong_names(name):
    with pytest.raises(InputError) as caught:
        named(name, field="free")
    assert caught.value.field == "free"


def test_values_are_set_beyond_the_degree():
    g = with_values(Generator("1", "-x"), {Coefficient("a", 2): 0.5, Coefficient("b", 3): -1.0})
    assert (g.a, g.b) == ((1.0, 0.0, 0.5), (0.0, -1.0, 0.0, -1.0))
    assert value_of(g, Coefficient("a", 5)) == 0.0


# ---------------------------------------------------------------- fair speed

PACES = [
    ("1", "-x", R, 1.0, 1.0),
    ("3", "-2*x+10", R, 2.0, 1.0),
    ("1+x^2", "-6*x", R, 6.0, 1.0),
    ("1-x^2", "-2*x", (-1, 1), 2.0, 1.0),
    ("1-x^4", "-2*x", (-1, 1), 2.0, 1.0),
    ("x", "1.5-x", HALF, 1.0, 1.0),
    ("1+x^2", "-1.05*x", R, 1.05, None),  # the continuum begins at 1.050625
    ("x*(1+x)", "2-1.2*x", HALF, 1.2, None),
    ("1", "-3", HALF, 2.25, 0.25),  # continuum b^2/4; Var = 1/9, E[a] = 1
    ("1", "0", (0, 2), math.pi**2 / 4, math.pi**2 / 12),
]


@pytest.mark.parametrize(("a", "b", "domain", "gap", "fair"), PACES)
def test_pace_is_exact(a, b, domain, gap, fair):
    p = pace(Generator(a, b, domain))
    assert p.gap == pytest.approx(gap, rel=1e-12)
    if fair:  # tails as heavy as those two leave the variance with fewer digits
        assert p.efficiency == pytest.approx(fair, rel=1e-10)


@pytest.mark.parametrize(
    ("a", "b", "domain"),
    [
        ("1", "-x", HALF),
        ("1", "-3", HALF),
        ("1+x^2", "-x", R),
        ("1", "-x^3", R),
        ("1", "x", (0, 1)),
    ],
)
def test_no_closed_form_where_x_is_no_eigenfunction(a, b, domain):
    g = Generator(a, b, domain)
    assert affine_gap(g, classify(g)) is None


def test_pace_agrees_with_spectrum():
    for b in ("-x-x^3", "4*x-4*x^3", "1-x^5", "60*x-60*x^3"):
        p, s = pace(Generator("1", b)), spectrum(Generator("1", b), k=1)
        assert p.log_gap == pytest.approx(s.log_gap, rel=1e-12)
        assert p.efficiency == pytest.approx(s.efficiency, rel=1e-10)


def test_pace_refuses_and_knows_what_is_undefined():
    with pytest.raises(NotErgodicError, match="Explosive"):
        pace(Generator("1", "x^3"))
    assert pace(Generator("1+x^4", "-x")).efficiency is None


def test_metastable_pace_is_tiny_but_known():
    p = pace(Generator("1", "10000*x-10000*x^3"))
    assert p.solution is None
    assert p.log_gap < -2000
    assert p.gap == 0.0


# ---------------------------------------------------------------- derivative of log Lambda

SLOPES = [
    ("1+0.3*x+0.5*x^2", "0.3-x-0.4*x^2-0.7*x^3", R, 1e-9),
    ("1+x^2", "-6*x-x^3", R, 1e-9),
    ("1+x^4", "-x-5*x^5", R, 1e-9),
    ("1", "8*x-4*x^3", R, 1e-9),
    ("1+0.2*x", "-x+x^2", (-1, 1), 1e-9),
    ("1", "-x", (2, INF), 1e-9),
    ("x", "1.5-x-0.3*x^2", HALF, 1e-9),
    ("1+x^4", "-1.5*x^3", R, 1e-5),  # heavy tail: moments beyond the mesh, to 1/X
]


@pytest.mark.parametrize(("a", "b", "domain", "tolerance"), SLOPES)
def test_derivative_against_differences(a, b, domain, tolerance):
    g = Generator(a, b, domain)
    moving = [Coefficient("a", k) for k in range(len(g.a)) if g.a[0] or k]
    moving += [Coefficient("b", k) for k in range(len(g.b))]
    exact = pace_gradient(pace(g), moving)
    for c, slope in zip(moving, exact, strict=True):
        h = 1e-3 * max(abs(value_of(g, c)), 0.1)
        logs = [
            math.log(pace(with_values(g, {c: value_of(g, c) + k * h})).efficiency)
            for k in (-2, -1, 1, 2)
        ]
        difference = (logs[0] - 8 * logs[1] + 8 * logs[2] - logs[3]) / (12 * h)
        # Five-point rule: truncation h^4 and rounding 1e-14/h are both below the tolerance.
        assert slope == pytest.approx(difference, rel=tolerance, abs=max(tolerance, 1e-8))


def test_derivative_where_the_gap_is_the_continuum():
    # Lambda = (b^2/4a)(a/b)^2/a stays 1/4: every derivative vanishes, by the closed form.
    slopes = pace_gradient(
        pace(Generator("1", "-2", HALF)), [Coefficient("a", 0), Coefficient("b", 0)]
    )
    np.testing.assert_allclose(slopes, 0.0, atol=1e-9)


def test_gap_part_of_the_derivative_is_that_of_gap_gradient():
    # Scaling b alone by c: d log gap = sum b_k dgap/db_k / gap, and a, b together give exactly 1.
    g = Generator("1+0.5*x^2", "0.2-x-x^3")
    slope = gap_gradient(g)
    homogeneous = np.dot(slope.a, g.a) + np.dot(slope.b, g.b)
    assert homogeneous == pytest.approx(pace(g).gap, rel=1e-10)
    moving = [Coefficient("a", k) for k in range(3)] + [Coefficient("b", k) for k in range(4)]
    # A time change leaves Lambda alone: its derivative along (a, b) is 0.
    assert np.dot(pace_gradient(pace(g), moving), [*g.a, *g.b]) == pytest.approx(0.0, abs=1e-11)


def test_lambda_does_not_change_along_a_scaling():
    g = Generator("1+0.5*x^2", "0.2-x-x^3")
    moving = [Coefficient("a", k) for k in range(3)] + [Coefficient("b", k) for k in range(4)]
    direction = [(2 - k) * c for k, c in enumerate(g.a)] + [(1 - k) * c for k, c in enumerate(g.b)]
    assert np.dot(pace_gradient(pace(g), moving), direction) == pytest.approx(0.0, abs=1e-11)


# ---------------------------------------------------------------- landscape


def test_landscape_holds_the_exact_values_and_names_refusals():
    flat = landscape(Generator("1", "-x"), x_range=(-2.0, 1.0), y_range=(-1.0, 0.5), n=4)
    assert flat.x.tolist() == [-2.0, -1.0, 0.0, 1.0]
    assert flat.y.tolist() == [-1.0, -0.5, 0.0, 0.5]
    assert flat.gap.shape == flat.efficiency.shape == flat.verdict.shape == (4, 4)
    row = flat.y.tolist().index(0.0)  # b = b1 x
    np.testing.assert_allclose(flat.gap[row], [2.0, 1.0, np.nan, np.nan], rtol=1e-12)
    assert flat.verdict[row].tolist() == [*["exponential"] * 2, "null-recurrent", "transient"]
    assert set(flat.verdict[3]) == {"explosive"}
    assert set(flat.reason[3]) == {"Explosive: paths reach infinity in finite time."}
    assert flat.gap[0, 1] == pytest.approx(2.067999258293108, rel=1e-12)  # b = -x - x^3
    assert flat.efficiency[0, 1] == pytest.approx(pace(Generator("1", "-x-x^3")).efficiency)


def test_landscape_cells_that_are_no_generators_or_have_no_lambda():
    grid = landscape(
        Generator("1", "-x"), "a0", ("a", 4), x_range=(0.0, 1.0), y_range=(0.0, 1.0), n=2
    )
    assert grid.verdict.tolist() == [["malformed", "exponential"], ["root-inside", "exponential"]]
    assert np.isfinite(grid.gap[1, 1])
    assert np.isnan(grid.efficiency[1, 1])  # 1 + x^4, -x: E[a] is infinite


def test_landscape_marks_metastable_cells():
    grid = landscape(Generator("1", "0"), x_range=(1.0, 20000.0), y_range=(-20000.0, -1.0), n=2)
    assert grid.verdict[0, 1] == "metastable"
    assert grid.verdict[1, 0] == "exponential"
    assert grid.gap[0, 1] == 0.0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"x": "b9x"}, "x"),
        ({"x": "b3", "y": ("b", 3)}, "y"),
        ({"n": 1}, "n"),
        ({"n": 65}, "n"),
        ({"n": True}, "n"),
        ({"n": 2.0}, "n"),
        ({"x_range": (1.0, 1.0)}, "x_range"),
        ({"y_range": (0.0, math.inf)}, "y_range"),
        ({"y_range": (math.nan, 1.0)}, "y_range"),
    ],
)
def test_landscape_refuses(changes, field):
    arguments = {"x_range": (-1.0, 1.0), "y_range": (-1.0, 1.0), "n": 2} | changes
    with pytest.raises(InputError) as caught:
        landscape(Generator("1", "-x"), **arguments)
    assert caught.value.field == field


# ---------------------------------------------------------------- degree study


def test_degree_study_reproduces_the_published_row():
    study = degree_study()
    assert study.degrees.tolist() == [1, 3, 5, 7, 9]
    # Printed with three decimals.
    np.testing.assert_allclose(study.gaps, [1, 1.369, 1.524, 1.627, 1.704], atol=5e-4)
    np.testing.assert_allclose(study.efficiencies, [1, 0.925, 0.882, 0.861, 0.849], atol=5e-4)
    assert study.gaps[1] == pytest.approx(1.36859252097722072801647162897, rel=1e-12)


@pytest.mark.parametrize("degrees", [(2,), (1, 4), (13,), (0,), (-1,), (1.5,)])
def test_degree_study_refuses(degrees):
    with pytest.raises(InputError, match="odd degrees"):
        degree_study(degrees)


# ---------------------------------------------------------------- tune

TUNED = [
    ("1", "-x-x^3", R, 0.99, ("b3",)),
    ("1", "-x-x^3", R, 0.3, ("b1", "b3")),
    ("1", "-x", R, 0.9, ("b1", "b3")),  # from the summit Lambda = 1, where the derivative is 0
    ("1", "8*x-4*x^3", R, 0.8, ("b1", "b3")),
    ("1+x^2", "-6*x-x^3", R, 0.999, ("a0", "b3")),
    ("x", "1.5-x-0.5*x^2", HALF, 0.99, ("a1", "b2")),
    ("1-x^2", "-x-x^3", (-1, 1), 0.97, ("b1", "b3")),
]


@pytest.mark.parametrize(("a", "b", "domain", "target", "free"), TUNED)
def test_tune_reaches_its_target(a, b, domain, target, free):
    g = Generator(a, b, domain)
    result = tune(g, target, free)
    assert result.converged
    assert result.message.startswith("Reached")
    assert result.free == free
    # Only the free coefficients move, and the path is theirs.
    moved = [named(name, field="free") for name in free]
    assert result.path.shape == (len(result.gaps), len(free))
    assert result.path[0].tolist() == [value_of(g, c) for c in moved]
    assert with_values(g, dict(zip(moved, result.path[-1], strict=True))) == result.generator
    # The last one really has that Lambda; at the start's moments its gap is target * E[a]/Var.
    assert spectrum(result.generator, k=1).efficiency == pytest.approx(target, rel=1e-9)
    start, fixed = spectrum(g, k=1), spectrum(result.at_fixed_moments, k=1)
    assert fixed.variance == pytest.approx(start.variance, rel=1e-9)
    assert fixed.noise_power == pytest.approx(start.noise_power, rel=1e-9)
    assert fixed.gap == pytest.approx(target * start.noise_power / start.variance, rel=1e-9)
    assert result.gaps[-1] == pytest.approx(fixed.gap, rel=1e-9)
    assert result.efficiencies[0] == pytest.approx(start.efficiency, rel=1e-9)


def test_a_coefficient_that_is_always_refused_does_not_stop_the_others():
    # Any b4 makes the leading degree even: explosive on one side.
    result = tune(Generator("1", "-x-x^3"), 0.98, ("b1", "b4"))
    assert result.converged
    assert result.path[-1][1] == 0.0


def test_a_summit_is_left_although_the_derivative_is_exactly_zero(monkeypatch):
    monkeypatch.setattr(search, "pace_gradient", lambda *a: np.round(pace_gradient(*a), 9))
    assert tune(Generator("1", "-x"), 0.9, ("b1", "b3")).converged


def test_tune_is_fast_in_steps():
    # Gauss-Newton on the exact derivative: error halves its digits' distance each step.
    errors = np.abs(tune(Generator("1", "-x-x^3"), 0.9, ("b1", "b3")).efficiencies / 0.9 - 1)
    assert errors[-1] < 1e-9
    assert errors[-1] < 100 * errors[-2] ** 2 + 1e-12


def test_the_summit_is_reached():
    result = tune(Generator("1", "-x-x^3"), 1.0, ("b3",))
    assert result.converged
    assert abs(result.generator.b[3]) < 1e-4


def test_already_there():
    result = tune(Generator("1", "-x"), 1.0, ("b3",))
    assert result.converged
    assert len(result.path) == 1


@pytest.mark.parametrize("target", [1.0001, 2, INF])
def test_targets_above_the_ceiling_are_refused_with_the_theorem(target):
    with pytest.raises(InputError, match=r"at most E_π\[a\]/Var_π\(X\)") as caught:
        tune(Generator("1", "-x-x^3"), target, ("b3",))
    assert caught.value.field == "target"


@pytest.mark.parametrize("target", [0, -0.5, math.nan, None, "x", -INF])
def test_other_targets_are_refused(target):
    with pytest.raises(InputError, match="not a speed"):
        tune(Generator("1", "-x-x^3"), target, ("b3",))


@pytest.mark.parametrize(
    ("a", "b", "domain", "free", "field"),
    [
        ("1", "-x", R, (), "free"),
        ("1", "-x", R, ("c1",), "free"),
        ("x", "1-x", HALF, ("a0",), "free"),  # would move the zero of a at 0
        ("1-x^2", "-2*x", (-1, 1), ("a2",), "free"),
        ("1", "-2", HALF, ("b1",), "free"),  # removes the continuum that is the gap
        ("1+x^4", "-x", R, ("b1",), "a"),  # Lambda undefined
        ("1", "10000*x-10000*x^3", R, ("b1",), "b"),  # metastable
    ],
)
def test_starts_and_coefficients_that_cannot_be_tuned(a, b, domain, free, field):
    with pytest.raises(InputError) as caught:
        tune(Generator(a, b, domain), 0.5, free)
    assert caught.value.field == field


def test_a_start_without_rate_is_refused():
    with pytest.raises(NotErgodicError):
        tune(Generator("1", "x"), 0.5, ("b1",))


def test_what_cannot_be_reached_is_said():
    # b5 > 0 explodes and b5 < 0 slows down, so -x^3 cannot be made faster by b5.
    result = tune(Generator("1", "-x^3"), 0.99, ("b5",))
    assert not result.converged
    assert "No step of b5" in result.message
    assert "Explosive" in result.message
    assert len(result.path) == 1
    # Every Pearson diffusion has Lambda = 1: a2 alone changes nothing.
    assert not tune(Generator("1", "-x"), 0.9, ("a2",)).converged


@settings(max_examples=15)
@given(
    st.floats(0.2, 0.99),
    st.integers(-20, 20).map(lambda n: n / 10),
    st.integers(1, 30).map(lambda n: n / 10),
    st.sets(st.sampled_from(["a2", "b0", "b1", "b2", "b3", "b5"]), min_size=1, max_size=3),
)  # fmt: skip
def test_tune_never_fails_and_never_lies(target, b1, b3, free):
    g = Generator([1.0], [0.0, b1, 0.0, -b3])
    result = tune(g, target, sorted(free))
    last = pace(result.generator)
    assert last.efficiency == pytest.approx(result.efficiencies[-1], rel=1e-12)
    assert result.converged == (abs(math.log(last.efficiency / target)) <= 2e-10)
    assert abs(math.log(last.efficiency / target)) <= (
        abs(math.log(result.efficiencies[0] / target)) + 1e-12
    )
