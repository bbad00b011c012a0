"""Keeping the catalog in step with the folders: scans when due, live changes, roots that come and go."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from photolens.catalog import Catalog
from photolens.domain import (
    Event,
    Folder,
    FolderId,
    FolderState,
    Notice,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
    ScanFinished,
    ScanStarted,
)
from photolens.errors import FolderError
from photolens.ingest import live, roots, scanner
from photolens.ingest.control import Control
from photolens.ingest.fingerprint import stat_now
from photolens.ingest.progress import Progress
from photolens.ingest.watcher import Watcher

# How often a watched root is checked for having been unplugged, renamed or replaced.
_LIVENESS_SECONDS = 5.0
# Where the system does not tell of changes, look this often.
_POLL_SECONDS = 30.0
# Files that vanished are settled after the queue, where a move may explain them; unless it is long.
_LONG_QUEUE = 1000


@dataclass(frozen=True, slots=True)
class ScanRules:
    """`skip`: real paths that are never scanned, the library's own. `rescan_seconds`: at most so stale."""

    skip: frozenset[str]
    rescan_seconds: float


class FolderKeeper:
    """Decides what to scan and when, and what became of files that are gone. On the ingest thread."""

    def __init__(
        self,
        catalog: Catalog,
        rules: ScanRules,
        control: Control,
        progress: Progress,
        emit: Callable[[Event], None],
        came_online: Callable[[], None],
    ) -> None:
        self._catalog = catalog
        self._rules = rules
        self._control = control
        self._progress = progress
        self._emit = emit
        self._came_online = came_online
        self._watcher: Watcher | None = None
        self._missing: set[int] = set()  # file ids, to be settled
        self._polled: set[FolderId] = set()
        self._next_scan: dict[FolderId, float] = {}
        self._next_liveness = 0.0

    @property
    def waiting(self) -> bool:
        """Whether something was heard that has not been looked at."""
        return self._watcher is not None and self._watcher.waiting

    def due(self) -> set[FolderId]:
        """Folders whose scan is due."""
        now = time.monotonic()
        return {folder_id for folder_id, at in self._next_scan.items() if at <= now}

    # --- folders -----------------------------------------------------------------------------

    def add(self, path: str) -> Folder:
        """Make `path` a root, to be scanned next. Raises FolderError."""
        roots.check(path)
        if os.path.realpath(path) in self._rules.skip:
            raise FolderError(f"{path} is the library's own folder; choose the one that holds your photos.")
        before = self._catalog.folders.all()
        folder = roots.add(self._catalog, path)
        kept = {known.id for known in self._catalog.folders.all()}
        for known in before:
            if known.id not in kept:  # absorbed by the new one
                self._forget(known)
        self._next_scan[folder.id] = 0.0
        return folder

    def remove(self, folder_id: FolderId) -> None:
        """Forget a root; its photos leave the library, the files on disk stay."""
        for folder in self._catalog.folders.all():
            if folder.id == folder_id:
                self._forget(folder)
                before = set(self._catalog.photos.ids().tolist())
                self._catalog.folders.remove(folder_id)
                gone = before.difference(self._catalog.photos.ids().tolist())
                if gone:
                    self._emit(PhotosRemoved(tuple(sorted(gone))))

    def watch(self, wake: Callable[[], None]) -> None:
        """Follow all roots live from now on."""
        self._watcher = self._watcher or Watcher(wake)
        for folder in self._catalog.folders.all():
            self._follow(folder)
            self._next_scan.setdefault(folder.id, 0.0)  # what happened before nobody told

    def request_scan(self) -> None:
        """Scan all roots at the next tick."""
        for folder in self._catalog.folders.all():
            self._next_scan[folder.id] = 0.0

    def close(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()

    def _forget(self, folder: Folder) -> None:
        if self._watcher is not None:
            self._watcher.leave(folder.path)
        self._next_scan.pop(folder.id, None)
        self._polled.discard(folder.id)

    # --- scans -------------------------------------------------------------------------------

    def tick(self) -> None:
        """Take in what the watcher heard, and do the scans that are due."""
        if self._watcher is not None:
            self._take_changes(self._watcher)
            self._check_roots(self._watcher)
        due = self.due()
        for folder in self._catalog.folders.all() if due else ():
            if folder.id in due and not self._control.interrupted():
                self._scan(folder)

    def _scan(self, folder: Folder) -> None:
        """Compare one root with the disk: queue what is new or changed, remember what is missing."""
        self._emit(ScanStarted(folder.path))
        self._follow(folder)  # before looking, so that nothing falls between
        result = scanner.scan(self._catalog, folder, skip=self._rules.skip, stopped=self._control.interrupted)
        if result.complete:  # else it stays due
            self._plan_next(folder.id)
        if self._catalog.folders.set_online(folder.id, result.online):
            self._emit(FolderState(folder.path, result.online))
            if result.online:
                self._came_online()
        if result.unreadable:
            more = f" and {len(result.unreadable) - 1:,} other folders" if len(result.unreadable) > 1 else ""
            self._emit(
                Notice(f"No permission to look into {result.unreadable[0]}{more}; what is known is kept.")
            )
        self._note_missing(result.missing)
        if result.online:
            self._emit(
                ScanFinished(folder.path, result.files, result.new, result.changed, len(result.missing))
            )

    def _plan_next(self, folder_id: FolderId) -> None:
        self._next_scan.pop(folder_id, None)
        if self._watcher is not None:
            seconds = self._rules.rescan_seconds
            seconds = min(seconds, _POLL_SECONDS) if folder_id in self._polled else seconds
            self._next_scan[folder_id] = time.monotonic() + seconds

    def scan_around(self, paths: Iterable[str]) -> None:
        """Scan the roots of these paths soon."""
        folders = self._catalog.folders.all()
        for path in paths:
            place = live.locate(folders, path)
            if place is not None:
                self._next_scan[place.folder.id] = 0.0

    def settle_missing(self) -> None:
        """Files found missing are so, if they still are and their root is to be seen."""
        missing, self._missing = self._missing, set()
        self._settle(missing)

    def _settle(self, missing: Collection[int]) -> None:
        if not missing:
            return
        seen = {f.id for f in self._catalog.folders.all() if scanner.reachable_root(self._catalog, f)}
        files = self._catalog.files.places(missing)
        gone = [id_ for id_, (root, path) in files.items() if root in seen and stat_now(path) is None]
        with self._catalog.transaction():
            removed, kept = self._catalog.files.set_missing(gone)
        self._progress.removed += len(removed)
        self._progress.moved += len(self._progress.found_elsewhere.intersection(kept))
        if removed:
            self._emit(PhotosRemoved(tuple(removed)))
        if kept:
            self._emit(PhotosChanged(tuple(kept)))

    def _note_missing(self, file_ids: Iterable[int]) -> None:
        self._missing.update(file_ids)
        if self._missing and self._catalog.files.pending_count() > _LONG_QUEUE:
            self.settle_missing()

    def look_at(self, paths: Iterable[str]) -> None:
        """Compare these paths with the disk. No move explains what is gone there: it is settled at once."""
        missing = self._compare(paths).missing
        self._missing.difference_update(missing)
        self._settle(missing)

    # --- live --------------------------------------------------------------------------------

    def _take_changes(self, watcher: Watcher) -> None:
        changes = watcher.changes()
        if not changes:
            return
        if changes.storm:
            self.request_scan()
            return
        moved = live.apply_moves(self._catalog, self._catalog.folders.all(), changes.moves).moved
        if moved:
            self._progress.moved += len(moved)
            self._emit(PhotosChanged(tuple(moved)))
        self._note_missing(self._compare(changes.paths).missing)

    def _compare(self, paths: Iterable[str]) -> live.LiveResult:
        result = live.apply_paths(self._catalog, self._catalog.folders.all(), paths, self._rules.skip)
        for folder_id in result.rescan:
            self._next_scan[folder_id] = 0.0
        if result.returned:
            self._emit(PhotosAdded(tuple(result.returned)))
        return result

    def _check_roots(self, watcher: Watcher) -> None:
        """A root that was unplugged, renamed or replaced sends no events any more: look at it."""
        now = time.monotonic()
        if now < self._next_liveness:
            return
        self._next_liveness = now + _LIVENESS_SECONDS
        replaced = set(watcher.replaced_roots())
        for folder in self._catalog.folders.all():
            if folder.path in replaced:
                watcher.leave(folder.path)
                self._next_scan[folder.id] = 0.0
            elif not folder.online and os.path.isdir(folder.path):
                self._next_scan[folder.id] = 0.0

    def _follow(self, folder: Folder) -> None:
        if self._watcher is None:
            return
        if self._watcher.follow(folder.path):
            self._polled.discard(folder.id)
        elif os.path.isdir(folder.path) and folder.id not in self._polled:
            self._polled.add(folder.id)
            self._emit(
                Notice(
                    f"{folder.path} cannot be watched live; PhotoLens looks for changes every "
                    f"{_POLL_SECONDS:.0f} seconds instead."
                )
            )
