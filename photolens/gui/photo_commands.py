"""What can be done with the selected photos: open, show, copy, move to the trash and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from photolens.domain import Folder, IdArray, Photo, WaitingFile, waits
from photolens.errors import PhotoLensError
from photolens.gui import desktop
from photolens.gui.bridge import Bridge
from photolens.gui.commands import Commands
from photolens.gui.localized import localized
from photolens.gui.undo import Step, UndoStack
from photolens.gui.whereabouts import why_away
from photolens.messages import Message

if TYPE_CHECKING:
    from photolens.library import Library, RestoreReport, TrashReport

_MANY = 20  # opening more windows than this at once is surely a mistake
_MOST_COPIED = 5000


class PhotoCommands(QObject):
    """Acts on what `selected` says when a command is given."""

    put_back = Signal(object)  # IdArray: photos that are about to come back from the trash
    said = Signal(str, str, bool)  # sentence, words of a button or empty, whether it is a problem

    def __init__(
        self,
        bridge: Bridge,
        commands: Commands,
        undo: UndoStack,
        selected: Callable[[], IdArray],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._commands = commands
        self._selected = selected
        self._window = window
        self._library: Library | None = None
        self._undo = undo
        self._last: Step | None = None  # what the message's button takes back
        for name, call in (
            ("open", self._open),
            ("show-in-folder", self._reveal),
            ("copy", self._copy),
            ("copy-path", self._copy_path),
            ("trash", self._ask_trash),
        ):
            commands[name].triggered.connect(call)

    def use(self, library: Library | None) -> None:
        """Act on this library from now on."""
        self._library = library

    def selection_changed(self, count: int, photos: int, *, writable: bool) -> None:
        """Commands that need a file are there when one is selected; others need one that was read."""
        for name in ("open", "show-in-folder", "copy", "copy-path", "view"):
            self._commands[name].setEnabled(count > 0)
        self._commands["more-like-this"].setEnabled(photos > 0)
        self._commands["trash"].setEnabled(photos > 0 and writable)

    # --- one by one --------------------------------------------------------------------------

    def _with_files(self, then: Callable[[Sequence[Photo | WaitingFile]], None], most: int) -> None:
        """Look up elsewhere where the selected photos lie, and go on with them here."""
        ids, library = self._selected(), self._library
        if library is None or not len(ids):
            return
        if len(ids) > most:
            self._problem(self.tr("Select at most %Ln photos for this.", "", most))
            return

        def look() -> Sequence[Photo | WaitingFile]:
            unread = waits(ids)
            waiting = library.waiting_files(ids[unread].tolist()) if unread.any() else []
            return [*library.photos(ids[~unread].tolist()), *waiting]

        self._bridge.run(look, lambda found: then(found) if found else None, self._failed)

    def _open(self) -> None:
        def then(photos: Sequence[Photo | WaitingFile]) -> None:
            away = [photo for photo in photos if not photo.online]
            for photo in photos:
                if photo.online and not desktop.open_file(photo.path):
                    self._problem(self.tr("The system has no program for %1.").replace("%1", photo.path))
                    return
            self._say_away(away)

        self._with_files(then, _MANY)

    def _reveal(self) -> None:
        def then(photos: Sequence[Photo | WaitingFile]) -> None:
            if photos[0].online:
                self._bridge.run(lambda: desktop.reveal(photos[0].path))
            self._say_away([photo for photo in photos[:1] if not photo.online])

        self._with_files(then, _MOST_COPIED)

    def _copy(self) -> None:
        def then(photos: Sequence[Photo | WaitingFile]) -> None:
            paths = [photo.path for photo in photos if photo.online]
            if paths:
                desktop.copy_files(paths)
                one = self.tr("1 file copied; paste it in any folder.")
                many = self.tr("%Ln files copied; paste them in any folder.", "", len(paths))
                self.said.emit(one if len(paths) == 1 else many, "", False)
            self._say_away([photo for photo in photos if not photo.online])

        self._with_files(then, _MOST_COPIED)

    def _copy_path(self) -> None:
        def then(photos: Sequence[Photo | WaitingFile]) -> None:
            desktop.copy_text("\n".join(photo.path for photo in photos))
            self.said.emit(self.tr("Path copied."), "", False)

        self._with_files(then, _MOST_COPIED)

    # --- trash -------------------------------------------------------------------------------

    def _ask_trash(self) -> None:
        library = self._library
        wanted = [photo_id for photo_id in self._selected().tolist() if not waits(photo_id)]
        if library is None or not wanted:
            return

        def files() -> int:
            return sum(file.online for photo_id in wanted for file in library.files(photo_id))

        self._bridge.run(files, lambda count: self._confirm(wanted, count), self._failed)

    def _confirm(self, ids: Sequence[int], files: int) -> None:
        if not files:
            self._with_files(self._say_away, _MOST_COPIED)
            return
        question = (
            self.tr("Move this photo to the trash?")
            if len(ids) == 1
            else self.tr("Move %Ln photos to the trash?", "", len(ids))
        )
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Move to trash"), question, parent=self._window)
        if files != len(ids):
            copies = self.tr("With all their copies these are %Ln files.", "", files)
            box.setInformativeText(copies)
        yes = box.addButton(self.tr("Move to trash"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(yes)
        box.exec()
        if box.clickedButton() is yes:
            self._trash(ids)

    def _trash(self, ids: Sequence[int]) -> None:
        library = self._library
        if library is not None:
            if len(ids) > _MANY:
                self.said.emit(self.tr("Moving to the trash…"), "", False)
            self._bridge.run(
                lambda: library.trash(ids), lambda report: self._trashed(report, ids), self._failed
            )

    def _trashed(self, report: TrashReport, ids: Sequence[int]) -> None:
        if report.restorable:
            name = self.tr("move to trash")
            self._last = self._undo.push(Step(name, lambda: self._restore(report, ids)))
        if report.failed:
            self._problem(_first_of(report.failed, self.tr("%1 could not be moved to the trash: %2")))
        elif report.trashed:
            count = len(report.trashed)
            one = self.tr("1 file moved to the trash.")
            many = self.tr("%Ln files moved to the trash.", "", count)
            self.said.emit(one if count == 1 else many, self.tr("Undo") if report.restorable else "", False)

    def undo(self) -> None:
        """Put back what was moved to the trash last."""
        if self._last is not None:
            self._undo.take_back(self._last)

    def _restore(self, report: TrashReport, ids: Sequence[int]) -> None:
        library = self._library
        if library is None:
            return
        self.put_back.emit(np.array(ids, dtype=np.int64))
        self._bridge.run(lambda: library.restore(report), self._restored, self._failed)

    def _restored(self, report: RestoreReport) -> None:
        if report.failed:
            self._problem(_first_of(report.failed, self.tr("%1 could not be put back: %2")))
        else:
            self.said.emit(self.tr("Put back where it was."), "", False)

    # --- words -------------------------------------------------------------------------------

    def _say_away(self, photos: Sequence[Photo | WaitingFile]) -> None:
        library = self._library
        if not photos or library is None:
            return
        photo = photos[0]

        def then(folders: list[Folder]) -> None:
            if any(folder.path == photo.folder and folder.online for folder in folders):
                self._problem(why_away(photo, folders))
            else:
                text = self.tr("%1 is offline. Plug in its drive to use these files.")
                self._problem(text.replace("%1", photo.folder))

        self._bridge.run(library.folders, then, self._failed)

    def _failed(self, error: PhotoLensError) -> None:
        self._problem(localized(error))

    def _problem(self, text: str) -> None:
        self.said.emit(text, "", True)


def _first_of(failed: Sequence[tuple[str, Message]], sentence: str) -> str:
    path, reason = failed[0]
    text = sentence.replace("%1", path).replace("%2", localized(reason))
    return text if len(failed) == 1 else f"{text} (+{QLocale().toString(len(failed) - 1)})"
