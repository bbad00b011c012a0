"""The few words on a tile that say why a photo is there, in the user's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from photolens.domain import ChangeTerm, ImageTerm, Region, TextTerm
from photolens.gui.reasons import short_reason
from tests.gui.conftest import Speak
from tests.unit.test_search_explain import PEOPLE, SNOW, explained


@pytest.fixture(autouse=True)
def _english_numbers() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def test_the_two_things_that_say_most_come_first() -> None:
    parts = ((TextTerm("night"), 0.3), (SNOW, 2.1), (ImageTerm(7), 0.5))
    assert short_reason(explained(*parts, learned=0.84)) == "snow +2.1 · your clicks +0.8"


def test_what_speaks_against_a_photo_is_said_too() -> None:
    assert short_reason(explained((SNOW, 0.4), (PEOPLE, -1.2))) == "−people −1.2 · snow +0.4"


def test_what_says_next_to_nothing_is_left_out() -> None:
    assert short_reason(explained((SNOW, 2.1), (PEOPLE, -0.1), learned=0.1)) == "snow +2.1"
    assert short_reason(explained((SNOW, 0.0))) == ""


def test_a_judged_photo_is_where_it_is_for_that_and_one_found_by_name_for_its_name() -> None:
    plain = explained((SNOW, 2.1))
    assert short_reason(replace(plain, liked=True)) == "you liked it"
    assert short_reason(replace(plain, liked=False, matched_name=True)) == "you disliked it"
    assert short_reason(replace(plain, matched_name=True)) == "file name"


@given(st.text(max_size=300), st.text(max_size=300), st.floats(-99, 99), st.floats(-99, 99))
def test_a_tile_has_room_for_it(one: str, other: str, first: float, second: float) -> None:
    said = short_reason(explained((TextTerm(one), first), (ChangeTerm(other, one, -1.0), second)))
    assert len(said) <= 60


def test_in_german_words_and_numbers_are_german(speak: Speak) -> None:
    speak("de")
    part = ImageTerm(7, 1.0, Region(0, 0, 0.5, 1))
    assert short_reason(explained((part, 2.9), learned=0.84)) == "Bildausschnitt +2,9 · Ihre Klicks +0,8"
    assert short_reason(replace(explained((SNOW, 2.1)), liked=True)) == "gefällt Ihnen"
