"""Scripts of components lose what only people read, and nothing else."""

from pathlib import Path

import pytest

from explorer.ui import drawing, film, web_source
from explorer.ui.arena import flight, plane

UI = Path(web_source.__file__).parent


@pytest.mark.parametrize(
    "module", [drawing, film, flight, plane], ids=lambda module: module.__name__
)
def test_what_is_sent_is_the_code_line_by_line(module) -> None:
    path = Path(module.__file__).with_suffix(".js")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    code = [line for line in lines if line and not line.startswith("//")]
    assert web_source.script(path).splitlines() == code
    assert module._SOURCE.splitlines()[-len(code) :] == code
    assert len(code) < len(lines)


@pytest.mark.parametrize("path", sorted(UI.rglob("*.js")), ids=lambda path: path.name)
def test_no_script_writes_markup_or_evaluates_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacent", "eval(", "new Function", "http:"):
        assert forbidden not in source.replace("http://www.w3.org/", "")
