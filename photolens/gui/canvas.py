"""One picture on the screen: fit, actual size, zoom to the cursor, pan."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from photolens.gui import theme

STEP = 1.25
_MAX_ZOOM = 16.0


class Canvas(QWidget):
    """Paints one picture at some zoom. `zoom` is device pixels of the screen per pixel of the photo."""

    zoomed = Signal()
    double_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._full = QSize(1, 1)  # of the photo, whatever size of it is loaded
        self._zoom: float | None = None  # None: fit
        self._center = QPointF(0.5, 0.5)  # of the view, in shares of the photo
        self._grabbed: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Photo"))

    def show_picture(self, pixmap: QPixmap | None, full: QSize, *, keep_zoom: bool) -> None:
        """`full` is the size of the photo; the pixmap may be a smaller copy of it."""
        self._pixmap, self._full = pixmap, full
        if not keep_zoom:
            self.fit()
        self.update()

    @property
    def fits(self) -> bool:
        return self._zoom is None

    @property
    def has_picture(self) -> bool:
        return self._pixmap is not None

    @property
    def zoom(self) -> float:
        return self._zoom if self._zoom is not None else self._fit_zoom()

    def fit(self) -> None:
        self._zoom, self._center = None, QPointF(0.5, 0.5)
        self._changed()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that the point `at` of this widget stays where it is; None: the middle."""
        at = at or QPointF(self.width() / 2, self.height() / 2)
        before = self._to_photo(at)
        self._zoom = min(max(zoom, min(self._fit_zoom(), 1.0)), _MAX_ZOOM)
        moved = self._to_photo(at)
        self._center += before - moved
        self._changed()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.colors().surface))
        if self._pixmap is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 3)
            target = self._target()
            painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))
            painter.setPen(QColor(theme.colors().line))
            painter.drawRect(target.adjusted(-1, -1, 0, 0))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        steps = event.angleDelta().y() / 120
        if steps and self._pixmap is not None:
            self.set_zoom(self.zoom * STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and not self.fits:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            target = self._target()
            self._center -= QPointF(moved.x() / target.width(), moved.y() / target.height())
            self._changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._grabbed = None
        self._set_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.fits:
            self.set_zoom(1.0, event.position())
        else:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._changed()

    def _fit_zoom(self) -> float:
        ratio = self.devicePixelRatioF()
        room = QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        whole = min(room.width() / max(1, self._full.width()), room.height() / max(1, self._full.height()))
        longest = max(self._full.width(), self._full.height())
        return min(whole, 1.0 if longest > 400 else max(2.0, 200 // longest))

    def _target(self) -> QRectF:
        """Where the whole photo lies, in this widget's pixels."""
        scale = self.zoom / self.devicePixelRatioF()
        width, height = self._full.width() * scale, self._full.height() * scale
        return QRectF(
            self.width() / 2 - self._center.x() * width,
            self.height() / 2 - self._center.y() * height,
            width,
            height,
        )

    def _to_photo(self, point: QPointF) -> QPointF:
        target = self._target()
        return QPointF(
            (point.x() - target.x()) / max(1e-6, target.width()),
            (point.y() - target.y()) / max(1e-6, target.height()),
        )

    def _changed(self) -> None:
        self._keep_in_view()
        self._set_cursor()
        self.update()
        self.zoomed.emit()

    def _keep_in_view(self) -> None:
        """No empty space beside a photo that is larger than the window; smaller ones are centred."""
        target = self._target()
        for axis, size, room in (("x", target.width(), self.width()), ("y", target.height(), self.height())):
            half = room / 2 / max(1e-6, size)
            value = getattr(self._center, axis)()
            clamped = 0.5 if size <= room else min(max(value, half), 1 - half)
            (self._center.setX if axis == "x" else self._center.setY)(clamped)

    def _set_cursor(self) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor if self.fits else Qt.CursorShape.OpenHandCursor)
