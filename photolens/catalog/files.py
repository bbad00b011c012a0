"""Files: where the copies of photos lie, and how far each has come on its way into the library."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlite_utils import Database

from photolens.catalog.connection import fold
from photolens.catalog.folders import PRESENT, now
from photolens.domain import FailedFile, FolderId, PhotoId
from photolens.errors import FailureKind


class FileState(StrEnum):
    PENDING = "pending"  # seen, to be read
    INDEXED = "indexed"  # read, as it is on disk
    FAILED = "failed"  # could not be read; `failures` says why
    MISSING = "missing"  # no longer there; kept so that its photo is known when it returns


class FileStat(NamedTuple):
    """What tells an unchanged file from a changed one without reading it."""

    size_bytes: int
    mtime_ns: int
    inode: int


class KnownFile(NamedTuple):
    """A file as the catalog knows it: a row as SQLite gives it, since a scan compares a million."""

    size_bytes: int
    mtime_ns: int
    inode: int
    id: int
    state: str  # compares equal to a FileState
    photo_id: PhotoId | None
    failure: str | None  # compares equal to a FailureKind

    @property
    def stat(self) -> FileStat:
        return FileStat(self.size_bytes, self.mtime_ns, self.inode)


@dataclass(frozen=True, slots=True)
class PendingFile:
    id: int
    path: str
    stat: FileStat
    photo_id: PhotoId | None  # the content it held before, when it was read before


_KNOWN = """SELECT name, size_bytes, mtime_ns, inode, id, state, photo_id, kind
            FROM files LEFT JOIN failures ON file_id = id WHERE folder_id = ?"""


def _below(folder_id: FolderId, directory: bytes, columns: str) -> tuple[str, list[Any]]:
    """A query for the present files at or below a directory of a root, b"" for all of it."""
    sql = f"SELECT {columns} FROM files WHERE folder_id = ? AND state != 'missing'"
    if not directory:
        return sql, [folder_id]
    # Two ranges rather than an OR, for which SQLite uses no index; '0' is the byte after '/'.
    both = f"{sql} AND directory = ? UNION {sql} AND directory > ? AND directory < ?"
    return both, [folder_id, directory, folder_id, directory + b"/", directory + b"0"]


class Files:
    """The `files` and `failures` tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # --- what is known -----------------------------------------------------------------------

    def in_directory(self, folder_id: FolderId, directory: bytes) -> dict[bytes, KnownFile]:
        """All files known in one directory (not below it), by name, missing ones included."""
        rows = self._db.execute(f"{_KNOWN} AND directory = ?", [folder_id, directory])
        return {row[0]: KnownFile._make(row[1:]) for row in rows}

    def find(self, folder_id: FolderId, directory: bytes, name: bytes) -> KnownFile | None:
        """What is known of one path, a missing file included."""
        row = self._db.execute(
            f"{_KNOWN} AND directory = ? AND name = ?", [folder_id, directory, name]
        ).fetchone()
        return None if row is None else KnownFile._make(row[1:])

    def directories(self, folder_id: FolderId, below: bytes = b"") -> set[bytes]:
        """Every directory at or below `below` that holds a file not known to be missing."""
        sql, arguments = _below(folder_id, below, "DISTINCT directory")
        return {row[0] for row in self._db.execute(sql, arguments)}

    def present_below(self, folder_id: FolderId, directory: bytes) -> list[int]:
        """Ids of the files at or below `directory` not known to be missing."""
        sql, arguments = _below(folder_id, directory, "id")
        return [row[0] for row in self._db.execute(sql, arguments)]

    def counts(self) -> dict[FileState, int]:
        rows = self._db.execute("SELECT state, count(*) FROM files GROUP BY state")
        return dict.fromkeys(FileState, 0) | {FileState(row[0]): row[1] for row in rows}

    def pending_stat(self, file_id: int) -> FileStat | None:
        """What a waiting file looked like when it was queued; None when it waits no more."""
        row = self._db.execute(
            "SELECT size_bytes, mtime_ns, inode FROM files WHERE id = ? AND state = 'pending'", [file_id]
        ).fetchone()
        return None if row is None else FileStat(*row)

    def may_have_moved(self, photo_id: PhotoId) -> bool:
        """Whether a file that waits to be read for the first time could be this photo: its size fits."""
        row = self._db.execute(
            """SELECT 1 FROM files WHERE state = 'pending' AND photo_id IS NULL
                 AND size_bytes = (SELECT size_bytes FROM photos WHERE id = ?) LIMIT 1""",
            [photo_id],
        ).fetchone()
        return row is not None

    def pending_count(self) -> int:
        """Files waiting in folders that can be reached."""
        return int(
            self._db.execute(
                """SELECT count(*) FROM files JOIN folders ON folders.id = folder_id
                   WHERE state = 'pending' AND online"""
            ).fetchone()[0]
        )

    def pending(self, limit: int, skip: Iterable[int] = ()) -> list[PendingFile]:
        """The next files to read, in the order of the index `files_waiting`."""
        skipped = ",".join(str(int(file_id)) for file_id in skip)
        rows = self._db.execute(
            f"""SELECT files.id, folders.path, directory, name, size_bytes, mtime_ns, files.inode, photo_id
                FROM files JOIN folders ON folders.id = folder_id
                WHERE state = 'pending' AND online AND files.id NOT IN ({skipped})
                ORDER BY photo_id IS NOT NULL, mtime_ns DESC LIMIT ?""",
            [limit],
        )
        return [
            PendingFile(row[0], full_path(row[1], row[2], row[3]), FileStat(*row[4:7]), row[7])
            for row in rows
        ]

    def places(self, file_ids: Iterable[int]) -> dict[int, tuple[FolderId, str]]:
        """Root and path of each file that is still in the catalog and whose root is online."""
        found = {}
        for file_id in file_ids:
            row = self._db.execute(
                """SELECT folder_id, folders.path, directory, name
                   FROM files JOIN folders ON folders.id = folder_id WHERE files.id = ? AND online""",
                [file_id],
            ).fetchone()
            if row is not None:
                found[file_id] = (row[0], full_path(*row[1:]))
        return found

    def failed(self) -> list[FailedFile]:
        """Every file that could not be read, with its reason."""
        rows = self._db.execute(
            """SELECT folders.path, directory, name, kind, reason, tries, last_tried_at
               FROM failures JOIN files ON files.id = file_id JOIN folders ON folders.id = folder_id
               WHERE state = 'failed' ORDER BY folders.path, directory, name"""
        )
        return [
            FailedFile(
                full_path(row[0], row[1], row[2]),
                FailureKind(row[3]),
                row[4],
                row[5],
                datetime.fromisoformat(row[6]),
            )
            for row in rows
        ]

    # --- what the scan finds -----------------------------------------------------------------

    def add_pending(
        self, folder_id: FolderId, directory: bytes, found: Iterable[tuple[bytes, FileStat]]
    ) -> None:
        """Put new files of one directory into the queue; call inside a transaction."""
        self._db.conn.executemany(
            """INSERT INTO files
                 (folder_id, directory, name, search_name, size_bytes, mtime_ns, inode, state)
               VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')
               ON CONFLICT (folder_id, directory, name) DO UPDATE SET
                 size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, inode = excluded.inode,
                 state = 'pending'""",
            [(folder_id, directory, name, fold(name), *stat) for name, stat in found],
        )

    def queue_again(self, changed: Iterable[tuple[int, FileStat]]) -> None:
        """Put known files back into the queue; call inside a transaction."""
        self._db.conn.executemany(
            "UPDATE files SET state = 'pending', size_bytes = ?, mtime_ns = ?, inode = ? WHERE id = ?",
            [(*stat, file_id) for file_id, stat in changed],
        )

    def set_returned(self, file_ids: Sequence[int]) -> None:
        """Missing files that are back; call inside a transaction.

        They are hashed once more, since years may have passed, and a change of model.
        """
        self._db.conn.executemany(
            "UPDATE files SET state = 'pending' WHERE id = ?", [(file_id,) for file_id in file_ids]
        )

    def set_missing(self, file_ids: Sequence[int]) -> tuple[list[PhotoId], list[PhotoId]]:
        """These files are gone; returns the photos that went with them, and those with a copy left.

        Call inside a transaction.
        """
        before: set[PhotoId] = set()
        for file_id in file_ids:
            row = self._db.execute("SELECT photo_id FROM files WHERE id = ?", [file_id]).fetchone()
            if row and row[0] is not None:
                before.add(row[0])
            self._db.execute("DELETE FROM failures WHERE file_id = ?", [file_id])
            # A file that never became a photo leaves nothing worth remembering.
            self._db.execute("DELETE FROM files WHERE id = ? AND photo_id IS NULL", [file_id])
            # What was not read yet must be read when it returns: no file has a size of -1.
            self._db.execute(
                """UPDATE files SET state = 'missing',
                     size_bytes = iif(state IN ('indexed', 'missing'), size_bytes, -1) WHERE id = ?""",
                [file_id],
            )
        kept = sorted(photo_id for photo_id in before if self.copies(photo_id))
        for photo_id in kept:
            self.forget_missing(photo_id)
        return sorted(before.difference(kept)), kept

    def queue_without_vector(self, model_id: int) -> int:
        """Queue one file of every photo that has no vector of this model; returns how many."""
        done = self._db.execute(
            """UPDATE files SET state = 'pending' WHERE id IN (
                 SELECT min(files.id) FROM files
                 JOIN folders ON folders.id = folder_id AND online
                 LEFT JOIN embeddings ON embeddings.photo_id = files.photo_id AND model_id = ?
                 WHERE state = 'indexed' AND embeddings.photo_id IS NULL AND files.photo_id IS NOT NULL
                 GROUP BY files.photo_id)""",
            [model_id],
        )
        return done.rowcount

    def retry_failed(self) -> int:
        """Queue every failed file again; returns how many."""
        return self._db.execute("UPDATE files SET state = 'pending' WHERE state = 'failed'").rowcount

    # --- what reading them gives -------------------------------------------------------------

    def set_indexed(self, file_id: int, photo_id: PhotoId, stat: FileStat) -> bool:
        """The file holds this photo. True when that ends a move: an old place of it was missing."""
        self._db.execute("DELETE FROM failures WHERE file_id = ?", [file_id])
        self._db.execute(
            """UPDATE files SET state = 'indexed', photo_id = ?, size_bytes = ?, mtime_ns = ?, inode = ?
               WHERE id = ?""",
            [photo_id, *stat, file_id],
        )
        return self.forget_missing(photo_id) > 0

    def set_failed(self, file_id: int, kind: FailureKind, reason: str) -> None:
        """The file could not be read; one more try is counted. The photo it held is remembered."""
        self._db.execute("UPDATE files SET state = 'failed' WHERE id = ?", [file_id])
        self._db.execute(
            """INSERT INTO failures (file_id, kind, reason, tries, last_tried_at) VALUES (?, ?, ?, 1, ?)
               ON CONFLICT (file_id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
                 tries = tries + 1, last_tried_at = excluded.last_tried_at""",
            [file_id, kind.value, reason, now()],
        )

    def move(self, file_id: int, folder_id: FolderId, directory: bytes, name: bytes) -> None:
        """The file has another path now; what was known at that path is replaced."""
        self._db.execute(
            "DELETE FROM files WHERE folder_id = ? AND directory = ? AND name = ? AND id != ?",
            [folder_id, directory, name, file_id],
        )
        self._db.execute(
            "UPDATE files SET folder_id = ?, directory = ?, name = ?, search_name = ? WHERE id = ?",
            [folder_id, directory, name, fold(name), file_id],
        )

    def copies(self, photo_id: PhotoId, besides: int = -1) -> int:
        """How many files other than `besides` hold this photo."""
        return int(
            self._db.execute(
                f"SELECT count(*) FROM files WHERE photo_id = ? AND {PRESENT} AND id != ?",
                [photo_id, besides],
            ).fetchone()[0]
        )

    def forget_missing(self, photo_id: PhotoId) -> int:
        """Drop the remembered old places of a photo that has a present one; returns how many."""
        return self._db.execute(
            "DELETE FROM files WHERE photo_id = ? AND state = 'missing'", [photo_id]
        ).rowcount


def full_path(root: bytes, directory: bytes, name: bytes) -> str:
    """The path of a file as the rest of the program uses it (undecodable bytes as surrogates)."""
    parts = [root, *directory.split(b"/"), name] if directory else [root, name]
    return os.path.join(*map(os.fsdecode, parts))  # noqa: PTH118
