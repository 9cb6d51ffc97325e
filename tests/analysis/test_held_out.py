"""Held-out error: hand-made tables, the noise, duplicates, the file, and the table that ships."""

import json
import math
import re

import numpy as np
import pytest
import torch
from scipy import stats

from explorer import datasets, denoisers
from explorer.analysis import held_out, held_out_file, held_out_table
from explorer.analysis.held_out import Table, held_out_errors
from explorer.core.errors import InputError
from explorer.core.sets import ImageSet

NAN = math.nan
MSE = np.array([[[1.0, 2.0, 3.0, 2.0]], [[1.0, 1.0, 2.0, NAN]]])
TABLE = Table("hand", ("wiener", "other"), np.array([1.0]), MSE)


class Doubled:
    """Returns its input times two: the error is known in closed form."""

    def __call__(self, x, _):
        return 2 * x


def test_means_and_errors_of_a_hand_made_table() -> None:
    assert TABLE.counts().tolist() == [[4], [3]]
    np.testing.assert_allclose(TABLE.means(), [[2.0], [4 / 3]])
    expected = [[stats.sem([1, 2, 3, 2])], [stats.sem([1, 1, 2])]]
    np.testing.assert_allclose(TABLE.standard_errors(), expected)
    ratio, spread = TABLE.ratios()
    np.testing.assert_allclose(ratio, [[1.0], [4 / 6]])  # on the three images of both
    residual = np.array([1, 1, 2]) - 2 / 3 * np.array([1, 2, 3])
    np.testing.assert_allclose(spread[1, 0], residual.std(ddof=1) / math.sqrt(3) / 2)
    assert spread[0, 0] == pytest.approx(0.0, abs=1e-12)
    test = TABLE.against("other", 0)
    wanted = stats.ttest_rel([1, 1, 2], [1, 2, 3])
    assert (test.statistic, test.p) == pytest.approx((wanted.statistic, wanted.pvalue))
    with pytest.raises(InputError, match="wiener, other"):
        TABLE.row("nobody")


def test_the_error_of_a_ratio_is_what_repeats_scatter_by() -> None:
    """400 repeats of 60 pairs: the spread of R is met to 10 % (its own error is 3.5 %)."""
    generator = np.random.default_rng(0)
    found = []
    for _ in range(400):
        base = generator.gamma(20.0, 1.0, 60)
        mse = np.stack([base, 0.6 * base + generator.gamma(2.0, 1.0, 60)])[:, None]
        ratio, spread = Table("g", ("wiener", "b"), np.ones(1), mse).ratios()
        found.append((ratio[1, 0], spread[1, 0]))
    ratios, spreads = np.array(found).T
    assert spreads.mean() == pytest.approx(ratios.std(ddof=1), rel=0.1)
    unpaired = ratios.mean() * math.hypot(1 / math.sqrt(20), 1 / math.sqrt(20)) / math.sqrt(60)
    assert unpaired > 1.2 * ratios.std(ddof=1)  # the control: pairs ignored


def test_noise_belongs_to_the_image_not_to_batch_number_or_level() -> None:
    images = datasets.load("textures", n=40)
    options = {"sigmas": [2.0, 0.3], "seed": 5}
    whole = held_out_errors({"d": Doubled()}, images, n=12, **options)
    small = held_out_errors({"d": Doubled()}, images, n=7, batch=2, **options)
    np.testing.assert_allclose(whole.mse[:, :, :7], small.mse, rtol=1e-12)
    alone = held_out_errors({"d": Doubled()}, images, n=12, sigmas=[0.3], seed=5)
    assert np.array_equal(alone.mse[:, 0], whole.mse[:, 1])
    other = held_out_errors({"d": Doubled()}, images, n=12, sigmas=[0.3], seed=6)
    assert not np.allclose(alone.mse, other.mse)


def test_error_is_the_closed_form() -> None:
    """Of 2 z: mean |x0 + 2 sigma eps|^2; over 64 x 256 values chance moves it by 2 %, 5 s.e."""
    images = datasets.load("textures", n=64)
    sigma = 3.0
    found = held_out_errors({"d": Doubled()}, images, sigmas=[sigma], n=64).means()[0, 0]
    power = np.square(images.as_float(slice(None))).mean()
    assert found == pytest.approx(power + 4 * sigma**2, rel=0.06)


