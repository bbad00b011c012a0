"""What stands above the photos until it is settled: files that are gone, work that cannot go on, damage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from photolens.domain import (
    CatalogDamage,
    Event,
    FilesVanished,
    IngestProgress,
    IngestTrouble,
    RootState,
    ScanFinished,
)
from photolens.errors import CatalogDamaged, PhotoLensError
from photolens.gui.facts import Facts
from photolens.gui.localized import localized
from photolens.gui.notice_bar import Banner, Choice
from photolens.gui.whereabouts import folder_name
from photolens.gui.window_frame import WindowFrame
from photolens.messages import Message

if TYPE_CHECKING:
    from photolens.gui.vanished_dialog import VanishedDialog
    from photolens.library import Library

_TROUBLE, _DAMAGE = "trouble", "damage"


class WindowNotices(QObject):
    """Puts banners into the window's notice bar, and takes them away when they are not true any more."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self._library: Library | None = None
        self._kept: set[str] = set()  # folders whose files are not to be asked about until the next start
        self._confirming: set[str] = set()
        self._totals: dict[str, int] = {}
        self._replaced: set[str] = set()  # folders of whose known files nearly none is there
        self._closed_trouble = ""
        self.dialog: VanishedDialog | None = None
        window.facts.changed.connect(self._look_at_folders)

    def use(self, library: Library | None) -> None:
        """Speak of this library from now on."""
        self._library = library
        self._confirming.clear()
        self._closed_trouble = ""
        if library is None:
            self._window.notices.clear()
            self._close_dialog()

    def hear(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, FilesVanished):
                self._totals[event.folder] = event.total
                self._show_vanished(event.folder, event.count)
            elif isinstance(event, IngestTrouble):
                self._show_trouble(localized(event.text))
            elif isinstance(event, ScanFinished) or (isinstance(event, IngestProgress) and not event.paused):
                self._window.notices.take(_TROUBLE)
                self._closed_trouble = ""
            elif isinstance(event, CatalogDamage):
                self._show_damage(event.text)

    # --- files that are gone -----------------------------------------------------------------

    def ask_vanished(self, path: str) -> None:
        """Ask about the files of this folder again, although they are to be kept."""
        self._kept.discard(path)
        facts = self._window.facts.facts
        if facts is not None:
            self._look_at_folders(facts)

    def _look_at_folders(self, facts: Facts) -> None:
        for folder in facts.folders:
            changed = folder.state is RootState.CHANGED
            (self._replaced.add if folder.replaced else self._replaced.discard)(folder.path)
            self._show_vanished(folder.path, folder.vanished if changed else 0)

    def _show_vanished(self, path: str, count: int) -> None:
        if not count:
            self._kept.discard(path)
            self._window.notices.take(path)
        elif self._window.session.writable and path not in self._kept | self._confirming:
            keep = partial(self._keep, path)
            answers = [
                Choice(
                    self.tr("They were deleted"),
                    partial(self._confirm, path),
                    self.tr("Take them out of the library. Clicks and concepts stay."),
                ),
                Choice(
                    self.tr("Keep them"),
                    keep,
                    self.tr("They stay in the library, and are found again when they come back."),
                ),
            ]
            if self._is_replaced(path, count):
                answers.reverse()
            which = Choice(self.tr("Show which…"), partial(self._show_which, path, count), quiet=True)
            text = self._vanished_text(path, count)
            self._window.notices.put(Banner(path, text, (*answers, which), closed=keep))

    def _is_replaced(self, path: str, count: int) -> bool:
        """Whether so little is left of the folder that it may be another drive in its place."""
        return count > 1 and (path in self._replaced or self._totals.get(path) == count)

    def _vanished_text(self, path: str, count: int) -> str:
        total = self._totals.get(path, 0)
        if count == 1:
            text = self.tr("1 file in %2 is gone. Was it deleted?")
        elif self._is_replaced(path, count):
            text = self.tr(
                "None of the %Ln photos of %2 is there. Another drive may be in its place.", "", count
            )
        elif total > count:
            text = self.tr("%Ln of %3 files in %2 are gone. Were they deleted?", "", count)
        else:
            text = self.tr("%Ln files in %2 are gone. Were they deleted?", "", count)
        return text.replace("%3", QLocale().toString(total)).replace("%2", folder_name(path))

    def _keep(self, path: str) -> None:
        self._kept.add(path)
        self._window.notices.take(path)
        self._close_dialog()
        text = self.tr("The files of %1 are kept; right-click the folder to be asked again.")
        self._window.status.say(text.replace("%1", folder_name(path)))

    def _confirm(self, path: str) -> None:
        library = self._library
        if library is None:
            return
        self._confirming.add(path)
        self._window.notices.take(path)
        self._close_dialog()
        self._window.bridge.run(
            lambda: library.confirm_vanished(path),
            partial(self._confirmed, path),
            partial(self._not_confirmed, path),
        )

    def _confirmed(self, path: str, count: int) -> None:
        self._confirming.discard(path)
        one = self.tr("1 file was taken out of the library.")
        many = self.tr("%Ln files were taken out of the library.", "", count)
        self._window.status.say(one if count == 1 else many)
        self._window.facts.refresh()
        self._window.browser.refresh()

    def _not_confirmed(self, path: str, error: PhotoLensError) -> None:
        self._confirming.discard(path)
        self._window.say(localized(error), danger=True)
        self._window.facts.refresh()

    def _show_which(self, path: str, count: int) -> None:
        library = self._library
        if library is None:
            return

        def then(files: list[str]) -> None:
            from photolens.gui.vanished_dialog import VanishedDialog

            self._close_dialog()
            self.dialog = VanishedDialog(path, files, count, self._window)
            self.dialog.show()

        def failed(error: PhotoLensError) -> None:
            self._window.say(localized(error), danger=True)

        self._window.bridge.run(lambda: library.vanished_files(path), then, failed)

    def _close_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    # --- work that cannot go on --------------------------------------------------------------

    def _show_trouble(self, text: str) -> None:
        if text == self._closed_trouble or _DAMAGE in self._window.notices:
            return

        def close() -> None:
            self._closed_trouble = text

        again = Choice(self.tr("Try again"), self._try_again)
        self._window.notices.put(Banner(_TROUBLE, text, (again,), danger=True, closed=close))

    def _try_again(self) -> None:
        self._window.notices.take(_TROUBLE)
        self._window.commands["rescan"].trigger()

    def _show_damage(self, text: Message) -> None:
        notices, session = self._window.notices, self._window.session
        notices.take(_TROUBLE)
        restore = Choice(
            self.tr("Restore…"),
            lambda: session.give_up(CatalogDamaged(text, library=session.root)),
            self.tr("Shows which backup there is, before anything is done."),
        )
        said = self.tr("The catalog is damaged; nothing more is written to it. Your photos are not affected.")
        notices.put(Banner(_DAMAGE, said, (restore,), danger=True))
