"""The dialogs of the window, and what becomes of what is chosen in them.

Each is imported when it is first opened: all of them together, with what they need, take a twentieth of a
second, for which the first page would wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, qVersion
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from photolens import __version__, words
from photolens.domain import FailedFile
from photolens.errors import PhotoLensError
from photolens.gui import desktop
from photolens.gui.facts import Facts
from photolens.gui.localized import localized
from photolens.gui.window_frame import WindowFrame
from photolens.settings import BUILT_IN_MODEL, Settings

if TYPE_CHECKING:
    from photolens.gui.failures_dialog import FailuresDialog
    from photolens.gui.guide_window import GuideWindow
    from photolens.gui.settings_dialog import SettingsDialog
    from photolens.gui.shortcuts_dialog import ShortcutsDialog
    from photolens.gui.window_models import WindowModels


class WindowDialogs(QObject):
    """Opens dialogs over the window; they do not stop it."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self.failures: FailuresDialog | None = None
        self.settings: SettingsDialog | None = None
        self.shortcuts: ShortcutsDialog | None = None
        self.guide: GuideWindow | None = None
        self.models: WindowModels | None = None

    # --- choosing ----------------------------------------------------------------------------

    def choose_folder(self) -> None:
        """Ask for a folder and add it."""
        start = desktop.folder_of(QStandardPaths.StandardLocation.PicturesLocation)
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Add a folder with photos"), start)
        if folder:
            self._window.session.add_folders([folder])

    def choose_picture(self) -> None:
        """Ask for picture files to search with."""
        from photolens.imaging.formats import PHOTO_SUFFIXES, RAW_SUFFIXES

        names = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES | RAW_SUFFIXES))
        start = desktop.folder_of(QStandardPaths.StandardLocation.PicturesLocation)
        files, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Search with a picture"),
            start,
            self.tr("Pictures") + f" ({names})",
            options=QFileDialog.Option.HideNameFilterDetails,  # three lines of suffixes
        )
        if files:
            self._window.incoming.take_paths(files)

    def reveal(self, path: str) -> None:
        self._window.bridge.run(lambda: desktop.reveal(path))

    def forget_folder(self, path: str) -> None:
        """Remove a folder from the library, if that is really meant."""
        window, library = self._window, self._window.library
        if library is None or not window.session.writable:
            return
        name = words.printable(words.short(path))
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("Remove folder"),
            self.tr("Remove %1 from PhotoLens?").replace("%1", name),
            parent=window,
        )
        box.setInformativeText(self.tr("The photos stay on disk. Adding the folder again reads them again."))
        yes = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is yes:
            window.bridge.run(
                lambda: library.remove_folder(path), lambda done: self._forgotten(path), self._say_error
            )

    def _forgotten(self, path: str) -> None:
        window = self._window
        window.facts.refresh()
        if path in window.browser.page.filters.folders:
            window.commands["all-photos"].trigger()
        else:
            window.browser.refresh()

    # --- dialogs -----------------------------------------------------------------------------

    def show_failures(self) -> None:
        """The list of files that could not be read."""
        from photolens.gui.failures_dialog import FailuresDialog

        if self.failures is None:
            self.failures = FailuresDialog(self._window)
            self.failures.retry_wanted.connect(self._retry)
            self.failures.reveal_wanted.connect(self.reveal)
            self._give_help(self.failures, lambda: "troubleshooting")
        self._fill_failures()
        self.failures.show()
        self.failures.raise_()
        self.failures.activateWindow()

    def show_settings(self, *, models_first: bool = False) -> None:
        """A dialog made anew each time, so that it shows what is in force."""
        from photolens.gui.model_page import ModelPage
        from photolens.gui.settings_dialog import SettingsDialog

        models = self.models = self.models or self._make_models()
        window = self._window
        page = ModelPage(window.session.settings, models.installer)
        dialog = self.settings = SettingsDialog(window.session.settings, page, window)
        models.serve(page)
        dialog.finished.connect(models.leave)
        dialog.add_folder_wanted.connect(self.choose_folder)
        dialog.forget_wanted.connect(self.forget_folder)
        dialog.save_wanted.connect(self._save_settings)
        facts = window.facts.facts
        dialog.show_folders(facts.folders if facts else [], writable=window.session.writable)
        self._give_help(dialog, lambda: "models" if page.isVisible() else "folders")
        if models_first:
            dialog.tabs.setCurrentWidget(page)
        dialog.open()

    def _make_models(self) -> WindowModels:
        from photolens.gui.window_models import WindowModels

        return WindowModels(self._window)

    def close(self) -> None:
        """The window closes."""
        if self.models is not None:
            self.models.close()
        if self.guide is not None:  # it is no child of the window, which a dialog may block
            self.guide.close()

    def _save_settings(self, settings: Settings) -> None:
        """Try the model before it is taken into use; that may mean reading 600 MB."""
        from photolens.library.model_trial import try_model

        window, dialog = self._window, self.settings
        assert dialog is not None
        dialog.setEnabled(False)

        def done() -> None:
            window.session.change_settings(settings)
            dialog.accept()

        def failed(error: PhotoLensError) -> None:
            dialog.setEnabled(True)
            dialog.models.say("")
            dialog.show_error(localized(error))

        now = window.session.settings
        if (settings.model, settings.weights) == (now.model, now.weights):
            done()
        else:
            dialog.models.say(self.tr("Trying the model…"))
            window.bridge.run(
                lambda: try_model(settings.model, settings.weights, settings.precision),
                lambda trial: done(),
                failed,
            )

    def show_shortcuts(self) -> None:
        from photolens.gui.shortcuts_dialog import ShortcutsDialog

        if self.shortcuts is None:
            self.shortcuts = ShortcutsDialog(self._window.commands, self._window)
        self.shortcuts.show()
        self.shortcuts.raise_()
        self.shortcuts.activateWindow()

    def show_guide(self, topic: str = "") -> None:
        """The user guide, at a topic of it; without one where it was left."""
        from photolens.gui.guide_window import GuideWindow

        if self.guide is None:
            self.guide = GuideWindow()
        self.guide.show_topic(topic)

    def _give_help(self, dialog: QWidget, topic: Callable[[], str]) -> None:
        """F1 in a dialog opens the guide at what the dialog is about."""
        keys = QShortcut(self._window.commands["guide"].shortcut(), dialog)
        keys.activated.connect(lambda: self.show_guide(topic()))

    def show_about(self) -> None:
        """The program's licence, and that of the model that comes with it, which is another."""
        from photolens.embedding import KNOWN_MODELS
        from photolens.gui.model_words import licence

        model = KNOWN_MODELS[BUILT_IN_MODEL]
        text = self.tr(
            "PhotoLens %1\n\nSearch your own photos by showing and telling, all on your machine.\n\n"
            "Free software under the GNU General Public License, version 3 or later. "
            "Icons: Phosphor (MIT). Made with Qt %2."
        )
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.tr("About PhotoLens"), "", parent=self._window)
        box.setText(text.replace("%1", __version__).replace("%2", qVersion()))
        box.setInformativeText(f"{model.title}. {licence(model)}.")
        box.setIconPixmap(self._window.windowIcon().pixmap(64, 64))
        box.exec()

    def copy_diagnostics(self) -> None:
        """What a bug report needs, to the clipboard."""
        from photolens.library.diagnosis import diagnosis

        session = self._window.session
        root, settings = session.root, session.settings

        def copied(text: str) -> None:
            desktop.copy_text(text)
            self._window.say(self.tr("Copied. Paste it into your report; it names no photo."))

        self._window.bridge.run(lambda: diagnosis(root, settings), copied, self._say_error)

    def show_facts(self, facts: Facts) -> None:
        """Keep what is open up to date."""
        if self.settings is not None and self.settings.isVisible():
            if self.models is not None:
                self.models.refresh()
            self.settings.show_folders(facts.folders, writable=self._window.session.writable)
        if self.failures is not None and self.failures.isVisible():
            self._fill_failures()

    # --- inside ------------------------------------------------------------------------------

    def _fill_failures(self) -> None:
        library, dialog = self._window.library, self.failures
        if library is None or dialog is None:
            return

        def then(files: list[FailedFile]) -> None:
            dialog.show_files(files)

        self._window.bridge.run(library.failures, then, self._say_error)

    def _retry(self) -> None:
        library = self._window.library
        if library is not None:
            self._window.bridge.run(
                library.retry_failed, lambda count: self._fill_failures(), self._say_error
            )

    def _say_error(self, error: PhotoLensError) -> None:
        self._window.say(localized(error), danger=True)
