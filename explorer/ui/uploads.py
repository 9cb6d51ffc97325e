"""What visitors have uploaded: kept in memory under its digest, the oldest first to go.

A link holds the digest, so that two visitors with the same file, or the same link, share one copy.
Nothing is written to disk, and nothing is kept for good: a server that is restarted has forgotten.
"""

# ruff: noqa: ARG001  (the key is what Streamlit hashes; the body needs only the specification)

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from explorer import datasets
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.sets import ImageSet
    from explorer.ui.locality_data import DataSpec

MOST = 64 << 20  # bytes of all files together
LIMITS = replace(datasets.UPLOAD, unpacked=64 << 20)  # a cache holds what they unpack to
MEGABYTES = LIMITS.packed >> 20


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file: its bytes, and its name for messages."""

    name: str
    data: bytes


@dataclass(slots=True)
class Store:
    """Files by digest, at most `most` bytes of them; the least recently used is let go."""

    most: int = MOST
    _files: OrderedDict[str, File] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, file: File) -> str:
        """Store a file; return its digest.

        Examples
        --------
        >>> store = Store(most=5)
        >>> old, new = store.keep(File("a", b"123")), store.keep(File("b", b"456"))
        >>> store.find(old) is None, store.find(new).name
        (True, 'b')
        """
        digest = hashlib.sha256(file.data).hexdigest()
        with self._lock:
            self._files.setdefault(digest, file)
            self._files.move_to_end(digest)
            while sum(len(f.data) for f in self._files.values()) > self.most:
                self._files.popitem(last=False)
        return digest

    def find(self, digest: str) -> File | None:
        """Return the file with this digest; None if the store does not have it (any more)."""
        with self._lock:
            if digest not in self._files:
                return None
            self._files.move_to_end(digest)
            return self._files[digest]


@st.cache_resource(max_entries=1, show_spinner=False)
def store() -> Store:
    """Return the store of this server."""
    return Store()


@st.cache_resource(max_entries=4, show_spinner=False)
def decoded(key: str, _data: DataSpec) -> ImageSet | InputError:
    """Return the images of an upload, or why there are none: a refusal is remembered as well.

    Raises
    ------
    InputError
        If the file is not on this server.
    """
    file = store().find(_data.place)
    if file is None:
        problem = "The images of this link were uploaded by somebody, and are not here any more."
        raise InputError("file", problem, "Upload the file again to see them.")
    try:
        return datasets.from_upload(file.data, file.name, limits=LIMITS, **_data.options)
    except InputError as error:
        return error
