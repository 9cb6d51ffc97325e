"""Save a figure of the page as PNG or SVG, in the browser: no second drawing on the server."""

from __future__ import annotations

from pathlib import Path

from streamlit.components.v2 import component

_HTML = """
<div><button name="png" type="button">PNG</button><button name="svg" type="button">SVG</button>
<output></output></div>
"""
_CSS = """
div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
button {
  font: inherit; font-size: 0.875rem; color: inherit; cursor: pointer;
  background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
  min-height: 2.5rem; padding: 0 0.75rem;
}
button:hover, button:focus-visible {
  border-color: var(--st-primary-color); color: var(--st-primary-color);
}
output { font-size: 0.8125rem; }
output:empty { display: none; }
"""
_SOURCE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_component = component("save_picture", html=_HTML, css=_CSS, js=_SOURCE)


def save(chart: str, *, name: str, title: str, link: str, background: str, key: str) -> None:
    """Draw the two buttons.

    Parameters
    ----------
    chart : str
        Key of the `st.plotly_chart` on this page.
    name : str
        Name of the file, without its ending.
    title, link : str
        Written into the SVG: what the picture shows and where it comes from.
    background : str
        Colour behind the figure, which is itself transparent.
    key : str
        Key of this element.
    """
    data = {"chart": chart, "name": name, "title": title, "link": link, "background": background}
    _component(key=key, data=data, width="content")
