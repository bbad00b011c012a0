"""Putting another catalog in the place of the one that is there, so that a kill midway harms nothing.

The new catalog is made ready beside the old one. Giving it the name `catalog-restored-<time>.db` decides:
before that moment the next start undoes what was begun, after it the next start does the rest.
"""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path

from photolens.catalog import Catalog, fold_log
from photolens.errors import LibraryError
from photolens.library.places import RESTORED, Places
from photolens.library.salvaging import take_over
from photolens.messages import message, system
from photolens.paths import sync

log = logging.getLogger(__name__)

_BEGUN = "catalog.db.restoring"
_TIME = "%Y-%m-%dT%H%M%S"


def finish(places: Places) -> None:
    """Complete a restore that was interrupted, or undo it. The caller holds the lock. Raises OSError."""
    for file in places.root.glob(f"{_BEGUN}*"):
        file.unlink()
    for ready in sorted(places.root.glob(f"{RESTORED}*.db")):
        log.info("finishing a restore of the catalog that was interrupted")
        _put_in_place(places, ready)


def replace_damaged(places: Places, source: Path | None) -> tuple[tuple[str, ...], Path | None]:
    """Move the catalog aside and put a copy of `source` (None: an empty one) in its place.

    Gives the names of the concepts taken over from the damaged catalog, and the folder that it is kept in,
    None where there was none. Raises OSError, LibraryError.
    """
    there = any(file.exists() for file in places.catalog_files())
    try:
        salvaged = _make(places, source, places.catalog if there else None)
        ready = places.root / f"{RESTORED}{datetime.now(UTC):{_TIME}}.db"
        (places.root / _BEGUN).rename(ready)
        sync(places.root)
        try:
            return salvaged, _put_in_place(places, ready)
        except OSError as error:
            if places.catalog.exists():  # it is still what it was: another program may hold it
                ready.unlink()
                raise
            raise LibraryError(
                message(
                    "The restore of the catalog in {library} was begun and is finished at the next start "
                    "({reason}).",
                    library=places.root,
                    reason=system(error),
                )
            ) from error
    finally:
        _clean_up(places)


def replace_sound(places: Places, source: Path | None) -> None:
    """Put a copy of `source` (None: an empty catalog) in the place of one that a backup was made of."""
    try:
        _make(places, source, None)
        fold_log(places.catalog)
        catalog, *beside = places.catalog_files()
        for file in beside:  # they hold nothing any more, and must not be taken for the new catalog's
            file.unlink(missing_ok=True)
        (places.root / _BEGUN).replace(catalog)
        sync(places.root)
    finally:
        _clean_up(places)


def _make(places: Places, source: Path | None, damaged: Path | None) -> tuple[str, ...]:
    """Make the new catalog, of this version's form, with what can be taken over from the damaged one."""
    file = places.root / _BEGUN
    if source is not None:
        shutil.copyfile(source, file)
    catalog = Catalog.writer(file)
    try:
        salvaged = take_over(damaged, catalog) if damaged is not None else ()
    finally:
        catalog.close()
    file.chmod(0o600)
    sync(file)
    return salvaged


def _put_in_place(places: Places, ready: Path) -> Path | None:
    folder = places.root / f"damaged-{ready.stem.removeprefix(RESTORED)}"
    catalog, *beside = places.catalog_files()
    for file in (catalog, *beside):  # where the first cannot be moved, all stays as it was
        if file.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            file.replace(folder / file.name)
    if folder.exists():
        sync(folder)
    ready.replace(catalog)
    sync(places.root)
    return folder if folder.exists() else None


def _clean_up(places: Places) -> None:
    for file in places.root.glob(f"{_BEGUN}*"):
        file.unlink(missing_ok=True)
