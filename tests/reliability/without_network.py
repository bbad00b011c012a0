"""Run as a program: all that a day with PhotoLens holds; ends with an error when a connection is tried."""

from __future__ import annotations

import socket
import sys
import traceback
from pathlib import Path

_ATTEMPTS = (
    *("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"),
    *("socket.getnameinfo", "socket.sendto", "socket.sendmsg", "socket.bind", "urllib.Request"),
    *("http.client.connect", "ftplib.connect", "smtplib.connect"),
)
attempts: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _ATTEMPTS:
        return
    first = arguments[0] if arguments else None
    if isinstance(first, socket.socket) and first.family == getattr(socket, "AF_UNIX", None):
        return
    attempts.append(f"{event} {arguments!r}\n{''.join(traceback.format_stack())}")


def command_line(root: Path, folder: Path) -> None:
    from photolens.cli import main

    picture = str(folder / "photo_00.jpg")
    for arguments in (
        ["index", str(folder)],
        ["search", "something blue", "--image", picture],
        ["concept", "save", "Blue", "something blue", "--image", picture],
        ["concept", "export", "Blue", str(root.parent / "blue")],
        ["concept", "import", str(root.parent / "blue.photolens-concept")],
        ["model"],
        ["check"],
        ["doctor"],
    ):
        code = main(["--library", str(root), *arguments])
        assert code == 0, arguments


def window(root: Path) -> None:
    """Open it, search, close it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from photolens import app
    from photolens.gui.window import MainWindow

    done: list[str] = []

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if not isinstance(widget, MainWindow) or not widget.isVisible() or widget.browser.answer is None:
                continue
            if not done and len(widget.model.listing):
                widget.search.edit.setText("something blue")
                widget.search.edit.returnPressed.emit()
                done.append("asked")
            elif done and widget.browser.answer.query is not None:
                done.append("answered")
                widget.close()

    QApplication(sys.argv[:1])
    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    QTimer.singleShot(40_000, QApplication.closeAllWindows)
    assert app.run(library=root) == 0
    assert done == ["asked", "answered"], done


if __name__ == "__main__":
    sys.addaudithook(_watch)
    if sys.argv[1] == "try":  # does this see anything?
        with socket.socket() as tried:
            tried.connect_ex(("192.0.2.1", 80))
    else:
        command_line(Path(sys.argv[1]), Path(sys.argv[2]))
        if sys.argv[3] == "window":
            window(Path(sys.argv[1]))
    sys.exit("\n".join(attempts) or 0)
