"""The small picture on a chip, and how it is cut out."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel

from photolens.domain import Region
from photolens.gui import theme

SIDE = 28  # logical pixels


class Thumbnail(QLabel):
    """A small picture; what is pushed away has a minus on it, and where there is no room beside it, words."""

    def __init__(self) -> None:
        super().__init__()
        self.negative, self.words = False, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.words:
            self._paint_words(painter)
        if self.negative:
            self._paint_minus(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        strip = QRectF(0, self.height() - 12, self.width(), 12)
        painter.fillRect(strip, QColor(0, 0, 0, 170))
        painter.setPen(Qt.GlobalColor.white)
        painter.setFont(theme.font(9 / 13))
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, self.words.replace(" ", ""))

    def _paint_minus(self, painter: QPainter) -> None:
        side = 12
        badge = QRectF(1, 1, side, side)
        painter.setBrush(QColor(theme.colors().danger))
        painter.setPen(QColor(theme.colors().raised))
        painter.drawEllipse(badge)
        painter.fillRect(badge.adjusted(3, side / 2 - 1, -3, 1 - side / 2), QColor(theme.colors().raised))


def square(pixmap: QPixmap, side: int, ratio: float, region: Region | None = None) -> QPixmap:
    """The middle of a picture, or of a part of it, `side` logical pixels wide and high."""
    if region is not None:
        width, height = pixmap.width(), pixmap.height()
        left, top = int(region.left * width), int(region.top * height)
        right, bottom = math.ceil(region.right * width), math.ceil(region.bottom * height)
        pixmap = pixmap.copy(left, top, max(1, right - left), max(1, bottom - top))
    pixels = round(side * ratio)
    scaled = pixmap.scaled(
        pixels,
        pixels,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    cut = scaled.copy((scaled.width() - pixels) // 2, (scaled.height() - pixels) // 2, pixels, pixels)
    cut.setDevicePixelRatio(ratio)
    return cut
