"""How one photo of the grid is painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from photolens.gui import theme

_RING = 2  # of a selected photo
_BADGE = 18


@dataclass(frozen=True, slots=True)
class TileLook:
    """What is known of a photo when it is painted."""

    color: int  # 0xRRGGBB, its mean colour
    pixmap: QPixmap | None
    shown: float  # 0 .. 1: how far the thumbnail has faded in
    failed: bool
    online: bool
    caption: str = ""  # shown while the mouse is over the photo


class TilePainter:
    """Paints tiles with a painter that is already open."""

    def __init__(self) -> None:
        self._badges: dict[tuple[str, float, bool], QPixmap] = {}  # text is slow to draw for every tile

    def begin(self, painter: QPainter, ratio: float) -> None:
        """Take the painter of one repaint, on a screen of this scale."""
        self._painter = painter
        self._ratio = ratio
        self._colors = theme.colors()

    def draw(self, rect: QRect, look: TileLook, *, selected: bool, current: bool, hovered: bool) -> None:
        if look.pixmap is None or look.shown < 1.0:
            self._placeholder(rect, look)
        if look.pixmap is not None:
            self._thumbnail(rect, look)
        if not look.online:
            self._badge(rect, "link-break")
        if selected:
            self._ring(rect, QColor(self._colors.accent), _RING)
        elif current:
            self._ring(rect, QColor(self._colors.muted), 1)
        elif hovered:
            self._ring(rect, QColor(self._colors.line), _RING)
        if hovered and look.caption:
            self._caption(rect, look.caption)

    def _placeholder(self, rect: QRect, look: TileLook) -> None:
        color = QColor.fromRgb(look.color)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(color)
        self._painter.drawRoundedRect(rect, theme.TILE_RADIUS, theme.TILE_RADIUS)
        if look.failed:
            side = min(32, rect.width() - 8, rect.height() - 8)
            mark = QRect(0, 0, side, side)
            mark.moveCenter(rect.center())
            light = color.lightnessF() > 0.5
            role = "text" if light != self._colors.dark else "surface"
            theme.icon("file-x", role).paint(self._painter, mark)

    def _thumbnail(self, rect: QRect, look: TileLook) -> None:
        assert look.pixmap is not None
        self._painter.setOpacity(look.shown)
        exact = (
            abs(look.pixmap.width() - rect.width() * self._ratio) < 1.5
            and abs(look.pixmap.height() - rect.height() * self._ratio) < 1.5
        )
        if exact:
            look.pixmap.setDevicePixelRatio(self._ratio)
            self._painter.drawPixmap(rect.topLeft(), look.pixmap)
        else:  # made for another size: cut to the tile's shape until the right one is there
            self._painter.drawPixmap(QRectF(rect), look.pixmap, _middle(look.pixmap, rect))
        self._painter.setOpacity(1.0)

    def _badge(self, rect: QRect, name: str) -> None:
        """A small sign in the upper right corner that can be read on every photo."""
        badge = QRect(0, 0, _BADGE + 6, _BADGE + 6)
        badge.moveTopRight(rect.topRight() + QPoint(1 - theme.TINY, theme.TINY))
        key = (name, self._ratio, self._colors.dark)
        if key not in self._badges:
            self._badges[key] = self._drawn_badge(name, badge.size())
        self._painter.drawPixmap(badge.topLeft(), self._badges[key])

    def _drawn_badge(self, name: str, size: QSize) -> QPixmap:
        pixmap = QPixmap(size * self._ratio)
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(self._colors.window)
        ground.setAlphaF(0.85)
        painter.setBrush(ground)
        badge = QRect(QPoint(), size)
        painter.drawRoundedRect(badge, theme.RADIUS, theme.RADIUS)
        theme.icon(name).paint(painter, badge.adjusted(3, 3, -3, -3))
        painter.end()
        return pixmap

    def _caption(self, rect: QRect, text: str) -> None:
        """A line of text at the lower edge that can be read on every photo."""
        self._painter.setFont(theme.font(theme.CAPTION))
        width = self._painter.fontMetrics().horizontalAdvance(text) + 2 * theme.SMALL
        place = QRect(0, 0, min(width, rect.width()), self._painter.fontMetrics().height() + theme.TINY)
        place.moveBottomLeft(rect.bottomLeft())
        place.translate(theme.TINY, -theme.TINY)
        ground = QColor(self._colors.window)
        ground.setAlphaF(0.85)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(ground)
        self._painter.drawRoundedRect(place, theme.TILE_RADIUS, theme.TILE_RADIUS)
        self._painter.setPen(QColor(self._colors.text))
        self._painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _ring(self, rect: QRect, color: QColor, width: int) -> None:
        self._painter.setPen(QPen(color, width))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        away = 1 + width / 2
        radius = theme.TILE_RADIUS + away
        self._painter.drawRoundedRect(QRectF(rect).adjusted(-away, -away, away, away), radius, radius)


def _middle(pixmap: QPixmap, rect: QRect) -> QRectF:
    """The part of the pixmap, in its pixels, that has the shape of `rect`."""
    width, height = pixmap.width(), pixmap.height()
    wanted = rect.width() / max(1, rect.height())
    if width / max(1, height) > wanted:
        return QRectF((width - height * wanted) / 2, 0, height * wanted, height)
    return QRectF(0, (height - width / wanted) / 2, width, width / wanted)
