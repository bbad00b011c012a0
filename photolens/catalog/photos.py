"""Photos: one row per content, what the file said about it, and which photos meet a filter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlite_utils import Database

from photolens.catalog.connection import fold
from photolens.catalog.files import full_path
from photolens.catalog.filters import condition
from photolens.catalog.folders import PRESENT, REACHABLE
from photolens.catalog.listing import ORDERS, directories, facets, list_photos, list_these, numbers
from photolens.domain import (
    DecodedPhoto,
    Directory,
    Facets,
    Filters,
    IdArray,
    Listing,
    Metadata,
    Order,
    Photo,
    PhotoFile,
    PhotoId,
)

# Most variables that one SQL statement may have, with room to spare.
_CHUNK = 500

_METADATA = (
    "taken_at, utc_offset_minutes, camera_make, camera_model, lens, exposure_seconds, f_number, iso, "
    "focal_length_mm, latitude, longitude"
)

_CONTENT = ["content_hash", "size_bytes", "format", "width", "height", "mean_color", *_METADATA.split(", ")]


class Photos:
    """The `photos` table, joined with the files that hold each."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # --- reading -----------------------------------------------------------------------------

    def by_hash(self, content_hash: bytes) -> PhotoId | None:
        row = self._db.execute("SELECT id FROM photos WHERE content_hash = ?", [content_hash]).fetchone()
        return None if row is None else int(row[0])

    def hash_of(self, photo_id: PhotoId) -> bytes | None:
        row = self._db.execute("SELECT content_hash FROM photos WHERE id = ?", [photo_id]).fetchone()
        return None if row is None else bytes(row[0])

    def added_at(self, photo_id: PhotoId) -> datetime:
        """When the photo was first read, UTC."""
        row = self._db.execute("SELECT added_at FROM photos WHERE id = ?", [photo_id]).fetchone()
        return datetime.fromisoformat(row[0])

    def present_hashes(self) -> Iterator[bytes]:
        """The content hash of every present photo."""
        rows = self._db.execute(
            f"""SELECT content_hash FROM photos
                WHERE EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND {PRESENT})"""
        )
        return (bytes(row[0]) for row in rows)

    def count(self) -> int:
        """Photos of which a copy is present."""
        query = f"SELECT count(DISTINCT photo_id) FROM files WHERE photo_id IS NOT NULL AND {PRESENT}"
        return int(self._db.execute(query).fetchone()[0])

    def copy_count(self) -> int:
        """Present files that hold a photo."""
        query = f"SELECT count(*) FROM files WHERE photo_id IS NOT NULL AND {PRESENT}"
        return int(self._db.execute(query).fetchone()[0])

    def offline_count(self) -> int:
        """Photos of which no copy can be reached now."""
        return int(
            self._db.execute(
                f"""SELECT count(*) FROM (
                      SELECT photo_id FROM files JOIN folders ON folders.id = folder_id
                      WHERE photo_id IS NOT NULL AND {PRESENT}
                      GROUP BY photo_id HAVING max({REACHABLE}) = 0)"""
            ).fetchone()[0]
        )

    def ids(self, filters: Filters | None = None, order: Order | None = None) -> IdArray:
        """Ids of the present photos that meet `filters`, int64 [N]; without an order, ascending."""
        where, arguments = condition(filters or Filters())
        if not where and order is None:
            sql = f"""SELECT DISTINCT photo_id AS line FROM files
                      WHERE photo_id IS NOT NULL AND {PRESENT} ORDER BY 1"""
        else:
            # In this order: what the filters leave is looked up among the files, not the other way round.
            present = f"EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND {PRESENT})"
            sql = f"""SELECT id AS line FROM photos WHERE {" AND ".join([*where, present])}
                      ORDER BY {ORDERS[order] if order else "id"}"""
        return numbers(self._db, sql, arguments).ravel()

    def matching(self, filters: Filters) -> IdArray:
        """Ids of the photos that meet `filters`, whether present or not, ascending, int64 [N].

        To look for a file of each takes twice as long as all the rest.
        """
        where, arguments = condition(filters)
        sql = f"SELECT id AS line FROM photos {'WHERE ' + ' AND '.join(where) if where else ''}"
        return np.sort(numbers(self._db, sql, arguments).ravel())

    def listing(self, filters: Filters | None = None, order: Order = Order.NEWEST) -> Listing:
        """The present photos that meet `filters`, in order."""
        return list_photos(self._db, *condition(filters or Filters()), ORDERS[order])

    def listing_of(self, ids: IdArray) -> Listing:
        """These photos in the order given; those unknown or without a present copy are left out."""
        return list_these(self._db, ids)

    def facets(self) -> Facets:
        """What the present photos can be filtered by."""
        return facets(self._db)

    def directories(self) -> list[Directory]:
        """Every directory that holds present photos or waiting files, ordered by root, then by path."""
        return directories(self._db)

    def get(self, ids: Sequence[PhotoId]) -> list[Photo]:
        """Photos in the order asked for; unknown ids are left out."""
        found: dict[PhotoId, Photo] = {}
        for start in range(0, len(ids), _CHUNK):
            chunk = [int(photo_id) for photo_id in ids[start : start + _CHUNK]]
            marks = ",".join("?" * len(chunk))
            rows = self._db.execute(
                f"""SELECT photos.id, content_hash, photos.size_bytes, format, width, height, mean_color,
                      folders.path, directory, name, {REACHABLE},
                      (SELECT min(mtime_ns) FROM files AS copies WHERE copies.photo_id = photos.id
                       AND copies.{PRESENT}), mtime_ns, {_METADATA}
                    FROM photos JOIN files ON photo_id = photos.id JOIN folders ON folders.id = folder_id
                    WHERE photos.id IN ({marks})
                    ORDER BY photos.id, state = 'missing', {REACHABLE} DESC, files.id""",
                chunk,
            )
            for row in rows:
                found.setdefault(row[0], _photo(row))
        return [found[int(photo_id)] for photo_id in ids if int(photo_id) in found]

    def files(self, photo_id: PhotoId) -> list[PhotoFile]:
        """Where the present copies of one photo lie, reachable ones first."""
        rows = self._db.execute(
            f"""SELECT folders.path, directory, name, folder_id, size_bytes, mtime_ns, {REACHABLE}
                FROM files JOIN folders ON folders.id = folder_id
                WHERE photo_id = ? AND {PRESENT} ORDER BY 7 DESC, files.id""",
            [photo_id],
        )
        return [
            PhotoFile(full_path(row[0], row[1], row[2]), row[3], row[4], _time(row[5]), bool(row[6]))
            for row in rows
        ]

    def named(self, name: str) -> list[PhotoId]:
        """Present photos with a file called `name`, with or without its suffix, whatever the case."""
        # 'img_1.' .. 'img_1/' is every name that starts with 'img_1.': '/' follows '.' in ASCII.
        wanted = fold(os.fsencode(name))
        rows = self._db.execute(
            f"""SELECT photo_id, search_name FROM files
                WHERE (search_name = ? OR (search_name > ? AND search_name < ?))
                  AND photo_id IS NOT NULL AND {PRESENT}""",
            [wanted, wanted + ".", wanted + "/"],
        )
        return sorted({row[0] for row in rows if wanted in (row[1], row[1].rpartition(".")[0])})

    # --- writing, inside a transaction -------------------------------------------------------

    def insert(self, content_hash: bytes, size_bytes: int, decoded: DecodedPhoto) -> PhotoId:
        """Add a photo of new content."""
        values = [content_hash, size_bytes, *_columns(decoded), datetime.now(UTC).isoformat()]
        marks = ",".join("?" * len(values))
        cursor = self._db.execute(
            f"""INSERT INTO photos (content_hash, size_bytes, format, width, height, mean_color, {_METADATA},
                  added_at) VALUES ({marks})""",
            values,
        )
        return int(cursor.lastrowid or 0)

    def replace_content(
        self, photo_id: PhotoId, content_hash: bytes, size_bytes: int, decoded: DecodedPhoto
    ) -> None:
        """The photo was edited in place: it stays the same photo with other pixels."""
        self._set_content(photo_id, [content_hash, size_bytes, *_columns(decoded)])

    def exchange_content(self, first: PhotoId, second: PhotoId) -> None:
        """Two photos take each other's pixels and all that is known of these; both keep their ids."""
        rows = {
            photo_id: self._db.execute(
                f"SELECT {', '.join(_CONTENT)} FROM photos WHERE id = ?", [photo_id]
            ).fetchone()
            for photo_id in (first, second)
        }
        # No two photos may have one hash, not even for a moment.
        self._db.execute("UPDATE photos SET content_hash = randomblob(32) WHERE id = ?", [first])
        self._set_content(second, rows[first])
        self._set_content(first, rows[second])

    def _set_content(self, photo_id: PhotoId, values: Iterable[Any]) -> None:
        self._db.execute(
            f"UPDATE photos SET {', '.join(f'{name} = ?' for name in _CONTENT)} WHERE id = ?",
            [*values, photo_id],
        )


