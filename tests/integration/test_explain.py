"""Why a photo is where it is: from the library, and from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from photolens.cli import main
from photolens.domain import (
    ChangeTerm,
    Combination,
    Example,
    Explanation,
    FeedbackMode,
    Filters,
    ImageTerm,
    Judgement,
    Query,
    Region,
    Shelf,
    TextTerm,
)
from photolens.errors import QueryError
from photolens.gui.reasons import short_reason, signed
from photolens.library import Library
from tests.photos import make_photo, picture

OpenLibrary = Callable[..., Library]
Run = Callable[..., tuple[int, str, str]]

BLUE = Query(terms=(TextTerm("something blue"),))
LEFT = Region(0, 0, 0.5, 1)


# Photos are compared as half floats; here, where all are much alike, that may change the third decimal.
_ROUNDING = 0.01


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that nobody changes: photos 1 to 12, and 13, which is nearly photo 4."""
    root = tmp_path_factory.mktemp("explained")
    (root / "Pictures").mkdir()
    with Library(root / "library") as library:
        library.index(root / "Pictures")
        for seed in range(12):  # one by one, so that ids follow the names
            make_photo(root / "Pictures" / f"photo_{seed:02}.jpg", seed)
            library.index()
        make_photo(root / "Pictures" / "photo_03 again.png", 3)
        library.index()
        library.prepare().result()
    return root / "library"


@pytest.fixture
def library(read_once: Path, open_library: OpenLibrary) -> Library:
    return open_library(read_once, read_only=True)


