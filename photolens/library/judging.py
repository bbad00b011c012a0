"""A new order for an answer at hand: what judgements do, without encoding or scoring anything again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FeedbackMode, FloatArray, IdArray, Neighbour, PhotoId, ShelfCuts
from photolens.index import ApproximateIndex, VectorTable
from photolens.library.scoring import Scorer
from photolens.library.vectors import LibraryVectors
from photolens.search import (
    WEAK_NEGATIVES,
    Correction,
    Examples,
    background_rows,
    learned,
)

Rows = NDArray[np.intp]

# Above the exact limit, photos near the latest likes join the candidates.
_NEIGHBOURS_OF_LIKE = 1000


@dataclass(frozen=True, slots=True)
class Lesson:
    """One judged picture: `key` is the photo's id, or the content of a picture from elsewhere."""

    key: object
    row: int  # in the table, -1 where it has none
    vector: FloatArray  # [d]
    score: float  # base score


@dataclass(slots=True)
class Nearest:
    """How like the candidates are to what is judged; kept, since the next click brings one more."""

    cosines: dict[object, FloatArray] = field(default_factory=dict)  # with each, by key
    verdicts: dict[object, bool] = field(default_factory=dict)  # those that `best` holds
    best: dict[bool, FloatArray] = field(default_factory=dict)  # with the nearest liked one, and disliked


@dataclass(frozen=True, slots=True)
class BaseAnswer:
    """All about a query that judgements do not change."""

    allowed: IdArray  # photos that meet the filters, with a vector or without
    named: IdArray  # those of them whose file name was typed
    reachable: Rows  # table rows of allowed photos that may be hits
    ids: IdArray  # the candidates among these, ascending
    rows: Rows  # their table rows
    scores: FloatArray  # of the candidates
    background: FloatArray  # of the library's background sample
    cuts: ShelfCuts = field(default_factory=lambda: ShelfCuts(0.0, 0.0))  # of the shelves
    scorer: Scorer | None = None  # None: nothing can be scored
    own: Sequence[PhotoId] = ()  # photos asked with
    nearest: Nearest = field(default_factory=Nearest)
    lessons: dict[object, Lesson] = field(default_factory=dict)  # by key, of what was judged so far

    @property
    def exact(self) -> bool:
        return len(self.rows) == len(self.reachable)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was liked and disliked, sorted, so that the order of clicks changes no rounding."""

    keys: tuple[object, ...]  # the photo's id, or the content of a picture from elsewhere
    rows: Rows  # [n] its row in the table, -1 where it has none
    vectors: FloatArray  # [n, d]
    scores: FloatArray  # [n] base scores
    liked: NDArray[np.bool_]  # [n]

    def __len__(self) -> int:
        return len(self.liked)

    def examples(self) -> Examples:
        return Examples(self.vectors, self.scores, self.liked)

    def nearest(self, photo_id: PhotoId, vector: FloatArray, *, liked: bool) -> Neighbour | None:
        """The judged photo of one kind that is most like this one, besides itself; pictures from elsewhere
        have the id 0."""
        cosines = {
            place: float(self.vectors[place] @ vector)
            for place, key in enumerate(self.keys)
            if key != photo_id and bool(self.liked[place]) is liked
        }
        if not cosines:
            return None
        best = max(cosines, key=cosines.__getitem__)
        key = self.keys[best]
        return Neighbour(key if isinstance(key, int) else 0, cosines[best])


@dataclass(frozen=True, slots=True)
class Reordered:
    """Candidates after judgements; those left out are gone."""

    ids: IdArray
    rows: Rows
    scores: FloatArray
    background: FloatArray  # the scores of the background sample after judgements
    judged: FloatArray  # and of what was judged
    correction: Correction | None = None
    demoted: NDArray[np.bool_] | None = None
    left_out: int = 0


def reorder(
    base: BaseAnswer,
    judged: Judged,
    latest_likes: FloatArray,
    mode: FeedbackMode,
    vectors: LibraryVectors,
    approximate: ApproximateIndex | None,
) -> Reordered:
    """Apply judgements to a base answer. Without any, S = S0, to the last bit."""
    table = vectors.table
    if table is None or not len(judged):
        return Reordered(base.ids, base.rows, base.scores, base.background, judged.scores)
    if mode is FeedbackMode.LEARNED:
        if not base.exact and approximate is not None:
            base = _widened(base, table, judged, latest_likes, approximate)
        return _learned(base, vectors, judged)
    return _nearest(base, table, judged, drop=mode is FeedbackMode.NEAREST_DROP)


def _widened(
    base: BaseAnswer, table: VectorTable, judged: Judged, likes: FloatArray, approximate: ApproximateIndex
) -> BaseAnswer:
    """The answer with judged photos and neighbours of likes among the candidates."""
    assert base.scorer is not None
    near = table.rows(approximate.search(likes, _NEIGHBOURS_OF_LIKE))
    wanted = np.intersect1d(np.union1d(near[near >= 0], judged.rows), base.reachable)
    more = np.setdiff1d(wanted, base.rows)
    rows = np.concatenate([base.rows, more])
    scores = np.concatenate([base.scores, base.scorer.of_rows(more)])
    order = np.argsort(table.ids[rows])
    return replace(base, ids=table.ids[rows[order]], rows=rows[order], scores=scores[order])


def _learned(base: BaseAnswer, vectors: LibraryVectors, judged: Judged) -> Reordered:
    table = vectors.table
    assert table is not None
    assert base.scorer is not None
    own = table.rows(np.array(base.own, dtype=np.int64))
    free = ~np.isin(vectors.background, np.concatenate([judged.rows, own]))
    sample = vectors.background[free]
    chosen = background_rows(table.ids[sample], WEAK_NEGATIVES)
    rest = Examples(
        table.vectors[sample[chosen]].astype(np.float32),
        base.background[free][chosen],
        np.zeros(len(chosen), dtype=np.bool_),
    )
    correction = learned(judged.examples(), rest, vectors.space)
    return Reordered(
        base.ids,
        base.rows,
        base.scores + _corrections(table, correction, base.rows),
        base.background + _corrections(table, correction, vectors.background),
        judged.scores + correction.of(judged.vectors),
        correction,
    )


def _corrections(table: VectorTable, correction: Correction, rows: Rows) -> FloatArray:
    """`correction.of` the rows, by the table's kernels, which take unit vectors."""
    length = float(np.linalg.norm(correction.vector))
    if length == 0:
        return np.full(len(rows), correction.constant, dtype=np.float32)
    unit = (correction.vector / length).astype(np.float32)
    products = table.similarities(unit[None], rows)[0]
    scaled: FloatArray = products * np.float32(length) + np.float32(correction.constant)
    return scaled