def test_wiener_beats_the_nearest_image_on_digits_and_memory_wins_on_its_own_images() -> None:
    train, test = datasets.split(datasets.load("digits"), 297)
    methods = {name: denoisers.build(name, train) for name in ("wiener", "optimal")}
    unseen = held_out_errors(methods, test, sigmas=[0.3], n=64, training=train)
    seen = held_out_errors(methods, train, sigmas=[0.3], n=64, training=train)
    assert unseen.ratios()[0][1, 0] > 1.2
    assert seen.ratios()[0][1, 0] < 0.5
    assert unseen.against("optimal", 0).p < 1e-3
    assert (unseen.duplicates, seen.duplicates) == (0, 64)


def test_duplicates_are_counted() -> None:
    images = np.arange(48, dtype=np.uint8).reshape(12, 1, 2, 2)
    train = ImageSet(images[:8], "train")
    assert held_out.duplicates(images[6:12], train) == 2
    assert held_out.duplicates(images[[0, 0, 9]], train) == 2
    assert held_out.duplicates(images[8:], train) == 0


def test_what_cannot_be_measured_is_refused() -> None:
    images = datasets.load("textures", n=4)
    for n in (0, 5):
        with pytest.raises(InputError, match="n = "):
            held_out_errors({"d": Doubled()}, images, n=n)
    for sigmas in ([0.0], [], [[1.0]], [NAN]):
        with pytest.raises(InputError, match="sigmas"):
            held_out_errors({"d": Doubled()}, images, sigmas=sigmas, n=2)


def test_the_file_gives_the_table_back_to_four_digits() -> None:
    table = Table(
        "x", ("wiener", "b"), np.array([1.0, 0.1]), np.random.default_rng(0).random((2, 2, 5)), 7, 0
    )
    table.mse[1, 1, 3:] = NAN
    again = held_out_file.read(held_out_file.write(table))
    np.testing.assert_allclose(again.mse, table.mse, rtol=6e-4)
    assert (again.names, again.seed, again.duplicates) == (table.names, 7, 0)
    assert held_out_file.write(again) == held_out_file.write(table)
    for text in ("", "[]", "{}", held_out_file.write(table).replace("explorer-held-out-1", "?")):
        with pytest.raises(InputError, match="no table"):
            held_out_file.read(text)
    assert "| b | 5 | " in held_out_file.markdown(table)


def test_a_run_that_was_stopped_goes_on(tmp_path) -> None:
    train, test = datasets.split(datasets.load("digits"), 297)
    path = tmp_path / "t.json"
    method = held_out_table.Method(name="wiener", options={}, most=6)

    def table() -> Table:
        return held_out_table.begun(path, "digits", train, test, n=8, seed=0)

    whole = held_out_table.run(table(), "wiener", method, train=train, test=test, path=path)
    assert (whole.counts() == 6).all()
    broken = table()
    broken.mse[0, 3:] = NAN
    path.write_text(held_out_file.write(broken))
    resumed = held_out_table.run(table(), "wiener", method, train=train, test=test, path=path)
    np.testing.assert_allclose(resumed.mse, whole.mse, rtol=6e-4)
    np.testing.assert_allclose(table().mse, whole.mse, rtol=6e-4)
    other = held_out_table.begun(path, "digits", test, train, n=8, seed=0)
    assert other.names == ()  # other data: nothing is kept


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_the_table_that_ships_is_whole(name: str) -> None:
    table = held_out.shipped(name)
    assert table.data == name
    assert table.sigmas.shape == (10,)
    assert table.duplicates == 0
    assert (table.counts()[table.row("wiener")] >= 32).all()
    assert np.isfinite(table.means()).all()
    for label in table.names:
        about = table.about[label]
        assert about["denoiser"] in denoisers.names()
        assert about["words"]
    json.dumps(dict(table.origin))
    with pytest.raises(InputError, match="mnist"):
        held_out.shipped("nothing")


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_the_readme_shows_the_table_that_ships(name: str) -> None:
    marks = f"<!-- held-out {name}: begin -->\n(.*?)<!-- held-out {name}: end -->"
    readme = (held_out.SHIPPED.parents[1] / "README.md").read_text(encoding="utf-8")
    [quoted] = re.findall(marks, readme, re.DOTALL)
    assert quoted.strip() == held_out_file.markdown(held_out.shipped(name))


def test_every_row_of_the_table_can_be_built() -> None:
    images = datasets.load("digits", n=30).images
    for data in ("mnist", "cifar10"):
        for method in held_out_table.methods(data).values():
            if method.name in denoisers.names():
                options = method.options
                if "held-out" in options.values():
                    options = {}
                found = denoisers.build(method.name, images, **options)
                assert found(torch.zeros(1, 1, 8, 8), 1.0).shape == (1, 1, 8, 8)
