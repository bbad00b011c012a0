"""The layout of a library folder, and the lock that keeps two writers out of it."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photolens.errors import LibraryBusy, LibraryError, LibraryReadOnly
from photolens.messages import message, system

if TYPE_CHECKING:
    from filelock import FileLock

RESTORED = "catalog-restored-"  # how the name of a catalog begins that is to take the place of the one there

_OTHERS = 0o077


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
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def trials(self) -> Path:
        """Which precision each model was found best in."""
        return self.root / "precision.json"

    @property
    def lock(self) -> Path:
        return self.root / "library.lock"

    @property
    def own(self) -> frozenset[str]:
        """Paths of the folder itself, which holds no photos to be read."""
        return frozenset((str(self.root), os.path.realpath(self.root)))

    @property
    def restore_begun(self) -> bool:
        """Whether a restore was interrupted: the catalog that is there is to be replaced. Raises OSError."""
        return any(f.name.startswith(RESTORED) and f.name.endswith(".db") for f in self.root.iterdir())

    def catalog_files(self) -> list[Path]:
        """The database and the files SQLite keeps beside it."""
        return [self.catalog, *(self.catalog.with_name(self.catalog.name + end) for end in ("-wal", "-shm"))]

    def create(self) -> None:
        """Make the folder, for this user only; one that is there keeps its mode.

        Raises LibraryReadOnly where there is a library that cannot be written, LibraryError.
        """
        try:
            _make_private(self.root)
            if self.root.is_dir() and any(
                file.exists() and not os.access(file, os.W_OK) for file in self._written
            ):
                raise PermissionError(errno.EACCES, "it is read-only")
        except OSError as error:
            if _is_there(self.catalog):
                raise LibraryReadOnly(
                    message(
                        "The library folder {library} cannot be written, so nothing can be changed in it. "
                        "Searching works.",
                        library=self.root,
                    )
                ) from error
            raise LibraryError(
                message(
                    "The library folder {library} cannot be used: {reason}. Choose another with --library.",
                    library=self.root,
                    reason=system(error),
                )
            ) from error

    def acquire(self) -> FileLock:
        """The writer's lock, held until released. The system frees it when the process dies."""
        from filelock import FileLock, Timeout  # not needed for a first page

        # Not bound to a thread: a library may be closed by another than opened it.
        lock = FileLock(self.lock, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise LibraryBusy(
                message(
                    "Another PhotoLens is already working on the library {library}. Close it, or wait "
                    "until it is done; searching works meanwhile.",
                    library=self.root,
                )
            ) from None
        except (OSError, NotImplementedError) as error:
            raise LibraryError(
                message(
                    "The library folder {library} cannot be locked: {reason}.",
                    library=self.root,
                    reason=system(error),
                )
            ) from error
        return lock

    def held(self) -> bool:
        """Whether a running PhotoLens holds the writer's lock. Makes no file."""
        if not self.lock.exists():
            return False
        try:
            self.acquire().release()
        except LibraryBusy:
            return True
        except LibraryError:  # where nobody may write, nobody holds it
            return False
        return False

    def open_to_others(self) -> bool:
        """Whether other users of this machine may look into the folder."""
        return os.name == "posix" and bool(self.root.stat().st_mode & _OTHERS)

    @property
    def _written(self) -> tuple[Path, ...]:
        return (self.root, self.lock, *self.catalog_files())


def _make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for this user only."""
    if not folder.parent.exists():
        _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:
        return False
