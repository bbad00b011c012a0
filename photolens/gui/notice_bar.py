"""Notices above the photos: what the user should know and may answer whenever it suits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from photolens.gui import theme
from photolens.gui.widgets import IconView, icon_button, label

_MOST_SHOWN = 2
_LINE = 34  # widths of an "m" that a sentence needs beside its buttons; with less they come below it


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a notice: its words, what it does, and what comes of it."""

    text: str
    call: Callable[[], object] = field(compare=False)
    tip: str = ""
    quiet: bool = False  # a look at something rather than an answer


@dataclass(frozen=True, slots=True)
class Banner:
    """One sentence with its choices. There is one of each `key`; closing it calls `closed`."""

    key: str
    text: str
    choices: tuple[Choice, ...] = ()
    danger: bool = False
    tip: bool = False  # asks nothing, and can wait
    closed: Callable[[], object] = field(compare=False, default=lambda: None)


class NoticeBar(QWidget):
    """The first notices, problems before the rest and tips after it, and how many more there are."""

    def __init__(self) -> None:
        super().__init__()
        self._banners: dict[str, Banner] = {}
        self._turned = False  # by hand; until there is another, none has to be first
        self.rows: list[BannerRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.TINY)
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.clicked.connect(self._turn)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def put(self, banner: Banner) -> None:
        """Show it, in the place of the one with the same key if there is one."""
        if self._banners.get(banner.key) != banner:
            self._turned = self._turned and banner.key in self._banners
            self._banners[banner.key] = banner
            self._show()

    def take(self, key: str) -> None:
        """It is settled."""
        if self._banners.pop(key, None) is not None:
            self._show()

    def clear(self) -> None:
        self._banners.clear()
        self._show()

    def __contains__(self, key: str) -> bool:
        return key in self._banners

    def _show(self) -> None:
        ordered = list(self._banners.values())
        if not self._turned:
            ordered.sort(key=lambda banner: (not banner.danger, banner.tip))
        shown, rest = ordered[:_MOST_SHOWN], len(ordered) - _MOST_SHOWN
        before, self.rows = self.rows, []
        for banner in shown:
            kept = next((row for row in before if row.take_over(banner)), None)
            self.rows.append(kept or self._row(banner))
        for row in before:
            if row not in self.rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)
        self.more.setText(self.tr("%1 more").replace("%1", QLocale().toString(max(0, rest))))
        self.more.setVisible(rest > 0)
        self.setVisible(bool(shown))

    def _row(self, banner: Banner) -> BannerRow:
        row = BannerRow(banner)
        row.closed.connect(partial(self._close, banner.key))
        return row

    def _close(self, key: str) -> None:
        closed = self._banners[key].closed
        self.take(key)
        closed()

    def _turn(self) -> None:
        """Those that are shown go behind the others."""
        self._turned = True
        for row in self.rows:
            self._banners[row.banner.key] = self._banners.pop(row.banner.key)
        self._show()


class BannerRow(QFrame):
    """One notice: icon, sentence, choices beside it or below, a cross."""

    closed = Signal()

    def __init__(self, banner: Banner) -> None:
        super().__init__()
        self.banner = banner
        self.setProperty("role", "message")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MEDIUM, theme.TINY, theme.TINY, theme.TINY)
        row.setSpacing(theme.SMALL)
        role = "danger" if banner.danger else "accent"
        row.addWidget(IconView("warning-circle" if banner.danger else "info", role, 20))
        self.label = label()
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(theme.SMALL)
        self._sides.addWidget(self.label, 1)
        self.buttons = [self._button(*numbered) for numbered in enumerate(banner.choices)]
        choices = QHBoxLayout()
        choices.setSpacing(theme.SMALL)
        for button in self.buttons:
            choices.addWidget(button)
        choices.addStretch(1)
        self._sides.addLayout(choices)
        row.addLayout(self._sides, 1)
        close = icon_button("x", self.tr("Close this message"), self, size=14)
        close.clicked.connect(self.closed)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.take_over(banner)

    def take_over(self, banner: Banner) -> bool:
        """Say this from now on; False where it is another matter. Keeps the focus where it is."""
        if replace(banner, text="") != replace(self.banner, text=""):
            return False
        self.banner = banner
        self.label.setText(banner.text)
        self.setAccessibleName(banner.text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        needed = sum(button.sizeHint().width() + theme.SMALL for button in self.buttons)
        narrow = self.width() < needed + _LINE * self.fontMetrics().horizontalAdvance("m")
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    def _button(self, number: int, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text)
        if choice.quiet:
            button.setProperty("role", "link")
        button.setToolTip(choice.tip)
        button.clicked.connect(lambda: self.banner.choices[number].call())
        return button
