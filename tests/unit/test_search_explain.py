"""Reasons in words, complete, at a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from photolens.domain import (
    ChangeTerm,
    Explanation,
    ImageTerm,
    Neighbour,
    Region,
    Shelf,
    ShelfCuts,
    Term,
    TermReason,
    TextTerm,
)
from photolens.search.explain import per_cent, reason_lines, term_words

SNOW, PEOPLE = TextTerm("snow"), TextTerm("people", -1.0)


def explained(*parts: tuple[Term, float], learned: float = 0.0, constant: float = 0.0) -> Explanation:
    reasons = tuple(TermReason(term, 2 * value, value) for term, value in parts)
    score = sum(value for _, value in parts) + learned + constant
    shelf = Shelf.STRONG if score >= 3.2 else Shelf.MAYBE if score >= 1.8 else Shelf.REST
    return Explanation(1, score, reasons, constant, learned, shelf, ShelfCuts(3.2, 1.8))


def nowhere(photo_id: int) -> str | None:
    return None


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (SNOW, "snow"),
        (PEOPLE, "-people"),
        (TextTerm("snow", 2.5), "snow"),
        (ImageTerm(7), "picture"),
        (ImageTerm("a.jpg", -2.0), "-picture"),
        (ImageTerm(b"", 1.0, Region(0, 0, 0.5, 1)), "part of a picture"),
        (ChangeTerm("snow", "sand"), "snow instead of sand"),
    ],
)
def test_every_term_has_a_name(term: Term, words: str) -> None:
    assert term_words(term) == words


# --- at a terminal --------------------------------------------------------------------------


def test_all_is_said_line_by_line() -> None:
    explanation = replace(
        explained((SNOW, 2.14), (PEOPLE, -0.01), learned=0.84, constant=0.4),
        nearest_liked=Neighbour(5, 0.874),
        nearest_disliked=Neighbour(0, 0.31),
    )
    assert reason_lines(explanation, {5: "~/a.jpg"}.get) == [
        "Strong match: score +3.4, strong from +3.2",
        "snow             +2.1",
        "-people           0.0",
        "taken together   +0.4",
        "your clicks      +0.8",
        "most like what you liked: ~/a.jpg (87 % alike)",
        "most like what you disliked: a picture from elsewhere (31 % alike)",
    ]


def test_the_first_line_says_what_is_missing_for_more() -> None:
    assert reason_lines(explained((SNOW, 2.0)), nowhere)[0] == "Maybe: score +2.0, strong from +3.2"
    assert reason_lines(explained((SNOW, -0.02)), nowhere)[0] == "Not close: score 0.0, maybe from +1.8"


def test_what_decides_the_place_comes_before_the_score() -> None:
    plain = explained((SNOW, 2.0))
    judged, named = replace(plain, liked=False), replace(plain, matched_name=True)
    assert reason_lines(judged, nowhere)[0] == "You disliked it. Maybe: score +2.0, strong from +3.2"
    assert reason_lines(named, nowhere)[0].startswith("Its file name is what you typed. Maybe")


def test_without_words_or_clicks_there_is_only_the_first_line() -> None:
    assert len(reason_lines(explained(), nowhere)) == 1


@pytest.mark.parametrize(("cosine", "shown"), [(-0.3, 0), (0.0, 0), (0.876, 88), (1.0000001, 100)])
def test_likeness_is_from_0_to_100(cosine: float, shown: int) -> None:
    assert per_cent(cosine) == shown


def test_a_judged_photo_that_is_nothing_like_it_is_not_named() -> None:
    far = replace(explained((SNOW, 2.14)), nearest_liked=Neighbour(5, 0.05))
    assert not any("liked" in line for line in reason_lines(far, {5: "~/a.jpg"}.get))
