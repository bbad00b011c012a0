"""All vectors of one model in memory, scored exactly."""

from __future__ import annotations

import numkong
import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray, IdArray

HalfArray = NDArray[np.float16]


class VectorTable:
    """Photo ids beside their unit vectors, float16 [N, D], growing in place.

    Owned by one thread (or guarded by its owner). 100,000 x 512 take 102 MB and are scored in
    about 8 ms per query vector on one core; numkong's float16 kernels make that ten times quicker
    than converting to float32 for numpy.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.revision = 0  # newest catalog revision contained
        self._ids: IdArray = np.empty(0, dtype=np.int64)
        self._vectors: HalfArray = np.empty((0, dimension), dtype=np.float16)
        self._count = 0
        self._order: NDArray[np.intp] | None = None  # rows sorted by id, made when needed

    def __len__(self) -> int:
        return self._count

    @property
    def ids(self) -> IdArray:
        """Photo ids in row order, int64 [N]."""
        return self._ids[: self._count]

    @property
    def vectors(self) -> HalfArray:
        """Vectors in row order, float16 [N, D]."""
        return self._vectors[: self._count]

    def put(self, ids: IdArray, vectors: HalfArray, revision: int) -> NDArray[np.intp]:
        """Add or replace vectors, different ids int64 [n], float16 [n, D]; returns their rows."""
        rows = self.rows(ids)
        fresh = rows < 0
        end = self._count + int(fresh.sum())
        if end > self._count:
            self._reserve(end)
            rows[fresh] = np.arange(self._count, end)
            self._count = end
            self._order = None
        self._ids[rows] = ids
        self._vectors[rows] = vectors
        self.revision = max(self.revision, revision)
        return rows

    def keep_only(self, ids: IdArray) -> None:
        """Drop every row whose photo is not among `ids`."""
        keep = np.isin(self.ids, ids)
        self._ids, self._vectors = self.ids[keep], self.vectors[keep]
        self._count = len(self._ids)
        self._order = None

    def rows(self, ids: IdArray) -> NDArray[np.intp]:
        """Row of each id, -1 where there is none, intp [n]."""
        if self._count == 0:
            return np.full(len(ids), -1, dtype=np.intp)
        if self._order is None:
            self._order = np.argsort(self.ids, kind="stable")
        place = np.searchsorted(self.ids, ids, sorter=self._order)
        rows = self._order[np.minimum(place, self._count - 1)]
        return np.where(self.ids[rows] == ids, rows, -1)

    def similarities(self, queries: FloatArray, rows: NDArray[np.intp] | None = None) -> FloatArray:
        """Cosine of each query, unit float32 [Q, D], with each row (or those named), float32 [Q, N]."""
        if rows is not None and 2 * len(rows) > len(self):
            # Half of 100,000 x 512 takes longer to copy than all of it to score.
            return self.similarities(queries)[:, rows]
        vectors = self.vectors if rows is None else self.vectors[rows]
        if len(vectors) == 0 or len(queries) == 0:
            return np.empty((len(queries), len(vectors)), dtype=np.float32)
        half = np.ascontiguousarray(queries, dtype=np.float16)
        products = numkong.cdist(half, np.ascontiguousarray(vectors), "dot")
        return np.asarray(products, dtype=np.float32).reshape(len(queries), len(vectors))

    def _reserve(self, needed: int) -> None:
        if needed <= len(self._ids):
            return
        room = max(needed, len(self._ids) + len(self._ids) // 4, 1024)
        ids = np.empty(room, dtype=np.int64)
        vectors = np.empty((room, self.dimension), dtype=np.float16)
        ids[: self._count], vectors[: self._count] = self.ids, self.vectors
        self._ids, self._vectors = ids, vectors
