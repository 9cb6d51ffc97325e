"""Which of the thousand training steps are visited: as diffusers' scheduler chooses them."""

from __future__ import annotations

import numpy as np
import pytest
from diffusers import DDIMScheduler

from explorer import schedules
from explorer.schedules import ddim_leading, ddim_linspace, ddim_trailing
from explorer.schedules.discrete import alpha_bars, levels_at

# Betas from 1e-4 to 0.02 are their defaults too.
GRIDS = {"leading": ddim_leading, "linspace": ddim_linspace, "trailing": ddim_trailing}
every = pytest.mark.parametrize("spacing", GRIDS)


def theirs(spacing: str, m: int) -> np.ndarray:
    scheduler = DDIMScheduler(timestep_spacing=spacing)
    scheduler.set_timesteps(m)
    return scheduler.timesteps.numpy()


@every
def test_steps_are_those_of_diffusers(spacing: str) -> None:
    """All numbers of steps to 1000 but those whose last trailing step theirs counts to -1."""
    left_out = 0
    for m in range(1, 1001):
        steps = theirs(spacing, m)
        if len(steps) == m + 1 and steps[-1] == -1:  # 1000 / (1000 / m) > m by rounding
            steps, left_out = steps[:-1], left_out + 1
        nodes = GRIDS[spacing].nodes(m)
        np.testing.assert_array_equal(nodes, levels_at(steps), err_msg=str(m))
        assert (np.diff(nodes) < 0).all()
    assert left_out < 100
    assert spacing == "trailing" or not left_out


@every
@pytest.mark.parametrize("n", [1, 2, 7, 50, 333, 999])
def test_levels_fall_and_zero_is_one_step_of_them(spacing: str, n: int) -> None:
    plain = schedules.grid(f"ddim-{spacing}", n)
    to_zero = schedules.grid(f"ddim-{spacing}", n + 1, end="zero")
    assert plain.dtype == np.float64
    assert (np.diff(plain) < 0).all()
    np.testing.assert_array_equal(to_zero, [*plain, 0.0])


def test_ends_are_where_the_spacing_puts_them() -> None:
    first, last = levels_at(np.array([999, 0]))
    assert first == np.sqrt((1 - alpha_bars()[-1]) / alpha_bars()[-1])
    for spacing, (begins, ends) in {
        "leading": (False, True),
        "linspace": (True, True),
        "trailing": (True, False),
    }.items():
        nodes = GRIDS[spacing].nodes(20)
        assert (nodes[0] == first, nodes[-1] == last) == (begins, ends)
