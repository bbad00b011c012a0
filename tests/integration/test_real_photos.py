"""The program on real photos: everything is read or refused with a reason, and searches make sense."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.domain import ImageTerm, Query
from photolens.errors import FailureKind
from photolens.library import Library
from tests.evaluation.recall_everyday import recall
from tests.photos import make_photo, picture
from tests.raws import dng, jpeg

OpenLibrary = Callable[..., Library]


def test_everyday_photos_are_all_read_and_found_by_words(everyday: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(everyday)
    files = [file for file in everyday.rglob("*") if file.suffix in (".jpg", ".jpeg", ".png")]
    status = library.status()
    assert status.files == len(files) == 619
    assert status.failed + sum(len(library.files(i)) for i in library.photo_ids().tolist()) == 619
    assert status.failed == 0
    result = recall(library, everyday)
    assert result.captioned_photos == 108
    # Measured .43; chance is .016. The built-in model changing for the worse should be noticed.
    assert result.at[10] > 0.38


def test_format_samples_are_all_read(format_samples: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(format_samples)
    assert library.failures() == []
    photos = {Path(p.path).name: p for p in library.photos(library.photo_ids().tolist())}
    heic = photos["IMG_2682.heic"]
    assert (heic.format, heic.metadata.camera_make) == ("heif", "Apple")
    rotated = photos["portrait-orientation-6.jpg"]
    assert rotated.width > rotated.height
    assert photos["thompson-springs.jpg"].metadata.latitude == pytest.approx(39.115, abs=1e-6)  # exiftool's
    assert {p.format for p in photos.values()} == {"jpeg", "png", "webp", "heif", "avif", "jxl"}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_one_bad_file_never_stops_the_rest(tmp_path: Path, open_library: OpenLibrary) -> None:
    folder = tmp_path / "p"
    good = make_photo(folder / "good.jpg", 1)
    whole = good.read_bytes()
    bad = {
        "empty.jpg": (b"", FailureKind.NOT_AN_IMAGE),
        "text.png": (b"Dear diary, today was fine.", FailureKind.NOT_AN_IMAGE),
        "truncated.jpg": (whole[:-3000], FailureKind.DAMAGED),
        "raw.cr2": (b"II*\0" + bytes(100), FailureKind.UNSUPPORTED),
        "huge.png": (_png_header(30_000, 30_000), FailureKind.TOO_LARGE),
        "liar.heic": (b"\0\0\0\x18ftypheic" + bytes(50), FailureKind.DAMAGED),
    }
    for name, (data, _) in bad.items():
        (folder / name).write_bytes(data)
        os.utime(folder / name, (1e9, 1e9))
    (folder / "folder.jpg").mkdir()
    (folder / "dangling.jpg").symlink_to(folder / "nowhere.jpg")
    (folder / "loop").symlink_to(folder)
    broken_exif = whole[:2] + b"\xff\xe1\x00\x20Exif\0\0II*\0\xff\xff\xff\xff" + bytes(14) + whole[2:]
    (folder / "broken exif.jpg").write_bytes(broken_exif)
    library = open_library()
    library.index(folder)
    failed = {Path(f.path).name: f for f in library.failures()}
    assert set(failed) == set(bad)
    for name, (_, kind) in bad.items():
        assert failed[name].kind is kind, failed[name]
        assert failed[name].reason.endswith(".") and len(failed[name].reason) < 200
    assert library.status().photos == 2
    assert library.check().clean


def test_a_raw_photo_and_the_jpeg_beside_it_are_two_that_look_the_same(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    shown = picture(2, (1200, 800))
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "IMG_1.JPG").write_bytes(jpeg(shown))
    (folder / "IMG_1.DNG").write_bytes(dng(shown, jpeg(shown), preview_size=shown.size))
    (folder / "IMG_2.DNG").write_bytes(dng(shown))
    make_photo(folder / "other.jpg", 9)
    library = open_library()
    library.index(folder)
    assert library.failures() == []
    photos = {Path(photo.path).name: photo for photo in library.photos(library.photo_ids().tolist())}
    assert photos["IMG_1.DNG"].format == photos["IMG_2.DNG"].format == "raw"
    assert {(p.width, p.height) for name, p in photos.items() if "IMG" in name} == {(1200, 800)}
    hits = library.search(Query(terms=(ImageTerm(str(folder / "IMG_2.DNG")),))).hits
    nearest = [Path(library.photo(hit.photo_id).path).name for hit in hits]
    assert nearest.index("other.jpg") == len(nearest) - 1


def test_strange_names_are_indexed_and_opened(tmp_path: Path, open_library: OpenLibrary) -> None:
    folder = tmp_path / "p"
    source = make_photo(tmp_path / "source.jpg", 0).read_bytes()
    names = ["emoji 🦊.jpg", "new\nline.jpg", "e\u0301.jpg", "\u00e9.jpg", "x" * 251 + ".jpg", "‏ימין.jpg"]
    folder.mkdir()
    for number, name in enumerate(names):
        (folder / name).write_bytes(source + bytes(number))
    if os.name == "posix":
        with open(os.fsencode(folder) + b"/caf\xe9\xff.jpg", "wb") as stream:
            stream.write(source + bytes(99))
        names.append(os.fsdecode(b"caf\xe9\xff.jpg"))
    library = open_library()
    library.index(folder)
    assert library.failures() == []
    found = library.photos(library.photo_ids().tolist())
    assert {os.path.basename(photo.path) for photo in found} == set(names)
    assert all(os.path.exists(photo.path) for photo in found)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to act as another user")
def test_files_without_permission_are_listed_and_recover(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    for number in range(3):
        make_photo(folder / f"{number}.jpg", number)
    make_photo(folder / "closed" / "3.jpg", 3)
    command = [sys.executable, "-m", "tests.integration.without_permission", str(folder)]
    result = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def _png_header(width: int, height: int) -> bytes:
    import struct
    import zlib

    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (header, data)
    )
    return b"\x89PNG\r\n\x1a\n" + chunks
