"""To the system's trash and back: the only way in which PhotoLens takes a photo from its place."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from send2trash import TrashPermissionError  # type: ignore[import-untyped]

from photolens.library.trash_folders import Arrivals, real_place, trash_folders
from photolens.messages import Message, message, system

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrashedFile:
    """One file in the trash. `location`: where it lies there, where the system lets us know."""

    path: str
    trashed_at: datetime  # UTC
    location: str | None


@dataclass(frozen=True, slots=True)
class TrashReport:
    """What went to the trash. `failed` pairs a path, whose file was left where it is, with the reason."""

    trashed: tuple[TrashedFile, ...]
    failed: tuple[tuple[str, Message], ...]

    @property
    def restorable(self) -> bool:
        """Whether `Library.restore` can put at least one file back."""
        return any(file.location is not None for file in self.trashed)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What is in its old place again. `failed` pairs a path with the reason."""

    restored: tuple[str, ...]
    failed: tuple[tuple[str, Message], ...]


def move_to_trash(files: Iterable[tuple[str, int]]) -> TrashReport:
    """Move files to the system's trash, each given with the size in bytes that it is known to have.

    One that cannot be moved does not stop the others, and is never deleted instead.
    """
    sizes = dict(files)
    arrivals = Arrivals(sizes)
    moved: list[tuple[str, datetime]] = []
    failed: list[tuple[str, Message]] = []
    # A link goes before the file it points to, without which it could not be looked at.
    for path in sorted(sizes, key=lambda path: not Path(path).is_symlink()):
        reason = _trash(path, sizes[path])
        if reason is None:
            moved.append((path, datetime.now(UTC)))
        else:
            failed.append((path, reason))
    locations = arrivals.locations()
    trashed = (TrashedFile(path, when, locations.get(real_place(path))) for path, when in moved)
    return TrashReport(tuple(trashed), tuple(failed))


def put_back(report: TrashReport) -> RestoreReport:
    """Move files from the trash to their old places, where no other file is by now."""
    restored: list[str] = []
    failed: list[tuple[str, Message]] = []
    for file in report.trashed:
        reason = _put_back(file)
        if reason is None:
            restored.append(file.path)
        else:
            failed.append((file.path, reason))
    return RestoreReport(tuple(restored), tuple(failed))


def _trash(path: str, size: int) -> Message | None:
    """Move one file; a sentence when that was not to be."""
    try:
        if Path(path).stat().st_size != size:
            return message("The file has changed since PhotoLens read it, and was left alone.")
        _send(real_place(path))
    # A name that the system's trash cannot express; a part of send2trash that is not installed.
    except (OSError, ValueError, ImportError) as error:
        log.info("not moved to the trash: %r: %s", path, error)
        return _why_not(path, error)
    return None


def _send(path: str) -> None:
    if sys.platform == "win32":
        # The other way, which needs no pywin32, deletes for good where a drive has no recycle bin.
        from send2trash.win.modern import send2trash
    else:
        from send2trash import send2trash
    send2trash(path)


def _why_not(path: str, error: Exception) -> Message:
    if not os.path.lexists(path):
        return message("The file is already gone.")
    if isinstance(error, TrashPermissionError):
        return message("There is no trash on this drive, and PhotoLens does not delete for good.")
    if _is_read_only(path):
        return message("The drive is read-only.")
    if isinstance(error, PermissionError):
        return message("No permission to move the file: it is write-protected, or its folder is.")
    return message("The system's trash did not take the file: {reason}.", reason=system(error))


def _is_read_only(path: str) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):  # Windows does not tell
        return False


def _put_back(file: TrashedFile) -> Message | None:
    """Move one file back; a sentence when that was not to be."""
    if file.location is None:
        return message("Open the system's trash and put the file back from there.")
    name = Path(file.location).name
    places = (trash for trash in trash_folders(file.path) if str(trash.location(name)) == file.location)
    trash = next(places, None)
    # Emptied meanwhile, the trash may hold another file by this name.
    if trash is None or trash.origin(name) != real_place(file.path) or not os.path.lexists(file.location):
        return message("The file is no longer in the trash.")
    try:
        Path(file.path).parent.mkdir(parents=True, exist_ok=True)
        _move_without_replacing(file.location, file.path)
    except OSError as error:
        log.info("not put back from the trash: %r: %s", file.path, error)
        return _why_not_back(error)
    trash.forget(name)
    return None


def _why_not_back(error: OSError) -> Message:
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return message("Another file has taken its place; the photo is still in the trash.")
    if isinstance(error, PermissionError):
        return message("No permission to write to its folder; the photo is still in the trash.")
    if error.errno == errno.ENOSPC:
        return message("The drive is full; the photo is still in the trash.")
    return message("The file could not be put back: {reason}.", reason=system(error))


def _move_without_replacing(source: str, target: str) -> None:
    """Raises FileExistsError when there is a file at `target`, OSError when the file stays at `source`."""
    # Taking the name first is the only way not to replace a file that appears at this very moment.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        shutil.move(source, target)
    except BaseException:
        if os.path.lexists(source):
            Path(target).unlink()
        raise
