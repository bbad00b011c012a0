"""Pictures from the library as Qt wants them."""

from __future__ import annotations

from PySide6.QtGui import QImage


def read_jpeg(jpeg: bytes) -> QImage:
    """A JPEG of the library, decoded; may be called on any thread. Null when it is none.

    The format is named, because Qt would otherwise try its readers in turn. That of SVG connects a signal,
    for which it waits for a lock of Qt's while it holds Python's: a GUI thread that disconnects one at this
    moment has the first and waits for the second, for ever.
    """
    # PySide 6.11 takes the format as a str alone, whatever its types say.
    return QImage.fromData(jpeg, "JPEG")  # type: ignore[arg-type]
