"""A lock with a fast lane: a waiting query goes before the next batch of photos."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Photos embedded together: so few that a query waiting behind them on a CPU hardly notices.
MAX_BATCH = 16


class PriorityLock:
    """Mutual exclusion in which an urgent caller overtakes all patient ones that wait."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._held = False
        self._urgent_waiting = 0

    @contextmanager
    def hold(self, *, urgent: bool) -> Iterator[None]:
        with self._condition:
            self._urgent_waiting += urgent
            try:
                self._condition.wait_for(lambda: not self._held and (urgent or not self._urgent_waiting))
                self._held = True
            finally:  # Ctrl+C may end the waiting, and must not keep the others out
                self._urgent_waiting -= urgent
                self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._held = False
                self._condition.notify_all()
