"""What a screen reader is told that it would not find out by itself.

A view of our own is no list to it, since Python cannot write an accessible interface for one; so the photo
that the keys have come to is described in words.
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Have it read aloud, if anybody listens."""
    if text and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def describe(widget: QWidget, text: str) -> None:
    """What is current in a widget: kept as its description, read aloud when it changes under the keys."""
    if text != widget.accessibleDescription():
        widget.setAccessibleDescription(text)
        if widget.hasFocus():
            announce(widget, text)
