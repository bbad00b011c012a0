"""Harm 24: on a file system that does not tell `a.jpg` from `A.jpg`, a rename of one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from photolens.catalog import Catalog, FileStat, FileState, KnownFile
from photolens.domain import Event
from photolens.ingest import ScanRules, normalised
from photolens.ingest.control import Control
from photolens.ingest.folder_keeper import FolderKeeper
from photolens.ingest.presence import Presence
from photolens.ingest.progress import Progress
from photolens.ingest.scanner import match_names
from photolens.library import Library
from tests.photos import make_photos
from tests.reliability.drives import OpenLibrary, concept_ids, decoded, ids_by_path, save_concept
from tests.reliability.fuse_share import CannotMount, shared
from tests.waiting import eventually


def known(size: int, inode: int, state: FileState = FileState.INDEXED) -> KnownFile:
    return KnownFile(size, 5, inode, id=inode, state=state, photo_id=1, failure=None)


@pytest.fixture
def caseless(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system that ignores case; skips where there is none and none can be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (tmp_path / "DISK").exists():  # Windows, Macs
        yield disk
        return
    try:
        with shared(disk, tmp_path / "caseless", "fuse_caseless") as caseless:
            yield caseless
    except CannotMount as error:
        pytest.skip(f"this file system tells upper from lower case, and {error}")


@pytest.mark.parametrize("watch", [False, True], ids=["closed", "watched"])
def test_a_rename_of_case_alone_keeps_the_photo(
    watch: bool, caseless: Path, open_library: OpenLibrary
) -> None:
    pictures = caseless / "Pictures"
    make_photos(pictures / "trip", 6)
    events: list[Event] = []
    library = open_library(emit=events.append)
    if watch:
        library.watch()
    library.index(pictures)
    wanted = ids_by_path(library)
    save_concept(library, *sorted(wanted.values())[:2])
    for old in (pictures / "trip" / "photo_00.jpg", pictures / "trip"):
        new = old.with_name(old.name.upper())
        old.rename(new)
        if not watch:
            library.index()
        wanted = {path.replace(str(old), str(new)): photo_id for path, photo_id in wanted.items()}
        eventually(partial(rests_with, library, wanted))
        assert (library.status().files, decoded(events)) == (6, 6)
    assert len(concept_ids(library)) == 2


def rests_with(library: Library, wanted: dict[str, int]) -> bool:
    return ids_by_path(library) == wanted and library.wait_idle(0)


@contextmanager
def keeping(catalog: Catalog, skip: Path) -> Iterator[FolderKeeper]:
    """Looks through folders, but reads no photo."""
    rules = ScanRules(frozenset({str(skip)}), 3600.0)
    keeper = FolderKeeper(catalog, rules, Control(), Progress(), lambda event: None, lambda: None)
    try:
        yield keeper
    finally:
        keeper.close()


def test_a_folder_and_the_library_s_own_are_known_in_another_case(caseless: Path, tmp_path: Path) -> None:
    pictures = caseless / "Pictures"
    (photo,) = make_photos(pictures / "Trip", 1)
    make_photos(pictures / "Library" / "thumbnails", 1, first=1)
    with (
        closing(Catalog.writer(tmp_path / "catalog.db")) as catalog,
        keeping(catalog, skip=caseless / "pictures" / "library") as keeper,
    ):
        keeper.add(normalised(str(caseless / "PICTURES")))
        keeper.tick()
        assert [folder.path for folder in catalog.folders.all()] == [str(pictures)]
        assert [file.path for file in catalog.files.pending(9)] == [str(photo)]
        pictures.rename(caseless / "pictures")
        for again in (caseless / "pictures", pictures / "TRIP"):
            keeper.add(normalised(str(again)))
            keeper.tick()
        assert len(catalog.folders.all()) == len(catalog.files.pending(9)) == 1


@pytest.mark.parametrize(
    ("before", "listed", "expected"),
    [
        # Listings as such a file system gives them: the old name is not in them, though it still answers.
        ({b"a.jpg": known(9, 1)}, [(b"A.JPG", FileStat(9, 5, 1))], {b"A.JPG": b"a.jpg"}),
        # Edited as well: the same place, to be read again.
        ({b"a.jpg": known(9, 1)}, [(b"A.JPG", FileStat(8, 6, 2))], {b"A.JPG": b"a.jpg"}),
        # Another composition of the same accent, as after a copy from a Mac.
        ({"é.jpg".encode(): known(9, 1)}, [("e\u0301.jpg".encode(), FileStat(9, 5, 7))], "accent"),
        # A rename to something else, on any file system.
        ({b"a.jpg": known(9, 1)}, [(b"b.jpg", FileStat(9, 5, 1))], {b"b.jpg": b"a.jpg"}),
        # The inode was used anew, for another file.
        ({b"a.jpg": known(9, 1)}, [(b"b.jpg", FileStat(8, 6, 1))], {}),
        # No inodes at all, as Windows lists them.
        ({b"a.jpg": known(9, 0)}, [(b"b.jpg", FileStat(9, 5, 0))], {}),
        # Two files of different case became one of a third: which of them nobody can say...
        ({b"a.jpg": known(9, 1), b"A.jpg": known(7, 2)}, [(b"A.JPG", FileStat(8, 6, 3))], {}),
        # ...but by what it is.
        (
            {b"a.jpg": known(9, 1), b"A.jpg": known(7, 2)},
            [(b"A.JPG", FileStat(7, 5, 2))],
            {b"A.JPG": b"A.jpg"},
        ),
        # Names exchanged: each file is where its inode is.
        (
            {b"a.jpg": known(9, 1), b"b.jpg": known(7, 2)},
            [(b"B.jpg", FileStat(9, 5, 1)), (b"A.jpg", FileStat(7, 5, 2))],
            {b"B.jpg": b"a.jpg", b"A.jpg": b"b.jpg"},
        ),
    ],
)
def test_new_names_are_matched_with_those_no_longer_listed(
    before: dict[bytes, KnownFile], listed: list[tuple[bytes, FileStat]], expected: dict[bytes, bytes] | str
) -> None:
    if expected == "accent":
        expected = {listed[0][0]: next(iter(before))}
    assert match_names(before, listed) == expected


@pytest.mark.parametrize("few", [False, True])
def test_a_file_is_there_only_under_the_name_that_is_listed(few: bool, tmp_path: Path) -> None:
    (tmp_path / "Trip").mkdir()
    (tmp_path / "Trip" / "a.jpg").touch()
    presence = Presence(few=few)
    assert not presence.is_gone(str(tmp_path), b"Trip/a.jpg")
    assert presence.is_gone(str(tmp_path), b"Trip/b.jpg")
    # On a case-insensitive file system these answer to `stat`; the listing decides either way.
    for other in (b"Trip/A.jpg", b"trip/a.jpg"):
        assert not presence.is_listed(str(tmp_path), other)
        assert presence.is_gone(str(tmp_path), other)


def test_a_file_is_there_only_under_its_name_where_case_makes_no_difference(caseless: Path) -> None:
    (caseless / "Trip").mkdir()
    (caseless / "Trip" / "a.jpg").touch()
    assert (caseless / "trip" / "A.jpg").exists()
    presence = Presence(few=True)
    assert not presence.is_gone(str(caseless), b"Trip/a.jpg")
    for other in (b"Trip/A.jpg", b"trip/a.jpg", b"Trip/b.jpg"):
        assert presence.is_gone(str(caseless), other)


def test_a_photo_renamed_in_case_is_not_read_again_anywhere(
    pictures: Path, open_library: OpenLibrary
) -> None:
    """The same on whatever file system the tests run."""
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    before = ids_by_path(library)
    (pictures / "photo_00.jpg").rename(pictures / "PHOTO_00.JPG")
    library.index()
    assert ids_by_path(library)[str(pictures / "PHOTO_00.JPG")] == before[str(pictures / "photo_00.jpg")]
    assert (library.status().files, decoded(events)) == (12, 12)
