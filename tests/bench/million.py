"""A hundred thousand photos, and a million: how long from a question, or a click, to the new order?

    python -m tests.bench.million [--indexed] PHOTOS

A process of its own, since what others have left in memory would be counted too.
A real catalog on disk with synthetic vectors, clustered as photos are, and the real way of a query once its
words are encoded. Beside each time stands that of comparing all vectors with one, without anything else.
"""

from __future__ import annotations

import functools
import gc
import itertools
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from photolens.catalog import Catalog
from photolens.domain import (
    FeedbackMode,
    Filters,
    FloatArray,
    ImageTerm,
    Judgement,
    Query,
    Ranking,
    TextTerm,
)
from photolens.imaging.workers import Decoders
from photolens.index import ApproximateIndex, VectorTable
from photolens.library.memory import give_back
from photolens.library.pictures import Pictures
from photolens.library.searcher import CANDIDATES, Searcher
from photolens.search import TermSimilarity, base_scores
from tests.bench.reporting import (
    at_least,
    at_most,
    report,
    resident_bytes,
    seconds,
    share,
    told,
)

_LARGE = 100_000  # for more, an answer may take twice as long
DIMENSION = 512
JUDGEMENTS, CLICKS, QUESTIONS, HITS = 50, 40, 20, 100
_CLUSTERS, _BLOCK = 2000, 20_000
# The photos were taken evenly from 2005 to 2024.
_KEEPING = {
    "1 %": Filters(since=date(2012, 3, 1), until=date(2012, 5, 12)),
    "10 %": Filters(since=date(2012, 1, 1), until=date(2013, 12, 31)),
    "50 %": Filters(since=date(2010, 1, 1), until=date(2019, 12, 31)),
}


