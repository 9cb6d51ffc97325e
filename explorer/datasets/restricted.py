"""Pickles read by a machine that cannot do anything else.

A pickle is a program. This reader knows the instructions that build dictionaries, lists, tuples,
numbers and texts, and a few names of NumPy, for which it puts down notes of its own: an array, its
type, text as bytes. It imports nothing, looks up nothing and calls nothing that a file names, so
that no file can make it run code or reserve memory.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Array:
    """What a pickle says about an array."""

    shape: Any = None
    dtype: Any = None
    data: Any = None


@dataclass(slots=True)
class Type:
    """What a pickle says about a number type; the byte order does not matter for bytes."""

    code: Any


@dataclass(slots=True)
class Encoded:
    """Text that stands for bytes; turned into them only for the one array that is wanted."""

    text: Any
    codec: Any


def _frombuffer(data: Any, dtype: Any, shape: Any, order: Any) -> Array:
    if order != "C":
        raise ValueError("stored column by column")
    return Array(shape, dtype, data)


# The only names that a file may use, and what is put down for each.
_NAMES: dict[str, Callable[..., Any]] = {
    "numpy ndarray": Array,
    "numpy dtype": lambda code, *_: Type(code),
    "_codecs encode": Encoded,
    "numpy _reconstruct": lambda *_: Array(),
    "numpy _frombuffer": _frombuffer,
}
_MODULES = {  # NumPy has moved its functions more than once
    "numpy.core.multiarray": "numpy",
    "numpy._core.multiarray": "numpy",
    "numpy.core.numeric": "numpy",
    "numpy._core.numeric": "numpy",
}


def _instructions(data: bytes) -> Iterator[tuple[str, Any]]:
    """Yield name and argument of each instruction; the argument of an unknown one is not read."""
    file = io.BytesIO(data)
    while True:
        opcode = _OPCODES[file.read(1).decode("latin-1")]
        if opcode.name == "STOP":
            return
        if opcode.name not in _KNOWN:
            raise ValueError(f"a batch does not need {opcode.name}")
        yield opcode.name, opcode.arg.reader(file) if opcode.arg else None


class Machine:
    """Stack, marks and memory of one pickle."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memory: dict[int, Any] = {}

    def run(self, data: bytes) -> Any:
        """Return what the pickle builds; ValueError for an instruction that is not known."""
        for name, argument in _instructions(data):
            if name in _LITERALS:
                self.stack.append(argument)
            elif name in _FRESH:
                self.stack.append(_FRESH[name]())
            elif name in _STEPS:
                _STEPS[name](self, argument)
        return self.stack.pop()

    def _mark(self, _: Any) -> None:
        self.marks.append(len(self.stack))

    def _since_mark(self) -> list[Any]:
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def _last(self, n: int) -> list[Any]:
        if len(self.stack) < n:
            raise IndexError("nothing is there")
        items = self.stack[len(self.stack) - n :]
        del self.stack[len(self.stack) - n :]
        return items

    def _pack(self, items: list[Any]) -> None:
        self.stack.append(tuple(items))

    def _extend(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise TypeError("not a list")
        target.extend(items)

    def _store(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise TypeError("not a dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[text_of(key)] = value

    def _remember(self, place: Any) -> None:
        self.memory[len(self.memory) if place is None else place] = self.stack[-1]

    def _recall(self, place: Any) -> None:
        self.stack.append(self.memory[place])

    def _name(self, argument: Any) -> None:
        module, name = self._last(2) if argument is None else argument.split(" ", 1)
        self.stack.append(_NAMES[f"{_MODULES.get(module, module)} {name}"])

    def _reduce(self, _: Any) -> None:
        make, arguments = self._last(2)
        if not any(make is known for known in _NAMES.values()) or not isinstance(arguments, tuple):
            raise TypeError("not one of the known names")
        self.stack.append(make(*arguments))

    def _build(self, _: Any) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, Array):
            _, target.shape, target.dtype, by_columns, target.data = state
            if by_columns:
                raise ValueError("stored column by column")
        elif not isinstance(target, Type):  # of a type, only the code matters
            raise TypeError("has no state")


_LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1"),
    *("SHORT_BINSTRING", "BINSTRING"),
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
_STEPS: dict[str, Callable[[Machine, Any], None]] = {
    "MARK": Machine._mark,
    "TUPLE": lambda m, _: m._pack(m._since_mark()),
    "TUPLE1": lambda m, _: m._pack(m._last(1)),
    "TUPLE2": lambda m, _: m._pack(m._last(2)),
    "TUPLE3": lambda m, _: m._pack(m._last(3)),
    "LIST": lambda m, _: m.stack.append(m._since_mark()),
    "APPEND": lambda m, _: m._extend(m._last(1)),
    "APPENDS": lambda m, _: m._extend(m._since_mark()),
    "SETITEM": lambda m, _: m._store(m._last(2)),
    "SETITEMS": lambda m, _: m._store(m._since_mark()),
    "BINPUT": Machine._remember,
    "LONG_BINPUT": Machine._remember,
    "MEMOIZE": Machine._remember,
    "BINGET": Machine._recall,
    "LONG_BINGET": Machine._recall,
    "GLOBAL": Machine._name,
    "STACK_GLOBAL": Machine._name,
    "REDUCE": Machine._reduce,
    "BUILD": Machine._build,
}
_OPCODES = {opcode.code: opcode for opcode in pickletools.opcodes}
_KNOWN = {"PROTO", "FRAME", *_LITERALS, *_FRESH, *_STEPS}


def text_of(key: Any) -> str:
    """Return a dictionary key as text; Python 2 and 3 store it differently."""
    if isinstance(key, Encoded):
        key = key.text
    if isinstance(key, bytes):
        key = key.decode("latin-1")
    if not isinstance(key, str):
        raise TypeError("a key is not text")
    return key
