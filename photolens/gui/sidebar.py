"""The pane at the left: all photos, and the folders with their counts."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QCoreApplication,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QCursor, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from photolens.domain import Directory, Folder
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.widgets import action_button, label

_Index = QModelIndex | QPersistentModelIndex
_PATH, _COUNT, _OFFLINE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


@dataclass(slots=True)
class FolderNode:
    """A folder with the photos in it and in all below it."""

    path: str
    photos: int = 0
    online: bool = True
    root: bool = False
    children: list[FolderNode] = field(default_factory=list)


def folder_tree(folders: list[Folder], directories: list[Directory]) -> list[FolderNode]:
    """One node per root, with every directory that holds photos and those on the way to it."""
    by_root: dict[int, list[Directory]] = defaultdict(list)
    for directory in directories:
        by_root[directory.folder_id].append(directory)
    return [_root_node(folder, by_root[folder.id]) for folder in folders]


def _root_node(folder: Folder, directories: list[Directory]) -> FolderNode:
    root = FolderNode(folder.path, 0, folder.online, root=True)
    nodes: dict[str, FolderNode] = {}
    inside = folder.path.rstrip(os.path.sep) + os.path.sep

    def below(path: str) -> bool:
        return len(path) > len(inside) and path.startswith(inside)

    def node(path: str) -> FolderNode:
        if not below(path):
            return root
        if path not in nodes:
            nodes[path] = FolderNode(path, 0, folder.online)
            node(os.path.dirname(path)).children.append(nodes[path])  # noqa: PTH120
        return nodes[path]

    for directory in sorted(directories, key=lambda d: d.path.casefold()):
        root.photos += directory.photos
        at = directory.path
        while below(at):
            node(at).photos += directory.photos
            at = os.path.dirname(at)  # noqa: PTH120
    return root


class Sidebar(QWidget):
    """Chooses what the grid shows: everything, or a folder."""

    # Paths are Python objects: a Signal(str) would lose the bytes of a name that is not UTF-8.
    folder_chosen = Signal(object)  # empty: all photos
    forget_wanted = Signal(object)
    reveal_wanted = Signal(object)

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tree = _Tree()
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(theme.LARGE)
        self.tree.setIconSize(QSize(18, 18))
        self.tree.setItemDelegate(_CountDelegate(self.tree))
        self.tree.setAccessibleName(self.tr("Folders"))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.itemClicked.connect(self._choose)
        self.tree.itemActivated.connect(self._choose)
        self.tree.itemExpanded.connect(self._fill)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SMALL, theme.MEDIUM, theme.TINY, theme.SMALL)
        column.setSpacing(theme.TINY)
        head = QHBoxLayout()
        head.setContentsMargins(theme.SMALL, 0, theme.TINY, 0)
        head.addWidget(label(self.tr("Library"), "muted", theme.CAPTION, bold=True), 1)
        head.addWidget(action_button(commands["add-folder"], self, size=16))
        column.addLayout(head)
        column.addWidget(self.tree, 1)
        self._expanded: set[str] = set()
        self._roots: list[FolderNode] = []
        self._chosen = ""

    def show_tree(self, roots: list[FolderNode], photos: int) -> None:
        """Show these counts; what is open and chosen stays so."""
        if roots == self._roots and self.tree.topLevelItemCount() and self._all_count() == photos:
            return
        self._roots = roots
        self._expanded = self._open_paths()
        place = self.tree.verticalScrollBar().value()
        blocked = self.tree.blockSignals(True)
        self.tree.clear()
        everything = self._item(FolderNode("", photos), self.tr("All photos"), "image-square")
        self.tree.addTopLevelItem(everything)
        for node in roots:
            item = self._folder_item(node)
            self.tree.addTopLevelItem(item)
            self._reopen(item)
        self.choose(self._chosen)
        self.tree.blockSignals(blocked)
        self.tree.verticalScrollBar().setValue(place)

    def choose(self, path: str) -> None:
        """Mark this folder as the one that is shown; says nothing to anyone."""
        self._chosen = path
        found = self._find(path)
        if found is None:
            self.tree.setCurrentIndex(QModelIndex())
        elif found is not self.tree.currentItem():
            self.tree.setCurrentItem(found)

    # --- inside ------------------------------------------------------------------------------

    def _all_count(self) -> int:
        item = self.tree.topLevelItem(0)
        return int(item.data(0, _COUNT)) if item else -1

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
        item.setData(0, _PATH, node)
        item.setData(0, _COUNT, node.photos)
        item.setData(0, _OFFLINE, not node.online)
        count = QLocale().toString(node.photos)
        away = self.tr(", offline") if not node.online else ""
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{name}, {count} photos{away}")
        tip = node.path
        if not node.online:
            tip += "\n" + self.tr("Offline: its photos can be searched, with their thumbnails.")
        item.setToolTip(0, tip)
        return item

    def _fill(self, item: QTreeWidgetItem) -> None:
        node: FolderNode = item.data(0, _PATH)
        if not item.childCount():
            item.addChildren([self._folder_item(child) for child in node.children])

    def _reopen(self, item: QTreeWidgetItem) -> None:
        node: FolderNode = item.data(0, _PATH)
        if node.path not in self._expanded:
            return
        self._fill(item)
        item.setExpanded(True)
        for index in range(item.childCount()):
            if (child := item.child(index)) is not None:
                self._reopen(child)

    def _items(self, parent: QTreeWidgetItem | None = None) -> list[QTreeWidgetItem]:
        """All items that exist so far."""
        top = parent or self.tree.invisibleRootItem()
        found: list[QTreeWidgetItem] = []
        for index in range(top.childCount()):
            if (child := top.child(index)) is not None:
                found += [child, *self._items(child)]
        return found

    def _open_paths(self) -> set[str]:
        return {item.data(0, _PATH).path for item in self._items() if item.isExpanded()}

    def _find(self, path: str) -> QTreeWidgetItem | None:
        return next((item for item in self._items() if item.data(0, _PATH).path == path), None)

    def _choose(self, item: QTreeWidgetItem) -> None:
        self._chosen = item.data(0, _PATH).path
        self.folder_chosen.emit(self._chosen)

    def _menu(self, point: QPoint) -> None:
        item = self.tree.itemAt(point)
        node: FolderNode | None = item.data(0, _PATH) if item else None
        if node is None or not node.path:
            return
        menu = QMenu(self)
        show = menu.addAction(theme.icon("folder-open"), self.tr("Show in the file manager"))
        show.triggered.connect(lambda: self.reveal_wanted.emit(node.path))
        show.setEnabled(node.online)
        if node.root:
            forget = menu.addAction(theme.icon("x"), self.tr("Remove from PhotoLens…"))
            forget.triggered.connect(lambda: self.forget_wanted.emit(node.path))
        menu.exec(self.tree.viewport().mapToGlobal(point))


class _Tree(QTreeWidget):
    """Marks the whole row of what is chosen, and opens with carets of the icon font."""

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        hovered = index == self.indexAt(self.viewport().mapFromGlobal(QCursor.pos())) and self.underMouse()
        chosen = self.selectionModel().isSelected(index)
        if chosen or hovered:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if chosen and self.hasFocus():
                painter.setPen(QColor(theme.colors().accent))
            painter.setBrush(QColor(theme.colors().selected if chosen else theme.colors().hover))
            row = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(row, theme.RADIUS, theme.RADIUS)
            painter.restore()
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:  # noqa: N802
        item = self.itemFromIndex(index)
        expandable = item.childCount() or (
            item.childIndicatorPolicy() == QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator
        )
        if not expandable:
            return
        closed = "caret-left" if self.isRightToLeft() else "caret-right"
        caret = QRect(0, 0, 12, 12)
        caret.moveCenter(rect.center())
        caret.moveRight(rect.right() - 2)
        theme.icon("caret-down" if item.isExpanded() else closed, "muted").paint(painter, caret)


class _CountDelegate(QStyledItemDelegate):
    """A name at the left, a number at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        count = QLocale().toString(index.data(_COUNT) or 0)
        if index.data(_OFFLINE):
            count = f"{QCoreApplication.translate('Sidebar', 'offline')}  {count}"
        font = theme.font(theme.CAPTION)
        painter.save()
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(count) + theme.SMALL
        painter.restore()
        narrower = QStyleOptionViewItem(option)
        chosen = theme.colors()
        super().paint(painter, self._without_right(narrower, width), index)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(chosen.muted))
        rect: QRect = option.rect
        area = rect.adjusted(0, 0, -theme.TINY, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.restore()

    def _without_right(self, option: QStyleOptionViewItem, width: int) -> QStyleOptionViewItem:
        option.rect = option.rect.adjusted(0, 0, -width, 0)
        return option

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
        if index.data(_OFFLINE):
            color = QColor(theme.colors().muted)
            option.palette.setColor(option.palette.ColorRole.Text, color)
