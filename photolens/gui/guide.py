"""The pages of the user guide: Markdown that ships with the program, shown without a browser or a network.

A browser of the system would do less: from a sandboxed package (Flatpak, Snap) it cannot open files of ours,
it does not know which topic is asked for, and the next page might as well be somebody else's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from photolens import paths
from photolens.gui import theme
from photolens.gui.languages import ENGLISH

# Pages in the order in which they are best read; each lies in resources/help as NAME.md, those in other
# languages in folders there.
TOPICS = (
    "first-run",
    "searching",
    "feedback",
    "concepts",
    "folders",
    "models",
    "privacy",
    "troubleshooting",
)
_FOLDER = QUrl.fromLocalFile(f"{paths.resource('help').as_posix()}/")
_IMAGE = QTextDocument.ResourceType.ImageResource
_SETTLE_MS = 60  # after the last change of width, before pictures are scaled anew
_LINE_HEIGHT = 130  # per cent
_PROPORTIONAL = int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
_HEADINGS = {1: 2, 2: 1}  # steps of size above the text, 1.5 and 1.2 times, as HTML counts them


def guide_file(name: str, language: str = ENGLISH) -> Path:
    """A page or a picture of the guide in a language; in English where it is not translated."""
    own = paths.resource("help", language, name)
    return own if own.is_file() else paths.resource("help", name)


def page_text(topic: str, language: str = ENGLISH) -> str:
    """The page of a topic, as Markdown."""
    return guide_file(f"{topic}.md", language).read_text(encoding="utf-8")


def page_title(topic: str, language: str = ENGLISH) -> str:
    """The heading of a page, which is its first line."""
    with guide_file(f"{topic}.md", language).open(encoding="utf-8") as lines:
        return lines.readline().lstrip("# ").strip()


class GuidePages(QTextBrowser):
    """Shows one page in the colours of the window; pictures are as wide as there is room.

    The address of a page or a picture is that of the English one, so that links lead on whether or not a page
    is translated; what is read for it is the file in the language.
    """

    turned = Signal(str)  # the topic of the page that is shown now

    def __init__(self, language: str = ENGLISH) -> None:
        super().__init__()
        self._language = language
        self.setAccessibleName(self.tr("Page of the guide"))
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.document().setDocumentMargin(theme.HUGE)
        self.document().setIndentWidth(theme.HUGE)
        self._fit = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._fit.timeout.connect(self._scale_pictures)
        self.topic = ""  # of the page that is shown
        self.sourceChanged.connect(self._turned)

    def show_topic(self, topic: str) -> None:
        """Turn to a page of TOPICS."""
        self.setSource(_FOLDER.resolved(QUrl(f"{topic}.md")))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802
        """Only what lies in the guide's own folder is read."""
        file = Path(_FOLDER.resolved(QUrl(name)).toLocalFile())
        if file.parent != Path(_FOLDER.toLocalFile()):
            return None
        if kind == int(_IMAGE.value):
            return self._picture(file.name)
        return super().loadResource(kind, QUrl.fromLocalFile(str(guide_file(file.name, self._language))))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self.topic:
            QTimer.singleShot(0, self, self._begin_anew)  # when the rest of the window has changed too

    def mark(self, text: str) -> int:
        """Show every place where a text stands on this page, and return how many there are."""
        found: list[QTextEdit.ExtraSelection] = []
        look = QTextCharFormat()
        look.setBackground(self.palette().brush(QPalette.ColorRole.Highlight))
        look.setForeground(self.palette().brush(QPalette.ColorRole.HighlightedText))
        cursor = self.document().find(text) if text else QTextCursor()
        while not cursor.isNull():
            place = QTextEdit.ExtraSelection()
            place.cursor, place.format = cursor, look
            found.append(place)
            cursor = self.document().find(text, cursor)
        self.setExtraSelections(found)
        return len(found)

    # --- inside ------------------------------------------------------------------------------

    def _turned(self, url: QUrl) -> None:
        self.topic = Path(url.toLocalFile()).stem
        self._dress()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.turned.emit(self.topic)

    def _begin_anew(self) -> None:
        """Colours and sizes are written into the text when it is read."""
        at = self.verticalScrollBar().value()
        self.reload()
        self.verticalScrollBar().setValue(at)

    def _dress(self) -> None:
        """Distances, sizes of headings and the ground of what is typed, which Markdown does not say."""
        block = self.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            look = block.blockFormat()
            level = look.headingLevel()
            if not any(part.charFormat().isImageFormat() for part in _runs(block)):
                look.setLineHeight(_LINE_HEIGHT, _PROPORTIONAL)
            look.setTopMargin(theme.LARGE if level > 1 else 0)
            look.setBottomMargin(theme.SMALL if level else theme.MEDIUM)
            if cursor.currentTable() is not None:
                look.setBottomMargin(0)
            elif cursor.currentList() is not None and block.next().textList() is not None:
                look.setBottomMargin(theme.TINY)
            cursor.setBlockFormat(look)
            if level:
                self._dress_heading(cursor, level)
            block = block.next()
        self._dress_code()
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                shape = frame.format()
                shape.setBorder(0)
                shape.setCellPadding(theme.TINY)
                shape.setCellSpacing(0)
                shape.setBottomMargin(theme.MEDIUM)
                frame.setFormat(shape)

    def _dress_heading(self, cursor: QTextCursor, level: int) -> None:
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setProperty(QTextCharFormat.Property.FontSizeAdjustment, _HEADINGS.get(level, 0))
        look.setFontWeight(QFont.Weight.DemiBold)
        cursor.mergeCharFormat(look)

    def _dress_code(self) -> None:
        ground = QColor(theme.colors().hover)
        spans = [
            (part.position(), part.length())
            for part in _fragments(self.document())
            if part.charFormat().fontFixedPitch()
        ]
        look = QTextCharFormat()
        look.setBackground(ground)
        for start, length in spans:
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(look)

    def _picture(self, name: str) -> QImage | None:
        """As wide as the text at most, the dark one in a dark window."""
        if theme.colors().dark:
            name = f"{name.removesuffix('.png')}-dark.png"
        image = QImage(str(guide_file(name, self._language)))
        if image.isNull():
            return None
        room = max(160, self.viewport().width() - 2 * round(self.document().documentMargin()))
        ratio = self.devicePixelRatioF()
        width = round(min(room, image.width()) * ratio)
        image = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        return image

    def _scale_pictures(self) -> None:
        """A document keeps its pictures, so each is replaced."""
        document = self.document()
        names = {
            part.charFormat().toImageFormat().name()
            for part in _fragments(document)
            if part.charFormat().isImageFormat()
        }
        for name in names:
            image = self._picture(Path(name).name)
            if image is not None:
                document.addResource(int(_IMAGE.value), document.baseUrl().resolved(QUrl(name)), image)
        if names:
            document.markContentsDirty(0, document.characterCount())


def _fragments(document: QTextDocument) -> list[QTextFragment]:
    """All runs of one look, in order."""
    found = []
    block = document.begin()
    while block.isValid():
        found += _runs(block)
        block = block.next()
    return found


def _runs(block: QTextBlock) -> list[QTextFragment]:
    found = []
    at = block.begin()
    while not at.atEnd():
        found.append(at.fragment())
        at += 1
    return found
