"""What the mouse does to the grid beyond selecting: hearts, X, titles, and rest on a photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from photolens.domain import PhotoId, waits
from photolens.gui.grid.judging import Button, button_places, verdict
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.selecting import SelectingView

_REST_MS = 250  # on a photo, before the reason for its place is asked for


@dataclass(frozen=True, slots=True)
class Spot:
    """What is under the mouse: a photo and perhaps a button on it, a section's title, or nothing."""

    photo_id: PhotoId | None = None
    button: Button | None = None
    header: str | None = None  # key of the section
    row: int = field(default=-1, compare=False)  # of the photo, which may move

    @property
    def can_be_pressed(self) -> bool:
        return self.button is not None or self.header is not None


class PointingView(SelectingView):
    """A SelectingView whose photos can be judged and whose sections can be folded with the mouse."""

    judged = Signal(object, object)  # ids, list of int; True like, False dislike, None neither
    section_toggled = Signal(str)  # key
    reason_wanted = Signal(int)  # photo id: the mouse rests on it

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._judging_enabled = False
        self._spot = Spot()
        self._pressed: Spot | None = None  # a button or title on which the mouse is held
        self._mouse: QPoint | None = None  # in the viewport; None where it is elsewhere, or draws a band
        self._reason = ""  # why the photo under the mouse is where it is
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self.setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._point_again)

    @property
    def judging_enabled(self) -> bool:
        """Whether photos can be liked and disliked here."""
        return self._judging_enabled

    @judging_enabled.setter
    def judging_enabled(self, enabled: bool) -> None:
        self._judging_enabled = enabled
        self._point_again()
        self.viewport().update()

    def set_judgements(self, liked: Iterable[PhotoId], disliked: Iterable[PhotoId]) -> None:
        """Show these photos as liked and as disliked, and no others."""
        self._photos.liked, self._photos.disliked = frozenset(liked), frozenset(disliked)
        self._point_again()
        self.viewport().update()

    def set_reason(self, photo_id: PhotoId, text: str) -> None:
        """Show this on the photo while the mouse stays on it; ignored where the mouse has gone."""
        if photo_id == self._spot.photo_id:
            self._reason = text
            self.viewport().update()

    # --- events ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._point_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._spot.can_be_pressed:
            self._pressed = self._spot
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._point_at(event.position().toPoint())
        if self._spot.can_be_pressed:
            # A second click would undo the first, or hit the photo that has come there meanwhile.
            self._pressed = Spot()
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed is None:
            super().mouseMoveEvent(event)
        drawn = self._pressed is None and event.buttons() != Qt.MouseButton.NoButton
        self._point_at(None if drawn else event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        self._point_at(event.position().toPoint())
        if pressed is not None and pressed == self._spot:
            self._click(pressed)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self._tool_tip(self._spot_at(event.pos()))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:  # to the scroll bar too, of which `leaveEvent` hears nothing
            self._point_at(None)
        return super().viewportEvent(event)

    # --- inside ----------------------------------------------------------------------------

    def _relayout(self) -> None:
        super()._relayout()
        self._forget_spot()
        self._point_again()

    def _liking(self, photo_id: PhotoId) -> bool | None:
        """Whether the photo is shown as liked; None as neither."""
        return self._photos.verdict(photo_id) if self._judging_enabled else None

    def _spot_at(self, point: QPoint) -> Spot:
        at = point - self._origin()
        section = self._layout.header_at(at.y())
        if section is not None:
            return Spot(header=section.key)
        row = self._layout.index_at(at.x(), at.y())
        if row is None or row >= len(self._photos.listing):
            return Spot()
        photo_id, tile = self._photos.photo_id(row), self._layout.tile(row)
        button = None
        if self._judging_enabled and not waits(photo_id):
            places = button_places(QRect(tile.x, tile.y, tile.width, tile.height), self._liking(photo_id))
            button = next((name for name, place in places.items() if place.contains(at)), None)
        return Spot(photo_id, button, row=row)

    def _point_at(self, point: QPoint | None) -> None:
        self._mouse = point
        self._point_again()

    def _point_again(self) -> None:
        """What is under the mouse now, though it may not have moved."""
        before, spot = self._spot, Spot() if self._mouse is None else self._spot_at(self._mouse)
        if spot == before:
            return
        if spot.photo_id != before.photo_id:
            self._forget_spot()
            if spot.photo_id is not None:
                self._rest.start()
        self._spot = spot
        if spot.button is not None or self._foldable(spot.header):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()
        self.viewport().update()

    def _forget_spot(self) -> None:
        self._spot = Spot()
        self._reason = ""
        self._rest.stop()
        self.viewport().unsetCursor()

    def _foldable(self, key: str | None) -> bool:
        return any(section.key == key and section.foldable for section in self._layout.sections)

    def _click(self, spot: Spot) -> None:
        if spot.photo_id is not None and spot.button is not None:
            self.judged.emit([spot.photo_id], verdict(spot.button, self._liking(spot.photo_id)))
        elif spot.header is not None and self._foldable(spot.header):
            self.section_toggled.emit(spot.header)

    def _on_rest(self) -> None:
        if self._spot.photo_id is not None and not waits(self._spot.photo_id):
            self.reason_wanted.emit(self._spot.photo_id)

    def _tool_tip(self, spot: Spot) -> str:
        """Empty where there is nothing to say."""
        if spot.photo_id is not None and waits(spot.photo_id):
            name = self._photos.names.get(spot.photo_id, self.tr("This photo"))
            text = self.tr("%1 waits to be read. After that it can be searched, liked and disliked.")
            return text.replace("%1", name)
        if spot.photo_id is None or spot.button is None:
            return ""
        if verdict(spot.button, self._liking(spot.photo_id)) is None:
            return self.tr("Take back (U)")
        likes = spot.button is Button.LIKE
        return self.tr("More like this (L)") if likes else self.tr("Less like this (D)")
