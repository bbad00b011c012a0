"""Embeddings as float16 blobs: the truth from which every index can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlite_utils import Database

from photolens.catalog.folders import now
from photolens.domain import FloatArray, IdArray, PhotoId

_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class SavedIndex:
    """What the index file of a model must look like to be trusted."""

    file: str
    sha256: str
    dimension: int
    vectors: int
    revision: int


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

    def put(self, photo_id: PhotoId, model_id: int, vector: FloatArray) -> None:
        """Store a unit vector [D]. Raises ValueError for NaN, infinity, zero, or another dimension."""
        if vector.shape != (self.dimension(model_id),):
            raise ValueError(f"the model gives {self.dimension(model_id)} numbers, not {vector.shape}")
        norm = float(np.linalg.norm(vector))
        if not np.isfinite(norm) or not 0.9 < norm < 1.1:
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
