"""Files that wait to be read, as the window shows them: names, what becomes of them, those in sight first."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QObject

from photolens import words
from photolens.domain import (
    Event,
    FileFailed,
    FilesFound,
    IdArray,
    IngestFinished,
    IngestProgress,
    PhotoId,
    PhotosAdded,
    WaitingFile,
    waits,
)
from photolens.errors import PhotoLensError
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.library import Library

_KEPT_NAMES = 5000


class WindowWaiting(QObject):
    """Asks the library about the waiting files in sight, and has them read before the rest."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self._library: Library | None = None
        self._in_sight: list[PhotoId] = []
        self._asking = self._ask_again = False
        self._pending: int | None = None  # files to be read in the whole library, as far as it was told
        window.grid.waiting_in_sight.connect(self._look)
        window.browser.became.connect(self._become)

    def use(self, library: Library | None) -> None:
        """Ask this library from now on."""
        self._library = library
        self._in_sight = []
        self._pending = None
        self._window.model.names.clear()

    def hear(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, IngestProgress):
                self._pending = event.total - event.done
            elif isinstance(event, (FilesFound, IngestFinished)):
                self._pending = None  # more have come, or it is over: the list tells
        if self._in_sight and any(isinstance(event, (PhotosAdded, FileFailed)) for event in events):
            self._ask()

    def summary(self) -> str:
        """How many of the photos listed wait to be read; empty where none does."""
        answer = self._window.browser.answer
        waiting = answer.waiting if answer else 0
        if self._pending is not None:  # those out of sight are only counted when the list is asked for again
            waiting = min(waiting, self._pending)
        if not waiting:
            return ""
        count = QLocale().toString(waiting)
        if self._window.commands["pause"].isChecked():
            return self.tr("%1 waiting to be read; reading is paused").replace("%1", count)
        return self.tr("%1 waiting to be read").replace("%1", count)

    def held(self) -> IdArray:
        """Those that are selected or in sight, int64 [N]."""
        ids = np.concatenate([self._window.grid.selected_ids(), np.array(self._in_sight, dtype=np.int64)])
        return ids[waits(ids)]

    # --- inside ------------------------------------------------------------------------------

    def _look(self, ids: list[PhotoId]) -> None:
        """These are in sight now."""
        if ids == self._in_sight:
            return
        self._in_sight = ids
        if not ids or self._library is None:
            return
        if self._window.session.writable:
            with suppress(PhotoLensError):  # the catalog turned out to be damaged, which is said elsewhere
                self._library.read_files_first(ids)
        self._ask()

    def _ask(self) -> None:
        library, ids = self._library, self._in_sight
        self._ask_again = self._asking
        if library is None or self._asking:
            return
        self._asking = True
        self._window.bridge.run(lambda: library.waiting_files(ids), self._known, self._not_known)

    def _known(self, files: list[WaitingFile]) -> None:
        self._asking = False
        names = self._window.model.names
        if len(names) > _KEPT_NAMES:
            names.clear()
        names.update((file.id, words.file_name(file.path)) for file in files)
        photos = {file.id: file.photo_id for file in files if file.photo_id is not None}
        if photos:
            self._window.browser.become(photos)
        self._window.grid.viewport().update()
        if self._ask_again:
            self._ask()

    def _not_known(self, error: PhotoLensError) -> None:
        self._asking = False

    def _become(self, photos: dict[PhotoId, PhotoId]) -> None:
        answer = self._window.browser.answer
        assert answer is not None
        self._window.grid.become(answer.listing, photos)
        if self._window.viewing:
            self._window.viewer.become(answer.listing.ids, photos)
