"""Under the filters: how many photos match, what was clicked, and what to make of it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from photolens.domain import FeedbackMode, Sections
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.page import Clicks
from photolens.gui.widgets import IconView, MenuButton, action_button, label, set_role

_MODES = ("learned", "nearest-demote", "nearest-drop")


class ClicksBar(QWidget):
    """Shelves at the left, clicks at the right; there while something is ranked or was clicked."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SMALL)
        self.strong = _text_button(commands["strong-only"])
        self.by_date = _text_button(commands["hits-by-date"])
        self.note = label("", "muted")
        row.addWidget(self.strong)
        row.addWidget(self.note)
        row.addWidget(self.by_date)
        row.addStretch(1)
        self.liked, self.disliked = _Count("heart"), _Count("thumbs-down")
        row.addWidget(self.liked)
        row.addWidget(self.disliked)
        self.ask = _text_button(commands["ask-clicks"])
        self.before = _text_button(commands["before-clicks"])
        row.addWidget(self.ask)
        row.addWidget(self.before)
        self.narrow = _text_button(commands["narrow"])
        row.addWidget(self.narrow)
        row.addWidget(action_button(commands["save-concept"], self))
        self.update_concept = action_button(commands["update-concept"], self)
        self.update_concept.hide()
        commands["update-concept"].enabledChanged.connect(self.update_concept.setVisible)
        row.addWidget(self.update_concept)
        self.menu = MenuButton()
        self.menu.setText(self.tr("Clicks"))
        self.menu.setAccessibleName(self.tr("What clicks do"))
        self.menu.setMenu(
            commands.fill(QMenu(self), "forget-clicks", "", *_MODES, "", "product", "", "update-concept")
        )
        row.addWidget(self.menu)
        self.hide()

    def show_clicks(self, clicks: Clicks, *, ranks: bool, mixes: bool, product: bool = False) -> None:
        """What was clicked, in the answer to a question or in a plain list."""
        liked = len(clicks.liked) + sum(example.liked for example in clicks.examples)
        disliked = len(clicks.disliked) + sum(not example.liked for example in clicks.examples)
        self.liked.set(liked, self.tr("liked"))
        self.disliked.set(disliked, self.tr("disliked"))
        commands = self._commands
        for name in ("strong-only", "hits-by-date", "narrow", "save-concept"):
            commands[name].setEnabled(ranks)
        for name in ("strong-only", "hits-by-date", "narrow"):
            _button(self, commands[name]).setVisible(ranks)
        commands["before-clicks"].setEnabled(ranks and bool(clicks) and not clicks.ask)
        commands["forget-clicks"].setEnabled(bool(clicks))
        commands["ask-clicks"].setEnabled(bool(clicks.liked) and not ranks)
        commands["product"].setEnabled(mixes)
        for name, mode in zip(_MODES, type(clicks.mode), strict=True):
            commands[name].setChecked(clicks.mode is mode)
            commands[name].setEnabled(ranks)
        self.ask.setVisible(commands["ask-clicks"].isEnabled())
        self.before.setVisible(commands["before-clicks"].isEnabled())
        unusual = clicks.mode is not FeedbackMode.LEARNED or product
        set_role(self.menu, active=ranks and unusual)
        self.setVisible(ranks or bool(clicks))
        self._fit()
        if not ranks:
            self.show_shelves(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave the words out where there is no room for them."""
        buttons = (self.by_date, self.ask, self.before, self.narrow)
        layout = self.layout()
        assert layout is not None
        for style in (Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly):
            for button in buttons:
                button.setToolButtonStyle(style)
            layout.invalidate()
            if layout.minimumSize().width() <= self.width():
                return

    def show_shelves(self, counts: Sections | None) -> None:
        """How many photos there are on each shelf; None: there are no shelves."""
        locale = QLocale()
        if counts is None:
            self.strong.setText(self._commands["strong-only"].text())
            self.note.setText("")
            return
        self.strong.setText(self.tr("%1 best").replace("%1", locale.toString(counts.strong)))
        self.note.setText(self.tr("%1 maybe").replace("%1", locale.toString(counts.maybe)))


class _Count(QWidget):
    """An icon and a number; hidden while it is 0."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.TINY, 0)
        row.setSpacing(theme.TINY)
        row.addWidget(IconView(icon, "accent" if icon == "heart" else "muted", 16))
        self._number = label()
        row.addWidget(self._number)

    def set(self, count: int, word: str) -> None:
        self._number.setText(QLocale().toString(count))
        self.setToolTip(f"{QLocale().toString(count)} {word}")
        self.setAccessibleName(self.toolTip())
        self.setVisible(bool(count))


class _TextButton(QToolButton):
    """An icon and words, with as much room after the words as before the icon."""

    def sizeHint(self) -> QSize:  # noqa: N802
        hint = super().sizeHint()
        if self.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonTextBesideIcon:
            return hint
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(self.iconSize().width() + theme.TINY + words + 2 * theme.SMALL + 4, hint.height())


def _text_button(action: QAction) -> QToolButton:
    button = _TextButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(button, role="filter")
    return button


def _button(bar: ClicksBar, action: QAction) -> QToolButton:
    return next(b for b in (bar.strong, bar.by_date, bar.narrow) if b.defaultAction() is action)
