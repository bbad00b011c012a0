"""The library behind the window: opened, reopened with other settings, closed, never on the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from photolens import paths
from photolens import settings as settings_module
from photolens.domain import Folder
from photolens.errors import LibraryBusy, PhotoLensError
from photolens.gui.bridge import Bridge
from photolens.library import Library
from photolens.settings import Settings


class Session(QObject):
    """Owns the Library. `opened` brings it, and whether it may be changed."""

    opened = Signal(object, bool)  # Library, writable
    model_loaded = Signal()  # or it cannot be
    closing = Signal()  # let go of the library now
    failed = Signal(str)
    folder_added = Signal(object)  # its path, a str
    failed_to_add = Signal(str)
    settings_changed = Signal(object)  # Settings

    def __init__(
        self, bridge: Bridge, path: Path | None, settings: Settings, folders: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._path = path
        self._folders = list(folders)  # to be added once it is open
        self._adding = 0
        self._opening: Future[tuple[Library, bool]] | None = None
        self.settings = settings
        self.library: Library | None = None
        self.writable = False

    @property
    def adding(self) -> bool:
        """Whether folders are on their way into the library."""
        return bool(self._folders or self._adding)

    def open(self) -> None:
        """Open it in the background."""
        settings = self.settings
        self._opening = self._bridge.run(lambda: self._open(settings), self._opened, self._failed)

    def add_folders(self, folders: Sequence[str]) -> None:
        """Add these as soon as the library is open. Each comes by `folder_added` or `failed_to_add`."""
        self._folders += folders
        self._add_waiting()

    def change_settings(self, settings: Settings) -> None:
        """Take other settings into use and save them; opens the library again where they need it."""
        before, self.settings = self.settings, settings
        self._bridge.run(lambda: _save(settings), failed=self._trouble)
        self.settings_changed.emit(settings)
        if self.library is None or not _same_library(before, settings):
            self.reopen()

    def reopen(self) -> None:
        """Close the library, if it is open, and open it again."""
        library, settings = self.library, self.settings
        if library is None:
            if self._opening is None:
                self.open()
            return
        self.closing.emit()
        self.library, self.writable = None, False
        self._opening = self._bridge.run(lambda: self._reopen(library, settings), self._opened, self._failed)

    def close(self) -> None:
        """After the last event: finish what is in hand and end all threads."""
        self._bridge.close()
        if self._opening is not None and not self._opening.cancelled() and self._opening.exception() is None:
            self._opening.result()[0].close()
        if self.library is not None:
            self.library.close()
        self.library = None

    def _open(self, settings: Settings) -> tuple[Library, bool]:
        try:
            library = Library(self._path, settings=settings, emit=self._bridge.hear)
        except LibraryBusy:
            return Library(self._path, settings=settings, read_only=True), False
        return library, True

    def _reopen(self, library: Library, settings: Settings) -> tuple[Library, bool]:
        library.close()
        return self._open(settings)

    def _opened(self, opened: tuple[Library, bool]) -> None:
        self._opening = None
        self.library, self.writable = opened
        self.opened.emit(self.library, self.writable)
        self._add_waiting()
        if self.writable:
            self._bridge.run(self.library.watch, failed=self._trouble)
        loaded = self.model_loaded.emit
        self._bridge.when_done(self.library.prepare(), lambda _: loaded(), lambda _: loaded())

    def _add_waiting(self) -> None:
        library = self.library
        if library is None:
            return
        waiting, self._folders = self._folders, []
        self._adding += len(waiting)
        for folder in waiting:
            self._bridge.run(
                partial(library.add_folder, folder),
                self._added,
                self._not_added,
            )

    def _added(self, folder: Folder) -> None:
        self._adding -= 1
        self.folder_added.emit(folder.path)

    def _not_added(self, error: PhotoLensError) -> None:
        self._adding -= 1
        self._trouble(error)

    def _trouble(self, error: PhotoLensError) -> None:
        self.failed_to_add.emit(str(error))

    def _failed(self, error: PhotoLensError) -> None:
        self._opening = None
        self.failed.emit(str(error))


def _save(settings: Settings) -> None:
    """Raises PhotoLensError."""
    file = paths.settings_file()
    try:
        settings_module.save(file, settings)
    except OSError as error:
        raise PhotoLensError(
            f"The settings are in use, but could not be saved in {file}: {error.strerror}."
        ) from error


def _same_library(one: Settings, other: Settings) -> bool:
    """Whether an open library need not notice the difference."""
    names = ("model", "weights", "threads", "rescan_minutes", "precision")
    return all(getattr(one, name) == getattr(other, name) for name in names)
