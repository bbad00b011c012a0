"""How many photos match each concept strongly: counted again when photos come, without hurry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from photolens.domain import Concept, Ranking
from photolens.errors import PhotoLensError
from photolens.gui.bridge import Bridge

if TYPE_CHECKING:
    from photolens.library import Library

_FIRST_MS = 200  # between concepts that have no number yet
_AGAIN_MS = 3000  # between others
_BUSY_MS = 500  # until looking again whether the user waits for something
_SHARE = 10  # counting may take this share of the time at most


class ConceptCounts(QObject):
    """Asks one question at a time, and none while `calm` says that the user is at work."""

    counted = Signal(int, int)  # id of a concept, liked and strong photos

    def __init__(self, bridge: Bridge, calm: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._calm = calm
        self._library: Library | None = None
        self._known: set[int] = set()
        self._stale: dict[int, None] = {}  # in the order of their turn
        self._asked: int | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._next)

    def use(self, library: Library | None) -> None:
        """Ask this library from now on."""
        self._library = library
        self._known.clear()
        self._stale.clear()
        self._asked = None
        self._timer.stop()

    def forget(self, ids: Iterable[int]) -> None:
        """These ask something else now, or are new: their numbers are wanted soon."""
        fresh = dict.fromkeys(ids)
        self._known -= set(fresh)
        self._stale = {**fresh, **self._stale}
        self._plan(_FIRST_MS)

    def photos_changed(self, ids: Iterable[int]) -> None:
        """Photos came or went: the numbers of these may be others."""
        self._stale |= dict.fromkeys(ids)
        self._plan(_AGAIN_MS)

    def note(self, concept_id: int, count: int) -> None:
        """It has just been counted elsewhere."""
        self._stale.pop(concept_id, None)
        self._known.add(concept_id)
        self.counted.emit(concept_id, count)

    # --- inside ------------------------------------------------------------------------------

    def _plan(self, wait_ms: int) -> None:
        if self._stale and self._asked is None:
            left = self._timer.remainingTime() if self._timer.isActive() else wait_ms
            self._timer.start(min(wait_ms, left))

    def _next(self) -> None:
        library = self._library
        if library is None or not self._stale:
            return
        if not self._calm():
            self._timer.start(_BUSY_MS)
            return
        concept_id = self._asked = next(iter(self._stale))
        del self._stale[concept_id]
        started = time.monotonic()

        def found(concept: Concept) -> None:
            self._bridge.when_done(library.search_later(concept.query, limit=1), ranked, failed)

        def ranked(ranking: Ranking) -> None:
            if library is self._library:
                self._known.add(concept_id)
                self.counted.emit(concept_id, ranking.sections.liked + ranking.sections.strong)
                self._done(library, time.monotonic() - started)

        def failed(error: PhotoLensError) -> None:
            # It has been deleted meanwhile, or searching does not work at all, which the grid says.
            self._done(library, time.monotonic() - started)

        # As it is stored now: judged photos may have come or gone.
        self._bridge.run(lambda: library.concept(concept_id), found, failed)

    def _done(self, library: Library, took: float) -> None:
        if library is not self._library:
            return
        self._asked = None
        soon = any(concept_id not in self._known for concept_id in self._stale)
        self._plan(max(_FIRST_MS if soon else _AGAIN_MS, int(took * 1000 * _SHARE)))
