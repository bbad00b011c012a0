"""The years beside the grid: where they begin, and a quick way there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QDate, QEvent, QLocale, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QToolTip, QWidget

from photolens.domain import Listing
from photolens.gui import theme

_SPACING = 20


class YearScrubber(QWidget):
    """Labels along the height of the list. `place_of` gives where a row lies, 0 at the top to 1."""

    chosen = Signal(int)  # row

    def __init__(self, place_of: Callable[[int], float]) -> None:
        super().__init__()
        self._place_of = place_of
        self._times = Listing.empty().times
        self._years: list[tuple[int, int]] = []  # year and its first row
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        keeps = self.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # or the grid would be laid out anew at every change of order
        self.setSizePolicy(keeps)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Years"))
        self._fit()

    def show_listing(self, listing: Listing, *, by_date: bool) -> None:
        """Hidden unless the list is in order of date and spans more than a year."""
        self._times = listing.times
        years = listing.times.astype("datetime64[Y]").astype(int) + 1970
        starts = np.flatnonzero(np.diff(years, prepend=years[:1] - 1))
        self._years = [(int(years[row]), int(row)) for row in starts] if by_date else []
        self.setVisible(len(self._years) > 1)
        self.update()

    def marks(self) -> list[tuple[int, str]]:
        """Heights and labels that fit; where years crowd, some are left out."""
        return [(y, str(year)) for y, year, _ in self._labels()]

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._fit()

    def _fit(self) -> None:
        digits = QFontMetrics(theme.font(theme.CAPTION)).horizontalAdvance("0000")
        self.setFixedWidth(digits + theme.LARGE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setFont(theme.font(theme.CAPTION))
        painter.setPen(QColor(theme.colors().muted))
        for y, text in self.marks():
            place = QRect(0, y, self.width() - theme.SMALL, _SPACING)
            shown = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
            painter.drawText(shown, Qt.AlignmentFlag.AlignRight, text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        y = event.position().toPoint().y()
        label = next((row for top, _, row in self._labels() if top <= y < top + _SPACING), None)
        if label is None:
            self._go(y)
        else:
            self.chosen.emit(label)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(point.y())
        row = self._row_at(point.y())
        if row is not None:
            day = self._times[row].astype("datetime64[s]").item()
            text = QLocale().toString(QDate(day.year, day.month, day.day), self.tr("MMMM yyyy"))
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def _labels(self) -> list[tuple[int, int, int]]:
        """Height, year and first row of each label."""
        found: list[tuple[int, int, int]] = []
        for year, row in self._years:
            y = self._y(row)
            if not found or y - found[-1][0] >= _SPACING:
                found.append((y, year, row))
        return found

    def _go(self, y: int) -> None:
        row = self._row_at(y)
        if row is not None:
            self.chosen.emit(row)

    def _y(self, row: int) -> int:
        return theme.SMALL + round(self._place_of(row) * (self.height() - _SPACING - 2 * theme.SMALL))

    def _row_at(self, y: int) -> int | None:
        """The first row that lies at this height: places rise with rows."""
        low, high = 0, len(self._times) - 1
        if high < 0:
            return None
        while low < high:
            middle = (low + high) // 2
            if self._y(middle) < y:
                low = middle + 1
            else:
                high = middle
        return low
