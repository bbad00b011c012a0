"""Small widgets that several parts of the window use."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QIcon,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QTableView,
    QToolButton,
    QWidget,
)

from photolens.gui import spoken, theme


def set_role(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet looks at, and have it look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def icon_button(icon: str, name: str, parent: QWidget | None = None, *, size: int = 18) -> QToolButton:
    """A flat button with an icon; `name` is its tooltip and what a screen reader says."""
    button = QToolButton(parent)
    button.setIcon(theme.icon(icon))
    button.setIconSize(QSize(size, size))
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def action_button(action: QAction, parent: QWidget | None = None, *, size: int = 18) -> QToolButton:
    """A flat button for a command."""
    button = icon_button("x", action.text().rstrip("…"), parent, size=size)
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    return button


def label(text: str = "", role: str = "", share: float = 1.0, *, bold: bool = False) -> QLabel:
    """Plain text, never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if share != 1.0 or bold:
        made.setFont(theme.font(share, bold=bold))
    if role:
        made.setProperty("role", role)
    return made


def number_field(least: int, most: int, value: int, name: str) -> QSpinBox:
    """A number to be set; `name` is what a screen reader says."""
    field = QSpinBox(minimum=least, maximum=most, value=value)
    field.setAccessibleName(name)
    # Qt begins the text at the frame, whatever padding the style sheet asks for.
    field.lineEdit().setTextMargins(theme.SMALL + 1, 0, theme.SMALL + 1, 0)  # whichever side it begins at
    return field


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout, for other things to come in."""
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()


def line() -> QFrame:
    made = QFrame()
    made.setProperty("role", "line")
    made.setFixedHeight(1)
    return made


def as_list(table: QTableView) -> None:
    """Make a table look and work like a list with columns: one row is chosen, Tab leads on."""
    table.setProperty("role", "list")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    header = table.horizontalHeader()
    header.setDefaultAlignment(start)
    header.setHighlightSections(False)  # a row is chosen, so all of them would be bold


class MenuButton(QToolButton):
    """Words and a small caret after them: a menu opens here."""

    _CARET = 12

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "filter")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        return super().sizeHint() + QSize(self._CARET + theme.TINY, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        text, option.text = option.text, ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        inside = self.rect().adjusted(theme.SMALL, 0, -theme.SMALL, 0)
        caret = QRect(inside.right() - self._CARET + 1, 0, self._CARET, self._CARET)
        caret.moveTop((self.height() - self._CARET) // 2)
        start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(self.palette().color(group, QPalette.ColorRole.ButtonText))
        room = inside.adjusted(0, 0, -self._CARET - theme.TINY, 0)
        painter.drawText(
            QStyle.visualRect(self.layoutDirection(), self.rect(), room),
            QStyle.visualAlignment(self.layoutDirection(), start),
            self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width()),
        )
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), caret)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        theme.icon("caret-down", "muted").paint(painter, place, mode=mode)
        painter.end()


class IconView(QWidget):
    """An icon that only says something to the eye; in the colours of whatever theme is in use."""

    def __init__(self, name: str = "", role: str = "text", size: int = 18) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(size, size)

    def set_icon(self, name: str, role: str) -> None:
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._name:
            painter = QPainter(self)
            theme.icon(self._name, self._role).paint(painter, self.rect())
            painter.end()


_STUMP = 6  # letters


class ElidedLabel(QLabel):
    """A label that loses its middle rather than widening the window; the tooltip has it all."""

    def __init__(self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__()
        self._mode = mode
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._full = text
        self._elide()

    def full_text(self) -> str:
        return self._full

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(40, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._full) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._full, self._mode, self.width())
        if shown != self._full and len(shown) < _STUMP:
            shown = ""  # of a number, the first digits would be another
        self.setText(shown)
        self.setAccessibleName(self._full)
        self.setToolTip("" if shown == self._full else self._full)


class FlowLayout(QLayout):
    """As one reads, and on to the next line where the width ends."""

    def __init__(self, parent: QWidget | None = None, spacing: int = theme.SMALL) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, tallest = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, tallest = rect.x(), y + tallest + self.spacing(), 0
            if move:
                self._put(item, QRect(QPoint(x, y), hint), rect)
            x += hint.width() + self.spacing()
            tallest = max(tallest, hint.height())
        return y + tallest - rect.y()

    def _put(self, item: QLayoutItem, place: QRect, room: QRect) -> None:
        """Here, or where text runs from right to left as far from the other side."""
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        item.setGeometry(QStyle.visualRect(direction, room, place))


class MessageBar(QFrame):
    """One sentence under the search bar, with at most one button; goes by itself, problems last."""

    acted = Signal()
    # Enough to read a sentence, to think about a button, to see to a problem.
    _READ_MS, _DECIDE_MS, _PROBLEM_MS = 8_000, 20_000, 60_000

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self._danger = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MEDIUM, theme.TINY, theme.TINY, theme.TINY)
        self._icon = IconView(size=20)
        row.addWidget(self._icon)
        self.label = label()
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.label, 1)
        self.button = QPushButton()
        self.button.clicked.connect(self._act)
        row.addWidget(self.button)
        close = icon_button("x", self.tr("Close this message"), self, size=14)
        close.clicked.connect(self.hide)
        row.addWidget(close)
        self.hide()

    def say(self, text: str, action: str = "", *, danger: bool = False, stays: bool = False) -> None:
        """Show a sentence; with `action` a button of that name, see `acted`."""
        self._timer.stop()
        self._danger = danger
        if not stays:
            lasts = self._PROBLEM_MS if danger else self._DECIDE_MS if action else self._READ_MS
            self._timer.start(lasts)
        self.label.setText(text)
        self.setAccessibleName(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._icon.set_icon("warning-circle" if danger else "info", "danger" if danger else "accent")
        self.show()
        spoken.announce(self, text)

    def forget_problem(self) -> None:
        """What was wrong is not what the window is about any more."""
        if self._danger:
            self.hide()

    def _act(self) -> None:
        self.hide()
        self.acted.emit()


def shortened(text: str, most: int) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= most else text[: most - 1] + "…"
