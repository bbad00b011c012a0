"""Files: where the copies of photos lie, and how far each has come on its way into the library."""

from __future__ import annotations

import json
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
from photolens.messages import Message, packed, plain, unpacked


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
class FilePlace:
    """Where a file lies: `relative` to its root, '/'-separated bytes."""

    id: int
    folder_id: FolderId
    root: str
    relative: bytes
    photo_id: PhotoId | None
    unread: bool  # it waits to be read for the first time
    stat: FileStat  # as it was when it was last seen

    @property
    def path(self) -> str:
        return full_path(os.fsencode(self.root), *self.relative.rpartition(b"/")[::2])


@dataclass(frozen=True, slots=True)
class PendingFile:
    id: int
    path: str
    stat: FileStat
    photo_id: PhotoId | None  # the content it held before, when it was read before


# Most ids that one SQL statement is given.
_CHUNK = 500

# Nobody can read a file that is held; the column is a primary key, so this costs one look-up.
_NOT_HELD = "files.id NOT IN (SELECT file_id FROM vanished)"

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
        return {row[0]: KnownFile(*row[1:]) for row in rows}

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

    def some_present(self, folder_id: FolderId, limit: int, newest: int | None = None) -> list[int]:
        """Ids of at most `limit` files of a root that are neither known to be missing nor held.

        `newest`: none with a higher id than this.
        """
        rows = self._db.execute(
            f"""SELECT id FROM files
                WHERE folder_id = ? AND id <= ? AND state != 'missing' AND {_NOT_HELD} LIMIT ?""",
            [folder_id, self.newest() if newest is None else newest, limit],
        )
        return [row[0] for row in rows]

    def sample(self, folder_id: FolderId, count: int) -> list[tuple[str, int]]:
        """Path and size of about `count` photos of a root, spread over it; held ones among them."""
        place, last, known = self._db.execute(
            "SELECT min(id), max(id), count(*) FROM files WHERE folder_id = ?", [folder_id]
        ).fetchone()
        found = []
        while known and place <= last:
            # By id and not by the index of the folder, which would have to be read and sorted as a whole.
            row = self._db.execute(
                f"""SELECT files.id, path, directory, name, size_bytes
                    FROM files NOT INDEXED JOIN folders ON folders.id = folder_id
                    WHERE files.id BETWEEN ? AND ? AND folder_id = ? AND photo_id IS NOT NULL AND {PRESENT}
                    ORDER BY files.id LIMIT 1""",
                [place, last, folder_id],
            ).fetchone()
            if row is None:
                break
            found.append((full_path(*row[1:4]), row[4]))
            place = row[0] + max(1, known // count)
        # More than asked for where the ids of other roots lie in between.
        return found[:: max(1, len(found) // count)]

    def newest(self) -> int:
        """The highest id that a file has, 0 without any: those that are added later have higher ones."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM files").fetchone()[0])

    def counts(self) -> dict[FileState, int]:
        rows = self._db.execute("SELECT state, count(*) FROM files GROUP BY state")
        return dict.fromkeys(FileState, 0) | {FileState(row[0]): row[1] for row in rows}

    def pending_stat(self, file_id: int) -> FileStat | None:
        """What a waiting file looked like when it was queued; None when it waits no more, or is held."""
        row = self._db.execute(
            f"""SELECT size_bytes, mtime_ns, inode FROM files
                WHERE id = ? AND state = 'pending' AND {_NOT_HELD}""",
            [file_id],
        ).fetchone()
        return None if row is None else FileStat(*row)

    def may_have_moved(self, photo_id: PhotoId) -> bool:
        """Whether a file that is read soon, and for the first time, could be this photo: its size fits."""
        return self._waits_elsewhere(photo_id, "photo_id IS NULL")

    def may_lie_in_changed(self, photo_id: PhotoId, besides: int) -> bool:
        """The same of any file that is read soon, other than `besides`."""
        return self._waits_elsewhere(photo_id, f"files.id != {int(besides)}")

    def _waits_elsewhere(self, photo_id: PhotoId, condition: str) -> bool:
        row = self._db.execute(
            f"""SELECT 1 FROM files JOIN folders ON folders.id = folder_id
                WHERE state = 'pending' AND online AND {_NOT_HELD} AND {condition}
                  AND size_bytes = (SELECT size_bytes FROM photos WHERE id = ?) LIMIT 1""",
            [photo_id],
        ).fetchone()
        return row is not None

    def that_may_have_moved(self, photo_ids: Iterable[PhotoId]) -> set[PhotoId]:
        """Those of the photos whose size a file has that waits, in reach, to be read for the first time."""
        rows = self._db.execute(
            f"""SELECT id FROM photos WHERE id IN (SELECT value FROM json_each(?)) AND size_bytes IN (
                  SELECT size_bytes FROM files JOIN folders ON folders.id = folder_id
                  WHERE state = 'pending' AND photo_id IS NULL AND online AND {_NOT_HELD})""",
            [json.dumps(list(photo_ids))],
        )
        return {row[0] for row in rows}

    def pending_count(self) -> int:
        """Files waiting in folders that can be reached."""
        return int(
            self._db.execute(
                f"""SELECT count(*) FROM files JOIN folders ON folders.id = folder_id
                    WHERE state = 'pending' AND online AND {_NOT_HELD}"""
            ).fetchone()[0]
        )

    def pending_offline_count(self) -> int:
        """Files waiting for a folder that cannot be reached."""
        return int(
            self._db.execute(
                """SELECT count(*) FROM files JOIN folders ON folders.id = folder_id
                   WHERE state = 'pending' AND NOT online"""
            ).fetchone()[0]
        )

    def pending(self, limit: int, skip: Iterable[int] = ()) -> list[PendingFile]:
        """The next files to read, in the order of the index `files_waiting`."""
        return self._pending("state = 'pending'", [], limit, skip)

    def pending_below(
        self, folder_id: FolderId, directory: bytes, limit: int, skip: Iterable[int] = ()
    ) -> list[PendingFile]:
        """The same of those at or below a directory of a root, b"" for all of it."""
        if not directory:  # in the order of the index `files_waiting_in_folder`
            return self._pending("state = 'pending' AND folder_id = ?", [folder_id], limit, skip)
        # The plus keeps SQLite from going through all that waits in the root to find what waits here.
        here = """+state = 'pending' AND folder_id = ? AND directory >= ? AND directory < ?
            AND (directory = ? OR directory > ?)"""
        bounds = [directory, directory + b"0", directory, directory + b"/"]  # '0' comes after '/'
        return self._pending(here, [folder_id, *bounds], limit, skip)

    def pending_these(self, file_ids: Sequence[int], skip: Iterable[int] = ()) -> list[PendingFile]:
        """Those of these that wait to be read, in the order given."""
        found = self._pending(f"+state = 'pending' AND files.id IN ({_listed(file_ids)})", [], -1, skip)
        places = {file_id: place for place, file_id in enumerate(file_ids)}
        return sorted(found, key=lambda file: places[file.id])

    def _pending(
        self, which: str, arguments: Sequence[Any], limit: int, skip: Iterable[int]
    ) -> list[PendingFile]:
        skipped = ",".join(str(int(file_id)) for file_id in skip)
        rows = self._db.execute(
            f"""SELECT files.id, folders.path, directory, name, size_bytes, mtime_ns, files.inode, photo_id
                FROM files JOIN folders ON folders.id = folder_id
                WHERE {which} AND online AND files.id NOT IN ({skipped}) AND {_NOT_HELD}
                ORDER BY photo_id IS NOT NULL, mtime_ns DESC LIMIT ?""",
            [*arguments, limit],
        )
        return [
            PendingFile(row[0], full_path(row[1], row[2], row[3]), FileStat(*row[4:7]), row[7])
            for row in rows
        ]

    def places(self, file_ids: Iterable[int]) -> list[FilePlace]:
        """Each of these files that is still in the catalog and whose root is online."""
        wanted, found = list(file_ids), []
        for start in range(0, len(wanted), _CHUNK):
            rows = self._db.execute(
                f"""SELECT files.id, folder_id, folders.path, directory, name, photo_id,
                      state = 'pending' AND photo_id IS NULL, size_bytes, mtime_ns, files.inode
                    FROM files JOIN folders ON folders.id = folder_id
                    WHERE online AND files.id IN ({_listed(wanted[start : start + _CHUNK])})"""
            )
            for row in rows:
                relative = row[3] + b"/" + row[4] if row[3] else row[4]
                root, stat = os.fsdecode(row[2]), FileStat(*row[7:])
                found.append(FilePlace(row[0], row[1], root, relative, row[5], bool(row[6]), stat))
        return found

    def missing_among(self, file_ids: Iterable[int]) -> set[int]:
        """Which of these files are known to be missing."""
        rows = self._db.execute(
            f"SELECT id FROM files WHERE state = 'missing' AND id IN ({_listed(file_ids)})"
        )
        return {row[0] for row in rows}

    def failed(self) -> list[FailedFile]:
        """Every file that could not be read, with its reason."""
        rows = self._db.execute(
            """SELECT folders.path, directory, name, kind, reason, tries, last_tried_at, message
               FROM failures JOIN files ON files.id = file_id JOIN folders ON folders.id = folder_id
               WHERE state = 'failed' ORDER BY folders.path, directory, name"""
        )
        return [
            FailedFile(
                full_path(row[0], row[1], row[2]),
                FailureKind(row[3]),
                _reason(row[4], row[7]),
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

    def queue_again(self, changed: Sequence[tuple[int, FileStat]]) -> None:
        """Put known files back into the queue; call inside a transaction."""
        self._db.conn.executemany(
            "UPDATE files SET state = 'pending', size_bytes = ?, mtime_ns = ?, inode = ? WHERE id = ?",
            [(*stat, file_id) for file_id, stat in changed],
        )
        self._db.conn.executemany(
            "UPDATE failures SET kills = 0 WHERE file_id = ?", [(file_id,) for file_id, _ in changed]
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
            self._db.execute("DELETE FROM vanished WHERE file_id = ?", [file_id])
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
        """Queue one file of every photo that has no vector of this model; returns how many.

        A photo of which a copy was set aside is left alone.
        """
        done = self._db.execute(
            f"""UPDATE files SET state = 'pending' WHERE id IN (
                  SELECT min(files.id) FROM files
                  JOIN folders ON folders.id = folder_id AND online
                  LEFT JOIN embeddings ON embeddings.photo_id = files.photo_id AND model_id = ?
                  WHERE state = 'indexed' AND embeddings.photo_id IS NULL AND files.photo_id IS NOT NULL
                    AND {_NOT_HELD} AND files.photo_id NOT IN (
                      SELECT photo_id FROM failures JOIN files ON files.id = file_id
                      WHERE kind = 'set-aside' AND photo_id IS NOT NULL)
                  GROUP BY files.photo_id)""",
            [model_id],
        )
        return done.rowcount

    def queue_all(self) -> int:
        """Queue every file that was read and can be reached, to be hashed again; returns how many."""
        return self._db.execute(
            f"""UPDATE files SET state = 'pending' WHERE state = 'indexed' AND {_NOT_HELD}
                  AND folder_id IN (SELECT id FROM folders WHERE online)"""
        ).rowcount

    def retry_failed(self) -> int:
        """Queue every failed file again; returns how many."""
        return self._db.execute("UPDATE files SET state = 'pending' WHERE state = 'failed'").rowcount

    # --- what reading them gives -------------------------------------------------------------

    def set_indexed(self, file_id: int, photo_id: PhotoId, stat: FileStat) -> bool:
        """The file holds this photo. True when that ends a move: an old place of it was missing, or held."""
        before = self._db.execute("SELECT photo_id FROM files WHERE id = ?", [file_id]).fetchone()
        self._db.execute("DELETE FROM failures WHERE file_id = ?", [file_id])
        self._db.execute(
            """UPDATE files SET state = 'indexed', photo_id = ?, size_bytes = ?, mtime_ns = ?, inode = ?
               WHERE id = ?""",
            [photo_id, *stat, file_id],
        )
        forgotten = self.forget_missing(photo_id)
        if before is not None and before[0] != photo_id:
            forgotten += self._forget_held(photo_id, file_id)
        return forgotten > 0

    def show(self, file_id: int, photo_id: PhotoId) -> None:
        """A file that waits holds this photo, which can be looked at; it waits on until it is embedded."""
        self._db.execute("UPDATE files SET photo_id = ? WHERE id = ?", [photo_id, file_id])

    def set_failed(self, file_id: int, kind: FailureKind, reason: Message) -> None:
        """The file could not be read; one more try is counted. The photo it held is remembered."""
        self._db.execute("UPDATE files SET state = 'failed' WHERE id = ?", [file_id])
        self._db.execute(
            """INSERT INTO failures (file_id, kind, reason, message, tries, last_tried_at)
               VALUES (?, ?, ?, ?, 1, ?)
               ON CONFLICT (file_id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
                 message = excluded.message, tries = tries + 1, last_tried_at = excluded.last_tried_at""",
            [file_id, kind.value, str(reason), json.dumps(packed(reason)), now()],
        )

    def set_unreadable(self, file_id: int, kind: FailureKind, reason: Message) -> None:
        """Nobody can read the file now: it goes on holding its photo, and is tried again."""
        self.set_failed(file_id, kind, reason)
        self._db.execute("UPDATE files SET state = 'indexed' WHERE id = ?", [file_id])

    def count_kill(self, file_id: int, reason: Message) -> int:
        """Reading a file that waits brought a process down; gives how often, since it changed."""
        row = self._db.execute(
            """INSERT INTO failures (file_id, kind, reason, message, tries, last_tried_at, kills)
               SELECT id, ?, ?, ?, 0, ?, 1 FROM files WHERE id = ?
               ON CONFLICT (file_id) DO UPDATE SET kills = kills + 1 RETURNING kills""",
            [FailureKind.INTERNAL.value, str(reason), json.dumps(packed(reason)), now(), file_id],
        ).fetchone()
        return 0 if row is None else int(row[0])

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

    def release_photo(self, photo_id: PhotoId) -> int:
        """Drop every file of a photo, present or not; returns how many were present."""
        present = self.copies(photo_id)
        self._db.execute("DELETE FROM files WHERE photo_id = ?", [photo_id])
        return present

    def forget(self, file_ids: Iterable[int]) -> None:
        """Drop these files; what is read in their places has nothing to do with their photos."""
        self._db.conn.executemany("DELETE FROM files WHERE id = ?", [(file_id,) for file_id in file_ids])

    def forget_missing(self, photo_id: PhotoId) -> int:
        """Drop the remembered old places of a photo that has a present one; returns how many."""
        return self._db.execute(
            "DELETE FROM files WHERE photo_id = ? AND state = 'missing'", [photo_id]
        ).rowcount

    def _forget_held(self, photo_id: PhotoId, found: int) -> int:
        """The photo was found in another file: that is what became of the held ones."""
        return self._db.execute(
            """DELETE FROM files WHERE photo_id = ? AND id != ?
                 AND id IN (SELECT file_id FROM vanished)""",
            [photo_id, found],
        ).rowcount


def _listed(file_ids: Iterable[int]) -> str:
    return ",".join(str(int(file_id)) for file_id in file_ids)


def full_path(root: bytes, directory: bytes, name: bytes) -> str:
    """The path of a file as the rest of the program uses it (undecodable bytes as surrogates)."""
    parts = [root, *directory.split(b"/"), name] if directory else [root, name]
    return os.path.join(*map(os.fsdecode, parts))  # noqa: PTH118


def _reason(text: str, stored: str | None) -> Message:
    """Why a file could not be read; where it is not known in a translatable form, in English."""
    try:
        return plain(text) if stored is None else unpacked(json.loads(stored))
    except (ValueError, RecursionError):
        return plain(text)
