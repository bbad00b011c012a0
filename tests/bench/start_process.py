"""The window in a process of its own, as the command opens it, until its first photos are there.

    python -m tests.bench.start_process LIBRARY

Prints as JSON when they were painted, and when all their thumbnails were, as the time of day.
"""

from __future__ import annotations

import json
import sys
import time

from photolens import cli
from photolens.gui import page  # noqa: F401 - before Qt, as the program has it

# isort: split
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from photolens.gui.grid.view import GridView

_LOOK_MS = 5


def main() -> None:
    figures: dict[str, float] = {}
    plain = GridView.paintEvent

    def paint(view: GridView, event: QPaintEvent) -> None:
        plain(view, event)
        if view.model().rowCount() and not figures:
            figures["painted"] = time.time()
            QTimer.singleShot(0, lambda: wait_for_thumbnails(figures))

    GridView.paintEvent = paint  # type: ignore[method-assign]
    if cli.main(["--library", sys.argv[1], "gui"]):
        raise RuntimeError("the window was not opened")
    print(json.dumps(figures))


def wait_for_thumbnails(figures: dict[str, float]) -> None:
    from photolens.gui.window import MainWindow
    from tests.bench.window_process import missing

    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

    def look() -> None:
        if window.browser.answer is None or missing(window):
            QTimer.singleShot(_LOOK_MS, look)
        else:
            figures["complete"] = time.time()
            window.close()

    look()


if __name__ == "__main__":
    main()
