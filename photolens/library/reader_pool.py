"""Reading connections, one per caller at a time, kept open between calls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photolens.catalog import Catalog, OnDamage
from photolens.errors import LibraryError
from photolens.messages import message


class ReaderPool:
    """Hands out read-only catalogs to any thread; a long read never makes another wait."""

    def __init__(self, file: Path, on_damage: OnDamage = lambda error: None) -> None:
        self._file = file
        self._on_damage = on_damage
        self._lock = threading.Lock()
        self._free: list[Catalog] = []
        self._closed = False

    @contextmanager
    def reader(self) -> Iterator[Catalog]:
        """A catalog for this thread to read from until the end of the block. Raises LibraryError."""
        with self._lock:
            if self._closed:
                raise LibraryError(message("The library is closed."))
            catalog = self._free.pop() if self._free else None
        catalog = catalog or Catalog.reader(self._file, self._on_damage)
        try:
            with catalog.reading():
                yield catalog
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._free.append(catalog)
            if not keep:
                catalog.close()

    def close(self) -> None:
        """Close all connections; those in use are closed when they are given back."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for catalog in free:
            catalog.close()
