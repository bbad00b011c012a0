"""Text that breaks where a path does, and is copied as it is."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QWidget

_BREAK = "\u200b"  # of no width: here a line may end
_LONG = 18  # letters without such a place; in a narrow pane with large text no more fit


class SelectableLabel(QLabel):
    """A label for names and paths, which Qt alone would break at blanks only."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Replace the text."""
        self.setText(_breakable(text))
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"), self._copy)
        copy.setEnabled(self.hasSelectedText())
        menu.addAction(self.tr("Select all"), lambda: self.setSelection(0, len(self.text())))
        menu.popup(event.globalPos())

    def _copy(self) -> None:
        if self.hasSelectedText():
            QGuiApplication.clipboard().setText(self.selectedText().replace(_BREAK, ""))


def _breakable(text: str) -> str:
    """Lines end after separators where they can, and within what is long without one."""
    parts = re.split(r"(?<=[/\\_\s])", text)
    return _BREAK.join(_BREAK.join(part) if len(part) > _LONG else part for part in parts)
