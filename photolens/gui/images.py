"""Pictures from the library as Qt wants them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QDataStream, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader


def read_jpeg(jpeg: bytes, fill: QSize | None = None) -> QImage:
    """A JPEG of the library, decoded; may be called on any thread. Null when it is none.

    With `fill` its middle, scaled to exactly that many pixels. All is done by a QImageReader, which lets
    other threads of Python go on meanwhile, as `QImage.fromData` and `QImage.scaled` do not: the window
    would stand still for each. The format is named, because Qt would otherwise try its readers in turn, and
    some of them connect signals, for which they wait for locks of Qt's.

    While Qt chooses a reader it holds a lock and looks at the device. A QBuffer made here would ask Python
    for methods that replace its own, so wait for Python's lock, whose holder may wait for Qt's: for ever. The
    QDataStream has a buffer of Qt's own.
    """
    stream = QDataStream(QByteArray(jpeg))
    reader = QImageReader(stream.device(), b"JPEG")
    reader.setAutoDetectImageFormat(False)
    if fill is not None and reader.canRead():
        reader.setClipRect(_middle(reader.size(), fill))
        reader.setScaledSize(fill)
    return reader.read()


def _middle(whole: QSize, shape: QSize) -> QRect:
    """The largest part of `whole` that has the shape of `shape`, in its middle."""
    part = shape.scaled(whole, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    place = QRect(0, 0, part.width(), part.height())
    place.moveCenter(QRect(0, 0, whole.width(), whole.height()).center())
    return place
