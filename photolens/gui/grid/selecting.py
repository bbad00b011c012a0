"""Selecting in the grid: with the mouse, a rubber band, the keys, and as other photos are shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from photolens.domain import IdArray, Listing, PhotoId
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.photo_view import PhotoView
from photolens.gui.grid.sections import Section, check

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


class SelectingView(PhotoView):
    """A PhotoView in which photos can be selected; the selection outlives a change of the list."""

    selection_changed = Signal()

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._anchor = 0  # where a range of selected photos begins
        self._band: QRect | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    # --- what is shown and selected --------------------------------------------------------

    def show_listing(self, listing: Listing, *, keep_place: bool, sections: tuple[Section, ...] = ()) -> None:
        """Show other photos. With `keep_place` what is selected and in sight stays so.

        Raises ValueError unless `sections`, if any, cover the listing.
        """
        check(sections, len(listing))
        selected = self.selected_ids() if keep_place else np.empty(0, dtype=np.int64)
        current = self.current_id() if keep_place else None
        current_row = self.currentIndex().row()
        anchor = self._first_visible() if keep_place and self.verticalScrollBar().value() else None
        blocked = self.selectionModel().blockSignals(True)
        self._photos.replace(listing, sections)
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

    def current_place(self) -> QPoint | None:
        """The middle of the current photo on the screen, in the viewport."""
        index = self.currentIndex()
        return self.visualRect(index).center() if index.isValid() else None

    def go_to_place(self, place: QPoint) -> None:
        """Make the photo that lies here, or nearest to it in this row, the current and only selected one."""
        at = place - self._origin()
        rows = self._layout.rows_between(at.y(), at.y() + 1) or self._layout.rows_between(0, at.y() + 1)[-1:]
        if rows:
            tiles = self._layout.row_tiles(rows[0])
            distances = [abs(tile.x + tile.width / 2 - at.x()) for tile in tiles]
            self.select_row(self._layout.row_range(rows[0])[0] + distances.index(min(distances)))

    # --- QAbstractItemView -----------------------------------------------------------------

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

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.viewport().update()
        self.selection_changed.emit()

    # --- events ----------------------------------------------------------------------------

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
