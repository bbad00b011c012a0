"""The cache of thumbnails on disk: one JPEG per content hash. Any file in it may vanish at any time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

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
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(jpeg)
            # No fsync: after a power cut the markers tell, and the thumbnail is simply made again.
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def remove(self, content_hash: bytes) -> None:
        """Forget one thumbnail; no matter if it is not there."""
        with contextlib.suppress(OSError):
            self.path(content_hash).unlink()


def _is_whole(jpeg: bytes) -> bool:
    return jpeg.startswith(_START) and jpeg.endswith(_END)