def _columns(decoded: DecodedPhoto) -> Iterable[Any]:
    meta = decoded.metadata
    yield from (decoded.format, decoded.width, decoded.height, decoded.mean_color)
    yield None if meta.taken_at is None else meta.taken_at.isoformat()
    yield from (meta.utc_offset_minutes, meta.camera_make, meta.camera_model, meta.lens)
    yield from (meta.exposure_seconds, meta.f_number, meta.iso, meta.focal_length_mm)
    yield from (meta.latitude, meta.longitude)


def _photo(row: Sequence[Any]) -> Photo:
    taken_at = None if row[13] is None else datetime.fromisoformat(row[13])
    return Photo(
        id=row[0],
        content_hash=bytes(row[1]),
        size_bytes=row[2],
        format=row[3],
        width=row[4],
        height=row[5],
        mean_color=row[6],
        folder=os.fsdecode(row[7]),
        path=full_path(row[7], row[8], row[9]),
        online=bool(row[10]),
        # The oldest copy's, as in `TIME`; that of a photo without a present copy is its own.
        modified_at=_time(row[12] if row[11] is None else row[11]),
        metadata=Metadata(taken_at, *row[14:]),
    )


def _time(mtime_ns: int) -> datetime:
    try:
        return datetime.fromtimestamp(mtime_ns / 1e9)
    except (OverflowError, ValueError, OSError):  # clocks can be absurdly wrong
        return datetime.fromtimestamp(0)
