"""The page of the settings about models: what there is, what is in use, getting another."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from photolens.gui import theme
from photolens.gui.localized import file_size
from photolens.gui.model_facts import ModelFacts
from photolens.gui.model_installer import ModelInstaller
from photolens.gui.model_words import cells, description
from photolens.gui.widgets import as_list, label, set_role
from photolens.settings import Settings


class ModelPage(QWidget):
    """Shows models and lets one be chosen; what is done with them is up to whoever hears the signals."""

    install_wanted = Signal(object)  # ModelFacts
    import_wanted = Signal(bool)  # a folder, else a file
    remove_wanted = Signal(object)  # ModelFacts
    forget_wanted = Signal(object)  # ModelFacts
    measure_wanted = Signal(object)  # ModelFacts
    filled = Signal()  # the table may need more room than before

    def __init__(self, settings: Settings, installer: ModelInstaller) -> None:
        super().__init__()
        self._settings, self._installer = settings, installer
        self._facts: list[ModelFacts] = []
        self._writable = False
        self._busy = False
        self.chosen = settings.model
        self.table = self._make_table()
        self.about = _wrapped("")
        self.about.setAccessibleName(self.tr("About the model"))
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.state = _wrapped("")
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setAccessibleName(self.tr("How far the model is"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.clicked.connect(self._stop)
        self.mirror = QLineEdit(settings.mirror)
        self.mirror.setPlaceholderText("https://huggingface.co")
        self.mirror.setAccessibleName(self.tr("Download from"))
        self.proxy = QLineEdit(settings.proxy)
        self.proxy.setPlaceholderText(self.tr("as the system says, or http://host:port"))
        self.proxy.setAccessibleName(self.tr("Proxy"))
        self.form: QFormLayout = QFormLayout()
        self._lay_out()
        installer.changed.connect(self._show_progress)
        self._show_progress()

    # --- what is shown -----------------------------------------------------------------------

    def show_models(self, facts: list[ModelFacts], *, writable: bool) -> None:
        """Replace what the table says; `writable`: whether the library may be changed."""
        selected = self._selected_name() or self.chosen
        self._facts, self._writable = facts, writable
        self.table.setRowCount(len(facts))
        for row, fact in enumerate(facts):
            for column, text in enumerate(cells(fact, self._settings.model, self.chosen)):
                item = QTableWidgetItem(text)
                item.setToolTip(fact.name if column == 0 else text)
                self.table.setItem(row, column, item)
            if fact.name == selected:
                self.table.setCurrentCell(row, 0)
        self._enable()
        self.table.updateGeometry()
        self.filled.emit()

    def say(self, text: str, *, danger: bool = False) -> None:
        """What has become of the last thing asked for."""
        self.state.setText(text)
        set_role(self.state, role="danger" if danger else "muted")

    def set_busy(self, text: str) -> None:
        """Something is done that cannot be stopped; empty: no more."""
        self._busy = bool(text)
        self.say(text)
        self._enable()

    def network_settings(self) -> Settings:
        """The settings with the addresses typed here. Raises UsageError for one that is none."""
        return replace(self._settings, mirror=self.mirror.text().strip(), proxy=self.proxy.text().strip())

    def photos_read(self, name: str) -> int:
        """How many photos of the library a model has read."""
        return next((fact.photos for fact in self._facts if fact.name == name), 0)

    def weights(self) -> str:
        """The weights file to go with the chosen model: one that was given by hand, while its model stays."""
        return self._settings.weights if self.chosen == self._settings.model else ""

    # --- inside ------------------------------------------------------------------------------

    def _make_table(self) -> QTableWidget:
        names = (
            self.tr("Model"),
            self.tr("State"),
            self.tr("Languages"),
            self.tr("Licence"),
            self.tr("Speed here"),
            self.tr("Photos read"),
        )
        table = _Table(0, len(names))
        table.setHorizontalHeaderLabels(names)
        table.setAccessibleName(self.tr("Models"))
        as_list(table)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)  # with less room it scrolls: names are what one chooses by
        table.itemSelectionChanged.connect(self._enable)
        table.cellActivated.connect(self._activate)
        table.setMinimumHeight(7 * table.verticalHeader().defaultSectionSize())
        return table

    def _lay_out(self) -> None:
        self.install = self._button(self.tr("Download…"), "download-simple", self.install_wanted)
        self.use = QPushButton(theme.icon("check"), self.tr("Use"))
        self.use.clicked.connect(self._use)
        self.measure = self._button(self.tr("Measure speed"), "gauge", self.measure_wanted)
        self.remove = self._button(self.tr("Remove…"), "trash", self.remove_wanted)
        self.forget = self._button(self.tr("Forget what it read…"), "eraser", self.forget_wanted)
        self.file = QPushButton(theme.icon("file"), self.tr("Import a file…"))
        self.file.clicked.connect(lambda: self.import_wanted.emit(False))
        self.folder = QPushButton(theme.icon("folder-open"), self.tr("Import a folder…"))
        self.folder.clicked.connect(lambda: self.import_wanted.emit(True))
        first = _row(self.use, self.install, self.measure, self.remove, self.forget)
        second = _row(self.file, self.folder)
        way = QHBoxLayout()
        way.setSpacing(theme.SMALL)
        way.addWidget(self.progress, 1)
        way.addWidget(self.stop)
        self.form.setHorizontalSpacing(theme.LARGE)
        self.form.setVerticalSpacing(theme.SMALL)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.addRow(label(self.tr("Download from")), self.mirror)
        self.form.addRow(label(self.tr("Proxy")), self.proxy)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.TINY, theme.LARGE, theme.TINY, theme.TINY)
        column.setSpacing(theme.SMALL)
        column.addWidget(self.table, 1)
        column.addWidget(self.about)
        column.addLayout(first)
        column.addLayout(second)
        column.addLayout(way)
        column.addWidget(self.state)
        column.addLayout(self.form)

    def _button(self, text: str, icon: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(theme.icon(icon), text)
        button.clicked.connect(lambda: self._wish(signal))
        return button

    def _wish(self, signal: SignalInstance) -> None:
        fact = self.current()
        if fact is not None:
            signal.emit(fact)

    def current(self) -> ModelFacts | None:
        """The model whose row is selected."""
        row = self.table.currentRow()
        return self._facts[row] if 0 <= row < len(self._facts) else None

    def _selected_name(self) -> str:
        fact = self.current()
        return fact.name if fact else ""

    def _enable(self) -> None:
        fact, free = self.current(), not self._busy
        idle = free and not self._installer.name
        self.file.setEnabled(idle)
        self.folder.setEnabled(idle)
        if fact is None:
            for button in (self.use, self.install, self.measure, self.remove, self.forget):
                button.setEnabled(False)
            return
        self.about.setText(description(fact, self._settings))
        self.use.setEnabled(free and fact.installed and fact.name != self.chosen)
        self.install.setEnabled(idle and fact.downloadable)
        self.install.setText(self.tr("Go on…") if fact.arrived else self.tr("Download…"))
        in_use = fact.name in (self._settings.model, self.chosen)
        self.remove.setEnabled(idle and fact.removable and not in_use)
        self.forget.setEnabled(free and self._writable and bool(fact.old))
        self.measure.setEnabled(idle and fact.installed)

    def _activate(self) -> None:
        for button in (self.use, self.install):
            if button.isEnabled():
                button.click()
                return

    def _use(self) -> None:
        fact = self.current()
        if fact is not None:
            self.chosen = fact.name
            self.show_models(self._facts, writable=self._writable)
            self.say(
                self.tr(
                    "With another model every photo is read again, in the background; the one before goes on "
                    "answering until that is done."
                )
                if self.chosen != self._settings.model
                else ""
            )

    def _stop(self) -> None:
        self._installer.cancel()
        self._show_progress()

    def _show_progress(self) -> None:
        busy, progress = bool(self._installer.name), self._installer.progress
        for widget in (self.progress, self.stop):
            widget.setVisible(busy)
        self.stop.setEnabled(not self._installer.stopping)
        if busy:
            self.say(self._progress_text())
            self.progress.setMaximum(1000 if progress and progress.total else 0)
            if progress and progress.total:
                self.progress.setValue(round(1000 * progress.done / progress.total))
        self._enable()

    def _progress_text(self) -> str:
        progress = self._installer.progress
        if self._installer.stopping:
            return self.tr("Stopping…")
        if progress is None:
            return self.tr("Connecting…") if not self._takes_files() else self.tr("Looking at the files…")
        if progress.step == "convert":
            return self.tr("Storing the model…")
        done, total = file_size(progress.done), file_size(progress.total or progress.done)
        text = self.tr("Downloading: %1 of %2. This goes on when the settings are closed.")
        return text.replace("%1", done).replace("%2", total)

    def _takes_files(self) -> bool:
        return all(fact.name != self._installer.name for fact in self._facts)


class _Table(QTableWidget):
    """Would be as wide as its columns need. Enter does something with a row, and is not for the dialog's
    default button as well."""

    def sizeHint(self) -> QSize:  # noqa: N802
        header, bar = self.horizontalHeader(), self.verticalScrollBar().sizeHint().width()
        columns = range(self.columnCount())
        needed = sum(max(self.sizeHintForColumn(at), header.sectionSizeHint(at)) for at in columns)
        return QSize(needed + bar + 2 * self.frameWidth(), super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SMALL)
    for button in buttons:
        button.setAutoDefault(False)
        row.addWidget(button)
    row.addStretch(1)
    return row


def _wrapped(text: str) -> QLabel:
    made = label(text, "muted")
    made.setWordWrap(True)
    return made
