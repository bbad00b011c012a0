"""The library behind the window: opened, reopened with other settings, closed, never on the GUI thread."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from photolens import paths
from photolens import settings as settings_module
from photolens.domain import Folder, Listing
from photolens.errors import LibraryBusy, LibraryError, LibraryReadOnly, PhotoLensError
from photolens.gui.bridge import Bridge
from photolens.gui.localized import localized
from photolens.messages import message, system
from photolens.settings import Settings

if TYPE_CHECKING:
    from photolens.library import Library
    from photolens.library.backups import Backup

    _Opened = tuple[Library, LibraryError | None]  # and why it may only be read

_FIRST_PAGE_MS = 300  # so long the library waits for it
_PAINT_MS = 10  # in which it is painted, since importing the library slows that down


class Session(QObject):
    """Owns the Library. `opened` brings it, and whether it may be changed."""

    first_page = Signal(object)  # Listing: what the library begins with, before it is opened
    opened = Signal(object, bool)  # Library, writable
    model_loaded = Signal()  # or it cannot be
    closing = Signal()  # let go of the library now
    failed = Signal(object)  # PhotoLensError: it cannot be opened, or not be used any more
    restored = Signal(object)  # Restored; the library is opened next
    folder_added = Signal(object)  # its path, a str
    folder_asked_for = Signal(object)  # so is this: one among others, and now in the library
    failed_to_add = Signal(str)
    settings_changed = Signal(object)  # Settings

    def __init__(
        self, bridge: Bridge, path: Path | None, settings: Settings, folders: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._path = path
        self._folders = deque((folder, False) for folder in folders)  # to be added once it is open
        self._untold = len(folders)  # of those asked for
        self._adding = False  # some, on another thread
        self._opening: Future[_Opened] | None = None
        self.settings = settings
        self.library: Library | None = None
        self._begun = False
        self._model_asked_for = False
        self._leaving: Library | None = None  # being closed, to be opened again or not
        self.writable = False
        self.folder_read_only = False  # else another process writes

    @property
    def root(self) -> Path:
        """The library's folder, whether or not it can be opened."""
        return self._path or paths.default_library()

    @property
    def adding(self) -> bool:
        """Whether folders are on their way into the library."""
        return self._untold > 0

    def begin(self, first_page: Future[Listing | None]) -> None:
        """Open the library when the first page is on the screen, or does not come soon."""
        self._bridge.when_done(first_page, self._show_first, lambda error: self._begin())
        QTimer.singleShot(_FIRST_PAGE_MS, self, self._begin)

    def _show_first(self, listing: Listing | None) -> None:
        late = self._begun and self._opening is None
        if listing is not None and len(listing) and not late:
            self.first_page.emit(listing)
        QTimer.singleShot(_PAINT_MS, self, self._begin)

    def _begin(self) -> None:
        if not self._begun:
            self.open()

    def open(self) -> None:
        """Open it in the background."""
        self._begun = True
        settings = self.settings
        self._opening = self._bridge.run(lambda: self._open(settings), self._opened, self._failed)

    def add_folders(self, folders: Sequence[str], *, show: bool = False) -> None:
        """Add these as soon as the library is open. Each comes by `folder_added` or `failed_to_add`.

        `show`: and by `folder_asked_for`, unless it is all that the library has.
        """
        self._folders += [(folder, show) for folder in folders]
        self._untold += len(folders)
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
        if self.library is None:
            if self._opening is None:
                self.open()
            return
        library, settings = self._leave(), self.settings
        self._opening = self._bridge.run(lambda: self._reopen(library, settings), self._opened, self._failed)

    def give_up(self, error: PhotoLensError) -> None:
        """Close the library, which cannot be used any more, and say by `failed` why."""
        if self.library is not None:
            library = self._leave()
            self._bridge.run(
                library.close, lambda nothing: self._failed(error), lambda other: self._failed(error)
            )

    def restore(self, backup: Backup | None, *, after_damage: bool) -> bool:
        """Close the library, put a backup of its catalog in place or begin anew, and open it again.

        `after_damage` as for `backups.restore`. False: not now, since it is being opened.
        """
        if self._opening is not None:
            return False
        library, settings = self._leave() if self.library is not None else None, self.settings
        self._opening = self._bridge.run(
            lambda: self._restore(library, backup, settings, after_damage), self._opened, self._failed
        )
        return True

    def close(self) -> None:
        """After the last event: finish what is in hand and end all threads."""
        if self.library is not None:
            self._leave()
        self._bridge.close(self._hurry)
        if self._opening is not None and not self._opening.cancelled() and self._opening.exception() is None:
            self._opening.result()[0].close()
        if self._leaving is not None:
            self._leaving.close()
        self._leaving = None

    def _hurry(self) -> None:
        """Nobody has to wait for a photo any more."""
        if self._leaving is not None:
            self._leaving.stop()

    def _leave(self) -> Library:
        """Have everybody let go of the library, which the caller closes on another thread."""
        library = self._leaving = self.library
        assert library is not None
        self.closing.emit()
        self.library, self.writable = None, False
        return library

    def _open(self, settings: Settings) -> _Opened:
        from photolens.library import Library  # a third of a second, while the first page is on the screen

        try:
            library = Library(self._path, settings=settings, emit=self._bridge.hear)
        except (LibraryBusy, LibraryReadOnly) as error:
            reader = Library(self._path, settings=settings, read_only=True, emit=self._bridge.hear)
            return reader, error
        return library, None

    def _reopen(self, library: Library, settings: Settings) -> _Opened:
        library.close()
        return self._open(settings)

    def _restore(
        self, library: Library | None, backup: Backup | None, settings: Settings, after_damage: bool
    ) -> _Opened:
        if library is not None:
            library.close()
        from photolens.library import backups

        restored = backups.restore(self.root, backup, after_damage=after_damage)
        self._bridge.call_soon(lambda: self.restored.emit(restored))
        return self._open(settings)

    def _opened(self, opened: _Opened) -> None:
        self._opening = self._leaving = None
        self._model_asked_for = False
        self.library, obstacle = opened
        self.writable, self.folder_read_only = obstacle is None, isinstance(obstacle, LibraryReadOnly)
        self.opened.emit(self.library, self.writable)
        self._add_waiting()
        if self.writable:
            self._bridge.run(self.library.watch_later, self._watching, self._trouble)

    def load_model(self) -> None:
        """Have the model ready for the first words; `model_loaded` tells. Once per opening of the library.

        For when the first page is on the screen.
        """
        if self.library is not None and not self._model_asked_for:
            self._model_asked_for = True
            loaded = self.model_loaded.emit
            ready = self.library.prepare()
            self._bridge.when_done(ready, lambda _: loaded(), lambda _: loaded())

    def _watching(self, begun: Future[None]) -> None:
        self._bridge.when_done(begun, lambda nothing: None, self._trouble)

    def _add_waiting(self) -> None:
        """On one thread, one after the other: they may have to wait until the catalog can be written."""
        if self.library is not None and self._folders and not self._adding:
            self._adding = True
            self._bridge.run(partial(self._add, self.library), self._all_added, self._add_failed)

    def _add(self, library: Library) -> None:
        """On another thread: all that there are, also those which come meanwhile."""
        while self._folders and library is self.library:
            path, show = self._folders.popleft()
            try:
                before = {folder.path for folder in library.folders()} if show else set()
                added = library.add_folder(path)
            except PhotoLensError as error:
                self._bridge.call_soon(partial(self._not_added, error))
            else:
                place = _as_below(added.path, path)
                asked_for = place if show and (place != added.path or before - {added.path}) else None
                self._bridge.call_soon(partial(self._added, added, added.path in before, asked_for))

    def _added(self, folder: Folder, known: bool, asked_for: str | None) -> None:
        """`asked_for`: what to show, which may be a part of the folder."""
        self._untold -= 1
        if not known:
            self.folder_added.emit(folder.path)
        if asked_for is not None:
            self.folder_asked_for.emit(asked_for)

    def _not_added(self, error: PhotoLensError) -> None:
        self._untold -= 1
        self._trouble(error)

    def _add_failed(self, error: PhotoLensError) -> None:
        self._not_added(error)
        self._all_added()

    def _all_added(self, nothing: None = None) -> None:
        self._adding = False
        self._add_waiting()  # one may have come at the last moment

    def _trouble(self, error: PhotoLensError) -> None:
        self.failed_to_add.emit(localized(error))

    def _failed(self, error: PhotoLensError) -> None:
        self._opening = self._leaving = None
        self.failed.emit(error)


def _save(settings: Settings) -> None:
    """Raises PhotoLensError."""
    file = paths.settings_file()
    try:
        settings_module.save(file, settings)
    except OSError as error:
        raise PhotoLensError(
            message(
                "The settings are in use, but could not be saved in {file}: {reason}.",
                file=file,
                reason=system(error),
            )
        ) from error


def _as_below(root: str, path: str) -> str:
    """What the library calls `path`, which lies in its folder `root`, though a link may have led there."""
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(root))
    return root if inside == os.curdir else os.path.join(root, inside)  # noqa: PTH118 - may be bytes of others


def _same_library(one: Settings, other: Settings) -> bool:
    """Whether an open library need not notice the difference."""
    names = ("model", "weights", "threads", "rescan_minutes", "precision", "backups", "pause_on_battery")
    return all(getattr(one, name) == getattr(other, name) for name in names)
