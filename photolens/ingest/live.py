"""Bringing the catalog up to date with single paths that something happened to."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from photolens.catalog import Catalog, FileState
from photolens.domain import Folder, FolderId, PhotoId
from photolens.imaging.formats import is_photo_name
from photolens.ingest import scanner
from photolens.ingest.fingerprint import stat_of
from photolens.ingest.presence import Presence


@dataclass(frozen=True, slots=True)
class Place:
    """A path as the catalog keeps it."""

    folder: Folder
    directory: bytes
    name: bytes

    @property
    def relative(self) -> bytes:
        return self.directory + b"/" + self.name if self.directory else self.name


@dataclass(slots=True)
class LiveResult:
    """`missing` holds file ids to settle once moves are known; `moved` photos that changed place.

    `returned` are photos of which no copy was present, and one is again; `released`, by root, those of files
    that were held and are back.
    """

    missing: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    released: dict[FolderId, list[PhotoId]] = field(default_factory=dict)
    rescan: set[FolderId] = field(default_factory=set)


def locate(folders: Iterable[Folder], path: str) -> Place | None:
    """Where a path lies in the library; None for one outside, hidden, or a root itself."""
    for folder in folders:
        prefix = folder.path.rstrip(os.sep) + os.sep
        if path.startswith(prefix):
            parts = os.fsencode(path[len(prefix) :]).replace(os.fsencode(os.sep), b"/").split(b"/")
            if parts[-1].startswith(b".") or any(map(scanner.is_skipped_directory, parts)) or b"" in parts:
                continue
            return Place(folder, b"/".join(parts[:-1]), parts[-1])
    return None


def apply_moves(catalog: Catalog, folders: list[Folder], moves: Iterable[tuple[str, str]]) -> LiveResult:
    """Files that only changed place keep their row, if what lies there now is what was there before."""
    result, presence = LiveResult(), Presence(few=True)
    with catalog.transaction():
        for source, target in moves:
            old, new = locate(folders, source), locate(folders, target)
            if old is None or new is None:
                continue
            if not is_photo_name(new.name):
                continue
            known = catalog.files.find(old.folder.id, old.directory, old.name)
            if known is None or known.state != FileState.INDEXED:
                continue
            replaced = catalog.files.find(new.folder.id, new.directory, new.name)
            if replaced is not None and replaced.photo_id is not None:
                continue  # two photos are concerned: both paths are looked at in the ordinary way
            try:
                if stat_of(os.stat(target)) != known.stat:
                    continue
                if os.path.lexists(source) and presence.is_listed(old.folder.path, old.relative):
                    continue
            except OSError:
                continue
            catalog.files.move(known.id, new.folder.id, new.directory, new.name)
            if known.photo_id is not None:
                result.moved.append(known.photo_id)
    return result


def apply_paths(
    catalog: Catalog,
    folders: list[Folder],
    paths: Iterable[str],
    skip: Collection[str],
    stopped: Callable[[], bool] = lambda: False,
) -> LiveResult:
    """Look at each path on disk: queue what is new or changed, report what is gone.

    A directory whose scan is stopped is left to the next one of its root.
    """
    result, presence = LiveResult(), Presence(few=True)
    roots = {folder.path: folder for folder in folders}
    for path in paths:
        if path in roots:
            result.rescan.add(roots[path].id)
            continue
        place = locate(folders, path)
        if place is None or _is_own(path, skip):
            continue
        if not os.path.isdir(place.folder.path):
            result.rescan.add(place.folder.id)  # it decides whether the root is offline
            continue
        try:
            found = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            result.missing += _gone(catalog, place)
            continue
        except OSError:
            continue  # not to be seen is not gone; the next scan says more
        if not presence.is_listed(place.folder.path, place.relative):
            result.missing += _gone(catalog, place)  # where case makes no difference: it has another name now
            continue
        if stat.S_ISDIR(found.st_mode):
            if os.path.islink(path):
                continue
            below = scanner.scan(catalog, place.folder, below=place.relative, skip=skip, stopped=stopped)
            if not (below.online and below.complete):
                result.rescan.add(place.folder.id)
            result.missing += below.missing
            result.moved += below.moved
            _note_released(result, place, below.released)
        elif stat.S_ISREG(found.st_mode) and is_photo_name(place.name):
            _queue(catalog, place, found, result)
    return result


def _is_own(path: str, skip: Collection[str]) -> bool:
    """Whether a path lies in the library's own folder, also when seen through a link."""
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    return any(real == own or real.startswith(own + os.sep) for own in skip)


def _queue(catalog: Catalog, place: Place, found: os.stat_result, result: LiveResult) -> None:
    """Queue a file that is new or changed."""
    now = stat_of(found)
    known = catalog.files.find(place.folder.id, place.directory, place.name)
    unchanged = known is not None and known[:2] == now[:2]
    if known is not None and place.folder.vanished:
        if not unchanged and known.id in catalog.vanished.ids(place.folder.id):
            result.rescan.add(place.folder.id)  # only a scan can tell an edit from another drive
            return
        with catalog.transaction():
            _note_released(result, place, catalog.vanished.release([known.id]))
    if unchanged and known is not None and known.state in (FileState.INDEXED, FileState.PENDING):
        return
    photo_id = known.photo_id if known is not None and known.state == FileState.MISSING else None
    if photo_id is not None and not catalog.files.copies(photo_id):
        result.returned.append(photo_id)
    with catalog.transaction():
        if known is None:
            catalog.files.add_pending(place.folder.id, place.directory, [(place.name, now)])
        else:
            catalog.files.queue_again([(known.id, now)])


def _note_released(result: LiveResult, place: Place, photo_ids: list[PhotoId]) -> None:
    if photo_ids:
        result.released.setdefault(place.folder.id, []).extend(photo_ids)


def _gone(catalog: Catalog, place: Place) -> list[int]:
    """The file that was at this path, or all files that were below it."""
    known = catalog.files.find(place.folder.id, place.directory, place.name)
    if known is not None:
        return [known.id] if known.state != FileState.MISSING else []
    return catalog.files.present_below(place.folder.id, place.relative)
