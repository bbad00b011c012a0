"""When Python looks for garbage: between two events, on the GUI thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_YOUNG_MS = 1000
_WHOLE_EVERY = 60


class GarbageCollector(QObject):
    """Stands in for Python's automatic collection until `close`.

    That one may begin in any thread, where it must not destroy a widget.
    """

    def __init__(self) -> None:
        super().__init__()
        self._was_on = gc.isenabled()
        gc.disable()
        self._turns = 0
        self._timer = QTimer(self, interval=_YOUNG_MS)
        self._timer.timeout.connect(self._collect)

    def settle(self) -> None:
        """Loading is over: what is there now, above all modules, stays and is not looked through again."""
        gc.freeze()
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        gc.unfreeze()  # at the end even modules are looked through, and some complain of what is left
        if self._was_on:
            gc.enable()

    def _collect(self) -> None:
        self._turns += 1
        gc.collect(2 if self._turns % _WHOLE_EVERY == 0 else 1)
