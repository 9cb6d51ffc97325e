"""Which stretches of the domain carry the process, and the elements that resolve them.

The density is cut ``TAIL`` nats below its hill at an open end. Where hills are parted by barriers
of more than ``BARRIER`` nats, each becomes a *well* with its own elements: what crosses a barrier
in the time that a well needs to settle is below 1e-9, so the wells exchange mass only through the
slow rates, which come from the spectrum with full relative accuracy.

Elements have equal *cost*: about one unit of cost can be resolved by a polynomial of degree 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.generators.frames import TAIL, Frame, Net, net, polynomial, refine
from explorer.generators.initial import Start

BARRIER = 22.0
LONE_BARRIER = 60.0  # a single slow mode stays apart from the known null vector much longer
MAX_ELEMENTS = 44  # of all wells together: 353 unknowns, about 7 ms for their modes
MOST_ELEMENTS = 80  # the same where log pi itself asks for more
STEEP = 6.0  # nats of log pi per element
BEND = 1.0  # element length times the root of the curvature of log pi, in Lamperti length
GRADE = 2.0  # element length over the width of the start
LOUDEST = 18.0  # log of the largest p0 / sqrt(pi) that modes carry: rounding stays near 1e-8
DEEPEST = 500.0  # nats below the hill to which modes can be held in doubles
APPROACH = 90.0  # most elements' worth of cells (540 nats) on the way from a far start
PROMPT = 0.1  # weight of a way that takes as long as the shortest time
FORGOTTEN = 1e-14  # mass of the start that is put at the end of the elements instead
FEWEST = 5.0  # elements per well
POLE = 0.8  # element length over its distance to the nearest root of a


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """A chain of elements that covers one well.

    Attributes
    ----------
    frame : (E,) int
    low, high : (E,) offsets y in the frame
    radau : (bool, bool)
        The first (last) element starts (ends) at a degenerate end and takes its power there.
    is_cut : (bool, bool)
        The chain stops short of the left (right) end of the domain.
    """

    frame: np.ndarray
    low: np.ndarray
    high: np.ndarray
    radau: tuple[bool, bool]
    is_cut: tuple[bool, bool]


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
    finest = min(_finest(frame, start, shortest_time) for frame in pieces)
    picture = net(pieces, start, finest)
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
    borders = [
        last + int(np.argmin(picture.hill[last : first + 1]))
        for (_, last), (first, _) in pairwise(natural)
    ]
    for first, last in natural:
        _check_width(picture, first, last)
    ranges = list(natural)
    loud, loudest = _loudness(picture, natural, start, shortest_time), depth * LOUDEST
    first = _carry(picture, natural[0][0], start, loud - loudest, side=-1)
    last = _carry(picture, natural[-1][1], start, loud - loudest, side=1)
    ranges[0] = (first, ranges[0][1])
    ranges[-1] = (ranges[-1][0], last)
    missed = _too_loud(picture.window(first, last), start, (loud - loudest)[first : last + 1])
    missed += sum(_spill(picture, start, k) for k in borders)
    settling = _bend_at(picture, picture.x[[int(np.argmax(picture.hill))]])
    rate = max(settling, gap, PROMPT / shortest_time)
    moved = 0.0
    times = _travel_times(picture)
    left = times[:first][picture.x[1 : first + 1] > start.low].sum()
    right = times[last:][picture.x[last:-1] < start.high].sum()
    moved += start.mass_between(-math.inf, picture.x[first]) * min(float(left) * rate, 1.0)
    moved += start.mass_between(picture.x[last], math.inf) * min(float(right) * rate, 1.0)
    return Plan(
        pieces=pieces,
        start=start,
        picture=picture,
        natural=tuple(natural),
        ranges=tuple(ranges),
        borders=picture.x[borders],
        missed=missed,
        moved=moved,
    )


def _loudness(
    picture: Net, natural: list[tuple[int, int]], start: Start, shortest_time: float
) -> np.ndarray:
    """Return the log of ``p0 / sqrt(pi)`` on the net, with pi normalised in the nearest well.

    The terms of a mode expansion are as large as that, and rounding is relative to them.
    """
    hill = np.empty_like(picture.hill)
    middles = [(last + first) // 2 for (_, last), (first, _) in pairwise(natural)]
    for begin, end, (first, last) in zip(
        [0, *middles], [*middles, hill.size], natural, strict=True
    ):
        hill[begin:end] = picture.hill[begin:end] - _log_total(picture, first, last)
    root_a = np.exp(picture.hill - picture.log_density)
    size = start.std / root_a if start.kind != "points" else math.sqrt(2.0 * shortest_time)
    loud = -0.5 * hill - 0.5 * np.log(np.maximum(size, 1e-300))
    if start.kind == "gaussian":
        loud -= 0.5 * ((picture.x - start.mean) / start.std) ** 2
    return loud


def _carry(picture: Net, edge: int, start: Start, excess: np.ndarray, *, side: int) -> int:
    """Return the index to which an outer well is widened from ``edge``, to hold the start.

    ``excess`` is positive where the start is too loud for modes.
    """
    beyond = np.arange(edge, -1 if side < 0 else picture.x.size, side)
    farthest = start.low if side < 0 else start.high
    if abs(farthest - picture.x[beyond[-1]]) < 1e-9 * (picture.x[-1] - picture.x[0]):
        # Towards an end that has to be cut there is no last point: go on while mass is left.
        left = [start.mass_between(*sorted((farthest, x))) for x in picture.x[beyond].tolist()]
        beyond = beyond[: 1 + int(np.count_nonzero(np.array(left) > FORGOTTEN))]
    if start.kind == "gaussian":
        inside = side * picture.x[beyond] <= side * farthest
        held = picture.hill[beyond] > picture.hill.max() - DEEPEST
        wanted = inside & held & (np.cumsum(excess[beyond] > 0.0) == 0)
        return int(beyond[wanted][-1]) if wanted.any() else edge
    marks = start.marks[side * start.marks > side * picture.x[edge]]
    carried = marks[np.interp(marks, picture.x, excess) <= 0.0]
    if not carried.size:
        return edge
    reached = _outward(picture, start, side * float(np.max(side * carried)), side=side)
    return side * min(side * reached, side * int(beyond[-1]))


def _outward(picture: Net, start: Start, place: float, *, side: int) -> int:
    """Return the index beyond ``place`` up to which a law that starts there spreads.

    It is dominated by pi conditioned to lie beyond; a Gaussian start has its own tail already.
    """
    order = np.arange(picture.x.size)[::side]
    outer = order[side * picture.x[order] >= side * place]
    if not outer.size:
        return int(order[-1])
    if start.kind == "gaussian":
        return int(outer[0])
    level = float(np.interp(place, picture.x, picture.hill)) - TAIL
    low_enough = np.flatnonzero(picture.hill[outer] <= level)
    return int(outer[low_enough[0]]) if low_enough.size else int(outer[-1])


def _too_loud(picture: Net, start: Start, excess: np.ndarray) -> float:
    """Return the mass of the start at places where modes cannot carry it."""
    if start.kind == "points":
        return float(np.mean(np.interp(start.marks, picture.x, excess) > 0.0))
    mass = np.where(excess > 0.0, start.density(picture.x), 0.0)
    return float(0.5 * (mass[1:] + mass[:-1]) @ np.diff(picture.x))


def _log_total(picture: Net, first: int, last: int) -> float:
    """Return the log of the mass between two indices, as far as the net knows it."""
    middle = 0.5 * (picture.hill[first:last] + picture.hill[first + 1 : last + 1])
    top = float(middle.max())
    return top + math.log(float(np.exp(middle - top) @ np.diff(picture.z[first : last + 1])))


def _spill(picture: Net, start: Start, top: int) -> float:
    """Return the mass of the start that may cross the barrier at index ``top`` while it settles.

    A path that starts x nats above the barrier's lowest density crosses with a probability of
    about ``exp(-x)``.
    """
    height = picture.hill - picture.hill[top]
    if start.kind == "points":
        at = np.interp(start.marks, picture.x, height)
        return float(np.mean(np.exp(-np.maximum(at, 0.0))))
    with np.errstate(divide="ignore"):
        mass = np.exp(start.log_density(picture.x))
    weight = mass * np.exp(-np.clip(height, 0.0, 700.0))
    return float(0.5 * (weight[1:] + weight[:-1]) @ np.diff(picture.x))


def _finest(frame: Frame, start: Start, shortest_time: float) -> float:
    """Return the shortest length in x on which the law varies at the shortest time."""
    marks = start.marks - frame.anchor
    marks = marks[(marks >= frame.low) & (marks <= frame.high)]
    if not marks.size:
        return math.inf
    noise = np.maximum(frame.noise_and_drift(marks)[0], 0.0)
    # From a degenerate end, a ~ a1 y, the process gets a1 t / 2 away.
    slope = np.abs(polynomial(_derivative(frame.a), marks))
    width = np.sqrt(start.scale**2 + 2.0 * noise * shortest_time) + 0.5 * slope * shortest_time
    return max(float(width.min()), 1e-12 * float(np.abs(marks).max()), 1e-290)


def _check_width(picture: Net, first: int, last: int) -> None:
    """Refuse a law so narrow that neighbouring doubles jump over it."""
    carries = picture.hill[first : last + 1] > picture.hill[first : last + 1].max() - 5.0
    z = picture.z[first : last + 1][carries]
    if np.count_nonzero(carries) < FEWEST or not z[-1] > z[0]:
        raise ExplorerError(
            f"The stationary law near x = {picture.x[first]:g} is narrower than double precision "
            "resolves, so its relaxation cannot be followed. Rescale x."
        )


def _derivative(coefficients: np.ndarray) -> np.ndarray:
    """Return the coefficients of the derivative, at least one."""
    return np.append(coefficients[1:] * np.arange(1, coefficients.size), 0.0)


def wells(picture: Net, depth: float) -> list[tuple[int, int]]:
    """Return the index ranges (first, last) of the net that carry the wells, left to right."""
    hill, tail = picture.hill, picture.tail
    peaks, passes = _peaks_and_passes(hill)
    ranges = []
    for k, peak in enumerate(peaks):
        if k:
            first = peak - _fall(hill[passes[k - 1] : peak + 1][::-1], depth * TAIL)
        else:
            first = peak - _fall(tail[: peak + 1][::-1], depth * picture.drop[0])
        if k < len(passes):
            last = peak + _fall(hill[peak : passes[k] + 1], depth * TAIL)
        else:
            last = peak + _fall(tail[peak:], depth * picture.drop[1])
        ranges.append((first, last))
    return ranges


def _fall(side: np.ndarray, drop: float) -> int:
    """Return the index from which on all values are ``drop`` below the maximum, else the last.

    Counted from outside: a barrier between hills that were not parted is no end.
    """
    above = np.flatnonzero(side >= side.max() - drop)
    return min(int(above[-1]) + 1, side.size - 1)


def _peaks_and_passes(hill: np.ndarray) -> tuple[list[int], list[int]]:
    """Return the hills that deep passes part, and those passes: one pass fewer than hills."""
    slope = np.sign(np.diff(hill))
    moving = np.flatnonzero(slope)
    turns = moving[1:][np.diff(slope[moving]) != 0]  # the slope changes sign before these
    rising = bool(moving.size) and slope[moving[0]] > 0
    extremes = turns.tolist()
    peaks = extremes[0::2] if rising else extremes[1::2]
    passes = extremes[1::2] if rising else extremes[0::2]
    if not rising:
        peaks = [0, *peaks]
    if len(passes) == len(peaks):  # it rises to the last point
        peaks = [*peaks, hill.size - 1]
    while passes:
        depth = [
            min(hill[peaks[k]], hill[peaks[k + 1]]) - hill[place] for k, place in enumerate(passes)
        ]
        k = int(np.argmin(depth))
        if depth[k] >= (BARRIER if len(passes) > 1 else LONE_BARRIER):
            break
        del passes[k]
        del peaks[k + (hill[peaks[k]] > hill[peaks[k + 1]])]
    return peaks, passes


def place_elements(stretch: Plan, shortest_time: float | None) -> list[Elements]:
    """Return the elements of every well.

    ``shortest_time`` None asks for elements that suit smooth laws only. Early times are given up
    first if the elements become too many; the error estimate then says so.
    """
    pieces, picture, ranges = stretch.pieces, stretch.picture, list(stretch.ranges)
    begin = ranges[0][0]
    is_whole = (begin == 0, ranges[-1][1] == picture.y.size - 1)
    picture = picture.window(begin, ranges[-1][1])
    ranges = [(first - begin, last - begin) for first, last in ranges]
    shape = _shape_cost(pieces, picture, bare=False)
    taken = [f if _is_taken(f, is_whole) else None for f in pieces]
    has_power = any(frame is not None for frame in taken)
    bare = _shape_cost(pieces, picture, bare=True) if has_power else shape

    def total(cost: np.ndarray) -> float:
        return float(sum(cost[first:last].sum() for first, last in ranges))

    def with_start(slack: float) -> np.ndarray:
        extra = np.zeros(shape.size)
        if shortest_time is not None:
            extra = _start_cost(picture, stretch.start, slack * shortest_time)
        cost = np.maximum(shape, extra)
        if has_power:
            cost = _one_element_at_the_ends(taken, picture, cost, np.maximum(bare, extra))
        return cost

    slack, cost = 1.0, with_start(1.0)
    while total(cost) > MAX_ELEMENTS and shortest_time is not None and slack < 1e9:
        slack *= 4.0
        cost = with_start(slack)
    cost = cost * min(1.0, MOST_ELEMENTS / max(total(cost), 1.0))
    final = len(ranges) - 1
    return [
        _chain(pieces, picture, span, cost, (is_whole[0] and not k, is_whole[1] and k == final))
        for k, span in enumerate(ranges)
    ]


def cells(stretch: Plan, shortest_time: float, count: int) -> list[tuple[int, np.ndarray]]:
    """Return edges and middles of about ``count`` cells over wells, barriers and the start.

    One (frame, offsets) per frame; offsets alternate edge, middle, edge, ..., edge.
    """
    picture, start = stretch.picture, stretch.start
    first = min(_outward(picture, start, start.low, side=-1), stretch.natural[0][0])
    last = max(_outward(picture, start, start.high, side=1), stretch.natural[-1][1])
    picture = picture.window(first, last)
    cost = _shape_cost(stretch.pieces, picture, bare=False)
    begin, end = stretch.natural[0][0] - first, stretch.natural[-1][1] - first
    peak = picture.x[[int(np.argmax(picture.hill))]]
    for outside in (slice(0, begin), slice(end, None)):
        part = cost[outside]
        if part.size:  # a fast fall from far out needs no care
            spent = float(_travel_times(picture)[outside].sum()) * _bend_at(picture, peak)
            cost[outside] = _capped(part, APPROACH * min(max(spent, 0.1), 1.0))
    local = min(shortest_time, 0.05 / max(_bend_at(picture, start.marks), 1e-290))
    cost = np.maximum(cost, _start_cost(picture, start, local))
    density = count / max(float(cost.sum()), 1e-300)
    found = []
    for index in range(len(stretch.pieces)):
        here = np.flatnonzero(picture.frame == index)
        if here.size > 1:
            edges = _edges(picture.y[here], density * cost[here[:-1]])
            found.append((index, np.insert(edges, slice(1, None), 0.5 * (edges[1:] + edges[:-1]))))
    return found


def _is_taken(frame: Frame, is_whole: tuple[bool, bool]) -> bool:
    """Tell whether a Radau element sits at the frame's end: the wells must reach that end."""
    return frame.power is not None and is_whole[0 if frame.low == 0.0 else 1]


