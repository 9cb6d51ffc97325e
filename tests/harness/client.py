"""A browser without a browser: Streamlit's own messages over its websocket.

A `Session` opens a page, edits a widget by its label, as the browser would, and counts the bytes.
It understands just enough of the protocol: widget states go up, deltas come down, and a page is
done when `script_finished` arrives. Large messages that the browser already holds come as a
reference to their hash, so the client keeps them too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

TIMEOUT = 60.0
HELD_RUNS = 2  # how long a browser keeps large messages: Streamlit's maxCachedMessageAge
DONE = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}


class Session:
    """One visitor of one page."""

    def __init__(self, url: str, page: str = "", query: str = "") -> None:
        self.bytes_received = 0
        self.bytes_sent = 0
        self.elements: dict[tuple[int, ...], Any] = {}
        self.fragments: dict[tuple[int, ...], str] = {}
        self.first_chart: float | None = None  # time.perf_counter() when it arrived
        self.reran: list[str] = []  # fragments of the last run; empty when the whole page ran
        self._held: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs = 0
        self._states: dict[str, tuple[str, Any]] = {}
        self._page, self._query, self._hash = page, query, ""
        self._address = url.replace("http://", "ws://") + "/_stcore/stream"
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        connection = connect(
            self._address, subprotocols=["streamlit"], max_size=None, open_timeout=TIMEOUT
        )
        self._socket: ClientConnection = self._closing.enter_context(connection)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def open(self) -> Self:
        """Run the page for the first time."""
        self._rerun()
        return self

    def edit(self, name: str, value: float | str | bool) -> Self:
        """Give the widget with this key or label a value; its fragment reruns."""
        path, widget = self.widget(name)
        kind = {bool: "bool_value", str: "string_value"}.get(type(value), "double_array_value")
        if self.elements[path].HasField("number_input"):
            kind = "double_value"
        self._states[widget.id] = (kind, value)
        self._rerun(self.fragments.get(path, ""))
        return self

    def click(self, name: str) -> Self:
        """Press the button with this key or label."""
        path, widget = self.widget(name)
        self._states[widget.id] = ("trigger_value", True)
        self._rerun(self.fragments.get(path, ""))
        del self._states[widget.id]
        return self

    def widget(self, name: str) -> tuple[tuple[int, ...], Any]:
        """Find a widget by its key or label: where it stands, and its message."""
        for path, element in self.elements.items():
            inner = getattr(element, element.WhichOneof("type"))
            identity = getattr(inner, "id", "")  # "$$ID-<hash>-<key>"
            if identity and (identity.endswith(f"-{name}") or getattr(inner, "label", "") == name):
                return path, inner
        raise LookupError(f"no widget {name!r}; there are {sorted(self.labels())}")

    def labels(self) -> Iterator[str]:
        """Labels of all widgets on the page."""
        for element in self.elements.values():
            inner = getattr(element, element.WhichOneof("type"))
            if getattr(inner, "id", "") and getattr(inner, "label", ""):
                yield inner.label

    def texts(self) -> list[str]:
        """Bodies of all markdown on the page, in order."""
        marks = [
            e.markdown.body for _, e in sorted(self.elements.items()) if e.HasField("markdown")
        ]
        return list(marks)

    def exceptions(self) -> list[str]:
        """Exceptions shown on the page: there should be none."""
        shown = [e.exception for e in self.elements.values() if e.HasField("exception")]
        return [f"{error.type}: {error.message}" for error in shown]

    def _rerun(self, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name, state.fragment_id = self._query, self._page, fragment
        state.page_script_hash = self._hash
        state.context_info.timezone = "UTC"
        state.cached_message_hashes.extend(self._held)
        for identity, (kind, value) in self._states.items():
            widget = state.widget_states.widgets.add(id=identity)
            if kind == "double_array_value":
                widget.double_array_value.data.append(value)
            else:
                setattr(widget, kind, value)
        data = message.SerializeToString()
        self.bytes_sent += len(data)
        self._socket.send(data)
        while not self._receive():
            pass

    def _receive(self) -> bool:
        """Take one message; True when the run is over."""
        data = self._socket.recv(timeout=TIMEOUT)
        assert isinstance(data, bytes)
        self.bytes_received += len(data)
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.HasField("ref_hash"):
            where = message.metadata
            message = ForwardMsg.FromString(self._held[message.ref_hash][0].SerializeToString())
            message.metadata.CopyFrom(where)
            self._held[message.hash] = (message, self._runs)
        elif message.metadata.cacheable:
            self._held[message.hash] = (message, self._runs)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._new_run(message)
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "delta":
            self._place(message)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise RuntimeError("the page does not compile")
            return message.script_finished in DONE
        return False

    def _new_run(self, message: ForwardMsg) -> None:
        self._hash = message.new_session.page_script_hash
        self._runs += 1
        self._held = {k: v for k, v in self._held.items() if self._runs - v[1] <= HELD_RUNS}
        self.reran = list(message.metadata.run.fragment_ids)
        if not self.reran:
            self.elements.clear()
            self.fragments.clear()

    def _place(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        for old in [key for key in self.elements if key[: len(path)] == path]:
            del self.elements[old]
        if message.delta.WhichOneof("type") == "new_element":
            self.elements[path] = message.delta.new_element
            if self.first_chart is None and message.delta.new_element.HasField("plotly_chart"):
                self.first_chart = time.perf_counter()
        if message.delta.fragment_id:
            self.fragments[path] = message.delta.fragment_id
