"""What clicks do in the window: likes and dislikes, shelves, the switch to how it was before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QLocale, QObject, QPoint

from photolens.domain import (
    Combination,
    Explanation,
    FeedbackMode,
    IdArray,
    Order,
    PhotoId,
    Query,
    Ranking,
    Term,
    waits,
)
from photolens.gui.browser import Answer
from photolens.gui.page import Clicks, Page, same_question
from photolens.gui.reasons import short_reason
from photolens.gui.shown import DISLIKED
from photolens.gui.undo import Step
from photolens.gui.window_frame import WindowFrame

_PREVIEWED = 6


class WindowClicks(QObject):
    """Changes the clicks of the page that is shown, undoably, and shows what they are."""

    def __init__(self, window: WindowFrame, selected: Callable[[], IdArray]) -> None:
        super().__init__(window)
        self._window = window
        self._selected = selected
        self._place: QPoint | None = None  # where the photo was that had the focus when it was judged
        self._reason_of: PhotoId | None = None
        window.grid.judging_enabled = True
        window.grid.judged.connect(self.judge)
        window.grid.section_toggled.connect(window.browser.toggle)
        window.grid.reason_wanted.connect(self._want_reason)
        window.search.preview_wanted.connect(self._want_preview)
        commands = window.commands
        for name, liked in (("like", True), ("dislike", False), ("neutral", None)):
            commands[name].triggered.connect(partial(self._judge_selected, liked))
        for name, mode in zip(("learned", "nearest-demote", "nearest-drop"), FeedbackMode, strict=True):
            commands[name].triggered.connect(partial(self._set_mode, mode))
        for name, call in (
            ("forget-clicks", self._forget),
            ("ask-clicks", self._ask),
            ("before-clicks", self._mute),
            ("strong-only", self._strong_only),
            ("hits-by-date", self._by_date),
            ("best-match", lambda: self._by_date(False)),
            ("why", lambda: window.commands["details"].setChecked(True)),
            ("product", self._product),
        ):
            commands[name].triggered.connect(call)

    # --- what the user does ------------------------------------------------------------------

    def judge(self, ids: Sequence[PhotoId], liked: bool | None) -> None:
        """Like these photos, dislike them, or (None) take clicks on them back."""
        window = self._window
        before = window.browser.page
        clicks = replace(before.clicks.judge(ids, liked), muted=False)
        if clicks.judgements == before.clicks.judgements or window.library is None:
            return
        answer = window.browser.answer
        if answer is None or not same_question(answer.page, before):
            window.say(self.tr("These photos answer another question: click when the new ones are here."))
            return
        names = {True: self.tr("like"), False: self.tr("dislike"), None: self.tr("take a click back")}
        self._change(before, clicks, names[liked])
        window.grid.flash(ids)

    def _judge_selected(self, liked: bool | None) -> None:
        window = self._window
        selected = self._selected().tolist()
        ids = [photo_id for photo_id in selected if not waits(photo_id)]
        if ids:
            if not window.viewing:
                self._place = window.grid.current_place()
            self.judge(ids, liked)
        elif selected:
            window.say(self.tr("It waits to be read. After that it can be liked or disliked."))

    def _forget(self) -> None:
        page = self._window.browser.page
        self._change(page, Clicks(mode=page.clicks.mode), self.tr("forget clicks"))

    def _ask(self) -> None:
        """Make the clicks in a plain list a question."""
        page = self._window.browser.page
        self._window.browser.show(replace(page, clicks=replace(page.clicks, ask=True)))

    def _mute(self, muted: bool) -> None:
        page = self._window.browser.page
        self._window.browser.reorder(replace(page, clicks=replace(page.clicks, muted=muted)))

    def _set_mode(self, mode: FeedbackMode) -> None:
        page = self._window.browser.page
        self._window.browser.reorder(replace(page, clicks=replace(page.clicks, mode=mode)))
        self.show_page(self._window.browser.page)

    def _strong_only(self, strong: bool) -> None:
        browser = self._window.browser
        browser.show(replace(browser.page, strong_only=strong), remember=False)

    def _by_date(self, by_date: bool) -> None:
        browser = self._window.browser
        order = browser.page.order if browser.page.order in (Order.NEWEST, Order.OLDEST) else Order.NEWEST
        browser.show(replace(browser.page, by_date=by_date, order=order), remember=False)

    def _product(self, product: bool) -> None:
        combination = Combination.PRODUCT if product else Combination.SUM
        browser = self._window.browser
        browser.reorder(replace(browser.page, combination=combination))

    # --- what the window shows ---------------------------------------------------------------

    def show_page(self, page: Page) -> None:
        """Marks on tiles, numbers and switches are those of this page."""
        window, clicks = self._window, page.clicks
        facts = window.facts.facts
        ranks = page.ranking_query() is not None and (facts is None or facts.photos > 0)
        window.grid.set_judgements(frozenset(clicks.liked), frozenset(clicks.disliked))
        window.grid.set_dates_shown(page.by_date and ranks)
        window.viewer.set_judgements(frozenset(clicks.liked), frozenset(clicks.disliked))
        product = page.mixes and page.combination is Combination.PRODUCT
        window.clicks_bar.show_clicks(clicks, ranks=ranks, mixes=page.mixes, product=product)
        commands = window.commands
        for name, on in (
            ("before-clicks", clicks.muted),
            ("strong-only", page.strong_only),
            ("hits-by-date", page.by_date),
            ("product", page.combination is Combination.PRODUCT),
        ):
            commands[name].setChecked(on)

    def show_answer(self, answer: Answer) -> None:
        """How many photos are on which shelf."""
        if answer.clicked and self._place is not None:
            self._go_on(answer, self._place)
        self._place = None
        ranking = answer.ranking
        self._window.clicks_bar.show_shelves(ranking.sections if ranking and ranking.cuts else None)

    def _go_on(self, answer: Answer, place: QPoint) -> None:
        """After a key the focus stays where it was on the screen, on the photo that came there: the next
        one to judge. Where the picks have come there, it is the first below them."""
        grid, clicks = self._window.grid, answer.page.clicks
        grid.go_to_place(place)
        judged = {*clicks.liked, *clicks.disliked}
        if grid.current_id() in judged:
            fresh = (s.start for s in answer.sections if s.key not in ("liked", DISLIKED) and s.start < s.end)
            grid.select_row(next(fresh, grid.currentIndex().row()))

    # --- reasons and previews ----------------------------------------------------------------

    def _want_reason(self, photo_id: PhotoId) -> None:
        """A few words for the tile under the mouse."""
        window = self._window
        library, query = window.library, window.browser.page.ranking_query()
        if library is None or query is None:
            return
        self._reason_of = photo_id

        def then(explanation: Explanation) -> None:
            if self._reason_of == photo_id:
                window.grid.set_reason(photo_id, short_reason(explanation))

        # Without an answer there is just no reason to show.
        window.bridge.when_done(library.explain_later(query, photo_id), then, lambda error: None)

    def _want_preview(self, term: Term) -> None:
        """What one term alone would find."""
        window, library = self._window, self._window.library
        if library is None:
            return

        def found(ranking: Ranking) -> None:
            ids = [hit.photo_id for hit in ranking.hits]
            window.pixmaps(ids, lambda pixmaps: window.search.show_preview(term, list(pixmaps.values())))

        query = Query(terms=(term,))
        window.bridge.when_done(library.search_later(query, limit=_PREVIEWED), found, lambda error: None)

    # --- undo --------------------------------------------------------------------------------

    def _change(self, before: Page, clicks: Clicks, name: str) -> None:
        """Use these clicks instead of those of the page `before`, which is shown."""
        after = replace(before, clicks=clicks)
        count = QLocale().toString(abs(len(clicks.judgements) - len(before.clicks.judgements)))
        many = abs(len(clicks.judgements) - len(before.clicks.judgements)) > 1
        step = Step(
            f"{name} ({count})" if many else name,
            lambda: self._restore(after, before),
            lambda: self._restore(before, after),
        )
        self._window.undo.push(step)
        self._apply(after)

    def _restore(self, now: Page, wanted: Page) -> None:
        """Back to the clicks of `wanted`; on another page, back to that page."""
        page = self._window.browser.page
        if replace(page, clicks=Clicks()) == replace(now, clicks=Clicks()):
            self._apply(replace(page, clicks=wanted.clicks))
        else:
            self._window.browser.show(wanted)

    def _apply(self, page: Page) -> None:
        # In the viewer the list stays as it is, so that "next" means what it meant.
        likes = page.clicks.liked or any(example.liked for example in page.clicks.examples)
        if page.clicks.ask and not likes:
            page = replace(page, clicks=replace(page.clicks, ask=False))
        self._window.browser.reorder(page, ask=not self._window.viewing)
