"""Answering with whichever model serves, each answer with one. Lives on the query thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from photolens.catalog import Catalog
from photolens.domain import Event, Explanation, Notice, PhotoId, Query, Ranking
from photolens.errors import ModelError, ModelUnavailable
from photolens.library.encoders import LazyEncoder
from photolens.library.searcher import Searcher
from photolens.library.serving import ServingModel
from photolens.messages import Message, message

log = logging.getLogger(__name__)

T = TypeVar("T")


class CurrentSearcher:
    """The searcher of the serving model, made anew when that changes. Used by one thread."""

    def __init__(
        self,
        open_catalog: Callable[[], Catalog],
        models: ServingModel,
        make: Callable[[LazyEncoder], Searcher],
        emit: Callable[[Event], None],
    ) -> None:
        self._open_catalog = open_catalog
        self._models = models
        self._make = make
        self._emit = emit
        self._catalog: Catalog | None = None
        self._encoder = models.wanted
        self._searcher = make(models.wanted)

    def search(self, query: Query, limit: int, offset: int) -> Ranking:
        """The hits `offset` to `offset + limit`. Raises QueryError, ModelError, LibraryError."""
        return self._ask(lambda searcher: searcher.search(query, limit, offset))

    def explain(self, query: Query, photo_id: PhotoId) -> Explanation:
        """Why this photo is where it is. Raises QueryError where there is nothing to explain."""
        return self._ask(lambda searcher: searcher.explain(query, photo_id))

    def narrow(self, query: Query, count: int) -> tuple[PhotoId, ...]:
        """Unjudged photos whose judgement would say most. Raises QueryError."""
        return self._ask(lambda searcher: searcher.narrow(query, count))

    def prepare(self) -> None:
        """Load the model and what comes with it, ahead of the first question; the new one if it is ready."""
        self._ask(lambda searcher: searcher.prepare(), now=True)

    def close(self) -> None:
        self._searcher.close()
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    def _ask(self, question: Callable[[Searcher], T], *, now: bool = False) -> T:
        self._follow(now=now)
        try:
            return question(self._searcher)
        except ModelError as error:
            if self._encoder is self._models.wanted or isinstance(error, ModelUnavailable):
                raise
            log.warning("%s cannot be searched with any more: %s", self._encoder.files.name, error)
            self._models.give_up(self._encoder)
        self._follow(now=True)
        return question(self._searcher)

    def _follow(self, *, now: bool) -> None:
        """Use the model that serves now, and keep nothing that another has made."""
        self._catalog = self._catalog or self._open_catalog()
        with self._catalog.reading():
            chosen = self._models.choose(self._catalog, now=now)
        if chosen is self._encoder:
            return
        self._encoder = chosen
        self._searcher.close()
        self._searcher = self._make(chosen)
        log.info("searching with %s now", chosen.files.name)
        self._emit(Notice(self._said()))

    def _said(self) -> Message:
        if self._encoder is self._models.wanted:
            return message("Searching with the new model now.")
        return message(
            "Searching with {old} until the photos are read with {new}.",
            old=self._encoder.files.name,
            new=self._models.wanted.files.name,
        )
