"""The page for a catalog that is damaged: which backup there is, going back to it, or beginning anew."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from photolens import words
from photolens.errors import CatalogDamaged
from photolens.gui import desktop
from photolens.gui.backup_words import Known, contents, look_into, when
from photolens.gui.notice_bar import Banner, Choice
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.library.backups import Backup, Restored

_RESTORED = "restored"


class WindowDamage(QObject):
    """Fills the window's message page, and tells what a restore has done."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window

    def show(self, error: CatalogDamaged) -> None:
        """Look for a good backup, and offer it."""
        root = error.library
        self._say(self.tr("Looking for a good backup…"), busy=True)
        self._window.bridge.run(
            lambda: _newest(root),
            partial(self._offer, root),
            lambda other: self._offer(root, None),
        )

    def ask_restore(self, known: Known) -> None:
        """Go back to a backup of a library that is sound, if that is really meant."""
        sentence = self.tr("Go back to the backup of %1?").replace("%1", when(known.backup.made_at))
        text = self.tr(
            "It holds %1. What was saved since then is left out; a backup of it is made first. "
            "Your photos are not touched, and new ones are found again."
        )
        if self._sure(sentence, text.replace("%1", contents(known)), self.tr("Restore")):
            self._restore(known.backup, after_damage=False)

    def tell_restored(self, restored: Restored) -> None:
        """What was done stays on the window until it is closed."""
        before = restored.damaged_copy
        show = (Choice(self.tr("Show it"), partial(self._reveal, before), quiet=True),) if before else ()
        self._window.notices.put(Banner(_RESTORED, self._restored_text(restored), show))

    # --- the page ----------------------------------------------------------------------------

    def _offer(self, root: Path, known: Known | None) -> None:
        folder = (self.tr("Show the folder"), partial(self._reveal, root))
        if known is None:
            text = self.tr(
                "There is no good backup. PhotoLens can read your photos again, and save what can still "
                "be read of your concepts; the damaged file is kept."
            )
            anew = (self.tr("Start again from the photos…"), partial(self._ask_anew, None))
            self._say(text, anew, folder)
            return
        moment = when(known.backup.made_at)
        text = self.tr("The newest good backup is of %1, with %2. Photos that came later are read again.")
        text = text.replace("%1", moment).replace("%2", contents(known))
        restore = (
            self.tr("Restore the backup of %1").replace("%1", moment),
            partial(self._restore, known.backup),
        )
        anew = (self.tr("Start again from the photos…"), partial(self._ask_anew, known))
        self._say(text, restore, anew, folder)

    def _say(self, text: str, *buttons: object, busy: bool = False) -> None:
        title = self.tr("The catalog is damaged")
        safe = self.tr("Your photos are not affected, only what PhotoLens has noted about them.")
        self._window.empty.say("warning", title, f"{safe} {text}", *buttons, busy=busy)  # type: ignore[arg-type]
        self._window.stack.setCurrentWidget(self._window.empty)

    def _ask_anew(self, known: Known | None) -> None:
        parts = [
            self.tr("Recent searches are lost, and concepts that the damaged file does not yield any more."),
            self.tr("Every photo is read again, which may take hours. The damaged file is kept."),
        ]
        if known is not None:
            unused = self.tr("The backup of %1 is not used, and stays where it is.")
            parts.insert(0, unused.replace("%1", when(known.backup.made_at)))
        if self._sure(self.tr("Start again from the photos?"), " ".join(parts), self.tr("Start again")):
            self._restore(None)

    def _restore(self, backup: Backup | None, *, after_damage: bool = True) -> None:
        if not self._window.session.restore(backup, after_damage=after_damage):
            return
        busy = self.tr("Restoring the backup…") if backup else self.tr("Starting again…")
        self._window.empty.say("clock-counter-clockwise", busy, "", busy=True)
        self._window.stack.setCurrentWidget(self._window.empty)

    def _sure(self, sentence: str, text: str, button: str) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Question, self._window.windowTitle(), sentence, parent=self._window
        )
        box.setInformativeText(text)
        yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        return box.clickedButton() is yes

    # --- afterwards --------------------------------------------------------------------------

    def _restored_text(self, restored: Restored) -> str:
        if restored.backup is None:
            text = self.tr("Started again from the photos.")
        else:
            text = self.tr("The backup of %1 is restored.").replace("%1", when(restored.backup.made_at))
        parts = [text]
        if restored.damaged_copy is not None:
            place = words.printable(words.short(str(restored.damaged_copy)))
            parts.append(self.tr("The catalog of before is kept in %1.").replace("%1", place))
        if count := len(restored.salvaged):
            one = self.tr("1 concept was saved from it.")
            many = self.tr("%Ln concepts were saved from it.", "", count)
            parts.append(one if count == 1 else many)
        return " ".join(parts)

    def _reveal(self, path: Path) -> None:
        self._window.bridge.run(lambda: desktop.reveal(str(path)))


def _newest(root: Path) -> Known | None:
    from photolens.library import backups

    backup = backups.newest_good(root)
    return None if backup is None else look_into(backup)
