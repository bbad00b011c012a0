"""A new order for an answer at hand: what judgements do, without encoding or scoring anything again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FeedbackMode, FloatArray, IdArray, Judgement, PhotoId
from photolens.index import ApproximateIndex, VectorTable
from photolens.library.vectors import LibraryVectors
from photolens.search import (
    DEMOTED,
    PICKED,
    REJECTED,
    WEAK_NEGATIVES,
    Correction,
    Examples,
    background_rows,
    learned,
    nearest_liked,
)

Rows = NDArray[np.intp]

# Above the exact limit, photos near the latest likes join the candidates.
_LATEST_LIKES = 5
_NEIGHBOURS_OF_LIKE = 1000


@dataclass(frozen=True, slots=True)
class BaseAnswer:
    """All about a query that judgements do not change."""

    allowed: IdArray  # photos that meet the filters, with a vector or without
    named: IdArray  # those of them whose file name was typed
    reachable: Rows  # table rows of allowed photos that may be hits
    ids: IdArray  # the candidates among these
    rows: Rows  # their table rows
    scores: FloatArray  # of the candidates
    score: Callable[[Rows], FloatArray]  # the same for any rows
    own: Sequence[PhotoId] = ()  # photos asked with
    alike: dict[int, FloatArray] = field(default_factory=dict)  # cosines of candidates with a judged row

    @property
    def exact(self) -> bool:
        return len(self.rows) == len(self.reachable)


@dataclass(frozen=True, slots=True)
class Reordered:
    """Candidates after judgements; those left out are gone."""

    ids: IdArray
    scores: FloatArray
    tiers: NDArray[np.int8]  # 0, or DEMOTED
    left_out: int = 0


def reorder(
    base: BaseAnswer,
    judgements: Sequence[Judgement],
    mode: FeedbackMode,
    vectors: LibraryVectors,
    approximate: ApproximateIndex | None,
) -> Reordered:
    """Apply judgements to a base answer. Photos that have no vector teach nothing; without any, S = S0."""
    table = vectors.table
    unmoved = Reordered(base.ids, base.scores, np.zeros(len(base.ids), dtype=np.int8))
    if table is None or not judgements:
        return unmoved
    judged, liked = _known(table, judgements)
    if not len(judged):
        return unmoved
    if mode is FeedbackMode.LEARNED:
        if not base.exact and approximate is not None:
            base = _widened(base, table, judged, _latest_likes(table, judgements), approximate)
        return _learned(base, vectors, judged, liked)
    return _nearest(base, table, judged, liked, drop=mode is FeedbackMode.NEAREST_DROP)


def tiers_of(ids: IdArray, judgements: Sequence[Judgement], tiers: NDArray[np.int8]) -> NDArray[np.int8]:
    """Likes first and dislikes last, int8 [N], whatever their scores."""
    last = {judgement.photo_id: judgement.liked for judgement in judgements}
    picked, rejected = ([photo for photo in last if last[photo] is liked] for liked in (True, False))
    chosen = np.where(np.isin(ids, picked), PICKED, np.where(np.isin(ids, rejected), REJECTED, tiers))
    return chosen.astype(np.int8)


def _known(table: VectorTable, judgements: Sequence[Judgement]) -> tuple[Rows, NDArray[np.bool_]]:
    """Rows judged and how; by id, so that the order of clicks changes no rounding."""
    last = dict(sorted({judgement.photo_id: judgement.liked for judgement in judgements}.items()))
    rows = table.rows(np.fromiter(last.keys(), dtype=np.int64, count=len(last)))
    liked = np.fromiter(last.values(), dtype=np.bool_, count=len(last))
    return rows[rows >= 0], liked[rows >= 0]


def _latest_likes(table: VectorTable, judgements: Sequence[Judgement]) -> FloatArray:
    """Vectors [n, d] of the photos liked last."""
    likes = np.array([judgement.photo_id for judgement in judgements if judgement.liked], dtype=np.int64)
    rows = table.rows(likes)
    latest: FloatArray = table.vectors[rows[rows >= 0][-_LATEST_LIKES:]].astype(np.float32)
    return latest


def _widened(
    base: BaseAnswer, table: VectorTable, judged: Rows, likes: FloatArray, approximate: ApproximateIndex
) -> BaseAnswer:
    """The answer with judged photos and neighbours of likes among the candidates."""
    near = table.rows(approximate.search(likes, _NEIGHBOURS_OF_LIKE))
    wanted = np.intersect1d(np.union1d(near[near >= 0], judged), base.reachable)
    more = np.setdiff1d(wanted, base.rows)
    rows = np.concatenate([base.rows, more])
    scores = np.concatenate([base.scores, base.score(more)])
    return replace(base, ids=table.ids[rows], rows=rows, scores=scores)


def _learned(base: BaseAnswer, vectors: LibraryVectors, judged: Rows, liked: NDArray[np.bool_]) -> Reordered:
    table = vectors.table
    assert table is not None
    own = table.rows(np.array(base.own, dtype=np.int64))
    sample = vectors.background[~np.isin(vectors.background, np.concatenate([judged, own]))]
    rest = sample[background_rows(table.ids[sample], WEAK_NEGATIVES)]
    correction = learned(
        _examples(base, table, judged, liked),
        _examples(base, table, rest, np.zeros(len(rest), dtype=np.bool_)),
        vectors.space,
    )
    scores = base.scores + _corrections(table, correction, base.rows)
    return Reordered(base.ids, scores, np.zeros(len(scores), dtype=np.int8))


def _examples(base: BaseAnswer, table: VectorTable, rows: Rows, liked: NDArray[np.bool_]) -> Examples:
    return Examples(table.vectors[rows].astype(np.float32), base.score(rows), liked)


def _corrections(table: VectorTable, correction: Correction, rows: Rows) -> FloatArray:
    """`correction.of` the rows, by the table's kernels, which take unit vectors."""
    length = float(np.linalg.norm(correction.vector))
    if length == 0:
        return np.full(len(rows), correction.constant, dtype=np.float32)
    unit = (correction.vector / length).astype(np.float32)
    products = table.similarities(unit[None], rows)[0]
    scaled: FloatArray = products * np.float32(length) + np.float32(correction.constant)
    return scaled


def _nearest(
    base: BaseAnswer, table: VectorTable, judged: Rows, liked: NDArray[np.bool_], *, drop: bool
) -> Reordered:
    for row in base.alike.keys() - set(judged.tolist()):
        del base.alike[row]
    for row in judged.tolist():  # kept, since the next click brings one more and changes none
        if row not in base.alike:
            vector = table.vectors[row : row + 1].astype(np.float32)
            base.alike[row] = table.similarities(vector, base.rows)[0]
    kept = nearest_liked(np.stack([base.alike[row] for row in judged.tolist()]), liked)
    if drop:
        tiers = np.zeros(int(kept.sum()), dtype=np.int8)
        return Reordered(base.ids[kept], base.scores[kept], tiers, len(kept) - len(tiers))
    return Reordered(base.ids, base.scores, np.where(kept, 0, DEMOTED).astype(np.int8))
