"""Going back to a backup, one of an older version among them, harms nothing, and keeps what is newer."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from photolens.catalog import structure_problems
from photolens.domain import Judgement, Query
from photolens.errors import CatalogDamaged, CatalogTooNew, LibraryBusy, LibraryError
from photolens.library import Library, backups, restoring
from photolens.library.backups import Backup, Reason
from photolens.library.places import Places
from photolens.search import parse
from tests.photos import make_photo
from tests.reliability.kept import (
    CONCEPTS,
    PHOTOS,
    catalog_of,
    kept_library,
    make_newer,
    names_in,
    own_library,
)
from tests.reliability.old_catalogs import STEPS, make_old_catalog
from tests.reliability.test_08_damaged_catalog import damage_table

__all__ = ["kept_library", "own_library"]


def the_backup(root: Path) -> Backup:
    newest = backups.newest_good(root)
    assert newest is not None
    return newest


def add_concept(root: Path, name: str, text: str) -> None:
    with Library(root) as library:
        liked = library.photo_ids().tolist()[:2]
        library.save_concept(name, parse_with(text, liked))


def parse_with(text: str, liked: list[int]) -> Query:
    return replace(parse(text), judgements=tuple(Judgement(photo, True) for photo in liked))


def test_concepts_newer_than_the_backup_come_out_of_the_damaged_catalog(own_library: Path) -> None:
    with Library(own_library) as library:
        ids = library.photo_ids().tolist()
        library.save_concept("Later", parse_with("a later thought", ids[:2]))
        changed = library.concept("Holiday")
        age_holiday(own_library)  # the clock has gone on since the backup
        library.update_concept(changed.id, parse_with("what it became", ids[3:5]))
        wanted = {concept.name: concept.query for concept in library.concepts()}
    damage_table(own_library, "failures")
    restored = backups.restore(own_library, the_backup(own_library))
    assert sorted(restored.salvaged) == ["Holiday", "Later"]
    with Library(own_library, read_only=True) as library:
        assert {concept.name: concept.query for concept in library.concepts()} == wanted


def age_holiday(root: Path) -> None:
    """Date that concept back in the backup, since times are kept to the second."""
    with closing(sqlite3.connect(the_backup(root).file)) as connection, connection:
        connection.execute(
            "UPDATE concepts SET changed_at = '2020-01-01T00:00:00+00:00' WHERE name = 'Holiday'"
        )


@pytest.mark.parametrize("anew", [False, True])
def test_after_damage_that_no_check_finds_newer_concepts_are_kept_too(own_library: Path, anew: bool) -> None:
    backup = the_backup(own_library)
    add_concept(own_library, "Later", "a later thought")
    restored = backups.restore(own_library, None if anew else backup, after_damage=not anew)
    assert "Later" in restored.salvaged
    assert names_in(own_library) == [*CONCEPTS, "Later"]
    assert restored.damaged_copy is not None and (restored.damaged_copy / "catalog.db").exists()


def test_a_root_out_of_the_damaged_catalog_takes_in_those_of_the_backup(own_library: Path) -> None:
    inner = own_library.parent / "outer" / "inner"
    make_photo(inner / "a.jpg", 900)
    make_photo(inner.parent / "b.jpg", 901)
    with Library(own_library) as library:
        library.index(inner)
        backup = library.back_up()
        library.index(inner.parent)
        (outer,) = (folder.path for folder in library.folders() if folder.path == str(inner.parent))
    damage_table(own_library, "failures")
    backups.restore(own_library, backup)
    with Library(own_library) as library:
        library.index()
        assert {folder.path for folder in library.folders()} >= {outer}
        assert str(inner) not in {folder.path for folder in library.folders()}
        assert library.status().files == PHOTOS + 2


@pytest.mark.parametrize(
    ("path", "added_at"),
    [
        (b"/home/u", "ser/Pictures2026-11-21T10:00:00"),  # the end of the path is taken for the date
        (b"Pictures", "2026-11-21T10:00:00+00:00"),
        (b"/home/../home/user", "2026-11-21T10:00:00+00:00"),
        (b"/home/us\0r", "2026-11-21T10:00:00+00:00"),
    ],
)
def test_a_root_that_was_not_written_like_that_is_not_believed(
    own_library: Path, path: bytes, added_at: str
) -> None:
    with closing(sqlite3.connect(catalog_of(own_library))) as connection, connection:
        connection.execute("INSERT INTO folders (path, added_at) VALUES (?, ?)", [path, added_at])
    damage_table(own_library, "failures")
    backups.restore(own_library, None)
    with Library(own_library, read_only=True) as library:
        (folder,) = library.folders()
    assert Path(folder.path).name == "Pictures"
    assert Path(folder.path).is_absolute()


def test_a_photo_that_only_the_damaged_catalog_knew_is_not_mixed_up_with_another(own_library: Path) -> None:
    pictures = own_library.parent / "more"
    make_photo(pictures / "a.jpg", 900)
    with Library(own_library) as library:
        library.index(pictures)
        new = max(library.photo_ids().tolist())
        library.save_concept("New photo", parse_with("new", [new]))
    damage_table(own_library, "failures")
    backups.restore(own_library, the_backup(own_library))
    (pictures / "a.jpg").rename(pictures / "z.jpg")
    make_photo(pictures / "b.jpg", 901)  # which may get the number that the other had
    make_photo(pictures / "c.jpg", 902)
    with Library(own_library) as library:
        library.index(pictures)
        (judgement,) = library.concept("New photo").query.judgements
        assert library.photo(judgement.photo_id).path.endswith("z.jpg")


def test_without_a_backup_it_starts_anew_with_the_folders_and_concepts_that_can_be_read(
    own_library: Path, open_library: Callable[..., Library]
) -> None:
    shutil.rmtree(Places(own_library).backups)
    damage_table(own_library, "failures")
    with pytest.raises(CatalogDamaged, match="There is no good backup"):
        Library(own_library)
    restored = backups.restore(own_library, None)
    assert restored.backup is None
    assert list(restored.salvaged) == CONCEPTS
    library = open_library(own_library)
    library.index()
    assert len(library.photo_ids()) == PHOTOS
    for concept in library.concepts():
        assert len(concept.query.judgements) == 2, "its photos are known again"


def test_going_back_from_a_sound_catalog_keeps_what_was_there_as_a_backup(own_library: Path) -> None:
    first = the_backup(own_library)
    add_concept(own_library, "Not wanted", "an error")
    restored = Library.restore_catalog(own_library, first)
    assert names_in(own_library) == CONCEPTS
    newest = backups.list_backups(own_library)[0]
    assert newest.reason is Reason.BEFORE_RESTORE
    assert newest.file == restored.damaged_copy
    Library.restore_catalog(own_library, newest)
    assert names_in(own_library) == [*CONCEPTS, "Not wanted"]
    assert not list(own_library.glob("damaged-*"))


@pytest.mark.parametrize("steps", range(1, STEPS))
def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(
    own_library: Path, steps: int
) -> None:
    newest = the_backup(own_library)
    old = newest.file.with_name(newest.file.name.replace("-0001-", "-0002-"))
    make_old_catalog(newest.file, old, steps)
    damage_table(own_library, "failures")
    backup = the_backup(own_library)
    assert backup.file == old
    backups.restore(own_library, backup)
    assert not structure_problems(catalog_of(own_library))
    with Library(own_library) as library:
        assert len(library.photo_ids()) == PHOTOS
        assert [concept.name for concept in library.concepts()] == CONCEPTS


def test_a_backup_of_a_later_version_is_refused_and_never_offered(own_library: Path) -> None:
    older, newer = the_backup(own_library), backups.back_up(own_library, 5)
    make_newer(newer.file)
    damage_table(own_library, "failures")
    before = catalog_of(own_library).read_bytes()
    with pytest.raises(CatalogTooNew, match="m999"):
        backups.restore(own_library, newer)
    assert catalog_of(own_library).read_bytes() == before
    assert the_backup(own_library) == older


def test_a_damaged_backup_is_refused_and_the_one_before_it_offered(own_library: Path) -> None:
    older, newer = the_backup(own_library), backups.back_up(own_library, 5)
    data = newer.file.read_bytes()
    newer.file.write_bytes(data[:8192] + random.Random(1).randbytes(8192) + data[16384:])
    assert the_backup(own_library) == older
    with pytest.raises(LibraryError, match="Choose another"):
        backups.restore(own_library, newer)
    assert names_in(own_library) == CONCEPTS


def test_a_library_in_use_is_not_restored(own_library: Path, open_library: Callable[..., Library]) -> None:
    open_library(own_library)
    with pytest.raises(LibraryBusy):
        backups.restore(own_library, the_backup(own_library))


_KILLED = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv[2])
def count(event, arguments):
    global left
    # what changes the folder: renames, removals, files opened for writing, and SQLite's files
    if event in ("os.rename", "os.remove", "os.mkdir", "os.chmod", "sqlite3.connect") or (
        event == "open" and sys.argv[1] in str(arguments[0]) and arguments[1] not in ("r", "rb", None)
    ):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
from photolens.library import backups
root = Path(sys.argv[1])
backup = backups.list_backups(root)[-1]
sys.addaudithook(count)
backups.restore(root, backup)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("state", ["damaged", "sound"])
def test_killed_at_any_step_the_next_start_finds_the_old_catalog_or_the_new(
    own_library: Path, tmp_path: Path, state: str
) -> None:
    with Library(own_library) as library:
        library.delete_concept(1)
    if state == "damaged":
        damage_table(own_library, "failures")
    broken = catalog_of(own_library).read_bytes()
    old, new = 0, 0
    for step in range(0, 100, 3):
        root = tmp_path / f"killed-{step}"
        shutil.copytree(own_library, root)
        command = [sys.executable, "-c", _KILLED, str(root), str(step)]
        killed = subprocess.run(command, check=False, timeout=60)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL
        try:
            with Library(root) as library:
                names = [concept.name for concept in library.concepts()]
            assert names in (CONCEPTS, CONCEPTS[1:])
            old, new = old + (names != CONCEPTS), new + (names == CONCEPTS)
        except CatalogDamaged:
            assert state == "damaged"
            assert catalog_of(root).read_bytes() == broken, "an undone restore left the old catalog"
            old += 1
            backups.restore(root, the_backup(root))
            assert names_in(root) == CONCEPTS
        if state == "damaged":
            (kept,) = root.glob("damaged-*/catalog.db")
            assert kept.read_bytes() == broken
        leftovers = [file.name for file in root.iterdir() if re.search(r"restor", file.name)]
        assert not leftovers
    assert old > 1
    assert state == "sound" or new > 0
    assert names_in(root) == CONCEPTS


def test_a_full_disk_leaves_everything_as_it_was(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage_table(own_library, "failures")
    before = names_of(own_library), catalog_of(own_library).read_bytes()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring.shutil, "copyfile", full)
    with pytest.raises(LibraryError, match="No space left"):
        backups.restore(own_library, the_backup(own_library))
    assert (names_of(own_library), catalog_of(own_library).read_bytes()) == before


@pytest.mark.parametrize("held", ["catalog.db", "catalog.db-wal"])
def test_a_restore_that_another_program_is_in_the_way_of_is_undone_or_finished_at_the_next_start(
    own_library: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    damage_table(own_library, "failures")
    (own_library / "catalog.db-wal").write_bytes(b"")
    before = catalog_of(own_library).read_bytes()
    replace_file = Path.replace

    def in_use(file: Path, target: Path) -> Path:
        if file == own_library / held:
            raise PermissionError(13, "in use")
        return replace_file(file, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", in_use)
        with pytest.raises(LibraryError, match="in use") as raised:
            backups.restore(own_library, the_backup(own_library))
    if held == "catalog.db":
        assert "next start" not in str(raised.value)
        assert catalog_of(own_library).read_bytes() == before
        with pytest.raises(CatalogDamaged):
            Library(own_library)
    else:
        assert "finished at the next start" in str(raised.value)
        Library(own_library).close()
        assert names_in(own_library) == CONCEPTS
        (kept,) = own_library.glob("damaged-*")
        assert {file.name for file in kept.iterdir()} >= {"catalog.db", "catalog.db-wal"}


def names_of(root: Path) -> list[str]:
    """Besides what reading leaves behind."""
    return sorted(name for name in os.listdir(root) if not name.endswith(("-wal", "-shm")))
