"""Small signs and lines of text that can be read on every photo; each is painted once, then kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
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

    def begin(self, painter: QPainter, ratio: float, colors: theme.Colors) -> None:
        """Take the painter of one repaint, on a screen of this scale."""
        self._painter = painter
        self._ratio = ratio
        self._colors = colors
        self._font = theme.font(theme.CAPTION)
        self._metrics = QFontMetrics(self._font)
        drawn_for = (ratio, self._colors.dark, self._font.key())
        if drawn_for != self._drawn_for or len(self._drawings) > _KEPT:
            self._drawings.clear()
            self._drawn_for = drawn_for

    @property
    def line_height(self) -> int:
        return self._metrics.height() + theme.TINY

    def icon(
        self, left: int, top: int, side: int, name: str, role: str, ground: str, alpha: float = GROUND
    ) -> None:
        """An icon in the colour `role` on a square of another colour."""

        def paint(painter: QPainter, area: QRect) -> None:
            theme.icon(name, role).paint(painter, area.adjusted(4, 4, -4, -4))

        key = (name, side, role, ground, alpha)
        self._draw(key, left, top, side, side, ground, alpha, theme.RADIUS, paint)

    def line(self, left: int, top: int, text: str, room: int) -> None:
        """A line of text with its upper left corner here, cut where it is wider than `room` pixels."""
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - theme.SMALL)
        width = min(self._metrics.horizontalAdvance(shown) + 2 * theme.SMALL, room)

        def paint(painter: QPainter, area: QRect) -> None:
            painter.setFont(self._font)
            painter.setPen(QColor(self._colors.text))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)

        if width > theme.SMALL:
            key, height, radius = (shown, width), self.line_height, theme.TILE_RADIUS
            self._draw(key, left, top, width, height, "window", GROUND, radius, paint)

    def _draw(
        self,
        key: tuple[object, ...],
        left: int,
        top: int,
        width: int,
        height: int,
        ground: str,
        alpha: float,
        radius: int,
        paint: _Paint,
    ) -> None:
        if key not in self._drawings:
            area = QRect(0, 0, width, height)
            pixmap = QPixmap(area.size() * self._ratio)
            pixmap.setDevicePixelRatio(self._ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            color = QColor(getattr(self._colors, ground))
            color.setAlphaF(alpha)
            painter.setBrush(color)
            painter.drawRoundedRect(area, radius, radius)
            paint(painter, area)
            painter.end()
            self._drawings[key] = pixmap
        self._painter.drawPixmap(left, top, self._drawings[key])
