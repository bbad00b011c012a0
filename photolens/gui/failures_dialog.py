"""The list of files that could not be read, each with its reason, to be tried again."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from photolens import words
from photolens.domain import FailedFile
from photolens.gui import desktop, theme
from photolens.gui.widgets import label

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._all: list[FailedFile] = []
        self.files: list[FailedFile] = []
        self._wanted = ""

    @property
    def total(self) -> int:
        return len(self._all)

    def replace(self, files: list[FailedFile]) -> None:
        self._all = files
        self.narrow(self._wanted)

    def narrow(self, text: str) -> None:
        """Only those with `text` in path or reason."""
        self._wanted = text.casefold()
        self.beginResetModel()
        self.files = [f for f in self._all if self._wanted in f"{f.path}\n{f.reason}".casefold()]
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self.files)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else 3

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("File"), self.tr("Why"), self.tr("Folder"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        file = self.files[index.row()]
        folder, _, name = words.short(file.path).replace("\\", "/").rpartition("/")
        texts = (words.printable(name), file.reason, words.printable(folder))
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return file.reason if index.column() == 1 else words.printable(file.path)
        return None


class FailuresDialog(QDialog):
    """Shows failures; trying again is up to whoever owns the library."""

    retry_wanted = Signal()
    reveal_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Files that could not be read"))
        self.resize(820, 480)
        self._model = _Model()
        self.summary = label("", "muted")
        self.search = QLineEdit(placeholderText=self.tr("Find in this list"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Find in this list"))
        self.search.textChanged.connect(self._model.narrow)
        self.search.textChanged.connect(self._summarise)
        needed = self.search.fontMetrics().horizontalAdvance(self.search.placeholderText())
        self.search.setMinimumWidth(needed + 3 * theme.HUGE)
        self.table = self._make_table()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.retry = QPushButton(theme.icon("arrows-clockwise", "on_accent"), self.tr("Try all again"))
        self.retry.setDefault(True)
        self.retry.clicked.connect(self.retry_wanted)
        self.reveal = QPushButton(theme.icon("folder-open"), self.tr("Show in folder"))
        self.reveal.clicked.connect(self._reveal)
        self.copy = QPushButton(theme.icon("copy"), self.tr("Copy list"))
        self.copy.clicked.connect(self._copy)
        buttons.addButton(self.retry, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.reveal, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.show_files([])

    def show_files(self, files: list[FailedFile]) -> None:
        """Replace the list."""
        self._model.replace(files)
        self._summarise()
        self.retry.setEnabled(bool(files))
        self.copy.setEnabled(bool(files))
        self._enable()

    def _summarise(self) -> None:
        """How many, and that nothing is lost."""
        shown, total = len(self._model.files), self._model.total
        counts = QLocale().toString(total)
        if shown != total:
            counts = self.tr("%1 of %2").replace("%1", QLocale().toString(shown)).replace("%2", counts)
        safe = self.tr("%1 files. They are as they were, and are tried again when they change.")
        self.summary.setText(safe.replace("%1", counts) if total else self.tr("No file has failed."))

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setAccessibleName(self.windowTitle())
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.resizeSection(0, 220)
        header.resizeSection(1, 320)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(self._enable)
        table.activated.connect(self._reveal)
        return table

    def _enable(self) -> None:
        self.reveal.setEnabled(self.table.currentIndex().isValid())

    def _reveal(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self.reveal_wanted.emit(self._model.files[index.row()].path)

    def _copy(self) -> None:
        lines = (f"{words.printable(file.path)}\t{file.reason}" for file in self._model.files)
        desktop.copy_text("\n".join(lines))