def _one_element_at_the_ends(
    taken: list[Frame | None], picture: Net, cost: np.ndarray, bare: np.ndarray
) -> np.ndarray:
    """Charge the bare cost in a Radau element, the full cost beyond."""
    cost = cost.copy()
    for index, frame in enumerate(taken):
        if frame is None:
            continue
        here = np.flatnonzero(picture.frame[:-1] == index)
        order = here if frame.low == 0.0 else here[::-1]
        inside = order[np.cumsum(bare[order]) <= 1.0]
        cost[inside] = bare[inside]
    return cost


def _bend_at(picture: Net, marks: np.ndarray) -> float:
    """Return the largest curvature of log pi at the marks: on a barrier, the rate of falling."""
    z = 0.5 * (picture.z[1:] + picture.z[:-1])
    with np.errstate(over="ignore", invalid="ignore"):  # far out, where no mark is
        slope = np.diff(picture.hill) / np.maximum(np.diff(picture.z), 1e-300)
        bend = np.abs(np.diff(slope)) / np.maximum(np.diff(z), 1e-300)
    return float(np.interp(marks, picture.x[1:-1], bend).max())


def _travel_times(picture: Net) -> np.ndarray:
    """Return the time that drift needs over each interval, ``dz / |d log pi / dz|``, (n - 1,)."""
    step, fall = np.diff(picture.z), np.abs(np.diff(picture.hill))
    return step * step / np.maximum(fall, 1e-3)


