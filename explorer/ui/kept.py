"""Results that are made piece by piece and looked up before they are made: one shelf, bounded.

Streamlit's caches can only be asked by computing. Work that is done in turns (`turns`) needs to
know which pieces are there. A key is a canonical string, as in `cached`; a value is never changed
after it was put here. What was used least recently leaves first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import streamlit as st

MOST = 128 << 20  # bytes, for all visitors together
LITTLE = 256  # bytes that a value without arrays counts for


@dataclass(slots=True)
class Shelf:
    """Values by key, at most `most` bytes of arrays; safe between sessions.

    Examples
    --------
    >>> import numpy as np
    >>> shelf = Shelf(most=1000)
    >>> shelf.put("a", np.zeros(100))
    >>> shelf.put("b", np.zeros(100))
    >>> shelf.get("a") is None, shelf.get("b").size
    (True, 100)
    """

    most: int = MOST
    _values: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value; those used least recently make room. The newest always stays."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            self._sizes[key] = size(value)
            while sum(self._sizes.values()) > self.most and len(self._values) > 1:
                old, _ = self._values.popitem(last=False)
                del self._sizes[old]


@st.cache_resource(max_entries=1, show_spinner=False)
def shelf() -> Shelf:
    """Return the shelf of this process."""
    return Shelf()


def size(value: Any) -> int:
    """Return the bytes of the arrays and tensors in a value, its fields and items.

    Examples
    --------
    >>> import numpy as np
    >>> size((np.zeros(4, np.float32), "label")) == 16 + 2 * LITTLE
    True
    >>> size({"x": np.zeros(4)}) == 32 + LITTLE
    True
    """
    nbytes = getattr(value, "nbytes", None)  # of arrays, of tensors, and of who counts itself
    if isinstance(nbytes, int):
        return nbytes
    if isinstance(value, (tuple, list)):
        return LITTLE + sum(size(item) for item in value)
    if isinstance(value, Mapping):
        return LITTLE + sum(size(item) for item in value.values())
    names: Iterable[str] = getattr(value, "__dataclass_fields__", ())
    return LITTLE + sum(size(getattr(value, name)) for name in names)
