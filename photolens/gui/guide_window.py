"""The window of the user guide: topics at the left, a page at the right, a field to find words in them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from photolens.gui import languages, theme
from photolens.gui.guide import TOPICS, GuidePages, page_text, page_title
from photolens.gui.widgets import icon_button, label, line

_SIZE = QSize(1000, 740)
_TOPICS_WIDTH = 220


class GuideWindow(QWidget):
    """A window of its own, so that it can be read while a dialog waits for an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("PhotoLens user guide"))
        self.setWindowIcon(theme.icon("aperture", "accent"))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._language = languages.in_use(application)
        self.pages = GuidePages(self._language)
        self.topics: QListWidget = QListWidget()
        self.topics.setAccessibleName(self.tr("Topics"))
        self.topics.setWordWrap(True)
        self.topics.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.topics.setFrameShape(QFrame.Shape.NoFrame)
        self.topics.addItems([page_title(topic, self._language) for topic in TOPICS])
        self.back = icon_button("arrow-left", self.tr("Back (Alt+Left)"), self)
        self.forward = icon_button("arrow-right", self.tr("Forward (Alt+Right)"), self)
        self.field = QLineEdit(placeholderText=self.tr("Find in the guide"), clearButtonEnabled=True)
        self.field.setAccessibleName(self.tr("Find in the guide"))
        self.found = label("", "muted")
        self._lay_out()
        self.topics.currentRowChanged.connect(self._choose)
        self.pages.turned.connect(self._turned)
        self.pages.backwardAvailable.connect(self.back.setEnabled)
        self.pages.forwardAvailable.connect(self.forward.setEnabled)
        self.back.clicked.connect(self.pages.backward)
        self.forward.clicked.connect(self.pages.forward)
        self.back.setEnabled(False)
        self.forward.setEnabled(False)
        self.field.textChanged.connect(self._mark)
        self.field.returnPressed.connect(self.find_next)
        self._add_keys()
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.9))

    def show_topic(self, topic: str = "") -> None:
        """Come to the front with a page of TOPICS; empty: the one read last, at first the first."""
        topic = topic or self.pages.topic or TOPICS[0]
        if topic != self.pages.topic:
            self.pages.show_topic(topic)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.pages.setFocus()

    def find_next(self, *, backward: bool = False) -> None:
        """The next place where the words stand: on this page, then on the others."""
        text = self.field.text()
        if not text:
            return
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if self.pages.find(text, flags):
            return
        here = TOPICS.index(self.pages.topic)
        step = -1 if backward else 1
        for distance in range(1, len(TOPICS) + 1):
            topic = TOPICS[(here + step * distance) % len(TOPICS)]
            if topic != self.pages.topic:
                if text.casefold() not in self._plain(topic).casefold():
                    continue
                self.pages.show_topic(topic)
            end = QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start
            self.pages.moveCursor(end)
            if self.pages.find(text, flags):
                return

    # --- inside ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        head.setSpacing(theme.SMALL)
        for part in (self.back, self.forward):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.found)
        head.addWidget(self.field)
        self.field.setMinimumWidth(260)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.topics)
        splitter.addWidget(self.pages)
        splitter.setStretchFactor(1, 1)
        topics = max(_TOPICS_WIDTH, self.topics.sizeHintForColumn(0) + 2 * theme.LARGE)
        splitter.setSizes([topics, max(topics, _SIZE.width() - topics)])
        self.topics.setMinimumWidth(140)
        self.pages.setMinimumWidth(240)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(splitter, 1)

    def _add_keys(self) -> None:
        for keys, call in (
            ("Alt+Left", self.pages.backward),
            ("Alt+Right", self.pages.forward),
            ("Ctrl+F", self._focus_find),
            ("/", self._focus_find),
            ("F3", self.find_next),
            ("Shift+F3", lambda: self.find_next(backward=True)),
            ("Esc", self._leave),
            ("Ctrl+W", self.close),
        ):
            QShortcut(QKeySequence(keys), self, call)

    def _leave(self) -> None:
        """First what is looked for, then the guide."""
        if self.field.hasFocus() and self.field.text():
            self.field.clear()
        else:
            self.close()

    def _focus_find(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _choose(self, row: int) -> None:
        if row >= 0 and TOPICS[row] != self.pages.topic:
            self.pages.show_topic(TOPICS[row])

    def _turned(self, topic: str) -> None:
        self.topics.setCurrentRow(TOPICS.index(topic))
        self._mark()

    def _mark(self) -> None:
        text = self.field.text()
        count = self.pages.mark(text)
        if not text:
            said = ""
        elif count:
            said = self.tr("%1 on this page").replace("%1", str(count))
        elif any(text.casefold() in self._plain(topic).casefold() for topic in TOPICS):
            said = self.tr("On another page: press Enter")
        else:
            said = self.tr("Not in the guide")
        self.found.setText(said)

    def _plain(self, topic: str) -> str:
        """A page as it is read, without marks."""
        document = QTextDocument()
        document.setMarkdown(page_text(topic, self._language))
        return document.toPlainText()
