"""Where the rows and lists of a difference tree lie while it is walked.

A node's logits are needed until its last child has been formed; then their row goes to another
node. Few rows are in use at a time, and those stay in the nearest cache. Lists of pixels follow one
another in the order of the walk, in the shortest integers that can hold a pixel, each filled up to
a multiple of `APART` with the number d: the pixel whose term is always 0.
"""

# ruff: noqa: PLR0917 - the arguments of a compiled loop are many, and never keywords

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from explorer.denoisers.kernels.rows import APART, EMPTY, FIRST, FULL
from explorer.denoisers.kernels.tree import Tree


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A tree, ready to be walked.

    Attributes
    ----------
    nodes : numpy.ndarray of int64, shape (d, 3)
        In the order of the walk: output, its row, and its parent's row.
    spans : numpy.ndarray of int64, shape (d, 3)
        ``index[first:second]`` is added, ``index[second:third]`` removed.
    index : numpy.ndarray of int16 or int32
    rows : int
        Number of rows in use.
    """

    nodes: np.ndarray
    spans: np.ndarray
    index: np.ndarray
    rows: int

    @classmethod
    def of(cls, tree: Tree) -> Layout:
        """Return the layout of a tree."""
        d = tree.order.size
        nodes, spans = (np.empty((d, 3), dtype=np.int64) for _ in range(2))
        lists = tree.start, tree.middle, tree.stop
        rows = _place(tree.order, tree.parent, *lists, nodes, spans)
        kind = np.int16 if d <= np.iinfo(np.int16).max else np.int32
        index = np.full(spans[-1, 2], d, dtype=kind)
        _fill(tree.order, tree.index, *lists, spans, index)
        return cls(nodes, spans, index, rows)


def whole(d: int, kind: np.dtype) -> np.ndarray:
    """Return all d pixels as one list."""
    return np.minimum(np.arange(-(-d // APART) * APART), d).astype(kind)


@njit(cache=True)
def _filled_up(n):
    return -(-n // APART) * APART


@njit(cache=True)
def _place(order, parent, start, middle, stop, nodes, spans):
    """Write nodes and spans; return the number of rows."""
    d = order.size
    children, row = np.zeros(d + 2, dtype=np.int64), np.empty(d + 2, dtype=np.int64)
    row[d], row[d + 1] = EMPTY, FULL
    for q in order:
        children[parent[q]] += 1
    free, n_free, n_rows, place = np.empty(d + 2, dtype=np.int64), 0, FIRST, 0
    for i in range(d):
        q, p = order[i], parent[order[i]]
        if n_free > 0:
            n_free -= 1
            row[q] = free[n_free]
        else:
            row[q] = n_rows
            n_rows += 1
        nodes[i, 0], nodes[i, 1], nodes[i, 2] = q, row[q], row[p]
        children[p] -= 1
        for done in (p, q):
            if children[done] == 0 and done < d:
                free[n_free] = row[done]
                n_free += 1
        spans[i, 0] = place
        spans[i, 1] = place + _filled_up(middle[q] - start[q])
        spans[i, 2] = place = spans[i, 1] + _filled_up(stop[q] - middle[q])
    return n_rows


@njit(cache=True)
def _fill(order, index, start, middle, stop, spans, filled):
    for i in range(order.size):
        q = order[i]
        for k in range(start[q], middle[q]):
            filled[spans[i, 0] + k - start[q]] = index[k]
        for k in range(middle[q], stop[q]):
            filled[spans[i, 1] + k - middle[q]] = index[k]
