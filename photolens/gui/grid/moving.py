"""Photos and titles that move from where they were to their new places, so that the eye can follow."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QTimer
from PySide6.QtWidgets import QWidget

from photolens.domain import Listing, PhotoId
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.pointing import PointingView
from photolens.gui.grid.sections import Section

MOVE_MS = 180
FLASH_MS = 400
_FRAME_MS = 16
_BLEED = 5  # pixels that rings reach beyond their tile


@dataclass(frozen=True, slots=True)
class Movement:
    """Where things were, in the pixels of the new grid; what was not in sight fades in."""

    started: float  # time.perf_counter, seconds
    tiles: dict[PhotoId, QRect]
    headers: dict[str, int]  # tops, by key of their section
    leaving: tuple[int, ...]  # rows that were in sight and will not be

    def over(self, now: float) -> bool:
        return (now - self.started) * 1000 >= MOVE_MS

    def share(self, now: float) -> float:
        """How far it has come, 0 to 1: quick first, slow at the end."""
        return 1.0 - (1.0 - min(1.0, max(0.0, now - self.started) * 1000 / MOVE_MS)) ** 3

    def tile(self, photo_id: PhotoId, place: QRect, share: float) -> tuple[QRect, float]:
        """Where a tile on its way to `place` is now, and its opacity."""
        before = self.tiles.get(photo_id)
        return (place, share) if before is None else (between(before, place, share), 1.0)

    def header(self, key: str, top: int, share: float) -> tuple[int, float]:
        """The same for the title of a section."""
        before = self.headers.get(key)
        return (top, share) if before is None else (round(before + (top - before) * share), 1.0)


def between(one: QRect, other: QRect, share: float) -> QRect:
    """The rectangle `share` of the way from one to another."""
    starts = (one.x(), one.y(), one.width(), one.height())
    ends = (other.x(), other.y(), other.width(), other.height())
    return QRect(*(round(start + (end - start) * share) for start, end in zip(starts, ends, strict=True)))


class MovingView(PointingView):
    """A PointingView that knows where each photo is painted at any moment."""

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.animations = True
        self._movement: Movement | None = None
        self._flashes: dict[PhotoId, float] = {}  # since when
        self._frames = QTimer(self, interval=_FRAME_MS)
        self._frames.timeout.connect(self._on_frame)

    def show_listing(
        self,
        listing: Listing,
        *,
        keep_place: bool,
        sections: tuple[Section, ...] = (),
        animate: bool = False,
    ) -> None:
        """Show other photos. With `keep_place` what is selected and in sight stays so.

        With `animate` the order of what is shown has changed: photos move to their new places, and not the
        first one in sight is kept where it was, but how far down the page is. Raises ValueError unless
        `sections`, if any, cover the listing.
        """
        # Further photos that arrive meanwhile do not cut the movement short.
        moves = self.animations and (animate or (keep_place and self._movement is not None))
        tiles, headers = self._seen_now() if moves else ({}, {})
        bar = self.verticalScrollBar()
        scrolled = bar.value()
        super().show_listing(listing, keep_place=keep_place, sections=sections)
        if animate and keep_place:
            bar.setValue(scrolled)
        if moves:
            self._begin_to_move(tiles, headers)

    def flash(self, ids: Iterable[PhotoId]) -> None:
        """Mark these for a moment, so that the eye keeps what has just been changed."""
        now = time.perf_counter()
        self._flashes.update((photo_id, now) for photo_id in ids)
        self._start_frames()

    # --- inside ----------------------------------------------------------------------------

    def _relayout(self) -> None:
        super()._relayout()
        self._movement = None

    def _tiles_in_sight(self, now: float) -> list[tuple[int, QRect, float]]:
        """Row of the model, place in the viewport, and opacity of the photos that are seen now."""
        tiles, movement = self._tiles(_BLEED), self._movement
        if movement is None:
            return [(row, place, 1.0) for row, place in tiles.items()]
        origin, share, ids = self._origin(), movement.share(now), self._photos.listing.ids
        tiles.update((row, self.visualRect(self._index(row))) for row in movement.leaving)
        moving = []
        for row, place in tiles.items():
            there, opacity = movement.tile(int(ids[row]), place.translated(-origin), share)
            moving.append((row, there.translated(origin), opacity))
        return sorted(moving, key=lambda tile: int(ids[tile[0]]) in movement.tiles)  # over those that fade in

    def _headers_in_sight(self, now: float) -> list[tuple[Section, QRect, float]]:
        """Section, place of its title in the viewport, and opacity."""
        origin, room, found = self._origin(), self.viewport().rect(), []
        movement = self._movement
        share = 1.0 if movement is None else movement.share(now)
        for section, top in self._layout.headers():
            top, opacity = (top, 1.0) if movement is None else movement.header(section.key, top, share)
            place = QRect(0, top, self._layout.width, self._layout.header).translated(origin)
            if place.intersects(room):
                found.append((section, place, opacity))
        return found

    def _seen_now(self) -> tuple[dict[PhotoId, QRect], dict[str, int]]:
        """Places of photos and tops of titles in the viewport."""
        now, ids, room = time.perf_counter(), self._photos.listing.ids, self.viewport().rect()
        places = [(int(ids[row]), place) for row, place, _ in self._tiles_in_sight(now)]
        tiles = {photo_id: place for photo_id, place in places if place.intersects(room)}
        return tiles, {section.key: place.top() for section, place, _ in self._headers_in_sight(now)}

    def _begin_to_move(self, tiles: dict[PhotoId, QRect], headers: dict[str, int]) -> None:
        origin = self._origin()
        visible = self._visible(_BLEED)
        stay = self._photos.rows_of(np.array(list(tiles), dtype=np.int64)).tolist()
        self._movement = Movement(
            time.perf_counter(),
            {photo_id: place.translated(-origin) for photo_id, place in tiles.items()},
            {key: top - origin.y() for key, top in headers.items()},
            tuple(row for row in stay if row not in visible),
        )
        self._start_frames()

    def _flash_of(self, photo_id: PhotoId, now: float) -> float:
        """How bright the mark is, 0 to 1. Without animations it stays the same, then goes."""
        since = self._flashes.get(photo_id)
        left = 0.0 if since is None else 1.0 - (now - since) * 1000 / FLASH_MS
        return max(0.0, left) if self.animations else float(left > 0)

    def _start_frames(self) -> None:
        if not self._frames.isActive():
            self._frames.start()
        self.viewport().update()

    def _on_frame(self) -> None:
        if not self._go_on(time.perf_counter()):
            self._frames.stop()
        self.viewport().update()

    def _go_on(self, now: float) -> bool:
        """Forget what is over; whether anything still changes."""
        self._flashes = {i: at for i, at in self._flashes.items() if (now - at) * 1000 < FLASH_MS}
        if self._movement is not None and self._movement.over(now):
            self._movement = None
        return self._movement is not None or bool(self._flashes)
