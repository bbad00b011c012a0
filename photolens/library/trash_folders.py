"""Where the trash of Linux and its relatives keeps a file (freedesktop.org Trash specification 1.0)."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

log = logging.getLogger(__name__)

_SUFFIX = ".trashinfo"


@dataclass(frozen=True, slots=True)
class TrashFolder:
    """One trash: `files/NAME`, and `info/NAME.trashinfo` with the path it came from.

    `base` is what relative paths in there start at.
    """

    path: Path
    base: Path

    def names(self) -> set[str]:
        """Names of what lies in this trash; none where there is no such trash."""
        try:
            return {entry.name.removesuffix(_SUFFIX) for entry in (self.path / "info").iterdir()}
        except OSError:
            return set()

    def location(self, name: str) -> Path:
        return self.path / "files" / name

    def info(self, name: str) -> Path:
        return self.path / "info" / (name + _SUFFIX)

    def forget(self, name: str) -> None:
        """Remove the note about a file that is not in the trash."""
        try:
            self.info(name).unlink(missing_ok=True)
        except OSError as error:
            log.warning("a note about a file that is not in the trash stays there: %s", error)

    def origin(self, name: str) -> str | None:
        """The path, as `real_place` gives it, that a file in the trash had; None when nothing says it."""
        try:
            lines = self.info(name).read_bytes().splitlines()
        except OSError as error:
            log.debug("%s", error)
            return None
        path = next((line[len(b"Path=") :] for line in lines if line.startswith(b"Path=")), None)
        if path is None:
            return None
        return real_place(os.path.normpath(self.base / os.fsdecode(unquote_to_bytes(path))))


class Arrivals:
    """What comes into the trash from these paths while this object lives."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._origins = {real_place(path) for path in paths}
        folders = {folder for path in self._origins for folder in trash_folders(path)}
        self._before = {folder: folder.names() for folder in folders}

    def locations(self) -> dict[str, str]:
        """Where each path that arrived lies in the trash.

        A note about a file that did not come after all, which a failed attempt leaves, is removed.
        """
        found = {}
        for folder, before in self._before.items():
            for name in folder.names() - before:
                origin = folder.origin(name)
                if origin not in self._origins or origin is None:
                    continue
                location = folder.location(name)
                if os.path.lexists(location):
                    found[origin] = str(location)
                else:
                    folder.forget(name)
        return found


def trash_folders(path: str) -> list[TrashFolder]:
    """The trash folders that a file may go to: the user's own, and those of its drive."""
    if sys.platform in ("win32", "darwin"):
        return []
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    top = _mount_point(Path(path).parent)
    user = os.getuid()
    return [
        TrashFolder(data / "Trash", data),
        TrashFolder(top / ".Trash" / str(user), top),
        TrashFolder(top / f".Trash-{user}", top),
    ]


def real_place(path: str | Path) -> str:
    """The path with every link on the way followed, but not the file itself, should it be one."""
    place = Path(path)
    return str(place.parent.resolve() / place.name)


def _mount_point(directory: Path) -> Path:
    while not directory.is_mount() and directory != directory.parent:
        directory = directory.parent
    return directory
