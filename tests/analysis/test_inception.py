"""Features from a user's own network: which files are opened, and what the network is given."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.analysis import inception, network_file
from explorer.analysis.frechet import frechet
from explorer.analysis.kid import kid
from explorer.core.errors import Cancelled, InputError

DRAW = np.random.default_rng(3)
BYTES = DRAW.integers(0, 256, (37, 3, 6, 5)).astype(np.uint8)


class Means(torch.nn.Module):
    """Mean and mean square of each channel: six features."""

    def __init__(self) -> None:
        super().__init__()
        self.num_features = 6
        self.scale = torch.nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor, doubled: bool = False) -> torch.Tensor:
        y = x.to(torch.float32) * self.scale
        found = torch.cat([y.mean(dim=(2, 3)), (y * y).mean(dim=(2, 3))], dim=1)
        return 2.0 * found if doubled else found


def by_hand(pixels: np.ndarray) -> np.ndarray:
    p = pixels.astype(np.float64)
    return np.concatenate([p.mean(axis=(2, 3)), (p**2).mean(axis=(2, 3))], axis=1)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "means.pt"
    with pytest.warns(DeprecationWarning, match="torch.compile"):
        scripted = torch.jit.script(Means().eval())
    scripted.save(str(path))
    return path


# --- files -------------------------------------------------------------------------------------


def test_a_trusted_script_is_a_network(script: Path) -> None:
    extractor = inception.load(script, trusted=True)
    found = extractor(BYTES)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, by_hand(BYTES), rtol=1e-5)  # the network is in float32
    twice = inception.load(str(script), trusted=True, arguments={"doubled": True})
    np.testing.assert_allclose(twice(BYTES), 2.0 * found, rtol=1e-6)


def test_a_script_is_not_opened_untrusted(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.jit, "load", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(InputError, match=r"a program that would run .* say trusted=True") as caught:
        inception.load(script)
    assert caught.value.field == "trusted"


class Live:
    """Whoever unpickles it touches a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


def live_files(folder: Path, marker: Path) -> list[Path]:
    """A plain pickle of each kind, and torch's own file with the program beside tensors."""
    paths = []
    for protocol in (0, 2, 4, 5):
        paths.append(folder / f"plain{protocol}.pkl")
        paths[-1].write_bytes(pickle.dumps(Live(marker), protocol=protocol))
    for old in (False, True):
        paths.append(folder / f"torch{old}.pth")
        content = {"weights": torch.ones(3), "more": Live(marker)}
        torch.save(content, paths[-1], _use_new_zipfile_serialization=not old)
    return paths


@pytest.mark.parametrize("trusted", [False, True])
def test_no_program_in_a_pickle_is_run(tmp_path: Path, trusted: bool) -> None:
    marker = tmp_path / "it ran"
    for path in live_files(tmp_path, marker):
        with pytest.raises(InputError) as caught:
            inception.load(path, trusted=trusted)
        assert caught.value.field == "path", path
        assert "could run a program" in str(caught.value), path
        assert not marker.exists(), path


def test_the_program_of_that_test_is_a_live_one(tmp_path: Path) -> None:
    """The control: whoever opens these files trustingly runs it."""
    marker = tmp_path / "it ran"
    for path in live_files(tmp_path, marker):
        if path.suffix == ".pkl":
            pickle.loads(path.read_bytes())
        else:
            torch.load(path, weights_only=False)
        assert marker.exists(), path
        marker.unlink()


def test_weights_without_a_network_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    torch.save(Means().state_dict(), path)
    with pytest.raises(InputError, match=r"weights\.pth holds the weights") as caught:
        inception.load(path, trusted=True)
    for word in ("InceptionV3 is not defined", "torch-fidelity", "inception.of", "TorchScript"):
        assert word in str(caught.value)


