"""One picture on the screen: fit, actual size, zoom to the cursor, pan; a box around a part of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from photolens.domain import Region
from photolens.gui import theme

STEP = 1.25
_MAX_ZOOM = 16.0
_LEAST_BOX = 8  # logical pixels of the screen; less is a click or a slip
_DIM = QColor(0, 0, 0, 150)


class Canvas(QWidget):
    """Paints one picture at some zoom. `zoom` is device pixels of the screen per pixel of the photo."""

    zoomed = Signal()
    part_chosen = Signal(object)  # Region, after `choose_part`

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self._full = QSize(1, 1)  # of the photo, whatever size of it is loaded
        self._zoom: float | None = None  # None: fit
        self._center = QPointF(0.5, 0.5)  # of the view, in shares of the photo
        self._grabbed: QPointF | None = None
        self._choosing = False
        self._box: tuple[QPointF, QPointF] | None = None  # two corners, in shares of the photo
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

    def choose_part(self, on: bool) -> None:
        """Let the mouse draw a box around a part of the photo, until told otherwise."""
        self._choosing, self._box, self._grabbed = on, None, None
        self._set_cursor()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.colors().surface))
        if self._pixmap is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 3)
            target = self._target()
            painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))
            painter.setPen(QColor(theme.colors().line))
            painter.drawRect(target.adjusted(-1, -1, 0, 0))
        if self._box is not None:
            self._paint_box(painter, self._box)
        elif self._choosing:
            self._paint_hint(painter)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        steps = event.angleDelta().y() / 120
        if steps and self._pixmap is not None:
            self.set_zoom(self.zoom * STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._choosing:
            corner = self._inside(event.position())
            self._box = (corner, corner) if self.has_picture else None
        elif not self.fits:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._box is not None:
            self._box = (self._box[0], self._inside(event.position()))
            self.update()
        elif self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            target = self._target()
            self._center -= QPointF(moved.x() / target.width(), moved.y() / target.height())
            self._changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._grabbed = None
        self._set_cursor()
        if self._box is not None and event.button() == Qt.MouseButton.LeftButton:
            box, self._box = self._box, None
            self.update()
            on_screen = self._on_screen(box)
            if min(on_screen.width(), on_screen.height()) >= _LEAST_BOX:
                self.part_chosen.emit(_region(box))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._choosing:
            self.mousePressEvent(event)
        elif self.fits:
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

    def _inside(self, point: QPointF) -> QPointF:
        """The point of the photo, in shares, that is nearest to a point of this widget."""
        place = self._to_photo(point)
        return QPointF(min(max(place.x(), 0.0), 1.0), min(max(place.y(), 0.0), 1.0))

    def _on_screen(self, box: tuple[QPointF, QPointF]) -> QRectF:
        target = self._target()
        corners = [
            QPointF(target.x() + c.x() * target.width(), target.y() + c.y() * target.height()) for c in box
        ]
        return QRectF(*corners).normalized()

    def _paint_box(self, painter: QPainter, box: tuple[QPointF, QPointF]) -> None:
        """The box, and everything around it dimmed."""
        chosen = self._on_screen(box)
        around = QPainterPath()
        around.addRect(self._target())
        around.addRect(chosen)
        painter.fillPath(around, _DIM)  # the odd-even rule leaves the box out
        for color, style in (
            (Qt.GlobalColor.black, Qt.PenStyle.SolidLine),
            (Qt.GlobalColor.white, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(color, 1, style))
            painter.drawRect(chosen)

    def _paint_hint(self, painter: QPainter) -> None:
        text = self.tr("Draw a box around the part to search for. Esc leaves.")
        room = self.rect().adjusted(theme.LARGE, theme.LARGE, -theme.LARGE, -theme.LARGE)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        words = painter.boundingRect(room, flags, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.colors().line))
        painter.setBrush(QColor(theme.colors().raised))
        painter.drawRoundedRect(
            words.adjusted(-theme.MEDIUM, -theme.SMALL, theme.MEDIUM, theme.SMALL), theme.RADIUS, theme.RADIUS
        )
        painter.setPen(QColor(theme.colors().text))
        painter.drawText(room, flags, text)

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
        if self._choosing:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor if self.fits else Qt.CursorShape.OpenHandCursor)


def _region(box: tuple[QPointF, QPointF]) -> Region:
    (one, other), digits = box, 6
    xs, ys = sorted((one.x(), other.x())), sorted((one.y(), other.y()))
    return Region(round(xs[0], digits), round(ys[0], digits), round(xs[1], digits), round(ys[1], digits))
