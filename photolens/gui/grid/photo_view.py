"""An item view whose layout is arithmetic: rows of photos, and moving about in them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from photolens.domain import Listing, PhotoId
from photolens.gui import theme
from photolens.gui.grid.headers import header_height
from photolens.gui.grid.layout import GridLayout
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.sections import Section

MIN_SIZE, MAX_SIZE, DEFAULT_SIZE = 80, 400, 180
SIZE_STEP = 20
_MARGIN = theme.MEDIUM

_Index = QModelIndex | QPersistentModelIndex


class PhotoView(QAbstractItemView):
    """Lays a PhotoModel out; what it paints is up to the class that inherits it.

    QListView would ask the model about every photo at each change of width; this asks a GridLayout, which
    costs the same few milliseconds for a million.
    """

    size_changed = Signal(int)

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = model
        self._size = DEFAULT_SIZE
        self._justified = True
        self._layout = GridLayout(model.listing.aspects, 1, self._size, theme.TILE_GAP, justified=True)
        self._prepared = (model.listing, self._layout)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)

    # --- what is shown, and where -----------------------------------------------------------

    def prepare(self, listing: Listing, sections: tuple[Section, ...] = ()) -> None:
        """On any thread: lay out what is shown next, so that the GUI thread need not."""
        self._prepared = (listing, self._layout.of(listing.aspects, sections))

    def scroll_to_row(self, row: int) -> None:
        """Put the row of this photo at the top, with the title above it if there is one."""
        if 0 <= row < self._layout.count:
            self.verticalScrollBar().setValue(self._layout.span(row)[0])

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
        bar, room = self.verticalScrollBar(), self.viewport().height()
        top, bottom = self._layout.span(index.row())
        bottom += 2 * _MARGIN
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

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        return QRegion(self.viewport().rect())  # a repaint of all that is visible is cheap

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

    # --- inside ----------------------------------------------------------------------------

    def _index(self, row: int) -> QModelIndex:
        return self._photos.index(row, 0)

    def _origin(self) -> QPoint:
        return QPoint(_MARGIN, _MARGIN - self.verticalScrollBar().value())

    def _relayout(self) -> None:
        listing, sections = self._photos.listing, self._photos.sections
        width, header = self.viewport().width() - 2 * _MARGIN, header_height()
        mirrored = self.isRightToLeft()
        prepared_for, prepared = self._prepared
        fits = prepared.has_shape(
            width, self._size, justified=self._justified, header=header, mirrored=mirrored
        )
        if fits and prepared_for is listing and prepared.sections == sections:
            self._layout = prepared
        else:
            self._layout = GridLayout(
                listing.aspects,
                width,
                self._size,
                theme.TILE_GAP,
                justified=self._justified,
                sections=sections,
                header=header,
                mirrored=mirrored,
            )
        self.updateGeometries()
        self.viewport().update()

    def _tiles(self, beyond: int) -> dict[int, QRect]:
        """Places in the viewport of the rows of the model in sight, and `beyond` pixels above and below."""
        top, found = self.verticalScrollBar().value() - _MARGIN, {}
        for row in self._layout.rows_between(top - beyond, top + self.viewport().height() + beyond):
            first, _ = self._layout.row_range(row)
            for index, tile in enumerate(self._layout.row_tiles(row), first):
                found[index] = QRect(tile.x + _MARGIN, tile.y - top, tile.width, tile.height)
        return found

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

    def _moved(self, action: QAbstractItemView.CursorAction, row: int) -> int:
        cursor = QAbstractItemView.CursorAction
        if action in (cursor.MoveLeft, cursor.MoveRight):
            return row + (1 if (action == cursor.MoveRight) != self._layout.mirrored else -1)
        if action in (cursor.MovePrevious, cursor.MoveNext):
            return row + (1 if action == cursor.MoveNext else -1)
        if action == cursor.MoveUp:
            return self._layout.above(row)
        if action == cursor.MoveDown:
            return self._layout.above(row, -1)
        if action in (cursor.MovePageUp, cursor.MovePageDown):
            page = max(1, self.viewport().height() // (self._size + theme.TILE_GAP))
            return self._layout.above(row, page if action == cursor.MovePageUp else -page)
        return 0 if action == cursor.MoveHome else self._layout.count - 1