def test_a_small_file_that_unpacks_to_much_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compressed zeros: a thousand times smaller as a file than in memory."""
    torch.save({"weights": torch.zeros(1_000_000)}, tmp_path / "plain.pth")
    packed = tmp_path / "packed.pth"
    with (
        zipfile.ZipFile(tmp_path / "plain.pth") as plain,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in plain.namelist():
            archive.writestr(name, plain.read(name))
    assert packed.stat().st_size < 20_000
    with pytest.raises(InputError, match="holds the weights"):
        inception.load(packed)
    monkeypatch.setattr(network_file, "LARGEST", 1_000_000)
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was read"))
    for path in (packed, tmp_path / "plain.pth"):
        with pytest.raises(InputError, match=r"takes 0\.004 GB, unpacked") as caught:
            inception.load(path)
        assert caught.value.field == "path"


def test_whole_modules_and_other_files_are_refused(tmp_path: Path, script: Path) -> None:
    torch.save(Means(), tmp_path / "module.pt")  # a pickle of a class
    torch.save({"epoch": 3}, tmp_path / "numbers.pt")
    torch.save(3.0, tmp_path / "number.pt")
    (tmp_path / "junk.pt").write_bytes(b"hello world" * 10)
    (tmp_path / "empty.pt").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "zip.pt", "w") as archive:
        archive.writestr("a/b.txt", "x")
    with zipfile.ZipFile(tmp_path / "fake.pt", "w") as archive:
        archive.writestr("a/constants.pkl", "x")
    (tmp_path / "cut.pt").write_bytes(script.read_bytes()[:400])
    wanted = {
        "module.pt": "could run a program",
        "numbers.pt": "holds no network",
        "number.pt": "holds no network",
        "junk.pt": "no file that torch has written",
        "empty.pt": "no file that torch has written",
        "zip.pt": "no file that torch has written",
        "fake.pt": "torch cannot open it",
        "cut.pt": "no file that torch has written",
        "missing.pt": "There is no file missing.pt",
        ".": "There is no file",
    }
    for name, words in wanted.items():
        with pytest.raises(InputError) as caught:
            inception.load(tmp_path / name, trusted=True)
        assert caught.value.field == "path"
        assert words in str(caught.value), name


# --- what the network is given -----------------------------------------------------------------


def own(**options) -> inception.Extractor:
    return inception.of(Means().eval(), **options)


def test_floats_and_bytes_of_one_picture_have_the_same_features() -> None:
    signed = BYTES / 127.5 - 1.0
    for images in (signed, signed.astype(np.float32), torch.from_numpy(signed)):
        np.testing.assert_array_equal(own()(images), own()(BYTES))
    # What lies outside [-1, 1] is cut off, and the control: what lies inside is not.
    np.testing.assert_array_equal(own()(3.0 * signed), own()(np.clip(3.0 * signed, -1.0, 1.0)))
    assert (own()(0.9 * signed) != own()(signed)).any()


def test_pixels_come_in_the_networks_own_scale() -> None:
    for takes, scaled in (
        ("bytes", BYTES),
        ("unit", BYTES / 255.0),
        ("signed", BYTES / 127.5 - 1.0),
    ):
        found = own(takes=takes)(BYTES)
        np.testing.assert_allclose(found, by_hand(scaled), rtol=1e-5, atol=1e-6)


def test_the_network_gets_bytes_or_single_precision() -> None:
    seen = []

    class Looks(Means):
        def forward(self, x: torch.Tensor, doubled: bool = False) -> torch.Tensor:
            seen.append((x.dtype, tuple(x.shape)))
            return super().forward(x, doubled)

    inception.of(Looks().eval())(BYTES, batch=30)
    inception.of(Looks().eval(), takes="unit")(BYTES[:, :1])
    assert seen == [
        (torch.uint8, (30, 3, 6, 5)),
        (torch.uint8, (7, 3, 6, 5)),
        (torch.float32, (37, 3, 6, 5)),  # grey repeated
    ]


def test_batches_change_nothing_and_are_told() -> None:
    whole, told = own()(BYTES), []
    for batch in (1, 10, 37, 100):
        # The order of float32 sums may depend on the batch.
        np.testing.assert_allclose(own()(BYTES, batch=batch), whole, rtol=1e-6)
    own()(BYTES, batch=10, progress=told.append)
    assert told == [10 / 37, 20 / 37, 30 / 37, 1.0]


def test_it_can_be_stopped() -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled, match="after 20 of 37 images"):
        own()(BYTES, batch=10, cancel=lambda: next(asked))


def test_frechet_and_kid_take_them() -> None:
    other = DRAW.integers(0, 200, BYTES.shape).astype(np.uint8)
    extractor = own(takes="unit")
    assert (
        frechet(BYTES, BYTES, features=extractor) < 1e-9 < frechet(BYTES, other, features=extractor)
    )
    found = kid(extractor(BYTES), extractor(other), subsets=5, size=20)
    assert found.value > kid(extractor(BYTES), extractor(BYTES), subsets=5, size=20).value


def test_answers_of_other_forms_are_understood() -> None:
    class Forms(Means):
        def forward(self, x: torch.Tensor, form: str = "row"):
            found = super().forward(x)
            return {
                "row": found,
                "map": found[:, :, None, None],
                "tuple": (found, x),
                "flat": found.flatten(),
                "picture": x,
                "none": None,
                "short": found[:1],
                "few": found[:, :2],
                "nan": found * torch.nan,
            }[form]

    def features(form: str) -> np.ndarray:
        return inception.of(Forms().eval(), arguments={"form": form})(BYTES)

    for form in ("map", "tuple"):
        np.testing.assert_array_equal(features(form), features("row"))
    for form in ("flat", "picture", "none", "short", "few", "nan"):
        with pytest.raises(InputError) as caught:
            features(form)
        assert caught.value.field == "network", form


@pytest.mark.parametrize(
    ("images", "field"),
    [
        (BYTES[0], "images"),
        (BYTES[:0], "images"),
        (BYTES[:, :2], "images"),
        (BYTES.astype(np.int64), "images"),
        (np.full(BYTES.shape, np.nan), "images"),
    ],
)
def test_what_is_no_picture_is_refused(images: np.ndarray, field: str) -> None:
    with pytest.raises(InputError) as caught:
        own()(images)
    assert caught.value.field == field
    with pytest.raises(InputError, match="batch"):
        own()(BYTES, batch=0)


def test_modules_say_what_they_are() -> None:
    nameless = torch.nn.Flatten().eval()
    training = Means()
    training.train()
    hidden = Means().eval()
    hidden.drop = torch.nn.Dropout()  # its part is in training mode
    for network, words in (
        (lambda x: x, "not a torch module"),
        (nameless, "num_features"),
        (training, "training mode"),
        (hidden, "training mode"),
    ):
        with pytest.raises(InputError, match=words) as caught:
            inception.of(network)
        assert caught.value.field == "network"
    for options in ({"takes": "float"}, {"channels": 0}):
        with pytest.raises(InputError, match=next(iter(options))):
            own(**options)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator")
def test_features_on_an_accelerator(script: Path) -> None:
    moved = inception.of(Means().eval().cuda())(BYTES)
    loaded = inception.load(script, trusted=True, device="cuda")(BYTES)
    for found in (moved, loaded):
        np.testing.assert_allclose(found, own()(BYTES), rtol=1e-5)
