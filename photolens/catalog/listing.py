"""All photos at a glance: whole columns at once, counts by camera, format, year and directory."""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from photolens.catalog.filters import TIME
from photolens.catalog.folders import PRESENT, REACHABLE
from photolens.domain import Directory, Facets, IdArray, Listing, Order

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

    Connection = Database | sqlite3.Connection

ORDERS = {
    Order.NEWEST: f"{TIME} DESC, photos.id DESC",
    Order.OLDEST: f"{TIME}, photos.id",
    Order.NAME: f"(SELECT min(search_name) FROM files WHERE photo_id = photos.id AND {PRESENT}), photos.id",
    Order.ADDED: "photos.id DESC",
}

_PIECE = 1 << 18  # characters parsed while other threads wait: about a millisecond
_ASPECTS = (0.1, 10.0)  # beyond, a grid has no use for the truth


def local_seconds(mtime_ns: str) -> str:
    """SQL: the local time of a file as seconds, as text."""
    return f"strftime('%s', {mtime_ns} / 1000000000, 'unixepoch', 'localtime')"


def numbers(db: Connection, sql: str, arguments: Iterable[Any] = (), columns: int = 1) -> NDArray[np.int64]:
    """The rows of a query as int64 [N, columns], in its order.

    `sql` gives one text column `line` per row: whole numbers with a space between. SQLite joins the lines
    in one step, because Python's sqlite3 gives up the GIL at every row: beside one busy thread, fetching
    100,000 rows takes minutes.
    """
    # SQLite keeps the order of a sub-query for this aggregate.
    query = f"SELECT group_concat(line, ' ') FROM ({sql})"
    text: str = db.execute(query, list(arguments)).fetchone()[0] or ""
    pieces, start = [np.empty(0, dtype=np.int64)], 0
    while start < len(text):
        end = text.find(" ", start + _PIECE)
        end = len(text) if end < 0 else end
        pieces.append(np.fromstring(text[start:end], dtype=np.int64, sep=" "))
        start = end
    return np.concatenate(pieces).reshape(-1, columns)


def list_photos(db: Connection, conditions: Sequence[str], arguments: Iterable[Any], order: str) -> Listing:
    """The present photos that meet all `conditions`, ordered by the SQL `order`."""
    # Without the fraction of a second, which SQLite would round up.
    sql = f"""SELECT printf('%d %d %d %d %d %d', photos.id, width, height, mean_color, max({REACHABLE}),
                coalesce(strftime('%s', substr(taken_at, 1, 19)),
                  {local_seconds("min(mtime_ns)")}, 0)) AS line
              FROM files JOIN photos ON photos.id = photo_id JOIN folders ON folders.id = folder_id
              WHERE {" AND ".join([PRESENT, *conditions])} GROUP BY photo_id ORDER BY {order}"""
    ids, widths, heights, colors, online, seconds = numbers(db, sql, arguments, 6).T
    aspects = np.ones(len(ids), dtype=np.float32)
    np.divide(widths, heights, out=aspects, where=(widths > 0) & (heights > 0), casting="unsafe")
    return Listing(
        ids=np.ascontiguousarray(ids),
        aspects=aspects.clip(*_ASPECTS),
        colors=colors.astype(np.uint32),
        times=seconds.astype("datetime64[s]"),
        online=online.astype(np.bool_),
    )


def first_ids(db: Connection, order: Order, count: int) -> IdArray:
    """The first `count` present photos in this order, int64 [N]: a quarter of the time that all take."""
    sql = f"""SELECT id AS line FROM photos
              WHERE EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND {PRESENT})
              ORDER BY {ORDERS[order]} LIMIT ?"""
    return numbers(db, sql, [count]).ravel()


def list_these(db: Connection, ids: IdArray) -> Listing:
    """These photos in the order given; those unknown or without a present copy are left out."""
    wanted = json.dumps(ids.tolist())
    found = list_photos(db, ["photo_id IN (SELECT value FROM json_each(?))"], [wanted], "photo_id")
    places = np.searchsorted(found.ids, ids)  # not np.isin, whose first call imports masked arrays
    known = places < len(found)
    known[known] = found.ids[places[known]] == ids[known]
    return found.only(places[known])


