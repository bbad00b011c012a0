"""The catalog: one database connection and the tables seen through it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from photolens.catalog.concepts import Concepts
from photolens.catalog.connection import open_reader, open_writer, translated_errors
from photolens.catalog.files import Files
from photolens.catalog.folders import Folders
from photolens.catalog.photos import Photos
from photolens.catalog.vectors import Vectors


class Catalog:
    """Folders, files, photos, vectors and concepts of one library, through one connection.

    There is one writer per library, owned by the ingest thread; any number of readers.
    An instance is used by one thread at a time.
    """

    def __init__(self, db: Database, file: Path) -> None:
        self._db = db
        self._file = file
        self.folders = Folders(db)
        self.files = Files(db)
        self.photos = Photos(db)
        self.vectors = Vectors(db)
        self.concepts = Concepts(db)

    @classmethod
    def writer(cls, file: Path) -> Catalog:
        """Open for writing, creating and migrating as needed. Raises LibraryError."""
        return cls(open_writer(file), file)

    @classmethod
    def reader(cls, file: Path) -> Catalog:
        """Open for reading only. Raises LibraryMissing when there is no catalog, LibraryError."""
        return cls(open_reader(file), file)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are committed together, or none; nests. Raises LibraryError."""
        with translated_errors(self._file), self._db.atomic():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Reads inside raise LibraryError or CatalogDamaged instead of what SQLite raises."""
        with translated_errors(self._file):
            yield

    def changes(self) -> int:
        """A number that grows with whatever changes photos, their files or their vectors."""
        return int(self._db.execute("SELECT number FROM changes").fetchone()[0])

    def integrity_problems(self) -> list[str]:
        """What SQLite's own checks find wrong; empty when the file is sound."""
        try:
            rows = self._db.execute("PRAGMA integrity_check").fetchall()
            problems = [str(row[0]) for row in rows if row[0] != "ok"]
            broken = self._db.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return problems + [f"{row[0]} row {row[1]} refers to a missing {row[2]}" for row in broken]

    def close(self) -> None:
        self._db.close()
