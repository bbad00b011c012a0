"""What the panes around the grid need to know of the library, kept fresh."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from photolens.domain import (
    Event,
    Facets,
    FileFailed,
    FilesFound,
    FilesVanished,
    Folder,
    FolderState,
    IngestFinished,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
)
from photolens.gui.bridge import Bridge
from photolens.gui.folder_tree import FolderNode, folder_tree

if TYPE_CHECKING:
    from photolens.library import Library

_FIRST_MS = 2000
_REFRESH_MS = 1000
_REFRESH_SHARE = 10  # counting may take this share of the time at most

_CHANGES = (
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
    FolderState,
    FilesVanished,
    IngestFinished,
    FileFailed,
    FilesFound,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts and choices. `tree` has a node per root."""

    folders: list[Folder]
    tree: list[FolderNode]
    facets: Facets
    failed: int
    waiting: int = 0  # files that become photos when they are read

    @property
    def photos(self) -> int:
        return sum(count for _, count in self.facets.formats)


class FactsKeeper(QObject):
    """Asks the library again after it has changed, though not all the time."""

    changed = Signal(object)  # Facts

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._library: Library | None = None
        self.facts: Facts | None = None
        self._took = 0.0
        self._asked = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.refresh)

    def use(self, library: Library | None) -> None:
        """Ask this library from now on, but not before `begin`, or a while."""
        self._library = library
        self.facts = None
        self._timer.stop()
        if library is not None:
            self._timer.start(_FIRST_MS)

    def begin(self) -> None:
        """The first page is on the screen, which counting would have held up: ask, if that was not done."""
        if self.facts is None and self._timer.isActive():
            self._timer.stop()
            self.refresh()

    def hear(self, events: list[Event]) -> None:
        if any(isinstance(event, _CHANGES) for event in events) and not self._timer.isActive():
            self._timer.start(max(_REFRESH_MS, int(self._took * 1000 * _REFRESH_SHARE)))

    def refresh(self) -> None:
        """Ask now."""
        library = self._library
        if library is None:
            return
        self._asked += 1
        asked, started = self._asked, time.monotonic()

        def then(facts: Facts) -> None:
            self._took = time.monotonic() - started
            if asked == self._asked and library is self._library:
                self.facts = facts
                self.changed.emit(facts)

        self._bridge.run(lambda: _facts(library), then)


def _facts(library: Library) -> Facts:
    folders = library.folders()
    directories = library.directories()
    tree = folder_tree(folders, directories)
    waiting = sum(directory.waiting for directory in directories)
    return Facts(folders, tree, library.facets(), library.failure_count(), waiting)
