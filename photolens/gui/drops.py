"""What was dropped or pasted: photos of the library, picture files, pictures as such, folders, words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData, Qt
from PySide6.QtGui import QImage

from photolens.domain import IdArray
from photolens.gui.page import Picture

translate = QCoreApplication.translate

PHOTO_IDS = "application/x-photolens-photos"
_MOST_PICTURES = 5  # a question made of more is no question
_MOST_PIXELS = 2048


@dataclass(slots=True)
class Dropped:
    """What came. `paths` may be files or folders: whoever may touch the disk finds out."""

    pictures: list[Picture] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    text: str = ""
    problem: str = ""  # why nothing can be done with it


def can_take(data: QMimeData) -> bool:
    """Whether `read` would find anything."""
    return data.hasFormat(PHOTO_IDS) or data.hasUrls() or data.hasImage() or data.hasText()


def put_photos(data: QMimeData, ids: IdArray) -> None:
    """Note which photos of the library these are, beside their files."""
    data.setData(PHOTO_IDS, QByteArray(json.dumps(ids.tolist()).encode()))


def read(data: QMimeData) -> Dropped:
    """Photos of the library first, then files on this machine, then a picture, then words."""
    ids = _photo_ids(data)
    if ids:
        return Dropped(pictures=[Picture(photo_id) for photo_id in ids[:_MOST_PICTURES]])
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()]
    if paths:
        return Dropped(paths=paths)
    if data.hasImage():
        picture = _encoded(data.imageData())
        if picture is not None:
            return Dropped(pictures=[picture])
        return Dropped(problem=translate("Drops", "This picture cannot be read."))
    if data.hasUrls():
        return Dropped(
            problem=translate(
                "Drops",
                "That was only the address of a picture, and PhotoLens never goes online. "
                "Copy the picture itself in the browser (Copy image) and paste it here.",
            )
        )
    return Dropped(text=data.text())


def _photo_ids(data: QMimeData) -> list[int]:
    if not data.hasFormat(PHOTO_IDS):
        return []
    try:
        ids = json.loads(bytes(data.data(PHOTO_IDS).data()))
        return [int(photo_id) for photo_id in np.asarray(ids, dtype=np.int64).ravel()]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []


def _encoded(image: object) -> Picture | None:
    """A picture from the clipboard as bytes of a PNG, at a size that is enough for any model."""
    if not isinstance(image, QImage) or image.isNull():
        return None
    if max(image.width(), image.height()) > _MOST_PIXELS:
        mode = Qt.AspectRatioMode.KeepAspectRatio
        image = image.scaled(_MOST_PIXELS, _MOST_PIXELS, mode, Qt.TransformationMode.SmoothTransformation)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG", 100):  # type: ignore[call-overload]
        return None
    return Picture(bytes(buffer.data().data()))
