"""Mean weight of an image over all windows that hold a pixel, for 32 images at a time.

The second pass of the patch denoiser: the largest logit and the sum of every window are known, so
that weights can be formed, and added up over windows by a moving sum in the other direction.

numba's disk cache does not see changes in `boxes.py` here: after one, save this file again.
"""

# ruff: noqa: PLR0917 - the arguments of a compiled loop are many, and never keywords

from __future__ import annotations

import numpy as np
from numba import njit

from explorer.denoisers.kernels.boxes import (
    FAST,
    LANES,
    _largest,
    _pack,
    _slide_along,
    _slide_down,
    _terms,
    _weigh,
    _window,
    inner,
)
from explorer.denoisers.kernels.lanes import total_of_squares, weighted


@inner
def _window_weights(terms, shape, valid, slack, m, s, buffers):
    """Write weights of all windows to a table (places, 32); return whether any counts."""
    size, height, width = shape
    columns, line, scratch, weights = buffers
    down, across = height - size + 1, width - size + 1
    anything = False
    columns[:] = 0.0
    held = (0, 0)
    for y in range(down):
        wanted = (y, y + size)
        _slide_down(columns, terms, width, held, wanted)
        held = wanted
        _slide_along(columns, line, (0, across), (0, size - 1), width)
        for x in range(across):
            q, place = y * width + x, y * across + x
            if _largest(line, x, valid) > m[q] - slack:
                anything = True
                _weigh(line, x, valid, m[q], scratch)
                share = 1.0 / s[q]
                for lane in range(LANES):
                    weights[place, lane] = scratch[lane] * share
            else:
                for lane in range(LANES):
                    weights[place, lane] = 0.0
    return anything


@inner
def _vote(block, line, x, place, share, first, scratch, y, s2, largest, heaviest):
    """Add what 32 images say of one pixel; `share` is one over the number of its windows."""
    for lane in range(LANES):
        scratch[lane] = line[x, lane] * share
    s2[place] += total_of_squares(scratch)  # pyright: ignore[reportCallIssue]
    top = _largest(line, x, LANES) * share
    if top > largest[place]:
        for lane in range(LANES):
            if line[x, lane] * share == top:
                heaviest[place] = first + lane
                break
        largest[place] = top
    channels = y.shape[0]
    for c in range(channels):
        value = np.int64(c * (block.shape[0] // channels) + place)
        y[c, place] += weighted(scratch, block, value)  # pyright: ignore[reportCallIssue]


@inner
def _vote_block(block, first, valid, query, buffers, windows, votes):
    """Add 32 images to the averages of all pixels of all samples."""
    curvature, slopes, size, slack = query
    terms, weights, columns, line, scratch = buffers
    samples, _, height, width = slopes.shape
    down, across = height - size + 1, width - size + 1
    for b in range(samples):
        m, s = windows[0][b], windows[1][b]
        y, s2, largest, heaviest = votes[0][b], votes[1][b], votes[2][b], votes[3][b]
        _terms(block, slopes[b], curvature[b], (0, 0), height, width, terms)
        shape, inner = (size, height, width), (columns, line, scratch, weights)
        if not _window_weights(terms, shape, valid, slack, m, s, inner):
            continue
        columns[:] = 0.0
        held = (0, 0)
        for at in range(height):
            wanted = _window(at, (size - 1, 0), down)
            _slide_down(columns, weights, across, held, wanted)
            held = wanted
            _slide_along(columns, line, (0, width), (size - 1, 0), across)
            for x in range(width):
                low, high = _window(x, (size - 1, 0), across)
                share = 1.0 / ((wanted[1] - wanted[0]) * (high - low))
                place = at * width + x
                _vote(block, line, x, place, share, first, scratch, y, s2, largest, heaviest)


@njit(cache=True, nogil=True, fastmath=FAST)
def mean_of_windows(images, span, curvature, slopes, size, slack, windows, votes):
    """Add images to the averages over windows of every pixel.

    Parameters
    ----------
    images, span, curvature, slopes
        As for `boxes.softmax_of_windows`.
    size : int
        Side of the windows.
    slack : float
        Windows whose logits lie so far below their largest are left out.
    windows : tuple of float64 (B, H W)
        Largest logit m and sum s of the window whose corner is there.
    votes : tuple of arrays
        y (B, C, H W), s2, largest and heaviest (B, H W).
    """
    _, channels, height, width = slopes.shape
    down, across = height - size + 1, width - size + 1
    block = np.zeros((channels * height * width, LANES), dtype=np.uint8)
    terms, weights = np.empty((height * width, LANES)), np.empty((down * across, LANES))
    columns, line = np.empty((width, LANES)), np.empty((width, LANES))
    buffers = (terms, weights, columns, line, np.empty(LANES, dtype=np.float32))
    query = (curvature, slopes, size, slack)
    for first in range(span[0], span[1], LANES):
        valid = min(LANES, span[1] - first)
        _pack(images, first, valid, block)
        _vote_block(block, first, valid, query, buffers, windows, votes)
