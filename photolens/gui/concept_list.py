"""Saved questions in the side pane, each with how many photos match it strongly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QTreeWidgetItem, QVBoxLayout, QWidget

from photolens.domain import Concept
from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.query_words import in_one_line
from photolens.gui.side_tree import COUNT, FRESH, THING, SideTree
from photolens.gui.widgets import icon_button, label


class ConceptList(QWidget):
    """One row per concept, by name; what happens to one of them is said by its id."""

    opened = Signal(int)
    rename_wanted = Signal(int)
    duplicate_wanted = Signal(int)
    export_wanted = Signal(int)
    delete_wanted = Signal(int)

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        self._chosen: int | None = None
        self.writable = False  # whether concepts may be changed
        self.tree = _Tree().flatten()
        self.tree.setAccessibleName(self.tr("Concepts"))
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.itemClicked.connect(self._open)
        self.tree.itemActivated.connect(self._open)
        self.tree.keyed.connect(self._keyed)
        self.empty = label(self.tr("Save a search to keep it here"), "muted", theme.CAPTION)
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(theme.SMALL, 0, theme.TINY, theme.TINY)
        head = QHBoxLayout()
        head.setContentsMargins(theme.SMALL, 0, theme.TINY, 0)
        head.addWidget(label(self.tr("Concepts"), "muted", theme.CAPTION, bold=True), 1)
        head.addWidget(_plus(commands["save-concept"]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TINY)
        column.addLayout(head)
        column.addWidget(self.empty)
        column.addWidget(self.tree)
        self.show_concepts([])

    def show_concepts(self, concepts: Sequence[Concept]) -> None:
        """These are all there are; numbers that are known stay."""
        items = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        known = {item.data(0, THING): (item.data(0, COUNT), item.data(0, FRESH)) for item in items if item}
        place, blocked = self.tree.verticalScrollBar().value(), self.tree.blockSignals(True)
        self.tree.clear()
        for concept in concepts:
            item = QTreeWidgetItem([concept.name])
            item.setIcon(0, theme.icon("bookmark-simple"))
            item.setData(0, THING, concept.id)
            item.setToolTip(0, f"{concept.name}\n{in_one_line(concept.query)}")
            self.tree.addTopLevelItem(item)
            self.set_count(concept.id, *known.get(concept.id, (None, 0)))
        self.choose(self._chosen)
        self.tree.blockSignals(blocked)
        self.tree.verticalScrollBar().setValue(place)
        self.tree.fit()
        self.tree.setVisible(bool(concepts))
        self.empty.setVisible(not concepts)

    def set_count(self, concept_id: int, count: int | None, fresh: int) -> None:
        """How many photos match it strongly (None: not known), and how many of them are new."""
        item = self.tree.item_of(concept_id)
        if item is None:
            return
        item.setData(0, COUNT, count)
        item.setData(0, FRESH, fresh)
        said = [item.text(0)]
        if count is not None:
            said.append(self.tr("%1 best matches").replace("%1", QLocale().toString(count)))
        if fresh:
            said.append(self.tr("%1 new").replace("%1", QLocale().toString(fresh)))
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(said))

    def choose(self, concept_id: int | None) -> None:
        """Mark this one as what is shown; says nothing to anyone."""
        self._chosen = concept_id
        self.tree.mark(None if concept_id is None else self.tree.item_of(concept_id))

    def menu_of(self, concept_id: int) -> QMenu:
        """What can be done with it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, icon, keys, signal in (
            (self.tr("Open"), "eye", "", self.opened),
            (self.tr("Rename…"), "pencil-simple", "F2", self.rename_wanted),
            (self.tr("Duplicate"), "copy", "", self.duplicate_wanted),
            (self.tr("Export…"), "export", "", self.export_wanted),
            (self.tr("Delete"), "trash", "Del", self.delete_wanted),
        ):
            action = menu.addAction(theme.icon(icon), text)
            action.setShortcut(QKeySequence(keys))  # shown only: the list itself has the keys
            action.triggered.connect(lambda checked=False, signal=signal: signal.emit(concept_id))
            action.setEnabled(self.writable or signal in (self.opened, self.export_wanted))
            if signal == self.duplicate_wanted and concept_id == self._chosen:
                menu.addAction(self._commands["update-concept"])
        return menu

    # --- inside ------------------------------------------------------------------------------

    def _open(self, item: QTreeWidgetItem) -> None:
        self.opened.emit(item.data(0, THING))

    def _menu(self, point: QPoint) -> None:
        if (item := self.tree.itemAt(point)) is not None:
            self.menu_of(item.data(0, THING)).popup(self.tree.viewport().mapToGlobal(point))

    def _keyed(self, key: int) -> None:
        item = self.tree.currentItem()
        if item is not None and self.writable:
            wanted = self.rename_wanted if key == Qt.Key.Key_F2 else self.delete_wanted
            wanted.emit(item.data(0, THING))


class _Tree(SideTree):
    """Keys that do something to the current row."""

    keyed = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Delete):
            self.keyed.emit(event.key())
        else:
            super().keyPressEvent(event)


def _plus(action: QAction) -> QToolButton:
    """A button for a command under another icon, which the command itself would take from it."""
    button = icon_button("plus", action.text().rstrip("…"), size=16)
    button.setToolTip(action.toolTip())
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
