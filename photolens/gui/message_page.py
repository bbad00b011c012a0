"""Never a dead end: a friendly page with a sentence and a button, where the photos would be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from photolens.gui import theme
from photolens.gui.widgets import IconView, label, set_role

_TEXT_WIDTH = 520


class MessagePage(QWidget):
    """An icon, a title, a sentence, and up to three buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = IconView(role="muted", size=64)
        self.title = label("", share=theme.DISPLAY, bold=True)
        self.text = label("", "muted", share=14 / 13)
        for part in (self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            part.setWordWrap(True)
            part.setMaximumWidth(_TEXT_WIDTH)
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.setFixedWidth(220)
        self._busy.setAccessibleName(self.tr("Working"))
        self.button, self.other, self.last = QPushButton(), QPushButton(), QPushButton()
        set_role(self.button, role="primary")
        for link in (self.other, self.last):
            set_role(link, role="link")
        column = QVBoxLayout(self)
        column.setSpacing(theme.MEDIUM)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.SMALL)
        for part in (self.title, self.text):
            column.addLayout(_centered(part))
        column.addSpacing(theme.SMALL)
        for widget in (self._busy, self.button, self.other, self.last):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        column.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.HUGE)
        self._calls: dict[QPushButton, Callable[[], object]] = {}
        for button in (self.button, self.other, self.last):
            button.clicked.connect(lambda checked=False, button=button: self._calls[button]())

    def say(
        self,
        icon: str,
        title: str,
        text: str,
        button: tuple[str, Callable[[], object]] | None = None,
        other: tuple[str, Callable[[], object]] | None = None,
        last: tuple[str, Callable[[], object]] | None = None,
        *,
        busy: bool = False,
    ) -> None:
        """Fill the page; a button is its words and what it does."""
        self._icon.set_icon(icon, "muted")
        self.title.setText(title)
        self.text.setText(text)
        self._busy.setVisible(busy)
        for widget, choice in ((self.button, button), (self.other, other), (self.last, last)):
            widget.setVisible(choice is not None)
            if choice is not None:
                widget.setText(choice[0])
                self._calls[widget] = choice[1]
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a small window the icon gives way, not the words."""
        self._icon.show()
        layout = self.layout()
        assert layout is not None
        self._icon.setVisible(layout.totalHeightForWidth(self.width()) <= self.height())


def _centered(part: QWidget) -> QHBoxLayout:
    """In the middle, as wide as it may be: a word-wrapped label knows no width of its own."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(part, 100)
    row.addStretch(1)
    return row
