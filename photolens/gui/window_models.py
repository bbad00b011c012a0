"""What becomes of what the user wants with models: asked, done on another thread, said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from photolens.embedding.installing import remove
from photolens.errors import PhotoLensError
from photolens.gui import desktop
from photolens.gui.localized import file_size, localized
from photolens.gui.model_facts import ModelFacts, model_facts
from photolens.gui.model_installer import ModelInstaller
from photolens.gui.model_page import ModelPage
from photolens.gui.model_words import size, title
from photolens.gui.window_frame import WindowFrame
from photolens.library.model_trial import try_model


class WindowModels(QObject):
    """Serves the page of the settings about models while it is open, and its download after that."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self.installer = ModelInstaller(window.bridge, self)
        self.installer.installed.connect(self._installed)
        self.installer.stopped.connect(self._stopped)
        self.installer.failed.connect(self._failed_to_install)
        self._page: ModelPage | None = None

    def serve(self, page: ModelPage) -> None:
        """Do what is wanted on this page from now on."""
        self._page = page
        page.install_wanted.connect(self._install)
        page.import_wanted.connect(self._import)
        page.remove_wanted.connect(self._remove)
        page.forget_wanted.connect(self._forget)
        page.measure_wanted.connect(self._measure)
        self.refresh()

    def leave(self) -> None:
        """The page was closed."""
        self._page = None

    def close(self) -> None:
        """The window closes: a download stops, and goes on another time."""
        self.installer.close()

    def refresh(self) -> None:
        """Look anew what there is."""
        settings, library = self._window.session.settings, self._window.library
        self._window.bridge.run(lambda: model_facts(settings, library), self._show, self._failed)

    # --- what is wanted ----------------------------------------------------------------------

    def _install(self, fact: ModelFacts) -> None:
        info, page = fact.info, self._page
        if info is None or info.source is None or page is None:
            return
        limits = info.licence.limits
        more = self.tr(" It limits what you may do: %1.").replace("%1", localized(limits or ""))
        lines = (
            self.tr("%1 from %2; nothing about your photos is sent.")
            .replace("%1", size(info.source.megabytes))
            .replace("%2", page.mirror.text().strip() or info.source.page),
            self.tr("Licence: %1, %2.").replace("%1", info.licence.name).replace("%2", info.licence.url)
            + (more if limits else ""),
        )
        question = self.tr("Download the model %1?").replace("%1", info.title)
        if self._asked(question, "\n\n".join(lines), self.tr("Download")):
            try:
                settings = page.network_settings()
            except PhotoLensError as error:
                self._failed(error)
            else:
                self.installer.download(fact.name, settings)

    def _import(self, folder: bool) -> None:
        start = desktop.folder_of(QStandardPaths.StandardLocation.DownloadLocation)
        heading = self.tr("Import a model")
        if folder:
            path = QFileDialog.getExistingDirectory(self._over(), heading, start)
        else:
            path, _ = QFileDialog.getOpenFileName(self._over(), heading, start, "safetensors (*.safetensors)")
        if path:
            self.installer.take(Path(path))

    def _remove(self, fact: ModelFacts) -> None:
        text = self.tr("Remove the model %1 from this computer?").replace("%1", title(fact))
        more = self.tr("What was read with it stays in the library. It can be installed again.")
        if self._asked(text, more, self.tr("Remove")):
            in_use = self._window.session.settings.model
            self._run(self.tr("Removing…"), lambda: remove(fact.name, in_use), self.tr("Removed."))

    def _forget(self, fact: ModelFacts) -> None:
        library, page = self._window.library, self._page
        if library is None or page is None:
            return
        count = sum(model.vectors for model in fact.old)
        room = file_size(sum(model.size_bytes for model in fact.old))
        text = self.tr("Forget what %1 has read of this library?").replace("%1", title(fact))
        more = self.tr(
            "%1 photos, %2; the model in use has read %3. Photos and concepts stay. Going back to this model "
            "reads all again."
        )
        number = QLocale().toString
        more = more.replace("%3", number(page.photos_read(self._window.session.settings.model)))
        more = more.replace("%1", number(count)).replace("%2", room)
        if self._asked(text, more, self.tr("Forget")):

            def forget() -> None:
                for model in fact.old:
                    library.forget_model(model.id)

            self._run(self.tr("Forgetting…"), forget, self.tr("Forgotten."))

    def _measure(self, fact: ModelFacts) -> None:
        settings = self._window.session.settings
        weights = settings.weights if fact.name == settings.model else ""
        self._run(
            self.tr("Measuring, which takes some seconds…"),
            lambda: try_model(fact.name, weights, settings.precision),
            self.tr("Measured."),
        )

    # --- inside ------------------------------------------------------------------------------

    def _run(self, before: str, work: Callable[[], object], after: str) -> None:
        """Do something that cannot be stopped while the page says so."""
        if self._page is not None:
            self._page.set_busy(before)
        self._window.bridge.run(work, lambda done: self._done(after), self._failed)

    def _done(self, text: str) -> None:
        if self._page is not None:
            self._page.set_busy("")
            self._page.say(text)
        self.refresh()

    def _installed(self, name: str) -> None:
        text = self.tr("The model %1 is installed.").replace("%1", name)
        if self._page is not None:
            self._page.say(text + " " + self.tr("“Use” and “Save” take it into use."))
            self.refresh()
        else:
            self._window.say(text + " " + self.tr("Settings, Model takes it into use."), stays=True)

    def _stopped(self) -> None:
        if self._page is not None:
            self._page.say(self.tr("Stopped. What was downloaded is kept."))
            self.refresh()

    def _failed_to_install(self, text: str) -> None:
        if self._page is not None:
            self._page.say(text, danger=True)
            self.refresh()
        else:
            self._window.say(text, danger=True)

    def _failed(self, error: PhotoLensError) -> None:
        if self._page is not None:
            self._page.set_busy("")
        self._failed_to_install(localized(error))

    def _show(self, facts: list[ModelFacts]) -> None:
        if self._page is not None:
            self._page.show_models(facts, writable=self._window.session.writable)

    def _asked(self, text: str, more: str, yes: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Models"), text, parent=self._over())
        box.setInformativeText(more)
        button = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        return box.clickedButton() is button

    def _over(self) -> QWidget:
        return self._page.window() if self._page is not None else self._window
