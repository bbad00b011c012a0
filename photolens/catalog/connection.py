"""Opening the SQLite file: pragmas, schema version, and errors a person can act on."""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from photolens import paths
from photolens.catalog.header import damaged
from photolens.catalog.migrations import migrations
from photolens.errors import CatalogTooNew, LibraryError, LibraryMissing
from photolens.messages import message, plain

_BUSY_SECONDS = 10.0
_MALFORMED = b"malformed database schema"


def open_writer(file: Path) -> Database:
    """The one writing connection, schema brought up to date; creates the file when missing.

    It is also the only connection that checkpoints: SQLite before 3.51.3 can lose commits when
    two connections reset the write-ahead log.
    """
    with translated_errors(file):
        connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            db = Database(connection)
            _prepare(connection)
            refuse_newer(db, file)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            with db.atomic():  # killed in between, it would leave a table without its index, as damage does
                migrations.ensure_migrations_table(db)
            migrations.apply(db)
        except BaseException:
            connection.close()
            raise
    return db


def open_any_schema(file: Path, *, alone: bool = False) -> Database:
    """A connection that can only read, to a catalog of any version. Raises sqlite3.Error.

    `alone`: nobody writes to the file, so that SQLite needs neither locks nor files beside it.
    """
    uri = f"{file.resolve().as_uri()}?{'immutable=1' if alone else _reading_mode(file)}"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
    _prepare(connection)
    return Database(connection)


def open_reader(file: Path) -> Database:
    """A connection that can only read; may be handed from thread to thread, used by one at a time."""
    if not file.exists():
        raise LibraryMissing(message("There is no photo library at {folder} yet.", folder=file.parent))
    with translated_errors(file):
        uri = f"{file.resolve().as_uri()}?{_reading_mode(file)}"
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            db = Database(connection)
            _prepare(connection)
            refuse_newer(db, file)
            if migrations.pending(db):
                raise LibraryError(
                    message(
                        "This library was made by an older PhotoLens; run `{command}` once to bring it up to "
                        "date.",
                        command=paths.command(file.parent, "index"),
                    )
                )
        except BaseException:
            connection.close()
            raise
    return db


def _prepare(connection: sqlite3.Connection) -> None:
    """What every connection has: a way to compare names, and text that can always be read."""
    connection.create_function("fold", 1, fold, deterministic=True)
    # A flipped bit in a text is no reason to give the whole catalog up, nor is it found by SQLite's checks.
    connection.text_factory = _text


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _reading_mode(file: Path) -> str:
    """How to open a catalog for reading: in write-ahead mode even that makes files, where it can.

    Where it cannot, SQLite is told that nobody changes the catalog, which must be true. Raises LibraryError.
    """
    log, shared = (file.with_name(file.name + end) for end in ("-wal", "-shm"))
    if os.access(file.parent, os.W_OK) or (log.exists() and shared.exists()):
        return "mode=ro"
    if log.exists() and log.stat().st_size:
        raise LibraryError(
            message(
                "The library at {folder} was not closed before its folder became read-only. Open it "
                "once where it can be written, or copy the folder to such a place.",
                folder=file.parent,
            )
        )
    if _others_may_write(file.parent):
        raise LibraryError(
            message(
                "The library at {folder} belongs to another user, who may change it while you read. "
                "Ask for permission to write there, or use a copy of the folder.",
                folder=file.parent,
            )
        )
    return "immutable=1"


def _others_may_write(folder: Path) -> bool:
    """Whether someone can write to a folder that we cannot."""
    if not hasattr(os, "statvfs") or os.statvfs(folder).f_flag & os.ST_RDONLY:
        return False
    state = folder.stat()
    return bool(state.st_mode & 0o222)


def sqlite_version() -> str:
    """Of the library that reads the file, for bug reports."""
    return sqlite3.sqlite_version


def fold(name: bytes | str) -> str:
    """A name as people compare it: accents composed, whatever the case, undecodable bytes as U+FFFD."""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    composed = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return unicodedata.normalize("NFC", composed.casefold())


def unknown_steps(db: Database) -> list[str]:
    """Steps of its schema that a later version of PhotoLens made."""
    known = {migration.name for migration in migrations._migrations}
    return [migration.name for migration in migrations.applied(db) if migration.name not in known]


def refuse_newer(db: Database, file: Path) -> None:
    """Raises CatalogTooNew."""
    unknown = unknown_steps(db)
    if unknown:
        raise CatalogTooNew(
            message(
                "{file} was written by a later version of PhotoLens (it has the step {step}). "
                "Please update PhotoLens; nothing was changed.",
                file=file,
                step=unknown[0],
            )
        )


@contextmanager
def translated_errors(file: Path) -> Iterator[None]:
    """Turn what SQLite says into what the user can do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LibraryError(
                message(
                    "{file} is in use by another program ({error}). Close it and try again.",
                    file=file,
                    error=error,
                )
            ) from error
        if "full" in str(error):
            raise LibraryError(
                message(
                    "The disk that holds {folder} is full. Make room, then index again; nothing is lost.",
                    folder=file.parent,
                )
            ) from error
        raise LibraryError(
            message("The catalog {file} cannot be opened: {reason}.", file=file, reason=error)
        ) from error
    except UnicodeDecodeError as error:
        if _MALFORMED not in error.object:
            raise
        raise damaged(
            file, message("its schema cannot be read")
        ) from error  # Python stumbled over the message
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # our own mistake, not the file's
    except sqlite3.DatabaseError as error:
        raise damaged(file, plain(str(error))) from error
