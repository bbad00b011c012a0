"""Files that are out of sight until someone says what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlite_utils import Database

from photolens.catalog.files import full_path
from photolens.catalog.folders import PRESENT, now
from photolens.domain import FolderId, PhotoId


class Vanished:
    """The `vanished` table. A held file keeps its state and its photo, but nobody can reach it.

    CROSS JOIN has SQLite begin with this table, which is nearly always empty, and not with all files.
    All that writes is to be called inside a transaction.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def ids(self, folder_id: FolderId) -> set[int]:
        """The held files of a root."""
        rows = self._db.execute(
            "SELECT file_id FROM vanished CROSS JOIN files ON files.id = file_id WHERE folder_id = ?",
            [folder_id],
        )
        return {row[0] for row in rows}

    def paths(self, folder_id: FolderId, limit: int | None = None) -> list[str]:
        """Where the held files of a root were, in order; at most `limit`."""
        rows = self._db.execute(
            """SELECT folders.path, directory, name FROM vanished CROSS JOIN files ON files.id = file_id
               JOIN folders ON folders.id = folder_id WHERE folder_id = ? ORDER BY directory, name LIMIT ?""",
            [folder_id, -1 if limit is None else limit],
        )
        return [full_path(*row) for row in rows]

    def counts(self, folder_id: FolderId) -> tuple[int, int]:
        """How many files of a root are held, and how many it has with them."""
        row = self._db.execute(
            """SELECT count(file_id), count(*) FROM files LEFT JOIN vanished ON file_id = files.id
               WHERE folder_id = ? AND state != 'missing'""",
            [folder_id],
        ).fetchone()
        return row[0], row[1]

    def hold(self, file_ids: Collection[int]) -> list[PhotoId]:
        """Keep these files although they are not there, also those taken for missing a while ago.

        Returns the photos that were gone with those, and are kept again.
        """
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO vanished (file_id, since) SELECT id, ? FROM files WHERE id = ?",
            [(now(), file_id) for file_id in file_ids],
        )
        kept = map(self._keep_again, file_ids)
        return [photo_id for photo_id in kept if photo_id is not None]

    def release(self, file_ids: Iterable[int]) -> list[PhotoId]:
        """These files are there again, or gone for good; returns the photos of those that were held."""
        released = []
        for file_id in file_ids:
            row = self._db.execute(
                "SELECT photo_id FROM files JOIN vanished ON file_id = files.id WHERE files.id = ?", [file_id]
            ).fetchone()
            if row is not None:
                self._db.execute("DELETE FROM vanished WHERE file_id = ?", [file_id])
                released += [row[0]] if row[0] is not None else []
        return released

    def _keep_again(self, file_id: int) -> PhotoId | None:
        row = self._db.execute(
            "SELECT photo_id FROM files WHERE id = ? AND state = 'missing'", [file_id]
        ).fetchone()
        if row is None:
            return None
        others = self._db.execute(
            f"SELECT 1 FROM files WHERE photo_id = ? AND {PRESENT}", [row[0]]
        ).fetchone()
        # A size of -1 marks what was waiting to be read: that it has to be, when it returns.
        self._db.execute(
            "UPDATE files SET state = iif(size_bytes < 0, 'pending', 'indexed') WHERE id = ?", [file_id]
        )
        return None if others else int(row[0])
