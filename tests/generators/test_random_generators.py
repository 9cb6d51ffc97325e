"""500 random generators: a value that a finer run confirms, a refusal, or an honest label.

Degrees up to 8, coefficients of size 1e-6 to 1e6, on lines, half lines and intervals. Hypothesis
draws them, derandomised, so that every run sees the same ones.
"""

import math
from collections import Counter

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.core.errors import NotErgodicError
from explorer.generators.generator import Generator
from explorer.generators.mesh import SWING
from explorer.generators.solve import DROP, solve
from explorer.generators.spectrum import spectrum

CONFIRMED = 1e-6
LABELS = {"resolved", "continuous", "metastable", "estimate"}
DOMAINS = [
    (-math.inf, math.inf),
    (0.0, math.inf),
    (-math.inf, 2.0),
    (-1.0, 1.0),
    (0.0, 30.0),
]
SIZE = st.floats(-6.0, 6.0).map(lambda power: 10.0**power)
SIGNED = st.builds(lambda size, sign: sign * size, SIZE, st.sampled_from([-1.0, 0.0, 1.0]))


@st.composite
def generators(draw) -> Generator:
    """Half of them even in a and odd in b with the signs of a stationary law, half without aim."""
    domain = draw(st.sampled_from(DOMAINS))
    if draw(st.booleans()):
        half = draw(st.integers(0, 4))
        a, b = np.zeros(2 * half + 1), np.zeros(2 * draw(st.integers(0, 3)) + 2)
        a[::2] = draw(st.lists(SIZE, min_size=half + 1, max_size=half + 1))
        odd = b[1::2].size
        b[1::2] = draw(st.lists(SIGNED, min_size=odd, max_size=odd))
        b[-1] = -draw(SIZE)
    else:
        a = draw(st.lists(SIGNED, min_size=1, max_size=9).filter(any))
        b = draw(st.lists(SIGNED, min_size=1, max_size=9))
    return Generator(a, b, domain)


def outcome(g: Generator) -> str:
    """Check what the spectrum of ``g`` says; return its label."""
    try:
        s = spectrum(g)
    except NotErgodicError:
        return "refused"
    assert s.status in LABELS
    for name in ("gap", "log_gap", "eigenvalues", "density", "eigenfunctions", "enclosure"):
        assert not np.isnan(np.asarray(getattr(s, name), dtype=float)).any(), name
    assert s.log_chen_bounds[0] <= s.log_gap + 1e-9
    assert s.log_gap <= s.log_chen_bounds[1] + 1e-9
    if s.status == "resolved":
        finer = solve(g, 1, drop=1.5 * DROP, swing=0.5 * SWING)
        assert abs(s.log_gap - float(finer.log_eigenvalues[0])) <= CONFIRMED
        assert s.efficiency is None or s.efficiency <= 1.0 + CONFIRMED
    return s.status


def test_confirmed_refused_or_labelled():
    outcomes = Counter()

    @settings(
        max_examples=500,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(generators())
    def check(g):
        outcomes[outcome(g)] += 1

    check()
    assert outcomes.total() >= 500
    assert outcomes["resolved"] > 150  # the labels are no way out
    assert outcomes["refused"] > 50
