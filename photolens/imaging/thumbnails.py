"""The cache of thumbnails on disk: one JPEG per content hash. Any file in it may vanish at any time."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

_NEW, _TEMPORARY = ".new-", ".tmp"
_LEFT_AFTER_SECONDS = 3600.0  # a younger one may be being written
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"


class ThumbnailStore:
    """Thumbnails below `directory`, by content hash: ab/cdef….jpg. Safe to use from several threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, content_hash: bytes) -> Path:
        """Where the thumbnail of this content lies, whether it is there or not."""
        if len(content_hash) < 2:
            raise ValueError("a content hash has at least two bytes")
        name = content_hash.hex()
        return self.directory / name[:2] / f"{name[2:]}.jpg"

    def get(self, content_hash: bytes) -> bytes | None:
        """The thumbnail's JPEG bytes; None if it is absent, unreadable or damaged."""
        try:
            jpeg = self.path(content_hash).read_bytes()
        except OSError:
            return None
        return jpeg if _is_whole(jpeg) else None

    def exists(self, content_hash: bytes) -> bool:
        """Whether `get` would give one. Reads only the two ends of the file."""
        try:
            with self.path(content_hash).open("rb") as file:
                head = file.read(len(_START))
                file.seek(-len(_END), os.SEEK_END)
                return _is_whole(head + file.read())
        except OSError:
            return False

    def put(self, content_hash: bytes, jpeg: bytes) -> None:
        """Store a thumbnail, replacing the one there.

        Readers see the old one or the new one, never a part. Raises ValueError if `jpeg` is none,
        OSError if it cannot be written.
        """
        if not _is_whole(jpeg):
            raise ValueError("these bytes are not a JPEG")
        target = self.path(content_hash)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=_NEW, suffix=_TEMPORARY)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(jpeg)
            # No fsync: after a power cut the markers tell, and the thumbnail is simply made again.
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def remove_leftovers(self) -> int:
        """Delete what programs that were killed have left half-written; gives how many files."""
        removed = 0
        for file in self.directory.glob(f"*/{_NEW}*{_TEMPORARY}"):
            with contextlib.suppress(OSError):
                if abs(time.time() - file.stat().st_mtime) > _LEFT_AFTER_SECONDS:
                    file.unlink()
                    removed += 1
        return removed

    def remove(self, content_hash: bytes) -> None:
        """Forget one thumbnail; no matter if it is not there."""
        with contextlib.suppress(OSError):
            self.path(content_hash).unlink()


def _is_whole(jpeg: bytes) -> bool:
    return jpeg.startswith(_START) and jpeg.endswith(_END)