class Words:
    """Stands for the model: every text has a vector of its own, near those of some photos."""

    files = SimpleNamespace(name="synthetic", sha256="")

    dimension = DIMENSION

    def prepare_texts(self) -> None:
        """Nothing has to be loaded."""

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, float32 [n, d]."""
        seeds = [zlib.crc32(text.encode()) for text in texts]
        centres = _centres()[[seed % _CLUSTERS for seed in seeds]]
        noise = [np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32) for seed in seeds]
        return _unit(centres + np.stack(noise))


def measure(photos: int, *, indexed: bool = False) -> None:
    """Print a line per figure; a million photos take about two minutes, the first of which make them.

    `indexed`: set a USearch index beside the comparison with all.
    """
    how = ["--indexed"] if indexed else []
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "tests.bench.million", *how, str(photos)], check=True)


def _measure(photos: int, folder: Path, indexed: bool) -> None:
    catalog = folder / "catalog.db"
    make_catalog(catalog, photos)
    gc.collect()
    give_back()
    before = resident_bytes()
    searcher = _searcher(catalog)
    first = seconds(searcher.prepare)
    searcher.close()
    searcher = _searcher(catalog)
    again = seconds(searcher.prepare)
    name = f"{photos:,} photos"
    report(f"opening, {name}", f"{again:.1f} s", f"the first time {first:.1f} s")
    try:
        table = searcher._table
        bare = share([seconds(lambda: table.similarities(_texts(1))) for _ in range(QUESTIONS)], 0.5)
        report(
            f"comparing alone, {name}", f"{bare * 1000:.1f} ms median", "one query vector with every photo"
        )
        promised = 30 if photos <= _LARGE else 60
        for what, questions in _asked(photos):
            times = [seconds(lambda: searcher.search(asked, HITS, 0)) for asked in questions]  # noqa: B023
            _line(f"{what}, {name}", times, bare, None if "new dates" in what else promised)
        for mode in (FeedbackMode.LEARNED, FeedbackMode.NEAREST_DEMOTE):
            _line(f"click, {mode}, {name}", _clicks(searcher, mode, Filters()), bare, 50)
        for kept, filters in _KEEPING.items():
            times = _clicks(searcher, FeedbackMode.LEARNED, filters)
            _line(f"click, {kept} kept, {name}", times, bare, 50)
        recall = _recall(searcher)
        report(
            f"recall@{HITS}, {name}",
            f"{recall:.4f} at worst",
            "against float32",
            at_least(5, recall, 0.99, ""),
        )
        _memory(before, photos)
        if indexed:
            _beside_usearch(table, folder, name)
    finally:
        searcher.close()


def _line(what: str, times: list[float], bare: float, promised: int | None) -> None:
    median, late = share(times, 0.5), share(times, 0.95)
    report(
        what,
        f"{median * 1000:.0f} ms median, {late * 1000:.0f} ms p95",
        f"{median / bare:.1f} x comparing alone; the filter is new: the catalog is asked"
        if promised is None
        else f"{median / bare:.1f} x comparing alone",
        None if promised is None else at_most(5, median * 1000, promised, "ms"),
    )


def _beside_usearch(table: VectorTable, folder: Path, name: str) -> None:
    """What an index would save, and what it would cost."""
    index = ApproximateIndex(DIMENSION)
    built = sum(
        seconds(lambda: index.add(table.ids[part], table.vectors[part]))  # noqa: B023
        for part in (slice(start, start + _BLOCK) for start in _starts(len(table)))
    )
    index.save(folder / "vectors.usearch")
    size = (folder / "vectors.usearch").stat().st_size
    exact, near, overlap = [], [], []
    for number in range(QUESTIONS):
        query = _texts(1, number)
        exact.append(seconds(lambda: table.similarities(query)))  # noqa: B023
        near.append(seconds(lambda: index.search(query, CANDIDATES)))  # noqa: B023
        true = table.ids[np.argpartition(table.similarities(query)[0], -HITS)[-HITS:]]
        overlap.append(float(np.isin(true, index.search(query, CANDIDATES)).mean()))
    faster = share(exact, 0.5) / share(near, 0.5)
    report(
        f"USearch, {CANDIDATES:,} candidates, {name}",
        f"{share(near, 0.5) * 1000:.1f} ms, recall@{HITS} {min(overlap):.3f} at worst",
        f"all compared {share(exact, 0.5) * 1000:.1f} ms; built in {built:.0f} s, "
        f"{size / len(table):.0f} bytes a photo",
        told(5, faster, "x faster"),
    )


def _searcher(catalog: Path) -> Searcher:
    words: Any = Words()
    pictures = Pictures(Decoders(1))  # which starts no process: the pictures asked with are the library's own
    return Searcher(
        lambda: Catalog.reader(catalog), words, lambda: None, catalog.parent, lambda content: None, pictures
    )


def _asked(photos: int) -> Iterator[tuple[str, list[Query]]]:
    """Kinds of questions, each with many that were never asked before."""
    chosen = np.random.default_rng(1).permutation(photos)[:QUESTIONS] + 1
    texts = [TextTerm(f"text {number}") for number in range(QUESTIONS)]
    pictures = [ImageTerm(photo) for photo in chosen.tolist()]
    away = TextTerm("something else", -1.0)
    yield "text", [Query((text,)) for text in texts]
    yield "picture", [Query((picture,)) for picture in pictures]
    pairs = list(zip(texts, pictures, strict=True))
    yield "text + picture", [Query(pair) for pair in pairs]
    yield "text - text", [Query((text, away)) for text in texts]
    first = [Query((texts[0],), Filters(since=date(2005 + number, 1, 1))) for number in range(5)]
    yield "text, new dates", first
    for kept, filters in _KEEPING.items():
        yield f"text + picture, {kept} kept", [Query(pair, filters) for pair in pairs]


def _clicks(searcher: Searcher, mode: FeedbackMode, filters: Filters) -> list[float]:
    """Seconds of each click after the first 50."""
    random = np.random.default_rng(2)
    plain = Query((TextTerm("text 0"), ImageTerm(7)), filters, feedback=mode)
    hits = searcher.search(plain, JUDGEMENTS + CLICKS + 1, 0).hits
    judged = [Judgement(hit.photo_id, bool(random.random() < 0.5)) for hit in hits]

    def click(number: int) -> Ranking:
        judgements = tuple(judged[: number + JUDGEMENTS])
        return searcher.search(replace(plain, judgements=judgements), HITS, 0)

    click(0)
    return [seconds(lambda: click(number)) for number in range(1, CLICKS + 1)]  # noqa: B023


def _recall(searcher: Searcher) -> float:
    """Share of the true first hundred, worst of ten questions with words and a picture."""
    table, found = searcher._table, []
    stored = table.vectors
    for number in range(10):
        text, row = _texts(1, number)[0], number * 1000
        query = np.stack([text, stored[row].astype(np.float32)])
        products = np.concatenate(
            [stored[start : start + _BLOCK].astype(np.float32) @ query.T for start in _starts(len(table))]
        ).T
        products[0] -= searcher._vectors.bias(np.arange(len(table)), lambda: np.empty((0, DIMENSION)))
        background = products[:, searcher._vectors.background]
        words, picture = (TermSimilarity(*pair) for pair in zip(products, background, strict=True))
        scores = base_scores([words], [picture], 0.65)
        scores[row] = -np.inf
        true = set(table.ids[np.argpartition(scores, -HITS)[-HITS:]].tolist())
        asked = Query((TextTerm(f"text {number}"), ImageTerm(int(table.ids[row]))))
        hits = {hit.photo_id for hit in searcher.search(asked, HITS, 0).hits}
        found.append(len(hits & true) / HITS)
    return min(found)


def _memory(before: int | None, photos: int) -> None:
    gc.collect()
    after = resident_bytes()
    vectors = photos * DIMENSION * 2
    if before is None or after is None:
        report(f"memory, {photos:,} photos", "not known here", "")
        return
    report(
        f"memory, {photos:,} photos",
        f"{(after - before) / 1e6:.0f} MB",
        f"the float16 vectors {vectors / 1e6:.0f} MB",
        # Promised of a million: of fewer, what does not grow with them is the larger part.
        at_most(5, (after - before) / vectors, 1.6)
        if photos > _LARGE
        else told(5, (after - before) / vectors),
    )


# --- a catalog -------------------------------------------------------------------------------


def make_catalog(file: Path, photos: int) -> None:
    """What indexing so many photos would have written, in one go."""
    Catalog.writer(file).close()
    db = sqlite3.connect(file)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -400000")
    db.execute("INSERT INTO folders (id, path, added_at) VALUES (1, x'2f70', '2024-01-01')")
    db.execute(
        """WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?)
           INSERT INTO photos (id, content_hash, size_bytes, format, width, height, mean_color, taken_at,
             added_at)
           SELECT i, CAST(printf('%016d', i) AS BLOB), 1000, 'jpeg', 4000, 3000, 0,
             strftime('%Y-%m-%dT%H:%M:%S', 1104537600 + i * 2654435761 % 630720000, 'unixepoch'), '2024-01-01'
           FROM numbers""",
        [photos],
    )
    db.execute(
        """INSERT INTO files (id, folder_id, directory, name, search_name, size_bytes, mtime_ns, inode,
             state, photo_id)
           SELECT id, 1, x'61', CAST(printf('%07d.jpg', id) AS BLOB), printf('%07d.jpg', id), 1000,
             1700000000000000000 + id, id, 'indexed', id FROM photos"""
    )
    model = [Words.files.name, Words.files.sha256, DIMENSION]
    db.execute(
        "INSERT INTO models (id, name, weights_sha256, dimension, added_at) VALUES (1, ?, ?, ?, '')", model
    )
    rows = zip(itertools.count(1), _vectors(photos))
    db.executemany("INSERT INTO embeddings (model_id, photo_id, vector) VALUES (1, ?, ?)", rows)
    db.commit()
    db.close()


def _vectors(photos: int) -> Iterator[bytes]:
    random = np.random.default_rng(0)
    centres = _centres()
    for start in _starts(photos):
        chosen = centres[random.integers(_CLUSTERS, size=min(_BLOCK, photos - start))]
        noise = random.standard_normal(chosen.shape, dtype=np.float32)
        for vector in _unit(chosen + noise).astype(np.float16):
            yield vector.tobytes()


@functools.cache
def _centres() -> FloatArray:
    return np.random.default_rng(3).standard_normal((_CLUSTERS, DIMENSION), dtype=np.float32)


def _texts(count: int, first: int = 0) -> FloatArray:
    return Words().encode_texts([f"text {number}" for number in range(first, first + count)])


def _unit(vectors: FloatArray) -> FloatArray:
    units: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units


def _starts(photos: int) -> range:
    return range(0, photos, _BLOCK)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        _measure(int(sys.argv[-1]), Path(place), indexed="--indexed" in sys.argv)
