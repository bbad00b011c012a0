"""The front door: words, pictures as chips, and the balance between the two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from photolens.domain import Facets, Term
from photolens.gui import theme
from photolens.gui.chip_preview import ChipPreview
from photolens.gui.chip_rows import PictureChips, WordChips, unweighted
from photolens.gui.chip_thumbnail import SIDE
from photolens.gui.completion import Completion
from photolens.gui.page import BALANCE, Page, Picture
from photolens.gui.widgets import IconView, action_button, icon_button, label, set_role

_REFRESH_MS = 250
_ERROR_MS = 800
_ROOMY = 800  # logical pixels


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
    preview_wanted = Signal(object)  # Term of weight 1; answered by `show_preview`

    def __init__(self, choose_picture: QAction, back: QAction) -> None:
        super().__init__()
        self._page = Page()
        self._error_text = ""
        self._error_timer = QTimer(self, singleShot=True, interval=_ERROR_MS)
        self._error_timer.timeout.connect(self._show_error)
        self._timer = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._emit_text)
        self._preview = ChipPreview(self)
        self._preview.wanted.connect(self.preview_wanted)
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
        self._pictures.show_pictures(page.pictures)
        self._slider.setValue(round(page.balance * 100))
        self._show_below()

    def set_thumbnail(self, picture: Picture, pixmap: QPixmap) -> None:
        """The whole picture, also where only a part of it is searched with."""
        self._pictures.set_thumbnail(picture, pixmap)

    def show_preview(self, term: Term, pixmaps: list[QPixmap]) -> None:
        """The best photos for one term; nothing is shown when the mouse has left its chip."""
        self._preview.show_photos(term, pixmaps)

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
        known = {unweighted(picture) for picture in self._page.pictures}
        fresh = tuple(picture for picture in pictures if unweighted(picture) not in known)
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
        edit = self.edit = SearchEdit()
        edit.setProperty("role", "bare")
        edit.setAcceptDrops(False)  # the window takes them, text as well as pictures
        edit.setMinimumHeight(SIDE + 4)
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
        pictures = self._pictures = PictureChips(edit)
        pictures.changed.connect(self._set_pictures)
        pictures.thumbnail_wanted.connect(self.thumbnail_wanted)
        pictures.added.connect(self._preview.watch)
        row.addWidget(pictures, 1)
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
        self._ends = [label(text, "muted", theme.CAPTION) for text in (self.tr("picture"), self.tr("words"))]
        row.addWidget(self._ends[0])
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setFixedWidth(110)
        self._slider.setPageStep(10)
        self._slider.setValue(round(BALANCE * 100))
        self._slider.setAccessibleName(self.tr("Balance between picture and words"))
        self._slider.setToolTip(self.tr("How much the words count beside the pictures"))
        self._slider.valueChanged.connect(self._on_balance)
        row.addWidget(self._slider)
        row.addWidget(self._ends[1])
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
        words = self._words = WordChips()
        words.changed.connect(lambda text: self._change(replace(self._page, text=text)))
        words.added.connect(self._preview.watch)
        column.addWidget(words)
        return self._below

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where there is little room, the chips need it more than the slider's words."""
        super().resizeEvent(event)
        for end in self._ends:
            end.setVisible(event.size().width() >= _ROOMY)

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

    def _set_pictures(self, pictures: tuple[Picture, ...]) -> None:
        removed = len(pictures) < len(self._page.pictures)
        self._change(replace(self._current(), pictures=pictures))
        if removed:
            self.edit.setFocus()

    def _clear_all(self) -> None:
        self._change(self._page.without_search())
        self.edit.setFocus()

    def _show_below(self) -> None:
        """Under the field: what was understood of the text."""
        text = self.edit.text()
        asks = bool(text) or bool(self._page.pictures)
        self._clear.setVisible(asks)
        self._balance.setVisible(self._current().mixes)
        self._words.show_text(text, always=bool(self._page.pictures))
        self._preview.enabled = len(self._page.pictures) + len(self._words.terms) > 1
        self._below.setVisible(not self._words.isHidden() or bool(self._error.text()))
        self.hint_changed.emit("" if asks or not self.edit.hasFocus() else self._examples())

    def _examples(self) -> str:
        return self.tr(
            "For example:  a street at night,  beach -people,  flowers since:2019,  folder:Holiday"
        )