def _nearest(base: BaseAnswer, table: VectorTable, judged: Judged, *, drop: bool) -> Reordered:
    with_liked, with_disliked = _nearest_cosines(base, table, judged)
    kept = with_liked >= with_disliked  # as `search.feedback.nearest_liked` has it, which sees all at once
    scores = base.background, judged.scores
    if drop:
        left_out = len(kept) - int(kept.sum())
        return Reordered(base.ids[kept], base.rows[kept], base.scores[kept], *scores, left_out=left_out)
    return Reordered(base.ids, base.rows, base.scores, *scores, demoted=~kept)


def _nearest_cosines(base: BaseAnswer, table: VectorTable, judged: Judged) -> tuple[FloatArray, FloatArray]:
    """Of each candidate with the nearest photo liked, and the nearest disliked, float32 [N]."""
    known, verdicts = base.nearest, dict(zip(judged.keys, judged.liked.tolist(), strict=True))
    for key in known.cosines.keys() - verdicts.keys():
        del known.cosines[key]
    fresh = [place for place, key in enumerate(judged.keys) if key not in known.cosines]
    if fresh:
        found = table.similarities(judged.vectors[fresh], base.rows)
        known.cosines.update(zip((judged.keys[place] for place in fresh), found, strict=True))
    if not known.best or not known.verdicts.items() <= verdicts.items():  # at first, and after an undo
        known.best = {kind: np.full(len(base.rows), -np.inf, dtype=np.float32) for kind in (True, False)}
        known.verdicts = {}
    for key in verdicts.keys() - known.verdicts.keys():
        best = known.best[verdicts[key]]
        np.maximum(best, known.cosines[key], out=best)
    known.verdicts = verdicts
    return known.best[True], known.best[False]
