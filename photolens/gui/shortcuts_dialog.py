"""Every command with its keys, made from the commands themselves."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from photolens.gui import theme
from photolens.gui.commands import GRID_KEYS, Commands, translate
from photolens.gui.widgets import label


class ShortcutsDialog(QDialog):
    """Two columns of headings, commands and keys."""

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        sections = [
            (heading, [(commands.called(action).rstrip("…"), _keys(action)) for action in actions])
            for heading, actions in commands.groups()
        ]
        sections.append((self.tr("Photos"), [(translate(a), translate(b)) for a, b in GRID_KEYS]))
        self.rows = [row for _, rows in sections for row in rows]
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setSpacing(theme.HUGE)
        for half in _halves(sections):
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.LARGE)
            grid.setColumnStretch(1, 1)
            grid.setVerticalSpacing(theme.TINY + 2)
            for heading, rows in half:
                _add_section(grid, heading, rows)
            grid.setRowStretch(grid.rowCount(), 1)
            columns.addLayout(grid, 1)
        area = QScrollArea()
        area.setAccessibleName(self.windowTitle())
        area.setWidgetResizable(True)
        area.setWidget(inner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.HUGE, theme.LARGE, theme.HUGE, theme.LARGE)
        column.addWidget(area, 1)
        column.addWidget(buttons)
        wanted = inner.sizeHint() + QSize(4 * theme.HUGE, buttons.sizeHint().height() + 3 * theme.HUGE)
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.9))


def _halves(
    sections: list[tuple[str, list[tuple[str, str]]]],
) -> tuple[list[tuple[str, list[tuple[str, str]]]], list[tuple[str, list[tuple[str, str]]]]]:
    """Split where the two columns come out about as long."""
    lengths = [len(rows) + 2 for _, rows in sections]
    middle = min(range(len(sections)), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
    return sections[:middle], sections[middle:]


def _add_section(grid: QGridLayout, heading: str, rows: list[tuple[str, str]]) -> None:
    at = grid.rowCount()
    title = label(heading, bold=True)
    title.setContentsMargins(0, theme.MEDIUM if at > 1 else 0, 0, 2)
    grid.addWidget(title, at, 0, 1, 2)
    for offset, (name, keys) in enumerate(rows, start=1):
        grid.addWidget(label(name), at + offset, 0)
        said = label(keys, "muted")
        said.setWordWrap(True)  # a narrow screen has room for one key below the other
        grid.addWidget(said, at + offset, 1)


def _keys(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ",  ".join(sequence.toString(native) for sequence in action.shortcuts())
