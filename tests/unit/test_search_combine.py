"""Filters chosen in a menu beside filters that were typed: both hold, and what was typed wins a conflict."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from photolens.domain import Filters, Orientation
from photolens.errors import QueryError
from photolens.search import combine

NONE = Filters()
FULL = Filters(
    folders=("Holidays",),
    since=date(2019, 1, 1),
    until=date(2019, 12, 31),
    formats=("jpeg",),
    orientation=Orientation.PORTRAIT,
    cameras=("Canon",),
    has_gps=True,
)


def test_nothing_changes_nothing() -> None:
    assert combine(FULL, NONE) == combine(NONE, FULL) == combine(FULL, FULL) == FULL
    assert combine(NONE, NONE) == NONE


def test_conditions_of_different_kinds_all_hold() -> None:
    chosen = Filters(cameras=("Canon",), has_gps=False)
    typed = Filters(since=date(2019, 1, 1), orientation=Orientation.SQUARE)
    assert combine(chosen, typed) == Filters(
        cameras=("Canon",), has_gps=False, since=date(2019, 1, 1), orientation=Orientation.SQUARE
    )


def test_dates_are_those_that_meet_both() -> None:
    chosen = Filters(since=date(2019, 1, 1), until=date(2019, 12, 31))
    typed = Filters(since=date(2018, 6, 1), until=date(2019, 6, 30))
    for filters in (combine(chosen, typed), combine(typed, chosen)):
        assert (filters.since, filters.until) == (date(2019, 1, 1), date(2019, 6, 30))
    one_day = combine(Filters(since=date(2019, 5, 1)), Filters(until=date(2019, 5, 1)))
    assert one_day.since == one_day.until


def test_dates_that_leave_no_day_are_refused_in_plain_words() -> None:
    with pytest.raises(QueryError, match=r"No day is both since 2020-01-01 and until 2019-12-31\."):
        combine(Filters(since=date(2020, 1, 1)), Filters(until=date(2019, 12, 31)))


@pytest.mark.parametrize(
    ("chosen", "typed", "both"),
    [
        (("Canon",), ("nikon",), ("nikon",)),  # nothing is both: what was typed wins
        (("Canon",), ("canon", "nikon"), ("canon",)),
        (("Canon",), ("canon eos",), ("canon eos",)),
        (("Canon EOS 5D",), ("canon",), ("Canon EOS 5D",)),
        (("Canon", "Apple"), ("iphone",), ("iphone",)),
        (("Canon EOS 5D", "NIKON D90"), ("d90", "5d"), ("NIKON D90", "Canon EOS 5D")),
    ],
)
def test_of_cameras_the_narrower_stays(
    chosen: tuple[str, ...], typed: tuple[str, ...], both: tuple[str, ...]
) -> None:
    assert combine(Filters(cameras=chosen), Filters(cameras=typed)).cameras == both


@pytest.mark.parametrize(
    ("chosen", "typed", "both"),
    [
        (("jpeg",), ("jpeg", "png"), ("jpeg",)),
        (("jpeg", "heif"), ("heif", "jpeg"), ("heif", "jpeg")),
        (("jpeg",), ("png",), ("png",)),
    ],
)
def test_formats_are_those_that_both_name(
    chosen: tuple[str, ...], typed: tuple[str, ...], both: tuple[str, ...]
) -> None:
    assert combine(Filters(formats=chosen), Filters(formats=typed)).formats == both


def _path(path: str) -> str:
    return os.path.abspath(path) if path.startswith("/") else path


@pytest.mark.parametrize(
    ("chosen", "typed", "both"),
    [
        ("/p/2019", "/p", "/p/2019"),
        ("/p", "/p/2019/", "/p/2019"),
        ("/", "/p", "/p"),
        ("/p/2019", "/p/20", "/p/20"),  # a neighbour, not inside
        ("/p/Holidays/2019", "holidays", "/p/Holidays/2019"),
        ("/p/Holidays/2019", "holi", "holi"),
        ("/p", "Holidays", "Holidays"),  # it may lie there or not: Filters cannot say both
        ("Rome", "2019/rome", "2019/rome"),
        ("Köln", "ko\u0308ln", "ko\u0308ln"),
    ],
)
def test_of_folders_the_narrower_stays(chosen: str, typed: str, both: str) -> None:
    combined = combine(Filters(folders=(_path(chosen),)), Filters(folders=(_path(typed),)))
    assert combined.folders == (_path(both),)


def test_home_may_be_written_short(user_folders: Path) -> None:
    long = str(user_folders / "Pictures" / "x")
    assert combine(Filters(folders=("~/Pictures",)), Filters(folders=(long,))).folders == (long,)
    assert combine(Filters(folders=(long,)), Filters(folders=("~",))).folders == (long,)


def test_of_several_folders_each_narrower_one_stays_once() -> None:
    chosen = tuple(map(_path, ("/a", "/a/b", "/c/d")))
    typed = tuple(map(_path, ("/a/b/x", "/c")))
    assert combine(Filters(folders=chosen), Filters(folders=typed)).folders == (
        _path("/a/b/x"),
        _path("/c/d"),
    )


def test_what_was_typed_wins_where_both_cannot_be() -> None:
    chosen = Filters(orientation=Orientation.PORTRAIT, has_gps=True)
    typed = Filters(orientation=Orientation.LANDSCAPE, has_gps=False)
    assert combine(chosen, typed) == typed
    assert combine(typed, chosen) == chosen
