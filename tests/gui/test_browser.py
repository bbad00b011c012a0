"""Which photos the grid shows: questions in a row, the way back, what comes too late."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from photolens.domain import Filters, Notice, PhotosAdded, PhotosRemoved
from photolens.gui import browser as browser_module
from photolens.gui.bridge import Bridge
from photolens.gui.browser import Answer, Browser
from photolens.gui.page import Page, Picture
from photolens.library import Library, Order
from tests.photos import make_photos

_PATIENCE_MS = 20_000
_PNG = Page(filters=Filters(formats=("png",)))


@dataclass
class Heard:
    """All a browser has said."""

    pages: list[Page] = field(default_factory=list)
    answers: list[tuple[Answer, bool]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    outdated: list[bool] = field(default_factory=list)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with twelve photos, two of them in a sub-folder, and a library over it."""
    root = tmp_path_factory.mktemp("browser")
    make_photos(root / "Pictures", 10)
    make_photos(root / "Pictures" / "Holiday 2019", 2, first=10)
    with Library(root / "library") as library:
        library.index(root / "Pictures")
    return root


@pytest.fixture
def pictures(indexed: Path) -> Path:
    return indexed / "Pictures"


@pytest.fixture
def library(indexed: Path, tmp_path: Path, open_library: Callable[..., Library]) -> Library:
    return open_library(Path(shutil.copytree(indexed / "library", tmp_path / "library")))


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def browser(bridge: Bridge) -> Browser:
    """A browser that has no library yet."""
    return Browser(bridge)


@pytest.fixture
def heard(browser: Browser) -> Heard:
    said = Heard()
    browser.page_changed.connect(said.pages.append)
    browser.answered.connect(lambda answer, keep: said.answers.append((answer, keep)))
    browser.failed.connect(said.failures.append)
    browser.outdated.connect(said.outdated.append)
    return said


@pytest.fixture
def ask(browser: Browser, heard: Heard, library: Library, qtbot: QtBot) -> Callable[..., Answer]:
    """Shows a page and waits for its answer; the first call opens the library."""
    browser.use(library)
    qtbot.waitUntil(lambda: len(heard.answers) == 1, timeout=_PATIENCE_MS)

    def ask(page: Page, call: Callable[[Page], None] | None = None) -> Answer:
        (call or browser.show)(page)
        qtbot.waitUntil(lambda: is_answered(browser, page), timeout=_PATIENCE_MS)
        assert browser.answer is not None
        return browser.answer

    return ask


def is_answered(browser: Browser, page: Page) -> bool:
    return browser.answer is not None and browser.answer.page == page == browser.page


def test_first_all_photos_are_shown(ask: Callable[..., Answer], heard: Heard, library: Library) -> None:
    answer, keep_place = heard.answers[0]
    assert answer.listing.ids.tolist() == library.photo_ids().tolist()
    assert (answer.total, answer.more, answer.query, keep_place) == (12, False, None, False)


def test_a_folder_is_a_list_and_words_are_a_ranking(ask: Callable[..., Answer], pictures: Path) -> None:
    folder = ask(Page(filters=Filters(folders=(str(pictures / "Holiday 2019"),)), order=Order.NAME))
    assert (len(folder.listing), folder.query) == (2, None)
    found = ask(Page(text="a colourful picture"))
    assert (len(found.listing), found.total) == (12, 12)
    assert found.query is not None


def test_back_leads_the_same_way_page_by_page(ask: Callable[..., Answer], browser: Browser) -> None:
    pages = [Page(), Page(order=Order.OLDEST), Page(text="red"), _PNG]
    for page in pages[1:]:
        ask(page)
    for page in reversed(pages[:-1]):
        assert browser.can_go_back
        assert browser.back()
        assert browser.page == page
    assert not browser.can_go_back
    assert not browser.back()


def test_going_back_shows_the_photos_of_that_page(
    ask: Callable[..., Answer], browser: Browser, qtbot: QtBot
) -> None:
    ask(_PNG)
    browser.back()
    qtbot.waitUntil(lambda: is_answered(browser, Page()))
    assert browser.answer is not None
    assert len(browser.answer.listing) == 12


def test_however_often_a_question_is_changed_one_step_leads_back(
    ask: Callable[..., Answer], browser: Browser
) -> None:
    for text in ("r", "re", "red", "red car"):
        ask(Page(text=text), browser.refine)
    assert browser.back()
    assert browser.page == Page()
    assert not browser.back()


def test_what_was_meant_and_what_a_picture_was_added_to_are_steps(
    ask: Callable[..., Answer], browser: Browser
) -> None:
    for text in ("r", "red"):
        ask(Page(text=text), browser.refine)
    browser.settle()
    for balance in (0.5, 0.4):  # how the same is asked is no step
        ask(Page(text="red", balance=balance), browser.refine)
    for text in ("re", "", "b", "blue"):
        ask(Page(text=text), browser.refine)
    ask(Page(text="blue", pictures=(Picture(1),)), browser.refine)
    way = []
    while browser.back():
        way.append((browser.page.text, len(browser.page.pictures)))
    assert way == [("blue", 0), ("", 0), ("red", 0), ("", 0)]


