"""The first photos of a catalog, for a window that shows them before the library is opened.

It is loaded alone and quickly. Where a proper opening has something to do or to say, there is no first page.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from photolens.catalog.header import check_header
from photolens.catalog.listing import first_ids, list_these
from photolens.domain import Listing, Order
from photolens.errors import LibraryError

# The latest step of `migrations`, whose module takes too long to load; a test compares them.
LATEST_STEP = "m009_what_waits_in_a_folder"


def first_page(file: Path, order: Order, count: int) -> Listing | None:
    """The first `count` photos in this order, from a catalog that is in use by nobody or by others.

    None where there is no catalog, or one that is damaged, locked or of another version. Raises OSError.
    """
    if not file.exists():
        return None
    try:
        check_header(file)
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=0)) as db:
            if _latest_step(db) != LATEST_STEP:
                return None
            return list_these(db, first_ids(db, order, count))
    except (LibraryError, sqlite3.Error):
        return None


def _latest_step(db: sqlite3.Connection) -> str | None:
    steps = "SELECT max(name) FROM _sqlite_migrations WHERE migration_set = 'photolens'"
    row = db.execute(steps).fetchone()
    return None if row is None else row[0]
