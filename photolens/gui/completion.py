"""Suggestions while a filter is typed: folder:, camera:, type: and the others."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from photolens.domain import Facets

_FIXED = ("is:landscape", "is:portrait", "is:square", "has:gps", "-has:gps", "date:today", "date:yesterday")
_KEYS = ("folder:", "since:", "until:", "year:", "type:", "camera:", "is:", "has:")
_MOST = 12


class Completion(QObject):
    """A list below the field for the word at the cursor.

    Tab takes the first or the one chosen with the arrow keys, Enter the one chosen, Esc declines.
    """

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._values: list[str] = list(_FIXED)
        self._found_none = False  # for a filter that was typed last
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setWidget(edit)
        self._completer.setMaxVisibleItems(_MOST)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._insert)
        popup = self._completer.popup()
        assert popup is not None
        self._popup = popup
        popup.setAccessibleName(self.tr("Suggestions"))
        popup.installEventFilter(self)
        edit.textEdited.connect(self._offer)

    def set_facets(self, facets: Facets, folders: list[str]) -> None:
        names = dict.fromkeys(PurePath(folder).name or folder for folder in folders)
        self._values = [
            *(f"folder:{_quoted(name)}" for name in names),
            *(f"camera:{_quoted(camera)}" for camera, _ in facets.cameras),
            *(f"type:{name}" for name, _ in facets.formats),
            *(f"{key}:{year}" for year, _ in facets.years for key in ("since", "until", "year")),
            *_FIXED,
        ]
        if self._found_none and self._edit.hasFocus():  # typed before it was known what there is
            self._offer()

    @property
    def offers(self) -> bool:
        """Whether suggestions are on the screen."""
        return self._popup.isVisible()

    def take(self) -> bool:
        """Take the suggestion that is marked; False when there is none."""
        if self._popup.isVisible() and self._popup.currentIndex().isValid():
            self._insert(self._popup.currentIndex().data())
            self._popup.hide()
            return True
        self._popup.hide()
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Tab
        ):
            if not self._popup.currentIndex().isValid():
                self._popup.setCurrentIndex(self._model.index(0, 0))
            return self.take()
        return super().eventFilter(watched, event)

    def suggestions(self, word: str) -> list[str]:
        """What could be meant by the beginning of a filter."""
        folded = word.lower().replace('"', "")
        if ":" not in folded:
            return [key for key in _KEYS if len(folded) >= 2 and key.startswith(folded)]
        key, _, value = folded.partition(":")
        candidates = (v for v in self._values if v.lower().startswith(key + ":"))
        return [c for c in candidates if value in c.partition(":")[2].lower() and c.lower() != word.lower()][
            :_MOST
        ]

    def _offer(self) -> None:
        word = self._word()
        found = self.suggestions(word) if word else []
        self._found_none = not found and ":" in word
        if not found:
            self._popup.hide()
            return
        self._model.setStringList(found)
        self._completer.complete()
        self._popup.setCurrentIndex(QModelIndex())  # Enter means what was typed, unless one was chosen

    def _word(self) -> str:
        before = self._edit.text()[: self._edit.cursorPosition()]
        start = before.rfind(" ") + 1
        if before.count('"') % 2:  # inside quotes a blank does not end the word
            start = before[: before.rfind('"')].rfind(" ") + 1
        return before[start:]

    def _insert(self, text: str) -> None:
        position, word = self._edit.cursorPosition(), self._word()
        whole = self._edit.text()
        ending = "" if text.endswith(":") else " "
        self._edit.setText(whole[: position - len(word)] + text + ending + whole[position:].lstrip())
        self._edit.setCursorPosition(position - len(word) + len(text) + len(ending))
        self._edit.textEdited.emit(self._edit.text())


def _quoted(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() else f'"{name}"'
