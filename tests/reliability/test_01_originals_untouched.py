"""Whatever the library does, the photos themselves stay as they were: bytes, times, modes and attributes."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from photolens.cli import main
from photolens.domain import Query
from photolens.errors import PhotoError
from photolens.imaging import formats
from photolens.library import Library
from tests.conftest import SHARED
from tests.models import second_model
from tests.photos import make_photo, picture

_SUFFIXES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "avif")
_SAMPLES = 6  # of each shared folder


@dataclass(frozen=True)
class State:
    """All that could change of a file or folder, but the time of its last reading."""

    sha256: str
    modified_ns: int
    changed_ns: int  # by the system, at any change of what follows too
    mode: int
    links: int
    attributes: tuple[tuple[str, bytes], ...]


def state(path: Path) -> State:
    found = path.lstat()
    content = path.read_bytes() if path.is_file() else b"".join(sorted(map(os.fsencode, os.listdir(path))))
    return State(
        hashlib.sha256(content).hexdigest(),
        found.st_mtime_ns,
        found.st_ctime_ns,
        found.st_mode,
        found.st_nlink,
        tuple((name, os.getxattr(path, name)) for name in os.listxattr(path))
        if hasattr(os, "listxattr")
        else (),
    )


def states(folder: Path) -> dict[str, State]:
    return {str(path): state(path) for path in [folder, *folder.rglob("*")]}


@pytest.fixture
def originals(tmp_path: Path) -> Iterator[Path]:
    """Photos in every format, and files that are none, with attributes; nobody may write to them."""
    folder = tmp_path / "Originals"
    folder.mkdir()
    formats.register_plugin("JXL")
    picture(49).save(folder / "made.jxl")
    for number, suffix in enumerate(_SUFFIXES):
        make_photo(folder / f"made.{suffix}", number, taken_at="2019:07:02 18:03:11", camera=("Canon", "R5"))
    pillow_heif.from_pillow(picture(50)).save(folder / "made.heic")
    (folder / "sub").mkdir()
    turned = Image.Exif()
    turned[0x0112] = 6
    picture(51).save(folder / "sub" / "turned.jpg", exif=turned)
    shutil.copy(folder / "made.jpg", folder / "sub" / "copy.jpg")
    (folder / "early end.jpg").write_bytes((folder / "made.jpg").read_bytes()[:3000])
    (folder / "none.jpg").write_text("no photo")
    (folder / "made.jpg.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    for shared in ("everyday", "formats"):
        files = sorted(
            path for path in (SHARED / "photos" / shared).rglob("*.*") if path.stat().st_size < 2_000_000
        )
        for number, file in enumerate(files[:: max(1, len(files) // _SAMPLES)]):
            shutil.copy2(file, folder / f"{shared} {number}{file.suffix}")
    for path in [*folder.rglob("*"), folder]:
        with suppress(OSError, AttributeError):  # not every system and file system has them
            os.setxattr(path, "user.photolens.test", b"mine")
        path.chmod(0o555 if path.is_dir() else 0o444)
        os.utime(path, (1_500_000_000, 1_500_000_000.5))
    yield folder
    for path in [folder, folder / "sub"]:
        path.chmod(0o755)


def test_nothing_that_the_library_does_touches_them(originals: Path, tmp_path: Path) -> None:
    before = states(originals)
    root, exported = tmp_path / "library", tmp_path / "concept.photolens-concept"
    with Library(root) as library:
        assert library.index(originals)
        ids = library.photo_ids().tolist()
        assert len(ids) >= len(_SUFFIXES) and library.failures()
        look_at_everything(library, ids)
        query = library.search("a street", images=[ids[0]], liked=ids[1:3], disliked=ids[3:4]).query
        ask_everything(library, query, str(originals / "made.jpg"))
        concept = library.save_concept("Streets", query)
        library.export_concept(concept.id, exported)
        library.delete_concept(library.import_concept(exported).id)
        library.watch()
        library.retry_failed()
        library.rescan(deep=True)
        assert library.wait_idle(60)
        assert library.check().clean
        library.back_up()
    assert states(originals) == before
    for arguments in (
        ["status"],
        ["doctor"],
        ["check", "--repair"],
        ["search", "blue", "--image", str(originals / "made.png"), "--region", "0.1,0.1,0.6,0.6", "--why"],
        ["search", "--image", str(originals / "made.heic"), "--paths"],
    ):
        main(["--library", str(root), *arguments])
    shutil.rmtree(root / "thumbnails")
    with Library(root, settings=second_model(tmp_path / "model")) as library:
        assert library.index()
        look_at_everything(library, library.photo_ids().tolist())
        library.remove_folder(originals)
        assert library.wait_idle(60)
    assert states(originals) == before


def look_at_everything(library: Library, ids: list[int]) -> None:
    for photo in ids:
        library.thumbnail(photo)
        library.files(photo)
        try:
            library.picture(photo)
        except PhotoError:
            continue  # a sample that is broken half-way


def ask_everything(library: Library, query: Query, path: str) -> None:
    library.remember_search(query)
    library.explain(query, library.search(query).hits[0].photo_id)
    library.narrow(query)
    library.preview(path)
    with open(path, "rb") as file:
        library.search(images=[path, file.read()])


def test_a_change_would_be_seen(originals: Path) -> None:
    before = states(originals)
    file = originals / "made.jpg"
    content = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(content)
    os.utime(file, (1_500_000_000, 1_500_000_000.5))
    file.chmod(0o444)
    assert {path for path, now in states(originals).items() if now != before[path]} == {str(file)}
