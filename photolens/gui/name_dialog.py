"""Asks for the name of a concept; what is wrong with it is said where it is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from photolens.gui import theme
from photolens.gui.widgets import label

_MOST = 100  # characters
_WIDTH = 400  # pixels


class NameDialog(QDialog):
    """One field. Whoever takes the name closes the dialog, or says what is wrong."""

    named = Signal(str)

    def __init__(self, title: str, name: str, button: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.edit = QLineEdit(name)
        self.edit.setMaxLength(_MOST)
        self.edit.setAccessibleName(self.tr("Name"))
        self.edit.selectAll()
        self.edit.textEdited.connect(lambda: self.show_error(""))
        self.note = label(note, "muted")
        self.note.setWordWrap(True)
        self.note.setVisible(bool(note))
        self.error = label("", "danger")
        self.error.setWordWrap(True)
        self.error.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save: QPushButton = buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.save.setDefault(True)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.SMALL)
        column.addWidget(label(self.tr("Name")))
        for part in (self.edit, self.error, self.note):
            column.addWidget(part)
        column.addSpacing(theme.SMALL)
        column.addStretch(1)
        column.addWidget(buttons)
        self._column = column
        self._fit()

    def show_error(self, text: str) -> None:
        """Why this name cannot be taken; the dialog can be used again."""
        self._wait(False)
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.edit.setFocus()
        self._fit()

    def _fit(self) -> None:
        """As tall as the words need."""
        self._column.activate()
        self.resize(_WIDTH, self._column.totalHeightForWidth(_WIDTH))

    def _accept(self) -> None:
        name = self.edit.text().strip()
        if not name:
            self.show_error(self.tr("Type a name first."))
            return
        self._wait(True)  # until it is known whether the name is free
        self.named.emit(name)

    def _wait(self, waiting: bool) -> None:
        self.edit.setReadOnly(waiting)
        self.save.setDisabled(waiting)
