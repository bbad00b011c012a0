"""Which photos the grid shows: asks the library, keeps the way back, drops outdated answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from photolens.domain import (
    Event,
    FilesFound,
    FilesVanished,
    Filters,
    FolderState,
    IdArray,
    IngestFinished,
    Listing,
    PhotoId,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
    Query,
    Ranking,
    waits,
)
from photolens.errors import PhotoLensError, QueryError
from photolens.gui.bridge import Bridge
from photolens.gui.grid.sections import Section
from photolens.gui.localized import localized
from photolens.gui.page import Clicks, Page, same_question
from photolens.gui.shown import DISLIKED, FOLDED_AT_FIRST, Shown

if TYPE_CHECKING:
    from photolens.library import Library

HITS = 300  # so many at a time; more when the end comes into sight
_BUSY_MS = 200  # a wait longer than this is shown
_REFRESH_MS = 600
_REFRESH_SHARE = 6  # listing again may take this share of the time at most
_LATEST_REFRESH_MS = 5000  # but one answer that waited for the model says nothing about the next
_WAYS_BACK = 50
_CHANGES = (
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
    FilesFound,
    FolderState,
    FilesVanished,
    IngestFinished,
)
_MOST_HELD = 5000
_NO_IDS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page and its photos. `total`: how many there are in all; `more`: whether the next ones can be had."""

    page: Page
    listing: Listing
    total: int
    more: bool
    query: Query | None = None  # None: a plain list
    shown: Shown = field(default_factory=Shown)  # of a ranking, what `listing` was put together from
    ranking: Ranking | None = None  # the page of it that came last
    sections: tuple[Section, ...] = ()
    clicked: bool = False  # the same question after a click: photos have moved
    waiting: int = 0  # so many of `listing` are files that wait to be read

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show, not even a heading."""
        return not len(self.listing) and not self.sections


class Browser(QObject):
    """The state behind the grid."""

    page_changed = Signal(object)  # Page, at once
    became = Signal(object)  # dict: which photos those files of the list are now that have been read
    answered = Signal(object, bool)  # Answer; whether what was in sight should stay in sight
    failed = Signal(str)  # a question that has no answer, and why
    busy_changed = Signal(bool)
    outdated = Signal(bool)  # the library has changed since the answer

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._library: Library | None = None
        self._back: list[Page] = []
        self._meant = Page()  # a question that was not only on the way to another
        self._seq = 0
        self._search: Future[Ranking] | None = None
        self._took = 0.0
        self._said_outdated = False
        self._folded = set(FOLDED_AT_FIRST)
        self.page = Page()
        self.answer: Answer | None = None
        # Whether what is shown should stay as it is for now.
        self.steady: Callable[[], bool] = lambda: False
        # Files of the list that wait, and are selected or in sight: they must be found again as photos.
        self.held: Callable[[], IdArray] = lambda: _NO_IDS
        # What whoever shows photos does with them beforehand, on another thread.
        self.prepare: Callable[[Listing, tuple[Section, ...]], None] = lambda listing, sections: None
        self._busy = QTimer(self, singleShot=True, interval=_BUSY_MS)
        self._busy.timeout.connect(lambda: self.busy_changed.emit(True))
        self._refresh = QTimer(self, singleShot=True)
        self._refresh.timeout.connect(self._refresh_now)

    # --- what the user does ------------------------------------------------------------------

    def use(self, library: Library | None, *, keep_place: bool = False) -> None:
        """Show this library from now on. With `keep_place` its first photos are on the screen already."""
        self._cancel()
        self._seq += 1  # what is on its way comes from the library before
        self._refresh.stop()
        self._library = library
        self.answer = None
        if library is not None:
            self._ask(keep_place=keep_place)

    def show(self, page: Page, *, remember: bool = True) -> None:
        """Go to a page. With `remember` the page before is where `back` leads."""
        if page == self.page and self.answer is not None:
            return
        if remember:
            self._remember()
        self.page = page
        self.page_changed.emit(page)
        self._ask(keep_place=False)

    def refine(self, page: Page) -> None:
        """The question is being changed: one way back, to where nothing was asked yet, or to what was meant.

        Clicks on the answer to another question are no help with this one: they are dropped.
        """
        if (page.clicks or page.concept) and not (page.asks and page.follows(self.page)):
            page = replace(page, clicks=Clicks(mode=page.clicks.mode), concept=None)
        before = self.page
        begun = page.asks and not before.asks
        meant = before.asks and same_question(before, self._meant) and not same_question(before, page)
        self.show(page, remember=begun or meant or len(page.pictures) > len(before.pictures))

    def settle(self) -> None:
        """The question is meant as it stands: whoever changes it now can come back to it."""
        self._meant = self.page

    def reorder(self, page: Page, *, ask: bool = True) -> None:
        """The same question after a click: the photos move to other places. Without `ask`, later."""
        if page == self.page:
            return
        answer, self.page = self.answer, page
        self.page_changed.emit(page)
        if page.ranks:
            if ask:
                self._ask(keep_place=True, clicked=True)
        elif answer is not None and answer.query is not None:  # the last like that was a question is gone
            self._ask(keep_place=False)
        elif answer is not None and replace(answer.page, clicks=page.clicks) == page:
            self.answer = replace(answer, page=page)  # a plain list stays as it is

    def catch_up(self) -> None:
        """Ask again, if the answer is that to the question before the last clicks."""
        if self.answer is not None and self.answer.page != self.page and self.page.ranks:
            self._ask(keep_place=True, clicked=True)

    @property
    def folded(self) -> frozenset[str]:
        """Stretches of a ranking of which only the heading is shown."""
        return frozenset(self._folded)

    def toggle(self, name: str) -> None:
        """Fold or unfold a stretch."""
        self._folded ^= {name}
        answer = self.answer
        if answer is None or answer.query is None or answer.page != self.page:
            return
        if name == DISLIKED and name not in self._folded and not len(answer.shown.disliked):
            self._fetch_disliked(answer)
        else:
            self._take(self._laid_out(answer), self._seq, keep_place=True)

    @property
    def can_go_back(self) -> bool:
        return bool(self._back)

    def back(self) -> bool:
        """To the page before; False when there is none."""
        while self._back and self._back[-1] == self.page:
            self._back.pop()
        if not self._back:
            return False
        self.page = self._back.pop()
        self.page_changed.emit(self.page)
        self._ask(keep_place=False)
        return True

    def set_filters(self, filters: Filters) -> None:
        self.show(replace(self.page, filters=filters))

    def refresh(self) -> None:
        """Ask the same again, keeping the place."""
        self._ask(keep_place=True)

    def become(self, photos: Mapping[PhotoId, PhotoId]) -> None:
        """Files of the list that waited are photos now. They stay in their places until it is asked for."""
        answer = self.answer
        if answer is None or not answer.waiting:
            return
        ids, read = answer.listing.ids.copy(), np.sort(list(photos))
        # First the range, which is small: there may be a million files, and this is the window's thread.
        near = np.flatnonzero((ids >= read[0]) & (ids <= read[-1]))
        rows = near[np.isin(ids[near], read)]
        if len(rows):
            ids[rows] = [photos[file_id] for file_id in ids[rows].tolist()]
            listing = replace(answer.listing, ids=ids)
            self.answer = replace(answer, listing=listing, waiting=answer.waiting - len(rows))
            self.became.emit(photos)

    def more(self) -> None:
        """Fetch the next hits, if there are any and none are on their way."""
        answer = self.answer
        if self._library is None or answer is None or not answer.more or answer.query is None:
            return
        if answer.page != self.page:  # another question is on its way
            return
        offset = answer.shown.next_offset(self._folded)
        if offset is not None and (self._search is None or self._search.done()):
            self._search_for(answer.query, self._seq, offset=offset, keep_place=True)

    # --- what the library does ---------------------------------------------------------------

    def hear(self, events: list[Event]) -> None:
        """Note that the library has changed; the list is asked for again, though not too often."""
        changes = [event for event in events if isinstance(event, _CHANGES)]
        only_read = all(isinstance(event, PhotosAdded) for event in changes)
        if not changes or (only_read and self.answer and self.answer.waiting and self.steady()):
            return  # the list has a place for each already, and would only be laid out anew
        removed = any(isinstance(event, PhotosRemoved) for event in events)
        if self.page.asks and not removed and self.steady():
            self._say_outdated(True)
        elif not self._refresh.isActive():
            wanted = int(self._took * 1000 * _REFRESH_SHARE)
            self._refresh.start(min(max(_REFRESH_MS, wanted), _LATEST_REFRESH_MS))

    def _refresh_now(self) -> None:
        if self._search is not None and not self._search.done():
            self._refresh.start(_REFRESH_MS)  # a question is on its way: do not overtake it
        else:
            self._ask(keep_place=True)

    # --- asking ------------------------------------------------------------------------------

    def _ask(self, *, keep_place: bool, clicked: bool = False) -> None:
        library = self._library
        if library is None:
            return
        self._cancel()
        self._seq += 1
        self._say_outdated(False)
        page, seq = self.page, self._seq
        try:
            query = page.query()
        except QueryError as error:
            self.failed.emit(localized(error))
            return
        self._busy.start()
        if page.ranks:
            wanted = self.answer.shown.fetched() if keep_place and self.answer else 0
            query = replace(query, seq=seq)
            self._search_for(query, seq, offset=0, keep_place=keep_place, limit=wanted, clicked=clicked)
            return
        if not page.asks:  # clicks alone are a question only where they were made one
            query = replace(query, judgements=(), examples=())
        started = time.monotonic()
        held = self.held() if keep_place and self.answer and self.answer.waiting else _NO_IDS

        def work() -> tuple[Answer, dict[PhotoId, PhotoId]]:
            listing = library.listing(query.filters, page.order, waiting=not query.file_name)
            self.prepare(listing, ())
            files = library.waiting_files(held[:_MOST_HELD].tolist()) if len(held) else []
            photos = {file.id: file.photo_id for file in files if file.photo_id is not None}
            waiting = int(waits(listing.ids).sum())
            return Answer(page, listing, len(listing), more=False, waiting=waiting), photos

        def then(found: tuple[Answer, dict[PhotoId, PhotoId]]) -> None:
            self._took = time.monotonic() - started
            answer, photos = found
            if seq == self._seq and photos:
                self.become(photos)  # so that they are found again
            self._take(answer, seq, keep_place)

        self._bridge.run(work, then, self._failure(seq))

    def _search_for(
        self,
        query: Query,
        seq: int,
        *,
        offset: int,
        keep_place: bool,
        limit: int = 0,
        clicked: bool = False,
    ) -> None:
        library = self._library
        assert library is not None
        started = time.monotonic()
        before = self.answer.shown if offset and self.answer else None
        page, folded = self.page, self.folded
        self._search = library.search_later(query, limit=max(limit, HITS), offset=offset)

        def ranked(ranking: Ranking) -> None:
            if seq == self._seq:
                self._bridge.run(lambda: fetch(ranking), arrived, self._failure(seq))

        def fetch(ranking: Ranking) -> Answer:
            """On another thread: what is known of these photos."""
            listing = library.listing_of(hit.photo_id for hit in ranking.hits)
            shown = Shown.of(ranking, before).with_page(ranking.hits, listing)
            unfolded = folded - {DISLIKED} if shown.all_disliked else folded
            if shown.counts.disliked and DISLIKED not in unfolded:
                shown = replace(shown, disliked=library.listing_of(_disliked(query)))
            total = ranking.total if query.shelf else ranking.total - ranking.sections.disliked
            answer = Answer(page, Listing.empty(), total, False, query, shown, ranking, clicked=clicked)
            answer = _laid_out(answer, unfolded)
            self.prepare(answer.listing, answer.sections)
            return answer

        def arrived(answer: Answer) -> None:
            self._took = time.monotonic() - started
            self._take(answer, seq, keep_place)

        self._bridge.when_done(self._search, ranked, self._failure(seq))

    def _fetch_disliked(self, answer: Answer) -> None:
        library, query, seq = self._library, answer.query, self._seq
        if library is None or query is None:
            return

        def arrived(listing: Listing) -> None:
            shown = replace(answer.shown, disliked=listing)
            self._take(self._laid_out(replace(answer, shown=shown)), seq, keep_place=True)

        self._bridge.run(lambda: library.listing_of(_disliked(query)), arrived, self._failure(seq))

    def _laid_out(self, answer: Answer) -> Answer:
        return replace(_laid_out(answer, self._folded), clicked=False)

    def _take(self, answer: Answer, seq: int, keep_place: bool) -> None:
        if seq != self._seq:
            return
        self.answer = answer
        self._not_busy()
        self.answered.emit(answer, keep_place)

    def _failure(self, seq: int) -> Callable[[PhotoLensError], None]:
        def failed(error: PhotoLensError) -> None:
            if seq == self._seq:
                self._not_busy()
                self.failed.emit(localized(error))

        return failed

    def _cancel(self) -> None:
        if self._search is not None:
            self._search.cancel()
            self._search = None
        self._not_busy()

    def _not_busy(self) -> None:
        self._busy.stop()
        self.busy_changed.emit(False)

    def _say_outdated(self, outdated: bool) -> None:
        """Once per answer: who does not care is not asked again and again."""
        if outdated != self._said_outdated:
            self._said_outdated = outdated
            self.outdated.emit(outdated)

    def _remember(self) -> None:
        self._back.append(self.page)
        del self._back[:-_WAYS_BACK]


def _laid_out(answer: Answer, folded: Collection[str]) -> Answer:
    listing, sections = answer.shown.laid_out(folded)
    more = answer.shown.next_offset(folded) is not None
    return replace(answer, listing=listing, sections=sections, more=more)


def _disliked(query: Query) -> list[PhotoId]:
    return [judgement.photo_id for judgement in query.judgements if not judgement.liked]
