"""The layout of a library folder, and the lock that keeps two writers out of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from photolens.errors import LibraryBusy, LibraryError


@dataclass(frozen=True, slots=True)
class Places:
    """Where a library keeps what."""

    root: Path

    @property
    def catalog(self) -> Path:
        return self.root / "catalog.db"

    @property
    def thumbnails(self) -> Path:
        return self.root / "thumbnails"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def lock(self) -> Path:
        return self.root / "library.lock"

    def catalog_files(self) -> list[Path]:
        """The database and the files SQLite keeps beside it."""
        return [self.catalog, *(self.catalog.with_name(self.catalog.name + end) for end in ("-wal", "-shm"))]

    def create(self) -> None:
        """Make the folder, for this user only. Raises LibraryError."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self.root, os.W_OK):
                raise PermissionError(13, "it is read-only")
        except OSError as error:
            raise LibraryError(
                f"The library folder {self.root} cannot be used: {error.strerror}. "
                "Choose another with --library."
            ) from error

    def acquire(self) -> FileLock:
        """The writer's lock, held until released. The system frees it when the process dies."""
        # Not bound to a thread: a library may be closed by another than opened it.
        lock = FileLock(self.lock, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise LibraryBusy(
                f"Another PhotoLens is already working on the library {self.root}. "
                "Close it, or wait until it is done; searching works meanwhile "
                "(from Python: read_only=True)."
            ) from None
        except (OSError, NotImplementedError) as error:
            raise LibraryError(f"The library folder {self.root} cannot be locked: {error}.") from error
        return lock
