"""The grid of photos: an item view whose layout is arithmetic, as quick for a million photos as for ten."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QDate,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QLocale,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QRubberBand, QStyle, QStyleOptionRubberBand, QWidget

from photolens.domain import IdArray, Listing, PhotoId
from photolens.gui import theme
from photolens.gui.grid.layout import GridLayout
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.thumbnails import Shape, Thumbnails
from photolens.gui.grid.tiles import TileLook, TilePainter

MIN_SIZE, MAX_SIZE, DEFAULT_SIZE = 80, 400, 180
SIZE_STEP = 20
_SETTLE_MS = 60  # while scrolling fast, thumbnails are asked for this late
_MARGIN = theme.MEDIUM

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag


class GridView(QAbstractItemView):
    """Shows a PhotoModel. Thumbnails come from `thumbnails`, for what is on screen only."""

    selection_changed = Signal()
    opened = Signal(int)  # row: Enter or a double click
    typed = Signal(str)  # text that is no command: the user wants to search
    near_end = Signal()  # the last rows came into sight
    scrolled = Signal()
    size_changed = Signal(int)
    drag_data_wanted = Signal(QMimeData)  # whoever knows the paths fills it in

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = model
        self._thumbnails = thumbnails
        self._painter = TilePainter()
        self._size = DEFAULT_SIZE
        self._justified = True
        self.animations = True
        self._layout = GridLayout(model.listing.aspects, 1, self._size, theme.TILE_GAP, justified=True)
        self._anchor = 0  # where a range of selected photos begins
        self._band: QRect | None = None
        self._hovered = -1
        self._came: dict[PhotoId, float] = {}  # thumbnails that fade in, and since when
        self._fade = QTimer(self, interval=16)
        self._fade.timeout.connect(self._fade_on)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._want_visible)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "surface")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Photos"))
        self.verticalScrollBar().valueChanged.connect(self._on_scroll)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    # --- what is shown -----------------------------------------------------------------------

    def show_listing(self, listing: Listing, *, keep_place: bool) -> None:
        """Show other photos. With `keep_place` what is selected and in sight stays so."""
        selected = self.selected_ids() if keep_place else np.empty(0, dtype=np.int64)
        current = self.current_id() if keep_place else None
        anchor = self._first_visible() if keep_place and self.verticalScrollBar().value() else None
        blocked = self.selectionModel().blockSignals(True)
        self._photos.replace(listing)
        self._relayout()
        self._select_rows(self._photos.rows_of(selected))
        if current is not None:
            rows = self._photos.rows_of(np.array([current], dtype=np.int64))
            if len(rows):
                self._anchor = int(rows[0])
                self.selectionModel().setCurrentIndex(self._index(self._anchor), _Flag.NoUpdate)
        self.selectionModel().blockSignals(blocked)
        if anchor is not None:
            self._restore_place(*anchor)
        elif not keep_place:
            self.verticalScrollBar().setValue(0)
        self.selection_changed.emit()

    def selected_rows(self) -> IdArray:
        """Rows, ascending, int64 [N]."""
        selection = self.selectionModel().selection()
        found = [selection.at(number) for number in range(selection.count())]
        ranges = [np.arange(r.top(), r.bottom() + 1) for r in found]
        return np.unique(np.concatenate(ranges)).astype(np.int64) if ranges else np.empty(0, dtype=np.int64)

    def selected_ids(self) -> IdArray:
        """Ids of the selected photos in the order shown, int64 [N]."""
        rows = self.selected_rows()
        return self._photos.listing.ids[rows[rows < len(self._photos.listing)]]

    def current_id(self) -> PhotoId | None:
        index = self.currentIndex()
        return self._photos.photo_id(index.row()) if index.isValid() else None

    def select_row(self, row: int) -> None:
        """Make this photo the current and only selected one, in sight."""
        if 0 <= row < self._layout.count:
            self._anchor = row
            self.setCurrentIndex(self._index(row))
            self.scrollTo(self._index(row))

    def scroll_to_row(self, row: int) -> None:
        """Put the row of this photo at the top."""
        if 0 <= row < self._layout.count:
            self.verticalScrollBar().setValue(self._layout.tile(row).y)

    def place_of(self, row: int) -> float:
        """How far down this photo lies, 0 at the top to 1."""
        return self._layout.tile(row).y / max(1, self._layout.height) if row < self._layout.count else 1.0

    def first_visible_row(self) -> int:
        visible = self._visible(0)
        return visible.start if visible else 0

    @property
    def tile_size(self) -> int:
        return self._size

    def set_tile_size(self, size: int) -> None:
        """Wanted height of a row in logical pixels."""
        size = min(max(size, MIN_SIZE), MAX_SIZE)
        if size == self._size:
            return
        anchor = self._first_visible()
        self._size = size
        self._relayout()
        if anchor is not None:
            self._restore_place(*anchor)
        self.size_changed.emit(size)

    @property
    def justified(self) -> bool:
        return self._justified

    def set_justified(self, justified: bool) -> None:
        """Whole photos in filled rows, or squares."""
        anchor = self._first_visible()
        self._justified = justified
        self._relayout()
        if anchor is not None:
            self._restore_place(*anchor)

    def thumbnail_arrived(self, photo_id: PhotoId) -> None:
        """Show it if it is in sight."""
        if self.animations:
            self._came[photo_id] = time.perf_counter()
            if not self._fade.isActive():
                self._fade.start()
        else:
            self.viewport().update()

    def refresh_thumbnails(self) -> None:
        """Ask again for what is in sight and missing."""
        self._want_visible()
        self.viewport().update()

    # --- QAbstractItemView -------------------------------------------------------------------

    def visualRect(self, index: _Index) -> QRect:  # noqa: N802
        if not index.isValid() or index.row() >= self._layout.count:
            return QRect()
        tile = self._layout.tile(index.row())
        return QRect(tile.x, tile.y, tile.width, tile.height).translated(self._origin())

    def scrollTo(  # noqa: N802
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid() or index.row() >= self._layout.count:
            return
        tile, bar, room = self._layout.tile(index.row()), self.verticalScrollBar(), self.viewport().height()
        top, bottom = tile.y, tile.y + tile.height + 2 * _MARGIN
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue((top + bottom - room) // 2)
        elif top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + room:
            bar.setValue(bottom - room)

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802
        at = point - self._origin()
        found = self._layout.index_at(at.x(), at.y())
        return QModelIndex() if found is None else self._index(found)

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = self._layout.count
        if not count:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self._index(self.first_visible_row())
        return self._index(min(max(self._moved(action, current.row()), 0), count - 1))

    def horizontalOffset(self) -> int:  # noqa: N802
        return 0

    def verticalOffset(self) -> int:  # noqa: N802
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: _Index) -> bool:  # noqa: N802
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:  # noqa: N802
        """Called for a click, with the clicked tile's place, and for the rubber band."""
        area = rect.normalized().translated(-self._origin())
        selection = QItemSelection()
        for row in self._layout.rows_between(area.top(), area.bottom() + 1):
            start, _ = self._layout.row_range(row)
            hit = [
                start + offset
                for offset, tile in enumerate(self._layout.row_tiles(row))
                if area.intersects(QRect(tile.x, tile.y, tile.width, tile.height))
            ]
            if hit:
                selection.append(QItemSelectionRange(self._index(hit[0]), self._index(hit[-1])))
        self.selectionModel().select(selection, command)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self._band = rect.normalized()
            self.viewport().update()

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        return QRegion(self.viewport().rect())  # a repaint of all that is visible is cheap

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.viewport().update()
        self.selection_changed.emit()

    def updateGeometries(self) -> None:  # noqa: N802
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._layout.height + 2 * _MARGIN - room))
        bar.setPageStep(room)
        bar.setSingleStep(max(20, self._size // 3))
        super().updateGeometries()

    # --- events ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        origin = self._origin()
        area = event.rect().translated(-origin)
        selected = self.selectionModel()
        current = self.currentIndex().row() if self.hasFocus() else -1
        now = time.perf_counter()
        self._painter.begin(painter, self.devicePixelRatioF())
        for row in self._layout.rows_between(area.top() - 4, area.bottom() + 5):
            start, _ = self._layout.row_range(row)
            for offset, tile in enumerate(self._layout.row_tiles(row)):
                index = start + offset
                rect = QRect(tile.x, tile.y, tile.width, tile.height).translated(origin)
                self._painter.draw(
                    rect,
                    self._look(index, now),
                    selected=selected.isSelected(self._index(index)),
                    current=index == current,
                    hovered=index == self._hovered,
                )
        if self._band is not None:
            self._draw_band(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        anchor = self._first_visible() if self.verticalScrollBar().value() else None
        super().resizeEvent(event)
        self._relayout()
        if anchor is not None:
            self._restore_place(*anchor)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_tile_size(self._size + (SIZE_STEP if event.angleDelta().y() > 0 else -SIZE_STEP))
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.indexAt(event.position().toPoint())
        if (
            event.button() == Qt.MouseButton.LeftButton
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            and index.isValid()
        ):
            self._select_range(index.row())
            return
        if index.isValid():
            self._anchor = index.row()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        if self._band is not None:
            self._band = None
            self.viewport().update()

    def leaveEvent(self, event: Any) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        fresh = not self.currentIndex().isValid()  # asked first, since Qt makes one current, unselected
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and fresh and self._layout.count:
            self.select_row(self.first_visible_row())
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in _ACTIONS and shift:
            action = _ACTIONS[Qt.Key(event.key())]
            moved = self.moveCursor(action, event.modifiers())
            if moved.isValid():
                self._select_range(moved.row())
            return
        if event.key() in _ACTIONS:
            super().keyPressEvent(event)
            self._anchor = max(0, self.currentIndex().row())
            return
        others = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.text() and event.text().isprintable() and not event.text().isspace() and not others:
            self.typed.emit(event.text())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Typing goes to the search box, see `typed`."""

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        """Drag all that is selected, under the picture of the current photo."""
        data = QMimeData()
        self.drag_data_wanted.emit(data)
        if not data.formats():
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        current = self.current_id()
        pixmap = self._thumbnails.get(current) if current is not None else None
        if pixmap is not None:
            small = pixmap.scaled(
                QSize(96, 96) * self.devicePixelRatioF(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            small.setDevicePixelRatio(self.devicePixelRatioF())
            drag.setPixmap(small)
            drag.setHotSpot(QPoint(16, 16))
        drag.exec(Qt.DropAction.CopyAction)

    # --- inside ------------------------------------------------------------------------------

    def _index(self, row: int) -> QModelIndex:
        return self._photos.index(row, 0)

    def _origin(self) -> QPoint:
        return QPoint(_MARGIN, _MARGIN - self.verticalScrollBar().value())

    def _relayout(self) -> None:
        width = self.viewport().width() - 2 * _MARGIN
        self._layout = GridLayout(
            self._photos.listing.aspects, width, self._size, theme.TILE_GAP, justified=self._justified
        )
        self._hovered = -1
        self.updateGeometries()
        self._settle.start()
        self.viewport().update()

    def _visible(self, beyond: int) -> range:
        """Rows of the model in sight, and `beyond` pixels above and below."""
        top = -self._origin().y()
        return self._layout.indexes_between(top - beyond, top + self.viewport().height() + beyond)

    def _first_visible(self) -> tuple[PhotoId, int] | None:
        """The photo at the top, and how far its row is from the upper edge."""
        visible = self._visible(0)
        if not visible or visible.start >= len(self._photos.listing):
            return None
        offset = self._layout.tile(visible.start).y - self.verticalScrollBar().value()
        return self._photos.photo_id(visible.start), offset

    def _restore_place(self, photo_id: PhotoId, offset: int) -> None:
        rows = self._photos.rows_of(np.array([photo_id], dtype=np.int64))
        if len(rows):
            self.verticalScrollBar().setValue(self._layout.tile(int(rows[0])).y - offset)

    def _select_rows(self, rows: IdArray) -> None:
        """Select exactly these, as few ranges as possible."""
        selection = QItemSelection()
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else ():
            selection.append(QItemSelectionRange(self._index(int(run[0])), self._index(int(run[-1]))))
        self.selectionModel().select(selection, _Flag.ClearAndSelect)

    def _select_range(self, to: int) -> None:
        """From the anchor to `to`, as Shift does in every list."""
        start, end = sorted((min(self._anchor, self._layout.count - 1), to))
        self._select_rows(np.arange(start, end + 1))
        self.selectionModel().setCurrentIndex(self._index(to), _Flag.NoUpdate)
        self.scrollTo(self._index(to))

    def _moved(self, action: QAbstractItemView.CursorAction, row: int) -> int:
        cursor = QAbstractItemView.CursorAction
        if action in (cursor.MoveLeft, cursor.MovePrevious):
            return row - 1
        if action in (cursor.MoveRight, cursor.MoveNext):
            return row + 1
        if action == cursor.MoveUp:
            return self._layout.above(row)
        if action == cursor.MoveDown:
            return self._layout.above(row, -1)
        if action in (cursor.MovePageUp, cursor.MovePageDown):
            page = max(1, self.viewport().height() // (self._size + theme.TILE_GAP))
            return self._layout.above(row, page if action == cursor.MovePageUp else -page)
        return 0 if action == cursor.MoveHome else self._layout.count - 1

    def _look(self, row: int, now: float) -> TileLook:
        listing = self._photos.listing
        photo_id = int(listing.ids[row])
        came = self._came.get(photo_id)
        shown = 1.0 if came is None else min(1.0, (now - came) * 1000 / theme.FADE_MS)
        return TileLook(
            color=int(listing.colors[row]),
            pixmap=self._thumbnails.get(photo_id),
            shown=shown,
            failed=self._thumbnails.failed(photo_id),
            online=bool(listing.online[row]),
            caption=self._day(row) if row == self._hovered else "",
        )

    def _day(self, row: int) -> str:
        moment = self._photos.time(row)
        day = QDate(moment.year, moment.month, moment.day)
        return QLocale().toString(day, QLocale.FormatType.ShortFormat)

    def _want_visible(self) -> None:
        visible = self._visible(self.viewport().height() // 2)
        if visible and visible.stop >= self._layout.count:
            self.near_end.emit()
        ratio = self.devicePixelRatioF()
        ids = self._photos.listing.ids
        in_sight = self._visible(0)
        ordered = [*in_sight, *(row for row in visible if row not in in_sight)]
        wanted = []
        for row in ordered:
            tile = self._layout.tile(row)
            shape = Shape(
                max(1, round(tile.width * ratio)),
                max(1, round(tile.height * ratio)),
                theme.TILE_RADIUS * ratio,
            )
            wanted.append((int(ids[row]), shape))
        self._thumbnails.want(wanted)

    def _on_scroll(self) -> None:
        if not self._settle.isActive():  # at most so late, however long the scrolling goes on
            self._settle.start()
        self.viewport().update()
        self.scrolled.emit()

    def _fade_on(self) -> None:
        now = time.perf_counter()
        self._came = {i: at for i, at in self._came.items() if (now - at) * 1000 < theme.FADE_MS}
        if not self._came:
            self._fade.stop()
        self.viewport().update()

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def _draw_band(self, painter: QPainter) -> None:
        option = QStyleOptionRubberBand()
        option.initFrom(self)
        option.shape = QRubberBand.Shape.Rectangle
        option.opaque = False
        option.rect = self._band or QRect()
        self.style().drawControl(QStyle.ControlElement.CE_RubberBand, option, painter)


_ACTIONS = {
    Qt.Key.Key_Left: QAbstractItemView.CursorAction.MoveLeft,
    Qt.Key.Key_Right: QAbstractItemView.CursorAction.MoveRight,
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_Home: QAbstractItemView.CursorAction.MoveHome,
    Qt.Key.Key_End: QAbstractItemView.CursorAction.MoveEnd,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
}
