"""What any window costs: an empty QMainWindow up to its first paint, beside which ours is set.

    python -m tests.bench.empty_window

Prints the time of that paint, in seconds since the epoch.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class EmptyWindow(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        print(time.time(), flush=True)
        QTimer.singleShot(0, QApplication.quit)


def main() -> None:
    application = QApplication([])
    window = EmptyWindow()
    window.resize(1280, 820)
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
