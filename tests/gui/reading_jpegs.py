"""Reads JPEGs on two threads while this one disconnects signals: ends, unless they wait for each other."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QCoreApplication, QObject, Signal

from photolens.gui.images import read_jpeg

TIMES = 1500


class _Source(QObject):
    happened = Signal()

    def disconnectNotify(self, signal: object) -> None:  # noqa: N802
        """There is one, so Qt looks for it, and for Python's lock, while it holds its own."""


def _read(jpeg: bytes) -> None:
    for _ in range(TIMES):
        assert not read_jpeg(jpeg).isNull()


def main() -> None:
    application = QCoreApplication([])
    jpeg = sys.stdin.buffer.read()
    readers = [threading.Thread(target=_read, args=[jpeg]) for _ in range(2)]
    for reader in readers:
        reader.start()

    def nothing() -> None:
        pass

    while any(reader.is_alive() for reader in readers):
        source = _Source()
        source.happened.connect(nothing)
        source.happened.disconnect(nothing)
    del application


if __name__ == "__main__":
    main()