def _capped(cost: np.ndarray, most: float) -> np.ndarray:
    """Hold the largest costs down to one level such that their sum is at most ``most``."""
    ascending = np.sort(cost)
    for k, value in enumerate(ascending):
        rest = cost.size - k
        done = float(ascending[:k].sum())
        if done + rest * value > most:
            return np.minimum(cost, (most - done) / rest)
    return cost


def _shape_cost(pieces: tuple[Frame, ...], picture: Net, *, bare: bool) -> np.ndarray:
    """Cost of log pi and of the roots of ``a`` on every interval of the net, shape (n - 1,).

    ``bare`` leaves out the power of the distance to a degenerate end, which a Radau element takes.
    """
    step = np.diff(picture.z)
    safe = np.maximum(step, 1e-300)
    log_pi, hill = picture.log_density.copy(), picture.hill.copy()
    distance = np.full(picture.y.size, np.inf)
    depth = np.full(picture.y.size, -1.0)
    for index, frame in enumerate(pieces):
        here = picture.frame == index
        y = picture.y[here]
        depth[here] = frame.log_depth(y)
        for root in frame.singular.tolist():
            distance[here] = np.minimum(distance[here], np.hypot(y - root.real, root.imag))
        if frame.is_cut or (frame.power is not None and not bare):
            distance[here] = np.minimum(distance[here], np.abs(y))
        if frame.power is not None and bare:
            log_pi[here] -= (frame.power - 1.0) * np.log(np.abs(y))
            hill[here] -= (frame.power - 0.5) * np.log(np.abs(y))
    slope = np.diff(hill) / safe
    room = np.where(np.minimum(step[1:], step[:-1]) > 0.0, 0.5 * (step[1:] + step[:-1]), np.inf)
    curvature = np.abs(np.diff(slope)) / room  # none across the seam of two frames
    bend = safe * np.sqrt(np.maximum(np.append(curvature, 0.0), np.append(0.0, curvature)))
    x_step = np.diff(picture.x)
    near = np.maximum(np.minimum(distance[1:], distance[:-1]), 1e-300)
    pole = x_step / near / (POLE * (1.0 + 0.15 * np.maximum(depth[1:], 0.0)))
    cost = np.maximum(np.abs(np.diff(hill)) / STEEP, bend / BEND)
    return np.maximum(cost, pole)


