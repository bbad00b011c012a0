"""Under the search bar: which folder, dates, cameras and kinds of photos to look at, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from photolens.domain import Facets, Filters, Folder, Orientation
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.widgets import ElidedLabel, MenuButton, icon_button, label, set_role, shortened

_MOST_YEARS = 15
_MOST_CAMERAS = 20
_BUTTON_TEXT = 24  # characters


class FilterRow(QWidget):
    """Shows the Filters in force and lets them be chosen."""

    filters_chosen = Signal(object)  # Filters

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._filters = Filters()
        self._hint = self._summary = ""
        self._facets = Facets()
        self._folders: list[Folder] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SMALL)
        self.folder = self._button(commands["filter-folder"], self._fill_folders)
        self.date = self._button(commands["filter-date"], self._fill_dates)
        self.camera = self._button(commands["filter-camera"], self._fill_cameras)
        self.more = self._button(commands["filter-more"], self._fill_more)
        for button in (self.folder, self.date, self.camera, self.more):
            row.addWidget(button)
        self._clear = icon_button("x", commands["clear-filters"].toolTip(), self, size=14)
        self._clear.clicked.connect(lambda: self.filters_chosen.emit(Filters()))
        commands["clear-filters"].triggered.connect(lambda: self.filters_chosen.emit(Filters()))
        row.addWidget(self._clear)
        self.summary = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.summary.setProperty("role", "muted")
        row.addSpacing(theme.SMALL)
        row.addWidget(self.summary, 1)
        self.order = MenuButton()
        self.order.setMenu(commands.fill(QMenu(self), "best-match", "newest", "oldest", "by-name", "added"))
        self.order.setAccessibleName(self.tr("Order"))
        row.addWidget(self.order)
        self.set_filters(Filters())

    def show_hint(self, text: str) -> None:
        """What could be typed, in place of the summary."""
        self._hint = text
        self.summary.set_text(self._summary or text)

    def show_summary(self, text: str) -> None:
        """What the answer is."""
        self._summary = text
        self.summary.set_text(text or self._hint)

    def set_filters(self, chosen: Filters, filters: Filters | None = None) -> None:
        """Show `filters`: those chosen here and those typed; None: just the chosen ones."""
        self._filters = chosen
        filters = chosen if filters is None else filters
        names = [PurePath(folder).name or folder for folder in filters.folders]
        self._label(
            self.folder, shortened(", ".join(names), _BUTTON_TEXT) or self.tr("Any folder"), bool(names)
        )
        dates = describe_dates(filters.since, filters.until)
        self._label(self.date, dates or self.tr("Any date"), bool(dates))
        self._label(
            self.camera,
            shortened(", ".join(filters.cameras), _BUTTON_TEXT) or self.tr("Any camera"),
            bool(filters.cameras),
        )
        more = [name.upper() for name in filters.formats]
        if filters.orientation is not None:
            more.append(_orientations()[filters.orientation])
        if filters.has_gps is not None:
            more.append(self.tr("with a place") if filters.has_gps else self.tr("without a place"))
        self._label(self.more, shortened(", ".join(more), _BUTTON_TEXT) or self.tr("Any kind"), bool(more))
        self._clear.setVisible(bool(chosen))

    def set_facets(self, facets: Facets, folders: list[Folder]) -> None:
        """What there is to choose from."""
        self._facets, self._folders = facets, folders

    def show_order(self, text: str) -> None:
        self.order.setText(text)

    # --- menus -------------------------------------------------------------------------------

    def _button(self, action: QAction, fill: Callable[[QMenu], None]) -> QToolButton:
        button = MenuButton()
        button.setToolTip(action.toolTip())
        button.setAccessibleName(action.text().rstrip("…"))
        menu = QMenu(button)
        menu.setToolTipsVisible(True)

        def refill() -> None:
            menu.clear()
            fill(menu)

        menu.aboutToShow.connect(refill)
        button.setMenu(menu)
        action.triggered.connect(button.showMenu)
        return button

    def _label(self, button: QToolButton, text: str, active: bool) -> None:
        button.setText(text)
        set_role(button, active=active)

    def _choice(self, menu: QMenu, text: str, filters: Filters) -> QAction:
        """An entry that puts `filters` in force."""
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(filters == self._filters)
        action.triggered.connect(lambda: self.filters_chosen.emit(filters))
        return action

    def _fill_folders(self, menu: QMenu) -> None:
        self._choice(menu, self.tr("Any folder"), replace(self._filters, folders=()))
        menu.addSeparator()
        for folder in self._folders:
            text = self._counted(PurePath(folder.path).name or folder.path, folder.photos)
            text += "" if folder.online else self.tr(" (offline)")
            action = self._choice(menu, text, replace(self._filters, folders=(folder.path,)))
            action.setToolTip(folder.path)

    def _fill_dates(self, menu: QMenu) -> None:
        today = date.today()
        self._choice(menu, self.tr("Any date"), replace(self._filters, since=None, until=None))
        menu.addSeparator()
        for text, first in (
            (self.tr("Today"), today),
            (self.tr("Last 7 days"), today - timedelta(days=6)),
            (self.tr("Last 30 days"), today - timedelta(days=29)),
        ):
            self._choice(menu, text, replace(self._filters, since=first, until=None))
        menu.addSeparator()
        for year, count in self._facets.years[:_MOST_YEARS]:
            span = replace(self._filters, since=date(year, 1, 1), until=date(year, 12, 31))
            self._choice(menu, self._counted(str(year), count), span)
        if len(self._facets.years) > _MOST_YEARS:
            last = self._facets.years[_MOST_YEARS][0]
            before = replace(self._filters, since=None, until=date(last, 12, 31))
            self._choice(menu, self.tr("%1 and earlier").replace("%1", str(last)), before)
        menu.addSeparator()
        menu.addAction(self.tr("Between two dates…")).triggered.connect(self._choose_dates)

    def _fill_cameras(self, menu: QMenu) -> None:
        self._choice(menu, self.tr("Any camera"), replace(self._filters, cameras=()))
        menu.addSeparator()
        for camera, count in self._facets.cameras[:_MOST_CAMERAS]:
            self._choice(menu, self._counted(camera, count), replace(self._filters, cameras=(camera,)))
        if not self._facets.cameras:
            menu.addAction(self.tr("No photo says which camera took it")).setEnabled(False)

    def _fill_more(self, menu: QMenu) -> None:
        _heading(menu, self.tr("Shape"))
        self._choice(menu, self.tr("Any shape"), replace(self._filters, orientation=None))
        for orientation, name in _orientations().items():
            self._choice(menu, name, replace(self._filters, orientation=orientation))
        _heading(menu, self.tr("File type"))
        self._choice(menu, self.tr("Any type"), replace(self._filters, formats=()))
        for name, count in self._facets.formats:
            self._choice(menu, self._counted(name.upper(), count), replace(self._filters, formats=(name,)))
        _heading(menu, self.tr("Place"))
        self._choice(menu, self.tr("With or without a place"), replace(self._filters, has_gps=None))
        counted = self._counted(self.tr("With a place"), self._facets.with_gps)
        self._choice(menu, counted, replace(self._filters, has_gps=True))
        self._choice(menu, self.tr("Without a place"), replace(self._filters, has_gps=False))

    def _counted(self, text: str, count: int) -> str:
        return f"{text}  ({QLocale().toString(count)})"

    def _choose_dates(self) -> None:
        dialog = DatesDialog(self._filters, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            since, until = dialog.dates()
            self.filters_chosen.emit(replace(self._filters, since=since, until=until))


class DatesDialog(QDialog):
    """Two dates, both included."""

    def __init__(self, filters: Filters, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Between two dates"))
        today = date.today()
        self._since = self._edit(filters.since or date(today.year, 1, 1), self.tr("From"))
        self._until = self._edit(filters.until or today, self.tr("To"))
        form = QFormLayout()
        form.addRow(label(self.tr("From")), self._since)
        form.addRow(label(self.tr("To")), self._until)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addLayout(form)
        column.addWidget(buttons)

    def dates(self) -> tuple[date, date]:
        """The earlier one first, in whatever order they were given."""
        first, last = (_date(edit.date()) for edit in (self._since, self._until))
        return min(first, last), max(first, last)

    def _edit(self, day: date, name: str) -> QDateEdit:
        edit = QDateEdit(QDate(day.year, day.month, day.day))
        edit.setCalendarPopup(True)
        short = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
        if "yyyy" not in short:  # photos are of two centuries
            edit.setDisplayFormat(short.replace("yy", "yyyy"))
        edit.setAccessibleName(name)
        return edit


def describe_dates(since: date | None, until: date | None) -> str:
    """A stretch of time for people: 2019, since 3 May 2019, 1 Jun 2019 – 3 Jun 2019."""
    if since and until:
        if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
            return str(since.year) if since.year == until.year else f"{since.year} – {until.year}"
        return _day(since) if since == until else f"{_day(since)} – {_day(until)}"
    if since:
        return QCoreApplication.translate("FilterRow", "since %1").replace("%1", _day(since))
    return QCoreApplication.translate("FilterRow", "until %1").replace("%1", _day(until)) if until else ""


def _day(day: date) -> str:
    return QLocale().toString(
        QDate(day.year, day.month, day.day), QCoreApplication.translate("FilterRow", "d MMM yyyy")
    )  # short formats hide the century


def _date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def _heading(menu: QMenu, text: str) -> None:
    """A line of a menu that only says what follows; the style sheet leaves Qt's own sections blank."""
    if menu.actions():
        menu.addSeparator()
    action = menu.addAction(text)
    action.setEnabled(False)
    action.setFont(theme.font(theme.CAPTION, bold=True))


def _orientations() -> dict[Orientation, str]:
    translate = QCoreApplication.translate
    return {
        Orientation.LANDSCAPE: translate("FilterRow", "Landscape"),
        Orientation.PORTRAIT: translate("FilterRow", "Portrait"),
        Orientation.SQUARE: translate("FilterRow", "Square"),
    }
