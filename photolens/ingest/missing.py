"""What became of files that are not there: gone, moved, or perhaps only out of sight.

One file that is gone was deleted. Many at once may have been deleted too, but it may as well be that part of
a drive is not mounted, or that a synchronisation went wrong: they are held, which means that they stay in the
library with their thumbnails, out of reach, until they are back or the user says that they were deleted.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from photolens.catalog import Catalog, FilePlace
from photolens.domain import (
    Event,
    FilesVanished,
    Folder,
    FolderId,
    PhotoId,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
)
from photolens.errors import FolderError, LibraryError
from photolens.ingest import identity
from photolens.ingest.fingerprint import stat_now
from photolens.ingest.identity import Standing
from photolens.ingest.presence import Presence
from photolens.ingest.progress import Progress
from photolens.messages import message

# So many files of one root at once are no ordinary deletion: nobody looks through more than a hundred, and a
# fifth of a root is a lot; but less than five are not worth a question.
_MANY = 100
_SHARE = 5  # one in so many
_FEW = 5
# A deletion arrives in bursts; what is gone within this time counts together.
_TOGETHER_SECONDS = 600.0


class _Interrupted(LibraryError):
    """The program ends before all is decided."""


class MissingFiles:
    """Settles files that were not found. On the ingest thread."""

    def __init__(
        self,
        catalog: Catalog,
        progress: Progress,
        emit: Callable[[Event], None],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._catalog = catalog
        self._progress = progress
        self._emit = emit
        self._stopping = stopping
        self._noted: set[int] = set()
        self._deferred: set[int] = set()  # until the queue has been worked off
        self._expected: set[str] = set()  # paths of files that are deleted here just now
        self._newest: dict[FolderId, int] = {}  # the last file known before what is noted was missed
        self._strange: set[FolderId] = set()
        self._lately: defaultdict[FolderId, list[tuple[float, int]]] = defaultdict(list)  # when, file
        self._told: dict[FolderId, int] = {}

    @property
    def noted(self) -> bool:
        """Whether there is anything new to settle."""
        return bool(self._noted)

    @property
    def undecided(self) -> bool:
        """Whether something is put off until the queue has been worked off."""
        return bool(self._deferred)

    def note(self, file_ids: Iterable[int]) -> None:
        """These were not found; `settle` decides, when moves are known."""
        self._noted.update(file_ids)

    def expect(self, paths: Iterable[str]) -> None:
        """These files are about to be deleted here, which nobody need be asked about."""
        self._expected.update(paths)

    def note_root(self, folder_id: FolderId, *, strange: bool, newest: int) -> None:
        """What the last scan found of a root: of a strange one nothing is taken for deleted.

        `newest`: the last file that was known before; those that the scan found do not count when it is
        asked how many are gone, since they may be another drive's.
        """
        self._newest[folder_id] = newest
        (self._strange.add if strange else self._strange.discard)(folder_id)

    def forget_root(self, folder_id: FolderId) -> None:
        """The root is none any more; its id may be given to another."""
        self._strange.discard(folder_id)
        self._newest.pop(folder_id, None)
        self._lately.pop(folder_id, None)
        self._told.pop(folder_id, None)

    def settle(self, *, queue_is_long: bool = False) -> None:
        """Decide about all that was noted, but not yet about what a long queue may still explain.

        What is not decided when the program ends, the next scan misses again.
        """
        noted, self._noted = self._noted, set()
        if not queue_is_long:
            noted |= self._deferred
            self._deferred = set()
        with suppress(_Interrupted):
            self._settle(noted, queue_is_long)
        if not queue_is_long:
            self._newest.clear()

    def _settle(self, noted: set[int], queue_is_long: bool) -> None:
        for folder, standing, found in self._gone(noted):
            known = self._catalog.vanished.ids(folder.id)
            gone = [file for file in found if file.id not in known]
            if self._expected:
                self._remove([file for file in gone if file.path in self._expected], count=False)
                gone = [file for file in gone if file.path not in self._expected]
            held = self._to_hold(folder, standing, gone)
            later = self._explainable(gone, held) if queue_is_long else set()
            self._deferred |= later
            self._hold(folder, held - later)
            self._remove([file for file in gone if file.id not in held | later])

    def settle_now(self, file_ids: Collection[int], paths: Iterable[str]) -> None:
        """The same for what was deleted here: no move explains it, and nobody need be asked.

        None of these paths is expected to vanish any more.
        """
        self._expected.difference_update(paths)
        self._noted.difference_update(file_ids)
        self._deferred.difference_update(file_ids)
        for folder, _, gone in self._gone(file_ids):
            self._remove(gone, count=False)
            self.tell(folder)

    def root(self, path: str) -> Folder:
        """The root at this path. Raises FolderError when there is none, or it is offline."""
        folder = next((folder for folder in self._catalog.folders.all() if folder.path == path), None)
        if folder is None:
            raise FolderError(message("{path} is not one of this library's folders.", path=path))
        if identity.look(self._catalog, folder).standing is Standing.AWAY:
            raise FolderError(
                message(
                    "{path} is offline, so nothing was removed. Plug in its drive, then try again.", path=path
                )
            )
        return folder

    def confirm(self, folder: Folder) -> int:
        """The held files of this root were deleted; returns how many are indeed not there."""
        self._lately.pop(folder.id, None)
        held = self._catalog.vanished.ids(folder.id)
        count = 0
        for _, standing, gone in self._gone(held):
            self._remove(gone, count=False)
            if standing is Standing.STRANGE:  # the files in their places are other photos
                with self._catalog.transaction():
                    self._catalog.files.forget(file.id for file in gone)
            count += len(gone)
        self.tell(folder)
        return count

    def released(self, folder: Folder, photo_ids: Collection[PhotoId]) -> None:
        """Held files of this root are back."""
        if photo_ids:
            self._emit(PhotosChanged(tuple(sorted(set(photo_ids)))))
        self.tell(folder)

    def tell(self, folder: Folder) -> None:
        """Say how many files of this root are held, if that is news."""
        held = len(self._catalog.vanished.ids(folder.id))
        if held != self._told.get(folder.id, 0):
            self._told[folder.id] = held
            self._emit(FilesVanished(folder.path, *self._catalog.vanished.counts(folder.id)))

    def _gone(self, file_ids: Collection[int]) -> Iterator[tuple[Folder, Standing, list[FilePlace]]]:
        """Those of the files that are not there, of each root that can be seen.

        Where a strange root has other files in their places, they are not there.
        """
        by_root = defaultdict(list)
        for file in self._catalog.files.places(file_ids):
            by_root[file.folder_id].append(file)
        presence = Presence(few=len(file_ids) <= _FEW)
        for folder in self._catalog.folders.all() if by_root else ():
            files = by_root[folder.id]
            if not files or (before := identity.look(self._catalog, folder)).standing is Standing.AWAY:
                continue
            strange = before.standing is Standing.STRANGE
            gone = [
                file
                for file in self._while_running(files)
                if presence.is_gone(folder.path, file.relative) or (strange and _is_another(file))
            ]
            # Unplugged meanwhile: the next scan tells what is there.
            if gone and identity.look(self._catalog, folder) == before:
                yield folder, before.standing, gone

    def _while_running(self, files: Iterable[FilePlace]) -> Iterator[FilePlace]:
        """The same files; raises _Interrupted when the program ends, since a share may take its time."""
        for file in files:
            if self._stopping():
                raise _Interrupted(message("The library is closed."))
            yield file

    def _explainable(self, gone: list[FilePlace], held: set[int]) -> set[int]:
        """What files that wait to be read may be: all of many, else those of a size that one of them has."""
        if held:
            return {file.id for file in gone if not file.unread}
        photos = self._catalog.files.that_may_have_moved(
            file.photo_id for file in gone if file.photo_id is not None
        )
        return {file.id for file in gone if file.photo_id in photos}

    # --- whom to ask -------------------------------------------------------------------------

    def _to_hold(self, folder: Folder, standing: Standing, gone: list[FilePlace]) -> set[int]:
        """Which of these files may not be taken for deleted."""
        known = [file for file in gone if not file.unread]
        if standing is Standing.STRANGE or folder.id in self._strange:
            return {file.id for file in known} - self._moved(known)
        emptied = _in_emptied_directories(folder.path, known)
        if not self._is_mass(folder.id, known) and not emptied:
            return set()
        left = self._moved(known)
        known = [file for file in known if file.id not in left]
        if self._is_mass(folder.id, known):
            return {file.id for file in known}
        return _in_emptied_directories(folder.path, known)

    def _is_mass(self, folder_id: FolderId, gone: list[FilePlace]) -> bool:
        if not gone:
            return False
        earlier = self._gone_lately(folder_id) - {file.id for file in gone}
        count = len(gone) + len(earlier)
        if count > _MANY:
            return True
        ids = {file.id for file in gone}
        enough = _SHARE * count + 1
        if ids.issuperset(self._catalog.files.some_present(folder_id, enough)):
            return True
        newest = self._newest.get(folder_id, 0)
        present = self._catalog.files.some_present(folder_id, enough, newest if max(ids) <= newest else None)
        return count >= _FEW and _SHARE * count > len(present) + len(earlier)

    def _gone_lately(self, folder_id: FolderId) -> set[int]:
        """Files that were taken for deleted a while ago, and are not back."""
        since = time.monotonic() - _TOGETHER_SECONDS
        self._lately[folder_id] = [entry for entry in self._lately[folder_id] if entry[0] >= since]
        return self._catalog.files.missing_among(file_id for _, file_id in self._lately[folder_id])

    def _moved(self, gone: Iterable[FilePlace]) -> set[int]:
        """Files whose photo lies elsewhere too: nothing leaves the library with them."""
        gone = list(gone)
        paths = {file.path for file in gone}
        return {
            file.id
            for file in self._while_running(gone)
            if file.photo_id is not None
            and any(
                copy.online and copy.path not in paths and stat_now(copy.path) is not None
                for copy in self._catalog.photos.files(file.photo_id)
            )
        }

    # --- what becomes of them ----------------------------------------------------------------

    def _hold(self, folder: Folder, file_ids: set[int]) -> None:
        if not file_ids:
            return
        with self._catalog.transaction():
            kept = self._catalog.vanished.hold(file_ids | self._gone_lately(folder.id))
        self._lately.pop(folder.id, None)
        if kept:
            self._emit(PhotosAdded(tuple(sorted(kept))))
        self.tell(folder)

    def _remove(self, gone: list[FilePlace], *, count: bool = True) -> None:
        with self._catalog.transaction():
            removed, kept = self._catalog.files.set_missing([file.id for file in gone])
        now, left = time.monotonic(), set(removed)
        for file in gone if count else ():
            if file.photo_id in left:
                self._lately[file.folder_id].append((now, file.id))
        self._progress.removed += len(removed)
        self._progress.moved += len(self._progress.found_elsewhere.intersection(kept))
        if removed:
            self._emit(PhotosRemoved(tuple(removed)))
        if kept:
            self._emit(PhotosChanged(tuple(kept)))


def _in_emptied_directories(root: str, gone: Iterable[FilePlace]) -> set[int]:
    """Files below a directory that is there but holds nothing any more, where they are more than a few.

    So looks the place of a drive that is not mounted; and a folder whose photos were deleted one and all.
    """
    emptied: dict[bytes, bool] = {}
    below: dict[int, bytes] = {}
    existing: dict[bytes, bytes] = {}
    for file in gone:
        parent = file.relative.rpartition(b"/")[0]
        if parent not in existing:
            existing[parent] = _nearest_existing(root, parent)
        directory = existing[parent]
        if directory not in emptied:
            emptied[directory] = bool(directory) and _is_empty(root, directory)
        if emptied[directory]:
            below[file.id] = directory
    counts = Counter(below.values())
    return {file_id for file_id, directory in below.items() if counts[directory] >= _FEW}


def _is_another(file: FilePlace) -> bool:
    """Whether the file that is in its place now is not the one that was there."""
    now = stat_now(file.path)
    return now is None or now[:2] != file.stat[:2]


def _nearest_existing(root: str, directory: bytes) -> bytes:
    """A directory, or the nearest above it that is still there; b"" for the root."""
    while directory and not Path(root, os.fsdecode(directory)).is_dir():
        directory = directory.rpartition(b"/")[0]
    return directory


def _is_empty(root: str, directory: bytes) -> bool:
    try:
        with os.scandir(Path(root, os.fsdecode(directory))) as entries:
            return next(entries, None) is None
    except OSError:
        return False
