"""A user's own pictures: from a folder, a zip, an upload, and files of arrays."""

import io
import os
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from explorer import datasets
from explorer.core.errors import InputError
from explorer.datasets.source import UPLOAD, Limits
from tests.datasets.files import GREY, SMALL, idx, npy, npz, packed, picture, zipped

RNG = np.random.default_rng(9)
PIXELS = RNG.integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)
PNGS = {f"c{k % 2}/{k}.png": picture(pixels) for k, pixels in enumerate(PIXELS)}
ORDER = sorted(PNGS)


def fill(folder, files=PNGS):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def upload(files, **options):
    return datasets.from_upload(packed(files), "pictures.zip", **options)


def expected(names=ORDER):
    return np.stack([PIXELS[int(name[3])].transpose(2, 0, 1) for name in names])


# --- what is read ----------------------------------------------------------------------------


def test_folder_zip_and_upload_agree(tmp_path):
    fill(tmp_path / "folder")
    (tmp_path / "all.zip").write_bytes(packed(PNGS))
    for path in (tmp_path / "folder", tmp_path / "all.zip"):
        data = datasets.load("folder", path=path)
        np.testing.assert_array_equal(data.images, expected())
        assert isinstance(data.images, np.memmap)
    np.testing.assert_array_equal(upload(PNGS).images, expected())
    assert not isinstance(upload(PNGS).images, np.memmap)


def test_an_upload_leaves_nothing_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    upload(PNGS)
    assert not list(tmp_path.iterdir())


def test_some_pictures_of_all_classes(tmp_path):
    fill(tmp_path)
    data = datasets.load("folder", 2, tmp_path)
    np.testing.assert_array_equal(data.images, expected([ORDER[0], ORDER[3]]))
    with pytest.raises(InputError, match="from 1 to the 6"):
        datasets.load("folder", 7, tmp_path)


def test_a_changed_picture_is_seen(tmp_path):
    fill(tmp_path)
    first = datasets.load("folder", path=tmp_path)
    (tmp_path / ORDER[0]).write_bytes(picture(255 - PIXELS[0]))
    again = datasets.load("folder", path=tmp_path)
    assert first.digest() != again.digest()
    assert (again.images[0] == 255 - first.images[0]).all()


def test_middle_square_resized_and_grey():
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (200, 100, 50)  # only the middle is kept
    data = upload({"wide.png": picture(wide), "tall.png": picture(wide.transpose(1, 0, 2))}, size=8)
    assert (data.images == np.array([200, 100, 50], np.uint8)[:, None, None]).all()
    grey = upload({"wide.png": picture(wide)}, size=8, colour=False)
    assert grey.shape == (1, 8, 8)
    assert (grey.images == round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)).all()


def test_own_size_is_kept_if_it_is_the_same():
    assert upload(PNGS, size=None).shape == (3, 32, 32)
    mixed = PNGS | {"z.png": picture(PIXELS[0][:30])}
    with pytest.raises(InputError, match=r"z\.png has 32 x 30 pixels.*Choose a size"):
        upload(mixed, size=None)
    assert upload(mixed).n == 7


@pytest.mark.parametrize("form", ["PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM", "JPEG"])
def test_formats(form):
    grey = np.full((9, 9), 77, np.uint8)
    options = {"lossless": True} if form == "WEBP" else {}
    data = upload({f"a.{form.lower()}": picture(grey, form, **options)}, size=None, colour=False)
    assert np.abs(data.images.astype(int) - 77).max() <= 1  # JPEG may round


def test_turned_transparent_and_deep_pictures():
    turned = Image.fromarray(PIXELS[0])
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter to the right
    file = io.BytesIO()
    turned.save(file, "PNG", exif=exif)
    data = upload({"a.png": file.getvalue()}, size=None)
    np.testing.assert_array_equal(data.images[0].transpose(1, 2, 0), np.rot90(PIXELS[0], -1))
    clear = np.zeros((5, 5, 4), np.uint8)
    clear[0] = (10, 20, 30, 255)
    data = upload({"a.png": picture(clear)}, size=None)
    assert data.images[0, :, 0, 0].tolist() == [10, 20, 30]
    assert (data.images[0, :, 1:] == 255).all()
    deep = (np.arange(25, dtype=np.uint16).reshape(5, 5) * 2600).astype(np.uint16)
    data = upload({"a.png": picture(deep)}, size=None, colour=False)
    np.testing.assert_array_equal(data.images[0, 0], deep >> 8)


