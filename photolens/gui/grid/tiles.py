"""How one photo of the grid is painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from photolens.gui import theme
from photolens.gui.grid.judging import BUTTON, HEAD, Button, shown_buttons
from photolens.gui.grid.signs import GROUND, Signs

_RING = 2  # of a selected photo
_FLASH = 3
_BADGE = 24


@dataclass(frozen=True, slots=True)
class TileLook:
    """What is known of a photo when it is painted."""

    color: int  # 0xRRGGBB, its mean colour
    pixmap: QPixmap | None
    shown: float  # 0 .. 1: how far the thumbnail has faded in
    failed: bool
    online: bool
    waiting: bool = False  # to be read
    caption: str = ""  # at the lower edge
    reason: str = ""  # above the caption
    liked: bool | None = None  # None: not judged, or nothing can be
    judging: bool = False  # whether all buttons are shown
    pointed: Button | None = None  # the one under the mouse
    flash: float = 0.0  # 0 .. 1: how bright the ring is that marks what has just changed
    opacity: float = 1.0


class TilePainter:
    """Paints tiles with a painter that is already open."""

    def __init__(self) -> None:
        self._signs = Signs()

    def begin(self, painter: QPainter, ratio: float, colors: theme.Colors) -> None:
        """Take the painter of one repaint, on a screen of this scale."""
        self._painter = painter
        self._ratio = ratio
        self._colors = colors
        self._signs.begin(painter, ratio, colors)

    def draw(self, rect: QRect, look: TileLook, *, selected: bool, current: bool, hovered: bool) -> None:
        self._painter.setOpacity(look.opacity)
        if look.pixmap is None or look.shown < 1.0:
            self._placeholder(rect, look)
        if look.pixmap is not None:
            self._thumbnail(rect, look)
        if look.waiting:
            self._badge(rect, "clock")
        elif not look.online:
            self._badge(rect, "link-break")
        if selected:
            self._ring(rect, QColor(self._colors.accent), _RING)
        elif current:
            self._ring(rect, QColor(self._colors.muted), 1)
        elif hovered:
            self._ring(rect, QColor(self._colors.line), _RING)
        if look.flash:
            color = QColor(self._colors.accent)
            color.setAlphaF(look.flash)
            self._ring(rect, color, _FLASH)
        head = self._buttons(rect, look)
        if look.caption or look.reason:
            self._lines(rect, [text for text in (look.caption, look.reason) if text], head)
        self._painter.setOpacity(1.0)

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
        self._painter.setOpacity(look.opacity * look.shown)
        exact = (
            abs(look.pixmap.width() - rect.width() * self._ratio) < 1.5
            and abs(look.pixmap.height() - rect.height() * self._ratio) < 1.5
        )
        if exact:
            look.pixmap.setDevicePixelRatio(self._ratio)
            self._painter.drawPixmap(rect.left(), rect.top(), look.pixmap)
        else:  # made for another size: cut to the tile's shape until the right one is there
            self._painter.drawPixmap(QRectF(rect), look.pixmap, _middle(look.pixmap, rect))
        self._painter.setOpacity(look.opacity)

    # --- signs and words on the photo ----------------------------------------------------------

    def _badge(self, rect: QRect, name: str) -> None:
        """A small sign in the upper right corner that can be read on every photo."""
        left = rect.left() + rect.width() - theme.TINY - _BADGE
        self._signs.icon(left, rect.top() + theme.TINY, _BADGE, name, "text", "window")

    def _buttons(self, rect: QRect, look: TileLook) -> int:
        """The height they take at the top of the tile."""
        places = shown_buttons(rect, look.liked, active=look.judging)
        for button, place in places.items():
            alpha = 1.0 if button is look.pointed else GROUND
            ground = "raised" if button is look.pointed else "window"
            if button is Button.LIKE:
                name, role = ("heart-fill", "accent") if look.liked else ("heart", "text")
            else:
                name, role = "x", "text"
                if look.liked is False:  # inverted: seen as chosen without the mouse
                    role, ground = "surface", "text"
            self._signs.icon(place.left(), place.top(), BUTTON, name, role, ground, alpha)
        return HEAD if places else 0

    def _lines(self, rect: QRect, lines: list[str], head: int) -> None:
        """Lines of text from the lower edge upwards, as many as fit below the buttons."""
        height = self._signs.line_height
        room = rect.width() - 2 * theme.TINY
        bottom = rect.bottom() + 1 - theme.TINY
        for number, text in enumerate(lines):
            top = bottom - height
            if top < rect.top() + head and (head or number):
                return
            self._signs.line(rect.left() + theme.TINY, top, text, room)
            bottom = top - 2

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
