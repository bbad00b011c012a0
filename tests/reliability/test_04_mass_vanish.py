"""Harm 4: many files vanish at once, and are held until the user says that they were deleted."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from photolens import cli
from photolens.domain import Event, FilesVanished, PhotosChanged, RootState
from photolens.errors import FolderError
from photolens.library import Library
from tests.photos import make_photo, make_photos
from tests.reliability.drives import (
    OpenLibrary,
    concept_ids,
    decoded,
    ids_by_path,
    removed,
    save_concept,
)
from tests.waiting import eventually


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def library(pictures: Path, open_library: OpenLibrary, events: list[Event]) -> Library:
    """Twelve photos, two of them judged in a concept."""
    library = open_library(emit=events.append)
    library.index(pictures)
    known = ids_by_path(library)
    save_concept(library, known[str(pictures / "photo_00.jpg")], known[str(pictures / "photo_09.jpg")])
    events.clear()
    return library


def delete(pictures: Path, *numbers: int) -> list[str]:
    files = [pictures / f"photo_{number:02}.jpg" for number in numbers]
    for file in files:
        file.unlink()
    return [str(file) for file in files]


def test_many_are_held_until_the_user_confirms(
    library: Library, pictures: Path, events: list[Event], open_library: OpenLibrary
) -> None:
    known = ids_by_path(library)
    gone = delete(pictures, *range(5))
    library.index()
    assert FilesVanished(str(pictures), 5, 12) in events
    library.close()
    library = open_library(emit=events.append)  # nor does a new start change anything
    library.index()
    (folder,) = library.folders()
    assert (folder.state, folder.vanished, removed(events)) == (RootState.CHANGED, 5, set())
    assert ids_by_path(library) == known
    assert library.vanished_files(pictures) == gone
    assert library.vanished_files(pictures, limit=2) == gone[:2]
    assert library.status().offline == 5
    lost = [known[path] for path in gone]
    assert not any(photo.online for photo in library.photos(lost))
    assert not library.listing_of(lost).online.any()
    assert all(library.thumbnail(photo_id) for photo_id in lost)
    assert set(lost) <= {hit.photo_id for hit in library.search("anything", limit=50).hits}
    assert library.confirm_vanished(pictures) == 5
    assert removed(events) == set(lost)
    assert library.folders()[0].state is RootState.ONLINE
    assert FilesVanished(str(pictures), 0, 7) in events
    assert library.status().photos == 7
    assert len(concept_ids(library)) == 2
    assert library.check().clean


def test_a_few_are_taken_for_deleted(library: Library, pictures: Path, events: list[Event]) -> None:
    known = ids_by_path(library)
    gone = delete(pictures, 1, 2)
    library.index()
    assert removed(events) == {known[path] for path in gone}
    assert library.folders()[0].state is RootState.ONLINE


def test_a_deletion_in_bursts_counts_as_one(library: Library, pictures: Path, events: list[Event]) -> None:
    known = ids_by_path(library)
    for numbers in ((1, 2), (3, 4), (5, 6)):
        delete(pictures, *numbers)
        library.index()
    assert ids_by_path(library) == known, "also those of the first burst are kept"
    assert library.folders()[0].vanished == 6
    assert library.confirm_vanished(pictures) == 6
    delete(pictures, 7)
    library.index()
    assert library.status().files == 5, "what was confirmed does not count towards the next question"


def test_the_last_photos_of_a_folder_are_asked_about(library: Library, pictures: Path) -> None:
    shutil.rmtree(pictures / "Holiday 2019")
    delete(pictures, *range(10))
    library.index()
    assert (library.status().photos, library.folders()[0].vanished) == (12, 12)
    assert library.confirm_vanished(pictures) == 12
    assert library.status().photos == 0


def test_what_is_back_is_not_read_again(library: Library, pictures: Path, events: list[Event]) -> None:
    known = ids_by_path(library)
    away = pictures.with_name("away")
    away.mkdir()
    for number in range(6):
        shutil.move(pictures / f"photo_{number:02}.jpg", away)
    library.index()
    events.clear()
    for number in range(6):
        shutil.move(away / f"photo_{number:02}.jpg", pictures)
    library.index()
    assert ids_by_path(library) == known
    assert (library.status().offline, library.folders()[0].vanished) == (0, 0)
    assert FilesVanished(str(pictures), 0, 12) in events
    changed = {photo_id for event in events if isinstance(event, PhotosChanged) for photo_id in event.ids}
    assert changed == {known[str(pictures / f"photo_{number:02}.jpg")] for number in range(6)}
    assert decoded(events) == 0


def test_held_files_that_turn_up_elsewhere_have_moved(
    library: Library, pictures: Path, events: list[Event]
) -> None:
    ids = set(ids_by_path(library).values())
    away = pictures.with_name("away")
    away.mkdir()
    for number in range(6):
        shutil.move(pictures / f"photo_{number:02}.jpg", away)
    library.index()
    assert library.folders()[0].vanished == 6
    library.index(away)
    assert set(ids_by_path(library).values()) == ids
    assert (library.status().files, library.status().offline) == (12, 0)
    assert [folder.vanished for folder in library.folders()] == [0, 0]
    assert (decoded(events), removed(events)) == (0, set())
    told = [event.count for event in events if isinstance(event, FilesVanished)]
    assert told == [6, 0], "nor is anybody asked any more"


def test_a_moved_folder_is_not_asked_about(library: Library, pictures: Path, events: list[Event]) -> None:
    ids = set(ids_by_path(library).values())
    (pictures / "sorted").mkdir()
    for file in pictures.glob("photo_*.jpg"):
        file.rename(pictures / "sorted" / f"x{file.name}")
    library.index()
    assert set(ids_by_path(library).values()) == ids
    assert not any(isinstance(event, FilesVanished) for event in events)
    assert library.status().files == 12


@pytest.mark.parametrize("count", [3, 10])
def test_what_moved_is_not_taken_for_gone_when_reading_is_cancelled(
    count: int, library: Library, pictures: Path, events: list[Event]
) -> None:
    ids = set(ids_by_path(library).values())
    library.pause()
    (pictures / "sorted").mkdir()
    for number in range(count):
        (pictures / f"photo_{number:02}.jpg").rename(pictures / "sorted" / f"x{number}.jpg")
    library.rescan()
    while library.status().pending < count:
        pass
    library.cancel()
    assert library.wait_idle(30)
    time.sleep(0.5)
    assert set(ids_by_path(library).values()) == ids
    library.index()
    assert set(ids_by_path(library).values()) == ids
    assert library.status().files == 12
    assert removed(events) == set()
    assert not any(isinstance(event, FilesVanished) for event in events)


def test_what_is_gone_for_good_is_settled_although_reading_is_cancelled(
    library: Library, pictures: Path, events: list[Event]
) -> None:
    library.pause()
    make_photo(pictures / "new.jpg", 99, (1600, 1200))
    gone = delete(pictures, 3)
    known = ids_by_path(library)
    library.rescan()
    while library.status().pending < 1:
        pass
    library.cancel()
    eventually(lambda: removed(events) == {known[gone[0]]})


def test_many_deleted_together_with_one_never_read_are_asked_about(library: Library, pictures: Path) -> None:
    library.pause()
    new = make_photo(pictures / "new.jpg", 99)
    library.rescan()
    while library.status().pending < 1:
        pass
    delete(pictures, *range(6))
    new.unlink()
    library.resume()
    library.rescan()
    assert library.wait_idle(30)
    assert (library.folders()[0].vanished, library.status().files) == (6, 12)


def test_held_files_are_not_tried_all_the_time(library: Library, pictures: Path) -> None:
    for number in range(6):
        make_photo(pictures / f"photo_{number:02}.jpg", 100 + number)
    library.pause()
    library.rescan()
    while library.status().pending < 6:
        pass
    delete(pictures, *range(6))
    library.resume()
    library.rescan()
    assert library.wait_idle(30), "files that are not there keep the library busy"
    assert library.folders()[0].vanished == 6
    assert library.status().failed == 0


def test_only_what_is_still_gone_is_removed(library: Library, pictures: Path) -> None:
    gone = delete(pictures, *range(5))
    library.index()
    make_photo(Path(gone[0]), 0)
    assert library.confirm_vanished(pictures) == 4
    assert library.wait_idle(30)
    assert gone[0] in ids_by_path(library)
    assert library.folders()[0].vanished == 0


def test_nothing_is_confirmed_of_a_folder_that_cannot_be_seen(library: Library, pictures: Path) -> None:
    delete(pictures, *range(5))
    library.index()
    pictures.rename(pictures.with_name("away"))
    with pytest.raises(FolderError, match="is offline, so nothing was removed"):
        library.confirm_vanished(pictures)
    assert library.status().photos == 12
    for ask in (library.confirm_vanished, library.vanished_files):
        with pytest.raises(FolderError, match="not one of this library's folders"):
            ask(pictures.parent)


def test_photos_put_into_the_trash_here_are_not_asked_about(library: Library, pictures: Path) -> None:
    ids = [known for path, known in ids_by_path(library).items() if "photo_0" in path]
    report = library.trash(ids)
    if report.failed:
        pytest.skip(f"this system has no trash: {report.failed[0].reason}")
    assert library.wait_idle(30)
    assert (library.status().photos, library.folders()[0].vanished) == (2, 0)


def test_the_command_line_says_what_is_gone_and_takes_the_answer(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(tmp_path / "library")]
    assert cli.main([*library, "index", str(pictures)]) == 0
    gone = delete(pictures, *range(5))
    capsys.readouterr()
    assert cli.main([*library, "index"]) == 0
    assert "5 of 12 files of" in capsys.readouterr().err
    assert cli.main([*library, "folders"]) == 0
    assert f"photolens folders --confirm-gone {pictures}" in capsys.readouterr().out
    assert cli.main([*library, "folders", "--gone", str(pictures)]) == 0
    assert capsys.readouterr().out.split("\n") == [*gone, ""]
    assert cli.main([*library, "folders", "--confirm-gone", str(pictures)]) == 0
    said = capsys.readouterr()
    assert "5 files taken out of the library." in said.err
    assert "confirm-gone" not in said.out
    for again in ("--gone", "--confirm-gone"):
        assert cli.main([*library, "folders", again, str(pictures)]) == 0
        assert capsys.readouterr().err == f"No file of {pictures} is gone.\n"


def test_another_drive_in_the_place_of_a_folder_is_thought_of(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(tmp_path / "library")]
    assert cli.main([*library, "index", str(pictures)]) == 0
    shutil.rmtree(pictures)
    make_photos(pictures / "of another drive", 3, first=50)
    assert cli.main([*library, "index"]) == 0
    capsys.readouterr()
    assert cli.main([*library, "folders"]) == 0
    said = capsys.readouterr().out
    assert "None of the 12 files is there" in said
    assert "Another drive may be in its place" in said
