"""A heat that is watched: more steps to look at, and the same trail."""

import numpy as np

from explorer.analysis.arena import heat
from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import nine_modes
from explorer.analysis.arena.trail import Recorder, Trail

ENTRY = Entry("rtk-mala", "geometric", (("segments", 4),))


def trail(*, watch: bool) -> tuple[Trail, int]:
    walk = heat.begin(nine_modes(), ENTRY, 40, 0, Setting(n=6), watch=watch)
    recorder, shown = Recorder(walk, 3), 0
    for step in walk:
        recorder.add(step)
        shown += 1
    return recorder.trail(), shown


def test_inner_steps_are_shown_and_not_kept() -> None:
    (blind, few), (watched, many) = trail(watch=False), trail(watch=True)
    assert few == blind.steps == 4
    assert many == 40 - 4 * 2 + 4  # all but a jump and a start of each segment, and its end
    assert watched.finished
    for name in ("x", "x0", "final"):
        np.testing.assert_array_equal(getattr(watched, name), getattr(blind, name))
    np.testing.assert_array_equal(watched.extras["acceptance"], blind.extras["acceptance"])
    assert (watched.nfe, watched.energy) == (blind.nfe, blind.energy)
