"""A catalog of an earlier version is brought up to date, a kill midway included; a later one is left."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from photolens.catalog import Catalog, is_known_catalog, structure_problems
from photolens.errors import CatalogTooNew, FailureKind, LibraryError
from photolens.library import Library, backups
from photolens.library.backups import Reason
from photolens.library.places import Places
from tests.reliability.kept import CONCEPTS, PHOTOS, catalog_of, kept_library, make_newer, own_library
from tests.reliability.old_catalogs import STEPS, make_old_catalog

__all__ = ["kept_library", "own_library"]

_KILLED = """
import os, signal, sys
from pathlib import Path
from sqlite_utils import Database
from photolens.catalog import Catalog
left = int(sys.argv[2])
execute = Database.execute
def counted(self, sql, parameters=None):
    global left
    if sql.strip().split()[0] in ("CREATE", "ALTER", "INSERT", "COMMIT", "RELEASE"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, sql, parameters)
Database.execute = counted
Catalog.writer(Path(sys.argv[1])).close()
"""


def made_old(root: Path, steps: int) -> None:
    """Take the catalog back to an earlier version, without backups."""
    catalog = catalog_of(root)
    old = catalog.with_name("old.db")
    make_old_catalog(catalog, old, steps)
    old.replace(catalog)
    shutil.rmtree(Places(root).backups, ignore_errors=True)


@pytest.mark.parametrize("steps", range(1, STEPS))
def test_an_earlier_catalog_is_backed_up_and_brought_up_to_date(own_library: Path, steps: int) -> None:
    made_old(own_library, steps)
    with Library(own_library) as library:
        assert len(library.photo_ids()) == PHOTOS
        assert [concept.name for concept in library.concepts()] == (CONCEPTS if steps >= 3 else [])
        assert library.wait_idle(30)
        assert library.check().clean
    backup = backups.list_backups(own_library)[-1]
    assert backup.reason is Reason.MIGRATION
    assert backup.good
    assert backup.photos == PHOTOS
    with closing(sqlite3.connect(f"file:{backup.file}?immutable=1", uri=True)) as kept:
        assert kept.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (steps,)
    with Library(own_library):
        pass
    made = [backup.reason for backup in backups.list_backups(own_library)]
    assert made.count(Reason.MIGRATION) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("step", range(0, 35, 5))
def test_killed_midway_the_next_start_goes_on_where_it_was(own_library: Path, step: int) -> None:
    made_old(own_library, 1)
    catalog = catalog_of(own_library)
    program = [sys.executable, "-c", _KILLED, str(catalog), str(step)]
    killed = subprocess.run(program, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert not structure_problems(catalog)
    Catalog.writer(catalog).close()
    opened = Catalog.reader(catalog)
    assert len(opened.photos.ids()) == PHOTOS
    assert opened.integrity_problems() == []
    opened.close()


def test_a_catalog_with_nothing_in_it_needs_no_backup(tmp_path: Path) -> None:
    Library(tmp_path / "new").close()
    made_old_empty = tmp_path / "new" / "catalog.db"
    source = made_old_empty.with_name("source.db")
    made_old_empty.rename(source)
    make_old_catalog(source, made_old_empty, 2)
    source.unlink()
    Library(tmp_path / "new").close()
    assert backups.list_backups(tmp_path / "new") == []


def test_what_was_refused_for_its_format_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.nef").write_bytes(b"MM\0*" + bytes(200))
    (tmp_path / "photos" / "b.jpg").write_bytes(b"no picture")
    with Library(tmp_path / "library") as library:
        library.index(tmp_path / "photos")
        kinds = {Path(failed.path).name: failed.kind for failed in library.failures()}
    assert kinds == {"a.nef": FailureKind.UNSUPPORTED, "b.jpg": FailureKind.NOT_AN_IMAGE}
    catalog = catalog_of(tmp_path / "library")
    made_old(tmp_path / "library", 6)
    Catalog.writer(catalog).close()
    with closing(sqlite3.connect(catalog)) as connection:
        states = connection.execute("SELECT state FROM files ORDER BY id").fetchall()
    assert sorted(states) == [("failed",), ("pending",)]


def test_a_later_catalog_is_refused_and_nothing_in_its_folder_changes(own_library: Path) -> None:
    make_newer(catalog_of(own_library))
    before = contents(own_library)
    for read_only in (False, True):
        with pytest.raises(CatalogTooNew, match="Please update PhotoLens"):
            Library(own_library, read_only=read_only)
    assert contents(own_library) == before
    assert not is_known_catalog(catalog_of(own_library))


def test_an_earlier_catalog_is_not_changed_by_reading(own_library: Path) -> None:
    made_old(own_library, 4)
    before = contents(own_library)
    with pytest.raises(LibraryError, match="photolens index"):
        Library(own_library, read_only=True)
    assert contents(own_library) == before


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and not file.name.endswith(("-shm", "-wal"))
    }
