"""Copies of the catalog, and whether a catalog file is sound. Nothing here writes to the file looked at."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from photolens.catalog.connection import open_any_schema, refuse_newer, translated_errors, unknown_steps
from photolens.catalog.migrations import migrations
from photolens.errors import CatalogDamaged, LibraryBusy, LibraryError
from photolens.messages import message
from photolens.paths import sync

_PAGES_AT_ONCE = 2048
_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's virtual machine, some milliseconds
_MOST_PROBLEMS = 100

GoOn = Callable[[], bool]


class Stopped(Exception):
    """The caller no longer wanted it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a catalog holds."""

    photos: int
    concepts: int


def copy_catalog(source: Path, target: Path, go_on: GoOn = lambda: True) -> Counts:
    """Write what is committed in `source` to the new file `target`, one plain file, on the disk when done.

    Gives how much that is. Others may read and write `source` meanwhile. Raises Stopped when `go_on` says
    no, LibraryError, CatalogDamaged, OSError.
    """
    with translated_errors(source), closing(open_any_schema(source)) as db:
        # A transaction held open: otherwise every commit of the writer would start the copy anew.
        db.execute("BEGIN")
        held = _counts(db)
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # one fsync at the end does
            copy.execute("PRAGMA journal_mode = OFF")

            def look(status: int, remaining: int, total: int) -> None:
                if not go_on():
                    raise Stopped

            db.conn.backup(copy, pages=_PAGES_AT_ONCE, progress=look, sleep=0)
            copy.execute("PRAGMA journal_mode = DELETE")
    sync(target)
    return held


def structure_problems(
    file: Path, go_on: GoOn = lambda: True, *, alone: bool = False, thorough: bool = False
) -> list[str]:
    """What SQLite finds wrong with the structure of a catalog of any version; empty when it is sound.

    `alone`: nobody writes to the file, so nothing needs to be locked or made beside it. `thorough`: the
    inner indexes are compared with the tables too, which takes longer. Reads the whole file. Raises Stopped,
    LibraryError when the file cannot be read at all.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    try:
        with translated_errors(file), closing(open_any_schema(file, alone=alone)) as db:
            db.conn.set_progress_handler(lambda: not go_on(), _STEPS_BETWEEN_LOOKS)
            rows = db.execute(f"PRAGMA {pragma}({_MOST_PROBLEMS})").fetchall()
            return [str(row[0]) for row in rows if row[0] != "ok"] or _missing_tables(db)
    except CatalogDamaged as error:
        return [str(error.__cause__)]
    except LibraryError as error:
        if "interrupted" in str(error.__cause__):
            raise Stopped from error
        raise


def is_known_catalog(file: Path) -> bool:
    """Whether a file that nobody writes to is a catalog of this version of PhotoLens or an earlier one."""
    try:
        with closing(open_any_schema(file, alone=True)) as db:
            return bool(migrations.applied(db)) and not unknown_steps(db)
    except (sqlite3.Error, OSError, UnicodeDecodeError):
        return False


def counts(file: Path) -> Counts:
    """How much a catalog that nobody writes to holds; nothing where it cannot be read."""
    try:
        with closing(open_any_schema(file, alone=True)) as db:
            return _counts(db)
    except (sqlite3.Error, OSError, UnicodeDecodeError):
        return Counts(0, 0)


def fold_log(file: Path) -> None:
    """Bring what lies in the log beside a sound catalog into it, so that it is all of the catalog.

    Raises LibraryBusy when somebody reads it just now, LibraryError.
    """
    with translated_errors(file), closing(sqlite3.connect(file)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise LibraryBusy(
            message(
                "Another PhotoLens is reading the library {folder}. Close it and try again.",
                folder=file.parent,
            )
        )


def check_version(file: Path) -> None:
    """Raises CatalogTooNew for a catalog of a later version of PhotoLens, LibraryError."""
    with translated_errors(file), closing(open_any_schema(file, alone=True)) as db:
        refuse_newer(db, file)


def needs_migration(file: Path) -> bool:
    """Whether a catalog with data in it would be changed by being opened for writing. Raises LibraryError."""
    with translated_errors(file), closing(open_any_schema(file)) as db:
        return bool(migrations.pending(db)) and has_data(db)


def contents_mark(file: Path, *, alone: bool = False) -> str | None:
    """A text that differs between two catalogs that hold something different; None for an empty one.

    `alone` as for `structure_problems`. Raises LibraryError, CatalogDamaged.
    """
    with translated_errors(file), closing(open_any_schema(file, alone=alone)) as db:
        if not has_data(db):
            return None
        mark = hashlib.sha256(repr([step.name for step in migrations.applied(db)]).encode())
        tables = db.table_names()
        for table, query in _WHAT_CHANGES.items():
            rows = db.execute(query).fetchall() if table in tables else []
            mark.update(repr(rows).encode())
        return mark.hexdigest()


def has_data(db: Database) -> bool:
    """Whether anything would be lost with this catalog."""
    tables = db.table_names()
    wanted = [table for table in ("folders", "photos", "concepts", "searches") if table in tables]
    return any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in wanted)


def _missing_tables(db: Database) -> list[str]:
    """What a catalog of this version lacks: a flipped bit in a name is no fault of structure."""
    if migrations.pending(db) or unknown_steps(db):
        return []
    with closing(Database(memory=True)) as whole:
        migrations.apply(whole)
        wanted, there = _columns(whole), _columns(db)
    return [f"{table} is missing" for table in sorted(wanted - there)]


def _columns(db: Database) -> set[str]:
    rows = db.execute(
        """SELECT made.type, made.tbl_name, made.name, columns.name
           FROM sqlite_master AS made LEFT JOIN pragma_table_info(made.name) AS columns"""
    ).fetchall()
    return {" ".join(str(part) for part in dict.fromkeys(row) if part is not None) for row in rows}


# Together these differ after every change that is worth a backup, and cost little to read.
_WHAT_CHANGES = {
    "changes": "SELECT number FROM changes",
    "embeddings": "SELECT max(revision) FROM embeddings",
    "concepts": "SELECT id, name, query, changed_at FROM concepts ORDER BY id",
    "searches": "SELECT max(id), count(*) FROM searches",
}


def _counts(db: Database) -> Counts:
    return Counts(_count(db, "photos"), _count(db, "concepts"))


def _count(db: Database, table: str) -> int:
    if table not in db.table_names():
        return 0
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
