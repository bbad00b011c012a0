"""Reading what can still be read of a damaged catalog. What comes from here is to be doubted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from photolens.catalog.concepts import KeptPicture, SavedConcept, concept_from_row, picture_digest
from photolens.catalog.connection import open_any_schema

# Rows are asked for one by one, since a scan ends at the first page that is broken.
_MOST_IDS = 20_000
_UNKNOWN_IDS = 1000


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was readable: concepts with their pictures, and the paths of the roots."""

    concepts: tuple[tuple[SavedConcept, tuple[KeptPicture, ...]], ...] = ()
    folders: tuple[bytes, ...] = ()


def read_damaged(file: Path) -> Salvaged:
    """All that can be read of a catalog, whatever its state; does not change it."""
    try:
        with closing(open_any_schema(file)) as db:
            db.execute("PRAGMA cell_size_check = ON")
            folders = [row[0] for row in _rows(db, "folders", "path, added_at") if _is_root(*row)]
            concepts = [(saved, tuple(_pictures(db, saved.id))) for saved in _concepts(db)]
            return Salvaged(tuple(concepts), tuple(folders))
    except (sqlite3.Error, OSError, UnicodeDecodeError):
        return Salvaged()


def _is_root(path: object, added_at: object) -> bool:
    """Whether this is a root as it was written. One cut short might be the whole home folder.

    The date follows the path in its row: of a path with a wrong length, it is no date any more.
    """
    if not isinstance(path, bytes) or not isinstance(added_at, str) or b"\0" in path:
        return False
    try:
        datetime.fromisoformat(added_at)
    except ValueError:
        return False
    return os.path.isabs(path) and os.path.normpath(path) == path  # noqa: PTH117 - of bytes


def _concepts(db: Database) -> Iterator[SavedConcept]:
    for row in _rows(db, "concepts", "id, name, query, created_at, changed_at"):
        try:
            concept = concept_from_row(row)
        except (ValueError, TypeError):
            continue  # a date that is none
        if isinstance(concept.name, str) and isinstance(concept.query, str):
            yield concept


def _pictures(db: Database, concept_id: int) -> Iterator[KeptPicture]:
    wanted = "SELECT DISTINCT content_hash FROM picture_uses WHERE concept_id = ?"
    for content in _column(db, wanted, concept_id):
        row = _row(db, "SELECT jpeg, jpeg_hash FROM pictures WHERE content_hash = ?", content)
        if row is not None and isinstance(row[0], bytes) and picture_digest(row[0]) == row[1]:
            yield KeptPicture(content, row[0])


def _rows(db: Database, table: str, columns: str) -> Iterator[Any]:
    for number in range(1, _last_id(db, table) + 1):
        row = _row(db, f"SELECT {columns} FROM {table} WHERE id = ?", number)
        if row is not None:
            yield row


def _last_id(db: Database, table: str) -> int:
    row = _row(db, "SELECT seq FROM sqlite_sequence WHERE name = ?", table)
    row = row or _row(db, f"SELECT max(id), ? FROM {table}", None)
    known = isinstance(row, tuple) and isinstance(row[0], int)
    return min(row[0], _MOST_IDS) if known else _UNKNOWN_IDS


def _row(db: Database, query: str, value: object) -> Any:
    try:
        return db.execute(query, [value]).fetchone()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return None


def _column(db: Database, query: str, value: object) -> list[Any]:
    try:
        return [row[0] for row in db.execute(query, [value]).fetchall()]
    except (sqlite3.Error, UnicodeDecodeError):
        return []
