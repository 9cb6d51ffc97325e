"""Titles, families and looks of samplers, without loading one: the same in every figure and menu.

A test keeps `TITLES` and `FAMILIES` equal to what the samplers say of themselves.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.figures import numbers
from explorer.figures.theme import CATEGORIES, Category

if TYPE_CHECKING:
    from explorer.analysis.arena.entry import Entry, Value

TITLES = {
    "ddpm": "DDPM, ancestral",
    "ddim": "DDIM",
    "euler": "Euler",
    "heun": "Heun (EDM)",
    "dpm-1": "DPM-Solver-1",
    "dpm-2": "DPM-Solver-2",
    "dpm-3": "DPM-Solver-3",
    "dpmpp-2s": "DPM-Solver++ (2S)",
    "dpmpp-2m": "DPM-Solver++ (2M)",
    "dpmpp-3m": "DPM-Solver++ (3M), published",
    "dpmpp-3m-corrected": "DPM-Solver++ (3M), corrected",
    "dpmpp-sde": "SDE-DPM-Solver++ (2M)",
    "unipc": "UniPC",
    "deis": "DEIS",
    "ipndm": "iPNDM",
    "evodiff": "EVODiff, released code",
    "evodiff-paper": "EVODiff, printed formulas",
    "evodiff-plain": "EVODiff skeleton, plain",
    "rtk-ula": "RTK, ULA",
    "rtk-uld": "RTK, ULD",
    "rtk-mala": "RTK, MALA",
    "rtk-mala-score": "RTK, score-only MALA",
    "rtk-exact": "RTK, exact",
}
_ONE_STEP = ("ddpm", "ddim", "euler", "heun", "dpm-1", "dpm-2", "dpm-3", "dpmpp-2s")
_MULTISTEP = (
    "dpmpp-2m", "dpmpp-3m", "dpmpp-3m-corrected", "dpmpp-sde", "unipc", "deis", "ipndm",
)  # fmt: skip
FAMILIES = {
    name: ("one-step" if name in _ONE_STEP else "multistep" if name in _MULTISTEP else head)
    for name in TITLES
    for head in [name.split("-")[0]]
}
FAMILY_TITLES = {
    "one-step": "One step at a time",
    "multistep": "Multistep",
    "evodiff": "EVODiff",
    "rtk": "Reverse transition kernels",
}
_SHORT = {
    "ddpm": "DDPM",
    "heun": "Heun",
    "dpmpp-2s": "DPM-Solver++ 2S",
    "dpmpp-2m": "DPM-Solver++ 2M",
    "dpmpp-3m": "DPM-Solver++ 3M",
    "dpmpp-3m-corrected": "DPM-Solver++ 3M corrected",
    "dpmpp-sde": "SDE-DPM-Solver++ 2M",
    "evodiff": "EVODiff",
    "evodiff-paper": "EVODiff printed",
    "evodiff-plain": "EVODiff plain",
    "rtk-ula": "RTK-ULA",
    "rtk-uld": "RTK-ULD",
    "rtk-mala": "RTK-MALA",
    "rtk-mala-score": "RTK-MALA score-only",
    "rtk-exact": "RTK-exact",
}
# Which of the categories' colours, and whose dash and marker. Samplers that are often compared
# (the ladders of RTK, the rows that EVODiff needs beside it) have colours of their own.
_LOOKS = {
    "dpmpp-2m": (0, 0), "ddpm": (1, 1), "heun": (2, 2), "ddim": (3, 3), "rtk-mala": (4, 4),
    "evodiff": (5, 5), "unipc": (6, 6),
    "ipndm": (2, 4), "evodiff-paper": (1, 3), "evodiff-plain": (4, 0),
    "rtk-ula": (2, 5), "rtk-uld": (3, 1), "rtk-mala-score": (5, 2), "rtk-exact": (6, 3),
    "euler": (3, 6), "dpm-1": (3, 0), "dpm-2": (0, 2), "dpm-3": (6, 1), "dpmpp-2s": (0, 4),
    "dpmpp-3m": (4, 2), "dpmpp-3m-corrected": (5, 6), "dpmpp-sde": (1, 5), "deis": (1, 0),
}  # fmt: skip
_GREY = 6
_GRIDS = {"one-step": "karras", "multistep": "logsnr", "evodiff": "logsnr", "rtk": "geometric"}
_OTHER_GRIDS = {"deis": "vp-time", "ipndm": "karras", "dpmpp-sde": "karras"}
_DEIS = {"sigma": "karras", "log-sigma": "logsnr"}  # the grid follows the basis
_WORDS = {
    "s_churn": "churn", "segments": "K", "eta": "η", "zeta": "ζ", "mu": "μ", "theta": "θ",
    "special_last": "special last step",
}  # fmt: skip
_SAID = {("lower_order_final", True): "lower-order end", ("lower_order_final", False): "full order"}
_MOST = 3  # parameters in a label


def of(name: str) -> Category:
    """Return how a sampler is drawn; no two registered ones look the same.

    A name that is not known here is grey, with a dash and a marker of its own.

    Examples
    --------
    >>> of("dpmpp-2m").colour, of("dpmpp-2m").dash
    ('#0072B2', 'solid')
    >>> of("brand-new").colour
    '#6B6B6B'
    """
    colour, look = _LOOKS.get(name) or (_GREY, zlib.crc32(name.encode()) % len(CATEGORIES))
    return Category(CATEGORIES[colour].colour, CATEGORIES[look].dash, CATEGORIES[look].marker)


def among(entry: Entry, entries: Sequence[Entry]) -> Category:
    """Return how an entry is drawn: entries of one sampler share its colour, not dash and marker.

    Examples
    --------
    >>> from explorer.analysis.arena.entry import Entry
    >>> both = (Entry("ddpm"), Entry("ddpm", "ou"))
    >>> [among(entry, both).dash for entry in both]
    ['dash', 'dot']
    """
    first = of(entry.sampler)
    alike = [other for other in entries if other.sampler == entry.sampler]
    turn = alike.index(entry) if entry in alike else 0
    taken = {of(other.sampler) for other in entries} | {first}
    start = [category.marker for category in CATEGORIES].index(first.marker) + 1
    free = [
        look
        for category in (*CATEGORIES[start:], *CATEGORIES[:start])
        if (look := Category(first.colour, category.dash, category.marker)) not in taken
    ]
    return first if turn == 0 or not free else free[(turn - 1) % len(free)]


def title(name: str) -> str:
    """Return the title of a sampler; of an unknown one its name.

    Examples
    --------
    >>> title("ddim"), title("brand-new")
    ('DDIM', 'brand-new')
    """
    return TITLES.get(name, name)


def short(name: str) -> str:
    """Return the title without what tells it from no other sampler here.

    Examples
    --------
    >>> short("ddpm"), short("ddim")
    ('DDPM', 'DDIM')
    """
    return _SHORT.get(name, title(name))


def default_grid(entry: Entry) -> str:
    """Return the grid that an entry takes by itself; "" for an unknown sampler.

    Examples
    --------
    >>> from explorer.analysis.arena.entry import Entry
    >>> default_grid(Entry("deis", params=(("basis", "sigma"),)))
    'karras'
    """
    basis = dict(entry.params).get("basis")
    if entry.sampler == "deis" and basis in _DEIS:
        return _DEIS[str(basis)]
    family = FAMILIES.get(entry.sampler, "")
    return _OTHER_GRIDS.get(entry.sampler) or _GRIDS.get(family, "")


def label(entry: Entry, entries: Sequence[Entry] = ()) -> str:
    """Return an entry's title for people, with its grid and parameters where they matter.

    The grid is said where it is not the sampler's own, or where another of `entries` has the same
    sampler; parameters always, as an entry holds only those that differ from the defaults.

    Examples
    --------
    >>> from explorer.analysis.arena.entry import Entry
    >>> label(Entry("ddpm")), label(Entry("ddpm"), [Entry("ddpm"), Entry("ddpm", "ou")])
    ('DDPM', 'DDPM · karras')
    >>> label(Entry("rtk-mala", "ou", (("c", 0.5), ("segments", 5))))
    'RTK-MALA · ou, c = 0.5, K = 5'
    """
    own = default_grid(entry)
    grid = entry.grid or own
    grids = {o.grid or default_grid(o) for o in entries if o.sampler == entry.sampler}
    said = [grid] if grid != own or len(grids - {grid}) else []
    said += [_parameter(name, value) for name, value in entry.params[:_MOST]]
    said += ["…"] if len(entry.params) > _MOST else []
    return short(entry.sampler) + (f" · {', '.join(said)}" if said else "")


def _parameter(name: str, value: Value) -> str:
    if (name, value) in _SAID:
        return _SAID[name, bool(value)]
    word = _WORDS.get(name, name.replace("_", " "))
    if isinstance(value, bool):
        return word if value else f"no {word}"
    return f"{word} = {numbers.number(value) if isinstance(value, int | float) else value}"
