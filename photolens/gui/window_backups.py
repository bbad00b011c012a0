"""Backups on the user's command: made now, listed, gone back to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from photolens.errors import PhotoLensError
from photolens.gui import desktop
from photolens.gui.backup_words import Known, contents, look_into, look_into_all
from photolens.gui.localized import localized
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.gui.backups_dialog import BackupsDialog
    from photolens.library import Library


class WindowBackups(QObject):
    """Opens the list, and does what is chosen in it."""

    def __init__(self, window: WindowFrame, restore: Callable[[Known], None]) -> None:
        super().__init__(window)
        self._window = window
        self._library: Library | None = None
        self._restore = restore
        self.dialog: BackupsDialog | None = None

    def use(self, library: Library | None) -> None:
        """Back this library up from now on."""
        self._library = library
        if self.dialog is not None:
            if library is None:
                self.dialog.close()
            self.dialog.set_writable(self._window.session.writable)

    def back_up(self) -> None:
        """Make one now."""
        library = self._library
        if library is not None and self._window.session.writable:
            self._window.status.say(self.tr("Making a backup…"))
            self._window.bridge.run(lambda: look_into(library.back_up()), self._made, self._failed)

    def show(self) -> None:
        """The list of backups."""
        from photolens.gui.backups_dialog import BackupsDialog

        if self.dialog is None:
            self.dialog = BackupsDialog(self._window)
            self.dialog.back_up_wanted.connect(self.back_up)
            self.dialog.restore_wanted.connect(self._restore_this)
            self.dialog.reveal_wanted.connect(self._reveal)
        self.dialog.set_writable(self._window.session.writable)
        self._fill()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _fill(self) -> None:
        dialog, root = self.dialog, self._window.session.root
        if dialog is not None:
            self._window.bridge.run(
                lambda: look_into_all(root),
                dialog.show_backups,
                self._failed,
            )

    def _made(self, known: Known) -> None:
        self._window.status.say(self.tr("Backed up: %1.").replace("%1", contents(known)))
        self._fill()

    def _restore_this(self, known: Known) -> None:
        if self._window.session.writable:
            self._restore(known)

    def _reveal(self, path: Path) -> None:
        self._window.bridge.run(lambda: desktop.reveal(str(path)))

    def _failed(self, error: PhotoLensError) -> None:
        self._window.say(localized(error), danger=True)
