"""The list of files that could not be read, each with its reason, to be tried again."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
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
from photolens.errors import FailureKind
from photolens.gui import desktop, theme
from photolens.gui.localized import localized
from photolens.gui.widgets import as_list, label

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._all: list[FailedFile] = []
        self._folded: list[str] = []  # of each file what is searched
        self.files: list[FailedFile] = []
        self._text = ""
        self._kind: FailureKind | None = None

    @property
    def total(self) -> int:
        return len(self._all)

    def kinds(self) -> Counter[FailureKind]:
        """How many there are of each kind."""
        return Counter(file.kind for file in self._all)

    def replace(self, files: list[FailedFile]) -> None:
        if files == self._all:  # whoever looks at the list keeps their place in it
            return
        self._all = files
        self._folded = [f"{file.path}\n{localized(file.reason)}".casefold() for file in files]
        self._narrow()

    def find(self, text: str) -> None:
        """Only those with `text` in path or reason."""
        self._text = text.casefold()
        self._narrow()

    def choose(self, kind: FailureKind | None) -> None:
        """Only those of this kind; None: of every kind."""
        self._kind = kind
        self._narrow()

    def _narrow(self) -> None:
        pairs = zip(self._all, self._folded, strict=True)
        found = [file for file, folded in pairs if self._text in folded]
        self.beginResetModel()
        self.files = [file for file in found if self._kind in (None, file.kind)]
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
        texts = (words.printable(name), localized(file.reason), words.printable(folder))
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return localized(file.reason) if index.column() == 1 else words.printable(file.path)
        set_aside = file.kind is FailureKind.SET_ASIDE
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 1 and set_aside:
            return theme.icon("prohibit", "danger")
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
        self.summary.setWordWrap(True)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(self.tr("Reasons shown"))
        self.kinds.currentIndexChanged.connect(self._choose_kind)
        self.search = QLineEdit(placeholderText=self.tr("Find in this list"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Find in this list"))
        self.search.textChanged.connect(self._model.find)
        self.search.textChanged.connect(self._summarise)
        needed = self.search.fontMetrics().horizontalAdvance(self.search.placeholderText())
        self.search.setMinimumWidth(needed + 3 * theme.HUGE)
        self.table = self._make_table()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.retry = QPushButton(theme.icon("arrows-clockwise", "on_accent"), self.tr("Try all again"))
        self.retry.setDefault(True)
        self.retry.setToolTip(self.tr("Reads each of them once more, also those that are set aside"))
        self.retry.clicked.connect(self.retry_wanted)
        self.reveal = QPushButton(theme.icon("folder-open"), self.tr("Show in folder"))
        self.reveal.clicked.connect(self._reveal)
        self.copy = QPushButton(theme.icon("copy"), self.tr("Copy list"))
        self.copy.clicked.connect(self._copy)
        buttons.addButton(self.retry, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.reveal, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addWidget(self.kinds)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addWidget(self.summary)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.show_files([])

    def show_files(self, files: list[FailedFile]) -> None:
        """Replace the list."""
        self._model.replace(files)
        self._list_kinds()
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
        safe = self.tr("%1 files. They are as they were, and are tried again when they change.", "", total)
        text = safe.replace("%1", counts) if total else self.tr("No file has failed.")
        if aside := self._model.kinds()[FailureKind.SET_ASIDE]:
            one = self.tr("1 is set aside, as reading it broke off twice; it waits until you try again.")
            many = self.tr(
                "%Ln are set aside, as reading them broke off twice; they wait until you try again.",
                "",
                aside,
            )
            text += " " + (one if aside == 1 else many)
        self.summary.setText(text)

    def _list_kinds(self) -> None:
        """The reasons that there are, each with its number; the one that is chosen stays so."""
        chosen, locale = self.kinds.currentData(), QLocale()
        counts = self._model.kinds()
        blocked = self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(self.tr("All reasons"), None)
        for kind, name in self._names().items():
            if counts[kind] or kind == chosen:
                self.kinds.addItem(f"{name} ({locale.toString(counts[kind])})", kind)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(chosen)))
        self.kinds.blockSignals(blocked)
        self.kinds.setEnabled(self.kinds.count() > 2)

    def _names(self) -> dict[FailureKind, str]:
        return {
            FailureKind.SET_ASIDE: self.tr("Set aside"),
            FailureKind.DAMAGED: self.tr("Damaged"),
            FailureKind.NOT_AN_IMAGE: self.tr("No photo"),
            FailureKind.UNSUPPORTED: self.tr("Unknown format"),
            FailureKind.TOO_LARGE: self.tr("Too large"),
            FailureKind.UNREADABLE: self.tr("Not readable"),
            FailureKind.INTERNAL: self.tr("Could not be processed"),
        }

    def _choose_kind(self) -> None:
        kind = self.kinds.currentData()
        self._model.choose(None if kind is None else FailureKind(kind))
        self._summarise()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setAccessibleName(self.windowTitle())
        as_list(table)
        header = table.horizontalHeader()
        header.resizeSection(0, 200)
        header.resizeSection(2, 200)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
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
        lines = (f"{words.printable(file.path)}\t{localized(file.reason)}" for file in self._model.files)
        desktop.copy_text("\n".join(lines))
