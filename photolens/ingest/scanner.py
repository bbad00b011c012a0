"""Comparing a folder on disk with what the catalog knows of it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from photolens.catalog import Catalog, FileStat, FileState, KnownFile
from photolens.domain import Folder
from photolens.errors import FailureKind
from photolens.imaging.formats import is_photo_name
from photolens.ingest.fingerprint import stat_of

log = logging.getLogger(__name__)

# Folders that hold other programs' copies and leavings, never the user's photos.
_SKIPPED_DIRECTORIES = {b"@eadir", b"#recycle", b"$recycle.bin", b"system volume information", b"lost+found"}

# Files per transaction: large enough to be quick, small enough to lose little and block nobody.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory as found: `path` relative to the root, '/'-separated bytes."""

    path: bytes
    files: list[tuple[bytes, FileStat]]
    readable: bool = True


@dataclass(slots=True)
class ScanResult:
    """What a scan found. `missing` holds file ids, for the caller to settle when moves are known."""

    online: bool = True
    complete: bool = True
    files: int = 0
    new: int = 0
    changed: int = 0
    missing: list[int] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """Differences gathered until there are enough for one transaction."""

    new: dict[bytes, list[tuple[bytes, FileStat]]] = field(default_factory=dict)
    again: list[tuple[int, FileStat]] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    size: int = 0


def walk(root: str, below: bytes = b"", skip: Collection[str] = ()) -> Iterator[Directory]:
    """Every directory at or below `below` with the photo files in it.

    Links to directories are not followed, so no loop can catch the walk and no file is met twice.
    Hidden directories are left out, and those whose real path is in `skip`.
    """
    waiting = [below]
    base = os.fsencode(root)
    while waiting:
        directory = waiting.pop()
        full = os.path.join(base, *directory.split(b"/")) if directory else base
        files: list[tuple[bytes, FileStat]] = []
        try:
            with os.scandir(full) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if _wanted_directory(entry, skip):
                            waiting.append(directory + b"/" + entry.name if directory else entry.name)
                    elif is_photo_name(entry.name) and (found := _stat(entry)):
                        files.append((entry.name, found))
        except OSError as error:
            log.info("cannot read %s: %s", os.fsdecode(full), error)
            yield Directory(directory, files, readable=isinstance(error, FileNotFoundError))
        else:
            yield Directory(directory, files)


def scan(
    catalog: Catalog,
    folder: Folder,
    *,
    below: bytes = b"",
    skip: Collection[str] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> ScanResult:
    """Queue what is new or changed below a root, and report what is missing.

    A root that cannot be listed is offline: nothing about its files changes.
    """
    result = ScanResult()
    root = reachable_root(catalog, folder)
    if root is None:
        return ScanResult(online=False)
    known_directories = catalog.files.directories(folder.id, below)
    found = _Found()
    for directory in walk(folder.path, below, skip):
        if stopped():
            result.complete = False
            break
        if not directory.readable:
            result.unreadable.append(os.path.join(folder.path, os.fsdecode(directory.path)))
            # Whatever is inside may well be there: it is not missing, only out of sight.
            known_directories = {d for d in known_directories if not _inside(d, directory.path)}
            continue
        known_directories.discard(directory.path)
        _compare(catalog.files.in_directory(folder.id, directory.path), directory, found, result)
        if found.size >= _CHUNK:
            _write(catalog, folder, found)
            found = _Found()
    _write(catalog, folder, found)
    if result.complete and not _is_same_root(catalog, folder, root, result):
        return ScanResult(online=False)
    if result.complete:
        for gone in known_directories:
            known = catalog.files.in_directory(folder.id, gone).values()
            result.missing += [file.id for file in known if file.state != FileState.MISSING]
        if not below:
            catalog.folders.set_scanned(folder.id, root.st_dev, root.st_ino)
    else:
        result.missing.clear()
    return result


def _compare(known: dict[bytes, KnownFile], directory: Directory, found: _Found, result: ScanResult) -> None:
    result.files += len(directory.files)
    for name, now in directory.files:
        before = known.pop(name, None)
        if before is None:
            found.new.setdefault(directory.path, []).append((name, now))
            found.size += 1
            result.new += 1
            continue
        # The inode does not count: network and removable drives number anew at each mount.
        if before[:2] == now[:2]:
            if before.state == FileState.MISSING:
                found.returned.append(before.id)
            elif before.state == FileState.FAILED and before.failure == FailureKind.UNREADABLE:
                found.again.append((before.id, now))
            else:
                continue
        else:
            found.again.append((before.id, now))
            result.changed += 1
        found.size += 1
    result.missing += [file.id for file in known.values() if file.state != FileState.MISSING]


def _write(catalog: Catalog, folder: Folder, found: _Found) -> None:
    if not found.size:
        return
    with catalog.transaction():
        for directory, files in found.new.items():
            catalog.files.add_pending(folder.id, directory, files)
        catalog.files.queue_again(found.again)
        catalog.files.set_returned(found.returned)


def reachable_root(catalog: Catalog, folder: Folder) -> os.stat_result | None:
    """The root's stat, when it can be listed and is not a mount point whose drive is away."""
    try:
        root = os.stat(folder.path)
        with os.scandir(folder.path) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        log.info("%s is offline: %s", folder.path, error)
        return None
    if empty and catalog.files.present_below(folder.id, b""):
        device, inode = catalog.folders.identity(folder.id)
        if (device, inode) != (root.st_dev, stat_of(root).inode):
            log.info("%s is empty and not the folder it was: taken for an absent drive", folder.path)
            return None
    return root


def _is_same_root(catalog: Catalog, folder: Folder, before: os.stat_result, result: ScanResult) -> bool:
    """Whether the drive was there all through the scan, and is the one that was known."""
    after = reachable_root(catalog, folder)
    if after is None or (after.st_dev, after.st_ino) != (before.st_dev, before.st_ino):
        return False
    known = catalog.folders.identity(folder.id)
    replaced = known != (None, None) and known != (before.st_dev, stat_of(before).inode)
    # Another folder of this name without a photo in it: a mount point with some system's leavings.
    return not (replaced and not result.files and catalog.files.present_below(folder.id, b""))


def _stat(entry: os.DirEntry[bytes]) -> FileStat | None:
    try:
        found = entry.stat()
    except OSError:  # a dangling link, or gone since it was listed
        return None
    return stat_of(found) if stat.S_ISREG(found.st_mode) else None


def is_skipped_directory(name: bytes) -> bool:
    """Whether a directory of this name is hidden or another program's."""
    return name.startswith(b".") or name.lower() in _SKIPPED_DIRECTORIES


def _wanted_directory(entry: os.DirEntry[bytes], skip: Collection[str]) -> bool:
    if is_skipped_directory(entry.name):
        return False
    return not skip or os.path.realpath(os.fsdecode(entry.path)) not in skip


def _inside(directory: bytes, parent: bytes) -> bool:
    return not parent or directory == parent or directory.startswith(parent + b"/")
