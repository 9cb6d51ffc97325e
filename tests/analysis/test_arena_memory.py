"""The memory of a heat: the estimate beside the peak of a process that runs it.

The peak is the resident memory of a child process after a large heat, less that after a small one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from explorer import datasets
from explorer.analysis.arena import heat, memory
from explorer.analysis.arena.entry import Entry, parse
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import gaussian, nine_modes, of_data
from explorer.core.errors import InputError

CHILD = """
import re, sys, torch
from pathlib import Path
from explorer import datasets
from explorer.analysis.arena import heat, score
from explorer.analysis.arena.entry import parse
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import gaussian, nine_modes, of_data
torch.set_num_threads(1)
target, [entry], n = eval(sys.argv[1]), parse(sys.argv[2]), int(sys.argv[3])
def peak(n):
    walk = heat.begin(target, entry, 20, 0, Setting(n=n))
    for step in walk:
        pass
    score.score(target, Setting(n=n), walk.run(), 0)
    # Not ru_maxrss: a process inherits that of the one which started it.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
small = peak(64)
print(peak(n) - small)
"""
DIGITS = of_data(datasets.load("digits"))


TARGETS = {
    "nine_modes()": nine_modes,
    "nine_modes(dimension=32)": lambda: nine_modes(dimension=32),
    "gaussian(64)": lambda: gaussian(64),
    "of_data(datasets.load('digits'), 'optimal')": lambda: of_data(
        datasets.load("digits"), "optimal"
    ),
}


@pytest.mark.parametrize(
    ("target", "text", "n"),
    [
        ("nine_modes()", "dpmpp-2m", 20_000),
        ("gaussian(64)", "evodiff", 10_000),
        pytest.param("nine_modes(dimension=32)", "rtk-exact", 6_000, marks=pytest.mark.slow),
        pytest.param(
            "of_data(datasets.load('digits'), 'optimal')", "euler", 4_000, marks=pytest.mark.slow
        ),
    ],
)
def test_the_estimate_is_within_a_factor_of_three(target: str, text: str, n: int) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell the peak of a process")
    found = subprocess.run(
        [sys.executable, "-c", CHILD, target, text, str(n)],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    measured = int(found.stdout) * 1024
    built = TARGETS[target]()
    estimate = memory.need(built, parse(text)[0], Setting(n=n))
    assert estimate / 3.0 < measured < 3.0 * estimate, (estimate / 1e6, measured / 1e6)


def test_a_chunk_is_the_largest_that_fits() -> None:
    target, entry, setting = nine_modes(), Entry("heun"), Setting(n=50_000)
    limit = 0.9 * memory.need(target, entry, setting)
    found = memory.chunk(target, entry, setting, limit)
    assert found is not None
    assert found % 64 == 0
    assert memory.need(target, entry, setting, chunk=found) <= limit
    assert memory.need(target, entry, setting, chunk=found + 64) > limit
    assert memory.chunk(target, entry, Setting(n=100), 1e12) == 128
    assert memory.chunk(target, entry, setting, 1e6) is None


def test_what_does_not_fit_is_refused_with_need_room_and_remedy() -> None:
    target, entry = nine_modes(), Entry("heun")
    with pytest.raises(InputError) as caught:
        memory.fit(target, entry, Setting(n=100_000), free=100_000_000)
    words = str(caught.value)
    assert caught.value.field == "n"
    assert "heun with 100,000 samples needs about" in words
    assert "of the 100 MB free on cpu it may take 80 MB" in words
    fewer = int(words.split("Take about ")[1].split(" ", maxsplit=1)[0].replace(",", ""))
    assert memory.fit(target, entry, Setting(n=fewer), free=100_000_000) is not None


def test_what_fits_runs_at_once_or_in_chunks() -> None:
    setting = Setting(n=2000)
    assert memory.fit(DIGITS, Entry("euler"), setting, free=10**10) is None
    target = of_data(datasets.load("digits"), "optimal")
    chunk = memory.fit(target, Entry("euler"), setting, free=60_000_000)
    assert chunk is not None
    assert chunk < 2000
    walk = heat.begin(target, Entry("euler"), 1, 0, setting, chunk=chunk)
    assert len(list(walk)) == 1
    assert walk.run().calls == -(-2000 // chunk)


def test_a_system_that_does_not_tell_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_available", lambda: None)
    monkeypatch.setattr(memory, "_group", lambda: None)
    assert memory.room() is None
    assert memory.fit(nine_modes(), Entry("euler"), Setting(n=100_000)) is None


def test_an_unknown_denoiser_is_thought_to_be_large() -> None:
    network = SimpleNamespace()
    target = replace(DIGITS, denoiser=network)
    setting = Setting(n=2000)
    found = [memory.need(one, Entry("euler"), setting) for one in (target, DIGITS)]
    assert found[0] > 2 * found[1]
