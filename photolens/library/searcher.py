"""Answering queries: from terms to vectors, from vectors to a ranking. Lives on the query thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photolens.catalog import Catalog, Order
from photolens.domain import (
    FeedbackMode,
    FloatArray,
    Hit,
    IdArray,
    ImageTerm,
    Judgement,
    PhotoId,
    Query,
    Ranking,
    TextTerm,
)
from photolens.errors import PhotoError, QueryError
from photolens.imaging.decode import decode_bytes, decode_photo
from photolens.index import ApproximateIndex, VectorTable
from photolens.ingest import content_hash
from photolens.library.encoders import LazyEncoder
from photolens.library.judging import BaseAnswer, Reordered, reorder, tiers_of
from photolens.library.text_bank import load_bank
from photolens.library.vectors import LibraryVectors, ModelKey
from photolens.search import TermSimilarity, base_scores, rank

# Up to here every photo is scored: about 8 ms per term for 512 dimensions on one core.
EXACT_LIMIT = 100_000
# Above it, this many nearest neighbours of each positive term are scored exactly.
CANDIDATES = 5000
_REMEMBERED_TERMS = 256
_TEXTS_AT_ONCE = 64


class Searcher:
    """Turns a Query into a Ranking. Used by one thread."""

    def __init__(
        self,
        open_catalog: Callable[[], Catalog],
        encoder: LazyEncoder,
        approximate: Callable[[], ApproximateIndex | None],
        cache_directory: Path,
    ) -> None:
        self._open_catalog = open_catalog
        self._encoder = encoder
        self._approximate = approximate
        self._cache_directory = cache_directory
        self._catalog: Catalog | None = None
        self._vectors = LibraryVectors(ModelKey(encoder.files.name, encoder.files.sha256))
        self._remembered: OrderedDict[object, FloatArray] = OrderedDict()
        self._bank: FloatArray | None = None
        self._last: tuple[object, BaseAnswer] | None = None

    def search(self, query: Query, limit: int, offset: int) -> Ranking:
        """The hits `offset` to `offset + limit`. Raises QueryError, ModelError, LibraryError."""
        catalog = self._catalog = self._catalog or self._open_catalog()
        with catalog.reading():
            return self._answer(catalog, query, limit, offset)

    def prepare(self) -> None:
        """Load the model and what comes with it, ahead of the first question."""
        catalog = self._catalog = self._catalog or self._open_catalog()
        with catalog.reading():
            self._vectors.refresh(catalog)
        self._encoder.get()
        if self._vectors.table is not None:
            self._text_bank()

    def close(self) -> None:
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    # --- steps -------------------------------------------------------------------------------

    def _answer(self, catalog: Catalog, query: Query, limit: int, offset: int) -> Ranking:
        self._vectors.refresh(catalog)
        if not any(term.weight for term in query.terms) and not self._any_known(query.judgements):
            return self._list_filtered(catalog, query, limit, offset)
        base = self._base_answer(catalog, query)
        if len(base.allowed) == 0:
            return Ranking(query, (), 0)
        found = reorder(base, query.judgements, query.feedback, self._vectors, self._approximate())
        # Found by its name although not embedded yet: below all others, but for the name.
        late = np.setdiff1d(base.named, np.union1d(found.ids, base.ids))
        lowest = found.scores.min() if len(found.scores) else np.float32(0)
        ids = np.concatenate([found.ids, late])
        hits = rank(
            ids,
            np.concatenate([found.scores, np.full(len(late), lowest, dtype=np.float32)]),
            limit=limit,
            offset=offset,
            name_matches=base.named.tolist(),
            tiers=self._tiers(ids, query, found),
        )
        return Ranking(query, hits, len(base.allowed) - found.left_out, base.exact)

    def _any_known(self, judgements: Sequence[Judgement]) -> bool:
        """Whether a judged photo has a vector: likes alone are a question too."""
        if not judgements or self._vectors.table is None:
            return False
        ids = np.array([judgement.photo_id for judgement in judgements], dtype=np.int64)
        return bool((self._table.rows(ids) >= 0).any())

    def _tiers(self, ids: IdArray, query: Query, found: Reordered) -> NDArray[np.int8] | None:
        if not query.judgements:
            return None
        late = np.zeros(len(ids) - len(found.tiers), dtype=np.int8)
        return tiers_of(ids, query.judgements, np.concatenate([found.tiers, late]))

    def _list_filtered(self, catalog: Catalog, query: Query, limit: int, offset: int) -> Ranking:
        """Filters without words or pictures: all that meets them, newest first."""
        if not query.filters:
            raise QueryError("There is nothing to search for: type a few words or give a picture.")
        ids = catalog.photos.ids(query.filters, Order.NEWEST)
        page = ids[offset : offset + limit].tolist()
        hits = tuple(Hit(rank, photo_id, 0.0) for rank, photo_id in enumerate(page, start=offset + 1))
        return Ranking(query, hits, len(ids))

    def _base_answer(self, catalog: Catalog, query: Query) -> BaseAnswer:
        """What the query finds before judgements; the last one is kept, for the next click or page."""
        key = (self._vectors.version, _asked(query))
        if self._last is None or self._last[0] != key:
            self._last = (key, self._score_all(catalog, query))
        return self._last[1]

    def _score_all(self, catalog: Catalog, query: Query) -> BaseAnswer:
        allowed = catalog.photos.ids(query.filters) if query.filters else self._vectors.visible
        none, no_scores = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
        if len(allowed) == 0:  # before the seconds that loading a model takes
            return BaseAnswer(allowed, allowed, none, allowed, none, no_scores, _zeros)
        names = [] if query.file_name is None else catalog.photos.named(query.file_name)
        named = np.intersect1d(np.array(names, dtype=np.int64), allowed)
        if self._vectors.table is None or len(self._vectors.table) == 0:
            return BaseAnswer(allowed, named, none, allowed[:0], none, no_scores, _zeros)
        texts = [term for term in query.terms if isinstance(term, TextTerm) and term.weight]
        images = [term for term in query.terms if isinstance(term, ImageTerm) and term.weight]
        vectors = np.concatenate([self._text_vectors(texts), self._image_vectors(images)])
        weights = [*(term.weight for term in texts), *(term.weight for term in images)]
        # A photo of the library that asks "more like this" is no answer to itself.
        own = [term.source for term in images if isinstance(term.source, int) and term.weight > 0]
        reachable = self._vectors.rows(allowed, besides=own)
        rows = self._candidates(reachable, vectors[np.array(weights) > 0])
        score = self._scorer(vectors, weights, len(texts), query.balance) if weights else _zeros
        ids = self._table.ids[rows]
        return BaseAnswer(allowed, named, reachable, ids, rows, score(rows), score, own)

    def _scorer(
        self, vectors: FloatArray, weights: list[float], texts: int, balance: float
    ) -> Callable[[NDArray[np.intp]], FloatArray]:
        """Base scores of any rows of the table as it is now; terms are texts first, then pictures."""
        background = self._similarities(vectors, texts, self._vectors.background)

        def score(rows: NDArray[np.intp]) -> FloatArray:
            similarities = self._similarities(vectors, texts, rows)
            parts = [TermSimilarity(*part) for part in zip(similarities, background, weights, strict=True)]
            return base_scores(parts[:texts], parts[texts:], balance)

        return score

    def _candidates(self, rows: NDArray[np.intp], positive: FloatArray) -> NDArray[np.intp]:
        """The rows worth scoring: all of them while that is quick."""
        approximate = self._approximate()
        table = self._table
        if len(rows) <= EXACT_LIMIT or approximate is None or not len(positive):
            return rows
        if len(approximate) < len(table):  # still being built
            return rows
        near = table.rows(approximate.search(positive, CANDIDATES))
        return np.intersect1d(rows, near[near >= 0], assume_unique=True)

    def _similarities(self, vectors: FloatArray, texts: int, rows: NDArray[np.intp]) -> FloatArray:
        """Cosines [terms, rows]; those of the first `texts` terms less the hubness bias."""
        similarities = self._table.similarities(vectors, rows)
        if texts:
            similarities[:texts] -= self._vectors.bias(rows, self._text_bank)
        return similarities

    @property
    def _table(self) -> VectorTable:
        assert self._vectors.table is not None
        return self._vectors.table

    # --- vectors of terms --------------------------------------------------------------------

    def _text_vectors(self, terms: Sequence[TextTerm]) -> FloatArray:
        texts = [term.text for term in terms]
        unknown = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        fresh: dict[object, FloatArray] = {}
        for start in range(0, len(unknown), _TEXTS_AT_ONCE):
            part = unknown[start : start + _TEXTS_AT_ONCE]
            fresh.update(zip(part, self._encoder.get().encode_texts(part), strict=True))
        found = [fresh[text] if text in fresh else self._remembered[text] for text in texts]
        self._remember(fresh)
        return _stacked(found, self._table.dimension)

    def _image_vectors(self, terms: Sequence[ImageTerm]) -> FloatArray:
        return _stacked([self._image_vector(term.source) for term in terms], self._table.dimension)

    def _image_vector(self, source: PhotoId | str | bytes) -> FloatArray:
        if isinstance(source, int):
            row = int(self._table.rows(np.array([source], dtype=np.int64))[0])
            if row < 0:
                raise QueryError(f"Photo {source} is not in the library, or not indexed yet.")
            stored: FloatArray = self._table.vectors[row].astype(np.float32)
            return stored
        key = _image_key(source)
        if key in self._remembered:
            return self._remembered[key]
        vector = self._read_picture(source)
        self._remember({key: vector})
        return vector

    def _read_picture(self, source: str | bytes) -> FloatArray:
        encoder = self._encoder.get()
        try:
            if isinstance(source, bytes):
                decoded = decode_bytes(source, input_spec=encoder.input_spec)
            else:
                decoded = decode_photo(source, input_spec=encoder.input_spec)
        except PhotoError as error:
            name = "The pasted picture" if isinstance(source, bytes) else f"The picture {source}"
            raise QueryError(f"{name} cannot be searched with: {error.reason}") from error
        assert decoded.model_input is not None
        vector: FloatArray = encoder.encode_images(decoded.model_input[None], urgent=True)[0]
        return vector

    def _remember(self, vectors: dict[object, FloatArray]) -> None:
        self._remembered.update(vectors)
        while len(self._remembered) > _REMEMBERED_TERMS:
            self._remembered.popitem(last=False)

    def _text_bank(self) -> FloatArray:
        if self._bank is None:
            assert self._vectors.model_id is not None
            encode = self._encoder.get().encode_texts
            self._bank = load_bank(
                self._cache_directory, self._vectors.model_id, self._table.dimension, encode
            )
        return self._bank


def _stacked(vectors: Sequence[FloatArray], dimension: int) -> FloatArray:
    return np.stack(vectors) if vectors else np.empty((0, dimension), dtype=np.float32)


def _image_key(source: str | bytes) -> object:
    """A picture file is read again when it has changed."""
    if isinstance(source, bytes):
        return content_hash(source)
    try:
        found = Path(source).stat()
    except OSError:
        return (source, None)
    return (source, found.st_size, found.st_mtime_ns)


def _asked(query: Query) -> object:
    """What tells questions apart whose base answers differ."""
    plain = replace(query, seq=0, judgements=(), feedback=FeedbackMode.LEARNED)
    images = [term.source for term in query.terms if isinstance(term, ImageTerm)]
    return plain, [_image_key(source) for source in images if isinstance(source, str)]


def _zeros(rows: NDArray[np.intp]) -> FloatArray:
    return np.zeros(len(rows), dtype=np.float32)
