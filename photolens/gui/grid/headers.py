"""The titles of sections, painted between the rows."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle

from photolens.gui import theme
from photolens.gui.grid.layout import HEADER
from photolens.gui.grid.sections import Section

_CARET = 16


def header_height() -> int:
    """In pixels; more where the system's text is large."""
    return max(HEADER, QFontMetrics(theme.font(bold=True)).height() + theme.MEDIUM)


class HeaderPainter:
    """Paints headers with a painter that is already open."""

    def begin(self, painter: QPainter, colors: theme.Colors) -> None:
        """Take the painter of one repaint."""
        self._painter = painter
        self._colors = colors

    def draw(self, rect: QRect, section: Section, *, hovered: bool, opacity: float = 1.0) -> None:
        self._painter.setOpacity(opacity)
        if hovered:
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(self._colors.hover))
            ground = rect.adjusted(-theme.TINY, 2, theme.TINY, -2)
            self._painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        left = rect.left()
        if section.foldable:
            caret = self._visual(rect, QRect(left, rect.center().y() - _CARET // 2 + 1, _CARET, _CARET))
            theme.icon("caret-right" if section.folded else "caret-down", "muted").paint(self._painter, caret)
            left += _CARET + theme.TINY
        left = self._text(rect, left, section.title, theme.font(bold=True), self._colors.text)
        left = self._text(rect, left, QLocale().toString(section.count), theme.font(), self._colors.muted)
        if section.note:
            left = self._text(rect, left, section.note, theme.font(theme.CAPTION), self._colors.muted)
        self._painter.setPen(QColor(self._colors.line))
        middle = rect.center().y() + 1
        if left + theme.TINY < rect.right() and not hovered:
            line = self._visual(rect, QRect(left + theme.TINY, middle, rect.right() - left - theme.TINY, 1))
            self._painter.drawLine(line.left(), middle, line.right() + 1, middle)
        self._painter.setOpacity(1.0)

    def _text(self, rect: QRect, left: int, text: str, font: QFont, color: str) -> int:
        """Paint as much as fits; where the next text begins."""
        self._painter.setFont(font)
        self._painter.setPen(QColor(color))
        metrics = self._painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.right() - left)
        place = self._visual(rect, QRect(left, rect.top(), rect.right() - left, rect.height()))
        self._painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        return left + metrics.horizontalAdvance(shown) + theme.SMALL

    def _visual(self, rect: QRect, place: QRect) -> QRect:
        """A place in `rect` as it is where text runs from right to left; texts keep to its beginning."""
        return QStyle.visualRect(self._painter.layoutDirection(), rect, place)
