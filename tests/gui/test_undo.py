"""Taking back and doing again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from photolens.gui.undo import Step, UndoStack


@pytest.fixture
def stack(qapp: QApplication) -> Iterator[UndoStack]:
    made = UndoStack(QAction(), QAction())
    yield made
    made.deleteLater()


def step(done: list[str], name: str, *, again: bool = True) -> Step:
    return Step(name, lambda: done.append(f"-{name}"), (lambda: done.append(f"+{name}")) if again else None)


def test_back_and_forth(stack: UndoStack) -> None:
    done: list[str] = []
    stack.push(step(done, "one"))
    stack.push(step(done, "two"))
    stack.undo()
    stack.undo()
    stack.undo()
    assert done == ["-two", "-one"]
    stack.redo()
    stack.redo()
    stack.redo()
    assert done[2:] == ["+one", "+two"]
    stack.undo()
    assert done[-1] == "-two"


def test_something_new_ends_what_could_be_done_again(stack: UndoStack) -> None:
    done: list[str] = []
    stack.push(step(done, "one"))
    stack.undo()
    stack.push(step(done, "two"))
    stack.redo()
    assert done == ["-one"]


def test_one_step_may_be_taken_back_out_of_order_and_only_once(stack: UndoStack) -> None:
    done: list[str] = []
    first = stack.push(step(done, "one", again=False))
    stack.push(step(done, "two"))
    stack.take_back(first)
    stack.take_back(first)
    assert done == ["-one"]
    stack.redo()  # it cannot be done again
    assert done == ["-one"]
    stack.undo()
    assert done == ["-one", "-two"]


def test_the_actions_say_what_they_would_do(qapp: QApplication) -> None:
    undo, redo = QAction(), QAction()
    stack = UndoStack(undo, redo)
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("Undo", False, False)
    like = stack.push(step([], "like"))
    assert (undo.text(), undo.isEnabled()) == ("Undo: like", True)
    undo.trigger()
    assert (undo.isEnabled(), redo.text(), redo.isEnabled()) == (False, "Redo: like", True)
    redo.trigger()
    stack.take_back(like)
    assert not undo.isEnabled()
    stack.push(step([], "again"))
    stack.clear()
    assert not undo.isEnabled() and not redo.isEnabled()
    stack.deleteLater()
