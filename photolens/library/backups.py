"""Dated copies of the catalog, and going back to one. Works beside an open library, and without one.

They lie in the library's `backups` folder: catalog-0012-2026-11-21T133400-daily.db. The number says which
is newer, since a clock may be wrong; the time is UTC.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from pathlib import Path

from photolens import paths
from photolens.catalog import (
    check_header,
    check_version,
    contents_mark,
    copy_catalog,
    counts,
    damaged,
    is_known_catalog,
    missing,
    structure_problems,
)
from photolens.errors import CatalogDamaged, LibraryError, LibraryMissing
from photolens.library import restoring
from photolens.library.places import Places
from photolens.messages import Message, counted, message, plain, system
from photolens.paths import sync

log = logging.getLogger(__name__)

DAY = timedelta(hours=24)
_KEPT_OF_MIGRATIONS = 2
_KEPT_WHATEVER_THEIR_SIZE = 2
_SHARE_OF_THE_DISK = 0.1
_ROOM = 2  # this many times its size must be free for a copy
_NAME = re.compile(r"catalog-([0-9]{4,9})-([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6})-([a-z-]+)\.db")
_TIME = "%Y-%m-%dT%H%M%S"


class Reason(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    MIGRATION = "migration"  # before a later version changed the catalog's form
    MANUAL = "manual"
    BEFORE_RESTORE = "before-restore"


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the catalog. The properties read the file: ask for them away from the window."""

    file: Path
    number: int  # the higher, the newer
    made_at: datetime  # by the clock of then, with its time zone
    reason: Reason
    size_bytes: int

    @property
    def photos(self) -> int:
        """How many photos it knows; 0 where it cannot be read."""
        return counts(self.file).photos

    @property
    def concepts(self) -> int:
        """How many concepts it holds; 0 where it cannot be read."""
        return counts(self.file).concepts

    @property
    def good(self) -> bool:
        """Whether it can be restored. Reads the whole file."""
        try:
            return is_known_catalog(self.file) and not structure_problems(self.file, alone=True)
        except LibraryError:
            return False


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    backup: Backup | None  # None: started anew from the photos
    salvaged: tuple[str, ...]  # names of concepts that came from the damaged catalog, being newer
    damaged_copy: Path | None  # where the catalog of before is kept: a folder, or a backup if it was sound


def list_backups(root: Path) -> list[Backup]:
    """All backups of the library in `root`, newest first, unchecked."""
    try:
        files = list(Places(root).backups.iterdir())
    except OSError:
        return []
    found = [_backup(file) for file in files]
    return sorted((backup for backup in found if backup is not None), key=_by_number, reverse=True)


def newest_good(root: Path) -> Backup | None:
    """The newest backup that can be restored. Reads each until one is good."""
    return next((backup for backup in list_backups(root) if backup.good), None)


def is_due(root: Path) -> bool:
    """Whether the last backup is a day old and the catalog has changed since. Raises LibraryError."""
    newest = next(iter(list_backups(root)), None)
    # Both ways: a clock that was set back must not put the next one off for years.
    if newest is not None and abs(datetime.now(UTC) - newest.made_at) < DAY:
        return False
    return has_changed_since(newest, root)


def has_changed_since(backup: Backup | None, root: Path) -> bool:
    """Whether the catalog holds something that this backup, if any, does not. Raises LibraryError."""
    mark = contents_mark(Places(root).catalog)
    try:
        kept = None if backup is None else contents_mark(backup.file, alone=True)
    except LibraryError:
        kept = None
    return mark is not None and mark != kept


