"""Looks after the catalog of a library that is open for writing: sound at the start, backed up daily."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable

from photolens import paths
from photolens.catalog import Stopped, check_header, damaged, needs_migration, structure_problems
from photolens.domain import Event, Notice
from photolens.errors import CatalogDamaged, LibraryError, LibraryMissing
from photolens.library import backups, restoring
from photolens.library.backups import Backup, Reason
from photolens.library.places import Places
from photolens.messages import message, plain, system

log = logging.getLogger(__name__)

# A catalog up to this size is read whole before it is opened, which takes a fifth of a second; a larger one
# while the first searches are answered, and nothing is written until it was.
_READ_AT_ONCE_BYTES = 64_000_000
_LOOK_EVERY_SECONDS = 15 * 60.0
# A library without any backup gets one so long after its photos were read: more may follow at once.
_REST_SECONDS = 10.0
# So long a backup that has begun may hold up the end of the program.
_PATIENCE_SECONDS = 5.0


def check_at_start(places: Places) -> None:
    """What can be told at once of the catalog. Raises LibraryMissing, CatalogDamaged, LibraryError."""
    file = places.catalog
    backups.refuse_lost(places)
    if not file.exists():
        raise LibraryMissing(
            message(
                "There is no photo library at {folder} yet. Index a folder first, for example: {command}",
                folder=places.root,
                command=paths.command(places.root, "index ~/Pictures"),
            )
        )
    if file.stat().st_size or backups.list_backups(places.root) or places.thumbnails.exists():
        check_header(file)  # else it was begun a moment ago, and holds nothing


class CatalogGuard:
    """Checks the catalog once per run, and makes backups. Its thread reads only."""

    def __init__(
        self,
        places: Places,
        keep: int,
        on_damage: Callable[[CatalogDamaged], None],
        emit: Callable[[Event], None],
    ) -> None:
        """`keep`: how many backups; 0 for none but those asked for."""
        self._places = places
        self._keep = keep
        self._on_damage = on_damage
        self._emit = emit
        self._sound = False
        self._decided = threading.Event()  # whether it may be written, or nobody will any more
        self._unread: LibraryError | None = None  # why it could not be read whole
        self._closing = threading.Event()
        self._overdue = threading.Event()  # or the end: wakes its thread
        self._give_up_at = math.inf
        self._one_at_a_time = threading.Lock()
        self._told = False
        self._thread = threading.Thread(target=self._main, name="photolens-guard", daemon=True)

    def before_opening(self) -> None:
        """Finish what was begun, look the catalog over, and back it up if opening it will change its form.

        The caller holds the library's lock. Raises CatalogDamaged, LibraryError.
        """
        try:
            restoring.finish(self._places)
        except OSError as error:
            raise LibraryError(
                message(
                    "A restore of the catalog in {library} cannot be finished: {reason}.",
                    library=self._places.root,
                    reason=system(error),
                )
            ) from error
        try:
            check_at_start(self._places)
        except LibraryMissing:
            self._sound = True  # it is made now
            self._decided.set()
            return
        if self._size() <= _READ_AT_ONCE_BYTES:
            self._check()
        if needs_migration(self._places.catalog):
            self._back_up_before_migration()

    def start(self) -> None:
        """Begin the work in the background."""
        self._thread.start()

    def wait_until_sound(self) -> bool:
        """Block until the catalog was read whole; False when it must not be written.

        Raises LibraryError when it could not be read, which is no sign of damage.
        """
        self._decided.wait()
        if self._unread is not None:
            raise self._unread
        return self._sound

    def back_up(self) -> Backup:
        """Make a backup now. Raises LibraryError, CatalogDamaged."""
        try:
            return self._make(Reason.MANUAL)
        except CatalogDamaged as error:
            self._on_damage(error)
            raise
        except Stopped:
            raise LibraryError(message("The library was closed before the backup was made.")) from None

    def all_read(self) -> None:
        """Photos were read: the first backup ever does not wait for its hour."""
        if self._keep and not backups.list_backups(self._places.root):
            self._overdue.set()

    def hurry(self) -> None:
        """The program ends: a backup has a few seconds more."""
        self._give_up_at = min(self._give_up_at, time.monotonic() + _PATIENCE_SECONDS)

    def stop(self) -> None:
        """Nothing new is begun any more; does not wait."""
        self.hurry()
        self._closing.set()
        self._overdue.set()
        self._decided.set()

    def close(self) -> None:
        """Stop, and wait for what is under way."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join()
        with self._one_at_a_time:  # a backup that was asked for, on another thread
            pass

    # --- on its thread -----------------------------------------------------------------------

    def _main(self) -> None:
        try:
            if not self._decided.is_set():
                self._check(lambda: not self._closing.is_set())
            while self._keep and not self._closing.is_set():
                self._back_up_if_due()
                if self._overdue.wait(_LOOK_EVERY_SECONDS):
                    self._overdue.clear()
                    self._closing.wait(_REST_SECONDS)
        except Stopped:
            pass
        except CatalogDamaged as error:
            self._on_damage(backups.with_advice(error))
        except Exception as error:
            # What nobody can read, nobody should write. It may be fine: a drive that was pulled out, a lock.
            log.exception("the catalog was not checked")
            why = (
                error.text
                if isinstance(error, LibraryError)
                else message("The catalog cannot be read: {error}.", error=error)
            )
            self._unread = LibraryError(
                message("{why} Nothing is written to it until PhotoLens is started again.", why=why)
            )
        finally:
            self._decided.set()

    def _check(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Raises CatalogDamaged, Stopped, LibraryError."""
        started = time.perf_counter()
        problems = structure_problems(self._places.catalog, go_on)
        if problems:
            raise damaged(self._places.catalog, plain(problems[0]))
        self._sound = True
        self._decided.set()
        log.debug("the catalog was checked in %.1f s", time.perf_counter() - started)

    def _back_up_if_due(self) -> None:
        try:
            self._back_up_or_tell()
        except (CatalogDamaged, Stopped):
            raise
        except Exception:  # the next round may do better
            log.exception("the daily backup was not made")

    def _back_up_or_tell(self) -> None:
        try:
            if backups.is_due(self._places.root):
                self._make(Reason.DAILY)
        except CatalogDamaged:
            raise
        except LibraryError as error:
            log.warning("the daily backup was not made: %s", error)
            if not self._told:
                self._emit(Notice(error.text))
            self._told = True

    def _back_up_before_migration(self) -> None:
        newest = next(iter(backups.list_backups(self._places.root)), None)
        try:
            if self._keep and backups.has_changed_since(newest, self._places.root):
                self._make(Reason.MIGRATION)
        except CatalogDamaged:
            raise
        except LibraryError as error:  # each step is a transaction: going on harms nothing
            log.warning("no backup was made before the catalog is changed: %s", error)

    def _make(self, reason: Reason) -> Backup:
        with self._one_at_a_time:
            if self._closing.is_set():
                raise Stopped
            started = time.perf_counter()
            backup = backups.make_backup(self._places.root, reason, self._has_patience)
            backups.prune(self._places.root, self._keep)
            log.info("backup %s made in %.1f s", backup.file.name, time.perf_counter() - started)
            return backup

    def _has_patience(self) -> bool:
        return time.monotonic() < self._give_up_at

    def _size(self) -> int:
        return sum(file.stat().st_size for file in self._places.catalog_files() if file.exists())
