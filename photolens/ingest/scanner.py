"""Comparing a folder on disk with what the catalog knows of it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from photolens.catalog import Catalog, FileStat, FileState, KnownFile, fold
from photolens.domain import Folder, PhotoId
from photolens.errors import FailureKind
from photolens.imaging.formats import is_photo_name
from photolens.ingest import identity
from photolens.ingest.fingerprint import stat_of
from photolens.ingest.identity import Look, Standing

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
    """What a scan found. `missing` holds file ids, for the caller to settle when moves are known.

    `strange`: what is there is another folder than the one known, as far as can be told. `moved` are photos
    whose file has another name, `released` those whose file was held and is back. Files with an id up to
    `newest` were known before.
    """

    online: bool = True
    complete: bool = True
    strange: bool = False
    files: int = 0
    new: int = 0
    changed: int = 0
    newest: int = 0
    missing: list[int] = field(default_factory=list)
    moved: list[PhotoId] = field(default_factory=list)
    released: list[PhotoId] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """Differences, most of them gathered until there are enough for one transaction.

    `again`, `released` and `others` say that the files known now have other contents or are back. They are
    for the end, when it is known that all was read of one drive and not of two. In the place of `others` a
    strange root has files that are not theirs; in the place of `forgotten`, which were missing already, too.
    """

    new: dict[bytes, list[tuple[bytes, FileStat]]] = field(default_factory=dict)
    forgotten: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    renamed: list[tuple[KnownFile, bytes, bytes]] = field(default_factory=list)  # directory, name
    size: int = 0
    again: list[tuple[int, FileStat]] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


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
    queued: Callable[[], None] = lambda: None,
) -> ScanResult:
    """Queue what is new or changed below a root, and report what is missing.

    A root that cannot be listed is offline: nothing about its files changes. `queued` is called whenever new
    files have come into the queue.
    """
    start = identity.look(catalog, folder)
    if start.standing is Standing.AWAY:
        return ScanResult(online=False)
    result = ScanResult(strange=start.standing is Standing.STRANGE, newest=catalog.files.newest())
    held = catalog.vanished.ids(folder.id)
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
        _compare(catalog.files.in_directory(folder.id, directory.path), held, directory, found, result)
        if found.size >= _CHUNK:
            _write(catalog, folder, found, result, queued)
    _write(catalog, folder, found, result, queued)
    if not result.complete:
        result.missing.clear()
        return result
    if not _is_still_there(catalog, folder, start, result):
        return ScanResult(online=False, moved=result.moved)
    _write_changes(catalog, found, result)
    for gone in known_directories:
        known = catalog.files.in_directory(folder.id, gone).values()
        result.missing += [file.id for file in known if file.state != FileState.MISSING]
    result.missing = [file_id for file_id in result.missing if file_id not in held]
    if not below and not result.strange:
        catalog.folders.set_scanned(folder.id, start.identity)
    return result


def _compare(
    known: dict[bytes, KnownFile],
    held: Collection[int],
    directory: Directory,
    found: _Found,
    result: ScanResult,
) -> None:
    result.files += len(directory.files)
    new = []
    for name, now in directory.files:
        before = known.pop(name, None)
        if before is None:
            new.append((name, now))
            continue
        if result.strange and before.photo_id is not None and before[:2] != now[:2]:
            if before.state == FileState.MISSING:
                found.forgotten.append(before.id)
                new.append((name, now))
            else:
                found.others.append(before.id)
            continue
        if before.id in held:
            found.released.append(before.id)
        # The inode does not count: network and removable drives number anew at each mount.
        if before[:2] == now[:2]:
            if before.state == FileState.MISSING:
                found.returned.append(before.id)
                found.size += 1
            elif before.state != FileState.PENDING and before.failure == FailureKind.UNREADABLE:
                found.again.append((before.id, now))
        else:
            found.again.append((before.id, now))
            result.changed += 1
    unlisted = {name: file for name, file in known.items() if file.state != FileState.MISSING}
    if new and unlisted:
        new = _take_renamed(unlisted, new, directory.path, found, result)
    if new:
        found.new[directory.path] = new
        found.size += len(new)
        result.new += len(new)
    result.missing += [file.id for file in unlisted.values()]


def _take_renamed(
    unlisted: dict[bytes, KnownFile],
    new: list[tuple[bytes, FileStat]],
    directory: bytes,
    found: _Found,
    result: ScanResult,
) -> list[tuple[bytes, FileStat]]:
    """Tell new files from known ones of another name, which leave `unlisted`; gives those that are new."""
    names = match_names(unlisted, new)
    for name, now in new:
        if name not in names:
            continue
        if result.strange and unlisted[names[name]][:2] != now[:2]:
            del names[name]
            continue
        before = unlisted.pop(names[name])
        found.renamed.append((before, directory, name))
        found.released.append(before.id)
        found.size += 1
        if before[:2] != now[:2]:
            found.again.append((before.id, now))
            result.changed += 1
    return [entry for entry in new if entry[0] not in names]


def match_names(
    known: Mapping[bytes, KnownFile], new: Iterable[tuple[bytes, FileStat]]
) -> dict[bytes, bytes]:
    """Which new names in a directory are known files that are no longer listed: new name -> known name.

    The same inode, size and time: a file that was renamed. The same name but for case or composition of
    accents: one that was renamed where the file system does not tell these apart, and would answer to both.
    """
    # Windows lists no inodes: 0.
    read = [(name, file) for name, file in known.items() if file.state == FileState.INDEXED and file.inode]
    by_stat = {file.stat: name for name, file in read}
    by_fold: dict[str, list[bytes]] = {}
    for name in known:
        by_fold.setdefault(fold(name), []).append(name)
    found: dict[bytes, bytes] = {}
    taken: set[bytes] = set()
    for name, now in new:
        alike = [other for other in by_fold.get(fold(name), ()) if other not in taken]
        before = by_stat.get(now)
        if before is None or before in taken:
            before = alike[0] if len(alike) == 1 else None
        if before is not None:
            found[name] = before
            taken.add(before)
    return found


def _write(
    catalog: Catalog, folder: Folder, found: _Found, result: ScanResult, queued: Callable[[], None]
) -> None:
    if not found.size:
        return
    with catalog.transaction():
        catalog.files.forget(found.forgotten)
        for directory, files in found.new.items():
            catalog.files.add_pending(folder.id, directory, files)
        for file, directory, name in found.renamed:
            catalog.files.move(file.id, folder.id, directory, name)
            result.moved += [] if file.photo_id is None else [file.photo_id]
        catalog.files.set_returned(found.returned)
    if found.new:
        queued()
    found.forgotten.clear()
    found.new.clear()
    found.renamed.clear()
    found.returned.clear()
    found.size = 0


def _write_changes(catalog: Catalog, found: _Found, result: ScanResult) -> None:
    if found.again or found.released or found.others:
        with catalog.transaction():
            catalog.files.queue_again(found.again)
            result.released += catalog.vanished.release(found.released)
            catalog.vanished.hold(found.others)


def _is_still_there(catalog: Catalog, folder: Folder, start: Look, result: ScanResult) -> bool:
    """Whether the drive was there all through the scan, and there is more than some system's leavings."""
    after = identity.look(catalog, folder)
    if after != start:
        return False
    return start.standing is not Standing.STRANGE or result.files > 0


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
