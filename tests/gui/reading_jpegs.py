"""Reads JPEGs on several threads while this one disconnects signals: ends, unless they wait for each other.

Qt and Python have a lock each; who holds one and waits for the other must not exist twice.
"""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QCoreApplication, QObject, QSize, Signal

from photolens.gui.images import read_jpeg

TIMES = 1500


class _Source(QObject):
    happened = Signal()

    def disconnectNotify(self, signal: object) -> None:  # noqa: N802
        """There is one, so Qt looks for it, and for Python's lock, while it holds its own."""


def _read(jpeg: bytes, fill: QSize | None) -> None:
    for _ in range(TIMES):
        assert not read_jpeg(jpeg, fill).isNull()


def main() -> None:
    application = QCoreApplication([])
    jpeg = sys.stdin.buffer.read()
    sys.setswitchinterval(0.0005)  # so that they meet often
    fills = [None, None, QSize(90, 90), QSize(90, 90), QSize(90, 90)]
    readers = [threading.Thread(target=_read, args=[jpeg, fill]) for fill in fills]
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
