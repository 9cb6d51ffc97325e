"""The difference tree: each mask as its parent's mask plus and minus a few pixels.

Over the nodes {empty, full, M_1 ... M_d} a minimum spanning tree under Hamming distance (Prim),
with the empty and the full mask both as roots. The number of additions for all sums over masks is
the weight of the tree instead of ``sum |M_q|``. Distances are counted when needed, from packed
bits; no matrix of them is held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from explorer.denoisers.masks import Masks

M1 = np.uint64(0x5555555555555555)
M2 = np.uint64(0x3333333333333333)
M4 = np.uint64(0x0F0F0F0F0F0F0F0F)
H01 = np.uint64(0x0101010101010101)
ONE, TWO, FOUR, TOP = (np.uint64(k) for k in (1, 2, 4, 56))


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """How to reach every mask.

    Attributes
    ----------
    order : numpy.ndarray of int32, shape (d,)
        Outputs, parents first, depth first.
    parent : numpy.ndarray of int32, shape (d,)
        Of each output: another output, d for the empty mask, d + 1 for the full one.
    index : numpy.ndarray of int32
        Pixels to add and to remove, one output after the other.
    start, middle, stop : numpy.ndarray of int64, shape (d,)
        Of each output, ``index[start:middle]`` is added, ``index[middle:stop]`` removed.
    """

    order: np.ndarray
    parent: np.ndarray
    index: np.ndarray
    start: np.ndarray
    middle: np.ndarray
    stop: np.ndarray

    @property
    def weight(self) -> int:
        """Number of additions and subtractions for one image."""
        return self.index.size

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the tree as named arrays, for a cache; `Tree(**arrays)` is the way back."""
        return {name: getattr(self, name) for name in self.__slots__}


def difference_tree(masks: Masks) -> Tree:
    """Return the minimum spanning tree of the masks."""
    words = _words(masks)
    parent, order = _prim(words, masks.sizes.size)
    return _listed(words, masks.sizes.size, parent, _depth_first(parent, order))


def direct_tree(masks: Masks) -> Tree:
    """Return the tree without differences: every mask summed on its own."""
    d = masks.sizes.size
    order = np.arange(d, dtype=np.int32)
    return _listed(_words(masks), d, np.full(d, d, dtype=np.int32), order)


def _words(masks: Masks) -> np.ndarray:
    """Return the masks, the empty and the full one, as 64-bit words (d + 2, w)."""
    d, used = masks.sizes.size, masks.bits.shape[1]
    padded = np.zeros((d + 2, -(-used // 8) * 8), dtype=np.uint8)
    padded[:d, :used] = masks.bits
    padded[d + 1, :used] = np.packbits(np.ones(d, dtype=bool))
    return padded.view(np.uint64)


@njit(cache=True)
def _distance(a, b):
    total = np.uint64(0)
    for k in range(a.size):
        v = a[k] ^ b[k]
        v = v - ((v >> ONE) & M1)
        v = (v & M2) + ((v >> TWO) & M2)
        v = (v + (v >> FOUR)) & M4
        total += (v * H01) >> TOP
    return np.int64(total)


@njit(cache=True)
def _prim(words, d):
    parent = np.empty(d, dtype=np.int32)
    best = np.empty(d, dtype=np.int64)
    for q in range(d):
        empty, full = _distance(words[q], words[d]), _distance(words[q], words[d + 1])
        best[q] = min(empty, full)
        parent[q] = d if empty <= full else d + 1
    left = np.arange(d)
    order = np.empty(d, dtype=np.int32)
    for k in range(d):
        n = d - k
        nearest = 0
        for i in range(1, n):
            if best[left[i]] < best[left[nearest]]:
                nearest = i
        chosen = left[nearest]
        left[nearest] = left[n - 1]
        order[k] = chosen
        for i in range(n - 1):
            q = left[i]
            distance = _distance(words[q], words[chosen])
            if distance < best[q]:
                best[q] = distance
                parent[q] = chosen
    return parent, order


def _depth_first(parent: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return an order with parents first in which a finished row is used again soon."""
    d = parent.size
    children: list[list[int]] = [[] for _ in range(d + 2)]
    for q in order[::-1]:
        children[parent[q]].append(int(q))
    stack, result = [*children[d + 1], *children[d]], []
    while stack:
        q = stack.pop()
        result.append(q)
        stack.extend(children[q])
    return np.array(result, dtype=np.int32)


def _listed(words: np.ndarray, d: int, parent: np.ndarray, order: np.ndarray) -> Tree:
    """Return the tree with its lists, laid out in the order of the walk."""
    start, middle, stop = (np.zeros(d, dtype=np.int64) for _ in range(3))
    lists, place = [], 0
    for q in order:
        own, other = words[q], words[parent[q]]
        for side, bits in ((middle, own & ~other), (stop, other & ~own)):
            pixels = np.flatnonzero(np.unpackbits(bits.view(np.uint8), count=d))
            if side is middle:
                start[q] = place
            lists.append(pixels.astype(np.int32))
            place += pixels.size
            side[q] = place
    index = np.concatenate(lists) if lists else np.zeros(0, dtype=np.int32)
    return Tree(order, parent, index, start, middle, stop)
