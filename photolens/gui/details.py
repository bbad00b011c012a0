"""The pane at the right: what is known of the selected photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt, QTime, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from photolens import words
from photolens.domain import Explanation, Metadata, Photo, PhotoFile, PhotoId, WaitingFile
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.localized import file_size
from photolens.gui.selectable import SelectableLabel
from photolens.gui.why import WhyView
from photolens.gui.widgets import FlowLayout, action_button, clear_layout, label, line

translate = QCoreApplication.translate

_LEAST_LETTERS = 16  # of a line; with less room for a date or a path it looks torn


class DetailsPane(QScrollArea):
    """Shows one photo, or how many are selected; and why the one is in an answer."""

    photo_clicked = Signal(int)  # id of a judged photo among the reasons

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Details"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        inner = QWidget()
        inner.setProperty("role", "pane")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.SMALL)
        self._name = SelectableLabel()
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._name.setFont(theme.font(theme.TITLE, bold=True))
        column.addWidget(self._name)
        self._note = label("", "muted")
        self._note.setWordWrap(True)
        column.addWidget(self._note)
        self._buttons = QWidget()
        row = FlowLayout(self._buttons, theme.TINY)
        for name in ("more-like-this", "open", "show-in-folder", "copy", "copy-path", "trash"):
            row.addWidget(action_button(commands[name], self._buttons))
        column.addWidget(self._buttons)
        self._why = QWidget()
        reasons = QVBoxLayout(self._why)
        reasons.setContentsMargins(0, theme.SMALL, 0, theme.SMALL)
        reasons.setSpacing(theme.SMALL)
        reasons.addWidget(line())
        reasons.addWidget(label(self.tr("Why this photo"), "muted", theme.CAPTION))
        self.why = WhyView()
        self.why.photo_clicked.connect(self.photo_clicked)
        reasons.addWidget(self.why)
        reasons.addWidget(line())
        self._why.hide()
        column.addWidget(self._why)
        self._facts = QWidget()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, theme.SMALL, 0, 0)
        self._grid.setHorizontalSpacing(theme.MEDIUM)
        self._grid.setVerticalSpacing(theme.SMALL)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._stacked = False  # names above what they name, where large text leaves no room beside them
        column.addWidget(self._facts)
        column.addStretch(1)
        self.setWidget(inner)
        self.show_nothing()

    def show_why(self, explanation: Explanation, thumbnails: Mapping[PhotoId, QPixmap]) -> None:
        """Why the photo shown is in the answer; with thumbnails of the judged photos it is most like."""
        self.why.show_explanation(explanation, thumbnails)
        self._why.show()

    def hide_why(self) -> None:
        """Nothing was asked for, or nothing is known yet."""
        self._why.hide()
        self.why.clear()

    def show_nothing(self) -> None:
        self.hide_why()
        self._set(self.tr("No photo selected"), self.tr("Choose a photo to see what is known of it."), [])
        self._buttons.hide()

    def show_many(self, count: int, photos: Sequence[Photo]) -> None:
        """Several are selected; `photos` may be empty where there are too many to read."""
        self.hide_why()
        rows = []
        if photos:
            size = sum(photo.size_bytes for photo in photos)
            first, last = min(p.sort_time for p in photos), max(p.sort_time for p in photos)
            rows = [(self.tr("Size"), file_size(size))]
            span = [_day(first), _day(last)]
            rows.append((self.tr("Taken"), span[0] if span[0] == span[1] else " – ".join(span)))
        self._set(self.tr("%Ln photos", "", count), "", rows)
        self._buttons.show()

    def show_photo(self, photo: Photo, files: Sequence[PhotoFile], away: str = "") -> None:
        """One photo, where its copies lie, and why it is `away`, in a sentence, where it cannot be reached.

        Reasons for it to be in an answer stay as long as they are about this photo.
        """
        if self.why.photo_id != photo.id:
            self.hide_why()
        name = words.file_name(photo.path)
        self._set(name, away, [*_facts(photo), *self._places(photo, files)])
        self._buttons.show()

    def show_waiting(self, file: WaitingFile, note: str) -> None:
        """A file of which nothing else is known yet."""
        self.hide_why()
        path = words.printable(words.short(file.path))
        self._set(words.file_name(file.path), note, [(self.tr("Path"), path)])
        self._buttons.show()

    def _places(self, photo: Photo, files: Sequence[PhotoFile]) -> list[tuple[str, str]]:
        paths = [file.path for file in files] or [photo.path]
        title = self.tr("Path") if len(paths) == 1 else self.tr("%Ln copies", "", len(paths))
        rows = [(title, words.printable(words.short(paths[0])))]
        return rows + [("", words.printable(words.short(path))) for path in paths[1:]]

    def _set(self, title: str, note: str, rows: list[tuple[str, str]]) -> None:
        self._name.show_text(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        clear_layout(self._grid)
        self._rows = [(label(name, "muted"), SelectableLabel(value)) for name, value in rows]
        self._lay_out_rows()
        self._facts.setVisible(bool(rows))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self._stacked is not self._is_narrow():
            self._lay_out_rows()

    def _is_narrow(self) -> bool:
        names = max((name.sizeHint().width() for name, _ in self._rows), default=0)
        least = self.fontMetrics().averageCharWidth() * _LEAST_LETTERS
        return self.viewport().width() - 2 * theme.LARGE - names - theme.MEDIUM < least

    def _lay_out_rows(self) -> None:
        self._stacked = self._is_narrow()
        start = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        for number, (name, value) in enumerate(self._rows):
            if self._stacked:
                self._grid.addWidget(name, 2 * number, 0, 1, 2, start)
                self._grid.addWidget(value, 2 * number + 1, 0, 1, 2)
            else:
                self._grid.addWidget(name, number, 0, start)
                self._grid.addWidget(value, number, 1)


def _facts(photo: Photo) -> list[tuple[str, str]]:
    meta = photo.metadata
    taken = translate("DetailsPane", "Taken") if meta.taken_at else translate("DetailsPane", "File date")
    megapixels = QLocale().toString(photo.width * photo.height / 1e6, "f", 1)
    found = [
        (taken, _moment(photo.sort_time)),
        (
            translate("DetailsPane", "Pixels"),
            f"{photo.width} × {photo.height}  ({megapixels} MP)",
        ),
        (translate("DetailsPane", "File"), f"{photo.format.upper()}, {file_size(photo.size_bytes)}"),
        (translate("DetailsPane", "Camera"), _camera(meta)),
        (translate("DetailsPane", "Lens"), meta.lens or ""),
        (translate("DetailsPane", "Exposure"), _exposure(meta)),
        (translate("DetailsPane", "Place"), _place(meta)),
    ]
    return [(name, value) for name, value in found if value]


def _camera(meta: Metadata) -> str:
    make, model = meta.camera_make or "", meta.camera_model or ""
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _exposure(meta: Metadata) -> str:
    parts = []
    if meta.exposure_seconds:
        shutter = meta.exposure_seconds
        parts.append(f"{round(shutter, 1):g} s" if shutter >= 0.3 else f"1/{round(1 / shutter)} s")
    if meta.f_number:
        parts.append(f"f/{meta.f_number:g}")
    if meta.iso:
        parts.append(f"ISO {meta.iso}")
    if meta.focal_length_mm:
        parts.append(f"{meta.focal_length_mm:g} mm")
    return ", ".join(parts)


def _place(meta: Metadata) -> str:
    if meta.latitude is None or meta.longitude is None:
        return ""
    north = "N" if meta.latitude >= 0 else "S"
    east = "E" if meta.longitude >= 0 else "W"
    return f"{abs(meta.latitude):.5f}° {north}, {abs(meta.longitude):.5f}° {east}"


def _day(moment: datetime) -> str:
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), QLocale.FormatType.ShortFormat)


def _moment(moment: datetime) -> str:
    """Day and time in the words of the user's language."""
    locale = QLocale()
    day = locale.toString(QDate(moment.year, moment.month, moment.day), QLocale.FormatType.LongFormat)
    return f"{day}, {locale.toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)}"
