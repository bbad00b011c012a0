"""Embeddings as float16 blobs: the truth from which every index can be rebuilt."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from photolens.catalog.folders import PRESENT, now
from photolens.domain import NORM_TOLERANCE, FloatArray, IdArray, PhotoId

_CHUNK = 8192
_BLOCK = 512  # rows widened to float32 at a time, so that they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class SavedIndex:
    """What the index file of a model must look like to be trusted."""

    file: str
    sha256: str
    dimension: int
    vectors: int
    revision: int


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that has read photos of this library. `weights`: where its file was, if it was given."""

    id: int
    name: str
    weights_sha256: str
    weights: Path | None


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """Vectors as stored: ids int64 [N], vectors float16 [N, D], the newest revision among them."""

    ids: IdArray
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float16]]
    revision: int


class Vectors:
    """The `models`, `embeddings` and `indexes` tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def model_id(self, name: str, weights_sha256: str, dimension: int) -> int:
        """The row of a model, made when new. Other weights under the same name are another model."""
        self._db.execute(
            """INSERT INTO models (name, weights_sha256, dimension, added_at) VALUES (?, ?, ?, ?)
               ON CONFLICT (name, weights_sha256) DO NOTHING""",
            [name, weights_sha256, dimension, now()],
        )
        found = self.find_model(name, weights_sha256)
        assert found is not None
        return found

    def find_model(self, name: str, weights_sha256: str) -> int | None:
        row = self._db.execute(
            "SELECT id FROM models WHERE name = ? AND weights_sha256 = ?", [name, weights_sha256]
        ).fetchone()
        return None if row is None else int(row[0])

    def models(self) -> list[KnownModel]:
        """Every model that the library has known, oldest first."""
        rows = self._db.execute("SELECT id, name, weights_sha256, weights FROM models ORDER BY id").fetchall()
        places = [Path(os.fsdecode(row[3])) if row[3] else None for row in rows]
        return [KnownModel(row[0], row[1], row[2], place) for row, place in zip(rows, places, strict=True)]

    def remember_weights(self, model_id: int, weights: Path | None) -> None:
        """Note where the file of a model lies now; writes only what is new."""
        raw = None if weights is None else os.fsencode(weights)
        self._db.execute(
            "UPDATE models SET weights = ? WHERE id = ? AND weights IS NOT ?", [raw, model_id, raw]
        )

    def coverage(self) -> dict[int, int]:
        """How many of the present photos each model has read, by its id."""
        rows = self._db.execute(
            f"""SELECT model_id, count(*) FROM embeddings
                WHERE photo_id IN (SELECT photo_id FROM files WHERE photo_id IS NOT NULL AND {PRESENT})
                GROUP BY model_id"""
        )
        return {int(row[0]): int(row[1]) for row in rows}

    def reads_all(self, model_id: int) -> bool:
        """Whether no photo is left for this model to read, of those that can be reached."""
        # First what waits to be read: there it is soon found that something is left.
        return not any(
            self._db.execute(
                """SELECT 1 FROM files JOIN folders ON folders.id = folder_id AND online
                   LEFT JOIN embeddings ON embeddings.photo_id = files.photo_id AND model_id = ?
                   WHERE state = ? AND files.photo_id IS NOT NULL AND embeddings.photo_id IS NULL
                     AND files.id NOT IN (SELECT file_id FROM vanished)
                     AND (state = 'pending' OR files.id NOT IN (SELECT file_id FROM failures)) LIMIT 1""",
                [model_id, state],
            ).fetchone()
            for state in ("pending", "indexed")
        )

    def put(self, photo_id: PhotoId, model_id: int, vector: FloatArray) -> None:
        """Store a unit vector [D]. Raises ValueError for NaN, infinity, zero, or another dimension."""
        if vector.shape != (self.dimension(model_id),):
            raise ValueError(f"the model gives {self.dimension(model_id)} numbers, not {vector.shape}")
        if not is_unit(vector):
            norm = float(np.linalg.norm(vector))
            raise ValueError(f"an embedding must be a finite unit vector, its norm is {norm}")
        self._db.execute(
            "INSERT OR REPLACE INTO embeddings (model_id, photo_id, vector) VALUES (?, ?, ?)",
            [model_id, photo_id, vector.astype("<f2").tobytes()],
        )

    def has(self, photo_id: PhotoId, model_id: int) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM embeddings WHERE model_id = ? AND photo_id = ?", [model_id, photo_id]
        ).fetchone()
        return row is not None

    def drop(self, photo_id: PhotoId) -> None:
        """Forget the vectors of all models: the photo's pixels have changed."""
        self._db.execute("DELETE FROM embeddings WHERE photo_id = ?", [photo_id])

    def damaged(self, model_id: int) -> Iterator[list[PhotoId]]:
        """Photos whose stored vector is none: not finite, not of length one, or cut.

        Reads every vector, and gives after each few thousand those among them, none most of the time.
        """
        size = 2 * self.dimension(model_id)
        revision = 0
        while True:
            rows = self._db.execute(
                """SELECT revision, photo_id, vector FROM embeddings
                   WHERE +model_id = ? AND revision > ? ORDER BY revision LIMIT ?""",
                [model_id, revision, _CHUNK],
            ).fetchall()
            if not rows:
                return
            revision = int(rows[-1][0])
            whole = [row for row in rows if isinstance(row[2], bytes) and len(row[2]) == size]
            data = np.frombuffer(b"".join(row[2] for row in whole), dtype="<f2")
            sound = unit_rows(data.reshape(len(whole), size // 2))
            fit = {row[1] for row, good in zip(whole, sound, strict=True) if good}
            yield [row[1] for row in rows if row[1] not in fit]

    def drop_of(self, model_id: int, photo_ids: Iterable[PhotoId]) -> None:
        """Forget the vectors that one model gave to these photos."""
        self._db.conn.executemany(
            "DELETE FROM embeddings WHERE model_id = ? AND photo_id = ?",
            [(model_id, photo_id) for photo_id in photo_ids],
        )

    def forget_model(self, model_id: int) -> int:
        """Forget all vectors of one model, of photos and of examples; gives how many photos had one."""
        count = self.count(model_id)
        for table in ("embeddings", "example_vectors", "indexes"):
            self._db.execute(f"DELETE FROM {table} WHERE model_id = ?", [model_id])
        return count  # its row stays: an id is never given to another model

    def exchange(self, first: PhotoId, second: PhotoId, model_id: int) -> VectorBatch:
        """Two photos take each other's vectors of all models; gives those of `model_id` as they are now."""
        rows = self._db.execute(
            "SELECT model_id, photo_id, vector FROM embeddings WHERE photo_id IN (?, ?)", [first, second]
        ).fetchall()
        other = {first: second, second: first}
        self.drop(first)
        self.drop(second)
        self._db.conn.executemany(
            "INSERT INTO embeddings (model_id, photo_id, vector) VALUES (?, ?, ?)",
            [(model, other[photo_id], vector) for model, photo_id, vector in rows],
        )
        now_has = [(other[photo_id], vector) for model, photo_id, vector in rows if model == model_id]
        ids = np.array([photo_id for photo_id, _ in now_has], dtype=np.int64)
        data = np.frombuffer(b"".join(vector for _, vector in now_has), dtype="<f2")
        vectors = data.reshape(len(ids), self.dimension(model_id))
        return VectorBatch(ids, vectors, self.latest_revision(model_id))

    def count(self, model_id: int) -> int:
        row = self._db.execute("SELECT count(*) FROM embeddings WHERE model_id = ?", [model_id]).fetchone()
        return int(row[0])

    def ids(self, model_id: int) -> IdArray:
        """Every photo with a vector of this model, ascending, int64 [N]."""
        rows = self._db.execute(
            "SELECT photo_id FROM embeddings WHERE model_id = ? ORDER BY photo_id", [model_id]
        ).fetchall()
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def since(self, model_id: int, revision: int, dimension: int) -> Iterator[VectorBatch]:
        """Vectors written after `revision`, oldest first, in batches of bounded size."""
        # The + keeps SQLite from the index by model, after which it would sort every batch.
        while True:
            rows = self._db.execute(
                """SELECT revision, photo_id, vector FROM embeddings
                   WHERE +model_id = ? AND revision > ? AND length(vector) = ?
                   ORDER BY revision LIMIT ?""",
                [model_id, revision, 2 * dimension, _CHUNK],
            ).fetchall()
            if not rows:
                return
            revision = int(rows[-1][0])
            ids = np.fromiter((row[1] for row in rows), dtype=np.int64, count=len(rows))
            data = b"".join(row[2] for row in rows)
            yield VectorBatch(ids, np.frombuffer(data, dtype="<f2").reshape(len(rows), dimension), revision)

    def latest_revision(self, model_id: int) -> int:
        """The newest revision of this model's vectors; 0 when there are none."""
        row = self._db.execute(
            "SELECT revision FROM embeddings WHERE +model_id = ? ORDER BY revision DESC LIMIT 1", [model_id]
        ).fetchone()
        return int(row[0]) if row else 0

    def dimension(self, model_id: int) -> int:
        """How many numbers a vector of this model has. Raises ValueError for an unknown model."""
        row = self._db.execute("SELECT dimension FROM models WHERE id = ?", [model_id]).fetchone()
        if row is None:
            raise ValueError(f"there is no model {model_id}")
        return int(row[0])

    # --- the saved index ---------------------------------------------------------------------

    def saved_index(self, model_id: int) -> SavedIndex | None:
        row = self._db.execute(
            "SELECT file, sha256, dimension, vectors, revision FROM indexes WHERE model_id = ?", [model_id]
        ).fetchone()
        return None if row is None else SavedIndex(*row)

    def set_saved_index(self, model_id: int, saved: SavedIndex) -> None:
        self._db.execute(
            """INSERT OR REPLACE INTO indexes (model_id, file, sha256, dimension, vectors, revision, saved_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            [model_id, saved.file, saved.sha256, saved.dimension, saved.vectors, saved.revision, now()],
        )


def is_unit(vector: FloatArray) -> bool:
    """Whether this is one finite vector [D] of length one."""
    return vector.ndim == 1 and bool(unit_rows(vector[None])[0])


def unit_rows(vectors: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which rows of [N, D] are finite and of length one, as far as float16 can say; bool [N]."""
    found = np.empty(len(vectors), dtype=np.bool_)
    for start in range(0, len(vectors), _BLOCK):
        part = vectors[start : start + _BLOCK].astype(np.float32)
        with np.errstate(over="ignore"):
            norms = np.linalg.norm(part, axis=1)
        found[start : start + _BLOCK] = np.abs(norms - 1) < NORM_TOLERANCE  # NaN compares as false
    return found
