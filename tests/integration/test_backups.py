"""Backups of the catalog: when they are made, how many are kept, and what they never get in the way of."""

from __future__ import annotations

import os
import re
import shutil
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photolens.catalog import Catalog, Stopped, contents_mark, copy_catalog, structure_problems
from photolens.catalog.backup import Counts
from photolens.domain import Notice
from photolens.errors import LibraryBusy, LibraryError
from photolens.library import Library, backups, guard
from photolens.library.backups import Backup, Reason
from photolens.search import parse
from photolens.settings import Settings
from tests.photos import make_photos

OpenLibrary = Callable[..., Library]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A library folder with a catalog that has something in it."""
    folder = tmp_path / "library"
    folder.mkdir()
    with closing(Catalog.writer(folder / "catalog.db")) as catalog, catalog.transaction():
        catalog.folders.add(str(tmp_path / "Pictures"))
    return folder


def change(root: Path) -> None:
    with closing(Catalog.writer(root / "catalog.db")) as catalog, catalog.transaction():
        catalog.folders.add(f"/folder {time.monotonic_ns()}")


def made(root: Path, at: datetime, number: int, reason: Reason = Reason.DAILY) -> Path:
    """A backup dated as one likes."""
    backup = backups.make_backup(root, reason)
    file = backup.file.with_name(f"catalog-{number:04}-{at:%Y-%m-%dT%H%M%S}-{reason}.db")
    return backup.file.rename(file)


def test_a_backup_is_one_sound_file_for_this_user_alone(root: Path) -> None:
    backup = backups.make_backup(root, Reason.MANUAL)
    assert backup.good
    assert re.fullmatch(r"catalog-0001-\d{4}-\d\d-\d\dT\d{6}-manual\.db", backup.file.name)
    assert abs(datetime.now(UTC) - backup.made_at) < timedelta(minutes=1)
    assert os.listdir(root / "backups") == [backup.file.name]
    assert contents_mark(backup.file, alone=True) == contents_mark(root / "catalog.db")
    if os.name == "posix":
        assert stat.S_IMODE(backup.file.stat().st_mode) == 0o600
        assert stat.S_IMODE((root / "backups").stat().st_mode) == 0o700


def test_it_holds_what_is_committed_in_the_log_while_the_writer_goes_on(root: Path) -> None:
    with closing(Catalog.writer(root / "catalog.db")) as writer:
        with writer.transaction():
            writer.folders.add("/in the log")
        with writer.transaction():
            writer.folders.add("/not yet")
            copy_catalog(root / "catalog.db", root / "copy.db")
    with closing(Catalog.reader(root / "copy.db")) as copy:
        paths = [folder.path for folder in copy.folders.all()]
    assert "/in the log" in paths
    assert "/not yet" not in paths


def test_a_copy_comes_to_an_end_while_others_write_all_the_time(root: Path) -> None:
    with closing(Catalog.writer(root / "catalog.db")) as writer:
        with writer.transaction():
            writer._db.execute("CREATE TABLE filler (data BLOB)")
            writer._db.execute("INSERT INTO filler VALUES (zeroblob(100000000))")
        deadline = time.monotonic() + 30
        copied = threading.Thread(
            target=copy_catalog,
            args=(root / "catalog.db", root / "copy.db", lambda: time.monotonic() < deadline),
        )
        copied.start()
        commits = 0
        while copied.is_alive():
            with writer.transaction():
                writer.folders.add(f"/{commits}")
            commits += 1
        copied.join()
    assert time.monotonic() < deadline, "every commit began the copy anew"
    assert commits > 1, "the writer was held up"
    assert not structure_problems(root / "copy.db", alone=True)


def test_one_that_is_given_up_leaves_nothing(root: Path) -> None:
    with pytest.raises(Stopped):
        backups.make_backup(root, Reason.DAILY, lambda: False)
    assert os.listdir(root / "backups") == []


def test_what_a_killed_backup_left_is_no_backup_and_goes(root: Path) -> None:
    (root / "backups").mkdir()
    (root / "backups" / "catalog.db.new").write_bytes(b"half")
    (root / "backups" / "notes.txt").write_text("my own")
    assert backups.list_backups(root) == []
    backup = backups.make_backup(root, Reason.DAILY)
    assert sorted(os.listdir(root / "backups")) == [backup.file.name, "notes.txt"]


def test_it_is_due_when_a_day_has_passed_and_something_has_changed(root: Path) -> None:
    assert backups.is_due(root)
    file = made(root, datetime.now(UTC) - timedelta(hours=23), 1)
    change(root)
    assert not backups.is_due(root)
    file.unlink()
    made(root, datetime.now(UTC) - timedelta(hours=25), 1)
    assert not backups.is_due(root)
    change(root)
    assert backups.is_due(root)


def test_an_empty_catalog_needs_none(tmp_path: Path) -> None:
    Catalog.writer(tmp_path / "catalog.db").close()
    assert not backups.is_due(tmp_path)


@pytest.mark.parametrize("what", ["saved", "deleted"])
def test_a_concept_is_a_change(root: Path, open_library: OpenLibrary, what: str) -> None:
    library = open_library(root)
    if what == "deleted":
        library.save_concept("Sea", parse("the sea"))
    before = library.back_up()
    if what == "deleted":
        library.delete_concept(1)
    else:
        library.save_concept("Sea", parse("the sea"))
    assert backups.has_changed_since(before, root)


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_was_wrong_neither_stops_backups_nor_costs_new_ones(root: Path, years: int) -> None:
    wrong = datetime.now(UTC) + timedelta(days=365 * years)
    made(root, wrong, 1)
    change(root)
    assert backups.is_due(root)
    for _ in range(3):
        change(root)
        last = backups.make_backup(root, Reason.DAILY)
        backups.prune(root, 3)
    assert backups.list_backups(root)[0] == last
    assert backups.newest_good(root) == last
    assert [backup.number for backup in backups.list_backups(root)] == [4, 3, 2]


def test_the_last_few_are_kept_and_those_before_migrations_by_themselves(root: Path) -> None:
    for reason in [Reason.MIGRATION, *[Reason.DAILY] * 4, Reason.MIGRATION, Reason.MANUAL, Reason.MIGRATION]:
        change(root)
        backups.make_backup(root, reason)
    backups.prune(root, 0)
    assert len(backups.list_backups(root)) == 8
    backups.prune(root, 3)
    assert [backup.number for backup in backups.list_backups(root)] == [8, 7, 6, 5, 4]


def test_large_ones_leave_room_on_the_disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        backups.make_backup(root, Reason.DAILY)
    size = backups.list_backups(root)[0].size_bytes
    total = 30 * size + size // 2  # a tenth of it holds three
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(total, 0, total))  # type: ignore[attr-defined]
    backups.prune(root, 5)
    assert len(backups.list_backups(root)) == 3
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(size, 0, size))  # type: ignore[attr-defined]
    backups.prune(root, 5)
    assert len(backups.list_backups(root)) == 2


def test_without_room_none_is_made_and_the_library_works(
    root: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    events: list[object] = []
    library = open_library(root, emit=events.append)
    library.save_concept("Sea", parse("the sea"))
    with pytest.raises(LibraryError, match="too little room for a backup"):
        library.back_up()
    notices = eventually(lambda: [event for event in events if isinstance(event, Notice)])
    assert "too little room" in notices[0].text
    assert backups.list_backups(root) == []


def test_a_backup_that_cannot_be_written_never_stops_work(root: Path, open_library: OpenLibrary) -> None:
    (root / "backups").write_text("a file where the folder should be")
    library = open_library(root)
    library.save_concept("Sea", parse("the sea"))
    with pytest.raises(LibraryError, match="No backup could be made"):
        library.back_up()


def test_the_first_start_of_a_day_makes_one(root: Path, open_library: OpenLibrary) -> None:
    open_library(root)
    (backup,) = eventually(lambda: backups.list_backups(root))
    assert backup.reason is Reason.DAILY


def test_none_is_made_unasked_where_the_user_wants_none(root: Path) -> None:
    with Library(root, settings=Settings(backups=0)) as library:
        time.sleep(0.2)
        assert backups.list_backups(root) == []
        assert library.back_up().good
        library.back_up()
    assert len(backups.list_backups(root)) == 2


def test_looking_through_folders_that_are_as_they_were_asks_for_no_backup(
    pictures: Path, open_library: OpenLibrary, tmp_path: Path
) -> None:
    library = open_library(settings=Settings(backups=0))
    library.index(pictures)
    backup = library.back_up()
    before = changes(library)
    library.index()
    assert not backups.has_changed_since(backup, tmp_path / "library")
    assert changes(library) == before
    (pictures / "new.jpg").write_bytes(b"not a photo")
    library.index()
    assert backups.has_changed_since(backup, tmp_path / "library")


def changes(library: Library) -> int:
    with library._readers.reader() as catalog:
        return catalog.changes()


@pytest.mark.parametrize("patience", [0.0, 60.0])
def test_one_that_was_asked_for_is_over_before_the_library_is_closed(
    root: Path, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(guard, "_PATIENCE_SECONDS", patience)
    copying = threading.Event()

    def slowly(source: Path, target: Path, go_on: Callable[[], bool]) -> Counts:
        copying.set()
        time.sleep(0.5)
        return copy_catalog(source, target, go_on)

    monkeypatch.setattr(backups, "copy_catalog", slowly)
    library = Library(root, settings=Settings(backups=0))
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(library.back_up())
        except LibraryError as error:
            outcomes.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    assert copying.wait(10)
    library.close()
    left = os.listdir(root / "backups")
    asking.join()
    assert os.listdir(root / "backups") == left, "it was still being made"
    (outcome,) = outcomes
    assert isinstance(outcome, Backup) if patience else "was closed before" in str(outcome)
    with pytest.raises(LibraryError, match="closed"):
        library._guard.back_up()


def test_an_error_in_one_round_does_not_end_daily_backups(
    root: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(guard, "_LOOK_EVERY_SECONDS", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(backups, "is_due", gone)
        library = open_library(root)
        time.sleep(0.1)
        assert backups.list_backups(root) == []
    eventually(lambda: backups.list_backups(root))
    monkeypatch.setattr(backups, "_how_many", lambda *arguments: gone(root))
    assert library.back_up().good


def test_a_new_library_has_a_backup_once_its_photos_were_read(
    tmp_path: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_REST_SECONDS", 0.1)
    make_photos(tmp_path / "first", 3)
    library = open_library(tmp_path / "new")
    library.index(tmp_path / "first")
    eventually(lambda: backups.list_backups(tmp_path / "new"))
    (backup,) = backups.list_backups(tmp_path / "new")
    assert (backup.photos, backup.reason) == (3, Reason.DAILY)


def test_one_that_has_begun_is_finished_when_the_program_ends(root: Path) -> None:
    for _ in range(5):
        shutil.rmtree(root / "backups", ignore_errors=True)
        library = Library(root)
        eventually(lambda: list(root.glob("backups")))
        library.close()
        assert not [name for name in os.listdir(root / "backups") if name.endswith(".new")]


def test_a_library_that_is_open_elsewhere_is_left_alone(root: Path, open_library: OpenLibrary) -> None:
    open_library(root, settings=Settings(backups=0))
    with pytest.raises(LibraryBusy):
        backups.back_up(root, 5)
    with pytest.raises(LibraryError, match="reading only"):
        open_library(root, read_only=True).back_up()


def test_what_the_user_said_is_on_the_disk_before_it_is_acknowledged(
    root: Path, open_library: OpenLibrary
) -> None:
    """What a power cut does cannot be tried here; that SQLite is told to wait for the disk can."""
    writer = open_library(root)._writer
    full, normal = 2, 1

    def level(catalog: Catalog) -> int:
        return int(catalog._db.execute("PRAGMA synchronous").fetchone()[0])

    assert writer.write(level).result() == full
    assert writer.submit(level).result() == normal


def eventually(look: Callable[[], list[Backup]] | Callable[[], list[Notice]]) -> list:  # type: ignore[type-arg]
    deadline = time.monotonic() + 10
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return list(found)
