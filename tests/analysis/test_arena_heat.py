"""A heat spends what it says, all entries of a seed share their starts, and refusals are words.

Oracles: the counter of the loop, the exact law of the starts, the log-concavity meter read anew.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer import datasets, samplers
from explorer.analysis.arena import heat
from explorer.analysis.arena.entry import Entry, parse
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import gaussian, modes, nine_modes, of_data
from explorer.analysis.arena.trail import EXTRAS, Recorder
from explorer.analysis.ks_max import ks_max
from explorer.core.errors import Cancelled, InputError
from explorer.samplers.rtk_auto import meter, mixture_bound

TARGET = nine_modes()
FEW = Setting(n=3)
VARIANTS = ["rtk-mala@ou(segments=5)", "rtk-mala(segments=5,reuse=true)", "rtk-uld(segments=3)"]
VARIANTS += ["rtk-mala-score(segments=4)", "rtk-mala@auto", "rtk-ula(segments=2,warm=noise)"]


@pytest.mark.parametrize("end", ["sigma_min", "zero"])
@pytest.mark.parametrize("text", [*samplers.names(), *VARIANTS])
def test_the_plan_is_what_the_run_spends(text: str, end: str) -> None:
    [entry], setting = parse(text), Setting(n=3, end=end)  # pyright: ignore[reportArgumentType]
    for budget in (33, 41):
        planned = heat.plan(TARGET, entry, budget, setting)
        walk = heat.begin(TARGET, entry, budget, 0, setting)
        steps, run = len(list(walk)), walk.run()
        assert (run.nfe, run.energy_evaluations, steps) == (
            planned.nfe,
            planned.energy,
            planned.steps,
        )
        assert run.nfe <= budget
        assert run.sigmas[0] == setting.sigma_max
        assert run.sigmas[-1] == (0.0 if end == "zero" else setting.sigma_min)


@pytest.mark.parametrize("text", VARIANTS)
def test_fixed_segments_spend_the_budget_to_less_than_an_inner_step(text: str) -> None:
    [entry] = parse(text)
    dearest = 2 if "score" in text else 1
    for budget in range(30, 60):
        assert 0 <= budget - heat.plan(TARGET, entry, budget, FEW).nfe < dearest


def test_the_number_of_segments_is_the_one_that_was_given() -> None:
    for end, steps in (("sigma_min", 5), ("zero", 6)):
        setting = Setting(end=end)  # pyright: ignore[reportArgumentType]
        assert heat.plan(TARGET, Entry("rtk-exact"), 20, setting).steps == steps
        entry = Entry("rtk-ula", "ou", (("segments", 5),))
        assert heat.plan(TARGET, entry, 40, setting).steps == steps


def test_automatic_segments_keep_the_meter_and_are_the_longest() -> None:
    bound = mixture_bound(TARGET.denoiser)
    for theta in (0.5, 2.0):
        entry = Entry("rtk-ula", "auto", (("theta", theta),))
        planned = heat.plan(TARGET, entry, 400, Setting())
        found = meter(bound, planned.sigmas)
        assert planned.note == ""
        assert (found <= theta * (1.0 + 1e-6)).all()
        assert np.allclose(found[:-1], theta, rtol=1e-3)  # all but the last are as long as may be


def test_fewer_segments_are_those_of_a_search_for_fewer() -> None:
    from explorer.samplers.log_concavity import auto_segments

    direct = auto_segments(
        mixture_bound(TARGET.denoiser), sigma_max=80.0, sigma_min=0.002, theta=0.5, most=6
    )
    found = heat.plan(TARGET, Entry("rtk-exact", "auto", (("segments", 6),)), 1, Setting())
    assert np.allclose(found.sigmas, direct.sigmas, rtol=1e-12)
    assert f"M = {direct.meter[-1]:.3g}" in found.note


def test_segments_that_the_budget_does_not_pay_for_are_said_to_be_long() -> None:
    planned = heat.plan(TARGET, Entry("rtk-mala", "auto"), 12, Setting())
    assert planned.nfe <= 12
    assert planned.steps == 4  # with 3 evaluations each
    assert "wants more than 4 segments" in planned.note


@pytest.mark.parametrize(
    ("text", "budget", "words"),
    [
        ("heun", 1, "1 evaluations do not pay for a step of heun"),
        ("rtk-mala(segments=20)", 40, "40 evaluations do not pay for 20 steps.*60 or more"),
        ("ddpm@ddim-leading", 10, "ddim-leading visits the levels of its table.*80 to 0.002"),
        ("ddpm@ddim-leading", 2000, "more than the 1000 training steps"),
        ("dpm-2(r=3)", 10, "r = 3.0 is no place inside a step"),
    ],
)
def test_what_cannot_run_is_refused_in_words(text: str, budget: int, words: str) -> None:
    with pytest.raises(InputError, match=f"(?s){words}"):
        heat.plan(TARGET, parse(text)[0], budget, Setting())


@pytest.mark.parametrize("text", ["rtk-exact", "rtk-mala", "rtk-ula@auto"])
def test_what_needs_a_mixture_is_refused_on_others(text: str) -> None:
    target = of_data(datasets.load("digits"))
    with pytest.raises(InputError, match="Wiener filter on digits") as caught:
        heat.plan(target, parse(text)[0], 100, Setting())
    assert caught.value.field == "samplers"


def test_a_last_chain_at_zero_needs_the_score_of_clean_data() -> None:
    target, [entry] = of_data(datasets.load("digits")), parse("rtk-ula(last=exact,segments=2)")
    with pytest.raises(InputError, match="last=exact needs the score of clean data"):
        heat.plan(target, entry, 40, Setting(end="zero"))
    assert heat.plan(target, entry, 40, Setting()).nfe == 40
    planned = heat.plan(TARGET, entry, 40, Setting(n=3, end="zero"))
    walk = heat.begin(TARGET, entry, 40, 0, Setting(n=3, end="zero"))
    assert (len(list(walk)), walk.run().nfe) == (3, planned.nfe)


def test_a_table_whose_ends_are_those_of_the_contest_takes_part() -> None:
    entry = Entry("ddim", "ddim-leading")
    with pytest.raises(InputError) as caught:
        heat.plan(TARGET, entry, 9, Setting())
    largest = samplers_table_end(9)
    assert f"{largest:.4g}" in str(caught.value)
    found = heat.plan(TARGET, entry, 9, Setting(sigma_min=0.01, sigma_max=largest))
    assert found.steps == 9


def samplers_table_end(n: int) -> float:
    from explorer import schedules

    return float(schedules.grid("ddim-leading", n)[0])


@pytest.mark.parametrize("start", ["noise", "exact"])
@pytest.mark.parametrize("target", [TARGET, of_data(datasets.load("digits"))], ids=str)
def test_the_first_starts_do_not_depend_on_their_number(target, start) -> None:
    setting = Setting(start=start)
    many, few = target.start(100, 3, setting), target.start(7, 3, setting)
    assert torch.equal(many[:7], few)
    assert many.dtype == getattr(torch, target.dtype)
    assert not torch.equal(target.start(7, 4, setting), few)


def test_all_entries_of_a_seed_start_alike_and_no_result_depends_on_the_chunk() -> None:
    setting = Setting(n=130)
    walks = [heat.begin(TARGET, Entry(name), 20, 5, setting) for name in ("heun", "ddpm")]
    first, second = (walk.run().x for walk in walks)
    assert torch.equal(first, second)
    parts = heat.begin(TARGET, Entry("ddpm"), 20, 5, setting, chunk=64)
    ends = [next(iter(reversed(list(walk)))).x for walk in (walks[1], parts)]
    assert float((ends[0] - ends[1]).abs().max()) < 1e-12  # rounding of float64


def test_exact_starts_follow_the_noisy_law() -> None:
    """One test at level 1e-4, seed fixed; the start from noise alone is the control."""
    target, n = modes([[-3.0, 0.0], [3.0, 1.0]], 0.3, [0.3, 0.7]), 4000
    assert target.law is not None
    law = target.law.at(1.0)
    p = {}
    for start in ("exact", "noise"):
        setting = Setting(sigma_min=0.1, sigma_max=1.0, start=start)
        p[start] = ks_max(target.start(n, 0, setting).reshape(n, 2).numpy(), law).p
    assert p["exact"] > 1e-4
    assert p["noise"] < 1e-6


def test_exact_starts_of_images_are_images_with_noise() -> None:
    target = of_data(datasets.load("digits"))
    setting = Setting(sigma_min=1e-6, sigma_max=1e-5, start="exact")
    found = target.start(5, 0, setting).numpy().reshape(5, -1)
    images = datasets.load("digits").as_float(slice(None)).reshape(-1, 64)
    nearest = np.abs(found[:, None] - images).max(axis=2).min(axis=1)
    assert (nearest < 1e-4).all()  # 5 standard deviations of the noise, and float32


def test_references_are_independent_and_halves_share_no_image() -> None:
    target = of_data(datasets.load("digits"))
    first, second, other = (target.reference(2000, number) for number in (0, 1, 2))
    assert first.shape == (1797 // 2, 64)
    rows = [{row.tobytes() for row in part} for part in (first, second, other)]
    images = datasets.load("digits").images
    doubles = 1797 - len({row.tobytes() for row in images})
    assert len(rows[0] & rows[1]) <= doubles
    assert len(rows[0] & rows[2]) > 100
    assert not np.array_equal(TARGET.reference(10, 0), TARGET.reference(10, 1))


def _follow(walk: samplers.Walk, recorder: Recorder) -> None:
    for step in walk:
        recorder.add(step)


def test_a_stopped_heat_keeps_its_trail() -> None:
    calls = []

    def cancel() -> bool:
        calls.append(1)
        return len(calls) > 7

    walk = heat.begin(TARGET, Entry("heun"), 20, 0, Setting(n=10), cancel)
    recorder = Recorder(walk, 4)
    with pytest.raises(Cancelled):
        _follow(walk, recorder)
    trail = recorder.trail("Stopped.")
    assert (trail.done, trail.steps, trail.finished, trail.stopped) == (3, 10, False, "Stopped.")
    assert trail.x.shape == (4, 4, 10)
    assert trail.x0.shape == (3, 4, 10)
    assert trail.final.shape == (10, 10)
    assert np.array_equal(trail.final[:4], trail.x[-1])
    assert (trail.nfe, trail.energy) == (6, 0)


def test_a_trail_before_the_first_step_is_empty() -> None:
    trail = Recorder(heat.begin(TARGET, Entry("heun"), 20, 0, FEW), 2).trail()
    assert (trail.done, trail.final.shape, trail.x0.shape) == (0, (0, 10), (0, 2, 10))


def test_a_trail_tells_what_the_sampler_told() -> None:
    target = of_data(datasets.load("digits"))
    walk = heat.begin(target, Entry("evodiff"), 6, 0, Setting(n=4))
    recorder = Recorder(walk, 2)
    told = [step.extras for step in walk if recorder.add(step)]
    trail = recorder.trail()
    assert set(trail.extras) == set(EXTRAS)
    assert trail.x.shape == (7, 2, 1, 8, 8)
    assert trail.extras["eta"][2] == pytest.approx(float(told[2]["eta"].double().mean()))
    assert np.isnan(trail.extras["acceptance"]).all()
    assert np.isnan(trail.extras["eta"][0])  # the first step has no coefficients


def test_a_trail_of_what_ran_away_is_finite() -> None:
    x = torch.ones(3, 1, 1, 2).double()
    walk = samplers.walk("euler", lambda x, _: 1e299 * x, x, np.array([2, 1]))
    recorder = Recorder(walk, 2)
    _follow(walk, recorder)
    assert np.isfinite(recorder.trail().final).all()
    assert (np.abs(recorder.trail().x[-1]) > 1e38).all()


def test_a_gaussian_has_its_spectrum() -> None:
    law = gaussian(8, 2.0).law
    assert law is not None
    variances = law.covariances[0].diagonal()
    assert variances.mean() == pytest.approx(0.25)
    assert variances[0] / variances[3] == pytest.approx(16.0)
