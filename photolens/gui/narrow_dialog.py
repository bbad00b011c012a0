"""Six photos to say yes or no to: which ones, and what the answers do, is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from photolens.domain import PhotoId
from photolens.gui import theme
from photolens.gui.widgets import label, set_role

_COLUMNS = 3
_FADED = 0.35
_SIGN = 48
_JUDGES = {Qt.Key.Key_L: True, Qt.Key.Key_D: False, Qt.Key.Key_U: None}
_MOVES = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -_COLUMNS,
    Qt.Key.Key_Down: _COLUMNS,
}


class NarrowDialog(QDialog):
    """Stays open beside the window, which shows at once what the answers change."""

    judged = Signal(object, object)  # list of photo ids; True yes, False no, None neither
    more_wanted = Signal()

    def __init__(self, parent: QWidget, actions: Sequence[QAction] = ()) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help me narrow"))
        self.addActions(list(actions))
        self.cards: list[Card] = []
        self.title = label("", "", theme.TITLE, bold=True)
        self.title.setWordWrap(True)
        self.note = label(self.tr("Your answers count like clicks on photos."), "muted")
        self.note.setWordWrap(True)
        self.note.setToolTip(
            self.tr("Arrow keys or 1 to 6 choose a photo, L is yes, D is no, U takes it back.")
        )
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.MEDIUM)
        self.none = QPushButton(self.tr("None of these"))
        self.none.clicked.connect(lambda: self._judge_open(False))
        self.more = QPushButton(self.tr("Six more"))
        self.more.clicked.connect(self.more_wanted)
        self.done_button = QPushButton(self.tr("Done"))
        self.done_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(self.none)
        row.addStretch(1)
        for button in (self.more, self.done_button):
            row.addWidget(button)
        for button in (self.none, self.more, self.done_button):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.SMALL)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addLayout(self._grid, 1)
        column.addLayout(row)
        self.resize(QSize(680, 540).boundedTo(self.screen().availableSize() * 0.9))
        self.say("")

    @property
    def photos(self) -> list[PhotoId]:
        """Those that are asked about."""
        return [card.photo_id for card in self.cards]

    def ask_about(self, ids: Sequence[PhotoId]) -> None:
        """Show these instead of those before; none of them is answered."""
        self._drop_cards()
        for number, photo_id in enumerate(ids):
            card = Card(photo_id, number + 1)
            card.judged.connect(lambda liked, card=card: self._judge(card, liked))
            self.cards.append(card)
            self._grid.addWidget(card, number // _COLUMNS, number % _COLUMNS)
            card.show()  # at once: what is not visible takes no focus
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        if self.cards:
            self.cards[0].setFocus()
        self._show_state()

    def set_pixmaps(self, pixmaps: dict[PhotoId, QPixmap]) -> None:
        """Thumbnails of these photos; of others they are left out."""
        for card in self.cards:
            if card.photo_id in pixmaps:
                card.set_pixmap(pixmaps[card.photo_id])

    def set_judgements(self, liked: Collection[PhotoId], disliked: Collection[PhotoId]) -> None:
        """What is said of all photos by now, here or elsewhere."""
        for card in self.cards:
            card.set_liked(True if card.photo_id in liked else False if card.photo_id in disliked else None)
        self._show_state()

    def say(self, text: str) -> None:
        """A sentence instead of photos: there is nothing to ask, or not yet."""
        self._drop_cards()
        self._show_state(text)

    # --- inside ------------------------------------------------------------------------------

    def _drop_cards(self) -> None:
        for card in self.cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []

    def _show_state(self, text: str = "") -> None:
        answered = bool(self.cards) and not self._open_cards()
        asking = self.tr("Are these what you are looking for?")
        self.title.setText(text or (self.tr("Thank you. Go on?") if answered else asking))
        self.note.setVisible(bool(self.cards))
        self.none.setVisible(bool(self.cards))
        self.none.setEnabled(bool(self.cards) and not answered)
        self.more.setVisible(bool(self.cards))
        self.more.setEnabled(answered)
        self.done_button.setText(self.tr("Done") if self.cards else self.tr("Close"))
        set_role(self.more, role="primary" if answered else "")
        if answered and self.isActiveWindow():
            self.more.setFocus()

    def _open_cards(self) -> list[Card]:
        return [card for card in self.cards if card.liked is None]

    def _judge(self, card: Card, liked: bool | None) -> None:
        card.set_liked(liked)
        self.judged.emit([card.photo_id], liked)
        later = [other for other in self._open_cards() if self.cards.index(other) > self.cards.index(card)]
        if liked is not None and (following := later or self._open_cards()):
            following[0].setFocus()
        self._show_state()

    def _judge_open(self, liked: bool) -> None:
        cards = self._open_cards()
        for card in cards:
            card.set_liked(liked)
        if cards:
            self.judged.emit([card.photo_id for card in cards], liked)
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        button = self.focusWidget()
        at = next((n for n, card in enumerate(self.cards) if card.hasFocus()), None)
        number = event.key() - Qt.Key.Key_1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QPushButton):
            button.click()
        elif 0 <= number < len(self.cards):
            self.cards[number].setFocus()
        elif event.key() in _JUDGES and at is not None:
            self._judge(self.cards[at], _JUDGES[Qt.Key(event.key())])
        elif event.key() in _MOVES and self.cards:
            step = _MOVES[Qt.Key(event.key())]
            if self.isRightToLeft() and abs(step) == 1:
                step = -step
            to = 0 if at is None else at + step
            if 0 <= to < len(self.cards):
                self.cards[to].setFocus()
        else:
            super().keyPressEvent(event)


class Card(QWidget):
    """One photo with its two buttons; faded once it is answered."""

    judged = Signal(object)  # True yes, False no, None neither

    def __init__(self, photo_id: PhotoId, number: int) -> None:
        super().__init__()
        self.photo_id = photo_id
        self.liked: bool | None = None
        self._number = number
        self._pixmap = QPixmap()
        self._scaled = QPixmap()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 104)
        self.yes = _button("heart", self.tr("Yes"), self.tr("More like this (L)"))
        self.no = _button("x", self.tr("No"), self.tr("Less like this (D)"))
        self.yes.clicked.connect(lambda: self._click(True))
        self.no.clicked.connect(lambda: self._click(False))
        row = QHBoxLayout()
        row.setSpacing(theme.TINY)
        row.addWidget(self.yes, 1)
        row.addWidget(self.no, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.TINY, theme.TINY, theme.TINY, theme.TINY)
        column.addStretch(1)
        column.addLayout(row)
        self.set_liked(None)

    def set_pixmap(self, pixmap: QPixmap) -> None:
        self._pixmap, self._scaled = pixmap, QPixmap()
        self.update()

    def set_liked(self, liked: bool | None) -> None:
        """What was said of it."""
        self.liked = liked
        self.yes.setChecked(liked is True)
        self.no.setChecked(liked is False)
        said = {True: self.tr("yes"), False: self.tr("no"), None: self.tr("not answered")}[liked]
        name = self.tr("Photo %1: %2").replace("%1", str(self._number)).replace("%2", said)
        self.setAccessibleName(name)
        self.update()

    def _click(self, liked: bool) -> None:
        self.judged.emit(None if self.liked is liked else liked)

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(chosen.accent if self.hasFocus() else chosen.line))
        painter.setBrush(QColor(chosen.raised))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS
        )
        room = self.rect().adjusted(
            theme.TINY, theme.TINY, -theme.TINY, self.yes.y() - self.height() - theme.TINY
        )
        painter.setOpacity(1.0 if self.liked is None else _FADED)
        pixmap = self._fitted(room.size())
        if not pixmap.isNull():
            place = QRect(QPoint(0, 0), pixmap.deviceIndependentSize().toSize())
            place.moveCenter(room.center())
            painter.drawPixmap(place.topLeft(), pixmap)
        painter.setOpacity(1.0)
        if self.liked is not None:
            sign = QRect(0, 0, _SIGN, _SIGN)
            sign.moveCenter(room.center())
            theme.icon("heart-fill" if self.liked else "x", "accent" if self.liked else "text").paint(
                painter, sign
            )
        painter.end()

    def _fitted(self, room: QSize) -> QPixmap:
        """The thumbnail at the size of the card, made once."""
        ratio = self.devicePixelRatioF()
        wanted = self._pixmap.size().scaled(room * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        if self._scaled.size() != wanted and not self._pixmap.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            self._scaled = self._pixmap.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.update()


def _button(icon: str, text: str, tip: str) -> QToolButton:
    made = QToolButton()
    made.setIcon(theme.icon(icon))
    made.setText(text)
    made.setToolTip(tip)
    made.setCheckable(True)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are the card's
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setProperty("role", "filter")
    made.setSizePolicy(made.sizePolicy().Policy.Expanding, made.sizePolicy().Policy.Fixed)
    return made