@pytest.fixture
def run(read_once: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a search of the command line over the library: exit code, stdout, stderr."""

    def run_it(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["--library", str(read_once), "search", *map(str, arguments)])
        out, err = capfd.readouterr()
        return code, out, err

    return run_it


def ids(library: Library) -> list[int]:
    found: list[int] = sorted(library.photo_ids().tolist())
    return found


def judged(query: Query, *judgements: tuple[int, bool]) -> Query:
    return replace(query, judgements=tuple(Judgement(*one) for one in judgements))


def whole(explanation: Explanation) -> float:
    """What all parts of an explanation come to."""
    return sum(part.contribution for part in explanation.terms) + explanation.constant + explanation.learned


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


# --- the library ----------------------------------------------------------------------------

PICTURE, PART = ImageTerm(3), ImageTerm(4, 1.0, LEFT)
QUESTIONS = {
    "words": BLUE,
    "two weighted": Query(terms=(TextTerm("a red square", 2.0), TextTerm("green", 0.5))),
    "pushed away": Query(terms=(TextTerm("a red square"), TextTerm("green", -1.5))),
    "only pushed away": Query(terms=(TextTerm("green", -1.0), TextTerm("red", -0.5))),
    "picture": Query(terms=(PICTURE,)),
    "picture pushed away": Query(terms=(TextTerm("red"), replace(PICTURE, weight=-1.0))),
    "both": Query(terms=(TextTerm("red"), PICTURE, PART), balance=0.4),
    "both, product": Query(terms=(TextTerm("red"), PICTURE), combination=Combination.PRODUCT),
    "change": Query(terms=(ChangeTerm("red", "green"), PICTURE)),
    "change without a picture": Query(terms=(ChangeTerm("red", "green"),)),
}


@pytest.mark.parametrize("clicks", [(), ((5, True), (8, False), (2, True))], ids=["plain", "judged"])
def test_the_parts_add_up_to_the_score_of_the_answer(
    library: Library, clicks: tuple[tuple[int, bool], ...]
) -> None:
    for name, question in QUESTIONS.items():
        query = judged(question, *clicks)
        hits = library.search(query).hits
        assert len(hits) >= 11, name
        for hit in hits:
            found = library.explain(query, hit.photo_id)
            assert found.score == pytest.approx(hit.score, abs=_ROUNDING), name
            assert whole(found) == pytest.approx(found.score, abs=1e-4), name
            assert (found.learned != 0) is bool(clicks), name
            cuts = (found.cuts.strong, found.cuts.maybe)
            if hit.shelf is not None and all(abs(found.score - cut) > _ROUNDING for cut in cuts):
                assert found.shelf is hit.shelf, name


def test_the_cuts_are_those_of_the_answer(library: Library) -> None:
    query = judged(BLUE, (5, True))
    assert library.explain(query, 1).cuts == library.search(query).cuts


def test_a_term_adds_where_it_fits_and_takes_away_where_it_is_pushed_away(library: Library) -> None:
    for query, sign in ((QUESTIONS["words"], 1), (QUESTIONS["only pushed away"], -1)):
        parts = [part for photo in ids(library) for part in library.explain(query, photo).terms]
        assert parts
        assert all(sign * part.z * part.contribution >= 0 for part in parts)
        assert {part.contribution > 0 for part in parts} == {True, False}


def test_beside_what_is_looked_for_a_negative_only_takes_away_and_only_where_it_fits(
    library: Library,
) -> None:
    query = Query(terms=(TextTerm("a red square"), ImageTerm(3, -1.0)))
    away = {photo: library.explain(query, photo).terms[1] for photo in ids(library)}
    assert away[3].z > 1
    assert away[3].contribution < 0
    for part in away.values():
        assert part.contribution == pytest.approx(0) if part.z <= 1 else part.contribution < 0


def test_reasons_have_the_terms_that_were_asked_words_first(library: Library) -> None:
    query = Query(terms=(PICTURE, TextTerm("red"), TextTerm("nothing", 0.0), ChangeTerm("red", "green")))
    assert [part.term for part in library.explain(query, 1).terms] == [*query.terms[1::2], PICTURE]
    alone = library.explain(QUESTIONS["change without a picture"], 1)
    assert [part.term for part in alone.terms] == [TextTerm("red"), TextTerm("green", -1.0)]


def test_the_nearest_judged_photos_are_named_but_not_the_photo_itself(library: Library) -> None:
    again, same, other, third = 13, 4, 8, 2
    query = judged(BLUE, (other, True), (same, True), (third, False))
    found = library.explain(query, again)
    assert found.nearest_liked is not None and found.nearest_disliked is not None
    assert (found.nearest_liked.photo_id, found.nearest_disliked.photo_id) == (same, third)
    assert found.nearest_liked.cosine > 0.99 > found.nearest_disliked.cosine
    assert found.liked is None
    own = library.explain(query, same)
    assert own.liked is True
    assert own.nearest_liked is not None and own.nearest_liked.photo_id == other
    only = library.explain(judged(BLUE, (same, False)), same)
    assert (only.liked, only.nearest_liked, only.nearest_disliked) == (False, None, None)


def test_a_like_speaks_for_its_likeness_and_a_dislike_against_it(library: Library) -> None:
    liked, disliked = (library.explain(judged(BLUE, (4, yes)), 4) for yes in (True, False))
    assert liked.learned > 0 > disliked.learned
    assert short_reason(library.explain(BLUE, 4)) in (
        "",
        f"something blue {signed(liked.terms[0].contribution)}",
    )


def test_the_nearest_rule_teaches_no_score_but_names_the_nearest(library: Library) -> None:
    query = replace(judged(BLUE, (4, True)), feedback=FeedbackMode.NEAREST_DEMOTE)
    found = library.explain(query, 5)
    assert found.learned == 0
    assert found.nearest_liked is not None and found.nearest_liked.photo_id == 4


def test_a_picture_from_elsewhere_can_be_the_nearest(library: Library, tmp_path: Path) -> None:
    jpeg = make_photo(tmp_path / "elsewhere.jpg", 3).read_bytes()
    query = replace(BLUE, examples=(Example(b"elsewhere", True, jpeg),))
    found = library.explain(query, 4)
    assert found.nearest_liked is not None
    assert found.nearest_liked.photo_id == 0
    assert found.nearest_liked.cosine > 0.9


def test_a_part_of_a_picture_asks_for_what_is_in_it(library: Library, tmp_path: Path) -> None:
    joined = Image.new("RGB", (960, 320))
    joined.paste(picture(0), (0, 0))
    joined.paste(picture(7), (480, 0))
    joined.save(tmp_path / "joined.png")
    source = str(tmp_path / "joined.png")
    right = Query(terms=(ImageTerm(source, 1.0, Region(0.5, 0, 1, 1)),))
    left = Query(terms=(ImageTerm(source, 1.0, LEFT),))
    for query, best, other in (
        (left, 1, 8),
        (right, 8, 1),
    ):
        assert library.search(query).hits[0].photo_id == best
        assert library.explain(query, best).score > library.explain(query, other).score


def test_a_file_name_is_a_reason(library: Library) -> None:
    query = Query(terms=(TextTerm("photo_04"),), file_name="photo_04")
    assert library.explain(query, 5).matched_name
    assert not library.explain(query, 6).matched_name
    assert short_reason(library.explain(query, 5)) == "file name"


def test_clicks_alone_can_be_explained(library: Library) -> None:
    found = library.explain(judged(Query(), (4, True)), 5)
    assert found.terms == ()
    assert whole(found) == pytest.approx(found.score)


def test_where_there_is_nothing_to_explain_it_says_so(library: Library, open_library: OpenLibrary) -> None:
    with pytest.raises(QueryError, match="Nothing was asked for"):
        library.explain(Query(filters=Filters(formats=("jpeg",))), 1)
    with pytest.raises(QueryError, match="has not been read"):
        library.explain(BLUE, 999)
    with pytest.raises(QueryError, match="cannot be searched with"):
        library.explain(Query(terms=(ImageTerm("/no/such.jpg"),)), 1)


def test_without_any_photo_there_is_nothing_to_explain(tmp_path: Path, open_library: OpenLibrary) -> None:
    (tmp_path / "empty").mkdir()
    library = open_library(tmp_path / "other")
    library.index(tmp_path / "empty")
    with pytest.raises(QueryError, match="No photo has been read"):
        library.explain(BLUE, 1)


# --- the command line -----------------------------------------------------------------------


def test_why_says_the_reasons_under_each_hit(run: Run, library: Library) -> None:
    paths = {photo.id: photo.path for photo in library.photos(ids(library))}
    code, out, err = run("something blue", "--liked", 4, "--disliked", 7, "--why", "-n", 3)
    assert code == 0
    lines = out.splitlines()
    hits = [line for line in lines if not line.startswith("      ")]
    assert len(hits) == 3 and len(lines) == 3 * 5 + 2  # the one liked photo is near to no other
    assert lines[1].startswith("      photo 4: You liked it. ")
    assert lines[2].split()[:2] == ["something", "blue"]
    assert lines[3].split()[:2] == ["your", "clicks"]
    assert f"most like what you liked: {paths[4]} (" in out
    assert f"most like what you disliked: {paths[7]} (" in out
    assert len(err.splitlines()) == 1 and "0 is what your photos usually score" in err


def test_why_in_json_adds_up(run: Run, library: Library) -> None:
    code, out, err = run(
        "red", "--not", "green", "--liked", 4, "--json", "--why", "--image", library.photo(3).path
    )
    assert (code, err) == (0, "")
    hits = objects(out)
    assert len(hits) == 13
    for hit in hits:
        why = hit["why"]
        assert set(why) == {
            "score", "shelf", "strong_from", "maybe_from", "constant", "clicks", "terms", "nearest_liked",
            "nearest_disliked",
        }  # fmt: skip
        total = why["constant"] + why["clicks"] + sum(term["contribution"] for term in why["terms"])
        assert total == pytest.approx(why["score"], abs=1e-3)
        assert why["score"] == pytest.approx(hit["score"], abs=_ROUNDING)
        assert hit["shelf"] == (None if hit["photo_id"] == 4 else why["shelf"])
        assert why["strong_from"] >= why["maybe_from"]
        if hit["photo_id"] != 4:
            near = why["nearest_liked"]
            assert (near["photo_id"], near["path"]) == (4, library.photo(4).path)
        assert why["nearest_disliked"] is None
    terms = hits[0]["why"]["terms"]
    assert [(term["term"], term["weight"]) for term in terms] == [
        ("red", 1),
        ("green", -1),
        ("picture", 1),
    ]
    assert (terms[2]["picture"], terms[2]["region"]) == (library.photo(3).path, None)
    assert "picture" not in terms[0]


def test_without_why_hits_have_a_shelf_and_no_reasons(run: Run) -> None:
    hits = objects(run("red", "--json")[1])
    assert {hit["shelf"] for hit in hits} <= {"strong", "maybe", "rest"}
    assert not any("why" in hit for hit in hits)
    assert {hit["shelf"] for hit in objects(run("type:jpeg", "--json")[1])} == {None}


def test_why_of_filters_alone_says_that_nothing_was_asked(run: Run) -> None:
    code, out, err = run("type:jpeg", "--why", "--json", "-n", 3)
    assert code == 0
    assert [hit["why"] for hit in objects(out)] == [None] * 3
    assert err.splitlines() == ["Nothing was asked for, so there is nothing to explain."]


def test_strong_shows_only_strong_matches(run: Run, library: Library) -> None:
    query = Query(terms=(TextTerm("a dark room"),))
    wanted = [hit.photo_id for hit in library.search(query).hits if hit.shelf is Shelf.STRONG]
    assert 0 < len(wanted) < 13
    _, out, err = run("a dark room", "--strong", "--json")
    assert [hit["photo_id"] for hit in objects(out)] == wanted
    assert err == ""


def test_nothing_strong_is_said_and_how_to_see_the_nearest(run: Run) -> None:
    said = "Nothing stands out; without --strong the nearest are shown.\n"
    assert run("purple", "--strong") == (0, "", said)
    _, out, _ = run("purple", "--strong", "--liked", 4, "--paths", "-n", 1)
    assert out.endswith("photo_03.jpg\n")  # what was liked is shown all the same
    assert "No photo meets these filters." in run("purple type:gif", "--strong")[2]


def test_by_date_orders_within_the_shelves(tmp_path: Path, open_library: OpenLibrary, capfd: Any) -> None:
    for number in range(12):
        make_photo(tmp_path / "p" / f"{number}.jpg", number, taken_at=f"20{10 + number}:06:01 12:00:00")
    open_library().index(tmp_path / "p")

    def dates(*options: str) -> list[tuple[str, str]]:
        assert main(["--library", str(tmp_path / "library"), "search", "red", "--json", *options]) == 0
        return [(hit["shelf"], hit["taken_at"]) for hit in objects(capfd.readouterr().out)]

    best, newest, oldest = dates(), dates("--by-date"), dates("--by-date", "oldest")
    assert newest == dates("--by-date", "newest")
    places = {shelf: place for place, shelf in enumerate(("strong", "maybe", "rest"))}
    assert newest == sorted(
        sorted(best, key=lambda one: one[1], reverse=True), key=lambda one: places[one[0]]
    )
    assert oldest == sorted(best, key=lambda one: (places[one[0]], one[1]))
    assert newest != best


def test_by_date_takes_no_word_of_the_query(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--by-date", "beach")
    assert "write newest or oldest after it" in capfd.readouterr().err


def test_product_is_another_score_for_words_with_a_picture(run: Run, library: Library) -> None:
    both = ("red", "--image", library.photo(3).path, "--json")
    query = Query(terms=(TextTerm("red"), ImageTerm(library.photo(3).path)), combination=Combination.PRODUCT)
    found = objects(run(*both, "--product")[1])
    wanted = library.search(query).hits
    assert [(hit["photo_id"], hit["score"]) for hit in found] == [
        (hit.photo_id, pytest.approx(hit.score, abs=1e-4)) for hit in wanted
    ]
    assert found != objects(run(*both)[1])


def test_a_region_is_of_the_picture_before_it(run: Run, library: Library) -> None:
    first, second = library.photo(3).path, library.photo(4).path

    def regions(*options: object) -> list[tuple[object, object]]:
        hit, *_ = objects(run(*options, "--json", "--why", "-n", 1)[1])
        return [(term["picture"], term["region"]) for term in hit["why"]["terms"]]

    left, corner = [0, 0, 0.5, 1], [0.25, 0.5, 1, 1]
    assert regions("--image", first, "--region", "0,0,.5,1") == [(first, left)]
    assert regions("--region", "0,0,.5,1", "--image", first) == [(first, left)]
    both = ("--image", first, "--image", second)
    assert regions(*both, "--region", "0.25,0.5,1,1") == [(first, None), (second, corner)]
    each = ("--image", first, "--region", "0,0,.5,1", "--image", second, "--region", "0.25,0.5,1,1")
    assert regions(*each) == [(first, left), (second, corner)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--region", "0,0,1,1"), "give the picture with --image FILE"),
        (("--image", "x.jpg", "--region", "0,0,1"), "is no part of a picture"),
        (("--image", "x.jpg", "--region", "0.6,0,0.5,1"), "is no part of a picture"),
        (("--image", "x.jpg", "--region", "0,0,1,1.5"), "as shares of its width and height from 0 to 1"),
        (("--image", "x.jpg", "--region", "0,0,nan,1"), "is no part of a picture"),
        (
            ("--image", "x.jpg", "--region", "0,0,1,1", "--region", "0,0,.5,1"),
            "one --region for each --image",
        ),
        (("--narrow", "0"), "--narrow must be 1 or more"),
        (("--why", "--paths"), "leave out --why"),
    ],
)
def test_what_makes_no_sense_says_what_to_do(run: Run, options: tuple[str, ...], message: str) -> None:
    code, out, err = run("red", *options)
    assert (code, out) == (2, "")
    assert message in err


def test_narrow_shows_the_photos_to_judge(run: Run, library: Library) -> None:
    query = judged(Query(terms=(TextTerm("red"),)), (4, True), (7, False))
    _, out, err = run("red", "--liked", 4, "--disliked", 7, "--narrow", 3, "--json", "--why")
    hits = objects(out)
    assert [hit["photo_id"] for hit in hits] == list(library.narrow(query, 3))
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    scores = {hit.photo_id: hit.score for hit in library.search(query).hits}
    for hit in hits:
        assert hit["score"] == pytest.approx(scores[hit["photo_id"]], abs=_ROUNDING)
        assert hit["why"]["score"] == hit["score"]
    assert err == ""


def test_narrow_without_a_photo_left_says_so(run: Run, library: Library) -> None:
    everything = [part for photo in ids(library) for part in ("--liked", photo)]
    code, out, err = run("red", "--narrow", 3, *everything)
    assert (code, out) == (0, "")
    assert "There is no photo left to judge." in err
    code, _, err = run("type:jpeg", "--narrow", 3)
    assert code == 2 and "Search for something first" in err
