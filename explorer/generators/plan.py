"""Which stretches of the domain carry the process and its start.

The wells are what pi asks for; the outer ones are widened towards a start that lies beyond them, as
far as modes can carry it. What is left of the start is counted: ``missed`` and ``moved``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.frames import Frame
from explorer.generators.net import Net, net, refine
from explorer.generators.reach import LOUDEST, carry, loudness, spill, too_loud
from explorer.generators.start import Start
from explorer.generators.wells import borders, wells

PROMPT = 0.1  # weight of a way that takes as long as the shortest time


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The stretches of a generator that carry the process and its start.

    Attributes
    ----------
    pieces : frames of the domain
    start : the law at time 0
    picture : net over the frames
    natural : (first, last) indices of the net for each well, left to right, as pi asks
    ranges : the same, the outer ones widened towards the start as far as modes can carry it
    borders : (W - 1,) tops of the barriers between the wells
    missed : float
        Mass of the start that modes cannot carry where it is, or that may settle in another well
        than the one above which it starts: it has to be followed by finite volumes.
    moved : float
        Mass of the start beyond the ranges, which is put at their ends instead, times the part of
        the relaxation, or of ten times the shortest time, that it would have spent on its way.
    """

    pieces: tuple[Frame, ...]
    start: Start
    picture: Net
    natural: tuple[tuple[int, int], ...]
    ranges: tuple[tuple[int, int], ...]
    borders: np.ndarray
    missed: float
    moved: float


def survey(pieces: tuple[Frame, ...], start: Start, shortest_time: float) -> Net:
    """Return a net with points where its wells will be cut, fine enough for the start."""
    picture = net(pieces, start, shortest_time)
    rough = plan(pieces, start, picture, shortest_time)
    ends = {place for span in (*rough.natural, *rough.ranges) for place in span}
    inner = [place for place in ends if 0 < place < picture.x.size - 1]
    return refine(pieces, picture, inner) if inner else picture


def plan(
    pieces: tuple[Frame, ...],
    start: Start,
    picture: Net,
    shortest_time: float,
    *,
    depth: float = 1.0,
    gap: float = 0.0,
) -> Plan:
    """Choose the wells; ``depth`` scales the nats at which tails are cut and starts are carried."""
    natural = wells(picture, depth)
    tops = borders(picture, natural)
    excess = loudness(picture, natural, start, shortest_time) - depth * LOUDEST
    first = carry(picture, natural[0][0], start, excess, side=-1)
    last = carry(picture, natural[-1][1], start, excess, side=1)
    ranges = list(natural)
    ranges[0] = (first, ranges[0][1])
    ranges[-1] = (ranges[-1][0], last)
    missed = too_loud(picture.window(first, last), start, excess[first : last + 1])
    settling = picture.bend_at(picture.x[[int(np.argmax(picture.hill))]])
    return Plan(
        pieces=pieces,
        start=start,
        picture=picture,
        natural=tuple(natural),
        ranges=tuple(ranges),
        borders=picture.x[tops],
        missed=missed + sum(spill(picture, start, top) for top in tops),
        moved=_moved(picture, start, (first, last), max(settling, gap, PROMPT / shortest_time)),
    )


def _moved(picture: Net, start: Start, span: tuple[int, int], rate: float) -> float:
    """Return the mass outside the span, times the share of ``1 / rate`` that its way in takes."""
    first, last = span
    times = picture.travel_times()
    left = float(times[:first][picture.x[1 : first + 1] > start.low].sum())
    right = float(times[last:][picture.x[last:-1] < start.high].sum())
    moved = start.mass_between(-math.inf, picture.x[first]) * min(left * rate, 1.0)
    return moved + start.mass_between(picture.x[last], math.inf) * min(right * rate, 1.0)
