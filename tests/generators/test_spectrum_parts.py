"""The parts of the spectrum against independent answers: shifts, quadrature, Green, cuts, zeros."""

import math
from fractions import Fraction

import numpy as np
import pytest

from explorer.generators import Generator, classify
from explorer.generators.catalogue import CATALOGUE
from explorer.generators.certificate import chen_wang
from explorer.generators.charts import layout
from explorer.generators.cuts import cut, tail_rates
from explorer.generators.hardy import hardy
from explorer.generators.metastable import log_hardy
from explorer.generators.oscillation import eigenvalues_below
from explorer.generators.probe import probe
from explorer.generators.quadrature import BACKWARD, FORWARD, NODES, WEIGHTS
from explorer.generators.roots import roots, taylor_shift
from explorer.generators.solve import solve
from explorer.generators.spectrum import spectrum

INF = math.inf
# Densities that only fall, but rest on a plateau 300 to 400 nats below their summit on the way.
# fmt: off
PLATEAUS = {
    409.946626: (
        (0.6756127563120947, 0, 0.012688128947222887, 0, 165.9822462721126, 0,
         7.499522316140873, 0, 3.174270913398571e-05),
        (18.254148591381217, 0.3274516105369214, 9030.513271898304, 47.79317067145716, 0,
         -3.5566291427927165e-06),
    ),
    6039.524920: (
        (2.104322911617831, 0, 20.521925389845737, 0, 0.04130240072201824, 0, 642341.8162525168),
        (60.740450309028795, -0.03760321275244792, 790715.6094237331, -0.27029812748023657,
         -8.890839538654716e-06, 0.3935840349858942, 0, -3.7170309894490208),
    ),
}
# fmt: on


def test_taylor_shift_rounds_once():
    coefficients, point = [0.1, -3e5, 7e-9, 2.5], 1e6 / 3
    exact = [
        sum(
            Fraction(c) * math.comb(j, k) * Fraction(point) ** (j - k)
            for j, c in enumerate(coefficients)
            if j >= k
        )
        for k in range(4)
    ]
    assert taylor_shift(coefficients, point) == [float(c) for c in exact]


def test_roots_of_any_size():
    assert sorted(roots([6e-200, -5e-200, 1e-200]).real.tolist()) == pytest.approx([2.0, 3.0])
    cubic = 1e-90 * np.polynomial.polynomial.polyfromroots([1e-3, 1.0, 1e3])
    assert sorted(roots(cubic).real.tolist()) == pytest.approx([1e-3, 1.0, 1e3], rel=1e-9)


def test_forward_and_backward_integration_are_adjoint():
    # Exact for products up to degree 39: this makes the discrete Green operator symmetric.
    assert np.abs((FORWARD * WEIGHTS).T - BACKWARD * WEIGHTS).max() < 1e-15
    assert (
        np.abs(np.exp(3 * NODES) @ FORWARD - (np.exp(3 * NODES) - math.exp(-3)) / 3).max() < 1e-13
    )


@pytest.mark.parametrize("name", ["r3-legendre", "r8-student-3", "r20-tilted-double-well"])
def test_the_discrete_green_operator_is_symmetric_and_not_negative(name):
    s = solve(CATALOGUE[name].generator)
    root = np.sqrt(s.green.weights)
    basis = np.eye(root.size).reshape(-1, *root.shape) / root
    basis -= s.green.mean(basis)[:, None, None]
    matrix = (s.green(basis) * root).reshape(root.size, root.size)
    assert np.abs(matrix - matrix.T).max() < 1e-13 * np.abs(matrix).max()
    values = np.linalg.eigvalsh(0.5 * (matrix + matrix.T))
    assert values.min() > -1e-13 * values.max()
    assert values.max() * s.unit * math.exp(s.log_eigenvalues[0]) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("name", [n for n, r in CATALOGUE.items() if len(r.eigenvalues) > 1])
def test_zeros_count_the_known_eigenvalues(name):
    reference = CATALOGUE[name]
    s = solve(reference.generator, 6)
    known = np.array(reference.eigenvalues)[: len(s.log_eigenvalues)] * s.unit
    n = list(range(len(known)))
    assert eigenvalues_below(s.green, (known * (1 - 1e-6)).tolist()) == n
    assert eigenvalues_below(s.green, (known * (1 + 1e-6)).tolist()) == [i + 1 for i in n]


@pytest.mark.parametrize("gap", PLATEAUS)
@pytest.mark.parametrize("k", [1, 6])
def test_a_plateau_below_a_long_fall_is_not_cut_off(gap, k):
    s = solve(Generator(*PLATEAUS[gap]), k)
    assert math.exp(s.log_eigenvalues[0]) == pytest.approx(gap, rel=1e-8)


def test_the_first_cut_would_have_missed_the_plateau():
    # The control of the test above: 70 nats below the summit the plateau is gone.
    g = Generator(*PLATEAUS[409.946626])
    charts = layout(g, (False, False))
    course = probe(charts)
    course, (blind, right) = cut(charts, course, 70.0)
    assert tail_rates(course, (blind, right))[0] < math.log(78175.07)
    course, (seeing, right) = cut(charts, course, 70.0, log_rate=math.log(78175.07))
    assert seeing.xi < blind.xi - 0.2
    assert tail_rates(course, (seeing, right))[0] > math.log(78175.07)


