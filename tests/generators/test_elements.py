"""The parts of the relaxation solver: reference elements, modes, cells, quantiles."""

import math

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.generators import Gaussian, Generator, Points, Uniform, relax
from explorer.generators.cell_chain import chain, initial_masses
from explorer.generators.element_chain import place_elements
from explorer.generators.elements import build
from explorer.generators.evolution import cloud
from explorer.generators.finite_volume import run
from explorer.generators.frames import frames
from explorer.generators.modes import modes
from explorer.generators.plan import plan, survey
from explorer.generators.reference_element import lobatto, radau
from explorer.generators.start import place

LINE = (-math.inf, math.inf)
HALF = (0.0, math.inf)
RATES = [  # generator, its first eigenvalues
    ("1", "-x", LINE, [1, 2, 3, 4]),
    ("3", "-2*(x-5)", LINE, [2, 4, 6]),
    ("1", "-x^3", LINE, [1.36859252097722]),
    ("1", "-x-x^3", LINE, [2.06799925829310]),
    ("1", "40*(x-x^3)", LINE, [7.8357091998922e-4]),
    ("1+x^2", "-6*x", LINE, [6, 10]),
    ("1+x^4", "0", LINE, [1.80569955247229]),
    ("x", "2.5-x", HALF, [1, 2, 3]),
    ("x", "0.5-x", HALF, [1, 2, 3]),
    ("0.5*x*(1-x)", "0.3-0.8*x", (0, 1), [0.8, 2.6]),
    ("1-x^2", "-2*x", (-1, 1), [2, 6, 12]),
    ("1-x^2", "-x", (-1, 1), [1, 4, 9]),
    ("1-x^4", "-2*x", (-1, 1), [2]),
    ("1", "0", (0, 1), [math.pi**2, 4 * math.pi**2]),
    ("1", "-3", (0, 5), [9 / 4 + (math.pi / 5) ** 2]),
    ("1", "-x", HALF, [2, 4]),
    ("x+1e-6", "1-x", HALF, [1.0000009999735]),
    ("1", "40*x-40*x^3-5", LINE, [0.030465800076326]),
]


def planned(g, start, time=0.1):
    law, pieces = place(start, g.domain), frames(g)
    return plan(pieces, law, survey(pieces, law, time), time)


@pytest.mark.parametrize(("a", "b", "domain", "rates"), RATES)
def test_rates_of_the_elements(a, b, domain, rates):
    """Without the spectrum's help: the discretisation alone finds the references to 1e-5."""
    g = Generator(a, b, domain)
    stretch = planned(g, Points([0.5]))
    grid = build(stretch.pieces, place_elements(stretch, 0.1)[0], 8)
    found = modes(grid)
    assert found.rates[: len(rates)] == pytest.approx(rates, rel=1e-5)
    assert grid.mass.sum() == pytest.approx(1.0, rel=1e-12)
    weight = np.exp(grid.log_node_mass)
    product = found.values.T @ (weight[:, None] * found.values)
    assert product == pytest.approx(np.eye(weight.size - 1), abs=1e-7)
    assert weight @ found.values[:, :8] == pytest.approx(np.zeros(8), abs=1e-10)


def test_errors_fall_with_the_degree():
    """Spectral convergence: two degrees more, at least 20 times less error."""
    stretch = planned(Generator("1", "-x-x^3"), Points([0.5]))
    elements = place_elements(stretch, 0.1)[0]
    off = [
        abs(modes(build(stretch.pieces, elements, degree)).rates[1] - 5.63182730742)
        for degree in (2, 4, 6)
    ]
    assert off[1] < off[0] / 20.0
    assert off[2] < off[1] / 20.0


@pytest.mark.parametrize("p", [2, 6, 8])
def test_lobatto_is_exact_to_twice_the_degree(p):
    table = lobatto(p)
    for k in range(2 * p):
        exact = (1.0 - (-1.0) ** (k + 1)) / (k + 1)
        assert table.weights @ table.nodes**k == pytest.approx(exact, abs=1e-13)
    assert table.derivative @ table.nodes**p == pytest.approx(p * table.nodes ** (p - 1), abs=1e-10)


@pytest.mark.parametrize("alpha", [-0.9, -0.5, 0.3, 1.5, 10.0])
def test_radau_takes_the_singular_weight(alpha):
    table = radau(8, alpha)
    y = 1.0 + table.nodes
    for k in range(16):
        exact = 2.0 ** (alpha + k + 1) / (alpha + k + 1)
        assert table.weights @ y**k == pytest.approx(exact, rel=1e-10)
    partial = y ** (alpha + 3) / (alpha + 3)
    assert table.to_node @ y**2 == pytest.approx(partial, rel=1e-8, abs=1e-10)
    mirror = table.mirrored()
    assert mirror.weights @ (1.0 - mirror.nodes) ** 2 == pytest.approx(table.weights @ y**2)
    assert mirror.derivative @ mirror.nodes == pytest.approx(np.ones(9), abs=1e-10)
    assert mirror.fine_integral[-1] @ np.ones(9) == pytest.approx(table.weights.sum())
    assert mirror.basis(mirror.nodes) == pytest.approx(np.eye(9), abs=1e-8)


@pytest.mark.parametrize("start", [Gaussian(0.3, 0.2), Uniform(-0.3, 1.1), Points([-1.0, 2.0])])
def test_starts_are_integrated_exactly(start):
    law = place(start, LINE)
    x, weight = cloud(law, np.linspace(-4.0, 4.0, 9))
    assert weight.sum() == pytest.approx(1.0, rel=1e-14)
    assert weight @ x == pytest.approx(law.mean, abs=1e-12)
    assert weight @ x**2 == pytest.approx(law.mean**2 + law.std**2, rel=1e-10)


def test_cells_stay_positive_and_keep_their_mass():
    stretch = planned(Generator("1", "-x"), Points([12.0]))
    c = chain(stretch, 0.1, 300)
    w = initial_masses(c, np.array([12.0]), np.ones(1))
    assert w.sum() == pytest.approx(1.0)
    path = run(c, w, (1e-4, 2.0), lambda _: False, tolerance=1e-5)
    assert (path.masses >= 0.0).all()
    assert path.masses.sum(axis=1) == pytest.approx(np.ones(len(path.times)), rel=1e-10)
    assert np.all(np.diff(path.times) > 0.0)
    mean = path.masses[-1] @ c.centres
    assert mean == pytest.approx(12.0 * math.exp(-path.times[-1]), rel=5e-3)


def test_cells_do_not_move_the_stationary_law():
    stretch = planned(Generator("1", "40*(x-x^3)"), Uniform(-1.0, 1.0))
    c = chain(stretch, 0.01, 300)
    path = run(c, np.exp(c.log_mass), (1e-3, 10.0), lambda _: False, tolerance=1e-6)
    assert path.masses[-1] == pytest.approx(np.exp(c.log_mass), abs=1e-12)


def test_features_too_far_apart_are_refused_in_words():
    """A well of width 2e-9 at x = -1.3e10, where neighbouring doubles are 2e-6 apart."""
    a = [4.7e-4, 0.0, 2.5e-5, 0.0, 9.3e-4]
    b = [0.0, -16.6, 0.0, 6.2e-3, 0.467, 0.0, -16513.2, -1.296e-6]
    with pytest.raises(ExplorerError, match="double precision"):
        relax(Generator(a, b), Points([-1.27e10]), [1.0])
