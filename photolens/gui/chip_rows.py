"""Where chips lie: pictures before the text in the search box, words and conditions below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QSizePolicy, QWidget

from photolens.domain import Filters, ImageTerm, Query, Term, TextTerm
from photolens.errors import QueryError
from photolens.gui import theme
from photolens.gui.chip_thumbnail import SIDE, square
from photolens.gui.chips import Chip, TermChip
from photolens.gui.page import Picture
from photolens.gui.widgets import FlowLayout
from photolens.search import describe, parse
from photolens.search.filters import describe_filters

_MOST_CHIPS = 100
_MOST_ROWS = 3  # of words; the others are scrolled to
_ROOMY = 3  # pictures; where there are more, their chips are thumbnails only


class TokenLayout(FlowLayout):
    """As one reads and on to the next line; the last one takes what is left of its line."""

    def _place(self, rect: QRect, *, move: bool) -> int:
        if not self._items:
            return 0
        *tokens, last = self._items
        x, y, height = rect.x(), rect.y(), last.sizeHint().height()
        height = max([height, *(token.sizeHint().height() for token in tokens)])
        for item in (*tokens, last):
            width = item.minimumSize().width() if item is last else item.sizeHint().width()
            if x > rect.x() and x + width > rect.right() + 1:
                x, y = rect.x(), y + height + self.spacing()
            if item is last:
                width = max(width, rect.right() + 1 - x)
            if move:
                hint = min(height, item.sizeHint().height())
                self._put(item, QRect(QPoint(x, y + (height - hint) // 2), QSize(width, hint)), rect)
            x += width + self.spacing()
        return y + height - rect.y()


class PictureChips(QWidget):
    """The pictures of a question, and after them the field for its words."""

    changed = Signal(object)  # tuple of Picture: what they should be
    thumbnail_wanted = Signal(object)  # Picture; answered by `set_thumbnail`
    added = Signal(object)  # TermChip

    def __init__(self, edit: QWidget) -> None:
        super().__init__()
        self._pictures: tuple[Picture, ...] = ()
        self._chips: list[TermChip] = []
        self._thumbnails: dict[Picture, QPixmap] = {}  # by picture without its weight
        self._edit = edit
        self._tokens = TokenLayout(self, theme.TINY)
        self._tokens.addWidget(edit)

    def show_pictures(self, pictures: tuple[Picture, ...]) -> None:
        """One chip each; those that stay keep their chips."""
        kept = list(zip(map(unweighted, self._pictures), self._chips, strict=True))
        chips = []
        for picture in pictures:
            found = next((one for one in kept if one[0] == unweighted(picture)), None)
            if found is not None:
                kept.remove(found)
                found[1].show_term(_term(picture), self._name(picture))
            chips.append(found[1] if found is not None else self._make(picture))
        for chip in chips:
            chip.set_compact(len(chips) > _ROOMY)
        self._pictures, self._chips = pictures, chips
        for picture, chip in kept:
            if picture not in map(unweighted, pictures):
                self._thumbnails.pop(picture, None)
            chip.hide()
            chip.deleteLater()
        _arrange(self._tokens, [*chips, self._edit])

    def set_thumbnail(self, picture: Picture, pixmap: QPixmap) -> None:
        """The whole picture, small; of a part of it the chip shows that part."""
        self._thumbnails[unweighted(picture)] = pixmap
        for chip, shown in zip(self._chips, self._pictures, strict=True):
            if unweighted(shown) == unweighted(picture):
                chip.set_pixmap(square(pixmap, SIDE, self.devicePixelRatioF(), picture.region))

    def _make(self, picture: Picture) -> TermChip:
        chip = TermChip(_term(picture), self._name(picture))
        chip.removed.connect(lambda: self._remove(chip))
        chip.weight_changed.connect(lambda weight: self._weigh(chip, weight))
        self.added.emit(chip)
        alone = unweighted(picture)
        if alone in self._thumbnails:
            thumbnail = self._thumbnails[alone]
            chip.set_pixmap(square(thumbnail, SIDE, self.devicePixelRatioF(), picture.region))
        else:
            self.thumbnail_wanted.emit(alone)
        return chip

    def _name(self, picture: Picture) -> str:
        return picture.name if picture.region else self.tr("Picture: %1").replace("%1", picture.name)

    def _remove(self, chip: TermChip) -> None:
        at = self._chips.index(chip)
        self.changed.emit(self._pictures[:at] + self._pictures[at + 1 :])

    def _weigh(self, chip: TermChip, weight: float) -> None:
        at = self._chips.index(chip)
        weighed = replace(self._pictures[at], weight=weight)
        self.changed.emit((*self._pictures[:at], weighed, *self._pictures[at + 1 :]))


class WordChips(QScrollArea):
    """What was understood of the text: a chip per term and condition."""

    changed = Signal(str)  # the text that would say it
    added = Signal(object)  # TermChip

    def __init__(self) -> None:
        super().__init__()
        self._query = Query()
        self._shown = ("", False)
        self._chips: list[TermChip] = []
        self._conditions: list[Chip] = []
        self._holder = _Holder()
        self._holder.rearranged.connect(self.updateGeometry)
        self._flow = FlowLayout(self._holder, theme.TINY)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(self._holder)
        self._holder.setAutoFillBackground(False)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Those of the text, whether or not they have chips."""
        return self._query.terms

    def show_text(self, text: str, *, always: bool) -> None:
        """Chips for this text; plain words get one only where `always` is set, or where they are several."""
        if (text, always) == self._shown:
            return  # else a chip that has the focus would lose it to its successor
        self._shown = (text, always)
        self._query = _understood(text)
        query = self._query
        plain = not query.filters and len(query.terms) == 1 and isinstance(query.terms[0], TextTerm)
        needless = plain and query.terms[0].weight == 1.0 and not always
        terms = () if needless else query.terms[:_MOST_CHIPS]
        for chip, term in zip(self._chips, terms, strict=False):
            chip.show_term(term)
        for old in (*self._chips[len(terms) :], *self._conditions):
            old.hide()
            old.deleteLater()
        self._chips = self._chips[: len(terms)] + [self._make(term) for term in terms[len(self._chips) :]]
        self._conditions = [self._condition(*single) for single in _single_filters(query.filters)]
        chips: list[QWidget] = [*self._chips, *self._conditions]
        _arrange(self._flow, chips)
        self.setVisible(bool(chips))
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """All rows, or as many as there is room for."""
        row = max((chip.sizeHint().height() for chip in (*self._chips, *self._conditions)), default=0)
        most = _MOST_ROWS * (row + self._flow.spacing()) + row // 2  # half a row more says that it goes on
        return min(self._flow.heightForWidth(width), most)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, 0)

    def _make(self, term: Term) -> TermChip:
        chip = TermChip(term)
        chip.removed.connect(lambda: self._change(chip, None))
        chip.weight_changed.connect(lambda weight: self._change(chip, weight))
        self.added.emit(chip)
        return chip

    def _condition(self, name: str, others: Filters) -> Chip:
        chip, rest = Chip(name), replace(self._query, filters=others)
        chip.removed.connect(lambda: self.changed.emit(describe(rest)))
        return chip

    def _change(self, chip: TermChip, weight: float | None) -> None:
        at, terms = self._chips.index(chip), self._query.terms
        weighed = () if weight is None else (replace(terms[at], weight=weight),)
        self.changed.emit(describe(replace(self._query, terms=terms[:at] + weighed + terms[at + 1 :])))


class _Holder(QWidget):
    """What is scrolled; says when it may need another height, which nobody outside would hear else."""

    rearranged = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.rearranged.emit()
        return super().event(event)


def unweighted(picture: Picture) -> Picture:
    """The same picture, however much it counts."""
    return replace(picture, weight=1.0)


def _term(picture: Picture) -> ImageTerm:
    return ImageTerm(picture.source, picture.weight, picture.region)


def _understood(text: str) -> Query:
    try:
        return parse(text)
    except QueryError:
        return Query()


def _arrange(layout: QLayout, widgets: Sequence[QWidget]) -> None:
    """Let a layout hold exactly these, in this order."""
    while layout.takeAt(0) is not None:
        pass
    for widget in widgets:
        layout.addWidget(widget)
    layout.update()


def _single_filters(filters: Filters) -> list[tuple[str, Filters]]:
    """Each condition as the user would type it, with the filters that are left without it."""
    found = []
    for name in ("folders", "since", "until", "formats", "orientation", "cameras", "has_gps"):
        value, nothing = getattr(filters, name), getattr(Filters(), name)
        if value != nothing:
            alone = replace(Filters(), **{name: value})
            found.append((describe_filters(alone), replace(filters, **{name: nothing})))
    return found
