"""Sums over windows of an image, for 32 images at a time, and softmax sums on top of them.

A window sum moves by what enters and what leaves, first along rows and then along a row: its price
does not depend on the size of the window. All of it is in float64, where the rounding of such
sums stays below 1e-6 of a logit even at the lowest noise; only exponentials are in float32.

The inner functions allocate nothing and are compiled without reference counting (`_nrt`), which
would cost more than their arithmetic.
"""

# ruff: noqa: PLR0917 - the arguments of a compiled loop are many, and never keywords

from __future__ import annotations

import math

import numpy as np
from numba import njit

from explorer.denoisers.kernels.lanes import LANES, total, total_of_squares, weighted

FAST = {"reassoc", "contract", "nsz", "nnan", "arcp"}  # infinities stay valid
inner = njit(cache=True, fastmath=FAST, _nrt=False)  # pyright: ignore[reportCallIssue]
LOG2E = np.float32(1.0 / math.log(2.0))
LEAST = np.float32(-87.0)
# exp2 on [-1/2, 1/2] by its Taylor series: 1e-8 relative.
E1, E2, E3, E4, E5, E6, E7 = (
    np.float32(math.log(2.0) ** k / math.factorial(k)) for k in range(1, 8)
)
HALF, UNIT, BIAS = np.float32(0.5), np.float32(1.0), np.int32(127)


@inner
def _exp(x):
    """Return exp(x) for x <= 0; 1e-38 where it is less."""
    t = max(x, LEAST) * LOG2E
    whole = np.int32(t - HALF)
    f = t - np.float32(whole)
    series = UNIT + f * (E1 + f * (E2 + f * (E3 + f * (E4 + f * (E5 + f * (E6 + f * E7))))))
    return series * np.int32((whole + BIAS) << np.int32(23)).view(np.float32)


@inner
def _pack(images, first, valid, block):
    """Write images ``first ... first + valid`` (n, d) to a block (d, 32)."""
    d = block.shape[0]
    for lane in range(valid):
        for n in range(d):
            block[n, lane] = images[first + lane, n]


@inner
def _terms(block, slope, curvature, shift, height, width, terms):
    """Write ``sum_c u (slope - curvature u)`` of every place, the slope moved by `shift`."""
    channels = slope.shape[0]
    for y in range(height):
        from_y = (y - shift[0]) % height
        for x in range(width):
            from_x = (x - shift[1]) % width
            place = y * width + x
            for c in range(channels):
                p = slope[c, from_y, from_x]
                n = c * height * width + place
                if c == 0:
                    for lane in range(LANES):
                        u = np.float64(block[n, lane])
                        terms[place, lane] = u * (p - curvature * u)
                else:
                    for lane in range(LANES):
                        u = np.float64(block[n, lane])
                        terms[place, lane] += u * (p - curvature * u)


@inner
def _add(total, row, table, place):
    for lane in range(LANES):
        total[row, lane] += table[place, lane]


@inner
def _remove(total, row, table, place):
    for lane in range(LANES):
        total[row, lane] -= table[place, lane]


@inner
def _replace(total, row, table, new, old):
    for lane in range(LANES):
        total[row, lane] += table[new, lane] - table[old, lane]


@inner
def _slide_down(columns, terms, width, old, new):
    """Turn sums over the rows ``old`` = (first, stop) of a table into sums over ``new``."""
    if new[0] == old[0] + 1 and new[1] == old[1] + 1:
        for x in range(width):
            _replace(columns, x, terms, old[1] * width + x, old[0] * width + x)
    else:
        for y in range(old[1], new[1]):
            for x in range(width):
                _add(columns, x, terms, y * width + x)
        for y in range(old[0], new[0]):
            for x in range(width):
                _remove(columns, x, terms, y * width + x)


@inner
def _window(at, reach, size):
    """Return first and stop of the window of a place, cut at the border."""
    return max(at - reach[0], 0), min(at + reach[1] + 1, size)


@inner
def _slide_along(columns, line, places, reach, width):
    """Write the window sums of the places (first, stop) of a row to `line`."""
    low, high = _window(places[0], reach, width)
    first = places[0]
    for lane in range(LANES):
        line[first, lane] = columns[low, lane]
    for k in range(low + 1, high):
        _add(line, first, columns, k)
    for x in range(first + 1, places[1]):
        new_low, new_high = _window(x, reach, width)
        _next(line, x, columns, (low, high), (new_low, new_high))
        low, high = new_low, new_high


@inner
def _next(line, x, columns, old, new):
    """Write to ``line[x]`` what the window before it sums, plus what enters, minus what leaves."""
    if new[1] > old[1] and new[0] > old[0]:
        for lane in range(LANES):
            moved = columns[old[1], lane] - columns[old[0], lane]
            line[x, lane] = line[x - 1, lane] + moved
    elif new[1] > old[1]:
        for lane in range(LANES):
            line[x, lane] = line[x - 1, lane] + columns[old[1], lane]
    elif new[0] > old[0]:
        for lane in range(LANES):
            line[x, lane] = line[x - 1, lane] - columns[old[0], lane]
    else:
        for lane in range(LANES):
            line[x, lane] = line[x - 1, lane]


