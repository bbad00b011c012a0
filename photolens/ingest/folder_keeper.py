"""Keeping the catalog in step with the folders: scans when due, live changes, roots that come and go."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from photolens.catalog import Catalog, RootIdentity
from photolens.domain import (
    Event,
    FilesFound,
    Folder,
    FolderId,
    FolderState,
    Notice,
    PhotoId,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
    ScanFinished,
    ScanStarted,
)
from photolens.ingest import file_systems, identity, live, roots, scanner
from photolens.ingest.control import Control
from photolens.ingest.follower import POLL_SECONDS, Follower
from photolens.ingest.missing import MissingFiles
from photolens.ingest.progress import Progress
from photolens.ingest.watcher import Watcher
from photolens.messages import Message, counted, message

# How often a watched root is checked for having been unplugged, renamed or replaced.
_LIVENESS_SECONDS = 5.0
# Files that vanished are settled after the queue, where a move may explain them; unless it is long.
_LONG_QUEUE = 1000


@dataclass(frozen=True, slots=True)
class ScanRules:
    """`skip`: real paths that are never scanned, the library's own. `rescan_seconds`: at most so stale.

    A folder that is `silent` may change without the system telling; it is looked at every `poll_seconds`.
    """

    skip: frozenset[str]
    rescan_seconds: float
    poll_seconds: float = POLL_SECONDS
    silent: Callable[[str], bool] = file_systems.is_silent


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
        self._rules = replace(rules, skip=rules.skip.union(map(roots.as_listed, rules.skip)))
        self._control = control
        self._progress = progress
        self._emit = emit
        self._came_online = came_online
        self._follower: Follower | None = None
        self._missing = MissingFiles(catalog, progress, emit, lambda: control.stopping)
        self._next_scan: dict[FolderId, float] = {}
        self._next_liveness = 0.0
        self._offline: dict[FolderId, tuple[RootIdentity, int]] = {}  # what was found there, when changed
        self._unreadable: dict[FolderId, list[str]] = {}  # what was said of each root's

    @property
    def waiting(self) -> bool:
        """Whether something was heard that has not been looked at."""
        return self._follower is not None and self._follower.watcher.waiting

    @property
    def undecided(self) -> bool:
        """Whether files are gone of which nobody can say yet what became of them."""
        return self._missing.undecided

    def due(self) -> set[FolderId]:
        """Folders whose scan is due."""
        now = time.monotonic()
        return {folder_id for folder_id, at in self._next_scan.items() if at <= now}

    def rest(self) -> float:
        """Seconds until something is to be looked at, if nothing is heard; 0 when that is now."""
        if self.waiting or self.undecided:
            return 0.0
        moments = list(self._next_scan.values())
        if self._follower is not None:
            moments.append(self._next_liveness)
        return max(0.0, min(moments, default=math.inf) - time.monotonic())

    def places(self, paths: Iterable[str]) -> list[tuple[FolderId, bytes]]:
        """Each of these folders that lies in the library, as its root and the directory below it."""
        folders = self._catalog.folders.all()
        roots_of = {folder.path: (folder.id, b"") for folder in folders}
        inner = ((path, live.locate(folders, path)) for path in paths)
        found = [(place.folder.id, place.relative) if place else roots_of.get(path) for path, place in inner]
        return [place for place in found if place is not None]

    # --- folders -----------------------------------------------------------------------------

    def add(self, path: str) -> Folder:
        """Make `path` a root, to be scanned next. Raises FolderError."""
        roots.check(path, self._rules.skip)
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
        if self._follower is None:
            self._follower = Follower(Watcher(wake), self._emit, self._rules.poll_seconds, self._rules.silent)
        for folder in self._catalog.folders.all():
            self._follower.follow(folder)
            self._next_scan.setdefault(folder.id, 0.0)  # what happened before nobody told

    def request_scan(self, *, deep: bool = False) -> None:
        """Scan all roots at the next tick; `deep`: and hash every file again, whatever it looks like."""
        if deep:
            with self._catalog.transaction():
                self._catalog.files.queue_all()
        for folder in self._catalog.folders.all():
            self._next_scan[folder.id] = 0.0

    def close(self) -> None:
        if self._follower is not None:
            self._follower.watcher.stop()

    def _forget(self, folder: Folder) -> None:
        if self._follower is not None:
            self._follower.forget(folder)
        self._next_scan.pop(folder.id, None)
        self._unreadable.pop(folder.id, None)
        self._missing.forget_root(folder.id)

    # --- scans -------------------------------------------------------------------------------

    def tick(self) -> None:
        """Take in what the watcher heard, and do the scans that are due."""
        if self._follower is not None:
            self._take_changes(self._follower)
            self._check_roots(self._follower.watcher)
        due = self.due()
        for folder in self._catalog.folders.all() if due else ():
            if folder.id in due and not self._control.interrupted():
                self._scan(folder)

    def _scan(self, folder: Folder) -> None:
        """Compare one root with the disk: queue what is new or changed, remember what is missing."""
        self._emit(ScanStarted(folder.path))
        if self._follower is not None:
            self._follower.follow(folder)  # before looking, so that nothing falls between
        began = time.monotonic()
        result = scanner.scan(
            self._catalog,
            folder,
            skip=self._rules.skip,
            stopped=self._control.interrupted,
            queued=lambda: self._emit(FilesFound(folder.path)),
        )
        if result.complete:  # else it stays due
            self._plan_next(folder.id, time.monotonic() - began)
        if self._catalog.folders.set_online(folder.id, result.online):
            self._emit(FolderState(folder.path, result.online))
            if result.online:
                self._came_online()
        self._note_moved(result.moved)
        if result.online and result.complete:
            self._tell_unreadable(folder, sorted(result.unreadable))
            self._missing.note_root(folder.id, strange=result.strange, newest=result.newest)
        self._missing.note(result.missing)
        self._came_back(folder, result.released)
        self._settle_long_queue()
        self._emit(ScanFinished(folder.path, result.files, result.new, result.changed, len(result.missing)))

    def _tell_unreadable(self, folder: Folder, paths: list[str]) -> None:
        """Once, not at every look at a share."""
        if paths and paths != self._unreadable.get(folder.id):
            self._emit(Notice(_no_permission(paths)))
        self._unreadable[folder.id] = paths

    def _plan_next(self, folder_id: FolderId, took: float) -> None:
        self._next_scan.pop(folder_id, None)
        if self._follower is not None:
            rest = self._follower.rest(folder_id, self._rules.rescan_seconds, took)
            self._next_scan[folder_id] = time.monotonic() + rest

    def scan_around(self, paths: Iterable[str]) -> None:
        """Scan the roots of these paths soon."""
        folders = self._catalog.folders.all()
        for path in paths:
            place = live.locate(folders, path)
            if place is not None:
                self._next_scan[place.folder.id] = 0.0

    def settle_missing(self, *, unread: bool = False) -> None:
        """Files found missing are so, if they still are and their root is to be seen.

        `unread`: files wait to be read for the first time, which may be where some of them have gone.
        """
        self._missing.settle(queue_is_long=unread)

    def tell_held(self) -> None:
        """Say of how many files it is not known what became of them, where that is news."""
        for folder in self._catalog.folders.all():
            self._missing.tell(folder)

    def confirm_vanished(self, path: str) -> int:
        """The files of this root that are held were deleted; returns how many. Raises FolderError."""
        folder = self._missing.root(path)
        count = self._missing.confirm(folder)
        self._next_scan[folder.id] = 0.0  # what is there may be recognised now
        return count

    def expect_gone(self, paths: Iterable[str]) -> None:
        """These files are about to be deleted here; `look_at` them afterwards."""
        self._missing.expect(paths)

    def look_at(self, paths: Collection[str]) -> None:
        """Compare these paths with the disk. No move explains what is gone there: it is settled at once."""
        self._missing.settle_now(self._compare(paths).missing, paths)

    def _settle_long_queue(self) -> None:
        """When a move will not be known for long, what cannot be one is settled before."""
        if self._missing.noted and self._catalog.files.pending_count() > _LONG_QUEUE:
            self._missing.settle(queue_is_long=True)

    def _note_moved(self, photo_ids: Collection[PhotoId]) -> None:
        if photo_ids:
            self._progress.moved += len(photo_ids)
            self._emit(PhotosChanged(tuple(photo_ids)))

    def _came_back(self, folder: Folder, photo_ids: Collection[PhotoId]) -> None:
        self._missing.released(folder, photo_ids)
        if photo_ids:
            self._came_online()

    # --- live --------------------------------------------------------------------------------

    def _take_changes(self, follower: Follower) -> None:
        changes = follower.watcher.changes()
        if not changes:
            return
        if changes.storm:  # what is polled has its turn anyway, and may take long
            for folder in self._catalog.folders.all():
                if not follower.is_polled(folder.id):
                    self._next_scan[folder.id] = 0.0
            return
        moves = live.apply_moves(self._catalog, self._catalog.folders.all(), changes.moves)
        self._note_moved(moves.moved)
        self._missing.note(self._compare(changes.paths).missing)
        self._settle_long_queue()

    def _compare(self, paths: Iterable[str]) -> live.LiveResult:
        folders = self._catalog.folders.all()
        result = live.apply_paths(self._catalog, folders, paths, self._rules.skip, self._control.interrupted)
        for folder_id in result.rescan:
            self._next_scan[folder_id] = 0.0
        if result.returned:
            self._emit(PhotosAdded(tuple(result.returned)))
        self._note_moved(result.moved)
        for folder in folders:
            if folder.id in result.released:
                self._came_back(folder, result.released[folder.id])
        return result

    def _check_roots(self, watcher: Watcher) -> None:
        """A root that was unplugged, renamed or replaced sends no events any more: look at it."""
        now = time.monotonic()
        if now < self._next_liveness:
            return
        self._next_liveness = now + _LIVENESS_SECONDS
        lost = set(watcher.lost_roots())
        for folder in self._catalog.folders.all():
            if folder.path in lost:
                watcher.leave(folder.path)
                self._next_scan[folder.id] = 0.0
            elif self._is_another_place(folder):
                self._next_scan[folder.id] = 0.0

    def _is_another_place(self, folder: Folder) -> bool:
        """Whether something else is where an offline root should be than when this was last asked."""
        before = self._offline.pop(folder.id, None)
        if folder.online or not os.path.isdir(folder.path):
            return False
        try:
            now = identity.identity_of(folder.path), os.stat(folder.path).st_ctime_ns
        except OSError:
            return False
        self._offline[folder.id] = now
        return now != before


def _no_permission(paths: list[str]) -> Message:
    if len(paths) == 1:
        return message("No permission to look into {folder}; what is known is kept.", folder=paths[0])
    return counted(
        "No permission to look into {folder} and {count} other folder; what is known is kept.",
        "No permission to look into {folder} and {count} other folders; what is known is kept.",
        count=len(paths) - 1,
        folder=paths[0],
    )
