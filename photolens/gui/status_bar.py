"""The line at the bottom: what is being read, what could not be, what is selected."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSlider, QWidget

from photolens import words
from photolens.domain import (
    Event,
    FolderState,
    IngestFinished,
    IngestProgress,
    IngestTrouble,
    ScanFinished,
    ScanStarted,
)
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.grid.photo_view import MAX_SIZE, MIN_SIZE, SIZE_STEP
from photolens.gui.localized import duration
from photolens.gui.widgets import ElidedLabel, IconView, action_button, label

_FAREWELL_MS = 6000  # how long "done" is said


class StatusBar(QWidget):
    """Says where indexing stands, with a button to pause it."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._failed = 0
        self._scanning: dict[str, None] = {}  # in the order in which they were begun
        self._troubled = False  # since the last batch: what ends now ends too early
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.LARGE, theme.TINY, theme.LARGE, theme.TINY)
        row.setSpacing(theme.MEDIUM)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setFixedWidth(120)
        self.progress.setAccessibleName(self.tr("Photos read"))
        row.addWidget(self.progress)
        self.text = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.text.setProperty("role", "muted")
        row.addWidget(self.text, 1)
        self.pause = action_button(commands["pause"], self, size=16)
        row.addWidget(self.pause)
        self.failures = QPushButton()
        self.failures.setProperty("role", "link")
        self.failures.clicked.connect(commands["failures"].trigger)
        self.failures.setToolTip(commands["failures"].toolTip())
        row.addWidget(self.failures)
        self.count = label("", "muted")
        row.addWidget(self.count)
        row.addWidget(self._make_sizes())
        self._farewell = QTimer(self, singleShot=True, interval=_FAREWELL_MS)
        self._farewell.timeout.connect(self.idle)
        self.set_failed(0)
        self.idle()

    def _make_sizes(self) -> QWidget:
        self.sizes = QWidget()
        row = QHBoxLayout(self.sizes)
        row.setContentsMargins(0, 0, 0, 0)
        small, large = IconView("squares-four", "muted", 14), IconView("square", "muted", 16)
        self.tile_size = QSlider(Qt.Orientation.Horizontal)
        self.tile_size.setRange(MIN_SIZE, MAX_SIZE)
        self.tile_size.setSingleStep(SIZE_STEP)
        self.tile_size.setPageStep(3 * SIZE_STEP)
        self.tile_size.setFixedWidth(110)
        self.tile_size.setAccessibleName(self.tr("Size of the photos"))
        self.tile_size.setToolTip(self.tr("Size of the photos (Ctrl and the mouse wheel)"))
        for widget in (small, self.tile_size, large):
            row.addWidget(widget)
        return self.sizes

    def idle(self) -> None:
        """Nothing is being read."""
        self.text.set_text("")
        self.progress.hide()
        self.pause.hide()

    def say(self, text: str) -> None:
        """A sentence for a few seconds."""
        self.text.set_text(text)
        self._farewell.start()

    def set_failed(self, count: int) -> None:
        """How many files could not be read."""
        self._failed = count
        file = self.tr("1 file could not be read")
        files = self.tr("%Ln files could not be read", "", count)
        self.failures.setText(file if count == 1 else files)
        self.failures.setVisible(count > 0)

    def set_count(self, selected: int, total: int) -> None:
        """How many photos are selected, of how many."""
        photos = QLocale().toString(total)
        if selected:
            text = (
                self.tr("%1 of %2 selected").replace("%1", QLocale().toString(selected)).replace("%2", photos)
            )
        else:
            text = self.tr("1 photo") if total == 1 else self.tr("%Ln photos", "", total)
        self.count.setText(text if total else "")

    def hear(self, events: list[Event]) -> None:
        """Follow what the library is doing."""
        for event in events:
            if isinstance(event, ScanStarted):
                self._scanning[event.folder] = None
            elif isinstance(event, (ScanFinished, FolderState)):
                self._scanning.pop(event.folder, None)
            elif isinstance(event, IngestTrouble):
                self._scanning.clear()
            if isinstance(event, (IngestProgress, ScanFinished, IngestTrouble)):
                self._troubled = isinstance(event, IngestTrouble)
        last = next((e for e in reversed(events) if isinstance(e, (IngestProgress, IngestFinished))), None)
        if isinstance(last, IngestProgress) and (last.total > last.done or last.paused):
            self._show_progress(last)
        elif isinstance(last, (IngestProgress, IngestFinished)):
            self._finished(last if isinstance(last, IngestFinished) else None)
        elif self.progress.isHidden():
            self._show_scan()
        waits = isinstance(last, IngestFinished) and last.offline > 0  # which says that a folder is offline
        for event in events:
            if isinstance(event, FolderState) and (event.online or not waits):
                self._show_folder(event)
        if any(isinstance(event, IngestTrouble) for event in events):
            self.idle()

    def _show_scan(self) -> None:
        """Which folder is being looked through, as long as that takes."""
        if self._scanning:
            self._farewell.stop()
            folder = list(self._scanning)[-1].replace("\\", "/")
            name = folder.rstrip("/").rpartition("/")[2] or folder
            self.text.set_text(self.tr("Looking through %1…").replace("%1", words.printable(name)))
        elif not self._farewell.isActive():
            self.idle()

    def _show_folder(self, event: FolderState) -> None:
        back = self.tr("%1 is back.")
        away = self.tr("%1 is offline; its photos can still be searched.")
        name = words.printable(words.short(event.folder))
        if self.progress.isHidden():
            self.say((back if event.online else away).replace("%1", name))

    def _show_progress(self, event: IngestProgress) -> None:
        self._farewell.stop()
        locale = QLocale()
        text = self.tr("Paused at %1 of %2") if event.paused else self.tr("Reading photos: %1 of %2")
        if event.on_battery:
            text = self.tr("On battery: paused at %1 of %2")
        text = text.replace("%1", locale.toString(event.done)).replace("%2", locale.toString(event.total))
        if event.rate and not event.paused:
            text += f" · {locale.toString(round(event.rate))}/s"
        if event.seconds_left is not None and event.seconds_left >= 5:
            text += " · " + self.tr("%1 left").replace("%1", duration(event.seconds_left))
        self.text.set_text(text)
        self.progress.setValue(round(1000 * event.done / max(1, event.total)))
        self.progress.show()
        self.pause.show()

    def _finished(self, event: IngestFinished | None) -> None:
        self.progress.hide()
        self.pause.hide()
        if event is None:
            return
        if self._troubled:
            self.idle()
            return
        counts = ((event.added, self.tr("%1 new")), (event.removed, self.tr("%1 gone")))
        said = [text.replace("%1", QLocale().toString(count)) for count, text in counts if count]
        if event.offline:
            waiting = self.tr("%Ln files wait for a folder that is offline", "", event.offline)
            if event.offline == 1:
                waiting = self.tr("1 file waits for a folder that is offline")
            said.append(waiting)
            self.say(", ".join(said))
        elif said:
            self.say(self.tr("Up to date: %1").replace("%1", ", ".join(said)))
        else:
            self.idle()
