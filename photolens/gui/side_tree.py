"""A list of the side pane: names at the left, numbers at the right; the row that is shown is marked."""

from __future__ import annotations

from typing import Self

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem

from photolens.gui import theme

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole
THING, COUNT, NOTE, MUTED, FRESH = (_ROLE + n for n in range(5))
"""Of an item: what it stands for, its number (None: not known), words before the number, whether it is
only half there, and how much of the number is new."""


class SideTree(QTreeWidget):
    """Marks the whole row of what is chosen, and opens with carets of the icon font."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setIndentation(theme.LARGE)
        self.setIconSize(QSize(18, 18))
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.elide = Qt.TextElideMode.ElideMiddle
        self._most = self._fewest = 0

    def flatten(self) -> Self:
        """There is nothing to open: the list is as tall as its rows, see `fit_into`."""
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.elide = Qt.TextElideMode.ElideRight
        return self

    def fit_into(self, most: int, fewest: int) -> None:
        """From now on it has `most` pixels, and is `fewest` rows tall even where that is more."""
        self._most, self._fewest = most, fewest
        self.fit()

    def fit(self) -> None:
        """As tall as its rows, as far as it may be; then it scrolls."""
        self.ensurePolished()
        each = max(1, self.sizeHintForRow(0))
        self.setFixedHeight(each * min(self.topLevelItemCount(), max(self._fewest, self._most // each)))

    def item_of(self, thing: object) -> QTreeWidgetItem | None:
        """The top item that stands for `thing`."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return next((item for item in items if item is not None and item.data(0, THING) == thing), None)

    def mark(self, item: QTreeWidgetItem | None) -> None:
        """Mark this row as what is shown; says nothing to anyone."""
        if item is None:
            self.setCurrentIndex(QModelIndex())
        elif item is not self.currentItem():
            self.setCurrentItem(item)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        hovered = index == self.indexAt(self.viewport().mapFromGlobal(QCursor.pos())) and self.underMouse()
        chosen = self.selectionModel().isSelected(index)
        if chosen or hovered:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if chosen and self.hasFocus():
                painter.setPen(QColor(theme.colors().accent))
            painter.setBrush(QColor(theme.colors().selected if chosen else theme.colors().hover))
            row = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(row, theme.RADIUS, theme.RADIUS)
            painter.restore()
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:  # noqa: N802
        item = self.itemFromIndex(index)
        expandable = item.childCount() or (
            item.childIndicatorPolicy() == QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator
        )
        if not expandable:
            return
        caret = QRect(0, 0, 12, 12)
        caret.moveCenter(rect.center())
        if self.isRightToLeft():
            caret.moveLeft(rect.left() + 2)
        else:
            caret.moveRight(rect.right() - 2)
        theme.icon("caret-down" if item.isExpanded() else "caret-right", "muted").paint(painter, caret)


class _Delegate(QStyledItemDelegate):
    """A name at the left, a number at the right, and before it what is new of it in the accent colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        chosen = theme.colors()
        right = [(text, theme.font(theme.CAPTION), chosen.muted) for text in _numbers(index)]
        if fresh := index.data(FRESH):
            added = f"+{QLocale().toString(fresh)}"
            right.insert(0, (added, theme.font(theme.CAPTION, bold=True), chosen.accent))
        widths = [_width(painter, text, font) + theme.SMALL for text, font, _ in right]
        if len(right) > 1 and self.sizeHint(option, index).width() + sum(widths) > option.rect.width():
            right, widths = right[:-1], widths[:-1]  # the name needs the room of the number
        narrower = QStyleOptionViewItem(option)
        narrower.rect = QRect(option.rect).adjusted(0, 0, -sum(widths), 0)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            narrower.rect = QRect(option.rect).adjusted(sum(widths), 0, 0, 0)
        super().paint(painter, narrower, index)
        area = QRect(option.rect).adjusted(theme.TINY, 0, -theme.TINY, 0)
        painter.save()
        for (text, font, color), width in reversed(list(zip(right, widths, strict=True))):
            painter.setFont(font)
            painter.setPen(QColor(color))
            end = Qt.AlignmentFlag.AlignLeft
            if option.direction == Qt.LayoutDirection.LeftToRight:
                end = Qt.AlignmentFlag.AlignRight
            absolute = end | Qt.AlignmentFlag.AlignAbsolute  # else the painter would mirror it again
            painter.drawText(area, absolute | Qt.AlignmentFlag.AlignVCenter, text)
            moved = (0, -width) if end == Qt.AlignmentFlag.AlignRight else (width, 0)
            area.adjust(moved[0], 0, moved[1], 0)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        if isinstance(option.widget, SideTree):
            option.textElideMode = option.widget.elide
        if index.data(MUTED):
            color = QColor(theme.colors().muted)
            option.palette.setColor(option.palette.ColorRole.Text, color)


def _numbers(index: _Index) -> list[str]:
    """The words and the number at the right end."""
    count = index.data(COUNT)
    number = "" if count is None else QLocale().toString(count)
    return [text for text in (index.data(NOTE), number) if text]


def _width(painter: QPainter, text: str, font: QFont) -> int:
    painter.save()
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(text)
    painter.restore()
    return width
