"""Every command of the window, with its words, keys and icon; menus and the shortcuts page come from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

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
    text: str  # in English
    keys: tuple[str, ...]
    icon: str = ""
    scope: Scope = Scope.WINDOW
    checkable: bool = False


def tr(text: str) -> str:
    """Marks a text for lupdate, which files it under no context; `translate` translates it."""
    return text


_COMMANDS: dict[str, tuple[Command, ...]] = {
    tr("Library"): (
        Command("add-folder", tr("Add folder…"), ("Ctrl+O",), "folder-plus"),
        Command("rescan", tr("Look for changes now"), ("F5",), "arrows-clockwise"),
        Command("pause", tr("Pause reading photos"), ("Ctrl+P",), "pause", checkable=True),
        Command("failures", tr("Files that could not be read…"), ("Ctrl+E",), "warning"),
        Command("back-up", tr("Back up the library now"), ("Ctrl+Shift+B",), "floppy-disk"),
        Command("backups", tr("Backups…"), ("Ctrl+Alt+B",), "database"),
        Command("settings", tr("Settings…"), ("Ctrl+,",), "gear"),
        Command("quit", tr("Quit"), ("Ctrl+Q",), "sign-out"),
    ),
    tr("Search"): (
        Command("search", tr("Search"), ("Ctrl+F", "/"), "magnifying-glass"),
        Command("search-picture", tr("Search with a picture file…"), ("Ctrl+Shift+O",), "image"),
        Command("paste", tr("Search with the copied picture"), ("Ctrl+V",), "clipboard", Scope.GRID),
        Command("more-like-this", tr("Find similar photos"), ("Ctrl+M",), "sparkle", Scope.PHOTOS),
        Command("filter-folder", tr("Choose folder…"), ("Alt+1",), "folder"),
        Command("filter-date", tr("Choose dates…"), ("Alt+2",), "calendar-blank"),
        Command("filter-camera", tr("Choose camera…"), ("Alt+3",), "camera"),
        Command("filter-more", tr("Choose type or shape…"), ("Alt+4",), "funnel"),
        Command("clear-filters", tr("Clear filters"), ("Alt+0",), "x"),
        Command("back", tr("Back"), ("Esc", "Alt+Left"), "arrow-left"),
        Command("all-photos", tr("All photos"), ("Alt+Home",), "image-square"),
    ),
    tr("Clicks"): (
        Command("like", tr("More like this"), ("L",), "heart", Scope.PHOTOS),
        Command("dislike", tr("Less like this"), ("D",), "thumbs-down", Scope.PHOTOS),
        Command("neutral", tr("Neither: take my click back"), ("U",), "circle", Scope.PHOTOS),
        Command("why", tr("Why this photo"), ("W",), "question", Scope.PHOTOS),
        Command("ask-clicks", tr("Find more like my picks"), ("Ctrl+L",), "heart"),
        Command("narrow", tr("Help me narrow…"), ("Ctrl+N",), "target"),
        Command(
            "before-clicks", tr("Before my clicks"), ("Ctrl+B",), "clock-counter-clockwise", checkable=True
        ),
        Command("forget-clicks", tr("Forget all my clicks"), ("Ctrl+Shift+U",), "eraser"),
        Command("strong-only", tr("Only the best matches"), ("Ctrl+G",), "star", checkable=True),
        Command("hits-by-date", tr("Matches by date"), ("Ctrl+D",), "calendar-blank", checkable=True),
        Command("learned", tr("Learn from my clicks"), ("Ctrl+Alt+1",), checkable=True),
        Command("nearest-demote", tr("Nearer to a dislike: last"), ("Ctrl+Alt+2",), checkable=True),
        Command("nearest-drop", tr("Nearer to a dislike: left out"), ("Ctrl+Alt+3",), checkable=True),
        Command("product", tr("Words and pictures must both fit"), ("Ctrl+Alt+4",), checkable=True),
    ),
    tr("Concepts"): (
        Command("save-concept", tr("Save as concept…"), ("Ctrl+Shift+S",), "bookmark-simple"),
        Command("update-concept", tr("Save changes to the concept"), ("Ctrl+S",), "floppy-disk"),
        Command("import-concept", tr("Import a concept…"), ("Ctrl+Shift+I",), "download-simple"),
        Command(
            "forget-searches", tr("Forget recent searches"), ("Ctrl+Shift+H",), "clock-counter-clockwise"
        ),
    ),
    tr("View"): (
        Command("best-match", tr("Best match first"), ("Ctrl+0",), checkable=True),
        Command("newest", tr("Newest first"), ("Ctrl+1",), checkable=True),
        Command("oldest", tr("Oldest first"), ("Ctrl+2",), checkable=True),
        Command("by-name", tr("By file name"), ("Ctrl+3",), checkable=True),
        Command("added", tr("Last added first"), ("Ctrl+4",), checkable=True),
        Command("sidebar", tr("Side pane"), ("F9",), "tree-structure", checkable=True),
        Command("details", tr("Details"), ("I", "Ctrl+I"), "info", checkable=True),
        Command("squares", tr("Square tiles"), ("Ctrl+T",), "squares-four", checkable=True),
        Command("larger", tr("Larger photos"), ("Ctrl++", "Ctrl+="), "magnifying-glass-plus"),
        Command("smaller", tr("Smaller photos"), ("Ctrl+-",), "magnifying-glass-minus"),
        Command("menu", tr("Menu"), ("F10",), "list"),
        Command("full-screen", tr("Full screen"), ("F11",), "corners-out", checkable=True),
    ),
    tr("Photo"): (
        Command("view", tr("View"), ("Return", "Enter", "Space"), "eye", Scope.GRID),
        Command("open", tr("Open with another program"), ("Ctrl+Return",), "arrow-square-out", Scope.PHOTOS),
        Command("show-in-folder", tr("Show in folder"), ("Ctrl+R",), "folder-open", Scope.PHOTOS),
        Command("copy", tr("Copy files"), ("Ctrl+C",), "copy", Scope.PHOTOS),
        Command("copy-path", tr("Copy path"), ("Ctrl+Shift+C",), "link", Scope.PHOTOS),
        Command("trash", tr("Move to trash…"), ("Del",), "trash", Scope.PHOTOS),
        Command("undo", tr("Undo"), ("Ctrl+Z",), "arrow-u-up-left"),
        Command("redo", tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "arrow-u-up-right"),
        Command("select-all", tr("Select all"), ("Ctrl+A",), "selection-all", Scope.GRID),
        Command("select-none", tr("Select none"), ("Ctrl+Shift+A",), "selection-slash", Scope.GRID),
    ),
    tr("Viewer"): (
        Command("next", tr("Next photo"), ("Right", "PgDown"), "caret-right", Scope.VIEWER),
        Command("previous", tr("Previous photo"), ("Left", "PgUp", "Backspace"), "caret-left", Scope.VIEWER),
        Command("first", tr("First photo"), ("Home",), scope=Scope.VIEWER),
        Command("last", tr("Last photo"), ("End",), scope=Scope.VIEWER),
        Command("fit", tr("Fit to window"), ("0",), "frame-corners", Scope.VIEWER),
        Command("actual-size", tr("Actual size"), ("1", "Z"), "number-square-one", Scope.VIEWER),
        Command("zoom-in", tr("Zoom in"), ("+", "="), "plus", Scope.VIEWER),
        Command("zoom-out", tr("Zoom out"), ("-",), "minus", Scope.VIEWER),
        Command(
            "search-part", tr("Search this part…"), ("R",), "selection-plus", Scope.VIEWER, checkable=True
        ),
        Command("close-viewer", tr("Back to the photos"), ("Space", "Return"), "x", Scope.VIEWER),
    ),
    tr("Help"): (
        Command("guide", tr("User guide"), ("F1",), "book-open"),
        Command("shortcuts", tr("Keyboard shortcuts"), ("?",), "keyboard"),
        Command("diagnostics", tr("Copy diagnostics"), ("Ctrl+Shift+F1",), "copy"),
        Command("about", tr("About PhotoLens"), ("Ctrl+F1",), "info"),
    ),
}

# What the keys of the grid itself do; the item view knows them, so they are no actions.
GRID_KEYS = (
    (
        tr("Move about"),
        tr("Arrow keys, Home, End, Page Up, Page Down"),
    ),
    (
        tr("Select a range"),
        tr("Shift with these keys, or Shift and click"),
    ),
    (tr("Add to the selection"), tr("Ctrl and click")),
    (tr("Photo size"), tr("Ctrl and the mouse wheel")),
    (tr("Begin a search"), tr("Just type")),
    (
        tr("Rename or delete a concept"),
        tr("F2 and Del in its list"),
    ),
)


def translate(text: str) -> str:
    """A text of the tables above in the user's language."""
    return QCoreApplication.translate("", text)


class Commands:
    """The window's actions, by name."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        self._scopes: dict[str, Scope] = {}
        self._names: dict[str, str] = {}
        for commands in _COMMANDS.values():
            for command in commands:
                self._actions[command.name] = _action(command, window)
                self._scopes[command.name] = command.scope
                self._names[command.name] = translate(command.text)

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

    def called(self, action: QAction) -> str:
        """What a command is called, whatever its action says at the moment."""
        return self._names[action.objectName()]

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
    shown = [_mirrored(key) for key in command.keys] if QApplication.isRightToLeft() else command.keys
    action.setShortcuts([QKeySequence(key) for key in shown])
    action.setCheckable(command.checkable)
    inside = command.scope is not Scope.WINDOW
    action.setShortcutContext(
        Qt.ShortcutContext.WidgetWithChildrenShortcut if inside else Qt.ShortcutContext.WindowShortcut
    )
    if command.icon:
        action.setIcon(theme.icon(command.icon))
    keys = QKeySequence(shown[0]).toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{action.text().rstrip('…')} ({keys})")
    return action


def _mirrored(key: str) -> str:
    """Where text runs from right to left, the left arrow key goes forward."""
    return key.replace("Left", "\0").replace("Right", "Left").replace("\0", "Right")
