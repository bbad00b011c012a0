"""The grid of photos: thumbnails for what is in sight, painted, dragged, kept in place as photos arrive."""

from __future__ import annotations

import time
from collections.abc import Mapping

from PySide6.QtCore import (
    QDate,
    QLocale,
    QMimeData,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QRubberBand, QStyle, QStyleOptionRubberBand, QWidget

from photolens.domain import Listing, PhotoId, waits
from photolens.gui import theme
from photolens.gui.grid.headers import HeaderPainter
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.moving import MovingView
from photolens.gui.grid.photo_view import SIZE_STEP
from photolens.gui.grid.thumbnails import Shape, Thumbnails
from photolens.gui.grid.tiles import TileLook, TilePainter

_VEIL = 0.55  # over photos that answer another question
_SETTLE_MS = 60  # while scrolling fast, thumbnails are asked for this late


class GridView(MovingView):
    """Shows a PhotoModel. Thumbnails come from `thumbnails`, for what is on screen only."""

    opened = Signal(int)  # row: Enter or a double click
    typed = Signal(str)  # text that is no command: the user wants to search
    waiting_in_sight = Signal(list)  # ids of files that wait to be read, the first most urgently; or none
    near_end = Signal()  # the last rows came into sight
    drag_data_wanted = Signal(QMimeData)  # whoever knows the paths fills it in

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._thumbnails = thumbnails
        self._painter = TilePainter()
        self._headers = HeaderPainter()
        self._dates_shown = False
        self._stale = False
        self._waiting_seen = False  # when it was last looked
        self._came: dict[PhotoId, float] = {}  # thumbnails that fade in, and since when
        self._seen: set[PhotoId] = set()  # photos whose thumbnails are on screen
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._scrolled_from = 0  # where the scroll bar was when `_settle` was started
        self.setProperty("role", "surface")
        # Or all that is behind it would be painted first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName(self.tr("Photos"))
        self.verticalScrollBar().valueChanged.connect(self._on_scroll)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def thumbnail_arrived(self, photo_id: PhotoId) -> None:
        """Show it if it is in sight."""
        if self.animations and photo_id not in self._seen:  # one in another size just takes its place
            self._came[photo_id] = time.perf_counter()
            self._start_frames()
        else:
            self.viewport().update()

    def become(self, listing: Listing, photos: Mapping[PhotoId, PhotoId]) -> None:
        """Files that waited are these `photos` now, in their rows: nothing moves, and what is seen stays."""
        self._thumbnails.become(photos)
        self._photos.become(listing)
        self._forget_spot()
        self._point_again()
        self._want_visible()
        self.selection_changed.emit()
        self.viewport().update()

    def set_stale(self, stale: bool) -> None:
        """Show that these photos answer a question that is no longer asked."""
        if stale != self._stale:
            self._stale = stale
            self.viewport().update()

    def set_dates_shown(self, shown: bool) -> None:
        """Dates on all photos, not only on the one under the mouse."""
        self._dates_shown = shown
        self.viewport().update()

    # --- events ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        others = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.text() and event.text().isprintable() and not event.text().isspace() and not others:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        colors = theme.colors()
        painter.fillRect(self.viewport().rect(), QColor(colors.surface))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        now = time.perf_counter()
        self._headers.begin(painter, colors)
        for section, place, opacity in self._headers_in_sight(now):
            hovered = section.foldable and section.key == self._spot.header
            self._headers.draw(place, section, hovered=hovered, opacity=opacity)
        selection = self.selectionModel()
        any_selected = selection.hasSelection()
        current = self.currentIndex().row() if self.hasFocus() else -1
        self._painter.begin(painter, self.devicePixelRatioF(), colors)
        self._seen.clear()
        for row, place, opacity in self._tiles_in_sight(now):
            self._painter.draw(
                place,
                self._look(row, now, opacity, current=row == current),
                selected=any_selected and selection.isSelected(self._index(row)),
                current=row == current,
                hovered=row == self._spot.row,
            )
        if self._stale:
            veil = QColor(colors.surface)
            veil.setAlphaF(_VEIL)
            painter.fillRect(self.viewport().rect(), veil)
        if self._band is not None:
            self._draw_band(painter)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_tile_size(self._size + (SIZE_STEP if event.angleDelta().y() > 0 else -SIZE_STEP))
            event.accept()
        else:
            super().wheelEvent(event)

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

    # --- inside ----------------------------------------------------------------------------

    def _relayout(self) -> None:
        super()._relayout()
        self._wait_to_settle()

    def _look(self, row: int, now: float, opacity: float, *, current: bool) -> TileLook:
        listing = self._photos.listing
        photo_id = int(listing.ids[row])
        came = self._came.get(photo_id)
        pixmap = self._thumbnails.get(photo_id)
        if pixmap is not None:
            self._seen.add(photo_id)
        hovered = row == self._spot.row
        waiting = waits(photo_id)
        if waiting:
            caption = self._photos.names.get(photo_id, "") if hovered or pixmap is None else ""
        else:
            caption = self._day(row) if hovered or self._dates_shown else ""
        return TileLook(
            color=QColor(theme.colors().hover).rgb() if waiting else int(listing.colors[row]),
            pixmap=pixmap,
            shown=1.0 if came is None else min(1.0, (now - came) * 1000 / theme.FADE_MS),
            failed=self._thumbnails.failed(photo_id),
            online=bool(listing.online[row]),
            waiting=waiting,
            caption=caption,
            reason=self._reason if hovered else "",
            liked=self._liking(photo_id),
            judging=self._judging_enabled and (hovered or current) and not waiting,
            pointed=self._spot.button if hovered else None,
            flash=self._flash_of(photo_id, now),
            opacity=opacity,
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
        # Photos first, whose thumbnails are there: a file that waits must be decoded.
        ordered.sort(key=lambda row: waits(int(ids[row])))
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
        waiting = [photo_id for photo_id, _ in wanted if waits(photo_id)]
        if waiting or self._waiting_seen:
            self._waiting_seen = bool(waiting)
            self.waiting_in_sight.emit(waiting)

    def _on_scroll(self) -> None:
        if not self._settle.isActive():  # at most so late, however long the scrolling goes on
            self._wait_to_settle()
        self.viewport().update()

    def _wait_to_settle(self) -> None:
        self._scrolled_from = self.verticalScrollBar().value()
        self._settle.start()

    def _on_settled(self) -> None:
        """Ask for thumbnails, unless photos fly past: they would be gone before theirs came."""
        if abs(self.verticalScrollBar().value() - self._scrolled_from) < self.viewport().height():
            self._want_visible()
        else:
            self._thumbnails.want(())
            self._wait_to_settle()

    def _go_on(self, now: float) -> bool:
        self._came = {i: at for i, at in self._came.items() if (now - at) * 1000 < theme.FADE_MS}
        return super()._go_on(now) or bool(self._came)

    def _draw_band(self, painter: QPainter) -> None:
        option = QStyleOptionRubberBand()
        option.initFrom(self)
        option.shape = QRubberBand.Shape.Rectangle
        option.opaque = False
        option.rect = self._band or QRect()
        self.style().drawControl(QStyle.ControlElement.CE_RubberBand, option, painter)
