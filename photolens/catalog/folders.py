"""Roots: the folders the user pointed at."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from photolens.domain import Folder, FolderId

if TYPE_CHECKING:
    from sqlite_utils import Database

# A file that is there, as far as we know; a pending one still stands for what it held before.
PRESENT = "state IN ('indexed', 'pending')"
# Of those, a file that can be opened now; for files joined with their folders.
REACHABLE = "(online AND files.id NOT IN (SELECT file_id FROM vanished))"

# Vanished files per root. CROSS JOIN has SQLite begin with the table that is nearly always empty.
_VANISHED = """(SELECT folder_id, count(*) AS vanished, max(file_id) AS newest
                FROM vanished CROSS JOIN files ON files.id = file_id GROUP BY folder_id)
                ON folder_id = folders.id"""
# Whether a twentieth at most of what was known with them is left; what came since has a higher number.
# CASE and not AND, which has SQLite count the files of every root although nothing vanished from it.
_REPLACED = """CASE WHEN vanished IS NULL THEN 0 ELSE vanished >= 19 * (
                SELECT count(*) FROM files WHERE folder_id = folders.id AND state != 'missing'
                AND id < newest AND id NOT IN (SELECT file_id FROM vanished)) END"""


class RootIdentity(NamedTuple):
    """What the system calls the place of a root: its file system, and device and inode of the folder."""

    volume: str | None = None
    device: int | None = None
    inode: int | None = None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Folders:
    """The `folders` table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Folder]:
        """Every root, ordered by path; without counting its photos, which takes a while."""
        rows = self._db.execute(
            f"""SELECT id, path, online, coalesce(vanished, 0), {_REPLACED}
                FROM folders LEFT JOIN {_VANISHED} ORDER BY path"""
        ).fetchall()
        return [
            Folder(row[0], os.fsdecode(row[1]), bool(row[2]), vanished=row[3], replaced=bool(row[4]))
            for row in rows
        ]

    def with_counts(self) -> list[Folder]:
        """Every root with the number of its photos, ordered by path."""
        rows = self._db.execute(
            f"""SELECT id, path, online,
                (SELECT count(DISTINCT photo_id) FROM files
                 WHERE folder_id = folders.id AND photo_id IS NOT NULL AND {PRESENT}),
                coalesce(vanished, 0), {_REPLACED}
                FROM folders LEFT JOIN {_VANISHED} ORDER BY path"""
        ).fetchall()
        return [
            Folder(row[0], os.fsdecode(row[1]), bool(row[2]), row[3], row[4], bool(row[5])) for row in rows
        ]

    def add(self, path: str) -> FolderId:
        """Remember a root; the same path gives the same id."""
        self._db.execute(
            "INSERT INTO folders (path, added_at) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
            [os.fsencode(path), now()],
        )
        row = self._db.execute("SELECT id FROM folders WHERE path = ?", [os.fsencode(path)]).fetchone()
        return int(row[0])

    def set_online(self, folder_id: FolderId, online: bool) -> bool:
        """Record whether the root can be reached; True when that changed."""
        done = self._db.execute(
            "UPDATE folders SET online = ? WHERE id = ? AND online != ?", [online, folder_id, online]
        )
        return done.rowcount > 0

    def identity(self, folder_id: FolderId) -> RootIdentity:
        """What the root was when it was last found to be itself; all None before the first time."""
        row = self._db.execute(
            "SELECT volume, device, inode FROM folders WHERE id = ?", [folder_id]
        ).fetchone()
        return RootIdentity(*row) if row else RootIdentity()

    def set_scanned(self, folder_id: FolderId, identity: RootIdentity) -> None:
        """The root was compared with the catalog as a whole, and is this folder.

        Writes only what is new: every write to a root counts as a change that is worth a backup.
        """
        self._db.execute(
            """UPDATE folders SET scanned_at = ?, volume = ?, device = ?, inode = ?
               WHERE id = ? AND (volume IS NOT ? OR device IS NOT ? OR inode IS NOT ?)""",
            [now(), *identity, folder_id, *identity],
        )

    def absorb(self, parent_id: FolderId, child_id: FolderId, prefix: bytes) -> None:
        """Give all files of root `child_id` to `parent_id`, of which it is the sub-folder `prefix`."""
        # In Python, since SQLite's || would turn the bytes into text.
        rows = self._db.execute("SELECT id, directory FROM files WHERE folder_id = ?", [child_id]).fetchall()
        self._db.conn.executemany(
            "UPDATE files SET folder_id = ?, directory = ? WHERE id = ?",
            [(parent_id, prefix + b"/" + row[1] if row[1] else prefix, row[0]) for row in rows],
        )
        self._db.execute("DELETE FROM folders WHERE id = ?", [child_id])

    def remove(self, folder_id: FolderId) -> None:
        """Forget a root and its files; photos and vectors stay, so adding it again costs nothing."""
        self._db.execute("DELETE FROM folders WHERE id = ?", [folder_id])
