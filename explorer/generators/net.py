"""A rough picture of ``log pi`` on points through all frames.

From this *net* the wells are read, the tails are cut and the elements are placed. Its values are by
Simpson's rule: good enough to choose by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.generators.frames import Frame
from explorer.generators.net_points import net_points, shortest_length
from explorer.generators.start import Start

TAIL = 34.0  # nats below its hill at which the density may be cut: 2e-15
ENTRANCE = 17.0  # the same where a grows faster than x^2: 4e-8; deeper, rounding would grow


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

    def log_total(self, first: int, last: int) -> float:
        """Return the log of the mass between two indices, as far as the net knows it."""
        middle = 0.5 * (self.hill[first:last] + self.hill[first + 1 : last + 1])
        top = float(middle.max())
        return top + math.log(float(np.exp(middle - top) @ np.diff(self.z[first : last + 1])))

    def bend_at(self, marks: np.ndarray) -> float:
        """Return the largest curvature of log pi at the marks: on a barrier, the rate of fall."""
        z = 0.5 * (self.z[1:] + self.z[:-1])
        with np.errstate(over="ignore", invalid="ignore"):  # far out, where no mark is
            slope = np.diff(self.hill) / np.maximum(np.diff(self.z), 1e-300)
            bend = np.abs(np.diff(slope)) / np.maximum(np.diff(z), 1e-300)
        return float(np.interp(marks, self.x[1:-1], bend).max())

    def travel_times(self) -> np.ndarray:
        """Return the time that drift needs over each interval, ``dz^2 / |d log pi|``, (n - 1,)."""
        step, fall = np.diff(self.z), np.abs(np.diff(self.hill))
        return step * step / np.maximum(fall, 1e-3)


def net(pieces: tuple[Frame, ...], start: Start, shortest_time: float) -> Net:
    """Follow log pi over all frames, far enough out for the tails and the start.

    Fine enough, too, for the start as it is after ``shortest_time``.
    """
    finest = min(shortest_length(frame, start, shortest_time) for frame in pieces)
    offsets = []
    for frame in pieces:
        for stretch in (1e4, 1e20, 1e140):  # until log pi has fallen
            y = net_points(frame, start, finest, stretch)
            if _falls_off(frame, _integrate(frame, y)[1]):
                break
        offsets.append(y)
    return _on_points(pieces, offsets)


def _on_points(pieces: tuple[Frame, ...], offsets: list[np.ndarray]) -> Net:
    """Return the net on given offsets, increasing in each frame."""
    columns = []
    for index, (frame, y) in enumerate(zip(pieces, offsets, strict=True)):
        columns.append((np.full(y.size, index), y, frame.anchor + y, *_integrate(frame, y)))
    if len(columns) == 2:  # both frames end in the same middle: make log pi continuous there
        left, right = columns
        shift, length = left[3][-1] - right[3][0], left[5][-1] - right[5][0]
        columns[1] = (*right[:3], right[3] + shift, right[4] + shift, right[5] + length)
    merged = [np.concatenate(column) for column in zip(*columns, strict=True)]
    tail, drops = _tail(pieces, merged)
    return Net(*merged, tail=tail, drop=drops)


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
    return _on_points(pieces, offsets)


def _tail(
    pieces: tuple[Frame, ...], columns: list[np.ndarray]
) -> tuple[np.ndarray, tuple[float, float]]:
    """Return what decides where ends are cut, and the nats for the left and the right end."""
    owner, y, x, log_density, hill, z = columns
    tail, drops = _without_radau_powers(pieces, owner, y, hill), []
    peak = int(np.argmax(hill))
    middle = 0.5 * (hill[1:] + hill[:-1]) - log_density[peak]
    size = float(np.exp(np.minimum(middle, 600.0)) @ np.diff(z))  # mass over density at the peak
    size = max(size, 1e-290)
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


def _without_radau_powers(
    pieces: tuple[Frame, ...], owner: np.ndarray, y: np.ndarray, hill: np.ndarray
) -> np.ndarray:
    """Return the hill without the powers that Radau elements take: they are no reason to cut."""
    hill = hill.copy()
    for index, frame in enumerate(pieces):
        if frame.power is not None:
            here = owner == index
            near = np.minimum(np.abs(y[here]) / np.abs(y[here]).max(), 1.0)
            hill[here] -= (frame.power - 0.5) * np.log(near)
    return hill


def _falls_off(frame: Frame, hill: np.ndarray) -> bool:
    """Tell whether the density has fallen enough at the ends that will be cut."""
    enough = hill.max() - TAIL
    falls_left = hill[0] < enough or not _will_be_cut(frame, frame.low)
    falls_right = hill[-1] < enough or not _will_be_cut(frame, frame.high)
    return bool(falls_left and falls_right)


def _will_be_cut(frame: Frame, end: float) -> bool:
    return math.isinf(end) or (frame.is_cut and end == 0.0)


def _integrate(frame: Frame, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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
