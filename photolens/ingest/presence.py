"""Whether a file is there under the very name that the catalog has."""

from __future__ import annotations

import os

from photolens.ingest.fingerprint import stat_now


class Presence:
    """Answers for one round of questions, in which each directory is listed once.

    The listing decides and not `stat`, which finds `a.jpg` where there is only `A.jpg` on a file system
    that does not tell them apart.
    """

    def __init__(self) -> None:
        self._listed: dict[str, frozenset[str] | None] = {}

    def is_gone(self, root: str, relative: bytes) -> bool:
        """Whether nothing of this name is at `relative` below `root`; what may not be seen is not gone."""
        path = os.path.join(root, *map(os.fsdecode, relative.split(b"/")))
        return stat_now(path) is None or not self.is_listed(root, relative)

    def is_listed(self, root: str, relative: bytes) -> bool:
        """Whether the directories on the way hold these very names, as far as they may be listed."""
        place = root
        for part in map(os.fsdecode, relative.split(b"/")):
            names = self._names(place)
            if names is not None and part not in names:
                return False
            place = os.path.join(place, part)
        return True

    def _names(self, directory: str) -> frozenset[str] | None:
        if directory not in self._listed:
            try:
                self._listed[directory] = frozenset(os.listdir(directory))
            except OSError:
                self._listed[directory] = None
        return self._listed[directory]
