"""The heart and the X on a tile: where they are, and what a click on them means."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRect

from photolens.gui import theme

BUTTON = 24  # pixels, both ways
HEAD = BUTTON + 2 * theme.TINY  # of a tile's height, taken by the buttons
_ROOM_FOR_TWO = 90


class Button(StrEnum):
    LIKE = "like"
    DISLIKE = "dislike"


def verdict(button: Button, liked: bool | None) -> bool | None:
    """What a photo is after a click on this button; a second click takes the first one back."""
    wanted = button is Button.LIKE
    return None if liked is wanted else wanted


def button_places(tile: QRect, liked: bool | None) -> dict[Button, QRect]:
    """The buttons that fit in a tile, left to right; in a narrow one only one of them."""
    if tile.width() < HEAD or tile.height() < HEAD:
        return {}
    place = QRect(tile.left() + theme.TINY, tile.top() + theme.TINY, BUTTON, BUTTON)
    if tile.width() < _ROOM_FOR_TWO:
        return {Button.DISLIKE if liked is False else Button.LIKE: place}
    return {Button.LIKE: place, Button.DISLIKE: place.translated(BUTTON + theme.TINY, 0)}


def shown_buttons(tile: QRect, liked: bool | None, *, active: bool) -> dict[Button, QRect]:
    """All that fit on the tile under the mouse or the keyboard; on others only the one that was chosen."""
    if liked is None and not active:
        return {}
    places = button_places(tile, liked)
    if active:
        return places
    chosen = Button.LIKE if liked else Button.DISLIKE
    return {button: place for button, place in places.items() if button is chosen}
