"""Answering queries: from terms to vectors, from vectors to a ranking. Lives on the query thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photolens.catalog import Catalog
from photolens.domain import (
    ChangeTerm,
    Explanation,
    FeedbackMode,
    FloatArray,
    Hit,
    HitOrder,
    IdArray,
    ImageTerm,
    Order,
    PhotoId,
    Query,
    Ranking,
    Sections,
    ShelfCuts,
    Term,
    TermReason,
)
from photolens.errors import QueryError
from photolens.index import ApproximateIndex, VectorTable, limits
from photolens.library.encoders import LazyEncoder
from photolens.library.judging import BaseAnswer, Judged, Reordered, reorder
from photolens.library.lessons import Lessons
from photolens.library.memory import give_back
from photolens.library.pictures import Pictures
from photolens.library.scoring import Scorer
from photolens.library.term_vectors import TermEncoder, effective_terms, source_key
from photolens.library.text_bank import load_bank
from photolens.library.vectors import LibraryVectors, ModelKey
from photolens.messages import message
from photolens.search import Candidates, rank, shelf_of
from photolens.search.narrow import most_telling
from photolens.search.shelves import shelf_cuts, steadied

Rows = NDArray[np.intp]

# Above limits.EXACT_LIMIT, this many nearest neighbours of each positive term are scored exactly.
CANDIDATES = 5000
_NARROW_FROM = 200  # so many of the best are looked at for those that say most
_DATE_ORDERS = {HitOrder.NEWEST: Order.NEWEST, HitOrder.OLDEST: Order.OLDEST}


class Searcher:
    """Turns a Query into a Ranking with one model. Used by one thread."""

    def __init__(
        self,
        open_catalog: Callable[[], Catalog],
        encoder: LazyEncoder,
        approximate: Callable[[], ApproximateIndex | None],
        cache_directory: Path,
        thumbnail: Callable[[bytes], bytes | None],
        pictures: Pictures,
    ) -> None:
        self._open_catalog = open_catalog
        self._encoder = encoder
        self._approximate = approximate
        self._cache_directory = cache_directory
        self._catalog: Catalog | None = None
        key = ModelKey(encoder.files.name, encoder.files.sha256)
        self._vectors = LibraryVectors(key, cache_directory)
        self._terms = TermEncoder(encoder, thumbnail, pictures)
        self._lessons = Lessons(self._vectors, self._terms)
        self._bank: FloatArray | None = None
        self._last: tuple[object, BaseAnswer] | None = None
        self._last_order: tuple[object, Judged, Reordered, ShelfCuts] | None = None
        self._dates: tuple[object, IdArray] | None = None
        self._filtered: tuple[object, IdArray] | None = None

    def search(self, query: Query, limit: int, offset: int) -> Ranking:
        """The hits `offset` to `offset + limit`. Raises QueryError, ModelError, LibraryError."""
        catalog = self._reader()
        with catalog.reading():
            return self._answer(catalog, query, limit, offset)

    def explain(self, query: Query, photo_id: PhotoId) -> Explanation:
        """Why this photo is where it is. Raises QueryError where there is nothing to explain."""
        catalog = self._reader()
        with catalog.reading():
            return self._explain(catalog, query, photo_id)

    def narrow(self, query: Query, count: int) -> tuple[PhotoId, ...]:
        """Unjudged photos whose judgement would say most. Raises QueryError."""
        catalog = self._reader()
        with catalog.reading():
            return self._narrow(catalog, query, count)

    def prepare(self) -> None:
        """Load what words need, ahead of the first question; what pictures need waits for one."""
        catalog = self._reader()
        with catalog.reading():
            self._vectors.refresh(catalog)
        self._encoder.prepare_texts()
        if self._vectors.table is not None:
            self._vectors.bias(np.arange(len(self._table)), self._text_bank)
        give_back()  # what loading took

    def close(self) -> None:
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    # --- answers -----------------------------------------------------------------------------

    def _reader(self) -> Catalog:
        self._catalog = self._catalog or self._open_catalog()
        return self._catalog

    def _answer(self, catalog: Catalog, query: Query, limit: int, offset: int) -> Ranking:
        self._vectors.refresh(catalog)
        if not self._asks(query):
            return self._list_filtered(catalog, query, limit, offset)
        base = self._base_answer(catalog, query)
        if len(base.allowed) == 0:
            return Ranking(query, (), 0)
        _, found, cuts = self._ordered(catalog, query, base)
        candidates = self._candidates_of(catalog, query, base, found, cuts)
        ranked = rank(candidates, limit=limit, offset=offset, only=query.shelf)
        total = len(base.allowed) - found.left_out
        if query.shelf is not None:
            total = ranked.sections.liked + getattr(ranked.sections, query.shelf)
        shelves = cuts if candidates.cuts else None
        return Ranking(query, ranked.hits, total, base.exact, ranked.sections, shelves)

    def _asks(self, query: Query) -> bool:
        """Whether there is more to it than filters: terms, or a photo that was liked.

        Raises QueryError for dislikes alone, which leave open what is sought.
        """
        if effective_terms(query) or any(example.liked for example in query.examples):
            return True
        known = np.empty(0, dtype=np.int64)
        if self._vectors.table is not None:
            judged = query.verdicts
            ids = np.fromiter(judged, dtype=np.int64)
            known = ids[self._table.rows(ids) >= 0]
            if any(judged[photo_id] for photo_id in known.tolist()):
                return True
        if len(known) or query.examples:
            raise QueryError(
                message("Dislikes alone find nothing: like a photo too, or say what you are looking for.")
            )
        return False

    def _list_filtered(self, catalog: Catalog, query: Query, limit: int, offset: int) -> Ranking:
        """Filters without words or pictures: all that meets them, newest first."""
        if not query.filters:
            raise QueryError(message("There is nothing to search for: type a few words or give a picture."))
        order = _DATE_ORDERS.get(query.order, Order.NEWEST)
        ids = catalog.photos.ids(query.filters, order)
        page = ids[offset : offset + limit].tolist()
        hits = tuple(Hit(rank, photo_id, 0.0) for rank, photo_id in enumerate(page, start=offset + 1))
        return Ranking(query, hits, len(ids), sections=Sections(rest=len(ids)))

    def _candidates_of(
        self, catalog: Catalog, query: Query, base: BaseAnswer, found: Reordered, cuts: ShelfCuts
    ) -> Candidates:
        """What is to be ranked, with photos that were found by name although they have no vector yet."""
        ids, scores, demoted = found.ids, found.scores, found.demoted
        late = base.named[~_among(base.named, ids) & ~_among(base.named, base.ids)]
        if len(late):
            lowest = scores.min() if len(scores) else np.float32(0)
            order = np.argsort(ids := np.concatenate([ids, late]))
            scores = np.concatenate([scores, np.full(len(late), lowest, dtype=np.float32)])[order]
            ids = ids[order]
            if demoted is not None:
                demoted = np.concatenate([demoted, np.zeros(len(late), dtype=np.bool_)])[order]
        verdicts = query.verdicts
        return Candidates(
            ids,
            scores,
            cuts=cuts if base.scorer is not None else None,
            liked=[photo for photo, liked in verdicts.items() if liked],
            disliked=[photo for photo, liked in verdicts.items() if not liked],
            name_matches=base.named.tolist(),
            demoted=demoted,
            by_date=self._by_date(catalog, query.order, ids),
        )

    def _by_date(self, catalog: Catalog, order: HitOrder, ids: IdArray) -> Rows | None:
        """Every place in `ids`, ascending, in the order of time."""
        if order is HitOrder.BEST or not len(ids):
            return None
        key = (self._vectors.version, order)
        if self._dates is None or self._dates[0] != key:
            self._dates = (key, catalog.photos.ids(None, _DATE_ORDERS[order]))
        dated = self._dates[1]
        places = np.minimum(np.searchsorted(ids, dated), len(ids) - 1)
        found: Rows = places[ids[places] == dated]
        return found

    def _explain(self, catalog: Catalog, query: Query, photo_id: PhotoId) -> Explanation:
        self._vectors.refresh(catalog)
        if not self._asks(query):
            raise QueryError(message("Nothing was asked for, so there is nothing to explain."))
        base = self._base_answer(catalog, query)
        if base.scorer is None:
            raise QueryError(message("No photo has been read with this model yet."))
        vector = self._lessons.vector(photo_id, catalog)
        if vector is None:
            raise QueryError(message("This photo has not been read yet, so nothing can be said of it."))
        judged, found, cuts = self._ordered(catalog, query, base)
        z, contributions, score = base.scorer.reasons(vector)
        learned = 0.0 if found.correction is None else float(found.correction.of(vector[None])[0])
        parts = zip(base.scorer.asked.terms, z.tolist(), contributions.tolist(), strict=True)
        named = photo_id in base.named
        return Explanation(
            photo_id=photo_id,
            score=score + learned,
            terms=tuple(TermReason(*part) for part in parts),
            constant=score - float(contributions.sum()),
            learned=learned,
            shelf=shelf_of(score + learned, cuts),
            cuts=cuts,
            liked=query.verdicts.get(photo_id),
            nearest_liked=judged.nearest(photo_id, vector, liked=True),
            nearest_disliked=judged.nearest(photo_id, vector, liked=False),
            matched_name=bool(named),
        )

    def _narrow(self, catalog: Catalog, query: Query, count: int) -> tuple[PhotoId, ...]:
        self._vectors.refresh(catalog)
        if not self._asks(query):
            raise QueryError(message("Search for something first: then its answer can be narrowed."))
        base = self._base_answer(catalog, query)
        _, found, _ = self._ordered(catalog, query, base)
        if base.scorer is None or not len(found.ids):
            return ()
        known = [judgement.photo_id for judgement in query.judgements]
        candidates = Candidates(found.ids, found.scores)
        best = rank(candidates, limit=_NARROW_FROM + len(known)).hits
        ids = np.array([hit.photo_id for hit in best if hit.photo_id not in known], dtype=np.int64)
        rows = self._table.rows(ids[:_NARROW_FROM])
        vectors = self._table.vectors[rows].astype(np.float32)
        chosen = most_telling(vectors, found.scores[np.searchsorted(found.ids, ids[:_NARROW_FROM])], count)
        return tuple(int(ids[place]) for place in chosen)

    # --- steps -------------------------------------------------------------------------------

    def _base_answer(self, catalog: Catalog, query: Query) -> BaseAnswer:
        """What the query finds before judgements; the last one is kept, for the next click or page."""
        key = (self._vectors.version, _asked(query))
        if self._last is None or self._last[0] != key:
            many = self._last is not None and bool(self._last[1].nearest.cosines)
            self._last = self._last_order = None  # before there is another as large
            if many:
                give_back()
            self._last = (key, self._score_all(catalog, query))
        return self._last[1]

    def _score_all(self, catalog: Catalog, query: Query) -> BaseAnswer:
        allowed = self._allowed(catalog, query)
        none, no_scores = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
        if len(allowed) == 0:  # before the seconds that loading a model takes
            return BaseAnswer(allowed, allowed, none, allowed, none, no_scores, no_scores)
        names = [] if query.file_name is None else catalog.photos.named(query.file_name)
        named = np.unique(np.array(names, dtype=np.int64))
        named = named[_among(named, allowed)]
        if self._vectors.table is None or len(self._vectors.table) == 0:
            return BaseAnswer(allowed, named, none, allowed[:0], none, no_scores, no_scores)
        asked = self._terms.encode(query, self._table, catalog)
        balance = query.balance * _share_of_words(asked.terms)
        scorer = Scorer(asked, self._vectors, self._text_bank, balance, query.combination)
        # A photo of the library that asks "more like this" is no answer to itself.
        images = [term for term in asked.terms if isinstance(term, ImageTerm) and term.weight > 0]
        own = [term.source for term in images if isinstance(term.source, int)]
        reachable = self._vectors.rows(allowed, besides=own)
        rows = self._near(reachable, asked.vectors[asked.weights > 0])
        background = scorer.of_rows(self._vectors.background)
        cuts = shelf_cuts(background, no_scores, no_scores, len(self._vectors.visible))
        ids, scores = self._table.ids[rows], scorer.of_rows(rows)
        return BaseAnswer(allowed, named, reachable, ids, rows, scores, background, cuts, scorer, own)

    def _allowed(self, catalog: Catalog, query: Query) -> IdArray:
        """Photos that meet the filters; the last are kept, since half a second for a million is long."""
        if not query.filters:
            return self._vectors.visible
        key = (self._vectors.version, query.filters)
        if self._filtered is None or self._filtered[0] != key:
            self._filtered = (key, self._vectors.visible_among(catalog.photos.matching(query.filters)))
        return self._filtered[1]

    def _near(self, rows: Rows, positive: FloatArray) -> Rows:
        """The rows worth scoring: all of them while that is quick.

        Of more than a million that meet the filters, those near a term before any filter: few may be left
        where the filters take most of what is near.
        """
        approximate = self._approximate()
        table = self._table
        if len(rows) <= limits.EXACT_LIMIT or approximate is None or not len(positive):
            return rows
        if len(approximate) < len(table):  # still being built
            return rows
        near = table.rows(approximate.search(positive, CANDIDATES))
        found = np.intersect1d(rows, near[near >= 0], assume_unique=True)
        return found[np.argsort(table.ids[found])]

    def _ordered(
        self, catalog: Catalog, query: Query, base: BaseAnswer
    ) -> tuple[Judged, Reordered, ShelfCuts]:
        """What judgements make of the answer; the last is kept, for the next page or a reason."""
        key = (self._vectors.version, _asked(query), query.judgements, query.examples, query.feedback)
        if self._last_order is not None and self._last_order[0] == key:
            return self._last_order[1:]
        judged = self._lessons.of(query, base, catalog)
        likes = self._lessons.latest_likes(query)
        found = reorder(base, judged, likes, query.feedback, self._vectors, self._approximate())
        cuts = base.cuts
        if len(judged):
            liked, disliked = found.judged[judged.liked], found.judged[~judged.liked]
            after = shelf_cuts(found.background, liked, disliked, len(self._vectors.visible))
            cuts = steadied(base.cuts, base.background, after, found.background, len(judged))
        self._last_order = (key, judged, found, cuts)
        return judged, found, cuts

    @property
    def _table(self) -> VectorTable:
        assert self._vectors.table is not None
        return self._vectors.table

    def _text_bank(self) -> FloatArray:
        if self._bank is None:
            key, encode = self._vectors.key, self._encoder.encode_texts
            self._bank = load_bank(self._cache_directory, key.weights_sha256, self._table.dimension, encode)
        return self._bank


def _among(few: IdArray, many: IdArray) -> NDArray[np.bool_]:
    """Whether each of a few is one of many, which ascend; numpy's sets would look at every one of these."""
    if not len(many):
        return np.zeros(len(few), dtype=np.bool_)
    return np.equal(many[np.minimum(np.searchsorted(many, few), len(many) - 1)], few)


def _share_of_words(terms: Sequence[Term]) -> float:
    """A change is heard well beside a picture: alone it gets half the share that words get.

    AP of "the same, but with another property", by share: 9.2 at 0, 9.6 at .2, 9.3 at .5,
    7.6 at .65, where words without "instead of" have 4.3; see evaluation/README.md.
    """
    words = [term for term in terms if not isinstance(term, ImageTerm)]
    return 0.5 if words and all(isinstance(term, ChangeTerm) for term in words) else 1.0


def _asked(query: Query) -> object:
    """What tells questions apart whose base answers differ."""
    plain = replace(
        query,
        seq=0,
        judgements=(),
        examples=(),
        feedback=FeedbackMode.LEARNED,
        shelf=None,
        order=HitOrder.BEST,
    )
    images: Sequence[ImageTerm] = [term for term in query.terms if isinstance(term, ImageTerm)]
    return plain, [source_key(term.source) for term in images if isinstance(term.source, str)]
