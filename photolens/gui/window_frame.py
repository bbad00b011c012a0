"""What the main window is made of and where it lies; what it does is in window.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from photolens.domain import PhotoId
from photolens.gui import theme
from photolens.gui.bridge import Bridge
from photolens.gui.browser import Browser
from photolens.gui.clicks_bar import ClicksBar
from photolens.gui.commands import Commands
from photolens.gui.details import DetailsPane
from photolens.gui.facts import FactsKeeper
from photolens.gui.filter_row import FilterRow
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.scrubber import YearScrubber
from photolens.gui.grid.thumbnails import Thumbnails
from photolens.gui.grid.view import GridView
from photolens.gui.images import read_jpeg
from photolens.gui.incoming import Incoming
from photolens.gui.message_page import MessagePage
from photolens.gui.notice_bar import NoticeBar
from photolens.gui.search_bar import SearchBar
from photolens.gui.session import Session
from photolens.gui.sidebar import Sidebar
from photolens.gui.status_bar import StatusBar
from photolens.gui.undo import UndoStack
from photolens.gui.viewer import Viewer
from photolens.gui.widgets import MessageBar, action_button, line

if TYPE_CHECKING:
    from photolens.library import Library

_FACTS = 24  # characters that the details need beside each other, a name and what is known
_LEAST_HEIGHT = 120  # of the panes: in a small window they give way, not the search box


class WindowFrame(QMainWindow):
    """Search bar and filters on top, folders at the left, photos, details at the right, status below.

    Behind them the state that they show: `browser`, `facts` and `incoming`, all asking `session`'s library.
    """

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__()
        self.bridge, self.session = bridge, session
        self.browser = Browser(bridge, self)
        self.facts = FactsKeeper(bridge, self)
        self.incoming = Incoming(bridge, self)
        self.setWindowTitle("PhotoLens")
        self.setWindowIcon(theme.icon("aperture", "accent"))
        self.setMinimumSize(640, 420)
        commands = self.commands = Commands(self)
        self.undo = UndoStack(commands["undo"], commands["redo"], self)
        self.model = PhotoModel()
        memory = session.settings.thumbnail_memory_mb
        self.thumbnails = Thumbnails(bridge, memory, lambda photo: self.grid.thumbnail_arrived(photo))
        self.search = SearchBar(commands["search-picture"], commands["back"])
        self.filters = FilterRow(commands)
        self.clicks_bar = ClicksBar(commands)
        self.message = MessageBar()
        self.notices = NoticeBar()
        self.sidebar = Sidebar(commands)
        self.grid = GridView(self.model, self.thumbnails)
        self.scrubber = YearScrubber(self.grid.place_of)
        self.viewer = Viewer(bridge, self.thumbnails, commands)
        self.empty = MessagePage()
        self.details = DetailsPane(commands)
        self.status = StatusBar(commands)
        self._message_action: Callable[[], object] = lambda: None
        self.message.acted.connect(lambda: self._message_action())
        self._lay_out()

    @property
    def library(self) -> Library | None:
        """None before it is open, and while it is opened again."""
        return self.session.library

    def say(
        self,
        text: str,
        action: str = "",
        call: Callable[[], object] = lambda: None,
        *,
        danger: bool = False,
        stays: bool = False,
    ) -> None:
        """A sentence under the search bar, perhaps with a button; goes by itself unless it `stays`."""
        self._message_action = call
        shown = text.encode("utf-8", "backslashreplace").decode()
        self.message.say(shown, action, danger=danger, stays=stays)

    @property
    def viewing(self) -> bool:
        """Whether one photo fills the window."""
        return self.stack.currentWidget() is self.viewer

    def show_photos(self) -> None:
        """The grid, or the page that says why it is empty."""
        self._show_surroundings(True)
        some = len(self.model.listing) or self.model.sections
        self.stack.setCurrentWidget(self.photos if some else self.empty)

    def pixmaps(self, ids: Sequence[PhotoId], then: Callable[[dict[PhotoId, QPixmap]], None]) -> None:
        """Fetch thumbnails, and call `then` with those that can be had, in the order of `ids`."""
        library = self.library
        if library is None:
            return

        def fetch() -> dict[PhotoId, QImage]:
            jpegs = {photo_id: library.thumbnail(photo_id) for photo_id in ids}
            return {photo_id: read_jpeg(jpeg) for photo_id, jpeg in jpegs.items() if jpeg}

        def made(images: dict[PhotoId, QImage]) -> None:
            then({photo_id: QPixmap.fromImage(image) for photo_id, image in images.items()})

        self.bridge.run(fetch, made)

    def show_viewer(self) -> None:
        """A single photo has the window to itself."""
        self._show_surroundings(False)
        self.stack.setCurrentWidget(self.viewer)

    def show_busy(self, busy: bool) -> None:
        """A thin moving line under the search bar."""
        self._busy.setGeometry(0, 0, self._busy_place.width(), self._busy_place.height())
        self._busy.setVisible(busy)

    # --- layout ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._busy_place = QWidget()
        self._busy_place.setFixedHeight(2)
        self._busy = QProgressBar(self._busy_place, maximum=0, textVisible=False)
        self._busy.setAccessibleName(self.tr("Searching"))
        self._busy.hide()
        self._head, self._head_line = self._make_head(), line()
        self._make_stack()
        self._make_splitter()
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._head, self._head_line, self._busy_place):
            column.addWidget(widget)
        column.addWidget(self.splitter, 1)
        column.addWidget(line())
        column.addWidget(self.status)
        self.setCentralWidget(central)

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setProperty("role", "pane")
        column = QVBoxLayout(head)
        column.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.MEDIUM, theme.SMALL)
        column.setSpacing(theme.SMALL)
        self.search.row.addWidget(self._make_menu_button())
        for part in (self.search, self.filters, self.clicks_bar, self.message, self.notices):
            column.addWidget(part)
        return head

    def _make_menu_button(self) -> QWidget:
        menu = QMenu(self)
        for heading, actions in self.commands.groups():
            part = menu.addMenu(heading)
            part.addActions([action for action in actions if action is not self.commands["menu"]])
        button = action_button(self.commands["menu"], self, size=20)

        def open_menu() -> None:
            inwards = 0 if self.isRightToLeft() else button.width() - menu.sizeHint().width()
            corner = QPoint(inwards, button.height())
            menu.popup(button.mapToGlobal(corner))

        self.commands["menu"].triggered.connect(open_menu)
        return button

    def _make_stack(self) -> None:
        self.photos = QWidget()
        self.photos.setProperty("role", "surface")
        row = QHBoxLayout(self.photos)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.grid, 1)
        row.addWidget(self.scrubber)
        self.stack = QStackedWidget()
        for content in (self.empty, self.photos, self.viewer):
            self.stack.addWidget(content)

    def _make_splitter(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setMinimumHeight(_LEAST_HEIGHT)
        self.splitter.setChildrenCollapsible(False)
        facts = max(220, _FACTS * self.fontMetrics().averageCharWidth())
        for pane, least in ((self.sidebar, 150), (self.stack, 280), (self.details, facts)):
            pane.setMinimumWidth(least)
            self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(1, 1)

    def _show_surroundings(self, shown: bool) -> None:
        for part in (self._head, self._head_line, self._busy_place, self.status.sizes):
            part.setVisible(shown)
        self.sidebar.setVisible(shown and self.commands["sidebar"].isChecked())
