"""Which friendly page stands where photos would be, and what its button does."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QFileInfo, QObject, QStandardPaths

from photolens import words
from photolens.domain import (
    Event,
    FeedbackMode,
    Filters,
    IngestFinished,
    IngestProgress,
    ScanFinished,
    ScanStarted,
)
from photolens.gui.browser import Answer
from photolens.gui.page import Page
from photolens.gui.window_frame import WindowFrame
from photolens.search.filters import describe_filters


class WindowPages(QObject):
    """Fills the window's message page."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self._scanning = False
        self._reading = False

    def hear(self, events: list[Event]) -> None:
        """Know whether photos may still come."""
        for event in events:
            if isinstance(event, ScanStarted):
                self._scanning = True
            elif isinstance(event, ScanFinished):
                self._scanning = False
                self._reading = self._reading or event.new + event.changed > 0
            elif isinstance(event, IngestProgress):
                self._reading = not event.paused
            elif isinstance(event, IngestFinished):
                self._reading = False
        self.look_again()

    @property
    def _working(self) -> bool:
        return self._scanning or self._reading

    def look_again(self) -> None:
        """Something has changed that may be the reason why there is nothing to see."""
        answer = self._window.browser.answer
        asked = answer is not None and answer.page == self._window.browser.page
        if answer is not None and asked and answer.empty and not self._window.viewing:
            self.nothing_found(answer)

    def opening(self) -> None:
        """The library is not there yet; usually for less time than it takes to read this."""
        self._say("image-square", self.tr("Opening your library…"), "", busy=True)

    def failed(self, reason: str) -> None:
        """The library cannot be opened."""
        self._say(
            "warning",
            self.tr("The library cannot be opened"),
            reason,
            (self.tr("Try again"), self._window.session.open),
            (self.tr("Settings"), self._window.commands["settings"].trigger),
        )

    def no_answer(self) -> None:
        """The question makes no sense; what is wrong with it stands under it."""
        everything = (self.tr("Show all photos"), self._window.commands["all-photos"].trigger)
        self._say("magnifying-glass", self.tr("There is no answer to this"), "", everything)

    def nothing_found(self, answer: Answer) -> None:
        """An answer without photos: say why, and what can be done."""
        facts = self._window.facts.facts
        if facts is None:
            return
        if not facts.folders and not self._window.session.adding:
            self._first_run()
        elif (answer.page.asks or answer.page.filters or answer.query is not None) and not self._awaited(
            answer
        ):
            self._no_match(answer)
        elif self._working or not facts.folders:
            self._say(
                "magnifying-glass",
                self.tr("Looking for photos…"),
                self.tr("The first ones show up in a few seconds."),
                busy=True,
            )
        elif facts.failed:
            self._say(
                "warning",
                self.tr("No photo could be read"),
                self.tr("There is a list of the files, with the reason for each."),
                (self.tr("Show the list"), self._window.commands["failures"].trigger),
            )
        else:
            self._no_photos(facts.folders[0].path if len(facts.folders) == 1 else "")

    def _awaited(self, answer: Answer) -> bool:
        """Whether it is no more than a folder, whose photos may still come."""
        page = answer.page
        only = Page(order=page.order, filters=Filters(folders=page.filters.folders))
        return self._working and page == only and answer.query is None

    # --- pages -------------------------------------------------------------------------------

    def _first_run(self) -> None:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        title = self.tr("Find any photo by describing it")
        text = self.tr(
            "Choose the folder with your photos. PhotoLens only reads them, on this computer; "
            "nothing is uploaded, and you can search while it reads."
        )
        choose = self._window.commands["add-folder"].trigger
        if pictures and QFileInfo(pictures).isDir():  # no matter why it cannot be looked at
            name = words.printable(words.short(pictures))
            add = (
                self.tr("Add %1").replace("%1", name),
                lambda: self._window.session.add_folders([pictures]),
            )
            self._say("image-square", title, text, add, (self.tr("Choose another folder…"), choose))
        else:
            self._say("image-square", title, text, (self.tr("Choose a folder…"), choose))

    def _no_match(self, answer: Answer) -> None:
        browser = self._window.browser
        page = answer.page
        clear = (self.tr("Clear filters"), lambda: browser.show(browser.page.without_filters()))
        everything = (self.tr("Show all photos"), self._window.commands["all-photos"].trigger)
        filters = page.all_filters()
        dropped = page.clicks and page.clicks.mode is FeedbackMode.NEAREST_DROP
        if page.strong_only and answer.ranking is not None and answer.ranking.cuts is not None:
            nearest = replace(page, strong_only=False)
            self._say(
                "magnifying-glass",
                self.tr("Nothing stands out"),
                self.tr("There are photos that come near."),
                (self.tr("Show the nearest"), lambda: browser.show(nearest, remember=False)),
                everything,
            )
        elif dropped and answer.query is not None and not answer.total:
            self._say(
                "thumbs-down",
                self.tr("Every photo is nearer to one that you disliked"),
                self.tr("Such photos are left out, as you chose under “Clicks”."),
                (self.tr("Forget my clicks"), self._window.commands["forget-clicks"].trigger),
                (self.tr("Put them last instead"), self._window.commands["nearest-demote"].trigger),
            )
        elif filters:
            self._say(
                "funnel",
                self.tr("No photo meets these filters"),
                describe_filters(filters),
                clear,
                everything if page.ranks else None,
            )
        elif self._working or answer.total:
            text = self.tr("Your photos are still being read; results appear as they come.")
            self._say("magnifying-glass", self.tr("Nothing found yet"), text, everything, busy=self._working)
        else:
            text = self.tr("Try other words, or fewer conditions.")
            self._say("magnifying-glass", self.tr("Nothing found"), text, everything)

    def _no_photos(self, folder: str) -> None:
        where = words.printable(words.short(folder))
        title = self.tr("No photos in %1").replace("%1", where) if folder else self.tr("No photos yet")
        add = (self.tr("Add another folder…"), self._window.commands["add-folder"].trigger)
        look = (self.tr("Look again"), self._window.commands["rescan"].trigger)
        self._say("folder", title, self.tr("Photos that come into it show up by themselves."), add, look)

    def _say(self, *args: object, **options: object) -> None:
        self._window.empty.say(*args, **options)  # type: ignore[arg-type]
        if not self._window.viewing:
            self._window.stack.setCurrentWidget(self._window.empty)
