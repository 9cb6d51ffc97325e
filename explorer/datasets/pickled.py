"""CIFAR-10's pickled batches, read by a machine that cannot do anything else.

A pickle is a program. This reader knows the instructions that build dictionaries, lists, tuples,
numbers and texts, and four names, for which it puts down notes of its own: an array, its type, text
as bytes, and the way newer NumPy stores an array. It imports nothing, looks up nothing and calls
nothing that a file names, so that no file can make it run code or reserve memory.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.datasets.source import Source, reading, refuse

MAX_BYTES = 128 << 20  # a batch of 10,000 has 31 MB, as text of Python 3 44 MB
PIXELS = 3 * 32 * 32
CLASSES = 10
REMEDY = "Use the files data_batch_1 ... data_batch_5 and test_batch as they were published."


@dataclass(slots=True)
class _Array:
    """What a pickle says about an array."""

    shape: Any = None
    dtype: Any = None
    data: Any = None


@dataclass(slots=True)
class _Type:
    """What a pickle says about a number type; the byte order does not matter for bytes."""

    code: Any


@dataclass(slots=True)
class _Encoded:
    """Text that stands for bytes; turned into them only for the one array that is wanted."""

    text: Any
    codec: Any


def _frombuffer(data: Any, dtype: Any, shape: Any, order: Any) -> _Array:
    if order != "C":
        raise ValueError("stored column by column")
    return _Array(shape, dtype, data)


# The only names that a file may use, and what is put down for each.
_NAMES: dict[str, Callable[..., Any]] = {
    "numpy ndarray": _Array,
    "numpy dtype": lambda code, *_: _Type(code),
    "_codecs encode": _Encoded,
    "numpy _reconstruct": lambda *_: _Array(),
    "numpy _frombuffer": _frombuffer,
}
_MODULES = {  # NumPy has moved its functions more than once
    "numpy.core.multiarray": "numpy",
    "numpy._core.multiarray": "numpy",
    "numpy.core.numeric": "numpy",
    "numpy._core.numeric": "numpy",
}


def batch(source: Source) -> tuple[np.ndarray, np.ndarray | None]:
    """Return images uint8 (n, 3, 32, 32) and labels (n,) of one batch.

    Raises
    ------
    InputError
        If the file is anything but such a batch.
    """
    if not 0 < source.size <= MAX_BYTES:
        raise refuse(source.name, f"has {source.size:,} bytes, which is no CIFAR-10 batch", REMEDY)
    data = source.head(source.size)
    with reading(source.name, REMEDY):
        entries = _Machine().run(data)
        if not isinstance(entries, dict):
            raise refuse(source.name, "does not hold a dictionary", REMEDY)
        images = _images(entries.get("data"))
        labels = _labels(entries.get("labels"), len(images))
    return images, labels


class _Machine:
    """Stack, marks and memory of one pickle."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memory: dict[int, Any] = {}

    def run(self, data: bytes) -> Any:
        """Return what the pickle builds; ValueError for an instruction that is not known."""
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name in _LITERALS:
                self.stack.append(argument)
            elif opcode.name in _FRESH:
                self.stack.append(_FRESH[opcode.name]())
            elif opcode.name in _STEPS:
                _STEPS[opcode.name](self, argument)
            elif opcode.name not in {"PROTO", "FRAME", "STOP"}:
                raise ValueError(f"a batch does not need {opcode.name}")
        return self.stack.pop()

    def mark(self, _: Any) -> None:
        self.marks.append(len(self.stack))

    def since_mark(self) -> list[Any]:
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def last(self, n: int) -> list[Any]:
        if len(self.stack) < n:
            raise IndexError("nothing is there")
        items = self.stack[len(self.stack) - n :]
        del self.stack[len(self.stack) - n :]
        return items

    def pack(self, items: list[Any]) -> None:
        self.stack.append(tuple(items))

    def extend(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise TypeError("not a list")
        target.extend(items)

    def store(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise TypeError("not a dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[_text(key)] = value

    def remember(self, place: Any) -> None:
        self.memory[len(self.memory) if place is None else place] = self.stack[-1]

    def recall(self, place: Any) -> None:
        self.stack.append(self.memory[place])

    def name(self, argument: Any) -> None:
        module, name = self.last(2) if argument is None else argument.split(" ", 1)
        self.stack.append(_NAMES[f"{_MODULES.get(module, module)} {name}"])

    def reduce(self, _: Any) -> None:
        make, arguments = self.last(2)
        if not any(make is known for known in _NAMES.values()) or not isinstance(arguments, tuple):
            raise TypeError("not one of the known names")
        self.stack.append(make(*arguments))

    def build(self, _: Any) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, _Array):
            _, target.shape, target.dtype, by_columns, target.data = state
            if by_columns:
                raise ValueError("stored column by column")
        elif not isinstance(target, _Type):  # of a type, only the code matters
            raise TypeError("has no state")


_LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "INT"),
    *("SHORT_BINSTRING", "BINSTRING", "STRING", "UNICODE"),
    *("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
    *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
_FRESH: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
}
_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "TUPLE": lambda m, _: m.pack(m.since_mark()),
    "TUPLE1": lambda m, _: m.pack(m.last(1)),
    "TUPLE2": lambda m, _: m.pack(m.last(2)),
    "TUPLE3": lambda m, _: m.pack(m.last(3)),
    "LIST": lambda m, _: m.stack.append(m.since_mark()),
    "APPEND": lambda m, _: m.extend(m.last(1)),
    "APPENDS": lambda m, _: m.extend(m.since_mark()),
    "SETITEM": lambda m, _: m.store(m.last(2)),
    "SETITEMS": lambda m, _: m.store(m.since_mark()),
    "BINPUT": _Machine.remember,
    "LONG_BINPUT": _Machine.remember,
    "MEMOIZE": _Machine.remember,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
}


def _text(key: Any) -> str:
    """Return a dictionary key as text; Python 2 and 3 store it differently."""
    if isinstance(key, _Encoded):
        key = key.text
    if isinstance(key, bytes):
        key = key.decode("latin-1")
    if not isinstance(key, str):
        raise TypeError("a key is not text")
    return key


def _bytes(data: Any) -> bytes:
    if isinstance(data, _Encoded):
        if data.codec != "latin1":
            raise ValueError("bytes in another code than latin1")
        data = data.text
    if isinstance(data, str):
        return data.encode("latin-1")
    if not isinstance(data, (bytes, bytearray)):
        raise TypeError("no bytes")
    return bytes(data)


def _images(array: Any) -> np.ndarray:
    if not isinstance(array, _Array) or not isinstance(array.dtype, _Type):
        raise TypeError("the images are not an array")
    n, width = array.shape
    data = _bytes(array.data)
    if _text(array.dtype.code) != "u1" or width != PIXELS or not 0 < n * width == len(data):
        raise ValueError("the images are not uint8 (n, 3072)")
    return np.frombuffer(data, np.uint8).reshape(n, 3, 32, 32)


def _labels(values: Any, n: int) -> np.ndarray | None:
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != n:
        raise ValueError("there is not one label per image")
    if not all(type(value) is int and 0 <= value < CLASSES for value in values):
        raise ValueError("a label is not from 0 to 9")
    return np.array(values, np.uint8)
