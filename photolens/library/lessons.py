"""What judged photos teach: their vectors and scores, from wherever these can be had."""

from __future__ import annotations

import numpy as np

from photolens.catalog import Catalog
from photolens.domain import Example, FloatArray, PhotoId, Query
from photolens.index import VectorTable
from photolens.library.judging import BaseAnswer, Judged, Lesson
from photolens.library.term_vectors import TermEncoder
from photolens.library.vectors import LibraryVectors

_LATEST_LIKES = 5


class Lessons:
    """Looks judged photos up. Used by one thread."""

    def __init__(self, vectors: LibraryVectors, terms: TermEncoder) -> None:
        self._vectors = vectors
        self._terms = terms

    def of(self, query: Query, base: BaseAnswer, catalog: Catalog) -> Judged:
        """Of one photo the last judgement counts; what has no vector and no thumbnail teaches nothing."""
        last = dict(sorted(query.verdicts.items()))
        examples = sorted(query.examples, key=lambda example: example.content_hash)
        wanted: list[tuple[PhotoId | Example, bool]] = [
            *last.items(),
            *((one, one.liked) for one in examples),
        ]
        found = [(self._of_one(judged, base, catalog), liked) for judged, liked in wanted]
        lessons = [(lesson, liked) for lesson, liked in found if lesson is not None]
        width = self._table.dimension if self._vectors.table is not None else 0
        return Judged(
            tuple(lesson.key for lesson, _ in lessons),
            np.array([lesson.row for lesson, _ in lessons], dtype=np.intp),
            np.array([lesson.vector for lesson, _ in lessons], dtype=np.float32).reshape(len(lessons), width),
            np.array([lesson.score for lesson, _ in lessons], dtype=np.float32),
            np.array([liked for _, liked in lessons], dtype=np.bool_),
        )

    def vector(self, photo_id: PhotoId, catalog: Catalog) -> FloatArray | None:
        """Of a photo of the library, [d]; from its thumbnail where this model has not seen it yet."""
        row = int(self._table.rows(np.array([photo_id], dtype=np.int64))[0])
        if row >= 0:
            stored: FloatArray = self._table.vectors[row].astype(np.float32)
            return stored
        content = catalog.photos.hash_of(photo_id)
        return None if content is None else self._terms.thumbnail_vector(content)

    def latest_likes(self, query: Query) -> FloatArray:
        """Vectors [n, d] of the photos liked last."""
        likes = [judgement.photo_id for judgement in query.judgements if judgement.liked]
        if self._vectors.table is None:
            return np.empty((0, 0), dtype=np.float32)
        rows = self._table.rows(np.array(likes, dtype=np.int64))
        latest: FloatArray = self._table.vectors[rows[rows >= 0][-_LATEST_LIKES:]].astype(np.float32)
        return latest

    def _of_one(self, judged: PhotoId | Example, base: BaseAnswer, catalog: Catalog) -> Lesson | None:
        """What one judged picture teaches; kept, since the next click brings one more and changes none."""
        key: object = judged.content_hash if isinstance(judged, Example) else judged
        if key in base.lessons:
            return base.lessons[key]
        model, row = self._vectors.model_id, -1
        if base.scorer is None or model is None:
            return None
        if isinstance(judged, Example):
            vector = self._terms.example(judged, model, catalog)
        else:
            vector = self.vector(judged, catalog)
            row = int(self._table.rows(np.array([judged], dtype=np.int64))[0])
        if vector is None or vector.shape != (self._table.dimension,):
            return None
        # One at a time, so that which others were judged with it changes no rounding.
        score = float(base.scorer.of_vectors(vector[None])[0])
        base.lessons[key] = Lesson(key, row, vector, score)
        return base.lessons[key]

    @property
    def _table(self) -> VectorTable:
        assert self._vectors.table is not None
        return self._vectors.table
