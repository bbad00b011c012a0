"""The catalog: one database connection and the tables seen through it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from photolens.catalog.concepts import Concepts
from photolens.catalog.connection import open_reader, open_writer, translated_errors
from photolens.catalog.files import Files
from photolens.catalog.folders import Folders
from photolens.catalog.header import damaged
from photolens.catalog.photos import Photos
from photolens.catalog.unread import Unread
from photolens.catalog.vanished import Vanished
from photolens.catalog.vectors import Vectors
from photolens.errors import CatalogDamaged
from photolens.messages import plain

OnDamage = Callable[[CatalogDamaged], None]


class Catalog:
    """Folders, files, photos, vectors and concepts of one library, through one connection.

    There is one writer per library, owned by the ingest thread; any number of readers.
    An instance is used by one thread at a time.
    """

    def __init__(self, db: Database, file: Path, on_damage: OnDamage = lambda error: None) -> None:
        """`on_damage` is told when what is read shows that the file is damaged, before that is raised."""
        self._db = db
        self._file = file
        self._on_damage = on_damage
        self.folders = Folders(db)
        self.files = Files(db)
        self.unread = Unread(db)
        self.vanished = Vanished(db)
        self.photos = Photos(db)
        self.vectors = Vectors(db)
        self.concepts = Concepts(db)

    @classmethod
    def writer(cls, file: Path, on_damage: OnDamage = lambda error: None) -> Catalog:
        """Open for writing, creating and migrating as needed. Raises LibraryError."""
        return cls(open_writer(file), file, on_damage)

    @classmethod
    def reader(cls, file: Path, on_damage: OnDamage = lambda error: None) -> Catalog:
        """Open for reading only. Raises LibraryMissing when there is no catalog, LibraryError."""
        return cls(open_reader(file), file, on_damage)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are committed together, or none; nests. Raises LibraryError."""
        with self.reading(), self._db.atomic():
            yield

    @contextmanager
    def lasting_transaction(self) -> Iterator[None]:
        """The same, on the disk when it is over; not to be used inside another.

        For what only the user can give again: a power cut may take the last transactions of the other
        kind, and photos are read once more.
        """
        self._db.execute("PRAGMA synchronous = FULL")
        try:
            with self.transaction():
                yield
        finally:
            self._db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Reads inside raise LibraryError or CatalogDamaged instead of what SQLite raises."""
        try:
            with translated_errors(self._file):
                yield
        except CatalogDamaged as error:
            self._on_damage(error)
            raise

    def changes(self) -> int:
        """A number that grows with whatever changes photos, their files or their vectors."""
        return int(self._db.execute("SELECT number FROM changes").fetchone()[0])

    def written(self) -> int:
        """A number that grows with whatever this connection writes; costs nothing to ask."""
        return int(self._db.conn.total_changes)

    def integrity_problems(self) -> list[str]:
        """What SQLite's own checks find wrong; empty when the file is sound.

        Raises CatalogDamaged when they come to no end, LibraryError when the file cannot be read now.
        """
        with self.reading():
            rows = self._db.execute("PRAGMA integrity_check").fetchall()
            problems = [str(row[0]) for row in rows if row[0] != "ok"]
            broken = self._db.execute("PRAGMA foreign_key_check").fetchall()
        return problems + [f"{row[0]} row {row[1]} refers to a missing {row[2]}" for row in broken]

    def mend(self) -> list[str]:
        """Put right what can be made again from the tables; gives what was done, in sentences.

        Raises CatalogDamaged when that is not enough, LibraryError.
        """
        done = []
        with self.reading():
            if self._has_wrong_indexes():
                self._reindex()
                done.append("The inner indexes of the catalog were made again.")
            with self.transaction():
                orphans = self._drop_orphans()
        if orphans:
            done.append(f"References to what is not there any more were taken out: {orphans:,}.")
        return done

    def _has_wrong_indexes(self) -> bool:
        return any("index" in str(row[0]) for row in self._db.execute("PRAGMA integrity_check").fetchall())

    def _reindex(self) -> None:
        try:
            with self.transaction():
                self._db.execute("REINDEX")
        except sqlite3.IntegrityError as error:  # two rows where there may be one
            raise damaged(self._file, plain(str(error))) from error

    def _drop_orphans(self) -> int:
        """Rows that belong to nothing go; a file whose photo is unknown is read again."""
        broken = self._db.execute("PRAGMA foreign_key_check").fetchall()
        for table, row, parent, _ in broken:
            if (table, parent) == ("files", "photos"):
                self._db.execute("UPDATE files SET photo_id = NULL, state = 'pending' WHERE rowid = ?", [row])
            else:
                self._db.execute(f"DELETE FROM {table} WHERE rowid = ?", [row])
        return len(broken)

    def close(self) -> None:
        self._db.close()
