"""The list of backups of the catalog, with what is in each."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from photolens.gui import theme
from photolens.gui.backup_words import Known, when, why_made
from photolens.gui.localized import file_size
from photolens.gui.widgets import label

_KNOWN = Qt.ItemDataRole.UserRole
_NUMBERS = (2, 3, 4)  # columns


class BackupsDialog(QDialog):
    """Shows backups; making and restoring them is up to whoever owns the library."""

    back_up_wanted = Signal()
    restore_wanted = Signal(object)  # Known
    reveal_wanted = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Backups of the library"))
        self.resize(660, 400)
        self._writable = False
        text = self.tr(
            "A backup holds your concepts and what PhotoLens knows of your photos, not the photos. "
            "One is made every day on which something has changed."
        )
        note = label(text, "muted")
        note.setWordWrap(True)
        self.list = self._make_list()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.make = QPushButton(theme.icon("floppy-disk", "on_accent"), self.tr("Back up now"))
        self.make.setDefault(True)
        self.make.clicked.connect(self.back_up_wanted)
        self.restore = QPushButton(theme.icon("clock-counter-clockwise"), self.tr("Restore…"))
        self.restore.clicked.connect(self._restore)
        self.reveal = QPushButton(theme.icon("folder-open"), self.tr("Show in folder"))
        self.reveal.clicked.connect(self._reveal)
        for button in (self.make, self.restore, self.reveal):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addWidget(note)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self._enable()

    def show_backups(self, backups: list[Known]) -> None:
        """Replace the list, newest first."""
        locale = QLocale()
        self.list.clear()
        for known in backups:
            cells = (
                when(known.backup.made_at),
                why_made(known.backup.reason),
                locale.toString(known.photos),
                locale.toString(known.concepts),
                file_size(known.backup.size_bytes),
            )
            item = QTreeWidgetItem(list(cells))
            item.setData(0, _KNOWN, known)
            _align_numbers(item)
            self.list.addTopLevelItem(item)
        self._enable()

    def set_writable(self, writable: bool) -> None:
        """Whether the library may be changed here."""
        self._writable = writable
        self._enable()

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setAccessibleName(self.windowTitle())
        titles = (self.tr("Made"), self.tr("Why"), self.tr("Photos"), self.tr("Concepts"), self.tr("Size"))
        made.setHeaderLabels(list(titles))
        _align_numbers(made.headerItem())
        made.setProperty("role", "list")
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        made.header().setStretchLastSection(False)
        made.itemSelectionChanged.connect(self._enable)
        return made

    def _chosen(self) -> Known | None:
        items = self.list.selectedItems()
        return items[0].data(0, _KNOWN) if items else None

    def _enable(self) -> None:
        chosen = self._chosen() is not None
        self.make.setEnabled(self._writable)
        self.restore.setEnabled(self._writable and chosen)
        self.reveal.setEnabled(chosen)

    def _restore(self) -> None:
        known = self._chosen()
        if known is not None:
            self.restore_wanted.emit(known)

    def _reveal(self) -> None:
        known = self._chosen()
        if known is not None:
            self.reveal_wanted.emit(known.backup.file)


def _align_numbers(item: QTreeWidgetItem) -> None:
    for column in _NUMBERS:
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
