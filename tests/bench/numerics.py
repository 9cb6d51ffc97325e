"""CPU time of `spectrum` per edit, beside what one would write first, in the same run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np

from explorer import generators
from tests.bench.baselines import dense_gap, nested_delta
from tests.bench.table import Row

EDITS = 40
SUP_POINTS = 200  # points that a supremum over x is usually taken on
SAMPLED = (0.5, 1.0, 1.5, 2.0)  # points of it that are measured
TAIL_NATS = 37.0  # where a first try would cut: the density is 1e-16 of its maximum

TYPICAL, POWER_TAIL = 5.0, 15.0  # ms


@dataclass(frozen=True, slots=True)
class Case:
    """A generator whose drift is edited: `b` as text with a slot for the edit's factor."""

    name: str
    a: str
    b: str
    domain: tuple[float, float] = (-math.inf, math.inf)
    limit: float = TYPICAL

    def edit(self, index: int) -> generators.Generator:
        """Return the generator after edit number `index`; no two are equal."""
        b = self.b.format(c=1.0 + 1e-3 * index)
        return generators.Generator(a=self.a, b=b, domain=self.domain)


CASES = (
    Case("OU: 1, -x", "1", "-{c}*x"),
    Case("quartic: 1, -x^3", "1", "-{c}*x**3"),
    Case("double well: 1, 40x - 40x^3", "1", "40*x - 40*{c}*x**3"),
    Case("Jacobi: 1 - x^2, -2x on [-1, 1]", "1 - x**2", "-2*{c}*x", (-1.0, 1.0)),
    Case("degree 8/7: 1 + x^2 + x^8/8, -x - x^7", "1 + x**2 + x**8/8", "-{c}*x - x**7"),
    Case("power tail: 1 + x^2, -6x", "1 + x**2", "-6*{c}*x", limit=POWER_TAIL),
)


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of one call in milliseconds."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def per_edit(case: Case) -> list[float]:
    """Return the CPU milliseconds of `spectrum` for each of `EDITS` different generators."""
    edits = [case.edit(index) for index in range(1, EDITS + 4)]
    times = [cpu_ms(lambda g=g: generators.spectrum(g)) for g in edits]
    return times[3:]  # the first ones import and warm up


def first_cut(s: generators.Spectrum) -> tuple[float, float]:
    """Return the interval a first try would discretise: where the density is not negligible."""
    low, high = s.generator.domain
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    kept = s.nodes[s.log_density > s.log_density.max() - TAIL_NATS]
    return float(kept[0]), float(kept[-1])


def dense(case: Case) -> tuple[float, float]:
    """Return the CPU milliseconds and the relative error of the dense finite-difference solve."""
    g = case.edit(0)
    s = generators.spectrum(g)
    low, high = first_cut(s)
    times, gap = [], 0.0
    for _ in range(3):
        start = time.process_time()
        gap = dense_gap(g.a_poly, g.b_poly, low, high)
        times.append(1e3 * (time.process_time() - start))
    return median(times), abs(gap / s.gap - 1)


def nested(power: int) -> float:
    """Return the CPU milliseconds of delta_1 as nested integrals, for a = 1, b = -x^power.

    A supremum over `SUP_POINTS` points, scaled from the mean of the measured ones.
    """

    def potential(x: float) -> float:
        return -(x ** (power + 1)) / (power + 1)

    def point(x: float) -> float:
        return nested_delta(lambda _: 1.0, potential, x, theta=0.0, high=6.0)

    return SUP_POINTS * float(np.mean([cpu_ms(lambda x=x: point(x)) for x in SAMPLED]))


def rows() -> Iterator[Row]:
    """Yield the rows of this section."""
    ours: dict[str, float] = {}
    for case in CASES:
        times = per_edit(case)
        ours[case.name] = median(times)
        note = f"best {min(times):.1f}, {EDITS} edits"
        yield Row(f"spectrum, {case.name}", median(times), "ms", case.limit, note)
    for case in CASES:
        theirs, error = dense(case)
        note = f"{theirs / ours[case.name]:.0f} x spectrum; relative error {error:.0e}"
        yield Row(f"dense n=400, {case.name.partition(':')[0]}", theirs, "ms", note=note)
    for power, case in ((1, CASES[0]), (3, CASES[1])):
        total = nested(power)
        note = (
            f"{total / ours[case.name]:,.0f} x spectrum; one n only, {len(SAMPLED)} points scaled"
        )
        name = case.name.partition(":")[0]
        yield Row(f"nested delta_1, {SUP_POINTS}-point sup, {name}", total / 1e3, "s", note=note)
    g = CASES[0].edit(0)
    generators.chen_sequence(g, n=30)
    sequence = median(cpu_ms(lambda: generators.chen_sequence(g, n=30)) for _ in range(9))
    yield Row("chen_sequence, n = 1 ... 30, OU", sequence, "ms", note="delta_1 is its first step")