def make_backup(root: Path, reason: Reason, go_on: Callable[[], bool] = lambda: True) -> Backup:
    """Copy the catalog, check the copy, and only then give it its name.

    The caller holds the library's lock. Raises Stopped when `go_on` says no, CatalogDamaged when the catalog
    is, LibraryError where it cannot be written.
    """
    places = Places(root)
    temporary = places.backups / "catalog.db.new"
    try:
        _make_room(places)
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        held = copy_catalog(places.catalog, temporary, go_on)
        problems = structure_problems(temporary, go_on, alone=True)
        if problems and structure_problems(places.catalog, go_on):
            raise damaged(places.catalog, plain(problems[0]))
        if problems or counts(temporary) != held:
            raise LibraryError(
                message(
                    "The backup in {folder} is not what was written. Check that disk.",
                    folder=places.backups,
                )
            )
        file = places.backups / _name(root, reason)
        temporary.replace(file)
        sync(places.backups)
    except OSError as error:
        raise LibraryError(
            message(
                "No backup could be made in {folder}: {reason}.",
                folder=places.backups,
                reason=system(error),
            )
        ) from error
    finally:
        with suppress(OSError):  # the next backup tries again
            _remove_leftovers(places)
    backup = _backup(file)
    assert backup is not None
    return backup


def back_up(root: Path, keep: int) -> Backup:
    """Make a backup of a library that nobody has open for writing. `keep` as for `prune`.

    Raises LibraryMissing, LibraryBusy, and what `make_backup` raises.
    """
    places = Places(root)
    refuse_lost(places)
    if not places.catalog.exists():
        raise LibraryMissing(message("There is no photo library at {folder} yet.", folder=root))
    places.create()
    lock = places.acquire()
    try:
        check_header(places.catalog)
        backup = make_backup(root, Reason.MANUAL)
        prune(root, keep)
        return backup
    finally:
        lock.release()


def prune(root: Path, keep: int) -> None:
    """Remove all but the newest `keep`, and but the newest two that were made before migrations.

    Fewer are kept of a catalog so large that they would take a tenth of the disk. 0: nothing is removed.
    """
    if keep == 0:
        return
    backups = list_backups(root)
    migrations = [backup for backup in backups if backup.reason is Reason.MIGRATION]
    others = [backup for backup in backups if backup.reason is not Reason.MIGRATION]
    try:
        surplus = [*migrations[_KEPT_OF_MIGRATIONS:], *others[_how_many(others, keep) :]]
    except OSError as error:
        log.warning("old backups are kept until the next one: %s", error)
        return
    for backup in surplus:
        try:
            backup.file.unlink()
        except OSError as error:
            log.warning("an old backup was not removed: %s", error)


def restore(root: Path, backup: Backup | None, *, after_damage: bool = False) -> Restored:
    """Put a backup in the place of the catalog; None: an empty one, for the photos to be read again.

    A damaged catalog is kept in a folder of its own, and concepts and roots that it has and the backup lacks
    are taken over from it. So it is `after_damage` that the caller came upon, whatever SQLite's checks say,
    and where one begins anew. Of a sound one a backup is made first. Nobody may have the library open: raises
    LibraryBusy; CatalogTooNew for a backup of a later version, LibraryError when it is not good or there is
    no room.
    """
    places = Places(root)
    places.create()
    lock = places.acquire()
    try:
        restoring.finish(places)
        if backup is not None:
            _refuse_bad(backup)
        source = None if backup is None else backup.file
        if backup is not None and not after_damage and _is_sound(places.catalog):
            kept = make_backup(root, Reason.BEFORE_RESTORE)
            restoring.replace_sound(places, source)
            return Restored(backup, (), kept.file)
        salvaged, folder = restoring.replace_damaged(places, source)
        return Restored(backup, salvaged, folder)
    except OSError as error:
        raise LibraryError(
            message(
                "The catalog in {library} could not be restored: {reason}.",
                library=root,
                reason=system(error),
            )
        ) from error
    finally:
        lock.release()


def refuse_lost(places: Places) -> None:
    """Raises CatalogDamaged where the catalog is missing although there are backups of it."""
    if not places.catalog.exists() and list_backups(places.root):
        raise missing(places.catalog)


