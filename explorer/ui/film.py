"""A film of a field and its mask over noise levels, sent once and played in the browser."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from streamlit.components.v2 import component

from explorer.ui import web_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.figures.theme import Theme

LEVELS = 63  # steps of a field from zero to its largest: half the bytes of 127, and seen by nobody
FEWER, MANY = 20, 1_600  # steps for images of more pixels than this
_HTML = """
<div class="film"><div class="stage"><canvas role="img"></canvas>
<p><button name="play" type="button">Play</button><output></output></p></div>
<div class="strip"></div></div>
"""
_CSS = """
.film { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: flex-start; }
.stage { flex: 1 1 15rem; max-width: 18rem; margin-inline: auto; }
p { display: flex; gap: 0.75rem; align-items: center; margin: 0.75rem 0 0; min-height: 3.25rem; }
output { font-size: 0.8125rem; line-height: 1.4; }
.strip {
  flex: 3 1 20rem; display: grid; gap: 0.5rem;
  grid-template-columns: repeat(auto-fill, minmax(max(3.5rem, 17%), 1fr));
}
button { font: inherit; color: inherit; cursor: pointer; background: none; }
button[name=play] {
  flex: none; min-width: 4.5rem; min-height: 2.5rem; font-size: 0.875rem;
  background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
}
.strip button { padding: 3px; border: 2px solid transparent; border-radius: 6px; min-width: 0; }
.strip button[aria-pressed=true] { border-color: var(--st-primary-color); }
button:hover, button:focus-visible { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
canvas { width: 100%; display: block; outline: 1px solid var(--st-border-color); }
.strip span { display: block; margin: 0.25rem -4px 0; font-size: 0.8125rem; white-space: nowrap; }
"""
_SOURCE = web_source.script(Path(__file__).with_suffix(".js"))

_component = component("film_of_levels", html=_HTML, css=_CSS, js=_SOURCE)


def play(
    fields: np.ndarray,
    masks: np.ndarray,
    theme: Theme,
    *,
    labels: Sequence[str],
    words: Sequence[str],
    pixel: tuple[int, int],
    start: int,
    key: str,
) -> None:
    """Draw the film.

    Parameters
    ----------
    fields : numpy.ndarray, shape (K, H, W)
        Signed; each is coloured relative to its largest size.
    masks : numpy.ndarray of bool, shape (K, H, W)
    theme : Theme
    labels, words : sequence of K str
        Below each small picture; and the finding, for the large one and for screen readers.
    pixel : (int, int)
        Row and column with a ring.
    start : int
        Frame that is large at first.
    key : str
    """
    _, height, width = fields.shape
    middle = theme.background if theme.name == "light" else theme.surface
    data = {
        "packed": packed(fields, masks),
        "frames": [{"label": a, "words": b} for a, b in zip(labels, words, strict=True)],
        "levels": _levels(fields),
        "height": height,
        "width": width,
        "pixel": list(pixel),
        "start": start,
        "low": theme.accent,
        "middle": middle,
        "high": theme.second,
        "line": theme.muted,
        "ring": theme.text,
    }
    _component(key=key, data=data)


def packed(fields: np.ndarray, masks: np.ndarray) -> str:
    """Return fields and masks frame by frame, a signed byte and a byte a pixel, deflated, base64.

    Examples
    --------
    >>> text = packed(np.array([[[0.5, -1.0]]]), np.array([[[True, False]]]))
    >>> np.frombuffer(zlib.decompress(base64.b64decode(text)), np.int8).tolist()
    [32, -63, 1, 0]
    """
    most = np.abs(fields).max(axis=(1, 2), keepdims=True)
    relative = fields / np.where(most > 0.0, most, 1.0)
    frames = np.stack([np.rint(_levels(fields) * relative), masks], axis=1).astype(np.int8)
    return base64.b64encode(zlib.compress(frames.tobytes(), 6)).decode()


def _levels(fields: np.ndarray) -> int:
    return FEWER if fields[0].size > MANY else LEVELS
