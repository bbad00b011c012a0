"""The main window: puts the parts together and lets them talk."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
)

from photolens import words
from photolens.domain import (
    Event,
    Facets,
    FilesVanished,
    Filters,
    FolderState,
    IngestProgress,
    Listing,
    Notice,
    Order,
    PhotosChanged,
    PhotosRemoved,
)
from photolens.errors import CatalogDamaged, PhotoLensError
from photolens.gui import drops, theme
from photolens.gui.bridge import Bridge
from photolens.gui.browser import Answer
from photolens.gui.commands import Scope
from photolens.gui.facts import Facts
from photolens.gui.grid.photo_view import DEFAULT_SIZE, SIZE_STEP
from photolens.gui.localized import localized
from photolens.gui.model_hint import ModelHint
from photolens.gui.page import Page, Picture, same_question
from photolens.gui.session import Session
from photolens.gui.window_backups import WindowBackups
from photolens.gui.window_clicks import WindowClicks
from photolens.gui.window_concepts import WindowConcepts
from photolens.gui.window_damage import WindowDamage
from photolens.gui.window_dialogs import WindowDialogs
from photolens.gui.window_frame import WindowFrame
from photolens.gui.window_notices import WindowNotices
from photolens.gui.window_pages import WindowPages
from photolens.gui.window_photos import WindowPhotos
from photolens.gui.window_state import ORDERS, WindowState
from photolens.gui.window_waiting import WindowWaiting

if TYPE_CHECKING:
    from photolens.library import Library

_PAGE_MS = 300  # in which a page and its thumbnails are painted, before the model is loaded


class MainWindow(WindowFrame):
    """Everything the user sees. Knows the library through `session`, and only between opened and closing."""

    def __init__(self, bridge: Bridge, session: Session, state: WindowState) -> None:
        super().__init__(bridge, session)
        self.setAcceptDrops(True)
        self.state = state
        self._looked_at: tuple[str, ...] = ()
        self._first_shown = False  # the first page, before the library is open
        self.waiting = WindowWaiting(self)
        self.hand = WindowPhotos(self)
        self.clicks = WindowClicks(self, self.hand.selected)
        self.dialogs = WindowDialogs(self)
        self.concepts = WindowConcepts(self, state, self.clicks.judge)
        self.empty_pages = WindowPages(self)
        self.banners = WindowNotices(self)
        ModelHint(self, state, lambda: self.dialogs.show_settings(models_first=True))
        self.damage = WindowDamage(self)
        self.backups = WindowBackups(self, self.damage.ask_restore)
        self._wire_commands()
        self._wire_parts()
        self._restore()
        self.empty_pages.opening()
        self._show_page(self.browser.page)
        self.hand.selection_changed()
        self.search.edit.setFocus()

    # --- what others ask ---------------------------------------------------------------------

    def come_to_front(self) -> None:
        """Asked for by a second start."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # --- putting together --------------------------------------------------------------------

    def _wire_commands(self) -> None:
        commands = self.commands
        commands.attach(self, Scope.WINDOW)
        commands.attach(self.grid, Scope.PHOTOS, Scope.GRID)
        commands.attach(self.viewer, Scope.PHOTOS, Scope.VIEWER)
        for name, call in (
            ("add-folder", self.dialogs.choose_folder),
            ("rescan", self._rescan),
            ("failures", self.dialogs.show_failures),
            ("back-up", self.backups.back_up),
            ("backups", self.backups.show),
            ("settings", self.dialogs.show_settings),
            ("quit", self.close),
            ("search", self._focus_search),
            ("search-picture", self.dialogs.choose_picture),
            ("paste", lambda: self.incoming.take(QApplication.clipboard().mimeData())),
            ("more-like-this", self._more_like_this),
            ("back", self._back),
            ("all-photos", lambda: self._go(Page(order=self.browser.page.order))),
            ("larger", lambda: self.grid.set_tile_size(self.grid.tile_size + SIZE_STEP)),
            ("smaller", lambda: self.grid.set_tile_size(self.grid.tile_size - SIZE_STEP)),
            ("view", lambda: self.hand.view(max(0, self.grid.currentIndex().row()))),
            ("select-all", self.grid.selectAll),
            ("select-none", self.grid.clearSelection),
            ("guide", lambda: self.dialogs.show_guide()),
            ("shortcuts", self.dialogs.show_shortcuts),
            ("diagnostics", self.dialogs.copy_diagnostics),
            ("about", self.dialogs.show_about),
        ):
            commands[name].triggered.connect(call)
        for name, switch in (
            ("pause", self._pause),
            ("sidebar", self.sidebar.setVisible),
            ("details", self.details.setVisible),
            ("squares", lambda on: self.grid.set_justified(not on)),
            ("full-screen", self._full_screen),
        ):
            commands[name].toggled.connect(switch)
        for name, order in ORDERS.items():
            commands[name].triggered.connect(lambda checked=False, order=order: self._choose_order(order))

    def _wire_parts(self) -> None:
        self.session.first_page.connect(self._show_first)
        self.session.opened.connect(self._attach)
        self.session.closing.connect(self._detach)
        self.session.failed.connect(self._not_opened)
        self.session.restored.connect(self.damage.tell_restored)
        self.session.failed_to_add.connect(self._say_problem)
        self.session.failed_to_add.connect(self.empty_pages.look_again)
        self.session.folder_added.connect(self._folder_added)
        self.session.folder_asked_for.connect(self._show_folder)
        self.session.settings_changed.connect(self._apply_settings)
        self.bridge.events.connect(self._hear)
        self.browser.page_changed.connect(self._show_page)
        self.browser.answered.connect(self._show_answer)
        self.browser.failed.connect(self._search_failed)
        self.browser.busy_changed.connect(self._show_busy)
        self.browser.became.connect(lambda photos: self._describe_waiting())
        self.browser.outdated.connect(self._offer_update)
        self.browser.steady = self._steady
        self.browser.held = self.waiting.held
        self.browser.prepare = self.grid.prepare
        self.facts.changed.connect(self._show_facts)
        self.search.edited.connect(self.browser.refine)
        self.search.entered.connect(self.browser.settle)
        self.search.entered.connect(self._focus_photos)
        self.search.left.connect(self._focus_photos)
        self.search.hint_changed.connect(self.filters.show_hint)
        self.search.pasted.connect(self.incoming.take)
        self.search.thumbnail_wanted.connect(self.incoming.want_thumbnail)
        self.filters.filters_chosen.connect(self.browser.set_filters)
        self.sidebar.folder_chosen.connect(self._choose_folder)
        self.sidebar.forget_wanted.connect(self.dialogs.forget_folder)
        self.sidebar.reveal_wanted.connect(self.dialogs.reveal)
        self.sidebar.vanished_wanted.connect(self.banners.ask_vanished)
        self.incoming.pictures.connect(self._search_pictures)
        self.incoming.folders.connect(self.session.add_folders)
        self.incoming.concepts.connect(self.concepts.changes.import_files)
        self.incoming.text.connect(self.search.focus)
        self.incoming.problem.connect(self._say_problem)
        self.incoming.note.connect(self.say)
        self.incoming.thumbnail.connect(self.search.set_thumbnail)
        self.grid.typed.connect(self.search.focus)
        self.grid.near_end.connect(self.browser.more)
        self.grid.size_changed.connect(self.status.tile_size.setValue)
        self.status.tile_size.valueChanged.connect(self.grid.set_tile_size)
        self.scrubber.chosen.connect(self.grid.scroll_to_row)
        self.details.photo_clicked.connect(self.hand.go_to)
        self.viewer.part_chosen.connect(lambda picture: self._search_pictures([picture]))
        self.hand.commands.said.connect(self._say_of_photos)

    def _restore(self) -> None:
        state = self.state
        state.restore_geometry(self)
        state.restore_splitter(self.splitter, [220, 800, 280])
        for name, default in (("sidebar", True), ("details", False), ("squares", False)):
            self.commands[name].setChecked(state.flag(name, default))
            self.commands[name].toggled.emit(self.commands[name].isChecked())
        self.grid.set_tile_size(state.number("size", DEFAULT_SIZE))
        self.status.tile_size.setValue(self.grid.tile_size)
        self.grid.animations = self.session.settings.animations
        self.browser.page = Page(order=state.order)

    # --- the library comes and goes ----------------------------------------------------------

    def _show_first(self, listing: Listing) -> None:
        """What the library will show, while it is being opened; unless something else was asked meanwhile."""
        if self.browser.page == Page(order=self.browser.page.order):
            self._first_shown = True
            self.scrubber.setVisible(self.state.flag("years", False))
            self.grid.show_listing(listing, keep_place=False)
            self.show_photos()

    def _attach(self, library: Library, writable: bool) -> None:
        shown, self._first_shown = self._first_shown, False
        self.thumbnails.use(library.request_thumbnail)
        self.viewer.use(library.picture)
        self.undo.clear()
        self.incoming.use(library)
        self.hand.commands.use(library)
        self.facts.use(library)
        self.waiting.use(library)
        self.browser.use(library, keep_place=shown)
        self.concepts.use(library)
        self.banners.use(library)
        self.backups.use(library)
        for name in ("add-folder", "rescan", "pause", "back-up"):
            self.commands[name].setEnabled(writable)
        self._show_paused(False)  # as it is when it is opened, whatever was said before
        self._looked_at = ()
        self._read_first(self.browser.page.filters.folders)
        if not writable:
            text = self.tr("Another PhotoLens is reading photos into this library; here you can search it.")
            if self.session.folder_read_only:
                text = self.tr("The library's folder is read-only: you can search it, but change nothing.")
            self.say(text, self.tr("Try again"), self.session.reopen, stays=True)
        self.hand.selection_changed()

    def _detach(self) -> None:
        self.hand.close_viewer()
        self.viewer.clear()
        for part in (
            self.thumbnails,
            self.viewer,
            self.incoming,
            self.hand.commands,
            self.facts,
            self.waiting,
            self.browser,
            self.concepts,
            self.banners,
            self.backups,
        ):
            part.use(None)
        self.empty_pages.opening()

    def _not_opened(self, error: PhotoLensError) -> None:
        self._first_shown = False
        self._show_facts(Facts([], [], Facets(), 0))
        self.status.set_count(0, 0)
        if isinstance(error, CatalogDamaged):
            self.damage.show(error)
        else:
            self.empty_pages.failed(localized(error))

    def _apply_settings(self) -> None:
        settings = self.session.settings
        self.thumbnails.set_budget(settings.thumbnail_memory_mb)
        self.grid.animations = settings.animations

    def _hear(self, events: list[Event]) -> None:
        changed: set[int] = set()
        for event in events:
            if isinstance(event, (PhotosChanged, PhotosRemoved)):
                changed.update(event.ids)
            elif isinstance(event, Notice):
                self.say(localized(event.text))
            elif isinstance(event, (FolderState, FilesVanished)):
                self.thumbnails.retry_failed()
                self.hand.look_again()
            elif isinstance(event, IngestProgress) and self.commands["pause"].isChecked() != event.paused:
                self._show_paused(event.paused)
        if changed:
            self.thumbnails.forget(changed)
            self.viewer.forget(changed)
        self.status.hear(events)
        self.waiting.hear(events)
        self._describe_waiting()
        self.banners.hear(events)
        self.empty_pages.hear(events)
        self.facts.hear(events)
        self.browser.hear(events)
        self.concepts.hear(events)

    # --- what the grid shows -----------------------------------------------------------------

    def _go(self, page: Page) -> None:
        self.hand.close_viewer()
        self.browser.show(page)

    def _show_page(self, page: Page) -> None:
        if self._first_shown:  # it is no answer to this
            self._first_shown = False
            self.empty_pages.opening()
        self.search.set_page(page)
        self.message.forget_problem()
        self.clicks.show_page(page)
        in_force = page.all_filters()  # those that are typed, too
        self.filters.set_filters(page.filters, in_force)
        only = page.filters == Filters(folders=page.filters.folders) and not page.asks
        folders = in_force.folders
        self.sidebar.choose(folders[0] if folders else "" if only else "\0")
        self._read_first(page.filters.folders)
        ranks = page.ranks
        by_match = ranks and not page.by_date
        self.commands["best-match"].setChecked(by_match)
        self.commands["best-match"].setEnabled(ranks)
        for name, order in ORDERS.items():
            self.commands[name].setChecked(order == page.order and not by_match)
            self.commands[name].setEnabled(not ranks or order in (Order.NEWEST, Order.OLDEST))
        chosen = next(name for name, order in ORDERS.items() if order == page.order)
        self.filters.show_order(self.commands["best-match" if by_match else chosen].text())
        self.search.show_back(page.asks or bool(page.filters) or self.browser.can_go_back)

    def _read_first(self, folders: tuple[str, ...]) -> None:
        """What the user looks at is read before the rest."""
        if folders != self._looked_at and self.library is not None and self.session.writable:
            self._looked_at = folders
            with suppress(PhotoLensError):  # the catalog turned out to be damaged, which is said elsewhere
                self.library.read_first(folders)

    def _show_answer(self, answer: Answer, keep_place: bool) -> None:
        self.search.show_error("")
        self.grid.show_listing(
            answer.listing, keep_place=keep_place, sections=answer.sections, animate=answer.clicked
        )
        by_date = not answer.query and answer.page.order in (Order.NEWEST, Order.OLDEST)
        self.scrubber.show_listing(answer.listing, by_date=by_date)
        if self.viewing:
            self.viewer.set_list(answer.listing.ids, answer.total)
        else:
            self.show_photos()
        if answer.empty:
            self.empty_pages.nothing_found(answer)
        self.clicks.show_answer(answer)
        self.hand.answered()
        self.facts.begin()
        QTimer.singleShot(_PAGE_MS, self, self.session.load_model)
        self._describe_answer(answer)
        self.hand.show_count()

    def _describe_waiting(self) -> None:
        """How much of a plain list waits to be read, and whether it has to."""
        answer = self.browser.answer
        if answer is not None and answer.query is None and answer.page == self.browser.page:
            self._describe_answer(answer)

    def _describe_answer(self, answer: Answer) -> None:
        if answer.query is None or not answer.total:
            text = self.waiting.summary()
        elif answer.total == 1:
            text = self.tr("1 photo")
        else:
            text = self.tr("%Ln photos, the best matches first", "", answer.total)
        self.filters.show_summary(text)

    def _search_failed(self, text: str) -> None:
        QTimer.singleShot(_PAGE_MS, self, self.session.load_model)
        self.facts.begin()
        self.search.show_error(text)
        self.filters.show_summary("")  # what is on the screen answers something else
        self.clicks_bar.show_shelves(None)
        if self.stack.currentWidget() is self.empty:  # which tells of another question
            self.empty_pages.no_answer()

    def _show_busy(self, busy: bool) -> None:
        """After a while it is said that the photos on the screen answer another question."""
        answer = self.browser.answer
        self.show_busy(busy)
        self.grid.set_stale(busy and answer is not None and not same_question(answer.page, self.browser.page))

    def _show_facts(self, facts: Facts) -> None:
        self.filters.setVisible(bool(facts.folders))
        for name in ("filter-folder", "filter-date", "filter-camera", "filter-more"):
            self.commands[name].setEnabled(bool(facts.folders))
        self.sidebar.show_tree(facts.tree, facts.photos + facts.waiting)
        self.filters.set_facets(facts.facets, facts.folders)
        self.search.set_facets(facts.facets, [folder.path for folder in facts.folders])
        self.status.set_failed(facts.failed)
        self.dialogs.show_facts(facts)
        self.empty_pages.look_again()

    def _steady(self) -> bool:
        """Whether the user is in the middle of looking at results."""
        return bool(self.viewing or self.grid.verticalScrollBar().value() or len(self.grid.selected_rows()))

    def _offer_update(self, outdated: bool) -> None:
        if outdated and not self.message.isVisible():
            self.say(self.tr("There are new photos."), self.tr("Search again"), self.browser.refresh)

    def _choose_order(self, order: Order) -> None:
        page = self.browser.page
        self._go(replace(page, order=order, by_date=page.ranks or page.by_date))

    def _choose_folder(self, path: str) -> None:
        filters = replace(self.browser.page.filters, folders=(path,) if path else ())
        if not path:
            self._go(Page(order=self.browser.page.order))
        else:
            self._go(replace(self.browser.page, filters=filters))

    def _show_folder(self, path: str) -> None:
        """Asked for from outside, where nobody knows what is searched for here."""
        self._go(Page(order=self.browser.page.order, filters=Filters(folders=(path,))))

    def _folder_added(self, path: str) -> None:
        if path in self.message.label.text():  # it could not be added before
            self.message.forget_problem()
        self.facts.refresh()
        self.status.say(self.tr("Added %1.").replace("%1", words.printable(words.short(path))))

    # --- searching ---------------------------------------------------------------------------

    def _focus_search(self) -> None:
        self.hand.close_viewer()
        self.search.focus()

    def _focus_photos(self) -> None:
        if self.stack.currentWidget() is self.photos:
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)

    def _search_pictures(self, pictures: list[Picture]) -> None:
        self.hand.close_viewer()
        self.search.add_pictures(pictures)

    def _more_like_this(self) -> None:
        ids = self.hand.selected_ids()[:5].tolist()
        if ids:
            pictures = tuple(Picture(photo_id) for photo_id in ids)
            self._go(replace(self.browser.page.without_search(), pictures=pictures))

    def _back(self) -> None:
        """One step out: the viewer, the search, the selection, the full screen."""
        page = self.browser.page
        if self.viewing:
            self.hand.close_viewer()
        elif page.asks or page.filters or self.browser.can_go_back:
            if not self.browser.back() and (page.asks or page.filters):
                self.browser.show(Page(order=page.order), remember=False)
            if page.clicks and not self.browser.page.clicks:
                text = self.tr("You left a search with clicks in it.")
                self.say(text, self.tr("Back to it"), lambda: self.browser.show(page))
        elif len(self.grid.selected_rows()):
            self.grid.clearSelection()
        elif self.isFullScreen():
            self.commands["full-screen"].setChecked(False)

    def _say_problem(self, text: str) -> None:
        self.say(text, danger=True)

    def _say_of_photos(self, text: str, action: str, danger: bool) -> None:
        self.say(text, action, self.hand.commands.undo, danger=danger)

    # --- the library's work ------------------------------------------------------------------

    def _rescan(self) -> None:
        if self.library is not None and self.session.writable:
            self.thumbnails.retry_failed()
            self.bridge.run(self.library.rescan)
        self.browser.refresh()
        self.facts.refresh()

    def _pause(self, paused: bool) -> None:
        library = self.library
        if library is not None and self.session.writable:
            self.bridge.run(library.pause if paused else library.resume)
        self._show_paused(paused)

    def _show_paused(self, paused: bool) -> None:
        pause = self.commands["pause"]
        blocked = pause.blockSignals(True)
        pause.setChecked(paused)
        pause.blockSignals(blocked)
        pause.setText(self.tr("Go on reading photos") if paused else self.tr("Pause reading photos"))
        pause.setIcon(theme.icon("play" if paused else "pause"))
        self._describe_waiting()

    # --- events of the window ----------------------------------------------------------------

    def _full_screen(self, full: bool) -> None:
        self.showFullScreen() if full else self.showNormal()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        over_photos = self.stack.rect().contains(self.stack.mapFromGlobal(event.globalPos()))
        if over_photos and len(self.hand.selected()) and self.stack.currentWidget() is not self.empty:
            names = (
                "like",
                "dislike",
                "neutral",
                "why",
                "",
                "more-like-this",
                "",
                "open",
                "show-in-folder",
                "copy",
                "copy-path",
                "",
                "trash",
            )
            menu = self.commands.fill(QMenu(self), *(() if self.viewing else ("view",)), *names)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if drops.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.incoming.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        state = self.state
        if self.isFullScreen():
            self.showNormal()
        state.save_geometry(self)
        if not self.viewing:
            state.save_splitter(self.splitter)
        for name in ("sidebar", "details", "squares"):
            state.set(name, self.commands[name].isChecked())
        state.set("years", self.scrubber.isVisibleTo(self.photos))
        state.set("size", self.grid.tile_size)
        state.set("order", next(n for n, order in ORDERS.items() if order == self.browser.page.order))
        state.save()
        self.dialogs.close()
        super().closeEvent(event)
