"""Which files of a folder are gone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QPushButton, QVBoxLayout, QWidget

from photolens import words
from photolens.gui import desktop, theme
from photolens.gui.widgets import label


class VanishedDialog(QDialog):
    """Lists the first of them; answering is left to the notice in the window."""

    def __init__(self, folder: str, files: Sequence[str], count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Files that are gone"))
        self.resize(640, 420)
        where = words.printable(words.short(folder))
        text = self.tr("%Ln files in %2", "", max(count, len(files)))
        if len(files) < count:
            first = self.tr("the first %Ln", "", len(files))
            text = f"{text}; {first}"
        self.summary = label(text.replace("%2", where), "muted")
        self.summary.setWordWrap(True)
        self.files = QListWidget()
        self.files.setAccessibleName(self.windowTitle())
        self.files.setUniformItemSizes(True)
        self.files.addItems([_inside(folder, path) for path in files])
        copy = QPushButton(theme.icon("copy"), self.tr("Copy list"), autoDefault=False)
        copy.clicked.connect(lambda: desktop.copy_text("\n".join(words.printable(path) for path in files)))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addWidget(self.summary)
        column.addWidget(self.files, 1)
        column.addWidget(buttons)


def _inside(folder: str, path: str) -> str:
    """The path as seen from the folder, to be read more easily."""
    inside = path[len(folder) :].lstrip("/\\") if path.startswith(folder) else path
    return words.printable(inside or path)
