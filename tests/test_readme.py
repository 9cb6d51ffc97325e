"""The README keeps its word: its notebook lines run, its numbers are right, its links lead on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"#\s*(-?\d+(?:\.\d+)?)")


NOTEBOOKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def statements(notebook: str) -> Iterator[tuple[ast.stmt, str | None]]:
    """Each statement, with the number that its comment promises, if any."""
    lines = notebook.splitlines()
    for statement in ast.parse(notebook).body:
        promise = NUMBER.search(lines[statement.end_lineno - 1])
        yield statement, promise.group(1) if promise else None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=["generators", "denoisers", "arena"])
def test_notebook_lines_run_and_give_the_numbers_they_promise(notebook: str) -> None:
    names: dict[str, object] = {}
    promised = 0
    for statement, promise in statements(notebook):
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), "README.md", "exec"), names)
            continue
        value = eval(compile(ast.Expression(statement.value), "README.md", "eval"), names)
        assert value is not None
        if promise:
            promised += 1
            digits = len(promise.partition(".")[2])
            assert f"{value:.{digits}f}" == promise
    assert promised >= 2
    assert len(notebook.splitlines()) <= 20


@pytest.mark.parametrize("target", re.findall(r"(?:\]\(|src(?:set)?=\")([^)\"#:]+)", README))
def test_links_lead_to_files(target: str) -> None:
    assert (ROOT / target).exists()


def test_rooms_on_the_map_exist_and_all_are_on_it() -> None:
    [house] = re.findall(r"## The house\n\n```\n(.*?)```", README, re.DOTALL)
    on_the_map = set(re.findall(r"^  (\w+)/", house, re.MULTILINE))
    rooms = {path.parent.name for path in (ROOT / "explorer").glob("*/__init__.py")}
    assert on_the_map == rooms


def test_every_page_is_in_the_table_and_no_other() -> None:
    from explorer.ui.rooms import ROOMS

    titles = {room.title for room in ROOMS if (ROOT / "pages" / f"{room.name}.py").exists()}
    assert set(re.findall(r"^\| \*\*(.+?)\*\*", README, re.MULTILINE)) == titles


def accuracy_table() -> str:
    """The table between the README's accuracy marks."""
    pattern = r"<!-- accuracy: begin -->\n(.*?)<!-- accuracy: end -->"
    [quoted] = re.findall(pattern, README, re.DOTALL)
    return quoted.strip()


def without_errors(table: str) -> list[list[str]]:
    """The cells that do not depend on the last bits of a machine's arithmetic."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [[*row[:5], row[6].split(",")[0], row[7]] for row in rows]


def test_accuracy_table_is_what_the_command_prints() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "explorer.generators.accuracy"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert without_errors(accuracy_table()) == without_errors(printed)
    for table in (accuracy_table(), printed):
        errors = [float(line.split("|")[6]) for line in table.splitlines()[2:]]
        assert len(errors) > 30
        assert max(errors) <= 1e-12
