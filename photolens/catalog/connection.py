"""Opening the SQLite file: pragmas, schema version, and errors a person can act on."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from photolens.catalog.migrations import migrations
from photolens.errors import CatalogDamaged, CatalogTooNew, LibraryError, LibraryMissing

_BUSY_SECONDS = 10.0


def open_writer(file: Path) -> Database:
    """The one writing connection, schema brought up to date; creates the file when missing.

    It is also the only connection that checkpoints: SQLite before 3.51.3 can lose commits when
    two connections reset the write-ahead log.
    """
    with translated_errors(file):
        connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            db = Database(connection)
            _refuse_newer(db, file)
            connection.create_function("fold", 1, fold, deterministic=True)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrations.apply(db)
        except BaseException:
            connection.close()
            raise
    return db


def open_reader(file: Path) -> Database:
    """A connection that can only read; may be handed from thread to thread, used by one at a time."""
    if not file.exists():
        raise LibraryMissing(f"There is no photo library at {file.parent} yet.")
    with translated_errors(file):
        uri = f"{file.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            db = Database(connection)
            connection.create_function("fold", 1, fold, deterministic=True)
            _refuse_newer(db, file)
            if migrations.pending(db):
                raise LibraryError(
                    "This library was made by an older PhotoLens; "
                    "run `photolens index` once to bring it up to date."
                )
        except BaseException:
            connection.close()
            raise
    return db


def fold(name: bytes | str) -> str:
    """A name as people compare it: accents composed, whatever the case, undecodable bytes as U+FFFD."""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    composed = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return unicodedata.normalize("NFC", composed.casefold())


def _refuse_newer(db: Database, file: Path) -> None:
    known = {migration.name for migration in migrations._migrations}
    unknown = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if unknown:
        raise CatalogTooNew(
            f"{file} was written by a later version of PhotoLens (it has the step {unknown[0]}). "
            "Please update PhotoLens; nothing was changed."
        )


@contextmanager
def translated_errors(file: Path) -> Iterator[None]:
    """Turn what SQLite says into what the user can do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LibraryError(
                f"{file} is in use by another program ({error}). Close it and try again."
            ) from error
        if "full" in str(error):
            raise LibraryError(
                f"The disk that holds {file.parent} is full. Make room, then index again; nothing is lost."
            ) from error
        raise LibraryError(f"The catalog {file} cannot be opened: {error}.") from error
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # our own mistake, not the file's
    except sqlite3.DatabaseError as error:
        raise CatalogDamaged(
            f"The catalog {file} is damaged ({error}). Move that file aside and index again, "
            "or put a backup in its place; your photos are not affected."
        ) from error
