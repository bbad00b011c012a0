"""What the desktop does for us: open a file, show it in its folder, the clipboard."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_from_bytes

from PySide6.QtCore import QByteArray, QFileInfo, QMimeData, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

_ASK_SECONDS = 2.0


def folder_of(kind: QStandardPaths.StandardLocation) -> str:
    """Where choosing a file or folder begins: the user's folder of this kind, or where there is none the home
    folder."""
    folder = QStandardPaths.writableLocation(kind)
    return folder if QFileInfo(folder).isDir() else str(Path.home())


def file_url(path: str) -> QUrl:
    """The URL of a file, also of one whose name is not UTF-8."""
    if os.name == "nt":
        return QUrl.fromLocalFile(path)
    return QUrl.fromEncoded(QByteArray(b"file://" + quote_from_bytes(os.fsencode(path)).encode()))


def open_file(path: str) -> bool:
    """Open a file with whatever program the system has for it; False when it has none."""
    return QDesktopServices.openUrl(file_url(path))


def reveal(path: str) -> bool:
    """Show a file in the file manager, marked where that can be done. Not on the GUI thread: it may wait."""
    if sys.platform == "win32":
        return _started(["explorer", f"/select,{path}"])
    if sys.platform == "darwin":
        return _started(["open", "-R", path])
    return _ask_file_manager(path) or open_file(str(Path(path).parent))


def file_urls(paths: Sequence[str]) -> QMimeData:
    """Files as every file manager takes them."""
    data = QMimeData()
    data.setUrls([file_url(path) for path in paths])
    return data


def copy_files(paths: Sequence[str]) -> None:
    QGuiApplication.clipboard().setMimeData(file_urls(paths))


def copy_text(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _started(command: list[str]) -> bool:
    try:
        subprocess.Popen(command)
    except OSError:
        return False
    return True


def _ask_file_manager(path: str) -> bool:
    """The freedesktop way to mark a file: org.freedesktop.FileManager1."""
    uri = bytes(file_url(path).toEncoded().data()).decode()
    call = [
        "dbus-send",
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.FileManager1",
        "/org/freedesktop/FileManager1",
        "org.freedesktop.FileManager1.ShowItems",
        f"array:string:{uri.replace(',', '%2C')}",
        "string:",
    ]
    try:
        return subprocess.run(call, capture_output=True, timeout=_ASK_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
