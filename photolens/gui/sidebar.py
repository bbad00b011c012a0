"""The pane at the left: all photos and the folders, saved questions, recent searches."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.concept_list import ConceptList
from photolens.gui.folder_list import FolderList
from photolens.gui.folder_tree import FolderNode
from photolens.gui.recent_list import RecentList
from photolens.gui.widgets import action_button, label

_FOLDERS = 48  # pixels, at least
_ROOMY = 10  # lines of text: with less height, folders have the pane almost to themselves
_CONCEPTS, _RECENT = 0.3, 0.2  # most of the pane's height that these lists take


class Sidebar(QWidget):
    """Chooses what the grid shows. The folders have whatever height the other lists do not need."""

    folder_chosen = Signal(object)  # a path as str; empty: all photos
    forget_wanted = Signal(object)
    reveal_wanted = Signal(object)
    vanished_wanted = Signal(object)

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tree = FolderList()
        self.tree.chosen.connect(self.folder_chosen)
        self.tree.forget_wanted.connect(self.forget_wanted)
        self.tree.reveal_wanted.connect(self.reveal_wanted)
        self.tree.vanished_wanted.connect(self.vanished_wanted)
        self.tree.setMinimumHeight(_FOLDERS)
        self.concepts = ConceptList(commands)
        self.recent = RecentList(commands)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SMALL, theme.MEDIUM, theme.TINY, theme.SMALL)
        column.setSpacing(theme.TINY)
        head = QHBoxLayout()
        head.setContentsMargins(theme.SMALL, 0, theme.TINY, 0)
        head.addWidget(label(self.tr("Library"), "muted", theme.CAPTION, bold=True), 1)
        head.addWidget(action_button(commands["add-folder"], self, size=16))
        column.addLayout(head)
        column.addWidget(self.tree, 1)
        for part in (self.concepts, self.recent):
            column.addSpacing(theme.TINY)
            column.addWidget(part)

    def show_tree(self, roots: list[FolderNode], photos: int) -> None:
        """Show these counts; what is open and chosen stays so."""
        self.tree.show_tree(roots, photos)

    def choose(self, path: str) -> None:
        """Mark this folder as the one that is shown; says nothing to anyone."""
        self.tree.choose(path)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.concepts.setVisible(self.height() >= _ROOMY * self.fontMetrics().height())
        self.recent.fold_to_fit(self.height())
        self.concepts.tree.fit_into(round(self.height() * _CONCEPTS), 2)
        self.recent.tree.fit_into(round(self.height() * _RECENT), 1)
