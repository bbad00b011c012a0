"""What can be taken back: clicks, concepts, the trash; one stack for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction

translate = QCoreApplication.translate

_KEPT = 200


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that was done. Without `redo` it cannot be done again."""

    name: str  # what was done, for the menu
    undo: Callable[[], None]
    redo: Callable[[], None] | None = None


class UndoStack(QObject):
    """Steps done and steps taken back; keeps the two actions up to date."""

    def __init__(self, undo: QAction, redo: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._actions = undo, redo
        undo.triggered.connect(self.undo)
        redo.triggered.connect(self.redo)
        self._show()

    def push(self, step: Step) -> Step:
        """Something was done."""
        self._done = [*self._done, step][-_KEPT:]
        self._undone.clear()
        self._show()
        return step

    def undo(self) -> None:
        """Take the last step back."""
        if self._done:
            self.take_back(self._done[-1])

    def take_back(self, step: Step) -> None:
        """Take back this step, wherever it is; nothing happens when it is gone."""
        if step not in self._done:
            return
        self._done.remove(step)
        if step.redo is not None:
            self._undone.append(step)
        self._show()
        step.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._show()
            assert step.redo is not None
            step.redo()

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()
        self._show()

    def _show(self) -> None:
        undo, redo = self._actions
        _name(undo, translate("UndoStack", "Undo"), self._done)
        _name(redo, translate("UndoStack", "Redo"), self._undone)


def _name(action: QAction, verb: str, steps: list[Step]) -> None:
    action.setEnabled(bool(steps))
    action.setText(f"{verb}: {steps[-1].name}" if steps else verb)
