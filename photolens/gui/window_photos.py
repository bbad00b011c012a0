"""The photos in hand: which are selected, the one that fills the window, what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QPixmap

from photolens import words
from photolens.domain import Explanation, Folder, IdArray, Photo, PhotoFile, PhotoId, WaitingFile, waits
from photolens.gui import desktop, drops, spoken
from photolens.gui.commands import Scope
from photolens.gui.page import Picture
from photolens.gui.photo_commands import PhotoCommands
from photolens.gui.whereabouts import why_away
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.library import Library

_DETAILS_MS = 60  # the selection may change many times a second
_MOST_DESCRIBED = 500
_AHEAD = 3  # so near to the end of the list the viewer asks for more


class WindowPhotos(QObject):
    """Keeps grid, viewer and details pane about the same photos."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self._described: Sequence[Photo | WaitingFile] = []
        self._timer = QTimer(self, singleShot=True, interval=_DETAILS_MS)
        self._timer.timeout.connect(self._fetch)
        self._ears = QTimer(self, singleShot=True, interval=_DETAILS_MS)
        self._ears.timeout.connect(self._say_current)
        window.browser.page_changed.connect(lambda page: self._ears.start())  # a click, too, is a change
        self.commands = PhotoCommands(window.bridge, window.commands, window.undo, self.selected, window)
        window.grid.selection_changed.connect(self.selection_changed)
        window.grid.opened.connect(self.view)
        window.grid.drag_data_wanted.connect(self._fill_drag)
        window.viewer.shown.connect(self._viewer_moved)
        window.viewer.closed.connect(self.close_viewer)
        window.viewer.thumbnail_wanted.connect(self._fetch_thumbnail)
        self._to_select = np.empty(0, dtype=np.int64)
        self.commands.put_back.connect(self._select_later)

    def selected_ids(self) -> IdArray:
        """The photos that a command is about."""
        ids = self.selected()
        return ids[~waits(ids)]

    def selected(self) -> IdArray:
        """The same with files that wait to be read, which most commands are not for; see `Listing`."""
        if self._window.viewing:
            shown = self._window.viewer.photo_id
            return np.array([] if shown is None else [shown], dtype=np.int64)
        return self._window.grid.selected_ids()

    def view(self, row: int) -> None:
        """Let this photo of the list fill the window."""
        window, answer = self._window, self._window.browser.answer
        if answer is None or not len(window.model.listing):
            return
        window.show_viewer()
        window.viewer.open(window.model.listing.ids, row, answer.total)
        self.selection_changed()

    def close_viewer(self) -> None:
        """Back to the grid, at the photo that was shown."""
        if self._window.viewing:
            self._window.viewer.clear()
            self._window.show_photos()
            self._window.grid.setFocus()
            self._window.browser.catch_up()  # with what was clicked there
            self.selection_changed()

    def selection_changed(self) -> None:
        """Commands, counts and details follow."""
        window = self._window
        window.commands.enable(Scope.VIEWER, window.viewing)
        some = len(window.model.listing) > 0 and not window.viewing
        for name in ("select-all", "select-none"):
            window.commands[name].setEnabled(some)
        count, photos = len(self.selected()), len(self.selected_ids())
        self.commands.selection_changed(count, photos, writable=window.session.writable)
        window.commands["why"].setEnabled(photos > 0)
        for name in ("like", "dislike", "neutral"):  # in the grid it is said why a file cannot be judged yet
            window.commands[name].setEnabled(photos > 0 or (count > 0 and not window.viewing))
        window.commands["search-part"].setEnabled(photos > 0 and window.viewing)
        self.show_count()
        self._timer.start()
        self._ears.start()

    def answered(self) -> None:
        """The grid shows other photos: select those that were waited for."""
        rows = self._window.model.rows_of(self._to_select)
        if len(rows):
            self._to_select = self._to_select[:0]
            self._window.grid.select_rows(rows)
        self.selection_changed()

    def look_again(self) -> None:
        """Whether the photos can be reached may have changed."""
        self._timer.start()

    def _select_later(self, ids: IdArray) -> None:
        self._to_select = ids

    def show_count(self) -> None:
        """How many there are and are selected."""
        window, answer = self._window, self._window.browser.answer
        selected = 0 if window.viewing else len(window.grid.selected_rows())
        window.status.set_count(selected, answer.total if answer else 0)

    # --- inside ------------------------------------------------------------------------------

    def _viewer_moved(self, row: int) -> None:
        self._window.grid.select_row(row)
        if row >= len(self._window.model.listing) - _AHEAD:
            self._window.browser.more()
        self.selection_changed()

    def _say_current(self) -> None:
        """For ears: the photo that the keys are at."""
        window, locale = self._window, QLocale()
        index, text = window.grid.currentIndex(), ""
        if index.isValid():
            place = self.tr("%1 of %2").replace("%1", locale.toString(index.row() + 1))
            place = place.replace("%2", locale.toString(len(window.model.listing)))
            text = f"{index.data(Qt.ItemDataRole.AccessibleTextRole)}, {place}"
        spoken.describe(window.viewer if window.viewing else window.grid, text)

    def _fetch(self) -> None:
        """Ask for what the details pane, the viewer's title and a drag need."""
        ids, library = self.selected(), self._window.library
        self._described = []
        if library is None or not len(ids):
            self._window.details.show_nothing()
            return
        count, wanted = len(ids), ids[:_MOST_DESCRIBED].tolist()
        if count == 1 and waits(wanted[0]):
            self._fetch_waiting(library, wanted[0])
            return

        def fetch() -> tuple[list[Photo], list[PhotoFile], list[Folder]]:
            one = count == 1
            files = library.files(wanted[0]) if one else []
            return library.photos(wanted), files, library.folders() if one else []

        def then(found: tuple[list[Photo], list[PhotoFile], list[Folder]]) -> None:
            photos, files, folders = found
            if not np.array_equal(self.selected(), ids):
                return
            self._described = photos
            if count > 1:
                self._window.details.show_many(count, photos if count == len(photos) else [])
            elif photos:
                self._describe(photos[0], files, folders)

        self._window.bridge.run(fetch, then)

    def _describe(self, photo: Photo, files: list[PhotoFile], folders: list[Folder]) -> None:
        window, away = self._window, why_away(photo, folders)
        window.details.show_photo(photo, files, away)
        self._explain(photo.id)
        if window.viewing:
            window.viewer.set_full_size(photo.id, photo.width, photo.height)
            window.viewer.set_title(words.file_name(photo.path))
            window.viewer.set_away(photo.id, away)

    def _fetch_waiting(self, library: Library, file_id: PhotoId) -> None:
        """Of a file that waits there is its name and place to tell."""
        window = self._window

        def then(files: list[WaitingFile]) -> None:
            if not files or self.selected().tolist() != [file_id]:
                return
            self._described = files
            note = self.tr("It waits to be read. After that it can be searched, liked and disliked.")
            window.details.show_waiting(files[0], note)
            if window.viewing:
                window.viewer.set_title(words.file_name(files[0].path))

        window.bridge.run(lambda: library.waiting_files([file_id]), then)

    def go_to(self, photo_id: PhotoId) -> None:
        """Show this photo: in the list where it is listed, else by itself among those like it."""
        window = self._window
        rows = window.model.rows_of(np.array([photo_id], dtype=np.int64))
        if not len(rows):
            page = window.browser.page
            window.browser.show(replace(page.without_search(), pictures=(Picture(photo_id),)))
        elif window.viewing:
            window.viewer.go(int(rows[0]))
        else:
            window.grid.select_row(int(rows[0]))

    def _explain(self, photo_id: PhotoId) -> None:
        """Why this photo is in the answer, if a question was asked."""
        window, library = self._window, self._window.library
        query = window.browser.page.ranking_query()
        if library is None or query is None:
            window.details.hide_why()
            return

        def then(explanation: Explanation) -> None:
            if self.selected_ids().tolist() != [photo_id]:
                return
            near = (explanation.nearest_liked, explanation.nearest_disliked)
            ids = [neighbour.photo_id for neighbour in near if neighbour is not None]
            window.pixmaps(ids, lambda pixmaps: show(explanation, pixmaps))

        def show(explanation: Explanation, pixmaps: dict[PhotoId, QPixmap]) -> None:
            if self.selected_ids().tolist() == [photo_id]:
                window.details.show_why(explanation, pixmaps)

        window.bridge.when_done(
            library.explain_later(query, photo_id), then, lambda error: window.details.hide_why()
        )

    def _fetch_thumbnail(self, photo_id: PhotoId) -> None:
        """For the viewer, where the photo itself cannot be had."""
        viewer = self._window.viewer

        def show(pixmaps: dict[PhotoId, QPixmap]) -> None:
            if photo_id in pixmaps:
                viewer.show_thumbnail(photo_id, pixmaps[photo_id])

        self._window.pixmaps([photo_id], show)

    def _fill_drag(self, data: QMimeData) -> None:
        if len(ids := self.selected_ids()):
            drops.put_photos(data, ids)
        paths = [photo.path for photo in self._described if photo.online]
        if paths:
            data.setUrls(desktop.file_urls(paths).urls())
