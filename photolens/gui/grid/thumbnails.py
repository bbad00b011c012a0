"""Pixmaps for the tiles on screen: asked for newest first, decoded off the GUI thread, kept within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap

from photolens.domain import PhotoId
from photolens.gui.bridge import Bridge
from photolens.gui.images import read_jpeg

Request = Callable[[PhotoId], "Future[bytes | None]"]

_EDGE = QColor(128, 128, 128, 48)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a thumbnail is to be drawn, in device pixels; it fills the tile, cropped where it must be."""

    width: int
    height: int
    radius: float


class Thumbnails:
    """A cache of pixmaps. Used on the GUI thread; decoding and scaling happen in the library's threads."""

    def __init__(self, bridge: Bridge, megabytes: int, arrived: Callable[[PhotoId], None]) -> None:
        self._bridge = bridge
        self._arrived = arrived
        self._request: Request | None = None
        self._budget = megabytes * 1_000_000
        self._used = 0
        self._pixmaps: OrderedDict[PhotoId, tuple[Shape, QPixmap]] = OrderedDict()
        self._waiting: dict[PhotoId, tuple[Shape, Future[bytes | None]]] = {}
        self._failed: set[PhotoId] = set()

    @property
    def used_bytes(self) -> int:
        return self._used

    @property
    def waiting(self) -> int:
        """How many were asked for and have not come."""
        return len(self._waiting)

    def use(self, request: Request | None) -> None:
        """Take thumbnails from here from now on; None: from nowhere."""
        self.forget_all()
        self._request = request

    def set_budget(self, megabytes: int) -> None:
        self._budget = megabytes * 1_000_000
        self._shrink()

    def get(self, photo_id: PhotoId) -> QPixmap | None:
        """What there is now, perhaps in another size than wanted."""
        found = self._pixmaps.get(photo_id)
        if found is None:
            return None
        self._pixmaps.move_to_end(photo_id)
        return found[1]

    def failed(self, photo_id: PhotoId) -> bool:
        """Whether it was asked for and cannot be had now."""
        return photo_id in self._failed

    def want(self, wanted: Iterable[tuple[PhotoId, Shape]]) -> None:
        """Ask for these, the first most urgently, and for no others any more."""
        wishes = dict(wanted)
        for photo_id in [p for p in self._waiting if p not in wishes]:
            self._waiting.pop(photo_id)[1].cancel()
        # The pool serves the latest request first.
        for photo_id, shape in reversed(wishes.items()):
            self._ask(photo_id, shape)

    def become(self, photos: Mapping[PhotoId, PhotoId]) -> None:
        """What was shown of files that waited is shown of the photos that they are now."""
        for file_id, photo_id in photos.items():
            if file_id in self._pixmaps and photo_id not in self._pixmaps:
                self._pixmaps[photo_id] = self._pixmaps.pop(file_id)
            self.forget([file_id])

    def forget(self, ids: Iterable[PhotoId]) -> None:
        """These look different now."""
        for photo_id in ids:
            self._failed.discard(photo_id)
            if photo_id in self._waiting:
                self._waiting.pop(photo_id)[1].cancel()
            if photo_id in self._pixmaps:
                self._used -= _bytes(self._pixmaps.pop(photo_id)[1])

    def forget_all(self) -> None:
        self.forget([*self._waiting, *self._pixmaps, *self._failed])

    def retry_failed(self) -> None:
        """What could not be had may be there now, for example because its drive is back."""
        self._failed.clear()

    def _ask(self, photo_id: PhotoId, shape: Shape) -> None:
        have = self._pixmaps.get(photo_id)
        asked = self._waiting.get(photo_id)
        if self._request is None or photo_id in self._failed or (have and have[0] == shape):
            return
        if asked is not None:
            if asked[0] == shape:
                if not asked[1].running() and not asked[1].done():
                    self._request(photo_id)  # moves it to the front
                return
            asked[1].cancel()
        future = self._request(photo_id)
        self._waiting[photo_id] = (shape, future)
        future.add_done_callback(partial(self._loaded, photo_id, shape))

    def _loaded(self, photo_id: PhotoId, shape: Shape, future: Future[bytes | None]) -> None:
        """On a thread of the library: everything but the pixmap."""
        if future.cancelled():
            return
        image = None
        if future.exception() is None and (jpeg := future.result()) is not None:
            image = rounded(read_jpeg(jpeg, QSize(shape.width, shape.height)), shape.radius)
        self._bridge.call_soon(partial(self._take, photo_id, shape, future, image))

    def _take(
        self, photo_id: PhotoId, shape: Shape, future: Future[bytes | None], image: QImage | None
    ) -> None:
        asked = self._waiting.get(photo_id)
        if asked is None or asked[1] is not future:
            return  # out of sight meanwhile, or asked for in another size
        del self._waiting[photo_id]
        if image is None or image.isNull():
            self._failed.add(photo_id)
        else:
            self.forget([photo_id])
            pixmap = QPixmap.fromImage(image)
            self._pixmaps[photo_id] = (shape, pixmap)
            self._used += _bytes(pixmap)
            self._shrink()
        self._arrived(photo_id)

    def _shrink(self) -> None:
        while self._used > self._budget and len(self._pixmaps) > 1:
            _, (_, pixmap) = self._pixmaps.popitem(last=False)
            self._used -= _bytes(pixmap)


def rounded(image: QImage, radius: float) -> QImage:
    """The image with round corners and a faint edge."""
    if image.isNull():
        return image
    area = QRectF(0, 0, image.width(), image.height())
    corners = QPainterPath()  # what is in one of these but not in both
    corners.addRect(area)
    corners.addRoundedRect(area, radius, radius)
    made = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.fillPath(corners, Qt.GlobalColor.black)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setPen(_EDGE)  # a white picture on a white ground has edges too
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.end()
    return made


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
