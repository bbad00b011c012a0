"""Recent searches in the window: which are worth remembering, going back to them, forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from photolens.domain import Query
from photolens.errors import PhotoLensError
from photolens.gui.browser import Answer
from photolens.gui.in_turn import InTurn
from photolens.gui.localized import localized
from photolens.gui.page import Page, same_question
from photolens.gui.undo import Step
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.library import Library

_SHOWN = 8
_KEPT = 50  # as many as the library keeps
_LOOKED_MS = 3000  # an answer that was looked at for so long was worth it
_CLICKED_MS = 500  # a click says the same, and another one may follow


class WindowRecent(QObject):
    """Remembers a search that was meant: by Enter, by looking at the answer, opening or judging a photo."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self._library: Library | None = None
        self._turn = InTurn(window.bridge)
        self._page = Page()  # that is shown
        self._remembered: tuple[Page, Query] | None = None  # what was remembered last
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.remember)
        window.browser.page_changed.connect(self._page_changed)
        window.browser.answered.connect(self._answered)
        window.viewer.shown.connect(self.remember)
        window.search.entered.connect(self._entered)
        recent = window.sidebar.recent
        recent.chosen.connect(self._show)
        recent.forget_wanted.connect(self._forget)
        window.commands["forget-searches"].triggered.connect(self._forget_all)

    def use(self, library: Library | None) -> None:
        """Remember in this library from now on."""
        self._library = library
        self._turn.clear()
        self._timer.stop()
        self._remembered = None
        self._window.sidebar.recent.writable = self._window.session.writable
        self._show_all([])
        self._refresh()

    def remember(self) -> None:
        """The search that is shown was worth it. Grown by clicks, it takes the place of what it was."""
        library, page = self._library, self._page
        query = page.ranking_query()
        if library is None or query is None or page.clicks.muted or not self._window.session.writable:
            return
        before, self._remembered = self._remembered, (page, query)
        if before is not None and before[1] == query:
            return
        grown = before is not None and same_question(before[0], page)

        def work() -> list[Query]:
            if grown and before is not None:
                library.forget_searches(before[1])
            library.remember_search(query)
            return library.recent_searches(_SHOWN)

        self._turn.run(work, self._show_all, self._failed)

    # --- inside ------------------------------------------------------------------------------

    def _page_changed(self, page: Page) -> None:
        clicked = page.clicks != self._page.clicks and same_question(page, self._page)
        self._page = page
        self._timer.stop()
        if clicked and page.ranks:
            self._timer.start(_CLICKED_MS)

    def _answered(self, answer: Answer) -> None:
        if answer.query is not None and not self._timer.isActive():
            self._timer.start(_LOOKED_MS)

    def _entered(self) -> None:
        if self._page.ranks:
            self._timer.start(_CLICKED_MS)

    def _show(self, query: Query) -> None:
        self._window.browser.show(Page.of_query(query, order=self._page.order))

    def _forget(self, query: Query) -> None:
        library = self._library
        if library is not None:
            self._leave_out()
            self._turn.run(lambda: library.forget_searches(query), self._refresh_after, self._failed)

    def _forget_all(self) -> None:
        def done(kept: list[Query]) -> None:
            if kept:
                window = self._window
                step = Step(self.tr("forget searches"), lambda: self._put_back(kept), self._drop_all)
                window.undo.push(step)
                undo = self.tr("Undo")
                window.say(self.tr("Recent searches forgotten."), undo, lambda: window.undo.take_back(step))

        self._drop_all(done)

    def _drop_all(self, then: Callable[[list[Query]], None] = lambda kept: None) -> None:
        """Forget all; `then` gets what they were."""
        library = self._library
        if library is None:
            return

        def work() -> list[Query]:
            kept = library.recent_searches(_KEPT)
            library.forget_searches()
            return kept

        def done(kept: list[Query]) -> None:
            self._show_all([])
            then(kept)

        self._leave_out()
        self._turn.run(work, done, self._failed)

    def _leave_out(self) -> None:
        """What is shown now is not remembered again just because it is still there."""
        query = self._page.ranking_query()
        self._timer.stop()
        self._remembered = None if query is None else (self._page, query)

    def _put_back(self, searches: list[Query]) -> None:
        library = self._library
        if library is None:
            return

        def work() -> None:
            for query in reversed(searches):
                library.remember_search(query)

        self._turn.run(work, self._refresh_after, self._failed)

    def _refresh_after(self, nothing: None) -> None:
        self._refresh()

    def _refresh(self) -> None:
        library = self._library
        if library is not None:
            self._turn.run(lambda: library.recent_searches(_SHOWN), self._show_all, self._failed)

    def _show_all(self, searches: list[Query]) -> None:
        self._window.sidebar.recent.show_searches(searches)
        self._window.commands["forget-searches"].setEnabled(bool(searches) and self._window.session.writable)

    def _failed(self, error: PhotoLensError) -> None:
        self._window.say(localized(error), danger=True)
