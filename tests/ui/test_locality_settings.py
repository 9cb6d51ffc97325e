"""The tabs Settings, Memory and Cost through AppTest: numbers, links, lessons, notebooks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import datasets, denoisers
from explorer.analysis import settings
from explorer.core import rng
from explorer.figures import numbers
from explorer.ui import (
    cached_defects,
    cached_memory,
    cached_settings,
    locality_memory_notebook,
    locality_settings_notebook,
    steps,
    turns,
)
from explorer.ui.cached_cost import CostWish
from explorer.ui.locality_data import DataSpec
from explorer.ui.locality_settings import PLAIN
from explorer.ui.locality_state import State
from tests.ui.test_locality_lab import calm, lab, run, words

REAL = Path(
    os.environ.get("EXPLORER_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
)
STATE = State(DataSpec("digits"), 17, 3, (0, 5, 2), 0.724, 0.07)
TINY = State(DataSpec("textures", 8, True, n=300), 4, 0, (0, 5, 2), 0.724, 0.07)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    monkeypatch.setattr(steps, "PATIENT", False)  # nothing reruns by itself here
    cached_defects.mnist.clear()


def buttons(app: AppTest) -> list[str]:
    return [button.key or "" for button in app.button]


def compared(chosen: settings.Settings) -> settings.Comparison:
    data = datasets.load("digits")
    clean = data.as_float(0)
    noise = rng.normal(0, [0], data.shape)[0]
    return settings.compare(
        data.images,
        denoisers.Statistics.fit(data),
        chosen,
        clean=clean,
        noisy=clean + np.float32(1.24) * noise,
        sigma=1.24,
        plain=PLAIN,
    )


# --- settings ----------------------------------------------------------------------------------


def test_the_tab_opens_with_what_the_published_rules_change() -> None:
    text = words(lab(ll_tab="Settings"))
    found = compared(settings.Settings(softmax="published", mask="published"))
    for answer in (found.chosen, *found.alone.values()):
        row = [numbers.number(v, 3) for v in (answer.largest, answer.typical, answer.error)]
        assert " | ".join(row) in text
    assert "only softmax per batch of 512" in text
    assert "Averaged over all 1,797 images." in text


@pytest.mark.parametrize(
    ("link", "chosen"),
    [
        ({"ll_temperature": "3.0"}, {"temperature": 3.0}),
        ({"ll_cutoff": "10.0", "ll_tail": "mean"}, {"cutoff": 10.0, "tail": True}),
        ({"ll_tau": "0.2"}, {"threshold": 0.2}),
        ({"ll_softmax": "published", "ll_batch": "64"}, {"softmax": "published", "batch": 64}),
        (
            {"ll_rule": "published", "ll_orientation": "output"},
            {"mask": "published", "orientation": "output"},
        ),
    ],
    ids=lambda value: next(iter(value)),
)
def test_a_link_sets_one_setting(link: dict[str, str], chosen: dict[str, Any]) -> None:
    plain = {"ll_softmax": "exact", "ll_rule": "symmetric"}
    text = words(lab(ll_tab="Settings", **(plain | link)))
    wanted = settings.Settings(**({"threshold": PLAIN.threshold} | chosen))
    found = compared(wanted)
    assert list(found.alone) == list(wanted.changed(PLAIN))
    row = [numbers.number(v, 3) for v in (found.chosen.largest, found.chosen.typical)]
    assert " | ".join(row) in text
    assert "all of them" not in text  # one row is enough


def test_a_preset_makes_everything_plain() -> None:
    app = lab(ll_tab="Settings")
    plain = next(button for button in app.button if button.label == "Plain")
    text = words(calm(plain.click().run()))
    assert "All settings are plain; move one to see what it changes." in text


def test_masks_of_the_same_mean_size() -> None:
    apart = words(lab(ll_tab="Settings"))
    assert "At the same τ the symmetric rule keeps **28.7** pixels on average" in apart
    together = words(lab(ll_tab="Settings", ll_match="true"))
    assert "The published rule needs τ = **" in together
    rows = [line for line in together.splitlines() if line.startswith(("| symm", "| publ"))]
    sizes = [float(line.split("|")[3]) for line in rows]
    assert abs(sizes[0] - sizes[1]) < 1.0


@pytest.mark.parametrize("raw", ["nan", "0", "-1", "1e9", "x"])
def test_hostile_settings_are_reported_and_not_used(raw: str) -> None:
    text = words(lab(ll_tab="Settings", ll_temperature=raw))
    assert "The link's value was not used." in text
    assert "T = 1, exact softmax" in text


# --- defects -----------------------------------------------------------------------------------


def test_both_defects_are_shown_on_digits_with_their_fix() -> None:
    text = words(lab(ll_tab="Settings"))
    assert "MNIST is not on this machine" in text
    assert "The same images in another order change the published answer most" in text
    assert "over all images (the fix)" in text
    assert "With exact sums the largest ratio is 15" in text
    assert "the symmetric rule loses none" in text


def test_float32_lifts_the_threshold_above_one_on_digits() -> None:
    text = words(lab(ll_tab="Settings", ll_single="true"))
    assert "above 1, the ratio of a pixel with itself" in text
    assert "**61 of 61** pixels that vary are missing from their own mask" in text


def test_a_lesson_hides_panels_of_the_tab() -> None:
    text = words(lab(ll_tab="Settings", hide="order,sizes,temperature"))
    assert "How many pixels each output sees" not in text
    assert "depends on the order" not in text
    assert "One pixel that hardly varies" in text


def test_the_defects_wait_for_a_button_on_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (REAL / "mnist").is_dir():
        pytest.skip(f"mnist is not in {REAL}; EXPLORER_DATA names another folder")
    monkeypatch.setenv("EXPLORER_DATA", str(REAL))
    monkeypatch.setattr(turns, "TURN", 1e9)  # all in one turn
    app = lab(ll_tab="Settings", ll_faulty="mnist", ll_single="true", hide="settings,sizes")
    assert "A test digit, 2,000 training images of MNIST" in words(app)
    calm(app.button(key="steps_dead_start").click().run())
    text = words(calm(app.run()))
    assert "above 1, the ratio of a pixel with itself" in text
    assert "steps_order_start" in buttons(app)  # the other panel still waits


# --- memory ------------------------------------------------------------------------------------


def test_the_optimal_denoiser_copies_the_picture_that_it_has_stored() -> None:
    text = words(lab(ll_tab="Memory", ll_sigma="0.342"))
    assert "gives this very picture the weight **0.99**" in text
    assert "1,498 training images" in text
    without = words(lab(ll_tab="Memory", ll_sigma="0.342", ll_without="true"))
    assert "this very picture" not in without
    assert "of the 1,796 images" in without


def test_memorising_is_said_with_its_numbers() -> None:
    text = words(lab(ll_tab="Memory"))
    assert "At σ = 0.342 the optimal denoiser is off **31 times** as far on held-out" in text
    assert "the Wiener filter, which stores a mean and a covariance, 1 times" in text


def test_sets_with_fresh_images_use_them() -> None:
    groups = cached_memory.StudyWish(TINY.data, 0.05, 0).groups()
    assert groups.fresh
    assert groups.training.shape[0] == 300
    seen = {image.tobytes() for image in groups.training}
    assert not any(image.tobytes() in seen for image in groups.held_out)
    aside = cached_memory.StudyWish(STATE.data, 0.05, 0).groups()
    assert not aside.fresh
    assert len(aside.training) + len(aside.held_out) == 1797


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_the_shipped_tables_are_shown_or_said_to_be_missing(name: str) -> None:
    text = words(lab(ll_tab="Memory", ll_held_out=name, hide="copies,errors,weights"))
    assert "unseen images" in text or "has not been measured yet" in text


# --- cost --------------------------------------------------------------------------------------


def test_nothing_is_measured_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", -1.0)  # one denoiser a turn
    app = lab(ll_tab="Cost", ll_data="textures", ll_size="8", ll_n="100")
    text = words(app)
    assert "Nothing has been measured yet." in text
    for name in denoisers.names():
        assert f"| {denoisers.describe(name).title} |" in text
    assert "ms" not in "".join(line for line in text.splitlines() if line.startswith("| Wien"))
    app.button(key="steps_cost_start").click().run()
    calm(app.button(key="steps_cost_stop").click().run())
    text = words(app)
    assert "all 100" in text
    assert "One call for one picture at σ = 1.24" in text
    count = len(denoisers.names())
    labels = [button.label for button in app.button if button.key == "steps_cost_start"]
    assert labels == [f"Go on: 1 of {count} done"]


def test_the_dense_product_is_named_beside_the_published_line() -> None:
    text = words(lab(ll_tab="Cost"))
    assert "costs $O(n\\,m^2)$, whatever the masks hold" in text
    assert "not implemented" in text


def test_keys_differ_whenever_what_they_name_differs() -> None:
    trial = cached_defects.Trial(STATE.data, 1, 2, 100, 0.05, fresh=False)
    from dataclasses import replace

    others = [
        replace(trial, **change)
        for change in (
            {"data": TINY.data}, {"index": 2}, {"seed": 3}, {"n": 99}, {"threshold": 0.06},
            {"fresh": True},
        )
    ]  # fmt: skip
    assert len({t.key() for t in (trial, *others)}) == 7
    plans = [trial.dead(single=False).key, trial.dead(single=True).key, trial.order().key]
    assert len(set(plans)) == 3
    copies = [
        cached_memory.CopyWish(STATE, 9, False),
        cached_memory.CopyWish(STATE, 8, False),
        cached_memory.CopyWish(STATE, 9, True),
        cached_memory.CopyWish(TINY, 9, False),
        cached_memory.CopyWish(replace(STATE, threshold=0.08), 9, False),
    ]
    assert len({wish.plan().key for wish in copies}) == 5
    costs = [CostWish(STATE), CostWish(TINY), CostWish(replace(STATE, sigma=1.0))]
    assert len({wish.plan().key for wish in costs}) == 3


# --- notebook lines ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [STATE, TINY], ids=lambda state: state.data.name)
def test_notebook_lines_give_the_numbers_of_the_page(state: State) -> None:
    chosen = settings.Settings(threshold=0.07, temperature=2.0, mask="published")
    variants = settings.variants(chosen, PLAIN)
    plan = cached_settings.Wish(state, variants, 200).plan()
    made = run(locality_settings_notebook.settings(state, chosen, PLAIN, 200))["found"]
    # the page keeps the noisy picture in float32
    np.testing.assert_allclose(made.chosen.image, plan.step(1), atol=1e-5)
    np.testing.assert_allclose(made.plain.image, plan.step(0), atol=1e-5)
    for match in (False, True):
        wish = cached_settings.SizesWish(state, 5.0, True, "output", match)
        names = run(locality_settings_notebook.sizes(wish))
        symmetric, published = wish.plan().step(0)
        assert np.array_equal(names["symmetric"].sizes, symmetric.sizes)
        assert np.array_equal(names["published"].sizes, published.sizes)


def test_notebook_lines_of_the_defects() -> None:
    trial = cached_defects.Trial(STATE.data, 1, 2, 900, 0.05, fresh=False)
    sigma = cached_defects.SIGMAS[6]
    found = run(locality_settings_notebook.order(trial, sigma))["found"]
    assert np.array_equal(found.reordered, trial.order().step(6).reordered)
    for single in (False, True):
        found = run(locality_settings_notebook.dead(trial, sigma, single=single))["found"]
        shown = trial.dead(single=single).step(6)
        assert found.published.masks.cut == shown.published.masks.cut
        assert found.published.error == shown.published.error


@pytest.mark.parametrize("state", [STATE, TINY], ids=lambda state: state.data.name)
def test_notebook_lines_of_the_memory(state: State) -> None:
    wish = cached_memory.CopyWish(state, 200, without=True)
    found = run(locality_memory_notebook.copies(wish))["found"]
    shown = wish.plan().step(0)
    np.testing.assert_allclose(found.locality.effective, shown.locality.effective, rtol=1e-4)
    assert np.array_equal(found.optimal.heaviest, shown.optimal.heaviest)
    study = cached_memory.StudyWish(state.data, 0.05, 0)
    groups = study.groups()
    aside = 0 if groups.fresh else len(groups.held_out)
    code = locality_memory_notebook.study(
        study, n=len(groups.training) + aside, count=32, fresh=groups.fresh, aside=aside
    )
    found = run(code)["study"].at(cached_defects.SIGMAS[6])
    assert np.array_equal(found.mean, study.plan().step(6).mean)


def test_notebook_line_of_the_table() -> None:
    assert "wiener" in run(locality_memory_notebook.table("mnist"))["table"].names
