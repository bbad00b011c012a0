"""Small signs and lines of text that can be read on every photo; each is painted once, then kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap

from photolens.gui import theme

GROUND = 0.85  # opacity of what is behind them
_KEPT = 800

_Paint = Callable[[QPainter, QRect], None]


class Signs:
    """Paints them with a painter that is already open. Text would be slow to draw anew for every tile."""

    def __init__(self) -> None:
        self._drawings: dict[tuple[object, ...], QPixmap] = {}
        self._drawn_for: tuple[object, ...] = ()

    def begin(self, painter: QPainter, ratio: float) -> None:
        """Take the painter of one repaint, on a screen of this scale."""
        self._painter = painter
        self._ratio = ratio
        self._colors = theme.colors()
        self._font = theme.font(theme.CAPTION)
        self._metrics = QFontMetrics(self._font)
        drawn_for = (ratio, self._colors.dark, self._font.key())
        if drawn_for != self._drawn_for or len(self._drawings) > _KEPT:
            self._drawings.clear()
            self._drawn_for = drawn_for

    @property
    def line_height(self) -> int:
        return self._metrics.height() + theme.TINY

    def icon(self, place: QRect, name: str, role: str, ground: str, alpha: float = GROUND) -> None:
        """An icon in the colour `role` on a ground of another colour."""

        def paint(painter: QPainter, area: QRect) -> None:
            theme.icon(name, role).paint(painter, area.adjusted(4, 4, -4, -4))

        key = (name, role, ground, alpha)
        self._draw(key, place.topLeft(), place.size(), ground, alpha, theme.RADIUS, paint)

    def line(self, corner: QPoint, text: str, room: int) -> None:
        """A line of text with its upper left corner here, cut where it is wider than `room` pixels."""
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - theme.SMALL)
        width = min(self._metrics.horizontalAdvance(shown) + 2 * theme.SMALL, room)

        def paint(painter: QPainter, area: QRect) -> None:
            painter.setFont(self._font)
            painter.setPen(QColor(self._colors.text))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)

        size = QSize(width, self.line_height)
        if width > theme.SMALL:
            self._draw((shown, width), corner, size, "window", GROUND, theme.TILE_RADIUS, paint)

    def _draw(
        self,
        key: tuple[object, ...],
        corner: QPoint,
        size: QSize,
        ground: str,
        alpha: float,
        radius: int,
        paint: _Paint,
    ) -> None:
        if key not in self._drawings:
            pixmap = QPixmap(size * self._ratio)
            pixmap.setDevicePixelRatio(self._ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            color = QColor(getattr(self._colors, ground))
            color.setAlphaF(alpha)
            painter.setBrush(color)
            painter.drawRoundedRect(QRect(QPoint(), size), radius, radius)
            paint(painter, QRect(QPoint(), size))
            painter.end()
            self._drawings[key] = pixmap
        self._painter.drawPixmap(corner, self._drawings[key])
