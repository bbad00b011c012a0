"""One photo, as large as the window, and the way to the next: loading, words, keys."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photolens.domain import IdArray, PhotoId, PixelArray, Region, waits
from photolens.errors import PhotoLensError
from photolens.gui import theme
from photolens.gui.bridge import Bridge
from photolens.gui.canvas import STEP, Canvas
from photolens.gui.commands import Commands
from photolens.gui.grid.thumbnails import Thumbnails
from photolens.gui.localized import localized
from photolens.gui.page import Picture
from photolens.gui.widgets import ElidedLabel, action_button, label, set_role

Load = Callable[[PhotoId, int | None], PixelArray]  # id and longest side, None: all there is

_KEPT = 4  # pictures at window size: this one, its neighbours, the last one
_WAIT_MS = 200
_AHEAD = 1


class Viewer(QWidget):
    """Looks at the photos of a list one by one. Loading is done elsewhere, the newest wish first."""

    shown = Signal(int)  # row in the list
    closed = Signal()
    part_chosen = Signal(object)  # Picture, to search with
    thumbnail_wanted = Signal(int)  # id: the photo itself cannot be had

    def __init__(self, bridge: Bridge, thumbnails: Thumbnails, commands: Commands) -> None:
        super().__init__()
        self._bridge = bridge
        self._thumbnails = thumbnails
        self._load: Load | None = None
        self._ids: IdArray = np.empty(0, dtype=np.int64)
        self._liked: frozenset[PhotoId] = frozenset()
        self._disliked: frozenset[PhotoId] = frozenset()
        self._row = -1
        self._total = 0
        self._ready: OrderedDict[PhotoId, QPixmap] = OrderedDict()
        # By photo and whether it is wanted at full size: the number of the wish, and the work.
        self._jobs: dict[tuple[PhotoId, bool], tuple[int, Future[QImage]]] = {}
        self._asked = 0
        self._sharp: PhotoId | None = None  # the photo that is loaded at full size
        self._away = ""  # why the photo shown cannot be reached
        self._known_sizes: dict[PhotoId, QSize] = {}
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Photo viewer"))
        self.canvas = Canvas()
        self.canvas.zoomed.connect(self._on_zoom)
        self.canvas.part_chosen.connect(self._take_part)
        self._search_part = commands["search-part"]
        self._search_part.toggled.connect(self.canvas.choose_part)
        self._place = label("", "muted")
        self._title = ElidedLabel()
        self._title.setProperty("role", "muted")
        self._zoom_label = label("", "muted")
        self.note = label("", "message")
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setMargin(theme.SMALL)
        self.note.hide()
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.SMALL, theme.TINY, theme.SMALL, theme.TINY)
        bar.addWidget(action_button(commands["back"], self))
        bar.addWidget(self._place)
        bar.addSpacing(theme.SMALL)
        bar.addWidget(self._title, 1)
        self._like, self._dislike = (action_button(commands[name], self) for name in ("like", "dislike"))
        bar.addWidget(self._like)
        bar.addWidget(self._dislike)
        bar.addSpacing(theme.MEDIUM)
        bar.addWidget(self._zoom_label)
        zooming = ("zoom-out", "zoom-in", "fit", "actual-size", "full-screen")
        for name in ("search-part", *zooming, "details", "trash"):
            bar.addWidget(action_button(commands[name], self))
        bar.addSpacing(theme.MEDIUM)
        for name in ("previous", "next"):
            bar.addWidget(action_button(commands[name], self))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.canvas, 1)
        # Over the picture: a row of its own would make the picture jump when it comes and goes.
        over = QVBoxLayout(self.canvas)
        over.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        over.addStretch(1)
        over.addWidget(self.note)
        self._slow = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._slow.timeout.connect(lambda: self._say(self.tr("Loading…")))
        for name, call in (
            ("next", lambda: self.go(self._row + 1)),
            ("previous", lambda: self.go(self._row - 1)),
            ("first", lambda: self.go(0)),
            ("last", lambda: self.go(len(self._ids) - 1)),
            ("fit", self.canvas.fit),
            ("actual-size", lambda: self.canvas.set_zoom(1.0)),
            ("zoom-in", lambda: self.canvas.set_zoom(self.canvas.zoom * STEP)),
            ("zoom-out", lambda: self.canvas.set_zoom(self.canvas.zoom / STEP)),
            ("close-viewer", self.closed.emit),
        ):
            commands[name].triggered.connect(call)

    # --- what is shown -----------------------------------------------------------------------

    def use(self, load: Load | None) -> None:
        """Take pictures from here from now on."""
        self._cancel_all()
        self._ready.clear()
        self._load = load

    @property
    def photo_id(self) -> PhotoId | None:
        return int(self._ids[self._row]) if 0 <= self._row < len(self._ids) else None

    @property
    def row(self) -> int:
        return self._row

    def open(self, ids: IdArray, row: int, total: int) -> None:
        """Look at these photos, the first of `total`, beginning with this one."""
        self._ids, self._row, self._total = ids, -1, total
        self.go(row)
        self.setFocus()

    def set_list(self, ids: IdArray, total: int) -> None:
        """The list has changed: stay at the photo, or where it was if it is gone."""
        current = self.photo_id
        self._ids, self._total = ids, total
        if not len(ids):
            self.closed.emit()
            return
        rows = np.flatnonzero(ids == (-1 if current is None else current))
        if len(rows):
            self._row = int(rows[0])
            self._describe()
            self.shown.emit(self._row)
        else:
            self._row, row = -1, self._row
            self.go(min(max(row, 0), len(ids) - 1))

    def become(self, ids: IdArray, photos: Mapping[PhotoId, PhotoId]) -> None:
        """The same list, in which files that waited are these `photos` now."""
        if not len(self._ids):
            return
        before, self._ids = self.photo_id, ids
        self._sharp = None if self._sharp is None else photos.get(self._sharp, self._sharp)
        for file_id, photo_id in photos.items():
            if file_id in self._ready:
                self._ready[photo_id] = self._ready.pop(file_id)
        self._load_around()  # what is on its way has the old ids
        if self.photo_id != before:
            self._describe()
            self.shown.emit(self._row)

    def go(self, row: int) -> None:
        """Show this one of the list; beyond its ends nothing happens."""
        if not 0 <= row < len(self._ids) or row == self._row:
            return
        self._row = row
        self._sharp = None
        self._away = ""
        self._say("")
        self.canvas.choose_part(self._search_part.isChecked())  # a box half drawn was about the last one
        photo_id = int(self._ids[row])
        pixmap = self._ready.get(photo_id)
        if pixmap is not None:
            self._ready.move_to_end(photo_id)
            self._slow.stop()
            self.canvas.show_picture(pixmap, self._full_size(photo_id, pixmap), keep_zoom=False)
        else:
            small = self._thumbnails.get(photo_id)
            if small is not None:  # at once, if blurred
                self.canvas.show_picture(small, _enlarged(small.size(), self._room()), keep_zoom=False)
            else:
                self.canvas.show_picture(None, QSize(1, 1), keep_zoom=False)
            self._slow.start()
        self._load_around()
        self._title.set_text("")
        self._describe()
        self.shown.emit(row)

    def forget(self, ids: set[PhotoId]) -> None:
        """These look different now, or are gone."""
        for photo_id in ids:
            self._ready.pop(photo_id, None)
        for key in [key for key in self._jobs if key[0] in ids]:
            self._jobs.pop(key)[1].cancel()
        current = self.photo_id
        if current in ids:
            self._sharp = None
            self._load_around()

    def clear(self) -> None:
        """Free the pictures."""
        self._cancel_all()
        self._ready.clear()
        self._row, self._ids = -1, np.empty(0, dtype=np.int64)
        self._slow.stop()
        self._search_part.setChecked(False)
        self.canvas.show_picture(None, QSize(1, 1), keep_zoom=False)

    def event(self, event: QEvent) -> bool:
        """Esc leaves the choice of a part first, before it means anything to the window."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and self._search_part.isChecked():
            if event.type() == QEvent.Type.KeyPress:
                self._search_part.setChecked(False)
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_zoom()

    def _take_part(self, region: Region) -> None:
        photo_id = self.photo_id
        self._search_part.setChecked(False)
        if photo_id is not None and not waits(photo_id):  # what waits to be read cannot be searched with
            self.part_chosen.emit(Picture(photo_id, region=region))

    # --- loading -----------------------------------------------------------------------------

    def _room(self) -> QSize:
        return self.canvas.size() * self.canvas.devicePixelRatioF()

    def _load_around(self) -> None:
        """The photo itself and the next ones; whatever else is waiting is not wanted any more."""
        rows = [self._row, *(self._row + step for step in (_AHEAD, -_AHEAD))]
        wanted = [(int(self._ids[row]), False) for row in rows if 0 <= row < len(self._ids)]
        for key in [key for key in self._jobs if key not in wanted]:
            self._jobs.pop(key)[1].cancel()
        for key in wanted:
            if key[0] not in self._ready and key not in self._jobs:
                self._start(*key)

    def _start(self, photo_id: PhotoId, full: bool) -> None:
        load = self._load
        if load is None:
            return
        room = self._room()
        longest = None if full else max(640, room.width(), room.height())
        asked = self._asked = self._asked + 1
        job = self._bridge.run(
            lambda: _image(load(photo_id, longest)),
            partial(self._loaded, photo_id, full, asked),
            partial(self._failed, photo_id, full, asked),
        )
        self._jobs[photo_id, full] = (asked, job)

    def _loaded(self, photo_id: PhotoId, full: bool, asked: int, image: QImage) -> None:
        if self._jobs.get((photo_id, full), (0,))[0] != asked:
            return  # not wanted any more, or of a file that has changed: it would push out what is
        del self._jobs[photo_id, full]
        pixmap = QPixmap.fromImage(image)
        if not full:
            self._ready[photo_id] = pixmap
            while len(self._ready) > _KEPT:
                self._ready.popitem(last=False)
        if photo_id != self.photo_id or (not full and self._sharp == photo_id):
            return
        self._slow.stop()
        self._say("")
        if full:
            self._sharp = photo_id
        self.canvas.show_picture(
            pixmap,
            pixmap.size() if full else self._full_size(photo_id, pixmap),
            keep_zoom=not self.canvas.fits,
        )
        self._on_zoom()

    def _failed(self, photo_id: PhotoId, full: bool, asked: int, error: PhotoLensError) -> None:
        if self._jobs.get((photo_id, full), (0,))[0] != asked:
            return
        del self._jobs[photo_id, full]
        if photo_id == self.photo_id:
            self._slow.stop()
            blurred = self.tr("This is only its thumbnail.") if self.canvas.has_picture else ""
            self._say(self._away or f"{localized(error)} {blurred}".strip())
            self.thumbnail_wanted.emit(photo_id)

    def show_thumbnail(self, photo_id: PhotoId, pixmap: QPixmap) -> None:
        """In the place of a photo that could not be had."""
        if photo_id == self.photo_id and photo_id not in self._ready:
            full = _enlarged(pixmap.size(), self._room())
            self.canvas.show_picture(pixmap, full, keep_zoom=not self.canvas.fits)

    def set_away(self, photo_id: PhotoId, text: str) -> None:
        """Why the photo cannot be reached, known a moment after it is shown; empty where it can be."""
        if photo_id != self.photo_id or photo_id in self._ready:
            return
        before, self._away = self._away, text
        if text:
            self._slow.stop()
            self._say(text)
        elif before:
            self._say("")
            self._load_around()

    def set_full_size(self, photo_id: PhotoId, width: int, height: int) -> None:
        """How large the photo is; known a moment after it is shown."""
        self._known_sizes = {photo_id: QSize(width, height)}
        pixmap = self._ready.get(photo_id)
        if photo_id == self.photo_id and pixmap is not None and self._sharp != photo_id:
            full = self._full_size(photo_id, pixmap)
            self.canvas.show_picture(pixmap, full, keep_zoom=not self.canvas.fits)

    def _full_size(self, photo_id: PhotoId, pixmap: QPixmap) -> QSize:
        return self._known_sizes.get(photo_id, pixmap.size())

    def _on_zoom(self) -> None:
        """Load every pixel once they can be told apart."""
        photo_id = self.photo_id
        self._show_zoom()
        if photo_id is None or self._sharp == photo_id or (photo_id, True) in self._jobs:
            return
        pixmap = self._ready.get(photo_id)
        full = self._known_sizes.get(photo_id)
        if pixmap is None or full is None or self.canvas.fits:
            return
        if self.canvas.zoom > pixmap.width() / max(1, full.width()):
            self._start(photo_id, True)

    def _cancel_all(self) -> None:
        for _, job in self._jobs.values():
            job.cancel()
        self._jobs.clear()

    # --- words -------------------------------------------------------------------------------

    def set_judgements(self, liked: frozenset[PhotoId], disliked: frozenset[PhotoId]) -> None:
        """Photos that were clicked; the one that is shown says so."""
        self._liked, self._disliked = liked, disliked
        self._show_judgement()

    def _show_judgement(self) -> None:
        set_role(self._like, active=self.photo_id in self._liked)
        set_role(self._dislike, active=self.photo_id in self._disliked)

    def _describe(self) -> None:
        self._show_judgement()
        locale = QLocale()
        place = self.tr("%1 of %2").replace("%1", locale.toString(self._row + 1))
        self._place.setText(place.replace("%2", locale.toString(self._total)))

    def set_title(self, name: str) -> None:
        """The photo's name, known a moment after it is shown."""
        self._describe()
        self._title.set_text(name)

    def _show_zoom(self) -> None:
        known = self.photo_id in self._known_sizes
        self._zoom_label.setText(f"{self.canvas.zoom * 100:.0f} %" if known else "")

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))


def _image(pixels: PixelArray) -> QImage:
    """A QImage with its own copy of the pixels."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def _enlarged(size: QSize, room: QSize) -> QSize:
    """A thumbnail stands in for the whole photo."""
    return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
