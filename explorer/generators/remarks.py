"""What a person is told about a start: why it is refused, and what is unusual about it."""

from __future__ import annotations

from explorer.core.errors import ExplorerError, InputError
from explorer.generators.evolution import Evolution
from explorer.generators.spectrum import Spectrum
from explorer.generators.start import Start


def refuse_absorbed(start: Start, known: Spectrum) -> None:
    """Refuse a start on an end that paths neither leave nor reach."""
    if start.kind != "points":
        return
    c = known.classification
    for end in (c.left, c.right):
        if end.kind == "degenerate" and end.type == "natural" and end.position in start.marks:
            problem = f"A path that starts at the end {end.position:g} never leaves it."
            raise InputError("values", problem, "Start inside the domain.")


def refuse_stuck(known: Spectrum, evolution: Evolution, *, is_far: bool) -> None:
    """Refuse a far start in a shallow place of a metastable generator."""
    if is_far and known.status == "metastable" and len(evolution.grids) == 1:
        raise ExplorerError(
            "The start lies far from the stationary law of a metastable generator, in a place that "
            "it leaves too slowly for double precision. Start nearer to the stationary mean."
        )


def notes(
    start: Start, known: Spectrum, evolution: Evolution, absent: int, *, is_far: bool
) -> tuple[str, ...]:
    """Say what was adjusted or is unusual; ``absent`` modes are not in the start."""
    said = [start.note] if start.note else []
    if absent:
        first = "the first mode" if absent == 1 else f"the first {absent} modes"
        said.append(
            f"The start contains nothing of {first} (c = 0, as for symmetric data): "
            f"the observed rate is lambda_{absent + 1}."
        )
    if is_far:
        said.append(
            "The start is far from pi: early times are found by finite volumes, less exactly."
        )
    if not known.is_eigenvalue:
        said.append(
            "The gap is the bottom of a continuous spectrum: the modes shown are those of the "
            "truncated domain, and there is no first eigenfunction."
        )
    wells = len(evolution.grids)
    if wells > 1:
        said.append(
            f"{wells} wells parted by deep barriers: what happens inside a well is over long "
            "before they exchange mass."
        )
    return tuple(said)
