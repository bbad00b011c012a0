"""All vectors of one model in memory, scored exactly."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numkong
import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray, IdArray

HalfArray = NDArray[np.float16]
Rows = NDArray[np.intp]

_THREADS = min(4, os.cpu_count() or 1)  # two already use most of what the memory can deliver
_THREADS_FROM = 50_000  # rows; fewer are scored in less time than it is worth
_BLOCK = 32_768  # rows scored or moved at a time, so that what is copied stays small
# Copying a row from anywhere and scoring it takes as long as scoring this many in a line.
_GATHER_COST = 6


class VectorTable:
    """Photo ids beside their unit vectors, float16 [N, D], growing in place.

    Owned by one thread (or guarded by its owner), which gets the help of others for long scans: a million
    x 512 take 1.02 GB and are scored in about 30 ms per query vector on two cores, by numkong's float16
    kernels, which let go of the interpreter.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.revision = 0  # newest catalog revision contained
        self._ids: IdArray = np.empty(0, dtype=np.int64)
        self._vectors: HalfArray = np.empty((0, dimension), dtype=np.float16)
        self._count = 0
        self._ascending = True  # whether ids ascend with their rows, as they mostly do
        self._order: Rows | None = None  # rows sorted by id where they do not, made when needed

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

    def reserve(self, rows: int) -> None:
        """Make room for so many at once, so that none is copied while they come."""
        if rows > len(self._ids):
            self._make_room(rows)

    def append(self, ids: IdArray, vectors: HalfArray, revision: int) -> Rows:
        """Add vectors of photos that are not there yet, int64 [n], float16 [n, D]; returns their rows."""
        end = self._count + len(ids)
        if end > len(self._ids):
            self._make_room(max(end, len(self._ids) + len(self._ids) // 4, 1024))
        self._ids[self._count : end] = ids
        self._vectors[self._count : end] = vectors
        joint = self._ids[max(self._count - 1, 0) : end]
        self._ascending = self._ascending and bool((joint[1:] > joint[:-1]).all())
        self._order = None
        self.revision = max(self.revision, revision)
        rows = np.arange(self._count, end, dtype=np.intp)
        self._count = end
        return rows

    def put(self, ids: IdArray, vectors: HalfArray, revision: int) -> Rows:
        """Add or replace vectors, different ids int64 [n], float16 [n, D]; returns their rows."""
        rows = self.rows(ids)
        fresh = rows < 0
        self._vectors[rows[~fresh]] = vectors[~fresh]
        self.revision = max(self.revision, revision)
        if fresh.any():
            rows[fresh] = self.append(ids[fresh], vectors[fresh], revision)
        return rows

    def keep_only(self, ids: IdArray) -> Rows:
        """Drop every row whose photo is not among `ids`; returns which rows were kept, in their order."""
        kept = np.flatnonzero(np.isin(self.ids, ids))
        gone = np.flatnonzero(kept != np.arange(len(kept)))
        for start in range(int(gone[0]) if len(gone) else len(kept), len(kept), _BLOCK):
            part = kept[
                start : start + _BLOCK
            ]  # from farther back, so nothing is overwritten before its turn
            self._ids[start : start + len(part)] = self._ids[part]
            self._vectors[start : start + len(part)] = self._vectors[part]
        self._count = len(kept)
        self._order = None
        return kept

    def rows(self, ids: IdArray) -> Rows:
        """Row of each id, -1 where there is none, intp [n]."""
        if self._count == 0:
            return np.full(len(ids), -1, dtype=np.intp)
        if self._ascending:
            rows = np.minimum(np.searchsorted(self.ids, ids), self._count - 1)
        else:
            if self._order is None:
                self._order = np.argsort(self.ids, kind="stable")
            place = np.searchsorted(self.ids, ids, sorter=self._order)
            rows = self._order[np.minimum(place, self._count - 1)]
        return np.where(self.ids[rows] == ids, rows, -1)

    def similarities(self, queries: FloatArray, rows: Rows | None = None) -> FloatArray:
        """Cosine of each query, unit float32 [Q, D], with each row (or those named), float32 [Q, N]."""
        half = np.ascontiguousarray(queries, dtype=np.float16)
        if rows is None or len(rows) == 0 or len(half) == 0:
            first, count = 0, len(self) if rows is None else 0
        else:
            first = int(rows.min())
            count = int(rows.max()) + 1 - first
            if count > _GATHER_COST * len(rows):
                return _in_blocks(half, len(rows), lambda part: self._vectors[rows[part]])
        found = _in_blocks(half, count, lambda part: self._vectors[first + part.start : first + part.stop])
        if rows is None or (len(rows) == count and bool((rows[1:] > rows[:-1]).all())):
            return found
        return found[:, rows - first]

    def _make_room(self, rows: int) -> None:
        ids = np.empty(rows, dtype=np.int64)
        vectors = np.empty((rows, self.dimension), dtype=np.float16)
        ids[: self._count], vectors[: self._count] = self.ids, self.vectors
        self._ids, self._vectors = ids, vectors


def _in_blocks(queries: HalfArray, count: int, vectors: Callable[[slice], HalfArray]) -> FloatArray:
    """Products of queries [Q, D] with `count` vectors, of which blocks are asked for; float32 [Q, count]."""
    products = np.empty((len(queries), count), dtype=np.float32)
    if not products.size:
        return products

    def score(part: slice) -> None:
        found = numkong.cdist(queries, vectors(part), "dot")
        products[:, part] = np.asarray(found).reshape(len(queries), -1)

    if count < _THREADS_FROM or _THREADS == 1:
        for part in _parts(count):
            score(part)
    else:
        with ThreadPoolExecutor(_THREADS) as pool:
            for _ in pool.map(score, _parts(count)):
                pass
    return products


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK))
