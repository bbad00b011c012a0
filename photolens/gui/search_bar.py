"""The front door: words, pictures as chips, and the balance between the two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from photolens.domain import Facets, Filters, TextTerm
from photolens.errors import QueryError
from photolens.gui import theme
from photolens.gui.completion import Completion
from photolens.gui.page import BALANCE, Page, Picture
from photolens.gui.widgets import (
    Chip,
    FlowLayout,
    IconView,
    action_button,
    clear_layout,
    icon_button,
    label,
    set_role,
)
from photolens.search import describe, parse
from photolens.search.filters import describe_filters

_REFRESH_MS = 250
_ERROR_MS = 800
_CHIP_PX = 28
_MOST_CHIPS = 12


class SearchEdit(QLineEdit):
    """The text field; pictures pasted into it become chips."""

    picture_pasted = Signal(QMimeData)
    backspace_at_start = Signal()
    down = Signal()
    focused = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Paste):
            data = QApplication.clipboard().mimeData()
            if data is not None and (data.hasImage() or data.hasUrls()):
                self.picture_pasted.emit(data)
                return
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        if event.key() == Qt.Key.Key_Backspace and at_start:
            self.backspace_at_start.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.down.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.focused.emit(False)


class SearchBar(QWidget):
    """Shows a Page's question and lets it be changed."""

    edited = Signal(object)  # Page
    entered = Signal()  # Enter: the user wants to look at the photos
    left = Signal()  # Down: on to the photos
    hint_changed = Signal(str)  # what could be typed now; empty: nothing to say
    pasted = Signal(QMimeData)
    thumbnail_wanted = Signal(object)  # Picture; answered by `set_thumbnail`

    def __init__(self, choose_picture: QAction, back: QAction) -> None:
        super().__init__()
        self._page = Page()
        self._chips: dict[Picture, Chip] = {}
        self._thumbnails: dict[Picture, QPixmap] = {}
        self._error_text = ""
        self._error_timer = QTimer(self, singleShot=True, interval=_ERROR_MS)
        self._error_timer.timeout.connect(self._show_error)
        self._timer = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._emit_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        self.row = QHBoxLayout()
        self.row.setSpacing(theme.SMALL)
        self._back = action_button(back, self)
        self._back.hide()
        self.row.addWidget(self._back)
        self.row.addWidget(self._make_box(choose_picture), 1)
        self.row.addWidget(self._make_balance())
        column.addLayout(self.row)
        column.addWidget(self._make_below())
        self._show_below()

    # --- what it shows -----------------------------------------------------------------------

    def show_back(self, shown: bool) -> None:
        """Whether there is somewhere to go back to."""
        self._back.setVisible(shown)

    def set_page(self, page: Page) -> None:
        """Show this page's question; says nothing to anyone."""
        self._page = page
        self._timer.stop()
        if self.edit.text() != page.text:
            self.edit.setText(page.text)
        for picture in [p for p in self._chips if p not in page.pictures]:
            self._drop_chip(picture)
        for picture in page.pictures:
            if picture not in self._chips:
                self._add_chip(picture)
        self._slider.setValue(round(page.balance * 100))
        self._show_below()

    def set_thumbnail(self, picture: Picture, pixmap: QPixmap) -> None:
        self._thumbnails[picture] = pixmap
        if picture in self._chips:
            self._chips[picture].set_pixmap(_square(pixmap, self.devicePixelRatioF()))

    def set_facets(self, facets: Facets, folders: list[str]) -> None:
        """What the library holds, to be suggested."""
        self._completion.set_facets(facets, folders)

    def show_error(self, text: str) -> None:
        """Why the question cannot be answered; empty: it can."""
        self._error_timer.stop()
        self._error_text = text
        if text and self.edit.hasFocus():
            self._error_timer.start()  # half a word is no mistake
        else:
            self._show_error()

    def _show_error(self) -> None:
        if self._error_text and self._completion.offers:
            self._error_timer.start()
            return
        self._error.setText(self._error_text)
        self._error.setVisible(bool(self._error_text))
        self._show_below()

    def focus(self, text: str = "") -> None:
        """Go to the field; `text` is typed into it."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.edit.end(False)
            self.edit.insert(text)
        else:
            self.edit.selectAll()

    def add_pictures(self, pictures: list[Picture]) -> None:
        """Search with these too."""
        fresh = tuple(picture for picture in pictures if picture not in self._page.pictures)
        if fresh:
            self._change(replace(self._current(), pictures=self._page.pictures + fresh))

    # --- parts -------------------------------------------------------------------------------

    def _make_box(self, choose_picture: QAction) -> QFrame:
        box = self._box = QFrame()
        box.setProperty("role", "box")
        row = QHBoxLayout(box)
        row.setContentsMargins(theme.MEDIUM, theme.TINY, theme.TINY, theme.TINY)
        row.setSpacing(theme.SMALL)
        row.addWidget(IconView("magnifying-glass", "muted"))
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(theme.TINY)
        row.addLayout(self._chip_row)
        edit = self.edit = SearchEdit()
        edit.setProperty("role", "bare")
        edit.setAcceptDrops(False)  # the window takes them, text as well as pictures
        edit.setMinimumHeight(_CHIP_PX + 4)
        edit.setMinimumWidth(160)
        edit.setFont(theme.font(15 / 13))
        edit.setPlaceholderText(self.tr("Describe a photo, or drop a picture here"))
        edit.setAccessibleName(self.tr("Search"))
        edit.textEdited.connect(self._timer_start)
        edit.returnPressed.connect(self._enter)
        edit.down.connect(self.left)
        edit.picture_pasted.connect(self.pasted)
        edit.backspace_at_start.connect(self._remove_last_picture)
        edit.focused.connect(self._on_focus)
        row.addWidget(edit, 1)
        self._completion = Completion(edit)
        self._clear = icon_button("x", self.tr("Clear the search"), box, size=16)
        self._clear.clicked.connect(self._clear_all)
        row.addWidget(self._clear)
        row.addWidget(action_button(choose_picture, box))
        return box

    def _make_balance(self) -> QWidget:
        self._balance = QWidget()
        row = QHBoxLayout(self._balance)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SMALL)
        row.addWidget(label(self.tr("picture"), "muted", theme.CAPTION))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setFixedWidth(110)
        self._slider.setPageStep(10)
        self._slider.setValue(round(BALANCE * 100))
        self._slider.setAccessibleName(self.tr("Balance between picture and words"))
        self._slider.setToolTip(self.tr("How much the words count beside the pictures"))
        self._slider.valueChanged.connect(self._on_balance)
        row.addWidget(self._slider)
        row.addWidget(label(self.tr("words"), "muted", theme.CAPTION))
        return self._balance

    def _make_below(self) -> QWidget:
        self._below = QWidget()
        column = QVBoxLayout(self._below)
        column.setContentsMargins(theme.MEDIUM, 0, 0, 0)
        column.setSpacing(theme.TINY)
        self._error = label("", "danger")
        self._error.setWordWrap(True)
        self._error.hide()
        column.addWidget(self._error)
        self._understood = QWidget()
        self._understood.hide()
        self._understood_text = ""
        FlowLayout(self._understood, theme.TINY)
        column.addWidget(self._understood)
        return self._below

    # --- what the user does ------------------------------------------------------------------

    def _current(self) -> Page:
        """The page with whatever was typed and not asked yet."""
        return replace(self._page, text=self.edit.text())

    def _change(self, page: Page) -> None:
        self.set_page(page)
        self.show_error("")
        self.edited.emit(page)

    def _timer_start(self) -> None:
        self._timer.start()
        self._show_below()

    def _emit_text(self) -> None:
        if self.edit.text() != self._page.text:
            self._change(self._current())

    def _enter(self) -> None:
        if self._completion.take():
            return
        self._timer.stop()
        self._emit_text()
        self.entered.emit()

    def _on_balance(self, value: int) -> None:
        if round(self._page.balance * 100) != value:
            self._page = replace(self._current(), balance=value / 100)
            self._timer.stop()
            self.edited.emit(self._page)

    def _on_focus(self, focused: bool) -> None:
        set_role(self._box, focused=focused)
        self._show_below()

    def _remove_last_picture(self) -> None:
        if self._page.pictures:
            self._change(replace(self._current(), pictures=self._page.pictures[:-1]))

    def _clear_all(self) -> None:
        self._change(self._page.without_search())
        self.edit.setFocus()

    # --- chips -------------------------------------------------------------------------------

    def _add_chip(self, picture: Picture) -> None:
        chip = Chip(self.tr("Picture: %1").replace("%1", picture.name), negative=picture.weight < 0)
        chip.removed.connect(lambda: self._remove_picture(picture))
        self._chips[picture] = chip
        self._chip_row.addWidget(chip)
        if picture in self._thumbnails:
            self.set_thumbnail(picture, self._thumbnails[picture])
        else:
            self.thumbnail_wanted.emit(picture)

    def _drop_chip(self, picture: Picture) -> None:
        chip = self._chips.pop(picture)
        self._thumbnails.pop(picture, None)
        chip.hide()
        chip.deleteLater()

    def _remove_picture(self, picture: Picture) -> None:
        kept = tuple(other for other in self._page.pictures if other != picture)
        self._change(replace(self._current(), pictures=kept))
        self.edit.setFocus()

    def _show_below(self) -> None:
        """Under the field: what was understood of the text."""
        text = self.edit.text()
        asks = bool(text) or bool(self._page.pictures)
        self._clear.setVisible(asks)
        self._balance.setVisible(self._current().mixes)
        if text != self._understood_text:  # else a chip that has the focus would lose it to its successor
            self._understood_text = text
            self._replace_chips(self._understood_chips(text))
        self._below.setVisible(not self._understood.isHidden() or bool(self._error.text()))
        self.hint_changed.emit("" if asks or not self.edit.hasFocus() else self._examples())

    def _replace_chips(self, chips: list[Chip]) -> None:
        layout = self._understood.layout()
        assert layout is not None
        clear_layout(layout)
        for chip in chips:
            layout.addWidget(chip)
        self._understood.setVisible(bool(chips))

    def _examples(self) -> str:
        return self.tr(
            "For example:  a street at night,  beach -people,  flowers since:2019,  folder:Holiday"
        )

    def _understood_chips(self, text: str) -> list[Chip]:
        """One chip per term and filter, where the text is more than plain words."""
        try:
            query = parse(text)
        except QueryError:
            return []
        texts = [term for term in query.terms if isinstance(term, TextTerm)]
        if not query.filters and all(term.weight == 1.0 for term in texts) and len(texts) < 2:
            return []
        chips = []
        for term in texts[:_MOST_CHIPS]:
            chip = Chip(_term_text(term), negative=term.weight < 0)
            rest = replace(query, terms=tuple(other for other in query.terms if other is not term))
            chip.removed.connect(lambda rest=rest: self._change(replace(self._page, text=describe(rest))))
            chips.append(chip)
        for name, without in _single_filters(query.filters):
            chip = Chip(name)
            rest = replace(query, filters=without)
            chip.removed.connect(lambda rest=rest: self._change(replace(self._page, text=describe(rest))))
            chips.append(chip)
        return chips


def _term_text(term: TextTerm) -> str:
    sign = "− " if term.weight < 0 else "+ "
    weight = "" if abs(term.weight) == 1.0 else f"{abs(term.weight):g} × "
    return sign + weight + term.text


def _single_filters(filters: Filters) -> list[tuple[str, Filters]]:
    """Each condition as the user would type it, with the filters that are left without it."""
    found = []
    for name in ("folders", "since", "until", "formats", "orientation", "cameras", "has_gps"):
        value, nothing = getattr(filters, name), getattr(Filters(), name)
        if value != nothing:
            alone = replace(Filters(), **{name: value})
            found.append((describe_filters(alone), replace(filters, **{name: nothing})))
    return found


def _square(pixmap: QPixmap, ratio: float) -> QPixmap:
    """The middle of a picture, chip size."""
    side = round(_CHIP_PX * ratio)
    scaled = pixmap.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    cut = scaled.copy((scaled.width() - side) // 2, (scaled.height() - side) // 2, side, side)
    cut.setDevicePixelRatio(ratio)
    return cut
