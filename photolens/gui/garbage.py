"""When Python looks for garbage: between two events, on the GUI thread, and not while the model loads."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_YOUNG_MS = 1000
_WHOLE_EVERY = 60
_MANY_MODULES = 200  # torch brings a thousand


class GarbageCollector(QObject):
    """Stands in for Python's automatic collection until `close`.

    That one may begin in any thread, where it must not destroy a widget, and with torch loaded it stops
    all threads for a quarter of a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._was_on = gc.isenabled()
        gc.disable()
        self._turns = 0
        self._modules = 0
        self._timer = QTimer(self, interval=_YOUNG_MS)
        self._timer.timeout.connect(self._collect)

    def settle(self) -> None:
        """Loading is over: what is there now, above all modules, stays and is not looked through again."""
        self._freeze()
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        gc.unfreeze()  # at the end even modules are looked through, and some complain of what is left
        if self._was_on:
            gc.enable()

    def _freeze(self) -> None:
        gc.freeze()
        self._modules = len(sys.modules)

    def _collect(self) -> None:
        self._turns += 1
        if len(sys.modules) > self._modules + _MANY_MODULES:  # torch came later, with a photo to read
            self._freeze()
        gc.collect(2 if self._turns % _WHOLE_EVERY == 0 else 1)
