"""All photos, and the folders with their counts."""

from __future__ import annotations

import os

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QTreeWidgetItem

from photolens import words
from photolens.gui import theme
from photolens.gui.folder_tree import FolderNode
from photolens.gui.side_tree import COUNT, MUTED, NOTE, THING, SideTree


class FolderList(SideTree):
    """Chooses what the grid shows: everything, or a folder."""

    # Paths are Python objects: a Signal(str) would lose the bytes of a name that is not UTF-8.
    chosen = Signal(object)  # empty: all photos
    forget_wanted = Signal(object)
    reveal_wanted = Signal(object)
    vanished_wanted = Signal(object)  # a path: to be asked about its files that are gone

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Folders"))
        self.customContextMenuRequested.connect(self._menu)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self.itemExpanded.connect(self._fill)
        self._expanded: set[str] = set()
        self._roots: list[FolderNode] = []
        self._chosen = ""

    def show_tree(self, roots: list[FolderNode], photos: int) -> None:
        """Show these counts; what is open and chosen stays so."""
        if roots == self._roots and self.topLevelItemCount() and self._all_count() == photos:
            return
        self._roots = roots
        self._expanded = self._open_paths()
        place = self.verticalScrollBar().value()
        blocked = self.blockSignals(True)
        self.clear()
        everything = self._item(FolderNode("", photos), self.tr("All photos"), "image-square")
        self.addTopLevelItem(everything)
        for node in roots:
            item = self._folder_item(node)
            self.addTopLevelItem(item)
            self._reopen(item)
        self.choose(self._chosen)
        self.blockSignals(blocked)
        self.verticalScrollBar().setValue(place)

    def choose(self, path: str) -> None:
        """Mark this folder as the one that is shown; says nothing to anyone."""
        self._chosen = path
        self.mark(next((item for item in self._items() if item.data(0, THING).path == path), None))

    # --- inside ------------------------------------------------------------------------------

    def _all_count(self) -> int:
        item = self.topLevelItem(0)
        return int(item.data(0, COUNT)) if item else -1

    def _folder_item(self, node: FolderNode) -> QTreeWidgetItem:
        name = os.path.basename(node.path) or node.path  # noqa: PTH119
        icon = "folder" if node.online else "link-break"
        item = self._item(node, name, icon)
        if node.children:  # filled when it is opened: there may be thousands
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return item

    def _item(self, node: FolderNode, name: str, icon: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name])
        item.setIcon(0, theme.icon(icon, "text" if node.online else "muted"))
        item.setData(0, THING, node)
        item.setData(0, COUNT, node.photos)
        item.setData(0, MUTED, not node.online)
        note, tip = self._state(node)
        item.setData(0, NOTE, note)
        state = f", {note}" if note else ""
        item.setData(
            0,
            Qt.ItemDataRole.AccessibleTextRole,
            name + ", " + self.tr("%Ln photos", "", node.photos) + state,
        )
        path = words.printable(node.path)
        item.setToolTip(0, f"{path}\n{tip}" if tip else path)
        return item

    def _state(self, node: FolderNode) -> tuple[str, str]:
        """What is the matter with a folder, in a word and in a sentence; both empty where nothing is."""
        if not node.online:
            tip = self.tr("Offline: its photos can be searched, with their thumbnails.")
            return self.tr("offline"), tip
        if not node.vanished:
            return "", ""
        count = QLocale().toString(node.vanished)
        tip = self.tr(
            "%Ln files are gone; they are kept until you say that they were deleted (right-click).",
            "",
            node.vanished,
        )
        return self.tr("%1 gone").replace("%1", count), tip

    def _fill(self, item: QTreeWidgetItem) -> None:
        node: FolderNode = item.data(0, THING)
        if not item.childCount():
            item.addChildren([self._folder_item(child) for child in node.children])

    def _reopen(self, item: QTreeWidgetItem) -> None:
        node: FolderNode = item.data(0, THING)
        if node.path not in self._expanded:
            return
        self._fill(item)
        item.setExpanded(True)
        for index in range(item.childCount()):
            if (child := item.child(index)) is not None:
                self._reopen(child)

    def _items(self, parent: QTreeWidgetItem | None = None) -> list[QTreeWidgetItem]:
        """All items that exist so far."""
        top = parent or self.invisibleRootItem()
        found: list[QTreeWidgetItem] = []
        for index in range(top.childCount()):
            if (child := top.child(index)) is not None:
                found += [child, *self._items(child)]
        return found

    def _open_paths(self) -> set[str]:
        return {item.data(0, THING).path for item in self._items() if item.isExpanded()}

    def _choose(self, item: QTreeWidgetItem) -> None:
        self._chosen = item.data(0, THING).path
        self.chosen.emit(self._chosen)

    def _menu(self, point: QPoint) -> None:
        item = self.itemAt(point)
        node: FolderNode | None = item.data(0, THING) if item else None
        if node is None or not node.path:
            return
        menu = QMenu(self)
        show = menu.addAction(theme.icon("folder-open"), self.tr("Show in the file manager"))
        show.triggered.connect(lambda: self.reveal_wanted.emit(node.path))
        show.setEnabled(node.online)
        if node.vanished and node.online:
            ask = menu.addAction(theme.icon("question"), self.tr("Files are gone…"))
            ask.triggered.connect(lambda: self.vanished_wanted.emit(node.path))
        if node.root:
            forget = menu.addAction(theme.icon("x"), self.tr("Remove from PhotoLens…"))
            forget.triggered.connect(lambda: self.forget_wanted.emit(node.path))
        menu.exec(self.viewport().mapToGlobal(point))