@contextmanager
def advising() -> Iterator[None]:
    """Whoever hears that the catalog is damaged, hears which backup there is."""
    try:
        yield
    except CatalogDamaged as error:
        raise with_advice(error) from error


def with_advice(error: CatalogDamaged) -> CatalogDamaged:
    """The same error, naming the newest good backup and what to do. Reads the backups."""
    if error.advised:
        return error
    what = error.text.values.get("what", error.text)  # without the advice that it had
    repair = paths.command(error.library, "check --repair")
    there = Places(error.library).catalog.exists()
    backup = newest_good(error.library)
    if backup is not None:
        advice = (
            message(
                "{what} The newest good backup is {backup}. `{command}` puts it in place and keeps the "
                "damaged file; your photos are not affected.",
                what=what,
                backup=in_words(backup),
                command=repair,
            )
            if there
            else message(
                "{what} The newest good backup is {backup}. `{command}` puts it in place; your photos are "
                "not affected.",
                what=what,
                backup=in_words(backup),
                command=repair,
            )
        )
    elif there:
        advice = message(
            "{what} There is no good backup. `{command}` keeps the damaged file and starts again from your "
            "photos, which are not affected.",
            what=what,
            command=repair,
        )
    else:
        advice = message(
            "{what} There is no good backup. `{command}` starts again from your photos, which are not "
            "affected.",
            what=what,
            command=repair,
        )
    return CatalogDamaged(advice, error.library, advised=True)


def in_words(backup: Backup) -> Message:
    """For example: of 2026-11-21 13:34 (31,022 photos, 12 concepts)."""
    held = counts(backup.file)
    return message(
        "of {time} ({photos}, {concepts})",
        time=backup.made_at,
        photos=counted("{count} photo", "{count} photos", count=held.photos),
        concepts=counted("{count} concept", "{count} concepts", count=held.concepts),
    )


def _backup(file: Path) -> Backup | None:
    match = _NAME.fullmatch(file.name)
    try:
        if match is None or file.is_symlink() or not file.is_file():
            return None
        made_at = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC)
        return Backup(file, int(match[1]), made_at, Reason(match[3]), file.stat().st_size)
    except (OSError, ValueError):
        return None


def _by_number(backup: Backup) -> int:
    return backup.number


def _name(root: Path, reason: Reason) -> str:
    number = max((backup.number for backup in list_backups(root)), default=0) + 1
    return f"catalog-{number:04}-{datetime.now(UTC):{_TIME}}-{reason}.db"


def _make_room(places: Places) -> None:
    """Raises LibraryError when the disk has none, OSError."""
    places.backups.mkdir(mode=0o700, exist_ok=True)
    _remove_leftovers(places)
    size = sum(file.stat().st_size for file in places.catalog_files() if file.exists())
    if shutil.disk_usage(places.backups).free < _ROOM * size:
        raise LibraryError(
            message(
                "The disk that holds {folder} has too little room for a backup of {size} MB.",
                folder=places.backups,
                size=round(size / 1e6),
            )
        )


def _remove_leftovers(places: Places) -> None:
    for file in places.backups.glob("catalog.db.new*"):
        file.unlink(missing_ok=True)


def _how_many(backups: list[Backup], keep: int) -> int:
    """How many of these, newest first, are kept."""
    if not backups:
        return 0
    room = _SHARE_OF_THE_DISK * shutil.disk_usage(backups[0].file.parent).total
    fit = sum(total <= room for total in accumulate(backup.size_bytes for backup in backups))
    return min(keep, max(fit, _KEPT_WHATEVER_THEIR_SIZE))


def _refuse_bad(backup: Backup) -> None:
    if backup.good:
        return
    with suppress(CatalogDamaged):
        check_version(backup.file)
    raise LibraryError(message("The backup {file} is damaged. Choose another.", file=backup.file))


def _is_sound(catalog: Path) -> bool:
    try:
        check_header(catalog)
        return not structure_problems(catalog, thorough=True)
    except LibraryError:
        return False