@inner
def _largest(line, x, valid):
    top = line[x, 0]
    if valid == LANES:
        for lane in range(1, LANES):
            top = max(top, line[x, lane])
    else:
        for lane in range(1, valid):
            top = max(top, line[x, lane])
    return top


@inner
def _weigh(line, x, valid, origin, weights):
    """Write ``exp(l - origin)`` of a row to `weights`; 0 beyond the last image."""
    for lane in range(LANES):
        weights[lane] = _exp(np.float32(line[x, lane] - origin))
    if valid < LANES:
        for lane in range(valid, LANES):
            weights[lane] = 0.0


@inner
def _rescale(line, x, valid, top, q, first, m, s, y, s2, heaviest):
    """Make `top`, the largest of these logits, the reference of location q."""
    for lane in range(valid):
        if line[x, lane] == top:
            heaviest[q] = first + lane
            break
    scale = math.exp(m[q] - top)
    s[q] *= scale
    s2[q] *= scale * scale
    for c in range(y.shape[0]):
        y[c, q] *= scale
    m[q] = top


@inner
def _take_up(line, x, valid, block, value, q, first, slack, weights, m, s, y, s2, heaviest):
    """Add 32 images to the softmax sums of location q; `value` is the place of their values."""
    top = _largest(line, x, valid)
    if top > m[q] - slack:
        if top > m[q]:
            _rescale(line, x, valid, top, q, first, m, s, y, s2, heaviest)
        _weigh(line, x, valid, m[q], weights)
        s[q] += total(weights)  # pyright: ignore[reportCallIssue]
        s2[q] += total_of_squares(weights)  # pyright: ignore[reportCallIssue]
        channels = y.shape[0]
        for c in range(channels):
            place = np.int64(c * (block.shape[0] // channels) + value)
            y[c, q] += weighted(weights, block, place)  # pyright: ignore[reportCallIssue]


@inner
def _take_up_block(block, first, valid, query, buffers, sums):
    """Add 32 images to the softmax sums of all locations of all samples."""
    curvature, slopes, reach, moves, slack = query
    terms, columns, line, weights = buffers
    ms, ss, ys, s2s, heaviests = sums
    samples, _, height, width = slopes.shape
    for b in range(samples):
        m, s, y, s2, heaviest = ms[b], ss[b], ys[b], s2s[b], heaviests[b]
        for k in range(moves.shape[0]):
            shift = (moves[k, 0], moves[k, 1])
            places = (moves[k, 4], moves[k, 5])
            _terms(block, slopes[b], curvature[b], shift, height, width, terms)
            columns[:] = 0.0
            held = (0, 0)
            for at in range(moves[k, 2], moves[k, 3]):
                wanted = _window(at, reach, height)
                if held[1] < wanted[0]:
                    held = (wanted[0], wanted[0])
                _slide_down(columns, terms, width, held, wanted)
                held = wanted
                _slide_along(columns, line, places, reach, width)
                row = (at - shift[0]) % height * width
                for x in range(places[0], places[1]):
                    q = row + (x - shift[1]) % width
                    value = at * width + x
                    _take_up(
                        line,
                        x,
                        valid,
                        block,
                        value,
                        q,
                        first,
                        slack,
                        weights,
                        m,
                        s,
                        y,
                        s2,
                        heaviest,
                    )


@njit(cache=True, nogil=True, fastmath=FAST)
def softmax_of_windows(images, span, curvature, slopes, reach, moves, slack, sums):
    """Add images to the softmax sums of every location.

    Parameters
    ----------
    images : uint8 (N, d)
    span : (int, int)
        First and last image, exclusive.
    curvature : float64 (B,)
        kappa of the terms ``u (slope - kappa u)`` of a byte u.
    slopes : float64 (B, C, H, W)
    reach : (int, int)
        How far a window reaches before and after its place, along both axes.
    moves : int64 (M, 6)
        Shift (dy, dx) from a location to the place in the image it is compared with, and the
        places (first row, stop, first column, stop) this shift is for.
    slack : float
        Logits that lie so far below the largest so far are left out.
    sums : tuple of arrays
        m, s (B, H W), y (B, C', H W), s2 (B, H W), heaviest (B, H W); C' = 0 for no values.
    """
    _, channels, height, width = slopes.shape
    block = np.zeros((channels * height * width, LANES), dtype=np.uint8)
    terms, columns = np.empty((height * width, LANES)), np.empty((width, LANES))
    line, weights = np.empty((width, LANES)), np.empty(LANES, dtype=np.float32)
    query = (curvature, slopes, reach, moves, slack)
    for first in range(span[0], span[1], LANES):
        valid = min(LANES, span[1] - first)
        _pack(images, first, valid, block)
        _take_up_block(block, first, valid, query, (terms, columns, line, weights), sums)