def _start_cost(picture: Net, start: Start, shortest_time: float) -> np.ndarray:
    """Cost of the start after the shortest time, graded away from where it is not smooth."""
    marks = np.interp(start.marks, picture.x, picture.z)
    noise = np.exp(2.0 * (picture.hill - picture.log_density))  # a, as the net saw it
    at_mark = np.interp(start.marks, picture.x, noise)
    width = np.sqrt(start.scale**2 / at_mark + 2.0 * shortest_time)
    z = 0.5 * (picture.z[1:] + picture.z[:-1])
    if marks.size <= 16:
        gap = np.abs(z[:, None] - marks) * 0.5 + width
        local = gap.min(axis=1)
    else:
        k = np.clip(np.searchsorted(marks, z), 1, marks.size - 1)
        gap = np.minimum(np.abs(z - marks[k - 1]), np.abs(z - marks[k]))
        local = 0.5 * gap + float(width.min())
    return np.diff(picture.z) / (GRADE * np.maximum(local, 1e-300))


def _chain(
    pieces: tuple[Frame, ...],
    picture: Net,
    span: tuple[int, int],
    cost: np.ndarray,
    is_whole: tuple[bool, bool],
) -> Elements:
    """Cut one well into elements of equal cost, frame by frame.

    ``is_whole`` says whether the well reaches the left and the right end of the domain.
    """
    first, last = span
    length = np.diff(picture.z)
    cost = np.maximum(cost, FEWEST * length / (picture.z[last] - picture.z[first]))
    frame_of, low, high = [], [], []
    radau = [False, False]
    for index, frame in enumerate(pieces):
        here = np.flatnonzero(picture.frame[first : last + 1] == index) + first
        if here.size < 2:
            continue
        edges = _edges(picture.y[here], cost[here[:-1]])
        if frame.power is not None:
            if frame.low == 0.0 and is_whole[0]:
                edges[0], radau[0] = 0.0, True
            if frame.high == 0.0 and is_whole[1]:
                edges[-1], radau[1] = 0.0, True
        frame_of += [index] * (edges.size - 1)
        low += edges[:-1].tolist()
        high += edges[1:].tolist()
    stops_short = (
        low[0] != 0.0 or pieces[frame_of[0]].low != 0.0,
        high[-1] != 0.0 or pieces[frame_of[-1]].high != 0.0,
    )
    return Elements(
        np.array(frame_of), np.array(low), np.array(high), (radau[0], radau[1]), stops_short
    )


def _edges(y: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return edges such that the elements between them cost the same."""
    total = np.concatenate([[0.0], np.cumsum(cost)])
    count = max(1, math.ceil(total[-1]))
    edges = np.interp(np.linspace(0.0, total[-1], count + 1), total, y)
    edges[0], edges[-1] = y[0], y[-1]
    return edges[np.append(True, np.diff(edges) > 0.0)]


def cut_at(pieces: tuple[Frame, ...], chain: Elements, places: np.ndarray) -> Elements:
    """Return the chain with further edges at ``places`` (x); a Radau element keeps its end."""
    frame_of, low, high = [], [], []
    for index, frame in enumerate(pieces):
        here = chain.frame == index
        if not here.any():
            continue
        edges = np.append(chain.low[here], chain.high[here][-1])
        offsets = np.asarray(places) - frame.anchor
        inside = offsets[(offsets > edges[0]) & (offsets < edges[-1])]
        edges = np.union1d(edges, inside)
        frame_of += [index] * (edges.size - 1)
        low += edges[:-1].tolist()
        high += edges[1:].tolist()
    return Elements(np.array(frame_of), np.array(low), np.array(high), chain.radau, chain.is_cut)
