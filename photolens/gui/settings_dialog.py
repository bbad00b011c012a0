"""What the user may change: folders, model, speed, looks."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from photolens import words
from photolens.domain import Folder
from photolens.errors import PhotoLensError
from photolens.gui import theme
from photolens.gui.localized import localized
from photolens.gui.model_page import ModelPage
from photolens.gui.widgets import label, number_field
from photolens.settings import Settings

_LETTERS, _LINES = 120, 40  # how much text the dialog has room for
# Each by its own name, for who cannot read the one in use.
_LANGUAGES = {"en": "English", "de": "Deutsch", "zh_CN": "简体中文"}


class SettingsDialog(QDialog):
    """Edits Settings; folders are added and removed at once, the rest with Save."""

    add_folder_wanted = Signal()
    forget_wanted = Signal(object)
    save_wanted = Signal(object)  # Settings; whoever checks them closes the dialog

    def __init__(self, settings: Settings, models: ModelPage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings = settings
        self.models = models
        self._writable = False
        tabs = self.tabs = QTabWidget()
        tabs.addTab(self._folders_tab(), self.tr("Folders"))
        tabs.addTab(self._model_tab(), self.tr("Model"))
        tabs.addTab(self._speed_tab(), self.tr("Speed"))
        tabs.addTab(self._looks_tab(), self.tr("Appearance"))
        self.error = label("", "danger")
        self.error.setWordWrap(True)
        self.error.hide()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addWidget(tabs, 1)
        column.addWidget(self.error)
        column.addWidget(buttons)
        letters = self.fontMetrics()  # so that a larger text has as much room
        room = QSize(letters.averageCharWidth() * _LETTERS, letters.lineSpacing() * _LINES)
        self.resize(room.boundedTo(self.screen().availableSize()))
        self._given_width = self.width()
        models.filled.connect(self._make_room)

    def settings(self) -> Settings:
        """As they stand in the dialog."""
        return replace(
            self.models.network_settings(),
            model=self.models.chosen,
            weights=self.models.weights(),
            precision=self.precision.currentData(),
            threads=self.threads.value(),
            rescan_minutes=self.rescan.value(),
            pause_on_battery=self.on_battery.isChecked(),
            backups=self.backups.value(),
            language=self.language.currentData(),
            theme=self.theme.currentData(),
            thumbnail_memory_mb=self.memory.value(),
            animations=self.animations.isChecked(),
        )

    def show_error(self, text: str) -> None:
        """Why these settings cannot be used."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def show_folders(self, folders: list[Folder], *, writable: bool) -> None:
        """Those of the library, with what is known of them."""
        self.folders.clear()
        for folder in folders:
            count = QLocale().toString(folder.photos)
            state = "" if folder.online else self.tr(", offline")
            name = words.printable(words.short(folder.path))
            item = QListWidgetItem(
                theme.icon("folder" if folder.online else "link-break"), f"{name}  ({count}{state})"
            )
            item.setData(Qt.ItemDataRole.UserRole, folder.path)
            item.setToolTip(folder.path)
            self.folders.addItem(item)
        self._add.setEnabled(writable)
        self._writable = writable
        self._enable_forget()

    # --- tabs --------------------------------------------------------------------------------

    def _folders_tab(self) -> QWidget:
        self.folders: QListWidget = QListWidget()
        self.folders.setAccessibleName(self.tr("Folders"))
        self.folders.currentRowChanged.connect(self._enable_forget)
        self._add: QPushButton = QPushButton(theme.icon("folder-plus"), self.tr("Add folder…"))
        self._add.clicked.connect(self.add_folder_wanted)
        self._forget = QPushButton(theme.icon("x"), self.tr("Remove…"))
        self._forget.clicked.connect(self._forget_current)
        row = QHBoxLayout()
        row.addWidget(self._add)
        row.addWidget(self._forget)
        row.addStretch(1)
        text = self.tr("PhotoLens reads the photos in these folders and follows what happens there.")
        kept = self.tr("Backups of the library kept")
        self.backups = number_field(0, 1000, self._settings.backups, kept)
        self.backups.setSpecialValueText(self.tr("none"))
        form = QFormLayout()
        form.addRow(label(kept), self.backups)
        return _tab(_note(text), self.folders, row, form)

    def _model_tab(self) -> QWidget:
        page = self.models
        precisions = {
            "auto": self.tr("The fastest that is as good"),
            "float32": self.tr("Exact (float32)"),
            "bfloat16": self.tr("Faster on newer processors (bfloat16)"),
        }
        self.precision = _combo(precisions, self._settings.precision, self.tr("Precision"))
        page.form.insertRow(0, label(self.tr("Precision")), self.precision)
        for before, after in pairwise((self.precision, page.mirror, page.proxy)):
            self.setTabOrder(before, after)  # it was made last and stands first
        return page

    def _speed_tab(self) -> QWidget:
        settings = self._settings
        threads, rescan = self.tr("Threads that read photos"), self.tr("Compare folders every")
        memory = self.tr("Memory for thumbnails")
        self.threads = number_field(0, 256, settings.threads, threads)
        cores = os.cpu_count() or 1
        self.threads.setSpecialValueText(self.tr("one per core (%1)").replace("%1", str(cores)))
        self.rescan = number_field(1, 7 * 24 * 60, settings.rescan_minutes, rescan)
        self.rescan.setSuffix(self.tr(" minutes"))
        self.memory = number_field(64, 4096, settings.thumbnail_memory_mb, memory)
        self.memory.setSuffix(" MB")
        self.memory.setSingleStep(64)
        self.on_battery = QCheckBox(self.tr("Pause reading photos while on battery"))
        self.on_battery.setChecked(self._settings.pause_on_battery)
        form = QFormLayout()
        form.addRow(label(threads), self.threads)
        form.addRow("", self.on_battery)
        form.addRow(label(rescan), self.rescan)
        form.addRow(label(memory), self.memory)
        return _tab(form)

    def _looks_tab(self) -> QWidget:
        system = self.tr("As the system")
        themes = {"system": system, "light": self.tr("Light"), "dark": self.tr("Dark")}
        self.theme = _combo(themes, self._settings.theme, self.tr("Theme"))
        self.language = _combo({"system": system, **_LANGUAGES}, self._settings.language, self.tr("Language"))
        self.animations = QCheckBox(self.tr("Let things move: fade photos in"))
        self.animations.setChecked(self._settings.animations)
        form = QFormLayout()
        form.addRow(label(self.tr("Language")), self.language)
        form.addRow("", label(self.tr("Used from the next start on"), "muted", theme.CAPTION))
        form.addRow(label(self.tr("Theme")), self.theme)
        form.addRow("", self.animations)
        return _tab(form)

    # --- inside ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._given_width = self.width()  # no less than what stands in it needs
        self._make_room()

    def _make_room(self) -> None:
        """As wide as the table of models needs, on this screen; a width that the user has chosen stays."""
        if not self.isVisible() or self.width() != self._given_width:
            return
        screen = self.screen().availableGeometry()
        around = self.width() - self.tabs.currentWidget().width()
        frame = self.frameGeometry().width() - self.width()
        wanted = min(self.models.sizeHint().width() + around, screen.width() - frame)
        if wanted > self.width():
            self.resize(wanted, self.height())
            self._given_width = self.width()
            beyond = max(0, self.frameGeometry().right() - screen.right())
            self.move(max(screen.left(), self.x() - beyond), self.y())

    def _save(self) -> None:
        try:
            settings = self.settings()
        except PhotoLensError as error:
            self.show_error(localized(error))
        else:
            self.show_error("")
            self.save_wanted.emit(settings)

    def _enable_forget(self) -> None:
        self._forget.setEnabled(self._writable and self.folders.currentItem() is not None)

    def _forget_current(self) -> None:
        item = self.folders.currentItem()
        if item is not None:
            self.forget_wanted.emit(item.data(Qt.ItemDataRole.UserRole))


def _tab(*parts: QWidget | QFormLayout | QHBoxLayout) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(theme.TINY, theme.LARGE, theme.TINY, theme.TINY)
    column.setSpacing(theme.MEDIUM)
    stretches = False
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
            stretches = stretches or isinstance(part, QListWidget)
        else:
            if isinstance(part, QFormLayout):
                part.setHorizontalSpacing(theme.LARGE)
                part.setVerticalSpacing(theme.MEDIUM)
                part.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            column.addLayout(part)
    if not stretches:
        column.addStretch(1)
    return page


def _note(text: str) -> QLabel:
    made = label(text, "muted")
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _combo(choices: dict[str, str], chosen: str, name: str) -> QComboBox:
    combo = QComboBox()
    for value, text in choices.items():
        combo.addItem(text, value)
    combo.setCurrentIndex(list(choices).index(chosen))
    combo.setAccessibleName(name)
    return combo
