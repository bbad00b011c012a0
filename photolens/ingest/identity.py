"""Whether a root is the folder that it was.

No marker file is written: folders of photos are not ours to write to, many are read-only, and a copy of a
folder would carry its marker along. Instead two things are compared, and each covers for the other:

- What the system calls the place: the id of its file system (`f_fsid`, which outlives a new mount; on
  Windows the serial number of the volume, which is its device) with the inode of the folder. Alone it is not
  enough: some file systems, such as FAT, exFAT and XFS, only repeat the number of their device, which the
  next card in the same reader gets too, and a restored backup is another place with the same photos.
- A sample of the files known, spread over the root: the same relative path and size, without reading any.
  Alone it is not enough either: in a root that the user emptied no file is there, and it is still the root.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from enum import Enum, auto

from photolens.catalog import Catalog, RootIdentity
from photolens.domain import Folder
from photolens.ingest.fingerprint import signed, stat_now

log = logging.getLogger(__name__)

_SAMPLE = 64


class Standing(Enum):
    """What a root is found to be."""

    ITSELF = auto()
    STRANGE = auto()  # a folder that can be listed, but neither the place nor the contents known
    AWAY = auto()  # not to be listed, or a mount point without its drive


@dataclass(frozen=True, slots=True)
class Look:
    """A root as it is now; one that is away has no identity."""

    standing: Standing
    identity: RootIdentity


AWAY = Look(Standing.AWAY, RootIdentity())


def look(catalog: Catalog, folder: Folder) -> Look:
    """Compare a root with what it was when it was last found to be itself."""
    try:
        now = identity_of(folder.path)
        is_drive = os.path.ismount(folder.path)
        with os.scandir(folder.path) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        log.info("%s is offline: %s", folder.path, error)
        return AWAY
    # The top folder of a drive has the same inode on each: without a lasting name it proves nothing.
    if is_same(catalog.folders.identity(folder.id), now) and (now.volume or not is_drive):
        return Look(Standing.ITSELF, now)
    if empty and catalog.files.some_present(folder.id, 1):
        log.info("%s is empty and not the folder it was: taken for an absent drive", folder.path)
        return AWAY
    return Look(Standing.ITSELF if _is_recognised(catalog, folder) else Standing.STRANGE, now)


def identity_of(path: str) -> RootIdentity:
    """What the system calls a folder. Raises OSError."""
    found = os.stat(path)
    volume: int | None = found.st_dev
    if hasattr(os, "statvfs"):
        volume = os.statvfs(path).f_fsid
        if volume in (0, found.st_dev):  # it has no name, or none that lasts
            volume = None
    return RootIdentity(None if volume is None else f"{volume:x}", signed(found.st_dev), signed(found.st_ino))


def is_same(known: RootIdentity, now: RootIdentity) -> bool:
    """Whether both are one place; a root without an identity was never looked through."""
    if known == RootIdentity():
        return True
    if known.volume and now.volume:
        # The device does not count: drives get the number that is free.
        return (known.volume, known.inode) == (now.volume, now.inode)
    return (known.device, known.inode) == (now.device, now.inode)


def _is_recognised(catalog: Catalog, folder: Folder) -> bool:
    """Whether at least half of a sample of the files known are there."""
    sample = catalog.files.sample(folder.id, _SAMPLE)
    there = sum((found := stat_now(path)) is not None and found.size_bytes == size for path, size in sample)
    return 2 * there >= len(sample)
