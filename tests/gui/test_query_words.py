"""A question in a few words, and the file name that comes of one."""

from __future__ import annotations

import pytest

from photolens.domain import ImageTerm, Judgement, Query, TextTerm
from photolens.gui.concept_changes import file_name
from photolens.gui.query_words import in_one_line, suggested_name, what_is_in_it
from photolens.search import parse


@pytest.mark.parametrize(
    ("text", "line", "kept", "name"),
    [
        ("snow, -people", "snow, -people", "words", "Snow"),
        ("snow instead of sand", "snow instead of sand", "words", "Snow"),
        ("beach since:2019", "beach since:2019-01-01", "words, filters", "Beach"),
        ("-people", "-people", "words", "-people"),
    ],
)
def test_a_question_in_a_few_words(text: str, line: str, kept: str, name: str) -> None:
    query = parse(text)
    assert (in_one_line(query), what_is_in_it(query), suggested_name(query)) == (line, kept, name)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Lake evenings", "Lake evenings"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        ("...", "concept"),
        ("Ääkkösiä 日本", "Ääkkösiä 日本"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("寿" * 100, "寿" * 66),
    ],
)
def test_the_file_of_a_concept_has_a_name_that_is_only_a_name(name: str, file: str) -> None:
    assert file_name(name) == f"{file}.photolens-concept"


def test_pictures_and_clicks_are_counted() -> None:
    clicks = (Judgement(1, True), Judgement(2, True), Judgement(3, False))
    pictures = (ImageTerm(7), ImageTerm(8))
    both = Query(terms=(TextTerm("snow"), *pictures), judgements=clicks)
    assert in_one_line(both) == "snow + 2 pictures, 2 likes, 1 dislike"
    assert what_is_in_it(both) == "words, 2 pictures, 2 likes, 1 dislike"
    assert suggested_name(Query(terms=pictures[:1], judgements=clicks[:1])) == "1 picture, 1 like"


def test_a_long_question_makes_a_short_name() -> None:
    name = suggested_name(parse("word " * 100))
    assert len(name) == 60 and name.startswith("Word word") and name.endswith("…")
