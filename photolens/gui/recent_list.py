"""The last searches in the side pane; they can be folded away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QTreeWidgetItem, QVBoxLayout, QWidget

from photolens.domain import Query
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.query_words import in_one_line
from photolens.gui.side_tree import THING, SideTree

_TALL = 600  # pixels of the side pane from which there is room for it


class RecentList(QWidget):
    """One line per search, newest first; hidden while there is none."""

    chosen = Signal(object)  # Query
    forget_wanted = Signal(object)  # Query
    folded_by_hand = Signal(bool)

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        self._by_hand = False
        self.writable = False  # whether searches may be forgotten
        self.head = QToolButton()
        self.head.setText(self.tr("Recent"))
        self.head.setFont(theme.font(theme.CAPTION, bold=True))
        self.head.setProperty("role", "muted")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.clicked.connect(self._fold_by_hand)
        self.tree = _Tree().flatten()
        self.tree.setAccessibleName(self.tr("Recent searches"))
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.itemClicked.connect(self._choose)
        self.tree.itemActivated.connect(self._choose)
        self.tree.deleted.connect(self._forget_current)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        column.addWidget(self.head)
        column.addWidget(self.tree)
        self.fold(True)
        self.hide()

    @property
    def folded(self) -> bool:
        """Whether only the heading is shown."""
        return self._folded

    def fold(self, folded: bool, *, by_hand: bool = False) -> None:
        """Show only the heading; what was done by hand stays so."""
        self._by_hand = self._by_hand or by_hand
        self._folded = folded
        self.head.setIcon(theme.icon("caret-right" if folded else "caret-down", "muted"))
        self.head.setToolTip(self.tr("Show recent searches") if folded else self.tr("Fold recent searches"))
        self.head.setAccessibleName(self.head.toolTip())
        self.tree.setVisible(not folded)

    def fold_to_fit(self, room: int) -> None:
        """Unfold in a tall pane, fold in a small one."""
        if not self._by_hand:
            self.fold(room < _TALL)

    def show_searches(self, searches: Sequence[Query]) -> None:
        """These, newest first."""
        self.tree.clear()
        for query in searches:
            text = in_one_line(query)
            item = QTreeWidgetItem([text])
            item.setIcon(0, theme.icon("magnifying-glass", "muted"))
            item.setData(0, THING, query)
            item.setToolTip(0, text)
            self.tree.addTopLevelItem(item)
        self.tree.fit()
        self.setVisible(bool(searches))

    def menu_of(self, query: Query) -> QMenu:
        """What can be done with a search."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(theme.icon("magnifying-glass"), self.tr("Search again")).triggered.connect(
            lambda: self.chosen.emit(query)
        )
        forget = menu.addAction(theme.icon("x"), self.tr("Forget this search"))
        forget.setShortcut(QKeySequence("Del"))  # shown only: the list itself has the key
        forget.triggered.connect(lambda: self.forget_wanted.emit(query))
        forget.setEnabled(self.writable)
        menu.addAction(self._commands["forget-searches"])
        return menu

    # --- inside ------------------------------------------------------------------------------

    def _fold_by_hand(self) -> None:
        self.fold(not self._folded, by_hand=True)
        self.folded_by_hand.emit(self._folded)

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(item.data(0, THING))

    def _menu(self, point: QPoint) -> None:
        if (item := self.tree.itemAt(point)) is not None:
            self.menu_of(item.data(0, THING)).popup(self.tree.viewport().mapToGlobal(point))

    def _forget_current(self) -> None:
        item = self.tree.currentItem()
        if item is not None and self.writable:
            self.forget_wanted.emit(item.data(0, THING))


class _Tree(SideTree):
    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)
