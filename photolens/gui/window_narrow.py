""" "Help me narrow" in the window: asks the library which photos to ask about, and judges them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from photolens.domain import PhotoId
from photolens.errors import PhotoLensError
from photolens.gui.browser import Answer
from photolens.gui.localized import localized
from photolens.gui.page import Page, same_question
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.gui.narrow_dialog import NarrowDialog
    from photolens.library import Library

COUNT = 6


class WindowNarrow(QObject):
    """Keeps the dialog about the question that the window shows."""

    def __init__(self, window: WindowFrame, judge: Callable[[Sequence[PhotoId], bool | None], None]) -> None:
        super().__init__(window)
        self._window, self._judge = window, judge
        self._library: Library | None = None
        self._page: Page | None = None  # whose photos are asked about
        self._asked = 0
        self.dialog: NarrowDialog | None = None
        window.commands["narrow"].triggered.connect(self.open)
        window.browser.page_changed.connect(self._page_changed)
        window.browser.answered.connect(self._answered)

    def use(self, library: Library | None) -> None:
        """Ask this library from now on."""
        self._library = library
        self._page = None
        self._asked += 1
        if library is None and self.dialog is not None:
            self.dialog.hide()

    def open(self) -> None:
        """Show the dialog, with six photos to begin with."""
        from photolens.gui.narrow_dialog import NarrowDialog

        if self.dialog is None:
            commands = self._window.commands
            self.dialog = NarrowDialog(self._window, (commands["undo"], commands["redo"]))
            self.dialog.judged.connect(self._judge)
            self.dialog.more_wanted.connect(self._ask)
        shown = self.dialog.isVisible()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        if not shown or not self.dialog.cards:
            self._ask()

    # --- inside ------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Which photos should be asked about now?"""
        dialog, library, page = self.dialog, self._library, self._window.browser.page
        query = page.ranking_query()
        if dialog is None or library is None:
            return
        self._page, self._asked = page, self._asked + 1
        asked = self._asked
        if query is None:
            dialog.say(self.tr("Search for something first."))
            return

        def found(ids: tuple[PhotoId, ...]) -> None:
            if asked != self._asked:
                return
            if ids:
                dialog.ask_about(ids)
                self._window.pixmaps(ids, dialog.set_pixmaps)
                self._show_clicks()
            else:
                dialog.say(self.tr("There is no photo left to ask about."))

        def failed(error: PhotoLensError) -> None:
            if asked == self._asked:
                dialog.say(localized(error))

        if not dialog.cards:
            dialog.say(self.tr("Looking for photos to ask about…"))
        self._window.bridge.when_done(library.narrow_later(query, COUNT), found, failed)

    def _page_changed(self, page: Page) -> None:
        if self._open:
            self._show_clicks()

    def _answered(self, answer: Answer) -> None:
        """Another question: these photos say nothing about it."""
        if self._open and (self._page is None or not same_question(answer.page, self._page)):
            self._ask()

    @property
    def _open(self) -> bool:
        return self.dialog is not None and self.dialog.isVisible()

    def _show_clicks(self) -> None:
        clicks = self._window.browser.page.clicks
        if self.dialog is not None:
            self.dialog.set_judgements(set(clicks.liked), set(clicks.disliked))
