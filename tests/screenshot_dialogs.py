"""States of the window's dialogs, questions, menus and popups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from photolens.domain import Filters
from tests.model_server import ModelServer, Served
from tests.screenshot_states import PhotoStates

_MODEL = "PE-Core-L-14-336/meta"  # of whose file no size is known for certain


class States(PhotoStates):
    """All states in their order, and those that ask a question."""

    server: ModelServer | None = None

    def states(self) -> dict[str, Callable[[], None]]:
        return {
            **self.photo_states(),
            "message": self.message,
            "suggestions": self.suggestions,
            "chip-preview": self.chip_preview,
            "menu": self.menu,
            "dates-menu": self.dates_menu,
            "kinds-menu": self.kinds_menu,
            "nothing-strong": self.nothing_strong,
            "concept-name": self.concept_name,
            "concept": self.concept,
            "narrow": self.narrow,
            "settings": self.settings,
            "settings-model": lambda: self.settings_page(1),
            "settings-speed": lambda: self.settings_page(2),
            "settings-appearance": lambda: self.settings_page(3),
            "model-downloading": self.model_downloading,
            "shortcuts": self.shortcuts,
            "guide": self.guide,
            **self.trouble_states(),
            "no-photos": self.no_photos,
        }

    def questions(self) -> dict[str, tuple[str, Callable[[], object]]]:
        """After which state they are asked, and how; a call returns once the question is answered."""
        window = self.window
        return {
            "date-range": ("dates-menu", window.filters._choose_dates),
            "trash": ("kinds-menu", lambda: window.hand.commands._confirm([1, 2], 3)),
            "folder-menu": ("kinds-menu", self.folder_menu),
            "remove-folder": ("kinds-menu", lambda: window.dialogs.forget_folder(str(self.photos))),
            "about": ("kinds-menu", window.dialogs.show_about),
            "model-licence": ("settings-model", self.ask_download),
            "restore": ("backups", self.ask_restore),
            "start-again": ("damaged", window.empty.other.click),
        }

    # --- the window ---------------------------------------------------------------------------

    def message(self) -> None:
        self.window.commands["search-part"].setChecked(False)
        self.window.hand.close_viewer()
        text = self.window.tr(
            "Another PhotoLens is reading photos into this library; here you can search it."
        )
        self.window.say(text, self.window.tr("Try again"))
        self.settle(0.3)

    def suggestions(self) -> None:
        self.window.message.hide()
        edit = self.window.search.edit
        self.window.search.focus()
        edit.setText("folder:")
        edit.textEdited.emit("folder:")
        self.wait(lambda: self.window.search._completion.offers)

    def chip_preview(self) -> None:
        self.ask("beach, sunset -people")
        chip = self.window.search._words._chips[0]
        chip.rested.emit()
        self.wait(self.window.search._preview.isVisible)

    def menu(self) -> None:
        self.window.search._preview.hide()
        self.window.commands["menu"].trigger()
        self.settle(0.3)

    def dates_menu(self) -> None:
        self.close_popups()
        self.window.commands["all-photos"].trigger()
        self.settle(0.5)
        self.open_menu("date")

    def kinds_menu(self) -> None:
        self.close_popups()
        self.open_menu("more")

    def nothing_strong(self) -> None:
        self.close_popups()
        self.ask("a submarine in a cave")
        self.window.browser.show(replace(self.window.browser.page, strong_only=True))
        self.settle(1)

    def no_photos(self) -> None:
        """Filters that fit nothing, over a search."""
        self.window.notices.clear()
        self.ask("mountains")
        self.window.browser.set_filters(Filters(cameras=("Hasselblad",)))
        self.wait(lambda: self.window.stack.currentWidget() is self.window.empty)

    # --- dialogs ------------------------------------------------------------------------------

    def concept_name(self) -> None:
        self.ask("mountains covered with snow")
        self.window.commands["save-concept"].trigger()
        self.wait(lambda: self.window.concepts.changes.dialog is not None)

    def concept(self) -> None:
        dialog = self.window.concepts.changes.dialog
        assert dialog is not None
        dialog.edit.setText("Snow")
        dialog.save.click()
        self.wait(lambda: self.window.concepts.changes.dialog is None)
        self.settle(1)

    def narrow(self) -> None:
        self.window.commands["narrow"].trigger()
        self.wait(
            lambda: (
                self.window.concepts.narrow.dialog is not None
                and bool(self.window.concepts.narrow.dialog.cards)
            )
        )
        dialog = self.window.concepts.narrow.dialog
        assert dialog is not None
        dialog.cards[1].yes.click()
        dialog.cards[2].no.click()
        self.settle(0.5)

    def settings_page(self, tab: int) -> None:
        self.close_dialogs()
        super().settings()
        settings = self.window.dialogs.settings
        assert settings is not None
        settings.tabs.setCurrentIndex(tab)
        self.wait(lambda: settings.models.table.rowCount() > 1)
        self.settle(0.5)  # the table is filled anew as facts come
        settings.models.table.setCurrentCell(1, 0)

    def model_downloading(self) -> None:
        """A download that has come to a third."""
        self.settings_page(1)
        settings = self.window.dialogs.settings
        assert settings is not None
        page = settings.models
        self.server = ModelServer()
        fact = next(fact for fact in page._facts if fact.name == _MODEL)
        assert fact.info is not None and fact.info.source is not None
        source = fact.info.source
        path = f"/{source.repository}/resolve/{source.revision}/{source.weights.path}"
        self.server.files[path] = Served(bytes(3_000_000), stalls=[1_000_000])
        page.mirror.setText(self.server.url)
        page._installer.download(_MODEL, page.network_settings())
        self.wait(lambda: page._installer.progress is not None)
        self.settle(0.3)

    def shortcuts(self) -> None:
        self.stop_download()
        self.close_dialogs()
        self.window.dialogs.show_shortcuts()
        self.settle(0.3)

    def guide(self) -> None:
        self.close_dialogs()
        self.window.dialogs.show_guide("searching")
        self.settle(0.5)

    # --- questions ----------------------------------------------------------------------------

    def folder_menu(self) -> None:
        tree = self.window.sidebar.tree
        tree._menu(tree.visualItemRect(tree.topLevelItem(1)).center())

    def ask_download(self) -> None:
        settings = self.window.dialogs.settings
        assert settings is not None
        assert settings.models.install.isEnabled()
        settings.models.install.click()

    def ask_restore(self) -> None:
        dialog = self.window.backups.dialog
        assert dialog is not None
        dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
        dialog.restore.click()

    # --- tools --------------------------------------------------------------------------------

    def stop_download(self) -> None:
        if self.server is not None:
            assert self.window.dialogs.models is not None
            self.window.dialogs.models.installer.cancel()
            self.server.close()
            self.server = None

    def close(self) -> None:
        self.stop_download()
        super().close()

    def open_menu(self, name: str) -> None:
        button = getattr(self.window.filters, name)
        button.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))
        self.settle(0.3)

    def close_popups(self) -> None:
        while popup := self.application.activePopupWidget():
            popup.close()
