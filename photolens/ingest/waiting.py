"""What waits to be read: asked only when something may have changed, since a million files take a while."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from photolens.catalog import Catalog, PendingFile
from photolens.domain import FolderId


@dataclass(frozen=True, slots=True)
class Waiting:
    """`any`: files wait; `ready`: some of them can be read now; `unread`: some for the first time."""

    any: bool = False
    ready: bool = False
    unread: bool = False


class Queue:
    """The waiting files in folders that can be reached. On the ingest thread, where all writes are made."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._asked: tuple[int, set[int]] | None = None
        self._waiting = Waiting()
        self._files: list[int] = []
        self._first: list[tuple[FolderId, bytes]] = []
        self.reordered = False  # since files were last taken

    def read_first(self, places: Iterable[tuple[FolderId, bytes]]) -> None:
        """Take what waits at or below these directories of roots before the rest, until it is read.

        It replaces what was said before, and is forgotten when the program ends.
        """
        self._first = list(places)
        self.reordered = True

    def read_files_first(self, file_ids: Iterable[int]) -> None:
        """Take these files before all the rest, in this order; replaces what was said of files before."""
        self._files = list(file_ids)
        self.reordered = True

    def take(self, limit: int, skip: Collection[int]) -> list[PendingFile]:
        """The next files to read; fewer than `limit` where a place that comes first has fewer."""
        self.reordered = False
        if self._files:
            found = self._catalog.files.pending_these(self._files, skip)[:limit]
            if found:
                return found
            self._files = []  # all are read, or in hand
        while self._first:
            found = self._catalog.files.pending_below(*self._first[0], limit, skip)
            if found:
                return found
            del self._first[0]  # all is read; what comes later is new, and among the first anyway
        return self._catalog.files.pending(limit, skip)

    def waiting(self, put_off: set[int]) -> Waiting:
        """What waits now, where the files `put_off` wait for a better moment."""
        asked = (self._catalog.written(), put_off)
        if asked != self._asked:
            self._waiting = self._look(put_off)
            self._asked = asked
        return self._waiting

    def _look(self, put_off: set[int]) -> Waiting:
        first = self._catalog.files.pending(1)  # one never read comes before the others
        ready = self._catalog.files.pending(1, put_off) if first and put_off else first
        return Waiting(bool(first), bool(ready), bool(first) and first[0].photo_id is None)
