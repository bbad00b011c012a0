"""Files that wait to be read for the first time, listed among the photos before they are any."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence

import numpy as np
from sqlite_utils import Database

from photolens.catalog.files import full_path
from photolens.catalog.filters import in_folders
from photolens.catalog.folders import PRESENT, REACHABLE
from photolens.catalog.listing import local_seconds, numbers
from photolens.domain import IdArray, Listing, Order, PhotoId, WaitingFile

# The first words are those of the index `files_waiting`, so that to ask costs nothing when none waits.
_UNREAD = "(photo_id IS NOT NULL) = 0 AND state = 'pending'"
_ASPECT = 1.5  # of most cameras' photos; nobody knows yet
_COLOR = 0x808080


class Unread:
    """The files without a photo that wait in folders that can be reached. To read from only.

    In a listing each has the negative of its number for an id.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def any(self) -> bool:
        """Whether there may be some; quick, however many photos there are."""
        return bool(self._db.execute(f"SELECT EXISTS (SELECT 1 FROM files WHERE {_UNREAD})").fetchone()[0])

    def among(self, photos: Listing, folders: Sequence[str], order: Order) -> Listing:
        """`photos`, which are in this order, and the files that wait in these folders, each in its place.

        By date a file's own time counts. Those that wait will be added after all photos.
        """
        waiting = self._listing(folders)
        if not len(waiting):
            return photos
        if order is Order.ADDED:
            return waiting.only(np.argsort(waiting.ids)).followed_by(photos)
        both = photos.followed_by(waiting)
        if order is Order.NAME:
            return both.only(np.argsort(self._places_by_name(both.ids), kind="stable"))
        seconds = both.times.astype(np.int64)
        return both.only(np.argsort(-seconds if order is Order.NEWEST else seconds, kind="stable"))

    def files(self, ids: Iterable[PhotoId]) -> list[WaitingFile]:
        """What became of these, by the ids that they have in a listing; those that are gone are left out."""
        rows = self._db.execute(
            f"""SELECT -files.id, folders.path, directory, name, photo_id, {REACHABLE}
                FROM files JOIN folders ON folders.id = folder_id
                WHERE files.id IN (SELECT -value FROM json_each(?)) AND {PRESENT}""",
            [json.dumps([int(file_id) for file_id in ids])],
        )
        return [
            WaitingFile(row[0], full_path(*row[1:4]), os.fsdecode(row[1]), row[4], bool(row[5]))
            for row in rows
        ]

    def _listing(self, folders: Sequence[str]) -> Listing:
        where, arguments = in_folders(folders) if folders else ("1", [])
        sql = f"""SELECT printf('%d %d', -files.id, coalesce({local_seconds("mtime_ns")}, 0)) AS line
                  FROM files JOIN folders ON folders.id = folder_id
                  WHERE {_UNREAD} AND {REACHABLE} AND {where}"""
        ids, seconds = numbers(self._db, sql, arguments, 2).T
        count = len(ids)
        return Listing(
            ids=np.ascontiguousarray(ids),
            aspects=np.full(count, _ASPECT, dtype=np.float32),
            colors=np.full(count, _COLOR, dtype=np.uint32),
            times=seconds.astype("datetime64[s]"),
            online=np.ones(count, dtype=np.bool_),
        )

    def _places_by_name(self, ids: IdArray) -> IdArray:
        """Which in the order by name each of these is, int64 [N]; what has come this moment comes last."""
        sql = f"""SELECT id AS line FROM (
                    SELECT photo_id AS id, min(search_name) AS name FROM files
                    WHERE photo_id IS NOT NULL AND {PRESENT} GROUP BY photo_id
                    UNION ALL SELECT -id, search_name FROM files WHERE {_UNREAD})
                  ORDER BY name, id"""
        ordered = numbers(self._db, sql).ravel()
        by_id = np.argsort(ordered)
        found = np.searchsorted(ordered[by_id], ids).clip(max=len(ordered) - 1)
        known = ordered[by_id[found]] == ids
        return np.where(known, by_id[found], len(ordered))