def test_other_files_and_hidden_folders_are_passed_over(tmp_path):
    files = PNGS | {"README.txt": b"hi", "__MACOSX/c0/._0.png": b"junk", ".thumb/a.png": b"junk"}
    assert upload(files).n == 6
    assert datasets.load("folder", path=fill(tmp_path, files)).n == 6


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (npy(GREY), (7, 1, 5, 4)),
        (npy(SMALL), (3, 3, 32, 32)),
        (npy(SMALL.transpose(0, 3, 1, 2)), (3, 3, 32, 32)),
        (npz(images=SMALL), (3, 3, 32, 32)),
        (npz(other=GREY), (7, 1, 5, 4)),
        (idx(GREY), (7, 1, 5, 4)),
        (zipped(idx(GREY)), (7, 1, 5, 4)),
    ],
)
def test_files_of_arrays(tmp_path, data, shape):
    own = datasets.from_upload(data, "mine")
    assert own.images.shape == shape
    (tmp_path / "mine").write_bytes(data)
    mapped = datasets.load("folder", path=tmp_path / "mine")
    assert mapped.digest() == own.digest()
    assert isinstance(mapped.images, np.memmap)
    truth = GREY[:, None] if shape[0] == 7 else SMALL.transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(own.images, truth)


# --- what is refused -------------------------------------------------------------------------


def refused(data, *parts, **options):
    with pytest.raises(InputError) as error:
        datasets.from_upload(data, "own.zip", **options)
    words = str(error.value)
    assert all(part in words for part in parts), words
    assert error.value.remedy
    assert "\n" not in words


def crafted(name="a.png", data=None, **changes):
    """A zip with one entry whose header is changed."""
    file = io.BytesIO()
    info = zipfile.ZipInfo("x" * len(name))
    for key, value in changes.items():
        setattr(info, key, value)
    with zipfile.ZipFile(file, "w", changes.get("compress_type", zipfile.ZIP_DEFLATED)) as archive:
        archive.writestr(info, PNGS["c0/0.png"] if data is None else data)
    return file.getvalue().replace(b"x" * len(name), name.encode())


@pytest.mark.parametrize(
    "name",
    [
        "../a.png",
        "c/../../a.png",
        "/etc/a.png",
        "C:/a.png",
        "c:\\a.png",
        "..\\a.png",
        "\\\\h\\a.png",
    ],
)
def test_paths_that_lead_out(name):
    refused(crafted(name), "leads out of the archive", "own.zip")


def test_links_devices_and_passwords():
    refused(crafted(external_attr=0o120777 << 16), "a.png", "is a link or a device")
    refused(crafted(external_attr=0o020666 << 16), "a.png", "is a link or a device")
    locked = bytearray(crafted())
    for at in (6, locked.rfind(b"PK\1\2") + 8):
        locked[at] |= 1
    refused(bytes(locked), "a.png", "is locked with a password")
    refused(crafted(compress_type=zipfile.ZIP_LZMA), "packed in an unusual way")
    refused(crafted(compress_type=zipfile.ZIP_BZIP2), "packed in an unusual way")


def test_zip_bombs_are_refused_from_the_header():
    zeros = bytes(40 << 20)
    refused(packed({"a.png": zeros}), "a.png", "unpacks to 41,943,040 bytes")
    many = {f"{k}.png": zeros[: 30 << 20] for k in range(10)}
    refused(packed(many), "own.zip unpacks to 314,572,800 bytes")
    refused(packed({f"{k}.txt": b"" for k in range(5001)}), "more than 5,000 files")
    table = bytearray(packed(PNGS))
    at = table.rfind(b"PK\5\6") + 12
    table[at : at + 4] = (900 << 20).to_bytes(4, "little")
    refused(bytes(table), "more than 5,000 files")  # before the table of contents is read
    promise = bytearray(crafted())
    at = promise.rfind(b"PK\1\2") + 24
    promise[at : at + 4] = (30 << 20).to_bytes(4, "little")
    refused(bytes(promise), "a.png", "more than is possible")


def test_a_file_longer_than_its_header_says_is_not_read_on():
    lying = bytearray(packed({"a.png": PNGS["c0/0.png"] + bytes(20 << 20)}))
    at = lying.rfind(b"PK\1\2") + 24
    lying[at : at + 4] = (100).to_bytes(4, "little")
    refused(bytes(lying), "a.png")


def test_limits_of_an_upload():
    refused(b"PK\3\4" + bytes(10 << 20), "own.zip has 10,485,764 bytes", "10,485,760")
    tight = Limits(
        packed=10**6, files=9, member=10**6, unpacked=10**6, pixels=900, all_pixels=10**6
    )
    refused(packed(PNGS), "0.png has 1,024 pixels", limits=tight)
    tight = Limits(
        packed=10**6, files=9, member=10**6, unpacked=10**6, pixels=2000, all_pixels=4096
    )
    refused(packed(PNGS), "brings the pictures to more than 4,096 pixels", limits=tight)
    tight = Limits(
        packed=10**6, files=9, member=10**6, unpacked=18_000, pixels=2000, all_pixels=10**6
    )
    small = {"a.png": picture(np.zeros((8, 8), np.uint8)), "b.png": b"x"}
    refused(packed(small), "too large a set", size=64, limits=tight)


