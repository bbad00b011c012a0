"""Harm 12: files and folders are moved, renamed or copied, whatever is open or plugged in at the time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from photolens.domain import Event
from photolens.library import Library
from tests.photos import make_photos
from tests.reliability.drives import (
    OpenLibrary,
    concept_ids,
    decoded,
    ids_by_path,
    removed,
    save_concept,
)
from tests.waiting import eventually

TRIP = [f"photo_{number:02}.jpg" for number in range(4, 8)]
DAY = [f"photo_{number:02}.jpg" for number in range(8, 12)]


def move_everything(first: Path, second: Path) -> dict[str, str]:
    """Every kind of move at once; gives old and new paths."""
    one, two, three, four = (first / f"photo_{number:02}.jpg" for number in range(4))
    one.rename(first / "beach.jpg")
    shutil.move(two, second / "sorted.jpg")
    three.rename(first / "spare")
    four.rename(three)
    (first / "spare").rename(four)
    (first / "trip").rename(first / "Norway")
    (first / "day").rename(second / "day")
    moved = {one: first / "beach.jpg", two: second / "sorted.jpg", three: four, four: three}
    moved |= {first / "trip" / name: first / "Norway" / name for name in TRIP}
    moved |= {first / "day" / name: second / "day" / name for name in DAY}
    return {str(old): str(new) for old, new in moved.items()}


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """Two roots; the first has four photos and twice four in folders, the second has four."""
    first, second = tmp_path / "first", tmp_path / "second"
    make_photos(first, 4)
    make_photos(first / "trip", 4, first=4)
    make_photos(first / "day", 4, first=8)
    make_photos(second, 4, first=20)
    return first, second


def prepared(library: Library, roots: tuple[Path, Path]) -> dict[str, int]:
    """Index both, and save a concept; gives the photos by path."""
    library.index(*roots)
    known = ids_by_path(library)
    save_concept(library, known[str(roots[0] / "photo_00.jpg")], known[str(roots[0] / "trip/photo_05.jpg")])
    return known


def expected(known: dict[str, int], moved: dict[str, str]) -> dict[str, int]:
    return {moved.get(path, path): photo_id for path, photo_id in known.items()}


def test_moved_while_closed(roots: tuple[Path, Path], open_library: OpenLibrary) -> None:
    with open_library() as library:
        known = prepared(library, roots)
    moved = move_everything(*roots)
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index()
    assert ids_by_path(library) == expected(known, moved)
    assert (decoded(events), removed(events)) == (0, set())
    assert set(concept_ids(library)) == {
        known[str(roots[0] / "photo_00.jpg")],
        known[str(roots[0] / "trip/photo_05.jpg")],
    }
    assert library.check().clean


def test_moved_while_watched(roots: tuple[Path, Path], open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.watch()
    known = prepared(library, roots)
    events.clear()
    wanted = expected(known, move_everything(*roots))
    eventually(lambda: ids_by_path(library) == wanted)
    library.rescan()
    assert library.wait_idle(30)
    assert ids_by_path(library) == wanted
    assert (decoded(events), removed(events)) == (0, set())
    assert len(concept_ids(library)) == 2


@pytest.mark.parametrize("count", [2, 12], ids=["few", "so many that they are held"])
def test_moved_to_a_root_that_is_offline_and_comes_back(
    count: int, roots: tuple[Path, Path], open_library: OpenLibrary
) -> None:
    first, second = roots
    events: list[Event] = []
    library = open_library(emit=events.append)
    known = prepared(library, roots)
    away = second.with_name("away")
    second.rename(away)
    library.index()
    for file in sorted(first.rglob("*.jpg"))[:count]:
        shutil.move(file, away / f"moved {file.name}")
    library.index()
    away.rename(second)
    library.index()
    after = ids_by_path(library)
    assert sorted(after.values()) == sorted(known.values())
    assert len([path for path in after if "/moved " in path.replace(os.sep, "/")]) == count
    assert decoded(events) == 16
    assert len(concept_ids(library)) == 2
    assert [folder.vanished for folder in library.folders()] == [0, 0]


def test_copies_are_one_photo_with_several_files(roots: tuple[Path, Path], open_library: OpenLibrary) -> None:
    first, second = roots
    events: list[Event] = []
    library = open_library(emit=events.append)
    known = prepared(library, roots)
    photo_id = known[str(first / "photo_00.jpg")]
    copies = [first / "again.jpg", second / "backup.jpg"]
    for copy in copies:
        shutil.copy(first / "photo_00.jpg", copy)
    library.index()
    assert {file.path for file in library.files(photo_id)} == {
        str(file) for file in (first / "photo_00.jpg", *copies)
    }
    (first / "photo_00.jpg").unlink()
    copies[0].unlink()
    library.index()
    assert [file.path for file in library.files(photo_id)] == [str(copies[1])]
    assert (library.status().photos, decoded(events), removed(events)) == (16, 16, set())
    assert photo_id in concept_ids(library)


def test_a_slow_move_of_a_folder_across_drives_is_not_asked_about(
    roots: tuple[Path, Path], open_library: OpenLibrary
) -> None:
    """First all is copied, and only then the originals are deleted; in between the library looks."""
    first, second = roots
    library = open_library()
    known = prepared(library, roots)
    shutil.copytree(first / "trip", second / "trip")
    library.index()
    shutil.rmtree(first / "trip")
    library.index()
    after = ids_by_path(library)
    assert sorted(after.values()) == sorted(known.values())
    assert len([path for path in after if path.startswith(str(second / "trip"))]) == 4
    assert [folder.vanished for folder in library.folders()] == [0, 0]