@pytest.mark.parametrize("shape", [0.5, 0.05, 1e-2, 1e-4, 1e-9])
def test_mass_piled_up_at_a_reflecting_end_is_kept(shape):
    s = spectrum(Generator("x", [shape, -1], (0, INF)))
    assert s.eigenvalues == pytest.approx([1, 2, 3, 4, 5, 6], rel=1e-12)
    assert s.mean == pytest.approx(shape, rel=1e-12)
    assert s.variance == pytest.approx(shape, rel=1e-12)


@pytest.mark.parametrize("slope", [1e-2, 1e-4])
def test_mass_far_out_in_an_entrance_tail_is_kept(slope):
    s = spectrum(Generator("1 + x^4", [0, 0, 0, 1 - slope]))
    finer = solve(s.generator, 1, drop=100.0, swing=4.0)
    assert s.status == "resolved"
    assert finer.log_eigenvalues[0] == pytest.approx(s.log_gap, abs=1e-12)


@pytest.mark.parametrize("height", [10, 30, 50])
def test_modes_behind_a_high_barrier(height):
    # Even functions of a symmetric double well are those of the half line that reflects at 0.
    b = [0, 4 * height, 0, -4 * height]
    whole = spectrum(Generator([1], b)).eigenvalues
    half = spectrum(Generator([1], b, (0, INF))).eigenvalues
    assert len(whole) == 6
    assert all(np.abs(whole / value - 1).min() < 1e-9 for value in half[:3])


def test_ratios_beyond_rounding_leave_modes_out():
    s = spectrum(Generator([1], [0, 1200, 0, -1200]))  # lambda_2 / lambda_1 = 1e130
    assert len(s.eigenvalues) == 1
    assert s.status == "resolved"


@pytest.mark.parametrize("name", ["r1-ornstein-uhlenbeck", "r3-jacobi", "r8-student-3"])
def test_basic_bounds_by_logarithms_agree_with_the_direct_ones(name):
    g = CATALOGUE[name].generator
    c = classify(g)
    logs = log_hardy(g, (c.left.kind == "degenerate", c.right.kind == "degenerate"), 70.0)
    direct = hardy(solve(g).green)
    assert logs.log_upper == pytest.approx(direct.log_upper, abs=0.03)  # 6 nodes an interval
    assert logs.log_lower == pytest.approx(direct.log_lower, abs=0.03)
    assert logs.log_upper - logs.log_lower >= math.log(4.0)


@pytest.mark.parametrize("name", ["r3-legendre", "r15-quartic", "r18-double-well-10"])
def test_chen_wang_encloses_tightly_where_tails_are_light(name):
    s = solve(CATALOGUE[name].generator)
    low, high = chen_wang(s.green, s.functions[0])
    assert low <= 1 / s.value * (1 + 1e-12)
    assert high >= 1 / s.value * (1 - 1e-12)
    assert high / low < 1 + 1e-11


def test_the_bottleneck_is_the_barrier():
    x, y = spectrum(Generator("1", "40*x - 40*x^3")).bottleneck
    assert -0.9 < x < -0.3
    assert y == pytest.approx(-x, abs=0.1)


@pytest.mark.parametrize(
    ("slope", "gap"),
    [(-0.5, 0.5625), (-1, 1.0), (-2, 2.25), (-3, 4.0), (-3.2, 4.4), (-4, 6.0), (-6, 10.0)],
)
def test_the_edge_of_the_continuum_on_a_half_line(slope, gap):
    # Even Romanovski polynomials: lambda = -2 (B + 1) while B < -3, else (1 - B)^2 / 4.
    s = spectrum(Generator([1, 0, 1], [0, slope], (0, INF)))
    assert s.gap == pytest.approx(gap, rel=1e-12)
    assert s.is_eigenvalue == (slope < -3)
    assert s.status == ("resolved" if slope < -3 else "continuous")


@pytest.mark.parametrize("slope", [-1.5, -1.2, -1.05, -1.001])
def test_eigenvalues_ever_closer_to_the_continuum(slope):
    s = spectrum(Generator([1, 0, 1], [0.3, slope]))
    assert s.gap == pytest.approx(-slope, rel=1e-12)
    assert s.is_eigenvalue
    assert len(s.eigenvalues) == 1


@pytest.mark.parametrize("name", [n for n, r in CATALOGUE.items() if "300" not in n])
def test_modes_have_as_many_zeros_as_their_number(name):
    s = spectrum(CATALOGUE[name].generator)
    zeros = [np.count_nonzero(np.diff(np.sign(f))) for f in s.eigenfunctions]
    known_exception = 1 if name == "r23-tilted-well" else 0  # two zeros of f_6 on a far plateau
    kept = len(zeros) - known_exception
    assert zeros[:kept] == list(range(1, kept + 1))


def test_far_tails_of_modes_follow_the_polynomials():
    s = spectrum(Generator("1", "-x"))
    x = s.nodes[np.abs(s.nodes) < 8.5]
    for n, f in enumerate(s.eigenfunctions, start=1):
        hermite = np.polynomial.hermite_e.hermeval(x, [0] * n + [1]) / math.sqrt(math.factorial(n))
        values = f[np.abs(s.nodes) < 8.5] * (-1) ** (n + 1)
        # The first is solved to 1e-10, the sixth to 1e-8 in the mean square.
        assert np.abs(values - hermite).max() < 1e-3 * np.abs(hermite).max()
