"""What stands behind the Sampler Arena: keys, heats, progress, files, notebook lines."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from explorer.analysis.arena import entry as arena_entry
from explorer.analysis.arena.setting import Setting
from explorer.core.errors import InputError, NotFiniteError
from explorer.figures import sampler_style
from explorer.samplers.registered import REGISTRY
from explorer.ui import kept
from explorer.ui.arena import (
    cells,
    cost_of,
    exact_ends,
    export,
    heats,
    modes,
    notebook,
    outcomes,
    pieces,
    presets,
    progress,
    state,
    targets,
    words,
)
from explorer.ui.arena import run_fields as f
from explorer.ui.arena import target_fields as t
from explorer.ui.arena.shown import Shown
from explorer.ui.arena.state import Wish
from explorer.ui.arena.target_spec import TargetSpec
from tests.ui.arena_app import ROOT, TWO, calm, finish, keys, lines, page, said, wish


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    kept.shelf.clear()


def test_opening_the_page_loads_no_tensors() -> None:
    script = (
        "import sys, importlib\nfrom explorer.ui.arena import link, page\n"
        "for title in link.TABS:\n"
        "    importlib.import_module('explorer.ui.arena.' + link.ROOMS[title])\n"
        "assert not {'torch', 'pandas', 'altair'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_the_menu_has_every_sampler_once() -> None:
    from explorer.ui.arena.entry_text import families

    listed = [name for names in families().values() for name in names]
    assert sorted(listed) == sorted(REGISTRY.names())
    assert list(families())[:4] == list(sampler_style.FAMILY_TITLES)


def test_denoisers_are_called_as_they_call_themselves() -> None:
    from explorer import denoisers

    assert set(t.DENOISER.options) == set(denoisers.names())
    for name, title in zip(t.DENOISER.options, t.DENOISER.titles, strict=True):
        assert title == denoisers.describe(name).title


def test_every_preset_is_found_again_and_fits_its_fields() -> None:
    for preset in presets.PRESETS.values():
        for field, value in preset.everything().items():
            assert field.parse(field.write(value)) == value
        arena_entry.parse(str(preset.everything()[f.SAMPLERS]))
    assert len({json.dumps({k.key: v for k, v in p.everything().items()})
                for p in presets.PRESETS.values()}) == len(presets.PRESETS)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "1", "1,2,3,4", "a,b", "4,0,1", "0,nan,1", "0,0,-1", "0,0,0", "0,0,inf", "1,1;1,1",
     ";".join(f"{k / 10},0" for k in range(25))],
)  # fmt: skip
def test_modes_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        modes.parse(text)
    assert caught.value.field == t.MODES.key


def test_modes_are_read_back_as_they_were_written() -> None:
    found = modes.parse(t.MODES.default)
    assert len(found) == 8
    assert modes.parse(modes.write(found)) == found


def test_keys_differ_whenever_contests_differ() -> None:
    others = [
        wish(),
        wish(nfe=16, ladder=(16,)),
        wish(ladder=(4, 8)),
        wish(seeds=(0,)),
        wish(device="cuda"),
        wish(entries=arena_entry.parse("ddpm")),
        wish(entries=arena_entry.parse("dpmpp-2m;ddpm@ou")),
        wish(setting=Setting(n=100, sigma_max=10.0, end="zero")),
        wish(target=replace(TWO, std=0.25)),
    ]
    assert len({contest.key() for contest in others}) == len(others)
    heat_keys = {cells.cell(c, c.entries[0], c.nfe, 0).key() for c in others}
    assert len(heat_keys) == len(others) - 3  # ladder, seeds and other entries are the same heat
    ends = {exact_ends._key(c, 0) for c in others}
    assert len(ends) == 4  # setting, target and device matter


def test_the_page_and_a_notebook_measure_the_same() -> None:
    shown = finish(wish())
    names: dict[str, Any] = {}
    code = notebook.contest(shown.wish)
    assert len(code.splitlines()) <= 10
    exec(code, names)
    same(shown, names["table"])


def test_the_notebook_lines_of_images_measure_the_same() -> None:
    target = TargetSpec("data", denoiser="wiener", n=300)
    contest = wish(target=target, setting=Setting(n=32), seeds=(1, 2), ladder=(4, 8))
    shown = finish(contest)
    names: dict[str, Any] = {}
    exec(notebook.contest(contest), names)
    same(shown, names["table"])


def same(shown: Shown, table: Any) -> None:
    mine = shown.contest
    assert table.entries == mine.entries
    assert table.budgets == mine.budgets
    assert np.array_equal(table.nfe, mine.nfe)
    assert table.floors == mine.floors
    assert set(table.distances) == set(mine.distances)
    for name, values in table.distances.items():
        assert np.array_equal(values, mine.distances[name]), name
    assert np.array_equal(table.ode, mine.ode, equal_nan=True)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_notebook_lines_of_every_preset_can_be_read(name: str) -> None:
    values = {field.key: value for field, value in presets.PRESETS[name].everything().items()}
    spec = TargetSpec("modes", std=0.2, modes=modes.parse(str(values["sa_modes"])))
    entries = arena_entry.parse(str(values["sa_samplers"]))
    code = notebook.contest(wish(target=spec, entries=entries))
    assert len(code.splitlines()) <= 10
    compile(code, name, "exec")


def test_the_file_holds_samples_scores_and_the_link() -> None:
    shown = finish(wish())
    data = np.load(io.BytesIO(export.as_npz(shown, "http://here/?v=1")), allow_pickle=False)
    about = json.loads(str(data["about"]))
    assert about["link"] == "http://here/?v=1"
    assert data["entries"].tolist() == ["dpmpp-2m", "ddpm"]
    assert data["final_1"].shape == (100, 2)
    assert data["x_0"].shape[0] == 9
    assert np.array_equal(data["distance_sliced_w2"], shown.contest.distances["sliced-w2"])
    columns = export.columns(shown.contest)
    assert len(columns["sampler"]) == 6
    assert {len(list(values)) for values in columns.values()} == {6}


def test_a_heat_that_explodes_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = heats.heat.begin

    def bad(target: Any, entry: Any, *rest: Any, **more: Any) -> Any:
        walk = begin(target, entry, *rest, **more)
        if entry.sampler != "ddpm":
            return walk

        class Exploding:
            def __next__(self) -> Any:
                if walk.run().steps == 3:
                    raise NotFiniteError("ddpm: the state is infinite at step 4 of 8, sigma = 1.")
                return next(walk)

            def run(self) -> Any:
                return walk.run()

        return Exploding()

    monkeypatch.setattr(heats.heat, "begin", bad)
    shown = finish(wish())
    now = progress.of(shown.wish)
    assert now.finished
    assert {one.entry.sampler for one, _ in now.failed} == {"ddpm"}
    assert "step 4 of 8, sigma = 1" in shown.contest.refused[1, 0]
    trail = shown.trails[shown.wish.entries[1]]
    assert trail.done == 3  # what was done is kept
    assert trail.stopped
    assert np.isfinite(shown.contest.distances[words.METRIC][0]).all()
    heard = said(page())
    assert "DDPM with 8 evaluations, 3 of 3 seeds: ddpm: the state is infinite at step 4" in heard
    assert heard.count("the state is infinite") == 1


def test_samples_that_cannot_be_measured_say_so_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from explorer.analysis.arena import score

    measure = score.score

    def bad(target: Any, setting: Any, run: Any, *rest: Any, **more: Any) -> Any:
        if run.nfe == 8 and more.get("ends") is None:
            raise InputError("samples", "They lie too far apart.", "Take fewer.")
        return measure(target, setting, run, *rest, **more)

    def no_ends(*_: Any) -> Any:
        raise InputError("denoiser", "It gives up.", "")
        yield

    monkeypatch.setattr(score, "score", bad)
    monkeypatch.setattr(exact_ends.ode, "follow", no_ends)
    shown = finish(wish(entries=arena_entry.parse("ddpm;dpmpp-2m"), seeds=(0, 1)))
    now = progress.of(shown.wish)
    assert now.finished
    assert "They lie too far apart." in shown.contest.refused[0, 0]
    assert np.isfinite(shown.contest.distances[words.METRIC][1, 0, 1])
    assert np.isnan(shown.contest.ode).all()


def test_two_visitors_do_no_step_twice() -> None:
    """While one does the second step, another asks for it and waits: it finds it done."""
    contest = wish()
    one = begun(contest)[0]
    heat = heats.under_way(one)
    assert heat is not None
    with heat.lock:
        other = Thread(target=heats.advance, args=(contest, one), kwargs={"shown": True})
        other.start()
        while other.is_alive() and not other_waits(other):
            time.sleep(0.01)
        time.sleep(0.1)  # it may have been a line above the lock
        next(heat.walk)
        heat.done += 1
    other.join()
    assert heat.done == heat.walk.run().steps == 2


def other_waits(thread: Thread) -> bool:
    """Return whether a thread stands at the lock of a heat."""
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and frame.f_code is heats.advance.__code__


def test_inner_steps_are_turns_of_their_own_and_change_no_sample() -> None:
    from explorer import samplers
    from explorer.analysis.arena import heat

    contest = wish(entries=arena_entry.parse("rtk-mala(segments=2)"), nfe=20, ladder=(20,))
    [one] = cells.first(contest)
    labels, shares = [], []
    while outcomes.of(one) is None:
        labels.append(next(pieces.first(contest)).label)
        heats.advance(contest, one, shown=True)
        shares.append(progress.of(contest).share)
    plan = heat.plan(targets.target(contest), one.entry, one.nfe, contest.setting)
    assert plan.steps == 2
    sampler: Any = plan.sampler
    inner = 2 * sampler.inner + sampler.extra
    assert len(labels) == inner + 2
    assert inner > 10
    assert labels[0] == "RTK-MALA · K = 2, segment 1 of 2"
    last = sampler.inner + sampler.extra
    assert labels[-1] == f"RTK-MALA · K = 2, segment 2 of 2, inner step {last} of {last}"
    assert shares == sorted(shares)
    assert shares[2] > shares[1] > shares[0] > 0.0  # the bar moves within a segment
    over = outcomes.of(one)
    assert over is not None
    aim = targets.target(contest)
    start = aim.start(contest.setting.n, 0, contest.setting)
    plain = samplers.sample(plan.sampler, aim.denoiser, start, plan.sigmas, seed=0)
    assert np.array_equal(over.run.x.numpy(), plain.x.numpy())
    assert (over.run.nfe, over.run.energy_evaluations) == (plain.nfe, plain.energy_evaluations)
    assert over.run.steps == 2
    assert over.trail is not None
    assert over.trail.done == 2


def test_progress_counts_to_the_end_and_nothing_is_left() -> None:
    contest = wish(ladder=(4, 8))
    shares = []
    for piece in pieces.missing(contest):
        shares.append(progress.of(contest).share)
        assert not progress.of(contest).finished
        piece.do()
    now = progress.of(contest)
    assert now.finished
    assert now.done == now.total == 12
    assert shares == sorted(shares)
    assert now.share == 1.0
    assert cost_of.seconds_left(contest) == 0.0


def test_what_would_not_fit_is_refused() -> None:
    assert cost_of.too_much(wish()) is None
    shelf = sum(kept.size(heats.under_way(one)) for one in begun(wish()))
    assert 0 < shelf <= cost_of.kept(wish())  # what it promises is what is put there
    huge = wish(target=TargetSpec("data", n=1000), setting=Setting(n=100_000))
    refusal = cost_of.too_much(huge)
    assert refusal is not None
    assert "MB" in refusal.problem
    app = page(sa_target="data", sa_images="1000", sa_n="100000")
    assert app.button(key="sa_run").disabled
    assert "the page keeps at most 96 MB" in said(app)


def test_what_the_machine_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.analysis.arena.memory.room", lambda _: 1000)
    refusal = cost_of.too_much(wish())
    assert refusal is not None
    assert "free on cpu" in refusal.problem


def begun(contest: Wish) -> list[cells.Cell]:
    """Return the first heats, each with its first step done."""
    shown = cells.first(contest)
    for one in shown:
        heats.advance(contest, one, shown=True)
    return shown


def test_data_that_are_not_there_are_said_and_the_last_target_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    app = page(sa_target="data", sa_data="mnist", sa_n="16", sa_seeds="1")
    heard = said(app)
    assert "What was asked for cannot be built. Shown is another target." in heard
    assert heard.count("MNIST needs train-images-idx3-ubyte") == 2  # beside the field, and above
    assert len(lines(app)) == 2


def test_a_folder_of_ones_own_is_a_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    (tmp_path / "cats").mkdir()
    random = np.random.default_rng(0)
    for k in range(24):
        pixels = random.integers(0, 256, (20, 20), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / "cats" / f"{k}.png")
    app = page(
        sa_target="data", sa_data="folder", sa_path="cats", sa_size="8", sa_denoiser="wiener",
        sa_n="8", sa_seeds="1",
    )  # fmt: skip
    assert "Shown is another target" not in said(app)
    calm(app.button(key="sa_run").click().run())
    assert "sa_run" not in keys(app)
    assert "two halves of the data score" in app.markdown[0].value


def test_a_winner_is_only_named_outside_the_noise() -> None:
    from explorer.analysis.arena import contest as table

    def verdict(values: list[list[float]], floors: Any = None) -> str:
        found = table.empty(wish().entries, (8,), (0, 1, 2), metrics=["sliced-w2"], floors=floors)
        found.distances["sliced-w2"][:, 0] = values
        found.seconds[:] = 1.0
        return words.verdict(Shown(wish(), found, {}, lambda: targets.target(wish())))[0]

    apart = verdict([[1.0, 1.01, 0.99], [2.0, 2.02, 1.99]])
    assert "**DPM-Solver++ 2M** comes nearest" in apart
    tied = verdict([[1.0, 1.2, 0.8], [1.1, 0.9, 1.01]])
    assert "**nobody wins**" in tied
    assert "comes nearest" not in tied
    floor = {"sliced-w2": (1.0, 0.5)}
    equals = verdict([[1.0, 1.01, 0.99], [2.0, 2.02, 1.99]], floor)
    assert "**DPM-Solver++ 2M and DDPM are at the floor**: sliced" in equals
    assert "exact samples score 1.00\u202f±\u202f0.50" in equals
    alone = verdict([[1.0, 1.2, 0.8], [np.nan] * 3])
    assert "**DPM-Solver++ 2M** has a" in alone


def test_cuda_is_not_taken_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    app = page(sa_device="cuda")
    assert "This server sees no CUDA device." in said(app)
    assert len(lines(app)) == 2


def test_a_sentence_stands_for_an_empty_contest() -> None:
    wrong: dict[str, InputError] = {}
    assert state.chosen("", wrong) == ()
    assert not wrong
    app = page(sa_samplers="")
    assert "Nobody runs yet" in app.markdown[0].value
