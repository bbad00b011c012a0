"""What one term alone would find: a few small photos beside its chip, while the mouse rests there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolTip, QVBoxLayout, QWidget

from photolens.domain import Term
from photolens.gui import theme
from photolens.gui.chip_thumbnail import square
from photolens.gui.chips import TermChip
from photolens.gui.widgets import clear_layout, label

MOST = 6
_COLUMNS = 3
_SIDE = 96  # logical pixels


class ChipPreview(QFrame):
    """Asks for photos of the chip under the mouse, and shows them if they come in time."""

    wanted = Signal(object)  # Term of weight 1

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setProperty("role", "message")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.enabled = False  # where there is one term, the grid shows what it finds
        self._chip: TermChip | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SMALL, theme.SMALL, theme.SMALL, theme.SMALL)
        column.setSpacing(theme.TINY)
        column.addWidget(label(self.tr("This alone finds"), "muted", theme.CAPTION))
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.TINY)
        column.addLayout(self._grid)
        self._how = label("", "muted", theme.CAPTION)
        self._how.setWordWrap(True)
        column.addWidget(self._how)

    def watch(self, chip: TermChip) -> None:
        """Show what this chip finds when the mouse rests on it."""
        chip.rested.connect(lambda: self._ask(chip))
        chip.left.connect(lambda: self._close(chip))

    def show_photos(self, term: Term, pixmaps: Sequence[QPixmap]) -> None:
        """The best photos for a term; nothing happens when the mouse has gone on since."""
        chip = self._chip
        if chip is None or chip.alone != term or not pixmaps:
            return
        clear_layout(self._grid)
        for number, pixmap in enumerate(pixmaps[:MOST]):
            picture = QLabel()
            picture.setPixmap(square(pixmap, _SIDE, self.devicePixelRatioF()))
            self._grid.addWidget(picture, number // _COLUMNS, number % _COLUMNS)
        self._how.setText(chip.how())
        QToolTip.hideText()
        chip.quiet = True
        self.adjustSize()
        self._place_below(chip)
        self.show()

    def _ask(self, chip: TermChip) -> None:
        if self.enabled and self._chip is not chip:
            self._chip = chip
            self.wanted.emit(chip.alone)

    def _close(self, chip: TermChip) -> None:
        if self._chip is chip:
            self._chip = None
            chip.quiet = False
            self.hide()

    def _place_below(self, chip: TermChip) -> None:
        corner = chip.mapToGlobal(QPoint(0, chip.height() + theme.TINY))
        screen = chip.screen().availableGeometry()
        if corner.y() + self.height() > screen.bottom():
            corner.setY(chip.mapToGlobal(QPoint(0, 0)).y() - self.height() - theme.TINY)
        if self.isRightToLeft():
            corner.setX(corner.x() + chip.width() - self.width())
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - self.width())))
        self.move(corner)