def huge_png(side):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [5_000, 12_000, 100_000])
def test_decompression_bombs(side):
    """Above our limit; above Pillow's warning; above Pillow's error."""
    refused(packed({"big.png": huge_png(side)}), "big.png")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        PNGS["c0/0.png"][:200],
        PNGS["c0/0.png"][:-30],
        picture(PIXELS[0], "JPEG")[:500],
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture(PIXELS[0], "ICO"),
        picture(np.zeros((4, 4), np.float32), "TIFF"),
    ],
)
def test_broken_pictures_are_named(tmp_path, data):
    refused(packed(PNGS | {"c1/bad.png": data}), "c1/bad.png")
    with pytest.raises(InputError, match=r"bad\.png"):
        datasets.load("folder", path=fill(tmp_path, PNGS | {"bad.png": data}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\3\4",
        b"PK\5\6" + bytes(18),
        packed({}),
        packed({"a.txt": b"x"}),
        packed({"__MACOSX/a.png": b"x"}),
        packed(PNGS)[:-5],
        packed(PNGS)[100:],
        packed(PNGS)[:300],
        picture(PIXELS[0]),
        npy(GREY.astype(float)),
        npy(GREY[0]),
        npy(GREY[:0]),
        npy(GREY)[:-1],
        npy(GREY) + b"x",
        npy(GREY)[:20],
        npy(GREY).replace(b"'|u1'", b"'|O8'"),
        npy(GREY).replace(b"(7, 5, 4)", b"(7e9,5,4)"),
        npy(GREY).replace(b"(7, 5, 4), }     ", b"(7000000000, 5, 4)}"),
        npz(a=np.array([{}], dtype=object)),
        npz(a=GREY)[:-40],
        packed({"a.npy": b"\x93NUMPY"}),
        idx(GREY)[:-1],
        zipped(b"hello"),
        zipped(idx(GREY))[:-10],
    ],
)
def test_broken_uploads_are_named(tmp_path, data):
    refused(data, "own.zip" if not data.endswith(b"DATA") else "")
    (tmp_path / "mine.zip").write_bytes(data)
    with pytest.raises(InputError, match=r"mine\.zip"):
        datasets.load("folder", path=tmp_path / "mine.zip")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (npy(GREY.astype(float)), "holds float64 numbers, not uint8"),
        (npy(GREY)[:-1], "ends after 6 of the 7 items"),
        (npy(GREY) + b"x", "goes on after the 7 items"),
        (idx(GREY)[:4] + struct.pack(">3I", 1000, 1000, 1000) + bytes(10**6), "unpacks to 1,000,0"),
        (idx(GREY)[:4] + struct.pack(">3I", 1000, 100, 100) + bytes(10), "promises 1000 items but"),
        (idx(GREY)[:4] + struct.pack(">3I", 1, 1, 2000) + bytes(2000), "1 x 2000, above 1024"),
        (npy(np.asfortranarray(GREY)), "stored column by column"),
        (npy(GREY[0]), "which is not a set of images"),
        (packed({"a.txt": b"x"}), "holds no pictures"),
        (packed({"a.png": b""}), "a.png is empty"),
    ],
)
def test_the_rule_that_is_broken_is_said(data, words):
    refused(data, words)


def test_a_wrong_checksum_is_seen():
    """Pillow would show this picture; only verifying finds out that it is damaged."""
    whole = PNGS["c0/0.png"]
    end = whole.rfind(b"IEND")
    note = b"tEXt" + b"a\0b"
    chunk = struct.pack(">I", 3) + note + struct.pack(">I", zlib.crc32(note) ^ 1)
    data = whole[: end - 4] + chunk + whole[end - 4 :]
    with Image.open(io.BytesIO(data)) as picture_:
        assert picture_.size == (32, 32)
    refused(packed({"a.png": data}), "a.png is not a picture that can be read")


def test_names_cannot_write_on_the_screen():
    refused(packed({"a\x1b[2J\n\u202e.png": b"x"}), "a?[2J??.png")
    refused(packed({"a" * 5000 + ".png": b"x"}), "aaa...aaa")


def test_links_and_devices_of_a_folder_are_not_followed(tmp_path):
    outside = fill(tmp_path / "outside")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.png").symlink_to(outside / ORDER[0])
    (folder / "linked").symlink_to(outside)
    os.mkfifo(folder / "pipe.png")
    with pytest.raises(InputError, match="holds no pictures"):
        datasets.load("folder", path=folder)
    with pytest.raises(InputError, match="not a plain file"):
        datasets.load("folder", path=folder / "pipe.png")


@pytest.mark.parametrize("path", ["", "nowhere", "a\0b", "x" * 5000, 3, None, "~nobody-here/x"])
def test_paths_that_are_none(path):
    with pytest.raises(InputError) as error:
        datasets.load("folder", path=path)
    assert error.value.field == "path"


def test_other_options_are_refused(tmp_path):
    fill(tmp_path)
    for options in ({"size": 3}, {"size": 257}, {"size": "8"}, {"colour": 1}, {"n": 0}):
        with pytest.raises(InputError):
            datasets.load("folder", path=tmp_path, **options)
    with pytest.raises(InputError, match="An upload is bytes"):
        datasets.from_upload("text")
    assert UPLOAD.packed == 10 << 20  # what the server lets through
