"""The window's size and layout, remembered from one time to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from photolens.domain import Order

ORDERS = {  # by the name of the command that chooses each
    "newest": Order.NEWEST,
    "oldest": Order.OLDEST,
    "by-name": Order.NAME,
    "added": Order.ADDED,
}

_START = QSize(1280, 820)
_VISIBLE = 80  # so many pixels must be on a screen, or the window cannot be grabbed


class WindowState:
    """Reads and writes an INI file; what is missing or broken in it gives the default."""

    def __init__(self, file: Path) -> None:
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def restore_geometry(self, window: QWidget) -> None:
        """As it was; in the middle of a screen that exists if its own has gone."""
        stored = self._store.value("geometry")
        if not isinstance(stored, QByteArray) or not window.restoreGeometry(stored):
            _center(window, _START)
        elif not _can_be_seen(window.geometry()):
            _center(window, window.size())

    def save_geometry(self, window: QWidget) -> None:
        self._store.setValue("geometry", window.saveGeometry())

    def restore_splitter(self, splitter: QSplitter, default: list[int]) -> None:
        stored = self._store.value("splitter")
        if not isinstance(stored, QByteArray) or not splitter.restoreState(stored):
            splitter.setSizes(default)

    def save_splitter(self, splitter: QSplitter) -> None:
        self._store.setValue("splitter", splitter.saveState())

    def flag(self, name: str, default: bool) -> bool:
        stored = self._store.value(name)
        return default if stored is None else str(stored).lower() == "true"

    def number(self, name: str, default: int) -> int:
        try:
            return int(str(self._store.value(name, default)))
        except ValueError:
            return default

    def text(self, name: str, default: str) -> str:
        return str(self._store.value(name, default))

    @property
    def order(self) -> Order:
        """In which photos were listed last."""
        return ORDERS.get(self.text("order", ""), Order.NEWEST)

    def set(self, name: str, value: bool | int | str) -> None:
        self._store.setValue(name, value)

    def save(self) -> None:
        self._store.sync()


def _can_be_seen(frame: QRect) -> bool:
    shared = (screen.availableGeometry().intersected(frame) for screen in QGuiApplication.screens())
    return any(part.width() >= _VISIBLE and part.height() >= _VISIBLE for part in shared)


def _center(window: QWidget, size: QSize) -> None:
    area = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(size.boundedTo(area.size()))
    frame = QRect(window.pos(), window.size())
    frame.moveCenter(area.center())
    window.move(frame.topLeft())
