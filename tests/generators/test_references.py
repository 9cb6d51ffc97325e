"""Every reference of the catalogue: gap, higher eigenvalues, bounds, enclosure, fair speed."""

import math

import numpy as np
import pytest

from explorer.generators import CATALOGUE, Generator, spectrum

LINE = (-math.inf, math.inf)


@pytest.fixture(scope="module", params=CATALOGUE)
def case(request):
    reference = CATALOGUE[request.param]
    return reference, spectrum(reference.generator)


def test_gap_is_exact(case):
    reference, s = case
    assert s.gap == pytest.approx(reference.gap, rel=reference.tolerance, abs=0.0)
    assert s.log_gap == pytest.approx(math.log(s.gap), abs=1e-12)


def test_higher_eigenvalues_are_exact(case):
    reference, s = case
    if s.is_eigenvalue:
        known = np.array(reference.eigenvalues)[: len(s.eigenvalues)]
        found = s.eigenvalues[: len(known)]
        errors = np.abs(found / known - 1.0)
        assert (errors <= 1e-11 + 10 * s.eigenvalue_errors[: len(known)]).all()
    else:
        assert len(s.eigenvalues) == 0


def test_claimed_errors_cover_the_true_ones(case):
    reference, s = case
    # Reference values that are no closed forms have 14 digits.
    assert abs(s.gap / reference.gap - 1.0) <= 5 * s.relative_error + 1e-13


def test_bounds_and_enclosure_hold(case):
    _, s = case
    low, high = s.chen_bounds
    assert low <= s.gap <= high
    assert s.enclosure[0] <= s.gap <= s.enclosure[1]
    assert high / low < 4.2  # kappa is attained at nodes: 4 and a little


def test_moments_and_modes_are_those_of_the_law(case):
    _, s = case
    mass = s.density * s.weights
    # 1e-9: beside a degenerate end nodes are closer to it than an ulp, and the density is infinite.
    assert mass.sum() == pytest.approx(1.0, rel=1e-9)
    assert (np.diff(s.nodes) >= 0).all()
    assert s.efficiency is None or s.efficiency <= 1.0 + 1e-9
    for i, f in enumerate(s.eigenfunctions):
        # Second moments near the continuum converge as slowly as the functions' tails.
        assert mass @ (f * f) == pytest.approx(1.0, rel=1e-9)
        assert mass @ f == pytest.approx(0.0, abs=1e-9)
        assert (np.abs(s.eigenfunctions[:i] @ (mass * f)) < 1e-6).all()


@pytest.mark.parametrize(("height", "kramers"), [(10, 1.0433), (30, 1.0130), (300, 1.00125)])
def test_double_wells_follow_kramers(height, kramers):
    s = spectrum(Generator([1], [0, 4 * height, 0, -4 * height]))
    log_rate = math.log(2 * math.sqrt(32) * height / (2 * math.pi)) - height
    assert math.exp(log_rate - s.log_gap) == pytest.approx(kramers, rel=1e-4)


def test_below_double_range_there_is_a_logarithm():
    s = spectrum(Generator([1], [0, 12000, 0, -12000]))  # h = 3000
    log_rate = math.log(2 * math.sqrt(32) * 3000 / (2 * math.pi)) - 3000
    assert s.status == "metastable"
    assert s.gap == 0.0
    assert s.log_gap == pytest.approx(log_rate, abs=math.log(4))
    assert s.log_chen_bounds[0] <= log_rate <= s.log_chen_bounds[1]


@pytest.mark.parametrize(
    ("a", "b", "domain", "reason"),
    [
        ("1", "0", LINE, "Null recurrent: total mass is infinite"),
        ("1", "x", LINE, "Transient: the drift pushes paths away"),
        ("1+x", "-1.5", (0.0, math.inf), "Ergodic, but the gap is 0"),
    ],
)
def test_refused_generators_say_why(a, b, domain, reason):
    from explorer.core.errors import NotErgodicError

    with pytest.raises(NotErgodicError, match=reason):
        spectrum(Generator(a, b, domain))
