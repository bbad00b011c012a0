"""Whether a file is there under the very name that the catalog has."""

from __future__ import annotations

import os
import unicodedata

from photolens.ingest.fingerprint import stat_now

_NOTHING = (-1, -1)


class Presence:
    """Answers for one round of questions, in which each directory is listed once.

    The listing decides and not `stat`, which finds `a.jpg` where there is only `A.jpg` on a file system
    that does not tell them apart. A directory may hold hundreds of thousands, so for a few questions only
    those are listed where a name is found by another spelling too.
    """

    def __init__(self, *, few: bool = False) -> None:
        self._few = few
        self._listed: dict[str, frozenset[str] | None] = {}
        self._held: dict[str, bool] = {}

    def is_gone(self, root: str, relative: bytes) -> bool:
        """Whether nothing of this name is at `relative` below `root`; what may not be seen is not gone."""
        path = os.path.join(root, *map(os.fsdecode, relative.split(b"/")))
        return not self.is_listed(root, relative) or stat_now(path) is None

    def is_listed(self, root: str, relative: bytes) -> bool:
        """Whether the directories on the way hold these very names, as far as they may be listed."""
        place = root
        for part in map(os.fsdecode, relative.split(b"/")):
            path = os.path.join(place, part)
            if path not in self._held:
                self._held[path] = self._holds(place, part)
            if not self._held[path]:
                return False
            place = path
        return True

    def _holds(self, directory: str, name: str) -> bool:
        if self._few and not _answers_to_another(directory, name):
            return _inode(directory, name) != _NOTHING
        names = self._names(directory)
        return names is None or name in names

    def _names(self, directory: str) -> frozenset[str] | None:
        if directory not in self._listed:
            try:
                self._listed[directory] = frozenset(os.listdir(directory))
            except OSError:
                self._listed[directory] = None
        return self._listed[directory]


def _answers_to_another(directory: str, name: str) -> bool:
    """Whether what has this name is found by the same name in another case or composition of accents."""
    spellings = {name.swapcase(), *(unicodedata.normalize(form, name) for form in ("NFC", "NFD"))} - {name}
    here = _inode(directory, name)
    return here != _NOTHING and any(_inode(directory, spelling) == here for spelling in spellings)


def _inode(directory: str, name: str) -> tuple[int, int]:
    """Device and inode; _NOTHING when there is nothing of this name, zeros when we may not ask."""
    try:
        found = os.lstat(os.path.join(directory, name))
    except (FileNotFoundError, NotADirectoryError):
        return _NOTHING
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino
