"""Choosing by held-out error: what is set aside, the trials against the denoisers themselves."""

import numpy as np
import pytest
import torch

from explorer import denoisers
from explorer.core import rng
from explorer.core.errors import InputError
from explorer.denoisers import held_out
from explorer.denoisers.held_out import STREAM, Choice, choose, set_aside
from explorer.denoisers.held_out_threshold import choose_threshold
from explorer.denoisers.held_out_width import choose_width
from explorer.denoisers.held_out_window import choose_window
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.window_set import Settings
from tests.denoisers.sets import noisy, smooth

IMAGES = smooth(n=150)
SIGMAS = [9.0, 1.0, 0.1]


def error_by_hand(build, pixels=slice(None)) -> np.ndarray:
    """Mean error on the images set aside, of a denoiser built from the rest, at each level."""
    rest, aside = set_aside(len(IMAGES), held_out.VALIDATION, 0)
    d = build(IMAGES[rest])
    clean = torch.from_numpy(IMAGES[aside] / 127.5 - 1.0)
    noise = rng.normal(0, [int(i) for i in aside], (84,), stream=STREAM).reshape(clean.shape)
    found = []
    for sigma in SIGMAS:
        z = clean + sigma * torch.from_numpy(noise).double()
        found.append((d(z, sigma) - clean).flatten(1)[:, pixels].square().mean().item())
    return np.array(found)


def test_what_is_set_aside_is_apart_from_the_rest_and_the_same_every_time() -> None:
    rest, aside = set_aside(1000, 48, 3)
    assert len(aside) == 48
    assert np.array_equal(np.sort(np.concatenate([rest, aside])), np.arange(1000))
    assert all(
        np.array_equal(a, b) for a, b in zip(set_aside(1000, 48, 3), (rest, aside), strict=True)
    )
    assert not np.array_equal(set_aside(1000, 48, 4)[1], aside)
    assert len(set_aside(2, 48, 0)[1]) == 1
    with pytest.raises(InputError, match="split"):
        set_aside(1, 48, 0)
    with pytest.raises(InputError, match="validation"):
        set_aside(10, 0, 0)


def test_the_rest_never_contains_what_was_set_aside() -> None:
    seen: list[np.ndarray] = []

    def prepare(rest: np.ndarray):
        seen.append(rest)
        return lambda noisy, clean, _: np.square(noisy - clean).mean(axis=1)[None]

    marked = np.arange(100, dtype=np.uint8).reshape(100, 1, 1, 1)
    choose("nothing", marked, [0.0], prepare, cache=None)
    _, aside = set_aside(100, held_out.VALIDATION, 0)
    assert len(seen[0]) == 80
    assert not np.isin(seen[0], marked[aside]).any()


@pytest.mark.parametrize("width", [0.0, 0.4, 1.0])
def test_errors_of_widths_are_those_of_the_denoiser(width: float) -> None:
    choice = choose_width(IMAGES, candidates=(width, 0.7), sigmas=SIGMAS, cache=None)
    expected = error_by_hand(
        lambda rest: denoisers.build("shrunk-kernel", rest, width=width, cache=None)
    )
    np.testing.assert_allclose(choice.errors[:, 0], expected, rtol=1e-6)
    assert not np.allclose(choice.errors[:, 1], expected, rtol=1e-3)  # the control


@pytest.mark.parametrize("tau", [0.0, 0.05, 0.4])
def test_errors_of_thresholds_are_those_of_the_denoiser(tau: float) -> None:
    choice = choose_threshold(IMAGES, candidates=(tau,), pixels=999, sigmas=SIGMAS, cache=None)
    expected = error_by_hand(
        lambda rest: denoisers.build("locality", rest, threshold=tau, engine="fused", cache=None),
        pixels=slice(1, None),  # pixel 0 is dead
    )
    np.testing.assert_allclose(choice.errors[:, 0], expected, rtol=1e-3)  # float32 logits


def test_errors_of_window_sizes_are_those_of_the_denoiser() -> None:
    settings = Settings(components=3)
    choice = choose_window(IMAGES, settings=settings, candidates=(3, 6), sigmas=SIGMAS, cache=None)
    for k, size in enumerate((3, 6)):
        expected = error_by_hand(
            lambda rest, size=size: denoisers.build(
                "windowed-mixture", rest, window=size, components=3, cache=None
            )
        )
        np.testing.assert_allclose(choice.errors[:, k], expected, rtol=1e-9)


def test_the_smallest_error_wins_and_the_nearest_level_counts() -> None:
    errors = np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 3.0]])
    choice = Choice("x", np.array([10.0, 0.1]), np.array([5, 7, 9]), errors, errors, images=4)
    assert choice.chosen.tolist() == [7, 5]
    # The middle of 0.1 and 10 in log sigma is 1.
    assert [choice.at(s) for s in (50.0, 1.01, 0.99, 0.0)] == [7, 7, 5, 5]
    with pytest.raises(InputError, match="noise levels"):
        PerLevel((1.0, 1.0), (2, 3))
    with pytest.raises(InputError, match="noise levels"):
        PerLevel((0.0,), (2,))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("locality", {"threshold": "held-out"}),
        ("shrunk-kernel", {"width": "held-out"}),
        ("shrunk-kernel", {"h": "held-out"}),
        ("windowed-mixture", {"window": "held-out"}),
    ],
)
def test_denoisers_take_what_was_chosen_and_all_images(name: str, options: dict, own_cache) -> None:
    d = denoisers.build(name, IMAGES, cache=own_cache, **options)
    [option] = options
    levels = {float(s): d.choice.at(float(s)) for s in d.choice.sigmas}
    same = denoisers.build(name, IMAGES, cache=None, **{option: levels})
    again = denoisers.build(name, IMAGES, cache=own_cache, **options)
    assert np.array_equal(again.choice.errors, d.choice.errors)
    for sigma in (60.8, 0.7, 0.01):
        fixed = denoisers.build(name, IMAGES, cache=None, **{option: d.choice.at(sigma)})
        x = noisy(IMAGES, sigma)
        assert torch.equal(d(x, sigma), same(x, sigma))
        torch.testing.assert_close(d(x, sigma), fixed(x, sigma), rtol=0, atol=1e-6)


def test_errors_that_name_the_option() -> None:
    with pytest.raises(InputError, match="symmetric"):
        denoisers.build("locality", IMAGES, threshold="held-out", mask="published")
    with pytest.raises(InputError, match="threshold"):
        denoisers.build("locality", IMAGES, threshold="best")
    with pytest.raises(InputError, match="width"):
        denoisers.build("shrunk-kernel", IMAGES, width="best")
    with pytest.raises(InputError, match="split"):
        denoisers.build("locality", IMAGES[:1], threshold="held-out", cache=None)
