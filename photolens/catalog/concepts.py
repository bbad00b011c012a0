"""Saved queries and those asked lately, with the pictures and vectors that they depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlite_utils import Database

from photolens.catalog.connection import fold
from photolens.catalog.folders import now
from photolens.catalog.vectors import is_unit
from photolens.domain import FloatArray, PhotoId

_COLUMNS = "id, name, query, created_at, changed_at"
_UNUSED = "content_hash NOT IN (SELECT content_hash FROM picture_uses)"


@dataclass(frozen=True, slots=True)
class SavedConcept:
    """A concept as stored: `query` is JSON, which the library reads."""

    id: int
    name: str
    query: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A small JPEG of a picture, and the hash of the content it was made from."""

    content_hash: bytes
    jpeg: bytes


class Concepts:
    """The `concepts`, `searches`, `pictures` and `example_vectors` tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # --- concepts ----------------------------------------------------------------------------

    def all(self) -> list[SavedConcept]:
        """Every concept, by name, whatever the case."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM concepts ORDER BY folded_name").fetchall()
        return [concept_from_row(row) for row in rows]

    def get(self, concept_id: int) -> SavedConcept | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM concepts WHERE id = ?", [concept_id]).fetchone()
        return None if row is None else concept_from_row(row)

    def named(self, name: str) -> SavedConcept | None:
        """The concept of this name, whatever the case."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM concepts WHERE folded_name = ?", [fold(name)]
        ).fetchone()
        return None if row is None else concept_from_row(row)

    def insert(self, name: str, query: str, pictures: Iterable[bytes]) -> int:
        """Add a concept that depends on these pictures, by their hashes. The name must be free."""
        at = now()
        cursor = self._db.execute(
            "INSERT INTO concepts (name, folded_name, query, created_at, changed_at) VALUES (?, ?, ?, ?, ?)",
            [name, fold(name), query, at, at],
        )
        concept_id = int(cursor.lastrowid or 0)
        self._use("concept_id", concept_id, pictures)
        return concept_id

    def put_back(self, concept: SavedConcept, pictures: Iterable[bytes]) -> None:
        """Add a concept that was deleted under the id and with the times that it had."""
        times = [concept.created_at.isoformat(), concept.changed_at.isoformat()]
        self._db.execute(
            f"INSERT INTO concepts ({_COLUMNS}, folded_name) VALUES (?, ?, ?, ?, ?, ?)",
            [concept.id, concept.name, concept.query, *times, fold(concept.name)],
        )
        self._use("concept_id", concept.id, pictures)

    def update(self, concept_id: int, query: str, pictures: Iterable[bytes]) -> None:
        """Give a concept another query."""
        self._db.execute(
            "UPDATE concepts SET query = ?, changed_at = ? WHERE id = ?", [query, now(), concept_id]
        )
        self._db.execute("DELETE FROM picture_uses WHERE concept_id = ?", [concept_id])
        self._use("concept_id", concept_id, pictures)

    def rename(self, concept_id: int, name: str) -> None:
        """The name must be free, or be this concept's in another case."""
        self._db.execute(
            "UPDATE concepts SET name = ?, folded_name = ?, changed_at = ? WHERE id = ?",
            [name, fold(name), now(), concept_id],
        )

    def delete(self, concept_id: int) -> None:
        """Its pictures stay until the next deletion, so that an undo finds all as it was."""
        self._drop_unused()
        self._db.execute("DELETE FROM concepts WHERE id = ?", [concept_id])

    # --- recent searches ---------------------------------------------------------------------

    def remember(self, query: str, pictures: Iterable[bytes], keep: int) -> None:
        """Put a search (JSON) first among those asked lately, of which `keep` are kept."""
        self._db.execute("DELETE FROM searches WHERE query = ?", [query])
        cursor = self._db.execute("INSERT INTO searches (query) VALUES (?)", [query])
        self._use("search_id", int(cursor.lastrowid or 0), pictures)
        for old in self.recent()[keep:]:
            self.forget(old)

    def recent(self) -> list[str]:
        """The searches asked lately (JSON), the latest first."""
        rows = self._db.execute("SELECT query FROM searches ORDER BY id DESC").fetchall()
        return [str(row[0]) for row in rows]

    def forget(self, query: str) -> None:
        """Forget one search, and at once those of its pictures that nothing else needs."""
        pictures = self._db.execute(
            """SELECT content_hash FROM picture_uses JOIN searches ON searches.id = search_id
               WHERE query = ?""",
            [query],
        ).fetchall()
        self._db.execute("DELETE FROM searches WHERE query = ?", [query])
        for (content_hash,) in pictures:
            for table in ("pictures", "example_vectors"):
                self._db.execute(f"DELETE FROM {table} WHERE content_hash = ? AND {_UNUSED}", [content_hash])

    def forget_all(self) -> None:
        """Forget every search, and all pictures that no concept needs."""
        self._db.execute("DELETE FROM searches")
        self._drop_unused()

    # --- pictures ----------------------------------------------------------------------------

    def picture(self, content_hash: bytes) -> bytes | None:
        """The JPEG kept of a content."""
        row = self._db.execute("SELECT jpeg FROM pictures WHERE content_hash = ?", [content_hash]).fetchone()
        return None if row is None else bytes(row[0])

    def depend_on(self, photo_id: PhotoId) -> bool:
        """Whether a photo is part of a concept, as a term or judged."""
        row = self._db.execute(
            "SELECT 1 FROM concepts, json_tree(query) AS part WHERE part.key = 'photo' AND part.value = ?",
            [photo_id],
        ).fetchone()
        return row is not None

    def content_of(self, jpeg: bytes) -> bytes | None:
        """The hash of the content that this very JPEG is kept of."""
        row = self._db.execute(
            "SELECT content_hash FROM pictures WHERE jpeg_hash = ?", [picture_digest(jpeg)]
        ).fetchone()
        return None if row is None else bytes(row[0])

    def keep_picture(self, picture: KeptPicture, *, replace: bool = True) -> None:
        """Keep a JPEG for queries that will use it; one that is there may be left as it is."""
        action = "UPDATE SET jpeg = excluded.jpeg, jpeg_hash = excluded.jpeg_hash" if replace else "NOTHING"
        self._db.execute(
            f"""INSERT INTO pictures (content_hash, jpeg, jpeg_hash) VALUES (?, ?, ?)
                ON CONFLICT (content_hash) DO {action}""",
            [picture.content_hash, picture.jpeg, picture_digest(picture.jpeg)],
        )

    # --- vectors of examples -----------------------------------------------------------------

    def example_vector(self, content_hash: bytes, model_id: int) -> FloatArray | None:
        """The unit vector [D] that a model gave to a content; None where it is not known, or damaged."""
        rows = self._db.execute(
            """SELECT vector FROM (
                 SELECT vector FROM example_vectors WHERE content_hash = ? AND model_id = ?
                 UNION ALL
                 SELECT vector FROM embeddings JOIN photos ON photos.id = photo_id
                 WHERE content_hash = ? AND model_id = ?)
               WHERE length(vector) = (SELECT 2 * dimension FROM models WHERE id = ?)""",
            [*[content_hash, model_id] * 2, model_id],
        )
        found = (np.frombuffer(row[0], dtype="<f2").astype(np.float32) for row in rows)
        return next((vector for vector in found if is_unit(vector)), None)

    def put_example_vector(self, content_hash: bytes, model_id: int, vector: FloatArray) -> None:
        """Store a unit vector [D]. Raises ValueError for anything else."""
        if not is_unit(vector):
            raise ValueError("an embedding must be a finite unit vector")
        self._db.execute(
            "INSERT OR REPLACE INTO example_vectors (content_hash, model_id, vector) VALUES (?, ?, ?)",
            [content_hash, model_id, vector.astype("<f2").tobytes()],
        )

    def copy_vectors(self, photo_id: PhotoId, content_hash: bytes) -> None:
        """Take over what every model made of a photo, for when the photo is gone."""
        self._db.execute(
            """INSERT OR REPLACE INTO example_vectors (content_hash, model_id, vector)
               SELECT ?, model_id, vector FROM embeddings WHERE photo_id = ?""",
            [content_hash, photo_id],
        )

    # --- inside ------------------------------------------------------------------------------

    def _use(self, column: str, owner: int, pictures: Iterable[bytes]) -> None:
        """Note that a concept or a search depends on pictures; one that is not kept is passed over."""
        for content_hash in dict.fromkeys(pictures):
            self._db.execute(
                f"""INSERT INTO picture_uses (content_hash, {column})
                    SELECT content_hash, ? FROM pictures WHERE content_hash = ?""",
                [owner, content_hash],
            )

    def _drop_unused(self) -> None:
        """Forget pictures that no query depends on, and the vectors of all that is not kept."""
        self._db.execute(f"DELETE FROM pictures WHERE {_UNUSED}")
        self._db.execute(
            "DELETE FROM example_vectors WHERE content_hash NOT IN (SELECT content_hash FROM pictures)"
        )


def picture_digest(jpeg: bytes) -> bytes:
    """What a kept JPEG is recognised by, and found damaged by."""
    return hashlib.blake2b(jpeg, digest_size=20).digest()


def concept_from_row(row: Sequence[str]) -> SavedConcept:
    """From id, name, query, created_at, changed_at. Raises ValueError for a time that is none."""
    number, name, query, created_at, changed_at = row
    return SavedConcept(
        int(number), name, query, datetime.fromisoformat(created_at), datetime.fromisoformat(changed_at)
    )
