"""Files with any name that a file system takes are indexed, found, opened, listed, exported and put back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.cli import main
from photolens.library import Library
from photolens.words import file_name
from tests.photos import make_photo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes all of these names")

NAMES = [
    b"caf\xe9.jpg",  # Latin-1
    b"\xff\xfe\x80.jpg",
    "é.jpg".encode(),  # composed
    "e\u0301.jpg".encode(),  # the same to the eye, decomposed: another file
    "👩‍👩‍👧‍👦 🏖.jpg".encode(),
    b"new\nline.jpg",
    b"tab\tand\x1b[31m red\x7f.jpg",
    b"x" * 251 + b".jpg",
    "寿".encode() * 83 + b"sd.jpg",  # 255 bytes, 85 characters
    b"-n.jpg",
    b"--help.jpg",
    "שלום עולם.jpg".encode(),
    "\u202egpj.evil.jpg".encode(),  # shown from right to left
    b" blanks  at both ends .jpg",
    b'it\'s "quoted".jpg',
    b"back\\slash.jpg",
    b"$(touch ran) `x` ;&|.jpg",
    b"100%25 %s {0}.jpg",
    b"#1?a=b&c.jpg",
    b"C:.jpg",
    b"NUL.jpg",
]
# What a person can type for some of them.
TYPED = {
    "é.jpg": 2,  # both spellings
    "שלום עולם.jpg": 1,
    "x" * 251 + ".jpg": 1,
    "NUL.jpg": 1,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of each name, in a folder of such a name; and below `broken`, a file of each that is none."""
    folder = tmp_path_factory.mktemp("names") / os.fsdecode("Ordner \n\u202e🏖 ".encode() + b"\xe9")
    deep = folder.joinpath(*["d" * 255] * 12)
    (folder / "broken").mkdir(parents=True)
    deep.mkdir(parents=True)
    for number, name in enumerate(NAMES):
        make_photo(folder / "photo.jpg", number, (120, 80)).rename(folder / os.fsdecode(name))
        (folder / "broken" / os.fsdecode(name)).write_bytes(b"no photo")
    make_photo(folder / "photo.jpg", 99, (120, 80)).rename(deep / "deep.jpg")
    return folder


@pytest.fixture(scope="module")
def indexed(folder: Path) -> Path:
    """The library that has read them, closed."""
    root = folder.parent / "library"
    with Library(root) as library:
        library.index(folder)
    return root


@pytest.fixture
def library(indexed: Path) -> Iterator[Library]:
    with Library(indexed, read_only=True) as library:
        yield library


def paths_of(folder: Path) -> set[bytes]:
    return {os.fsencode(path) for path in folder.rglob("*.jpg")}


def test_all_are_indexed_under_their_own_names(library: Library, folder: Path) -> None:
    known = [os.fsencode(photo.path) for photo in library.photos(library.photo_ids().tolist())]
    assert len(known) == len(set(known)) == len(NAMES) + 1
    assert set(known) == paths_of(folder) - paths_of(folder / "broken")


def test_all_are_opened(library: Library) -> None:
    for photo_id in library.photo_ids().tolist():
        assert library.picture(photo_id).shape == (80, 120, 3)
        assert (library.thumbnail(photo_id) or b"").startswith(b"\xff\xd8")


def test_a_path_of_bytes_and_blanks_is_searched_with(library: Library, folder: Path) -> None:
    paths = [str(folder / os.fsdecode(NAMES[number])) for number in (0, 5, 8)]
    for path in paths:
        (best, *_) = library.search(images=[path], limit=1).hits
        assert library.photo(best.photo_id).path == path


def test_they_are_found_by_name(library: Library) -> None:
    for text, count in TYPED.items():
        hits = library.search(text).hits
        assert [hit.matched_name for hit in hits[: count + 1]] == [True] * count + [False], text


def test_all_that_are_none_are_listed(indexed: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert main(["--library", str(indexed), "status", "--failed", "--json"]) == 0
    listed = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {os.fsencode(one["path"]) for one in listed} == paths_of(folder / "broken")
    assert {one["kind"] for one in listed} == {"not-an-image"}
    assert main(["--library", str(indexed), "status", "--failed"]) == 0
    shown = capfd.readouterr().out
    assert len(shown.splitlines()) == 2 * len(NAMES)  # no name breaks a line
    assert "\x1b" not in shown and "\u202e" not in shown


def test_all_are_exported_byte_for_byte(indexed: Path, folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "photolens",
        "--library",
        str(indexed),
        "search",
        "type:jpeg",
        "-n",
        "99",
    ]
    wanted = paths_of(folder) - paths_of(folder / "broken")
    printed = subprocess.run([*command, "--paths"], check=True, capture_output=True).stdout
    for path in wanted:
        assert path + b"\n" in printed
    lines = subprocess.run([*command, "--json"], check=True, capture_output=True).stdout.splitlines()
    assert {os.fsencode(json.loads(line)["path"]) for line in lines} == wanted


def test_all_go_to_the_trash_and_come_back(
    indexed: Path, folder: Path, user_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from send2trash import plat_other

    # It asks for its place only once, when it is imported.
    data = user_folders / ".local" / "share"
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", os.fsencode(data))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", os.fsencode(data / "Trash"))
    monkeypatch.setattr("send2trash.send2trash", plat_other.send2trash)
    before, broken = paths_of(folder), paths_of(folder / "broken")
    with Library(indexed) as library:
        ids = library.photo_ids().tolist()
        report = library.trash(ids)
        # The note that the trash keeps of a file has a longer name than the file.
        stay = {os.fsencode(path) for path, reason in report.failed if "File name too long" in reason}
        assert {os.path.basename(path) for path in stay} == {name for name in NAMES if len(name) > 245}
        assert paths_of(folder) == broken | stay
        assert library.wait_idle(30) and len(library.photo_ids()) == len(stay)
        assert library.restore(report).failed == ()
        assert paths_of(folder) == before
        assert library.wait_idle(30)
        assert library.photo_ids().tolist() == ids


def test_every_name_can_be_shown(library: Library) -> None:
    for photo in library.photos(library.photo_ids().tolist()):
        shown = file_name(photo.path)
        assert shown and shown.isprintable()
        shown.encode()
