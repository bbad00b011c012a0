"""An item view whose layout is arithmetic: rows of photos, moving about in them, selecting."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from photolens.domain import IdArray, Listing, PhotoId
from photolens.gui import theme
from photolens.gui.grid.layout import GridLayout
from photolens.gui.grid.model import PhotoModel

MIN_SIZE, MAX_SIZE, DEFAULT_SIZE = 80, 400, 180
SIZE_STEP = 20
_MARGIN = theme.MEDIUM

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
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


class PhotoView(QAbstractItemView):
    """Lays a PhotoModel out; what it paints is up to the class that inherits it.

    QListView would ask the model about every photo at each change of width; this asks a GridLayout, which
    costs the same few milliseconds for a million.
    """

    selection_changed = Signal()
    size_changed = Signal(int)

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = model
        self._size = DEFAULT_SIZE
        self._justified = True
        self._layout = GridLayout(model.listing.aspects, 1, self._size, theme.TILE_GAP, justified=True)
        self._prepared = (model.listing, self._layout)
        self._anchor = 0  # where a range of selected photos begins
        self._band: QRect | None = None
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)

    # --- what is shown and selected --------------------------------------------------------

    def prepare(self, listing: Listing) -> None:
        """On any thread: lay out what is shown next, so that the GUI thread need not."""
        self._prepared = (listing, self._layout.of(listing.aspects))

    def show_listing(self, listing: Listing, *, keep_place: bool) -> None:
        """Show other photos. With `keep_place` what is selected and in sight stays so."""
        selected = self.selected_ids() if keep_place else np.empty(0, dtype=np.int64)
        current = self.current_id() if keep_place else None
        current_row = self.currentIndex().row()
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
            elif len(listing):  # gone, for example to the trash: on with the one that took its place
                self._anchor = min(current_row, len(listing) - 1)
                alone = _Flag.NoUpdate if len(self.selected_rows()) else _Flag.ClearAndSelect
                self.selectionModel().setCurrentIndex(self._index(self._anchor), alone)
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

    def select_rows(self, rows: IdArray) -> None:
        """Select exactly these, ascending; the first is the current one, in sight."""
        self._select_rows(rows)
        self._anchor = int(rows[0])
        self.selectionModel().setCurrentIndex(self._index(self._anchor), _Flag.NoUpdate)
        self.scrollTo(self._index(self._anchor))

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

    # --- QAbstractItemView -----------------------------------------------------------------

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
        bar.setEnabled(bar.maximum() > 0)  # or the handle would fill the bar
        super().updateGeometries()

    # --- events ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        anchor = self._first_visible() if self.verticalScrollBar().value() else None
        super().resizeEvent(event)
        self._relayout()
        if anchor is not None:
            self._restore_place(*anchor)

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

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        if self._band is not None:
            self._band = None
            self.viewport().update()

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
        super().keyPressEvent(event)

    # --- inside ----------------------------------------------------------------------------

    def _index(self, row: int) -> QModelIndex:
        return self._photos.index(row, 0)

    def _origin(self) -> QPoint:
        return QPoint(_MARGIN, _MARGIN - self.verticalScrollBar().value())

    def _relayout(self) -> None:
        listing, width = self._photos.listing, self.viewport().width() - 2 * _MARGIN
        prepared_for, prepared = self._prepared
        if prepared_for is listing and prepared.has_shape(width, self._size, justified=self._justified):
            self._layout = prepared
        else:
            self._layout = GridLayout(
                listing.aspects, width, self._size, theme.TILE_GAP, justified=self._justified
            )
        self.updateGeometries()
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
