"""Inputs of any size: an answer without nan, an honest label, or a sentence. Never an exception."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.core.errors import ExplorerError, InputError
from explorer.generators.generator import Generator
from explorer.generators.horizon import time_to
from explorer.generators.initial import Gaussian, InitialLaw, Points, Uniform
from explorer.generators.relax import relax
from explorer.generators.spectrum import Spectrum, spectrum

ANY = settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MANY = settings(ANY, max_examples=60)


def signed(most: float) -> st.SearchStrategy[float]:
    """Numbers of sizes 10^-most to 10^most, and 0."""
    size = st.floats(-most, most).map(lambda power: 10.0**power)
    return st.builds(lambda s, sign: s * sign, size, st.sampled_from([1.0, -1.0, 1.0, 0.0]))


@st.composite
def generators(draw, most: float, degree: int) -> Generator:
    """Generators that are likely to be ergodic, on domains of any place and size."""
    a = [abs(value) for value in draw(st.lists(signed(most), min_size=1, max_size=degree))]
    a[1::2] = [0.0] * len(a[1::2])
    a[0] += draw(st.sampled_from([0.0, 1.0]))
    b = draw(st.lists(signed(most), min_size=1, max_size=degree))
    b.append(-(10.0 ** draw(st.floats(-most, most))))
    place = draw(signed(min(most, 10.0)))
    width = 10.0 ** draw(st.floats(-4.0, 4.0))
    domain = draw(
        st.sampled_from(
            [(-math.inf, math.inf), (place, math.inf), (-math.inf, place), (place, place + width)]
        )
    )
    try:
        return Generator(a if any(a) else [1.0], b, domain)
    except InputError:  # a domain narrower than doubles resolve
        return Generator(a if any(a) else [1.0], b, (-1.0, 1.0))


@ANY
@given(generators(99.0, 10))
def test_no_spectrum_raises_or_holds_nan(g):
    try:
        s = spectrum(g)
    except ExplorerError:
        return
    assert math.isfinite(s.log_gap)
    assert math.isfinite(s.gap)
    assert (np.diff(s.nodes) >= 0.0).all()
    for name in ("nodes", "weights", "log_density", "eigenvalues", "eigenfunctions", "enclosure"):
        assert not np.isnan(np.asarray(getattr(s, name), dtype=float)).any(), name
    assert s.enclosure[0] <= s.gap <= s.enclosure[1]
    if s.status != "estimate":
        assert s.log_chen_bounds[0] - 1e-6 <= s.log_gap <= s.log_chen_bounds[1] + 1e-6


def start(g: Generator, places: list[float], kind: str) -> InitialLaw:
    """A start of the given kind at relative places in (0, 1) of the reachable domain."""
    low, high = max(g.domain[0], -3.0), min(g.domain[1], 3.0)
    if not low < high:  # the domain lies beyond
        low, high = max(g.domain[0], high - 6.0), min(g.domain[1], max(low, high) + 6.0)
    x = sorted(low + (high - low) * place for place in places)
    if kind == "points":
        return Points(x)
    if kind == "gaussian":
        return Gaussian(x[0], 0.01 * (high - low) + 0.3 * (x[1] - x[0]))
    return Uniform(x[0], x[1] + 1e-3 * (high - low) * (x[1] == x[0]))


@MANY
@given(
    generators(4.0, 6),
    st.lists(st.floats(0.05, 0.95), min_size=2, max_size=4, unique=True),
    st.sampled_from(["points", "gaussian", "uniform"]),
    st.sampled_from([1, 3072]),
)
def test_no_relaxation_raises_or_holds_nan(g, places, kind, dimension):
    try:
        s = spectrum(g)
        initial = start(g, places, kind)
        unit = 1.0 / s.gap if s.gap > 1e-200 else 1.0
        times = unit * np.array([0.0, 0.1, 1.0, 10.0])
        r = relax(g, initial, times, dimension, spectrum=s)
        reached = time_to(g, initial, 0.05, dimension, spectrum=s)
    except ExplorerError:
        return
    for name in ("chi2", "tv", "kl", "w1", "w2"):
        curve = getattr(r, name)
        assert not np.isnan(curve).any(), name
        assert (curve >= 0.0).all(), name
    assert (r.tv <= 1.0).all()
    assert reached.exact >= 0.0
    assert reached.exact_error >= 0.0


def test_more_than_doubles_hold_is_refused_in_words():
    g = Generator([1.0], [0.0, 1e90, *[0.0] * 8, 1e90, 0.0, -1e-90], (1e11, math.inf))
    with pytest.raises(InputError, match="double precision"):
        spectrum(g)


def test_the_band_of_a_metastable_gap_is_as_wide_as_its_bounds():
    def width(s: Spectrum) -> float:
        return s.log_chen_bounds[1] - s.log_chen_bounds[0]

    moderate = spectrum(Generator("1", "8000*(x - x^3)"))
    assert moderate.status == "metastable"
    assert width(moderate) == pytest.approx(math.log(4.0), abs=1e-9)
    assert moderate.relative_error == pytest.approx(0.75, abs=1e-9)
    # Here log pi spans 1e23 nats: its last digits are worth more than the factor 4.
    blurred = spectrum(
        Generator("1/256", "-0.06 + 667*x^4 - 540*x^5 + 24*x^6 - 0.027*x^7", (0, 1e9))
    )
    assert blurred.status == "metastable"
    assert width(blurred) > 100.0
    assert blurred.relative_error > 0.99


@pytest.mark.parametrize("rate", [1e2, 1e3, 1e6])
def test_a_point_far_out_takes_its_time(rate):
    """The law stays Gaussian, mean 3 e^-kt and variance (1 - e^-2kt)/k: T of its closed form."""
    s = spectrum(Generator("1", [0.0, -rate]))
    reached = time_to(s.generator, Points([3.0]), 0.05, spectrum=s)
    # Once the variance has settled, TV = erf(m / (2 sqrt(2) sd)); it is 1e-3 off at this time.
    mean = 0.1254 / math.sqrt(rate)  # 2 Phi(m / 2 sd) - 1 = 0.05
    expected = math.log(3.0 / mean) / rate
    assert reached.exact == pytest.approx(expected, abs=reached.exact_error + 1e-3 / rate)
    assert reached.exact_error < 0.05 * reached.exact


def test_a_start_far_beyond_a_wall_of_drift_takes_the_way_there():
    """4.1 units of length at speed 474: not the few relaxation times near the wall."""
    g = Generator("0.03936", "474.27 - 0.0052*x", (-math.inf, 2.0))
    reached = time_to(g, Uniform(-2.2, -0.9), 0.05)
    assert 4.0 / 474.0 < reached.exact < 4.5 / 474.0
    assert relax(g, Uniform(-2.2, -0.9), [1e-6]).w1[0] == pytest.approx(3.55, abs=0.01)


def test_a_narrow_law_at_the_seam_of_two_frames():
    """A law of width 3e-5 beside the middle of an interval; the start is 20,000 widths away."""
    g = Generator("9.2e-6", "-3.6e-4 - 10144*x", (-1.0, 1.0))
    reached = time_to(g, Points([-0.6]), 0.05)
    mean = 0.1254 * math.sqrt(9.2e-6 / 10144.0)
    expected = math.log(0.6 / mean) / 10144.0
    assert reached.exact == pytest.approx(expected, abs=reached.exact_error)
    assert reached.exact_error < 0.05 * expected
