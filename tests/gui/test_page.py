"""One state of the search pane, and the question it stands for."""

from __future__ import annotations

from datetime import date

import pytest

from photolens.domain import Filters, HitOrder, ImageTerm, Query, Region, TextTerm
from photolens.errors import QueryError
from photolens.gui.page import BALANCE, Page, Picture
from photolens.library import Order

_PICTURE = Picture(7)


@pytest.mark.parametrize(
    ("page", "asks", "mixes"),
    [
        (Page(), False, False),
        (Page(text="  "), False, False),
        (Page(filters=Filters(formats=("png",))), False, False),
        (Page(text="beach"), True, False),
        (Page(pictures=(_PICTURE,)), True, False),
        (Page(text=" ", pictures=(_PICTURE,)), True, False),
        (Page(text="at night", pictures=(_PICTURE,)), True, True),
    ],
)
def test_it_knows_whether_something_is_asked_and_mixed(page: Page, asks: bool, mixes: bool) -> None:
    assert (page.asks, page.mixes) == (asks, mixes)


def test_the_question_has_words_pictures_filters_and_balance() -> None:
    part = Region(0.1, 0.2, 0.3, 0.4)
    pictures = (Picture(7), Picture("/a/b.jpg", -0.5, part))
    page = Page("beach since:2019", pictures, 0.3, Filters(formats=("png",)))
    query = page.query()
    assert query.terms == (TextTerm("beach"), ImageTerm(7), ImageTerm("/a/b.jpg", -0.5, part))
    assert query.filters == Filters(formats=("png",), since=date(2019, 1, 1))
    assert query.balance == 0.3


def test_an_empty_page_has_nothing_to_look_for() -> None:
    assert Page().query().terms == ()
    assert not Page().query().filters


def test_a_filter_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(QueryError):
        Page("since:yesteryear").query()


def test_without_its_search_a_page_stays_at_the_same_place() -> None:
    filters = Filters(folders=("/photos",))
    page = Page("beach", (_PICTURE,), 0.1, filters, Order.NAME)
    assert page.without_search() == Page("", (), BALANCE, filters, Order.NAME)


@pytest.mark.parametrize(
    ("source", "name"), [(7, "photo"), (b"\x89PNG", "picture"), ("/a/Sunset at sea.jpg", "Sunset at sea.jpg")]
)
def test_a_picture_has_a_name(source: int | str | bytes, name: str) -> None:
    assert Picture(source).name == name
    assert Picture(source, region=Region(0, 0, 0.5, 1)).name == f"part of {name}"


@pytest.mark.parametrize(
    ("before", "after", "follows"),
    [
        ("a dog", "a dog on a beach", True),
        ("a dog on a beach", "dog", True),
        ("moun", "mountain", True),
        ("dog, snow", "-dog, 1.5:snow", True),
        ("since:2019", "since:2019 dog", True),
        ("a dog", "a car", False),
        ("a dog", "d", False),
        ("at sunset", "at the market", False),
        ("dog folder:Holiday", "car folder:Holiday", False),
        ("dog", "since:soon", False),
    ],
)
def test_whether_clicks_on_one_answer_say_something_of_the_next(
    before: str, after: str, follows: bool
) -> None:
    assert Page(text=after).follows(Page(text=before)) is follows
    assert not Page(text=after).follows(Page(pictures=(_PICTURE,)))


def test_a_query_by_date_brings_its_order() -> None:
    asked = Page.of_query(Query((TextTerm("beach"),), order=HitOrder.OLDEST), order=Order.NAME)
    assert asked.by_date and asked.order is Order.OLDEST and asked.query().order is HitOrder.OLDEST
    assert Page.of_query(Query((TextTerm("beach"),)), order=Order.NAME).order is Order.NAME
