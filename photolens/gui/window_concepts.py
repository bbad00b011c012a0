"""Concepts in the window: saved, opened, changed, taken elsewhere; with them recent searches and "narrow"."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from photolens.domain import (
    Concept,
    ConceptsChanged,
    Event,
    PhotoId,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
    Query,
)
from photolens.errors import PhotoLensError, QueryError
from photolens.gui.browser import Answer
from photolens.gui.concept_changes import ConceptChanges
from photolens.gui.concept_counts import ConceptCounts
from photolens.gui.in_turn import InTurn
from photolens.gui.localized import localized
from photolens.gui.page import Page
from photolens.gui.window_frame import WindowFrame
from photolens.gui.window_narrow import WindowNarrow
from photolens.gui.window_recent import WindowRecent
from photolens.gui.window_state import WindowState

if TYPE_CHECKING:
    from photolens.library import Library

_TYPING_S = 1.0  # so long after a change of the question another one may follow
_WAITING_S = 10.0  # an answer that has not come by then may never come


class WindowConcepts(QObject):
    """Keeps the list of concepts about what the library holds, and lets the user change both, undoably."""

    def __init__(
        self,
        window: WindowFrame,
        state: WindowState,
        judge: Callable[[Sequence[PhotoId], bool | None], None],
    ) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._library: Library | None = None
        self._turn = InTurn(window.bridge)
        self._asked_at, self._waits = 0.0, False
        self._as_asked: dict[int, Query] = {}  # what a concept was saved from, in the words of its page
        self.concepts: list[Concept] = []
        self.changes = ConceptChanges(window, self._turn)
        self.changes.saved.connect(self._saved)
        self.changes.imported.connect(self.open)
        self.recent = WindowRecent(window)
        self.narrow = WindowNarrow(window, judge)
        self.counts = ConceptCounts(window.bridge, self._calm, self)
        self.counts.counted.connect(self._counted)
        window.browser.page_changed.connect(self._page_changed)
        window.browser.answered.connect(self._answered)
        window.browser.failed.connect(lambda text: self._no_answer())
        for name, call in (
            ("save-concept", self._save),
            ("update-concept", self._update),
            ("import-concept", self.changes.choose_import),
        ):
            window.commands[name].triggered.connect(call)
        listed = window.sidebar.concepts
        listed.opened.connect(self.open)
        for signal, change in (
            (listed.rename_wanted, self.changes.rename),
            (listed.duplicate_wanted, self.changes.duplicate),
            (listed.export_wanted, self.changes.export),
            (listed.delete_wanted, self.changes.delete),
        ):
            signal.connect(partial(self._with_concept, change))
        recent = window.sidebar.recent
        if known := state.text("recent", ""):
            recent.fold(known == "folded", by_hand=True)
        recent.folded_by_hand.connect(lambda folded: state.set("recent", "folded" if folded else "open"))
        self._enable()

    # --- what the window tells ---------------------------------------------------------------

    def use(self, library: Library | None) -> None:
        """Show this library's concepts from now on."""
        self._library = library
        self._turn.clear()
        self._as_asked.clear()
        self.changes.use(library)
        self.counts.use(library)
        self._window.sidebar.concepts.writable = self._window.session.writable
        self._show([])
        self._reload()
        self.recent.use(library)
        self.narrow.use(library)

    def hear(self, events: Sequence[Event]) -> None:
        """The library has changed."""
        if any(isinstance(event, ConceptsChanged) for event in events):
            self._reload()
        if any(isinstance(event, (PhotosAdded, PhotosChanged, PhotosRemoved)) for event in events):
            self.counts.photos_changed(concept.id for concept in self.concepts)

    def open(self, concept_id: int) -> None:
        """Show what this concept finds."""
        library, browser = self._library, self._window.browser
        if library is None:
            return

        def show(concept: Concept) -> None:
            page = Page.of_query(concept.query, order=browser.page.order, concept=concept.id)
            browser.show(page)

        # As it is stored now: judged photos may have come or gone.
        self._window.bridge.run(lambda: library.concept(concept_id), show, self._failed)

    # --- what the user does ------------------------------------------------------------------

    def _save(self) -> None:
        query = self._query()
        if query is not None:
            self.changes.save(query, (concept.name for concept in self.concepts))

    def _update(self) -> None:
        """Keep the question as it is now in the concept that it began as."""
        concept, query = self._shown(), self._query()
        if concept is not None and query is not None:
            self.changes.update(concept, query)

    def _with_concept(self, change: Callable[[Concept], None], concept_id: int) -> None:
        if (concept := self._concept(concept_id)) is not None:
            change(concept)

    def _saved(self, concept: Concept, query: Query) -> None:
        """What is shown is this concept from now on, if it still asks the same."""
        self._as_asked[concept.id] = query
        browser = self._window.browser
        if self._query() == query:
            browser.reorder(replace(browser.page, concept=concept.id))

    # --- what is shown -----------------------------------------------------------------------

    def _reload(self) -> None:
        library = self._library
        if library is not None:
            self._turn.run(library.concepts, self._show, self._failed)

    def _show(self, concepts: list[Concept]) -> None:
        before = {concept.id: concept.query for concept in self.concepts}
        self.concepts = concepts
        self._window.sidebar.concepts.show_concepts(concepts)
        self.counts.forget(c.id for c in concepts if before.get(c.id) != c.query)
        self._enable()

    def _page_changed(self, page: Page) -> None:
        self._asked_at, self._waits = time.monotonic(), True
        self._enable()

    def _answered(self, answer: Answer) -> None:
        self._no_answer()
        concept, ranking = self._shown(), answer.ranking
        if concept is not None and ranking is not None and answer.query and self._same(concept, answer.query):
            self._see(concept, ranking.sections.liked + ranking.sections.strong)

    def _no_answer(self) -> None:
        self._waits = False

    def _calm(self) -> bool:
        """Whether the library may be asked something that nobody waits for."""
        since = time.monotonic() - self._asked_at
        return since > (_WAITING_S if self._waits else _TYPING_S)

    def _enable(self) -> None:
        """Mark the concept that is shown; its changes can be saved where there are some."""
        window, concept, query = self._window, self._shown(), self._query()
        writable = window.session.writable and self._library is not None
        window.sidebar.concepts.choose(None if concept is None else concept.id)
        changed = concept is not None and query is not None and not self._same(concept, query)
        window.commands["update-concept"].setEnabled(changed and writable)
        window.commands["import-concept"].setEnabled(writable)

    def _counted(self, concept_id: int, count: int) -> None:
        concept = self._concept(concept_id)
        if concept is not None:
            seen = self._state.number(_key(concept), -1)
            seen = count if seen < 0 else min(seen, count)
            self._state.set(_key(concept), seen)
            self._window.sidebar.concepts.set_count(concept_id, count, count - seen)

    def _see(self, concept: Concept, count: int) -> None:
        """All its matches are on the screen: none of them is new any more."""
        self._state.set(_key(concept), count)
        self.counts.note(concept.id, count)

    # --- inside ------------------------------------------------------------------------------

    def _concept(self, concept_id: int | None) -> Concept | None:
        return next((concept for concept in self.concepts if concept.id == concept_id), None)

    def _shown(self) -> Concept | None:
        return self._concept(self._window.browser.page.concept)

    def _query(self) -> Query | None:
        """What the page asks, with its clicks even while they are switched off."""
        page = self._window.browser.page
        return replace(page, clicks=replace(page.clicks, muted=False)).ranking_query()

    def _same(self, concept: Concept, query: Query) -> bool:
        """Whether the concept asks this, in its own words or in those of the page it was saved from."""
        plain = replace(query, seq=0)
        return plain == self._as_asked.get(concept.id) or plain == _as_page(concept.query)

    def _failed(self, error: PhotoLensError) -> None:
        self._window.say(localized(error), danger=True)


def _as_page(query: Query) -> Query:
    """The same question as the window asks it once it is shown."""
    try:
        return Page.of_query(query).query()
    except QueryError:
        return query


def _key(concept: Concept) -> str:
    """Where it is remembered how many matches were seen; ids alone can come again, in other libraries too."""
    return f"concepts/{concept.id}-{concept.created_at:%Y%m%d%H%M%S}"
