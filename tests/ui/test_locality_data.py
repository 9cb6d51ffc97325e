"""The Locality Lab's choice of data: files that are there or not, paths, uploads, links to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.core.errors import InputError
from explorer.ui import cached_images, uploads, visitor_paths
from explorer.ui.locality_data import DataSpec
from tests.datasets import files
from tests.ui.test_locality_lab import calm, lab, words

RNG = np.random.default_rng(3)
SHADES = [np.full((12, 12, 3), 0, np.uint8) for _ in range(30)]
for shade in SHADES:
    shade[2:, 3:] = RNG.integers(0, 256, (10, 9, 3))
PICTURES = files.packed({f"{i:02}.png": files.picture(s) for i, s in enumerate(SHADES)})
HOSTILE = "a](http://evil)![x](y)_<b>.zip"
TWO_FAMILIES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("EXPLORER_PATHS", raising=False)
    (tmp_path / "data").mkdir()
    forget()


def forget() -> None:
    """Be a server that has just been started."""
    for cache in (uploads.store, uploads.decoded, cached_images.images, cached_images.available):
        cache.clear()


def send(app: AppTest, data: bytes, name: str = "cats.zip") -> AppTest:
    """Choose the upload and put a file into its box."""
    calm(app.selectbox(key="ll_data").set_value("upload").run())
    app.file_uploader(key="ll_upload").set_value((name, data, "application/zip"))
    return calm(app.run())


def link_of(app: AppTest) -> str:
    found = app.query_params["ll_file"]
    return found if isinstance(found, str) else found[0]


# --- files that the user fetches --------------------------------------------------------------


@pytest.mark.parametrize("name", TWO_FAMILIES)
def test_missing_files_are_named_with_their_place_and_the_last_data_stay(name: str) -> None:
    app = lab(ll_data="textures", ll_size="8")
    text = words(calm(app.selectbox(key="ll_data").set_value(name).run()))
    assert f"{TWO_FAMILIES[name]} needs" in text
    assert str(Path("datasets") / name) in text  # the folder
    assert "http" in text
    assert "Shown is still: Textures, 8 × 8, grey." in text
    assert "of 64 pixels" in text


def test_a_link_to_data_that_are_not_here_shows_the_preset_and_says_so() -> None:
    text = words(lab(ll_data="mnist", ll_row="2", ll_column="2"))
    assert "MNIST needs train-images-idx3-ubyte" in text
    assert "Shown is still: Digits 8 x 8." in text


def test_files_put_into_the_folder_are_found_on_trying_again(tmp_path: Path) -> None:
    app = lab(ll_data="mnist")
    (tmp_path / "data" / "train-images-idx3-ubyte").write_bytes(files.idx(files.GREY))
    assert "MNIST needs" in words(calm(app.run()))  # not looked for at every click
    text = words(calm(app.button(key="ll_again").click().run()))
    assert "MNIST needs" not in text
    assert "7 images of 5 × 4" in text
    assert "of 20 pixels" in text


def test_the_number_of_images_is_that_which_was_chosen() -> None:
    app = lab(ll_n="100")
    assert "100 images of 8 × 8" in words(app)
    text = words(calm(app.selectbox(key="ll_n").set_value("3000").run()))
    assert "There are 1,797 images; all of them are used." in text
    assert "1,797 images of 8 × 8" in text


# --- paths that a visitor types ---------------------------------------------------------------


def test_a_folder_below_the_data_folder_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "shades"
    folder.mkdir()
    for i, shade in enumerate(SHADES[:5]):
        (folder / f"{i}.png").write_bytes(files.picture(shade))
    app = lab(ll_data="folder", ll_path="shades", ll_size="8")
    assert "5 images of 8 × 8, grey" in words(app)
    (folder / "5.png").write_bytes(files.picture(SHADES[5]))
    assert "6 images of 8 × 8, grey" in words(calm(app.run()))


@pytest.mark.parametrize(
    "path",
    ["/etc", "/etc/passwd", "../secret", "link", "no-such", "a\0b", "x" * 5000, "~", "//h/s"],
)
def test_whatever_lies_elsewhere_gets_the_same_answer(path: str, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError) as refused:
        visitor_paths.allowed(path)
    assert refused.value.problem.startswith("There is nothing to read at ")
    assert "secret" not in str(refused.value).replace("../secret", "")
    assert "below $EXPLORER_DATA" in refused.value.remedy


def test_any_path_is_read_only_where_the_owner_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "secret"
    place.mkdir()
    with pytest.raises(InputError):
        visitor_paths.allowed(str(place))
    monkeypatch.delenv("EXPLORER_DATA")
    with pytest.raises(InputError) as refused:
        visitor_paths.allowed(str(place))
    assert "upload a zip instead" in refused.value.remedy
    monkeypatch.setenv("EXPLORER_PATHS", "any")
    assert visitor_paths.allowed(str(place)) == place


def test_a_path_without_pictures_is_said_beside_its_box() -> None:
    text = words(lab(ll_data="folder", ll_path="."))
    assert "holds no pictures" in text
    assert "Shown is still: Digits 8 x 8." in text
    assert "No folder is named yet." in words(lab(ll_data="folder"))


# --- uploads ----------------------------------------------------------------------------------


def test_a_zip_of_pictures_is_shown_in_the_chosen_size_and_colour() -> None:
    app = send(lab(), PICTURES)
    assert "30 images of 16 × 16, grey: 256 dimensions" in words(app)
    assert app.number_input(key="ll_row").value == 8
    calm(app.segmented_control(key="ll_size").set_value("8").run())
    text = words(calm(app.toggle(key="ll_colour").set_value(True).run()))
    assert "30 images of 8 × 8, in colour: 192 dimensions" in text
    assert "of 192 pixel values" in text


def test_a_link_to_an_upload_opens_it_while_the_server_has_it() -> None:
    digest = link_of(send(lab(), PICTURES))
    app = lab(ll_data="upload", ll_file=digest, ll_size="8")
    assert "30 images of 8 × 8, grey" in words(app)
    forget()
    app = lab(ll_data="upload", ll_file=digest, ll_size="8")
    assert "were uploaded by somebody, and are not here any more." in words(app)
    assert "Shown is still: Digits 8 x 8." in words(app)
    assert "30 images of 8 × 8, grey" in words(send(app, PICTURES))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "cats.zip is empty."),
        (b"not a zip", "cats.zip is neither a zip of pictures nor a file of arrays"),
        (PICTURES[:-40], "cats.zip is not a whole zip archive."),
        (files.packed({"notes.txt": b"hello"}), "cats.zip holds no pictures."),
        (files.packed({"../a.png": files.picture(SHADES[0])}), "../a.png"),
        (files.packed({"a.png": b"\x89PNG but not really"}), "a.png"),
        (files.npy(np.zeros((4, 65, 65), np.uint8)), "The page takes up to 64 × 64 in grey"),
        (files.npy(np.zeros((4, 40, 40, 3), np.uint8)), "These images have 40 × 40 pixels"),
        (files.npy(np.array([{}], object)), "cats.zip"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_nothing_is_lost(data: bytes, sentence: str) -> None:
    app = send(lab(ll_data="textures", ll_size="8", ll_row="3"), data)
    text = words(app)
    assert sentence in text
    assert "Shown is still: Textures, 8 × 8, grey." in text
    assert app.number_input(key="ll_row").value == 3
    assert sentence in words(calm(app.run()))  # also after the next click
    text = words(send(app, PICTURES))
    assert sentence not in text
    assert "30 images of 8 × 8" in text


def test_one_picture_and_equal_pictures_have_nothing_to_look_at() -> None:
    for names in (("a.png",), ("a.png", "b.png", "c.png")):
        packed = files.packed(dict.fromkeys(names, files.picture(SHADES[0])))
        text = words(send(lab(ll_size="8"), packed))
        assert "looks nowhere" in text


def test_the_name_of_a_file_is_shown_and_not_obeyed() -> None:
    captions = [caption.value for caption in send(lab(), PICTURES, HOSTILE).caption]
    [facts] = [text for text in captions if "30 images" in text]
    assert r"a\]\(http\:\/\/evil\)\!\[x\]\(y\)\_\<b\>\.zip" in facts


def test_choosing_the_upload_asks_for_a_file_and_keeps_the_picture() -> None:
    text = words(calm(lab(ll_row="2").selectbox(key="ll_data").set_value("upload").run()))
    assert "No file has been uploaded yet. Put one into the box." in text
    assert "Try again" not in text
    assert "of 64 pixels" in text


def test_the_store_lets_the_least_recently_used_go() -> None:
    store = uploads.Store(most=10)
    first, second = (store.keep(uploads.File(name, name.encode() * 4)) for name in "ab")
    assert store.find(first) is not None  # used again
    store.keep(uploads.File("c", b"cccc"))
    assert store.find(second) is None
    assert store.find(first) is not None
    assert store.keep(uploads.File("again", b"aaaa")) == first


def test_specifications_differ_in_their_keys_and_name_their_call() -> None:
    base = DataSpec("upload", 16, False, None, "ab")
    others = [
        DataSpec("upload", 8, False, None, "ab"),
        DataSpec("upload", 16, True, None, "ab"),
        DataSpec("upload", 16, False, 100, "ab"),
        DataSpec("upload", 16, False, None, "cd"),
        DataSpec("folder", 16, False, None, "ab"),
        DataSpec("folder", 16, False, None, "ab", "later"),
    ]
    assert len({spec.key() for spec in (base, *others)}) == 7
    assert base.call() == ("datasets.load(\"folder\", path='your-file.zip', size=16, colour=False)")
