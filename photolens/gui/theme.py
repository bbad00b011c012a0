"""How the window looks: sizes, colours, icons, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTemporaryDir
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QToolTip

from photolens.gui import glyphs

# Distances in logical pixels.
TINY, SMALL, MEDIUM, LARGE, HUGE = 4, 8, 12, 16, 24
RADIUS = 6
TILE_GAP = 6
TILE_RADIUS = 4
FADE_MS = 120
_CELL_MARGIN = 3  # that Fusion leaves beside the text of a cell, inside of its padding

# Shares of the system's text size.
CAPTION, TITLE, DISPLAY = 11 / 13, 17 / 13, 24 / 13


@dataclass(frozen=True, slots=True)
class Colors:
    """One palette. Text on its ground has a contrast of at least 4.5; a test checks it."""

    window: str  # panes around the photos
    surface: str  # behind the photos
    raised: str  # fields, buttons, menus
    hover: str
    selected: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str
    dark: bool


LIGHT = Colors(
    window="#f5f5f7",
    surface="#ffffff",
    raised="#ffffff",
    hover="#e9e9ee",
    selected="#d9e7fc",
    line="#d8d8de",
    text="#1b1b1f",
    muted="#5d5d66",
    accent="#0a62cf",
    on_accent="#ffffff",
    danger="#b3261e",
    dark=False,
)
DARK = Colors(
    window="#1c1c1f",
    surface="#131315",
    raised="#29292d",
    hover="#323237",
    selected="#22375a",
    line="#3a3a40",
    text="#ececf0",
    muted="#a3a3ad",
    accent="#74abff",
    on_accent="#0a1830",
    danger="#ff9189",
    dark=True,
)

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


def colors() -> Colors:
    """The palette in use."""
    return DARK if QGuiApplication.palette().window().color().lightnessF() < 0.5 else LIGHT


class Theme:
    """Dresses the application, and again whenever the system turns light or dark."""

    def __init__(self, application: QApplication, name: str = "system") -> None:
        """`name` as for `choose`."""
        self._application = application
        self._images = QTemporaryDir()  # a style sheet takes small pictures from files only
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._dress)
        self.choose(name)

    def choose(self, name: str) -> None:
        """`system`, `light` or `dark`."""
        self._chosen = name
        self._application.styleHints().setColorScheme(_SCHEMES[name])  # for title bars and file dialogs
        self._dress()

    def close(self) -> None:
        self._application.styleHints().colorSchemeChanged.disconnect(self._dress)

    def _dress(self) -> None:
        chosen = self._colors()
        self._application.setPalette(_palette(chosen))
        QToolTip.setPalette(_palette(chosen))
        self._application.setStyleSheet(_style_sheet(chosen) + _fields(chosen, self._glyph))

    def _glyph(self, name: str, role: str) -> str:
        """Path of a picture of an icon, with a sharper one beside it for screens of scale 2."""
        folder = Path(self._images.path())
        kind = "dark" if self._colors().dark else "light"
        for suffix, size in (("", 12), ("@2x", 24)):
            file = folder / f"{name}-{role}-{kind}{suffix}.png"
            if not file.exists():
                icon(name, role).pixmap(QSize(size, size), 1.0).save(str(file))
        return (folder / f"{name}-{role}-{kind}.png").as_posix()

    def _colors(self) -> Colors:
        if self._chosen != "system":
            return DARK if self._chosen == "dark" else LIGHT
        return DARK if self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def font(share: float = 1.0, *, bold: bool = False) -> QFont:
    """The system's font at a share of its size, so that larger text settings are followed."""
    chosen = QFont(QApplication.font())
    if chosen.pointSizeF() > 0:
        chosen.setPointSizeF(chosen.pointSizeF() * share)
    else:
        chosen.setPixelSize(round(chosen.pixelSize() * share))
    if bold:
        chosen.setWeight(QFont.Weight.DemiBold)
    return chosen


# --- icons ----------------------------------------------------------------------------------


# Where text runs from right to left, forward is to the left.
_MIRRORED = {"arrow-left": "arrow-right", "caret-left": "caret-right", "caret-right": "caret-left"}


