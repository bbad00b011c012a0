"""From a click to the new order, with 50 judgements, against a plain search of the same photos."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from photolens.domain import FeedbackMode, FloatArray, Judgement
from photolens.index import VectorTable
from photolens.library.judging import BaseAnswer, Rows, reorder, tiers_of
from photolens.library.vectors import LibraryVectors, ModelKey
from photolens.search import TermSimilarity, background_rows, base_scores, rank
from tests.bench.reporting import report, seconds, share

JUDGEMENTS = 50
CLICKS = 40


def measure(photos: int = 100_000, dimension: int = 512) -> None:
    vectors = _clustered(photos, dimension)
    answer, score = _base(vectors)
    plain = share([seconds(lambda: _page(answer, score(answer.rows))) for _ in range(CLICKS)], 0.95)
    first = seconds(lambda: vectors.space)  # once after photos have come or gone
    for mode in (FeedbackMode.LEARNED, FeedbackMode.NEAREST_DEMOTE):
        times = _clicks(vectors, answer, mode)
        report(
            f"click, {photos:,}, {mode}",
            f"{share(times, 0.5) * 1000:.0f} ms median, {share(times, 0.95) * 1000:.0f} ms p95",
            f"{share(times, 0.95) / plain:.1f} x a plain search; promised: 50 ms",
        )
    report("  and before the first click", f"{first * 1000:.0f} ms", "mean and variances of the library")


def _clustered(photos: int, dimension: int) -> LibraryVectors:
    random = np.random.default_rng(0)
    centres = random.standard_normal((200, dimension), dtype=np.float32)
    rows = centres[random.integers(0, 200, photos)] + random.standard_normal(
        (photos, dimension), dtype=np.float32
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = LibraryVectors(ModelKey("bench", ""))
    vectors.table = VectorTable(dimension)
    vectors.table.put(np.arange(1, photos + 1), rows.astype(np.float16), 1)
    vectors.background = background_rows(vectors.table.ids)
    return vectors


def _base(vectors: LibraryVectors) -> tuple[BaseAnswer, Callable[[Rows], FloatArray]]:
    table = vectors.table
    assert table is not None
    query = table.vectors[:1].astype(np.float32)
    background = table.similarities(query, vectors.background)[0]

    def score(rows: Rows) -> FloatArray:
        return base_scores([], [TermSimilarity(table.similarities(query, rows)[0], background)], 0.65)

    rows = np.arange(len(table))
    return BaseAnswer(table.ids, table.ids[:0], rows, table.ids, rows, score(rows), score), score


def _page(answer: BaseAnswer, scores: FloatArray) -> None:
    rank(answer.ids, scores, limit=100)


def _clicks(vectors: LibraryVectors, answer: BaseAnswer, mode: FeedbackMode) -> list[float]:
    """Seconds of each click, after the first 50: one judgement is new, the oldest goes."""
    random = np.random.default_rng(1)
    judged = [
        Judgement(int(photo), bool(random.random() < 0.5)) for photo in random.permutation(answer.ids)[:200]
    ]

    def click(number: int) -> None:
        judgements = judged[number : number + JUDGEMENTS]
        found = reorder(answer, judgements, mode, vectors, None)
        tiers = tiers_of(found.ids, judgements, found.tiers)
        rank(found.ids, found.scores, limit=100, tiers=tiers)

    click(0)
    return [seconds(lambda number=number: click(number)) for number in range(1, CLICKS + 1)]  # type: ignore[misc]


if __name__ == "__main__":
    measure()
