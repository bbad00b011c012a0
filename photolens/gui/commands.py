"""Every command of the window, with its words, keys and icon; menus and the shortcuts page come from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from photolens.gui import theme


class Scope(StrEnum):
    """Where a command's keys work."""

    WINDOW = "window"
    PHOTOS = "photos"  # the grid and the viewer
    GRID = "grid"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can ask for. `keys` are written as QKeySequence reads them, the first is shown."""

    name: str
    text: str
    keys: tuple[str, ...]
    icon: str = ""
    scope: Scope = Scope.WINDOW
    checkable: bool = False


_COMMANDS: dict[str, tuple[Command, ...]] = {
    "Library": (
        Command("add-folder", "Add folder…", ("Ctrl+O",), "folder-plus"),
        Command("rescan", "Look for changes now", ("F5",), "arrows-clockwise"),
        Command("pause", "Pause reading photos", ("Ctrl+P",), "pause", checkable=True),
        Command("failures", "Files that could not be read…", ("Ctrl+E",), "warning"),
        Command("back-up", "Back up the library now", ("Ctrl+Shift+B",), "floppy-disk"),
        Command("backups", "Backups…", ("Ctrl+Alt+B",), "database"),
        Command("settings", "Settings…", ("Ctrl+,",), "gear"),
        Command("quit", "Quit", ("Ctrl+Q",), "sign-out"),
    ),
    "Search": (
        Command("search", "Search", ("Ctrl+F", "/"), "magnifying-glass"),
        Command("search-picture", "Search with a picture file…", ("Ctrl+Shift+O",), "image"),
        Command("paste", "Search with the copied picture", ("Ctrl+V",), "clipboard", Scope.GRID),
        Command("more-like-this", "Find similar photos", ("Ctrl+M",), "sparkle", Scope.PHOTOS),
        Command("filter-folder", "Choose folder…", ("Alt+1",), "folder"),
        Command("filter-date", "Choose dates…", ("Alt+2",), "calendar-blank"),
        Command("filter-camera", "Choose camera…", ("Alt+3",), "camera"),
        Command("filter-more", "Choose type or shape…", ("Alt+4",), "funnel"),
        Command("clear-filters", "Clear filters", ("Alt+0",), "x"),
        Command("back", "Back", ("Esc", "Alt+Left"), "arrow-left"),
        Command("all-photos", "All photos", ("Alt+Home",), "image-square"),
    ),
    "Clicks": (
        Command("like", "More like this", ("L",), "heart", Scope.PHOTOS),
        Command("dislike", "Less like this", ("D",), "thumbs-down", Scope.PHOTOS),
        Command("neutral", "Neither: take my click back", ("U",), "circle", Scope.PHOTOS),
        Command("why", "Why this photo", ("W",), "question", Scope.PHOTOS),
        Command("ask-clicks", "Find more like my picks", ("Ctrl+L",), "heart"),
        Command("narrow", "Help me narrow…", ("Ctrl+N",), "target"),
        Command("before-clicks", "Before my clicks", ("Ctrl+B",), "clock-counter-clockwise", checkable=True),
        Command("forget-clicks", "Forget all my clicks", ("Ctrl+Shift+U",), "eraser"),
        Command("strong-only", "Only strong matches", ("Ctrl+G",), "star", checkable=True),
        Command("hits-by-date", "Matches by date", ("Ctrl+D",), "calendar-blank", checkable=True),
        Command("learned", "Learn from my clicks", ("Ctrl+Alt+1",), checkable=True),
        Command("nearest-demote", "Nearer to a dislike: last", ("Ctrl+Alt+2",), checkable=True),
        Command("nearest-drop", "Nearer to a dislike: left out", ("Ctrl+Alt+3",), checkable=True),
        Command("product", "Words and pictures must both fit", ("Ctrl+Alt+4",), checkable=True),
    ),
    "Concepts": (
        Command("save-concept", "Save as concept…", ("Ctrl+Shift+S",), "bookmark-simple"),
        Command("update-concept", "Save changes to the concept", ("Ctrl+S",), "floppy-disk"),
        Command("import-concept", "Import a concept…", ("Ctrl+Shift+I",), "download-simple"),
        Command("forget-searches", "Forget recent searches", ("Ctrl+Shift+H",), "clock-counter-clockwise"),
    ),
    "View": (
        Command("best-match", "Best match first", ("Ctrl+0",), checkable=True),
        Command("newest", "Newest first", ("Ctrl+1",), checkable=True),
        Command("oldest", "Oldest first", ("Ctrl+2",), checkable=True),
        Command("by-name", "By file name", ("Ctrl+3",), checkable=True),
        Command("added", "Last added first", ("Ctrl+4",), checkable=True),
        Command("sidebar", "Side pane", ("F9",), "tree-structure", checkable=True),
        Command("details", "Details", ("I", "Ctrl+I"), "info", checkable=True),
        Command("squares", "Square tiles", ("Ctrl+T",), "squares-four", checkable=True),
        Command("larger", "Larger photos", ("Ctrl++", "Ctrl+="), "magnifying-glass-plus"),
        Command("smaller", "Smaller photos", ("Ctrl+-",), "magnifying-glass-minus"),
        Command("menu", "Menu", ("F10",), "list"),
        Command("full-screen", "Full screen", ("F11",), "corners-out", checkable=True),
    ),
    "Photo": (
        Command("view", "View", ("Return", "Enter", "Space"), "eye", Scope.GRID),
        Command("open", "Open with another program", ("Ctrl+Return",), "arrow-square-out", Scope.PHOTOS),
        Command("show-in-folder", "Show in folder", ("Ctrl+R",), "folder-open", Scope.PHOTOS),
        Command("copy", "Copy files", ("Ctrl+C",), "copy", Scope.PHOTOS),
        Command("copy-path", "Copy path", ("Ctrl+Shift+C",), "link", Scope.PHOTOS),
        Command("trash", "Move to trash…", ("Del",), "trash", Scope.PHOTOS),
        Command("undo", "Undo", ("Ctrl+Z",), "arrow-u-up-left"),
        Command("redo", "Redo", ("Ctrl+Y", "Ctrl+Shift+Z"), "arrow-u-up-right"),
        Command("select-all", "Select all", ("Ctrl+A",), "selection-all", Scope.GRID),
        Command("select-none", "Select none", ("Ctrl+Shift+A",), "selection-slash", Scope.GRID),
    ),
    "Viewer": (
        Command("next", "Next photo", ("Right", "PgDown"), "caret-right", Scope.VIEWER),
        Command("previous", "Previous photo", ("Left", "PgUp", "Backspace"), "caret-left", Scope.VIEWER),
        Command("first", "First photo", ("Home",), scope=Scope.VIEWER),
        Command("last", "Last photo", ("End",), scope=Scope.VIEWER),
        Command("fit", "Fit to window", ("0",), "frame-corners", Scope.VIEWER),
        Command("actual-size", "Actual size", ("1", "Z"), "number-square-one", Scope.VIEWER),
        Command("zoom-in", "Zoom in", ("+", "="), "plus", Scope.VIEWER),
        Command("zoom-out", "Zoom out", ("-",), "minus", Scope.VIEWER),
        Command("search-part", "Search this part…", ("R",), "selection-plus", Scope.VIEWER, checkable=True),
        Command("close-viewer", "Back to the photos", ("Space", "Return"), "x", Scope.VIEWER),
    ),
    "Help": (
        Command("guide", "User guide", ("F1",), "book-open"),
        Command("shortcuts", "Keyboard shortcuts", ("?",), "keyboard"),
        Command("diagnostics", "Copy diagnostics", ("Ctrl+Shift+F1",), "copy"),
        Command("about", "About PhotoLens", ("Ctrl+F1",), "info"),
    ),
}

# What the keys of the grid itself do; the item view knows them, so they are no actions.
GRID_KEYS = (
    ("Move about", "Arrow keys, Home, End, Page Up, Page Down"),
    ("Select a range", "Shift with these keys, or Shift and click"),
    ("Add to the selection", "Ctrl and click"),
    ("Photo size", "Ctrl and the mouse wheel"),
    ("Begin a search", "Just type"),
    ("Rename or delete a concept", "F2 and Del in its list"),
)


def translate(text: str) -> str:
    return QCoreApplication.translate("Commands", text)


class Commands:
    """The window's actions, by name."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        self._scopes: dict[str, Scope] = {}
        for commands in _COMMANDS.values():
            for command in commands:
                self._actions[command.name] = _action(command, window)
                self._scopes[command.name] = command.scope

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def attach(self, widget: QWidget, *scopes: Scope) -> None:
        """Make the keys of these scopes work in `widget`."""
        for name, action in self._actions.items():
            if self._scopes[name] in scopes:
                widget.addAction(action)

    def groups(self) -> Iterator[tuple[str, list[QAction]]]:
        """All actions under their headings."""
        for heading, commands in _COMMANDS.items():
            yield translate(heading), [self._actions[command.name] for command in commands]

    def enable(self, scope: Scope, enabled: bool) -> None:
        """All commands of a scope, for where it is not on the screen."""
        for name, action in self._actions.items():
            if self._scopes[name] is scope:
                action.setEnabled(enabled)

    def fill(self, menu: QMenu, *names: str) -> QMenu:
        """Add these to a menu; an empty name is a separator."""
        for name in names:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        return menu


def _action(command: Command, window: QWidget) -> QAction:
    action = QAction(translate(command.text), window)
    action.setObjectName(command.name)
    action.setShortcuts([QKeySequence(key) for key in command.keys])
    action.setCheckable(command.checkable)
    inside = command.scope is not Scope.WINDOW
    action.setShortcutContext(
        Qt.ShortcutContext.WidgetWithChildrenShortcut if inside else Qt.ShortcutContext.WindowShortcut
    )
    if command.icon:
        action.setIcon(theme.icon(command.icon))
    keys = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{action.text().rstrip('…')} ({keys})")
    return action