@lru_cache
def icon(name: str, role: str = "text") -> QIcon:
    """A Phosphor icon in the colour `role` of whatever palette is in use when it is painted."""
    return QIcon(_GlyphEngine(name, role))


class _GlyphEngine(QIconEngine):
    """Paints one glyph of the icon font; colours are looked up late, so that a new theme just shows."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        chosen = colors()
        role = "muted" if mode == QIcon.Mode.Disabled else self._role
        color = QColor(getattr(chosen, role))
        if mode == QIcon.Mode.Disabled:
            color.setAlphaF(0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(glyphs.font(round(min(rect.width(), rect.height()))))
        painter.setPen(color)
        name = _MIRRORED.get(self._name, self._name) if QApplication.isRightToLeft() else self._name
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyphs.glyph(name))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():  # of a button that has been squeezed to nothing
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._role)


# --- palette and style sheet ----------------------------------------------------------------


def _palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, color in (
        (role.Window, c.window),
        (role.WindowText, c.text),
        (role.Base, c.raised),
        (role.AlternateBase, c.window),
        (role.Text, c.text),
        (role.PlaceholderText, c.muted),
        (role.Button, c.raised),
        (role.ButtonText, c.text),
        (role.BrightText, c.danger),
        (role.ToolTipBase, c.raised),
        (role.ToolTipText, c.text),
        (role.Highlight, c.accent),
        (role.HighlightedText, c.on_accent),
        (role.Accent, c.accent),
        (role.Link, c.accent),
        (role.LinkVisited, c.accent),
        (role.Light, c.hover),
        (role.Midlight, c.hover),
        (role.Mid, c.line),
        (role.Dark, c.line),
        (role.Shadow, "#000000"),
    ):
        palette.setColor(name, QColor(color))
    disabled = QColor(c.muted)
    disabled.setAlphaF(0.6)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, disabled)
    return palette


def _style_sheet(c: Colors) -> str:
    return f"""
    QWidget[role="surface"] {{ background: {c.surface}; }}
    QWidget[role="pane"] {{ background: {c.window}; }}
    QLabel[role="muted"], QToolButton[role="muted"] {{ color: {c.muted}; }}
    QLabel[role="danger"] {{ color: {c.danger}; }}
    QFrame[role="line"] {{ background: {c.line}; border: none; }}
    QFrame[role="box"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
    QFrame[role="box"][focused="true"] {{ border: 1px solid {c.accent}; }}
    QFrame[role="chip"] {{ background: {c.selected}; border: 1px solid transparent;
        border-radius: {RADIUS}px; }}
    QFrame[role="chip"][negative="true"] {{ background: {c.hover}; }}
    QFrame[role="message"] {{ background: {c.raised}; border: 1px solid {c.line};
        border-radius: {RADIUS}px; }}
    QLineEdit, QComboBox, QSpinBox, QDateEdit {{ background: {c.raised}; border: 1px solid {c.line};
        border-radius: {RADIUS}px; padding: {TINY}px {SMALL}px; selection-background-color: {c.accent};
        selection-color: {c.on_accent}; }}
    QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus {{ border-color: {c.accent}; }}
    QLineEdit[role="bare"] {{ background: transparent; border: none; padding: 0; }}
    QComboBox {{ combobox-popup: 0; }}
    QComboBox QAbstractItemView {{ border-radius: 0; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QPushButton {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
        padding: {TINY + 2}px {LARGE}px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:focus {{ border-color: {c.accent}; }}
    QPushButton[role="primary"], QPushButton:default {{ background: {c.accent}; color: {c.on_accent};
        border-color: {c.accent}; }}
    QPushButton:disabled, QPushButton:default:disabled {{ color: {c.muted}; background: {c.window};
        border-color: {c.line}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[role="link"] {{ background: transparent; border: none; color: {c.accent};
        padding: {TINY}px; }}
    QPushButton[role="link"]:hover, QPushButton[role="link"]:focus {{ text-decoration: underline; }}
    QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {RADIUS}px;
        padding: {TINY}px; }}
    QToolButton[role="filter"]:disabled {{ color: {c.muted}; }}
    QToolButton:hover, QToolButton:checked {{ background: {c.hover}; }}
    QToolButton:focus {{ border-color: {c.accent}; }}
    QToolButton[role="filter"] {{ border: 1px solid {c.line}; padding: {TINY - 1}px {SMALL}px; }}
    QToolButton[role="filter"]:checked, QToolButton[active="true"] {{ background: {c.selected};
        border-color: {c.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QTreeView {{ background: {c.window}; border: none; outline: none;
        selection-background-color: transparent; }}
    QTreeView[role="list"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
        selection-background-color: {c.selected}; }}
    QTreeView[role="list"]::item:selected {{ background: {c.selected}; }}
    QTreeView::item {{ padding: 3px {TINY}px; border-radius: {TINY}px; color: {c.text}; }}
    QTreeView::item:hover, QTreeView::item:selected {{ background: transparent; color: {c.text}; }}
    QTableView, QListView {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
        outline: none; }}
    QTableView::item {{ padding: {TINY}px {SMALL}px; }}
    QTableView[role="list"]::item {{ padding: {TINY}px {SMALL - _CELL_MARGIN}px; }}
    QListView::item {{ padding: {TINY}px {SMALL}px; }}
    QTableView::item:selected, QListView::item:selected {{ background: {c.selected}; color: {c.text}; }}
    QHeaderView::section {{ background: {c.window}; color: {c.muted}; border: none;
        border-bottom: 1px solid {c.line}; padding: {TINY}px {SMALL}px; }}
    QMenu {{ background: {c.raised}; border: 1px solid {c.line}; padding: {TINY}px; }}
    QMenu::item {{ padding: {TINY + 1}px {HUGE}px {TINY + 1}px {SMALL}px; border-radius: {TINY}px; }}
    QMenu::item:selected {{ background: {c.selected}; color: {c.text}; }}
    QMenu::item:disabled {{ color: {c.muted}; }}
    QMenu::icon {{ padding-left: {TINY}px; }}
    QMenu::separator {{ height: 1px; background: {c.line}; margin: {TINY}px {SMALL}px; }}
    QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: {TINY}px; }}
    QSplitter::handle {{ background: {c.line}; }}
    QScrollArea {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {c.line}; min-height: 32px; border-radius: 4px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {c.line}; min-width: 32px; border-radius: 4px;
        margin: 2px; }}
    QScrollBar::handle:disabled {{ background: transparent; }}
    QScrollBar::handle:hover {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {c.line}; border: none; border-radius: 2px; max-height: 4px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}
    QSlider::groove:horizontal {{ height: 4px; background: {c.line}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
        background: {c.accent}; }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {c.text}; width: 12px; height: 12px; }}
    QTabBar::tab {{ padding: {SMALL}px {LARGE}px; color: {c.muted}; border: none;
        border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
    QTabBar::tab:focus {{ color: {c.accent}; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
    """


def _fields(c: Colors, glyph: Callable[[str, str], str]) -> str:
    """Fields with small signs in them; `glyph` gives the path of a picture of an icon."""
    down, up = glyph("caret-down", "muted"), glyph("caret-up", "muted")
    return f"""
    QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: {HUGE}px; }}
    QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url({down}); width: 12px; height: 12px; }}
    QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: {HUGE}px; background: transparent; }}
    QSpinBox::up-button:hover, QSpinBox::down-button:hover {{ background: {c.hover}; }}
    QSpinBox::up-arrow {{ image: url({up}); width: 12px; height: 12px; }}
    QSpinBox::down-arrow {{ image: url({down}); width: 12px; height: 12px; }}
    QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {c.muted}; border-radius: {TINY}px;
        background: {c.raised}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url({glyph("check", "on_accent")}); }}
    QCheckBox::indicator:focus {{ border: 2px solid {c.accent}; }}
    QCheckBox::indicator:checked:focus {{ border-color: {c.text}; }}
    """
