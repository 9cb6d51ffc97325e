"""Looks and titles of samplers: equal to what the samplers say, and told apart."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer import samplers
from explorer.analysis.arena.entry import Entry
from explorer.figures import sampler_style


def test_every_registered_sampler_has_its_own_title_and_family() -> None:
    known = {name: samplers.describe(name) for name in samplers.names()}
    assert known.keys() == sampler_style.TITLES.keys()
    assert {name: about.title for name, about in known.items()} == sampler_style.TITLES
    assert {name: about.family for name, about in known.items()} == sampler_style.FAMILIES
    assert set(sampler_style.FAMILIES.values()) == set(sampler_style.FAMILY_TITLES)


def test_families_stand_together_in_the_menu() -> None:
    order = list(sampler_style.FAMILIES.values())
    assert order == sorted(order, key=list(sampler_style.FAMILY_TITLES).index)


@pytest.mark.parametrize("name", samplers.names())
def test_default_grids_are_those_of_the_samplers(name: str) -> None:
    assert sampler_style.default_grid(Entry(name)) == samplers.build(name).default_grid


def test_the_grid_of_deis_follows_its_basis() -> None:
    for basis in ("t-vp", "sigma", "log-sigma"):
        said = sampler_style.default_grid(Entry("deis", params=(("basis", basis),)))
        assert said == samplers.build("deis", basis=basis).default_grid


def test_no_two_samplers_look_the_same() -> None:
    looks = [sampler_style.of(name) for name in samplers.names()]
    assert len(set(looks)) == len(looks)
    shorts = [sampler_style.short(name) for name in samplers.names()]
    assert len(set(shorts)) == len(shorts)


def test_entries_of_one_sampler_share_its_colour_alone() -> None:
    grids = ("", "ou", "logsnr", "vp-time", "geometric")
    entries = tuple(Entry("rtk-mala", grid) for grid in grids)
    looks = [sampler_style.among(entry, entries) for entry in entries]
    assert len({look.colour for look in looks}) == 1
    assert len({look.marker for look in looks}) == len(entries)


def test_a_second_entry_does_not_look_like_another_sampler() -> None:
    twice = Entry("evodiff", "", (("special_last", False),))
    entries = tuple(Entry(name) for name in samplers.names())
    for first in entries:
        again = Entry(first.sampler, "karras" if first != twice else "ou", (("x", 1),))
        everyone = (*entries, again)
        assert len({sampler_style.among(one, everyone) for one in everyone}) == len(everyone)


def test_labels_of_a_contest_differ() -> None:
    entries = (
        Entry("ddpm"),
        Entry("ddpm", "ou"),
        Entry("heun"),
        Entry("heun", params=(("s_churn", 40.0),)),
        Entry("unipc", params=(("lower_order_final", False), ("p", 3))),
        Entry("brand-new"),
        Entry("brand-new", "karras"),
    )
    labels = [sampler_style.label(entry, entries) for entry in entries]
    assert len(set(labels)) == len(labels)
    assert labels[3] == "Heun · churn = 40"
    assert labels[4] == "UniPC · full order, p = 3"


def test_titles_cost_no_tensor_library() -> None:
    code = "import sys, explorer.figures.sampler_style; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
