"""Words meet the limits of the small built-in model: that there are better ones is said once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from photolens.gui.browser import Answer
from photolens.gui.notice_bar import Banner, Choice
from photolens.gui.window_frame import WindowFrame
from photolens.gui.window_state import WindowState
from photolens.settings import BUILT_IN_MODEL

_KEY = "model-hint"
_SEARCHES = 4


class ModelHint(QObject):
    """Puts a notice above the answer to the fourth search with words, until it is closed or followed."""

    def __init__(self, window: WindowFrame, state: WindowState, show_models: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._state, self._show_models = window, state, show_models
        self._words = ""
        self._searches = 0
        window.browser.answered.connect(self._answered)

    def _answered(self, answer: Answer) -> None:
        if self._window.session.settings.model != BUILT_IN_MODEL:
            self._window.notices.take(_KEY)
            return
        words, before = answer.page.text.strip(), self._words
        if not words or answer.ranking is None:
            return
        self._words = words
        if not before or not (words.startswith(before) or before.startswith(words)):  # else still being typed
            self._searches += 1
        if self._searches == _SEARCHES and not self._state.flag(_KEY, False):
            text = self.tr("This is the small built-in model. A larger one understands words far better.")
            see = Choice(self.tr("See the models"), self._follow)
            self._window.notices.put(Banner(_KEY, text, (see,), tip=True, closed=self._told))

    def _follow(self) -> None:
        self._told()
        self._window.notices.take(_KEY)
        self._show_models()

    def _told(self) -> None:
        self._state.set(_KEY, True)