def facets(db: Database) -> Facets:
    """What the present photos can be filtered by."""
    sql = f"""SELECT camera_make AS make, camera_model AS model, format, substr({TIME}, 1, 4) AS year,
                latitude IS NOT NULL AS has_gps, count(*) AS photos FROM photos
              WHERE EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND {PRESENT})
              GROUP BY 1, 2, 3, 4, 5"""
    cameras: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    years: Counter[int] = Counter()
    with_gps = 0
    for make, model, name, year, has_gps, count in _rows(
        db, "make, model, format, year, has_gps, photos", sql
    ):
        cameras[_camera(make or "", model or "")] += count
        formats[name] += count
        if year is not None:
            years[int(year)] += count
        with_gps += count * has_gps
    del cameras[""]
    return Facets(_most_first(cameras), _most_first(formats), tuple(sorted(years.items())[::-1]), with_gps)


def directories(db: Database) -> list[Directory]:
    """Every directory that holds present photos or waiting files, ordered by root, then by path.

    Among them those that hold nothing themselves, but photos that lie twice below them.
    """
    # JSON takes no bytes, but their digits.
    sql = f"""SELECT hex(folders.path) AS root, hex(directory) AS place, folder_id,
                count(DISTINCT photo_id) AS photos, sum(photo_id IS NULL AND {REACHABLE}) AS waiting
              FROM files JOIN folders ON folders.id = folder_id WHERE {PRESENT}
              GROUP BY folder_id, directory HAVING photos + waiting ORDER BY folders.path, directory"""
    rows = _rows(db, "root, place, folder_id, photos, waiting", sql)
    found = {(root, place): (folder, photos, waiting) for root, place, folder, photos, waiting in rows}
    repeated = _repeated(db)
    listed = []
    for key in sorted(found.keys() | repeated.keys(), key=lambda key: tuple(map(bytes.fromhex, key))):
        folder, often = repeated.get(key, (0, 0))
        folder, photos, waiting = found.get(key, (folder, 0, 0))
        path = _path(*map(bytes.fromhex, key))
        listed.append(Directory(path, folder, photos, waiting, often))
    return listed


def _repeated(db: Database) -> dict[tuple[str, str], tuple[int, int]]:
    """By root and directory: the folder, and how many photos are counted once more where two of their
    directories meet."""
    # One row for all photos that lie in the same directories: of a library with a copy beside it, too.
    sql = f"""SELECT root, folder_id, places, count(*) AS photos FROM (
                SELECT hex(folders.path) AS root, folder_id, group_concat(DISTINCT hex(directory)) AS places
                FROM files JOIN folders ON folders.id = folder_id
                WHERE {PRESENT} AND photo_id IN (
                  SELECT photo_id FROM files WHERE photo_id IS NOT NULL AND {PRESENT}
                  GROUP BY photo_id HAVING count(*) > 1)
                GROUP BY photo_id, folder_id HAVING count(DISTINCT directory) > 1)
              GROUP BY folder_id, places"""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for root, folder, places, photos in _rows(db, "root, folder_id, places, photos", sql):
        parts = sorted(bytes.fromhex(place).split(b"/") for place in places.split(","))
        for one, other in itertools.pairwise(parts):
            common = itertools.takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False))
            key = (root, b"/".join(part for part, _ in common).hex().upper())
            found[key] = (folder, found.get(key, (folder, 0))[1] + photos)
    return found


def _rows(db: Database, columns: str, sql: str) -> list[list[Any]]:
    """The rows of a query in one step of SQLite, see `numbers`; for text and numbers, but not bytes."""
    query = f"SELECT json_group_array(json_array({columns})) FROM ({sql})"
    rows: list[list[Any]] = json.loads(db.execute(query).fetchone()[0])
    return rows


def _camera(make: str, model: str) -> str:
    """A name for people which is also a part of "make model", so that it works as a filter."""
    return (model if make.lower() in model.lower() else f"{make} {model}").strip()


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _path(root: bytes, directory: bytes) -> str:
    parts = directory.split(b"/") if directory else []
    return os.path.join(*map(os.fsdecode, [root, *parts]))  # noqa: PTH118
