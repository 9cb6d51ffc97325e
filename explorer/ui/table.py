"""Tables as Markdown: `st.table` and `st.dataframe` would load pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """Return a Markdown table; all but the first `left` columns are set to the right.

    Cells are Markdown with KaTeX and are written by us, never by a visitor.

    Examples
    --------
    >>> print(markdown(["a", "b"], [["x", "1"]]))
    | a | b |
    | :-- | --: |
    | x | 1 |
    """
    rule = [":--" if k < left else "--:" for k in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join(f"| {' | '.join(cell for cell in line)} |" for line in lines)


def draw(head: Sequence[str], rows: Iterable[Sequence[str]], *, key: str, left: int = 1) -> None:
    """Draw a table that scrolls sideways by itself where the window is narrow."""
    with st.container(key=f"table_{key}"):
        st.markdown(markdown(head, rows, left=left))