def test_the_same_page_is_not_asked_again(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot
) -> None:
    ask(_PNG)
    browser.show(_PNG)
    qtbot.wait(100)
    assert len(heard.answers) == 2
    assert browser.back()
    assert browser.page == Page()


def test_of_two_questions_at_once_only_the_second_is_answered(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot
) -> None:
    before = len(heard.answers)
    for page in (Page(text="red"), Page(text="blue"), Page(order=Order.NAME), Page(text="green")):
        browser.show(page)
    qtbot.waitUntil(lambda: is_answered(browser, Page(text="green")), timeout=_PATIENCE_MS)
    qtbot.wait(100)
    assert [answer.page for answer, _ in heard.answers[before:]] == [Page(text="green")]


def test_the_next_hits_are_added_without_one_twice(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, library: Library, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(browser_module, "HITS", 5)
    answer = ask(Page(text="red"))
    first = answer.listing.ids.tolist()
    assert (len(first), answer.total, answer.more) == (5, 12, True)
    for count in (10, 12):
        browser.more()
        browser.more()
        qtbot.waitUntil(lambda: len(heard.answers[-1][0].listing) == count, timeout=_PATIENCE_MS)  # noqa: B023
    last, keep_place = heard.answers[-1]
    assert keep_place
    assert last.listing.ids.tolist() == [hit.photo_id for hit in library.search("red").hits]
    assert not last.more
    told = len(heard.answers)
    browser.more()
    qtbot.wait(100)
    assert len(heard.answers) == told


def test_more_of_a_page_that_was_left_is_not_fetched(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_module, "HITS", 5)
    ask(Page(text="red"))
    browser.show(Page())
    browser.more()  # the grid still shows the hits, and their end comes into sight
    qtbot.waitUntil(lambda: is_answered(browser, Page()))
    qtbot.wait(200)
    answer = heard.answers[-1][0]
    assert (answer.page, answer.query, len(answer.listing)) == (Page(), None, 12)


def test_a_question_that_makes_no_sense_fails_and_the_next_one_is_answered(
    ask: Callable[..., Answer], browser: Browser, heard: Heard
) -> None:
    browser.show(Page(text="since:never"))
    assert len(heard.failures) == 1
    assert "since" in heard.failures[0]
    ask(Page(text="red"))
    assert len(heard.failures) == 1


def test_a_picture_that_cannot_be_read_fails_with_a_sentence(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    browser.show(Page(pictures=(Picture(str(tmp_path / "gone.jpg")),)))
    qtbot.waitUntil(lambda: bool(heard.failures), timeout=_PATIENCE_MS)
    assert "gone.jpg" in heard.failures[0]


def test_new_photos_show_up_and_the_place_is_kept(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, library: Library, tmp_path: Path,
    qtbot: QtBot,
) -> None:  # fmt: skip
    make_photos(tmp_path / "more", 1, first=50)
    library.index(tmp_path / "more")
    browser.hear([PhotosAdded((13,))])
    qtbot.waitUntil(lambda: len(heard.answers) == 2, timeout=_PATIENCE_MS)
    answer, keep_place = heard.answers[1]
    assert (len(answer.listing), keep_place) == (13, True)


def test_what_changes_no_photo_asks_nothing(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot
) -> None:
    browser.hear([Notice("Hello.")])
    qtbot.wait(900)
    assert len(heard.answers) == 1


def test_hits_that_are_being_looked_at_do_not_move_but_are_called_outdated(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot
) -> None:
    ask(Page(text="red"))
    browser.steady = lambda: True
    answers = len(heard.answers)
    browser.hear([PhotosAdded((13,))])
    assert heard.outdated[-1:] == [True]
    qtbot.wait(900)
    assert len(heard.answers) == answers
    browser.refresh()
    assert heard.outdated[-1:] == [False]
    browser.hear([PhotosRemoved((1,))])  # photos that are gone must not stay in sight
    qtbot.waitUntil(lambda: len(heard.answers) == answers + 2, timeout=_PATIENCE_MS)


def test_an_answer_of_a_library_that_was_put_away_is_dropped(
    ask: Callable[..., Answer], browser: Browser, heard: Heard, qtbot: QtBot
) -> None:
    answers = len(heard.answers)
    browser.show(_PNG)
    browser.use(None)
    qtbot.wait(200)
    assert len(heard.answers) == answers
    assert browser.answer is None


def test_a_long_wait_is_shown_until_the_answer_comes(
    ask: Callable[..., Answer], browser: Browser, library: Library, qtbot: QtBot
) -> None:
    busy: list[bool] = []
    browser.busy_changed.connect(busy.append)
    with qtbot.waitSignal(browser.busy_changed, check_params_cb=bool, timeout=_PATIENCE_MS):
        blocked = library._query_thread.submit(lambda: time.sleep(0.6))  # a search before this one
        browser.show(Page(text="red"))
    blocked.result()
    qtbot.waitUntil(lambda: is_answered(browser, Page(text="red")), timeout=_PATIENCE_MS)
    assert busy[-1] is False
