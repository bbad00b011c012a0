"""Chips: a term of the question with its sign and weight, or a condition; each can be taken away."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout

from photolens.domain import ChangeTerm, ImageTerm, Term, TextTerm
from photolens.gui import theme
from photolens.gui.chip_thumbnail import SIDE, Thumbnail
from photolens.gui.widgets import icon_button, label, set_role, shortened

LEAST_WEIGHT, MOST_WEIGHT, WEIGHT_STEP = 0.1, 10.0, 0.1
_GROWTH = 1.01  # of the weight, per pixel of a drag
_REST_MS = 400
_CHIP_TEXT = 40  # characters
_TIP_TEXT = 500


class Chip(QFrame):
    """Something in the question, with a cross; Delete and Backspace remove it too."""

    removed = Signal()

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("role", "chip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(theme.TINY)
        self._row.setContentsMargins(theme.SMALL, 1, 2, 1)
        self._label = label()
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row.addWidget(self._label)
        self._cross = icon_button("x", self.tr("Remove"), self, size=12)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.clicked.connect(self.removed)
        self._row.addWidget(self._cross)
        self.text = text  # all of it
        self._label.setText(shortened(text, _CHIP_TEXT))
        self.setToolTip(shortened(text, _TIP_TEXT))
        self.setAccessibleName(self.tr("%1, remove with Delete").replace("%1", text))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self.palette().accent().color())
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)
            painter.end()


class TermChip(Chip):
    """A term. A click negates it, a drag to the side weighs it, a double or middle click takes that back."""

    weight_changed = Signal(float)  # what it should be; the chip itself waits for `show_term`
    rested = Signal()  # the mouse has stayed for a moment
    left = Signal()  # and has gone, or does something else

    def __init__(self, term: Term, name: str = "") -> None:
        super().__init__(name)
        self._picture = Thumbnail()
        self._row.insertWidget(0, self._picture)
        self._pressed_at: float | None = None  # on the screen: the chip may move while its words change
        self._dragged: float | None = None  # the weight that letting go would give
        self._compact = False
        self.quiet = False  # no tooltip: its words are on the screen already
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.rested)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_term(term, name)

    def show_term(self, term: Term, name: str = "") -> None:
        """Stand for this term from now on; `name` is what a picture is called."""
        self.term, self._name = term, name
        self._dragged = None
        self._show()

    @property
    def alone(self) -> Term:
        """The same term with weight 1: what is looked for, or pushed away."""
        return replace(self.term, weight=1.0)

    def set_pixmap(self, pixmap: QPixmap) -> None:
        """Show a small picture instead of the name."""
        self._picture.setPixmap(pixmap)
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Show a picture and its weight on no more room than it takes; the cross comes with the mouse."""
        if compact != self._compact:
            self._compact = compact
            self._show()

    # --- what is shown -----------------------------------------------------------------------

    def _show(self) -> None:
        weight = self.term.weight if self._dragged is None else self._dragged
        words = weight_text(weight, always=self._dragged is not None)
        said = _words_of(self.term) or self._name
        self.text = " ".join(part for part in (_sign_of(self.term), words, said) if part)
        pictured = not self._picture.pixmap().isNull()
        small = pictured and self._compact
        self._picture.negative, self._picture.words = weight < 0, words if small else ""
        self._picture.setVisible(pictured)
        self._label.setText(("" if small else words) if pictured else shortened(self.text, _CHIP_TEXT))
        self._label.setVisible(bool(self._label.text()))
        self._row.setContentsMargins(*((2, 2, 2, 2) if pictured else (theme.SMALL, 1, 2, 1)))
        self._place_cross(small)
        if self.property("negative") != (weight < 0):
            set_role(self, negative=weight < 0)
        self.setToolTip(f"{shortened(self.text, _TIP_TEXT)}\n{self.how()}")
        self.setAccessibleName(self._spoken(said, weight))
        self._picture.update()

    def _place_cross(self, over: bool) -> None:
        """Beside the rest, or over its corner while the mouse is there."""
        inside = self._row.indexOf(self._cross) >= 0
        if over and inside:
            self._row.removeWidget(self._cross)
            self._cross.setGeometry(SIDE - 12, 0, 16, 16)
            self._cross.setAutoFillBackground(True)
            self._cross.raise_()
        elif not over and not inside:
            self._cross.setAutoFillBackground(False)
            self._row.addWidget(self._cross)
        self._cross.setVisible(not over or self.underMouse())

    def how(self) -> str:
        """What the mouse does here, in one line."""
        if isinstance(self.term, ChangeTerm):
            return self.tr("Click to turn it round, drag sideways to weigh it, double-click for 1 ×")
        return self.tr("Click for the opposite, drag sideways to weigh it, double-click for 1 ×")

    def _spoken(self, said: str, weight: float) -> str:
        wanted = self.tr(
            "%1, looked for, weight %2. Delete removes it, Space negates it, Left and Right weigh it."
        )
        unwanted = self.tr(
            "%1, pushed away, weight %2. Delete removes it, Space negates it, Left and Right weigh it."
        )
        # The words last: they may have a %2 in them.
        return (unwanted if weight < 0 else wanted).replace("%2", _number(weight)).replace("%1", said)

    # --- what the user does ------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        return True if event.type() == QEvent.Type.ToolTip and self.quiet else super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Right: WEIGHT_STEP, Qt.Key.Key_Left: -WEIGHT_STEP}
        if event.key() in steps:
            self._commit(_allowed(abs(self.term.weight) + steps[Qt.Key(event.key())], self.term.weight))
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Minus):
            self._commit(-self.term.weight)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._stop_resting()
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().x()
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._commit(math.copysign(1.0, self.term.weight))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed_at is None:
            self._rest.start()
            return
        by = event.globalPosition().x() - self._pressed_at
        if self._dragged is not None or abs(by) >= QApplication.startDragDistance():
            self._dragged = dragged_weight(self.term.weight, by)
            self.setCursor(Qt.CursorShape.SizeHorCursor)
            self._show()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        weight, self._dragged, self._pressed_at = self._dragged, None, None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._show()
        if weight is not None:
            self._commit(weight)
        elif self.rect().contains(event.position().toPoint()):
            self._commit(-self.term.weight)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:  # its first click has negated: take that back too
            self._commit(math.copysign(1.0, -self.term.weight))
        else:
            self.mousePressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self._rest.start()
        self._cross.show()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._stop_resting()
        self._cross.setVisible(self._row.indexOf(self._cross) >= 0)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self._stop_resting()

    def _stop_resting(self) -> None:
        self._rest.stop()
        self.left.emit()

    def _commit(self, weight: float) -> None:
        if weight != self.term.weight:
            self.weight_changed.emit(weight)


def dragged_weight(weight: float, by: float) -> float:
    """The weight after a drag of so many pixels: 1 % each, in steps of 0.1; the sign stays."""
    grown = max(abs(weight), LEAST_WEIGHT) * _GROWTH ** min(max(by, -1_000.0), 1_000.0)
    return _allowed(grown, weight)


def weight_text(weight: float, *, always: bool = False) -> str:
    """As in 1.4 ×; a weight of 1 is said only when it must be."""
    return "" if abs(weight) == 1.0 and not always else f"{_number(weight)} ×"


def _allowed(size: float, sign: float) -> float:
    return math.copysign(min(max(round(size, 1), LEAST_WEIGHT), MOST_WEIGHT), sign)


def _number(weight: float) -> str:
    return QLocale().toString(abs(weight), "g", 4)


def _sign_of(term: Term) -> str:
    if term.weight < 0:
        return "−"
    return "+" if isinstance(term, TextTerm) else ""


def _words_of(term: Term) -> str:
    if isinstance(term, ImageTerm):
        return ""
    return (
        term.text
        if isinstance(term, TextTerm)
        else QCoreApplication.translate("QueryChip", "%1 instead of %2")
        .replace("%1", term.after)
        .replace("%2", term.before)
    )
