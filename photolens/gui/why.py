"""Why a photo is where it is: what each part of the question adds, and the judged photos most like it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from photolens.domain import (
    Explanation,
    Neighbour,
    PhotoId,
    Shelf,
    TermReason,
)
from photolens.gui import theme
from photolens.gui.chip_thumbnail import square
from photolens.gui.reasons import SEEN, number, signed, term_name
from photolens.gui.widgets import ElidedLabel, clear_layout, label
from photolens.search.explain import WORTH_NAMING, next_cut, per_cent

translate = QCoreApplication.translate

THUMBNAIL = 64  # logical pixels
_FULL_BAR = 3.0  # a contribution that fills its half, unless there is a larger one
_BAR_WIDTH, _BAR_HEIGHT = 56, 8


class WhyView(QWidget):
    """The reasons for one photo's place; empty until it is told."""

    photo_clicked = Signal(int)  # id of the liked or disliked photo whose thumbnail was clicked

    def __init__(self) -> None:
        super().__init__()
        self.photo_id: PhotoId | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        self._headline = label(bold=True)
        self._headline.setWordWrap(True)
        column.addWidget(self._headline)
        self._score = label("", "muted")
        self._score.setWordWrap(True)
        self._score.setToolTip(
            self.tr("0 is what your photos usually score; from about 2 a photo stands out.")
        )
        column.addWidget(self._score)
        rows = QWidget()
        self._rows = QVBoxLayout(rows)
        self._rows.setContentsMargins(0, theme.TINY, 0, theme.TINY)
        self._rows.setSpacing(theme.TINY)
        column.addWidget(rows)
        near = QWidget()
        self._near = QVBoxLayout(near)
        self._near.setContentsMargins(0, 0, 0, 0)
        self._near.setSpacing(theme.SMALL)
        column.addWidget(near)

    def show_explanation(self, explanation: Explanation, thumbnails: Mapping[PhotoId, QPixmap]) -> None:
        """Say why; `thumbnails` are of the nearest judged photos, as far as there are any."""
        self.clear()
        self.photo_id = explanation.photo_id
        self._headline.setText(self._headline_of(explanation))
        self._score.setText(self._score_of(explanation))
        self._add_rows(explanation)
        for words, neighbour in (
            (self.tr("Most like what you liked"), explanation.nearest_liked),
            (self.tr("Most like what you disliked"), explanation.nearest_disliked),
        ):
            if neighbour is not None and neighbour.cosine >= WORTH_NAMING:
                self._near.addWidget(self._neighbour(words, neighbour, thumbnails))

    def clear(self) -> None:
        """Say nothing."""
        self.photo_id = None
        self._headline.setText("")
        self._score.setText("")
        clear_layout(self._rows)
        clear_layout(self._near)

    # --- words -------------------------------------------------------------------------------

    def _headline_of(self, explanation: Explanation) -> str:
        if explanation.liked is not None:
            return self.tr("You liked it") if explanation.liked else self.tr("You disliked it")
        if explanation.matched_name:
            return self.tr("Its file name is what you typed")
        return {
            Shelf.STRONG: self.tr("Among the best"),
            Shelf.MAYBE: self.tr("Maybe"),
            Shelf.REST: self.tr("Not close"),
        }[explanation.shelf]

    def _score_of(self, explanation: Explanation) -> str:
        shelf, cut = next_cut(explanation)
        strong, maybe = self.tr("score %1, among the best from %2"), self.tr("score %1, maybe from %2")
        text = strong if shelf is Shelf.STRONG else maybe
        return text.replace("%1", number(explanation.score)).replace("%2", number(cut))

    # --- rows --------------------------------------------------------------------------------

    def _add_rows(self, explanation: Explanation) -> None:
        rows = [
            (term_name(reason.term), reason.contribution, self._alone(reason)) for reason in explanation.terms
        ]
        if abs(explanation.constant) >= SEEN:
            rows.append((self.tr("taken together"), explanation.constant, ""))
        if explanation.learned:
            rows.append((translate("Reasons", "your clicks"), explanation.learned, ""))
        reach = max([_FULL_BAR, *(abs(value) for _, value, _ in rows)])
        for name, value, tip in rows:
            self._rows.addWidget(_ReasonRow(name, value, reach, self._spoken(name, value), tip))

    def _spoken(self, name: str, value: float) -> str:
        adds, takes = self.tr("%1: adds %2"), self.tr("%1: takes away %2")
        text = takes if value <= -SEEN else adds
        # The words last: they may have a %2 in them.
        return text.replace("%2", number(abs(value))).replace("%1", name)

    def _alone(self, reason: TermReason) -> str:
        return self.tr("Alone, this photo would score %1 with it.").replace("%1", number(reason.z))

    def _neighbour(self, words: str, neighbour: Neighbour, thumbnails: Mapping[PhotoId, QPixmap]) -> QWidget:
        alike = self.tr("%1 % alike").replace("%1", QLocale().toString(per_cent(neighbour.cosine)))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SMALL)
        button = _thumbnail_button(thumbnails.get(neighbour.photo_id), self.devicePixelRatioF())
        button.setAccessibleName(f"{words}, {alike}")
        if neighbour.photo_id:
            photo_id = neighbour.photo_id
            button.setToolTip(self.tr("Go to this photo"))
            button.clicked.connect(lambda: self.photo_clicked.emit(photo_id))
        else:
            button.setToolTip(self.tr("This picture is not in your library"))
            button.setEnabled(False)
        row.addWidget(button)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        title = label(words)
        title.setWordWrap(True)
        texts.addStretch(1)
        texts.addWidget(title)
        texts.addWidget(label(alike, "muted"))
        texts.addStretch(1)
        row.addLayout(texts, 1)
        return made


class _ReasonRow(QWidget):
    """A name, a bar from a middle line, and a number."""

    def __init__(self, name: str, value: float, reach: float, spoken: str, tip: str) -> None:
        super().__init__()
        self.setAccessibleName(spoken)
        self.setToolTip(tip)
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(theme.SMALL)
        row.setColumnStretch(0, 1)
        row.addWidget(ElidedLabel(name, Qt.TextElideMode.ElideRight), 0, 0)
        row.addWidget(_Bar(value / reach), 0, 1)
        number = label(signed(value))
        # A number reads from left to right in every language; so its sign stays in front.
        number.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        number.setMinimumWidth(number.fontMetrics().horizontalAdvance("+00.0"))
        row.addWidget(number, 0, 2)


class _Bar(QWidget):
    """From the middle: what speaks for a photo in the direction of reading, what is against it back."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share  # -1 to 1
        self.setFixedWidth(_BAR_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(_BAR_WIDTH, _BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colors, middle = theme.colors(), self.width() / 2
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        length = middle * (-self.share if mirrored else self.share)
        top = (self.height() - _BAR_HEIGHT) / 2
        painter = QPainter(self)
        painter.fillRect(
            QRectF(middle, top, length, _BAR_HEIGHT).normalized(),
            QColor(colors.accent if self.share > 0 else colors.danger),
        )
        painter.fillRect(QRectF(middle - 0.5, top - 2, 1, _BAR_HEIGHT + 4), QColor(colors.muted))
        painter.end()


def _thumbnail_button(pixmap: QPixmap | None, ratio: float) -> QToolButton:
    button = QToolButton()
    button.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if pixmap is None or pixmap.isNull():
        button.setIcon(theme.icon("image", "muted"))
    else:
        button.setIcon(QIcon(square(pixmap, THUMBNAIL, ratio)))
    return button
