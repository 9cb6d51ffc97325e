"""The domain of a generator seen from anchors, for the relaxation solvers.

A *frame* is a piece of the domain with an anchor, a finite end or the middle of the features on the
line; ``a`` and ``b`` are shifted to the anchor exactly, so that nothing cancels beside an end. A
*net* is a rough picture of ``log pi`` over all frames, from which elements are placed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.generators.generator import Generator
from explorer.generators.initial import Start
from explorer.generators.roots import nearly_real, roots, taylor_shift

TAIL = 34.0  # nats below its hill at which the density may be cut: 2e-15
ENTRANCE = 17.0  # the same where a grows faster than x^2: 4e-8; deeper, rounding would grow
REACH = 30.0  # widths within which a feature beyond the end of a frame matters in it
RATIO = 1.3  # of the geometric net
ROOT_AT_END = 1e-12  # relative size below which a(end) is a root
STEEPEST = 20.0  # largest exponent g of a degenerate end that one Radau element takes


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A piece of the domain seen from an anchor: ``x = anchor + y``.

    Attributes
    ----------
    anchor : float
    low, high : float
        Range of y; one of them is 0 where the anchor is an end of the domain.
    a, b : (n,) increasing Taylor coefficients at the anchor
    power : float or None
        Exponent g of ``pi ~ |y|^(g - 1)`` if the anchor is a degenerate end of order 1 that one
        Radau element can take, else None.
    is_cut : bool
        The anchor is a degenerate end that has to be cut off like an infinite one.
    singular : (r,) complex roots of ``a`` in y, without one at a degenerate anchor
    features : (f,) places in y that matter, increasing, and ``widths`` (f,) their lengths
    """

    anchor: float
    low: float
    high: float
    a: np.ndarray
    b: np.ndarray
    power: float | None
    is_cut: bool
    singular: np.ndarray
    features: np.ndarray
    widths: np.ndarray

    def noise_and_drift(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ``a`` and ``b`` at the offsets ``y`` (any shape)."""
        return polynomial(self.a, y), polynomial(self.b, y)

    def log_depth(self, y: np.ndarray) -> np.ndarray:
        """How many e-foldings ``y`` lies where all is a power of the offset; negative if it is not.

        There the logarithm of the offset is the natural coordinate: far beyond all roots of ``a``,
        or close to a degenerate end that has to be cut.
        """
        sizes = np.abs(self.singular)
        size = np.maximum(np.abs(y), 1e-300)
        depth = np.full(y.shape, -1.0)
        if sizes.size:
            depth = np.log(size / (2.0 * sizes.max()))
        if self.is_cut:
            nearest = min([*sizes.tolist(), self.high - self.low])
            inward = np.log(0.5 * nearest / size) if np.isfinite(nearest) else np.log1p(size)
            depth = np.maximum(depth, inward)
        return depth

    def lengths(self) -> list[float]:
        """Lengths at which one Taylor term of ``a`` or ``b`` overtakes another."""
        terms = [(k, abs(c)) for k, c in enumerate(self.a.tolist()) if c]
        terms_b = [(k + 1, abs(c)) for k, c in enumerate(self.b.tolist()) if c]
        found = [
            (low_size / high_size) ** (1.0 / (high - low))
            for first, second in ((terms, terms), (terms_b, terms_b), (terms, terms_b))
            for low, low_size in first
            for high, high_size in second
            if high > low
        ]
        width = self.high - self.low
        if math.isfinite(width):
            return [min(length, width) for length in found] + [width]
        return found or [1.0]

    def regular_part(self) -> tuple[np.ndarray, np.ndarray]:
        """Return ``n, m`` with ``b/a = power/y + n/m`` and ``a = y m``, exact at y = 0."""
        m = self.a[1:]
        n = (self.b - (self.power or 0.0) * np.append(m, 0.0))[1:]
        return n, m


def polynomial(coefficients: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Evaluate increasing coefficients by Horner's rule (faster here than numpy's checks)."""
    value = np.full_like(y, coefficients[-1])
    for c in coefficients[-2::-1]:
        value *= y
        value += c
    return value


def frames(g: Generator) -> tuple[Frame, ...]:
    """Return the frames of a generator from left to right: one, or two on a bounded interval."""
    left, right = g.domain
    if math.isinf(left) and math.isinf(right):
        anchor = _centre(_features(g.a, g.b, left, right))
        return (_frame(g, anchor, left, right),)
    if math.isinf(right):
        return (_frame(g, left, 0.0, math.inf),)
    if math.isinf(left):
        return (_frame(g, right, -math.inf, 0.0),)
    half = 0.5 * (right - left)
    return (_frame(g, left, 0.0, half), _frame(g, right, -half, 0.0))


def _centre(places: list[tuple[float, float]]) -> float:
    """Return the middle of the features, or the finest of them if it is fine beside their span."""
    span = places[-1][0] - places[0][0]
    place, width = min(places, key=lambda feature: feature[1] or math.inf)
    return place if 0.0 < width < span / 30.0 else 0.5 * (places[0][0] + places[-1][0])


def _frame(g: Generator, anchor: float, low: float, high: float) -> Frame:
    size = max(len(g.a), len(g.b))
    a = taylor_shift(list(g.a) + [0.0] * (size - len(g.a)), anchor)
    b = taylor_shift(list(g.b) + [0.0] * (size - len(g.b)), anchor)
    at_end = low == 0.0 or high == 0.0
    scale = sum(abs(c) * abs(anchor) ** k for k, c in enumerate(g.a))
    degenerate = at_end and abs(a[0]) <= ROOT_AT_END * scale
    if degenerate:
        a[0] = 0.0
    power = None
    if degenerate and len(a) > 1 and abs(a[1]) * min(high - low, 1e300) > 0.0:
        ratio = b[0] / a[1] if a[1] else math.inf
        power = ratio if 0.0 < ratio <= STEEPEST else None
    places = _features(a, b, low, high)
    singular = roots(a)
    return Frame(
        anchor=anchor,
        low=low,
        high=high,
        a=np.array(a),
        b=np.array(b),
        power=power,
        is_cut=degenerate and power is None,
        singular=singular,
        features=np.array([place for place, _ in places]),
        widths=np.array([width for _, width in places]),
    )


def _features(a, b, low: float, high: float) -> list[tuple[float, float]]:
    """Critical points of log pi and roots of ``a`` near (low, high), with the lengths they set."""
    size = max(len(a), len(b)) + 1
    a = [*a, *[0.0] * (size - len(a))]
    b = [*b, *[0.0] * (size - len(b))]
    slope = [b[k] - (k + 1) * a[k + 1] for k in range(size - 1)]
    bends = [k * c for k, c in enumerate(slope)][1:]
    found = []
    critical = nearly_real(roots(slope)) + ([0.0] if slope[0] == 0.0 and any(slope) else [])
    for place in critical:
        bend, noise = abs(_value(bends, place)), abs(_value(a, place))
        width = math.sqrt(noise / bend) if bend and noise else 0.0
        if low - REACH * width < place < high + REACH * width:
            found.append((place, width))
    for z in roots(a).tolist():
        beyond = max(low - z.real, z.real - high, 0.0)
        width = math.hypot(z.imag, beyond)
        if width > 0.0:
            found.append((min(max(z.real, low), high), width))
    return sorted(found) or [(0.0, 0.0)]


def _value(c, x: float) -> float:
    value = 0.0
    for c_k in reversed(c):
        value = value * x + c_k
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A rough picture of the generator on points that increase through all frames.

    Attributes
    ----------
    frame : (n,) int, index of the frame of each point
    y, x : (n,) offset in the frame, and place
    log_density : (n,) log pi, up to a constant
    hill : (n,) log of the density in the Lamperti length z, ``log pi + log(a) / 2``
    z : (n,) Lamperti length, ``int dx / sqrt(a)`` up to a constant
    tail : (n,) what decides where an end is cut: the hill; where ``a`` grows faster than
        ``x^2``, log of the mass beyond, about ``log(pi |x|)``; at a degenerate end without the
        power that a Radau element takes
    drop : (float, float) nats of ``tail`` at which the left and the right end are cut
    """

    frame: np.ndarray
    y: np.ndarray
    x: np.ndarray
    log_density: np.ndarray
    hill: np.ndarray
    z: np.ndarray
    tail: np.ndarray
    drop: tuple[float, float]

    def window(self, first: int, last: int) -> Net:
        """Return the part of the net from index ``first`` to ``last``, both included."""
        part = slice(first, last + 1)
        fields = (self.frame, self.y, self.x, self.log_density, self.hill, self.z, self.tail)
        return Net(*(field[part] for field in fields), drop=self.drop)


def net(pieces: tuple[Frame, ...], start: Start, finest: float) -> Net:
    """Follow log pi over all frames, far enough out for the tails and the start.

    ``finest`` is the shortest length in x on which the start has to be resolved.
    """
    offsets = []
    for frame in pieces:
        for stretch in (1e4, 1e20, 1e140):
            y = _points(frame, start, finest, stretch)
            if _falls_off(frame, _follow(frame, y)[1]):
                break
        offsets.append(y)
    return follow(pieces, offsets)


def follow(pieces: tuple[Frame, ...], offsets: list[np.ndarray]) -> Net:
    """Return the net on given offsets, increasing in each frame."""
    columns = []
    for index, (frame, y) in enumerate(zip(pieces, offsets, strict=True)):
        columns.append((np.full(y.size, index), y, frame.anchor + y, *_follow(frame, y)))
    if len(columns) == 2:  # both frames end in the same middle: make log pi continuous there
        left, right = columns
        shift, length = left[3][-1] - right[3][0], left[5][-1] - right[5][0]
        columns[1] = (*right[:3], right[3] + shift, right[4] + shift, right[5] + length)
    merged = [np.concatenate(column) for column in zip(*columns, strict=True)]
    tail, drops = _tail(pieces, merged)
    return Net(*merged, tail=tail, drop=drops)


def _tail(
    pieces: tuple[Frame, ...], columns: list[np.ndarray]
) -> tuple[np.ndarray, tuple[float, float]]:
    """Return what decides where ends are cut, and the nats for the left and the right end."""
    owner, y, x, log_density, hill, z = columns
    tail, drops = hill.copy(), []
    peak = int(np.argmax(hill))
    middle = 0.5 * (hill[1:] + hill[:-1]) - log_density[peak]
    size = float(np.exp(np.minimum(middle, 600.0)) @ np.diff(z))  # mass over density at the peak
    size = max(size, 1e-290)
    for index, frame in enumerate(pieces):
        if frame.power is not None:  # a Radau element takes that power: it is no reason to cut
            here = owner == index
            near = np.minimum(np.abs(y[here]) / np.abs(y[here]).max(), 1.0)
            tail[here] -= (frame.power - 0.5) * np.log(near)
    for frame, end, outside in (
        (pieces[0], pieces[0].low, slice(0, peak)),
        (pieces[-1], pieces[-1].high, slice(peak + 1, None)),
    ):
        is_degenerate = end == 0.0 and (frame.is_cut or frame.power is not None)
        is_fast = not is_degenerate and np.flatnonzero(frame.a)[-1] > 2
        if is_fast:  # the Lamperti length to infinity is finite: go by the mass beyond
            distance = np.maximum(np.abs(x[outside] - x[peak]) / size, 1.0)
            mass = log_density[outside] - log_density[peak] + np.log(distance)
            tail[outside] = tail[peak] + mass
        drops.append(ENTRANCE if is_fast else TAIL)
    return tail, (drops[0], drops[1])


def refine(pieces: tuple[Frame, ...], picture: Net, places: list[int]) -> Net:
    """Return the net with 16 points put between each of the given points and its neighbours."""
    offsets = []
    for index in range(len(pieces)):
        here = np.flatnonzero(picture.frame == index)
        y = picture.y[here]
        more = [y]
        for place in places:
            k = place - here[0]
            if 0 <= k < y.size:
                more.append(np.linspace(y[max(k - 1, 0)], y[min(k + 1, y.size - 1)], 33))
        offsets.append(np.unique(np.concatenate(more)))
    return follow(pieces, offsets)


def _points(frame: Frame, start: Start, finest: float, stretch: float) -> np.ndarray:
    """Geometric grids about everything that matters, merged; ``stretch`` says how far out."""
    lengths = frame.lengths()
    marks = start.marks - frame.anchor
    marks = marks[(marks >= frame.low) & (marks <= frame.high)]
    marks = marks[:: max(1, marks.size // 16)]
    size = max(
        *lengths,
        *(abs(place - frame.anchor) for place in (start.low, start.high)),
        *np.abs(frame.features).tolist(),
    )
    largest = max(np.max(np.abs(frame.a)), np.max(np.abs(frame.b)), 1e-300)
    safe = (1e200 / largest) ** (1.0 / max(1, frame.a.size - 1))  # no overflow of a or b
    reach = min(stretch * size, frame.high - frame.low, safe)
    shortest = min(*lengths, 0.1 * reach)
    centres = [(0.0, 1e-2 * shortest / (stretch if frame.is_cut else 1.0))]
    for place, width in zip(frame.features.tolist(), frame.widths.tolist(), strict=True):
        centres.append((place, 0.1 * width if width else 1e-2 * shortest))
    centres += [(mark, 0.25 * finest) for mark in marks.tolist()]
    grids = []
    for k, (centre, width) in enumerate(centres):
        far = min(1e4 * size, reach) if k else reach  # only the anchor's grid goes all the way out
        steps = geometric(min(width, 0.01 * far), far)
        grids += [centre - steps, [centre], centre + steps]
    grids.append([start.low - frame.anchor, start.high - frame.anchor])
    y = np.unique(np.concatenate(grids))
    y = y[(y > frame.low) & (y < frame.high)]
    is_open = frame.is_cut or frame.power is not None
    if is_open:  # a point far inside the first steps of the grid would leave a hole behind it
        y = y[np.abs(y) >= centres[0][1]]
    ends = [end for end in (frame.low, frame.high) if math.isfinite(end) and (end or not is_open)]
    return _thin(np.union1d(y, ends))


def _thin(y: np.ndarray) -> np.ndarray:
    """Drop points much closer to a neighbour than the others around: differences need room."""
    step = np.diff(y)
    padded = np.concatenate([step[:1], step, step[-1:]])
    crowded = step < 0.05 * np.minimum(padded[:-2], padded[2:])
    crowded[-1] = False
    return y[np.concatenate([[True], ~crowded])]


def _falls_off(frame: Frame, hill: np.ndarray) -> bool:
    """Tell whether the density has fallen enough at the ends that will be cut."""
    top = hill.max()
    falls_left = hill[0] < top - TAIL or not (math.isinf(frame.low) or _cut_at(frame, frame.low))
    falls_right = hill[-1] < top - TAIL or not (
        math.isinf(frame.high) or _cut_at(frame, frame.high)
    )
    return bool(falls_left and falls_right)


def _cut_at(frame: Frame, end: float) -> bool:
    return frame.is_cut and end == 0.0


def _follow(frame: Frame, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log pi, the hill and the Lamperti length at ``y``, by Simpson's rule."""
    step = np.diff(y)
    middle = y[:-1] + 0.5 * step
    a, b = frame.noise_and_drift(y)
    a_mid, b_mid = frame.noise_and_drift(middle)
    if not min(a.min(), a_mid.min(initial=1.0)) > 0.0:  # the classification knows that a > 0
        raise ExplorerError(
            "This generator has features of such different sizes that a(x) cannot be evaluated "
            f"near all of them from x = {frame.anchor:g} in double precision. Rescale or simplify."
        )
    ratio, ratio_mid = b / a, b_mid / a_mid
    rise = step / 6.0 * (ratio[:-1] + 4.0 * ratio_mid + ratio[1:])
    root, root_mid = a**-0.5, a_mid**-0.5
    length = step / 6.0 * (root[:-1] + 4.0 * root_mid + root[1:])
    # Outward from a feature: far out the sums are so large that the middle would be lost in them.
    base = int(np.searchsorted(y, frame.features[frame.features.size // 2]))
    log_density = _outward(rise, base) - np.log(a)
    return log_density, log_density + 0.5 * np.log(a), _outward(length, base)


def _outward(steps: np.ndarray, base: int) -> np.ndarray:
    """Return the running sum of ``steps`` that is 0 at index ``base``."""
    right = np.cumsum(steps[base:])
    left = -np.cumsum(steps[:base][::-1])[::-1]
    return np.concatenate([left, [0.0], right])


def geometric(low: float, high: float) -> np.ndarray:
    """Return points from ``low`` to ``high`` with ratio about ``RATIO``."""
    count = max(2, math.ceil(math.log(high / low) / math.log(RATIO)) + 1)
    return np.geomspace(low, high, count)
