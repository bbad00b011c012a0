"""To the trash and back: every copy goes, nothing is lost or replaced, a photo that returns is the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photolens.domain import Event, IngestFinished, PhotosAdded, PhotosChanged, PhotosRemoved
from photolens.errors import LibraryError
from photolens.library import Library
from photolens.library.trash import TrashedFile, TrashReport, move_to_trash, put_back
from photolens.library.trash_folders import TrashFolder
from tests.photos import make_photo, make_photos
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="tests must not use the real trash, which only Linux can move"
)

OpenLibrary = Callable[..., Library]


@pytest.fixture
def trash(user_folders: Path, monkeypatch: pytest.MonkeyPatch) -> TrashFolder:
    """The trash of this test alone: send2trash asks for its place only once, when it is imported."""
    from send2trash import plat_other

    data = user_folders / ".local" / "share"
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", os.fsencode(data))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", os.fsencode(data / "Trash"))
    monkeypatch.setattr("send2trash.send2trash", plat_other.send2trash)
    return TrashFolder(data / "Trash", data)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def library(open_library: OpenLibrary, pictures: Path, events: list[Event], trash: TrashFolder) -> Library:
    library = open_library(emit=events.append)
    library.index(pictures)
    events.clear()
    return library


def id_of(library: Library, path: Path) -> int:
    return next(p.id for p in library.photos(library.photo_ids().tolist()) if p.path == str(path))


def told(events: list[Event], kind: type[PhotosAdded | PhotosRemoved | PhotosChanged]) -> list[int]:
    return [photo_id for event in events if isinstance(event, kind) for photo_id in event.ids]


def decoded(events: list[Event]) -> int:
    return sum(event.decoded for event in events if isinstance(event, IngestFinished))


def test_a_trashed_photo_leaves_the_library_and_lies_in_the_trash(
    library: Library, pictures: Path, events: list[Event], trash: TrashFolder
) -> None:
    file = pictures / "photo_03.jpg"
    content, photo_id = file.read_bytes(), id_of(library, file)
    report = library.trash([photo_id])
    library.wait_idle()
    assert not file.exists()
    assert photo_id not in library.photo_ids().tolist()
    assert told(events, PhotosRemoved) == [photo_id]
    (trashed,) = report.trashed
    assert (trashed.path, report.failed, report.restorable) == (str(file), (), True)
    assert trashed.location == str(trash.path / "files" / "photo_03.jpg")
    assert Path(trashed.location).read_bytes() == content
    assert timedelta(0) <= datetime.now(UTC) - trashed.trashed_at < timedelta(minutes=1)
    assert len(list(pictures.rglob("*.jpg"))) == 11


@pytest.mark.parametrize("watching", [False, True])
def test_a_restored_photo_is_the_one_it_was_without_being_read_again(
    library: Library, pictures: Path, events: list[Event], trash: TrashFolder, watching: bool
) -> None:
    if watching:
        library.watch()
        library.wait_idle()
    before = {photo.id: photo for photo in library.photos(library.photo_ids().tolist())}
    chosen = [id_of(library, pictures / f"photo_{number:02}.jpg") for number in (1, 2, 5)]
    report = library.trash(chosen)
    library.wait_idle()
    assert library.status().photos == 9
    assert told(events, PhotosRemoved) == sorted(chosen)
    events.clear()
    restored = library.restore(report)
    library.wait_idle()
    assert restored.failed == ()
    assert set(restored.restored) == {file.path for file in report.trashed}
    assert {photo.id: photo for photo in library.photos(library.photo_ids().tolist())} == before
    assert sorted(told(events, PhotosAdded)) == sorted(chosen)
    assert decoded(events) == 0
    assert trash.names() == set()
    assert list((trash.path / "files").iterdir()) == []
    assert library.check().clean


def test_all_copies_go_and_come_back(
    library: Library, pictures: Path, events: list[Event], trash: TrashFolder
) -> None:
    original = pictures / "photo_04.jpg"
    photo_id = id_of(library, original)
    copies = [original, pictures / "Holiday 2019" / "photo_04.jpg", pictures / "another name.jpg"]
    for copy in copies[1:]:
        shutil.copy(original, copy)
    library.index()
    report = library.trash([photo_id, photo_id])
    library.wait_idle()
    assert {file.path for file in report.trashed} == set(map(str, copies))
    assert len({file.location for file in report.trashed}) == 3
    assert not any(copy.exists() for copy in copies)
    assert photo_id not in library.photo_ids().tolist()
    events.clear()
    library.restore(report)
    library.wait_idle()
    assert {file.path for file in library.files(photo_id)} == set(map(str, copies))
    assert told(events, PhotosAdded) == [photo_id]
    assert decoded(events) == 0


NAMES = [
    b"two  words and a tail .jpg",
    b"100%25 of it %.jpg",
    b"new\nline\tand [Trash Info].jpg",
    b"caf\xe9\xff.jpg",
    "größe 写真 🏖.jpg".encode(),
    b"-rf.jpg",
    b"#1?.jpg",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_goes_and_comes_back(
    name: bytes, tmp_path: Path, open_library: OpenLibrary, trash: TrashFolder
) -> None:
    folder = tmp_path / "a %20 folder\n"
    file = folder / os.fsdecode(name)
    try:
        make_photo(folder / "plain.jpg").rename(file)
    except OSError:
        pytest.skip("the file system does not take such a name")
    library = open_library()
    library.index(folder)
    (photo_id,) = library.photo_ids().tolist()
    report = library.trash([photo_id])
    assert [trashed.path for trashed in report.trashed] == [str(file)]
    assert report.trashed[0].location == str(trash.path / "files" / os.fsdecode(name))
    library.wait_idle()
    assert library.photo_ids().tolist() == []
    assert library.restore(report).restored == (str(file),)
    library.wait_idle()
    assert library.photo_ids().tolist() == [photo_id]
    assert file.exists()


def test_files_of_one_name_do_not_get_mixed_up(library: Library, pictures: Path, trash: TrashFolder) -> None:
    first, second = pictures / "photo_00.jpg", pictures / "Holiday 2019" / "photo_00.jpg"
    make_photo(second, 77)
    library.index()
    contents = {file: file.read_bytes() for file in (first, second)}
    report = library.trash([id_of(library, first), id_of(library, second)])
    assert library.restore(report).failed == ()
    assert {file: file.read_bytes() for file in (first, second)} == contents


def test_a_file_that_is_gone_stops_no_other(library: Library, pictures: Path, trash: TrashFolder) -> None:
    gone, there = pictures / "photo_01.jpg", pictures / "photo_02.jpg"
    ids = [id_of(library, gone), id_of(library, there)]
    gone.unlink()
    report = library.trash([*ids, 12345])
    library.wait_idle()
    assert report.failed == ((str(gone), "The file is already gone."),)
    assert [file.path for file in report.trashed] == [str(there)]
    assert library.status().photos == 10  # the one that was gone was noticed, too


def test_a_file_that_has_become_another_is_left_alone(
    library: Library, pictures: Path, trash: TrashFolder
) -> None:
    file = pictures / "photo_01.jpg"
    photo_id = id_of(library, file)
    make_photo(file, 88, (900, 600))
    content = file.read_bytes()
    report = library.trash([photo_id])
    assert report.trashed == () and not report.restorable
    ((path, reason),) = report.failed
    assert path == str(file) and "has changed" in reason
    assert file.read_bytes() == content
    library.wait_idle()  # it is read again, and then it is known what goes
    assert library.photo(photo_id).width == 900
    assert [file.path for file in library.trash([photo_id]).trashed] == [str(file)]


def test_a_file_in_the_old_place_is_never_replaced(
    library: Library, pictures: Path, trash: TrashFolder
) -> None:
    taken, free = pictures / "photo_01.jpg", pictures / "photo_02.jpg"
    report = library.trash([id_of(library, taken), id_of(library, free)])
    make_photo(taken, 66)
    content = taken.read_bytes()
    restored = library.restore(report)
    assert restored.restored == (str(free),)
    ((path, reason),) = restored.failed
    assert path == str(taken) and reason.startswith("Another file has taken its place")
    assert taken.read_bytes() == content
    assert trash.names() == {"photo_01.jpg"} and (trash.path / "files" / "photo_01.jpg").exists()
    taken.unlink()
    assert library.restore(report).restored == (str(taken),)


def test_a_link_without_a_target_in_the_old_place_is_not_replaced_either(
    tmp_path: Path, trash: TrashFolder
) -> None:
    file = make_photo(tmp_path / "a.jpg")
    report = move_to_trash([(str(file), file.stat().st_size)])
    file.symlink_to(tmp_path / "nowhere.jpg")
    assert put_back(report).restored == ()
    assert file.is_symlink() and not (tmp_path / "nowhere.jpg").exists()


def test_a_folder_that_is_gone_is_made_again(library: Library, pictures: Path, trash: TrashFolder) -> None:
    folder = pictures / "Holiday 2019"
    ids = [id_of(library, file) for file in folder.iterdir()]
    report = library.trash(ids)
    folder.rmdir()
    assert library.restore(report).failed == ()
    library.wait_idle()
    assert set(ids) <= set(library.photo_ids().tolist())


def test_what_the_trash_has_lost_is_said(library: Library, pictures: Path, trash: TrashFolder) -> None:
    file = pictures / "photo_01.jpg"
    report = library.trash([id_of(library, file)])
    shutil.rmtree(trash.path)
    assert library.restore(report).failed == ((str(file), "The file is no longer in the trash."),)
    # Another file by this name, from elsewhere, is not the one that was wanted.
    other = make_photo(pictures.parent / "elsewhere" / file.name, 99)
    move_to_trash([(str(other), other.stat().st_size)])
    assert (trash.path / "files" / file.name).exists()
    assert library.restore(report).failed == ((str(file), "The file is no longer in the trash."),)
    assert not file.exists()


def test_where_the_system_does_not_show_its_trash_the_user_is_sent_there() -> None:
    report = TrashReport((TrashedFile("/p/a.jpg", datetime.now(UTC), None),), ())
    assert not report.restorable
    assert put_back(report).failed == (
        ("/p/a.jpg", "Open the system's trash and put the file back from there."),
    )


def test_a_link_goes_and_what_it_points_to_goes_by_itself(tmp_path: Path, trash: TrashFolder) -> None:
    target = make_photo(tmp_path / "p" / "a.jpg")
    link = tmp_path / "p" / "link.jpg"
    link.symlink_to("a.jpg")
    size = target.stat().st_size
    report = move_to_trash([(str(target), size), (str(link), size)])
    assert report.failed == () and not target.exists() and not link.is_symlink()
    assert put_back(report).failed == ()
    assert link.is_symlink() and link.read_bytes() == target.read_bytes()


def test_photos_seen_through_a_link_to_their_folder_come_back(
    tmp_path: Path, open_library: OpenLibrary, trash: TrashFolder
) -> None:
    make_photos(tmp_path / "real", 2)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    library = open_library()
    library.index(tmp_path / "link")
    ids = library.photo_ids().tolist()
    report = library.trash(ids)
    assert report.restorable and report.failed == ()
    library.wait_idle()
    assert library.photo_ids().tolist() == []
    assert library.restore(report).failed == ()
    library.wait_idle()
    assert sorted(library.photo_ids().tolist()) == sorted(ids)


def test_trash_and_restore_do_not_wait_for_a_long_queue(
    library: Library, pictures: Path, events: list[Event], trash: TrashFolder
) -> None:
    chosen = id_of(library, pictures / "photo_03.jpg")
    library.pause()  # the queue does not move at all
    make_photos(pictures / "new", 5, first=50)
    library.rescan()
    while library.status().pending < 5:
        time.sleep(0.01)
    report = library.trash([chosen])
    eventually(lambda: told(events, PhotosRemoved) == [chosen])
    assert chosen not in library.photo_ids().tolist()
    library.restore(report)
    eventually(lambda: told(events, PhotosAdded) == [chosen])
    assert chosen in library.photo_ids().tolist()
    library.resume()
    library.wait_idle()
    assert told(events, PhotosAdded).count(chosen) == 1
    assert library.status().photos == 17


def test_a_cancelled_run_is_not_begun_again(library: Library, pictures: Path, trash: TrashFolder) -> None:
    chosen = id_of(library, pictures / "photo_03.jpg")
    library.pause()
    make_photos(pictures / "new", 5, first=50)
    library.rescan()
    while library.status().pending < 5:
        time.sleep(0.01)
    library.cancel()
    library.trash([chosen])
    library.wait_idle()
    assert (library.status().photos, library.status().pending) == (11, 5)


def test_copies_that_cannot_be_reached_stay_and_so_does_their_photo(
    library: Library, pictures: Path, trash: TrashFolder
) -> None:
    away = pictures.parent / "Drive"
    copy = away / "copy.jpg"
    away.mkdir()
    shutil.copy(pictures / "photo_03.jpg", copy)
    library.index(away)
    chosen = id_of(library, pictures / "photo_03.jpg")
    away.rename(pictures.parent / "unplugged")
    library.index()
    report = library.trash([chosen])
    library.wait_idle()
    assert report.failed == ()
    assert [file.path for file in report.trashed] == [str(pictures / "photo_03.jpg")]
    assert [file.path for file in library.files(chosen)] == [str(copy)]
    assert chosen in library.photo_ids().tolist()


def test_a_library_opened_for_reading_moves_nothing(
    library: Library, pictures: Path, open_library: OpenLibrary
) -> None:
    reader = open_library(read_only=True)
    with pytest.raises(LibraryError, match="reading only"):
        reader.trash(reader.photo_ids().tolist())
    with pytest.raises(LibraryError, match="reading only"):
        reader.restore(TrashReport((), ()))
    assert len(list(pictures.rglob("*.jpg"))) == 12


def test_what_may_not_be_moved_stays_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    for number, name in enumerate(("free.jpg", "locked.jpg", "closed/kept.jpg")):
        make_photo(folder / name, number)
    with Library(tmp_path / "library") as library:
        library.index(folder)
    (tmp_path / "home").mkdir()
    command = [sys.executable, "-m", "tests.integration.trash_without_permission", str(folder)]
    environment = {**os.environ, "HOME": str(tmp_path / "home")}
    result = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
