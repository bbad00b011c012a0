"""Judgements, from the library's side and from the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photolens.cli import main
from photolens.domain import FeedbackMode, Filters, FloatArray, Judgement, Query, Ranking, TextTerm
from photolens.errors import QueryError
from photolens.index import limits
from photolens.library import Library, searcher
from photolens.library.scoring import Scorer
from tests.photos import make_photo, make_photos

OpenLibrary = Callable[..., Library]

BLUE = Query(terms=(TextTerm("something blue"),))


@pytest.fixture
def library(pictures: Path, open_library: OpenLibrary) -> Library:
    library = open_library()
    library.index(pictures)
    return library


def ids(ranking: Ranking) -> list[int]:
    return [hit.photo_id for hit in ranking.hits]


def judged(query: Query, *judgements: tuple[int, bool]) -> Query:
    return replace(query, judgements=tuple(Judgement(*one) for one in judgements))


def test_likes_come_first_and_dislikes_last(library: Library) -> None:
    plain = ids(library.search(BLUE))
    ranking = library.search(BLUE, liked=[plain[7], plain[5]], disliked=[plain[0]])
    assert ids(ranking)[:2] == [plain[7], plain[5]] and ids(ranking)[-1] == plain[0]
    assert (ranking.sections.liked, ranking.sections.disliked) == (2, 1)
    assert sorted(ids(ranking)) == sorted(plain) and ranking.total == 12


def test_without_known_judgements_the_answer_is_plain_search_bit_for_bit(library: Library) -> None:
    plain = library.search(BLUE)
    for query in (BLUE, judged(BLUE, (999, True)), judged(BLUE, (-1, False))):
        for mode in FeedbackMode:
            assert library.search(replace(query, feedback=mode)).hits == plain.hits
    first = plain.hits[0].photo_id
    library.search(BLUE, liked=[first])
    assert library.search(BLUE).hits == plain.hits


def test_pages_follow_each_other_after_judgements(library: Library) -> None:
    plain = ids(library.search(BLUE))
    query = judged(BLUE, (plain[4], True), (plain[1], False))
    whole = ids(library.search(query))
    assert [
        photo for offset in (0, 5, 10) for photo in ids(library.search(query, limit=5, offset=offset))
    ] == whole


def test_the_last_judgement_of_a_photo_counts(library: Library) -> None:
    plain = ids(library.search(BLUE))
    both = library.search(judged(BLUE, (plain[3], True), (plain[3], False)))
    assert both.hits == library.search(BLUE, disliked=[plain[3]]).hits


def test_the_order_of_clicks_changes_no_bit(library: Library) -> None:
    plain = ids(library.search(BLUE))
    clicks = [(plain[2], True), (plain[6], False), (plain[9], True)]
    one, other = (library.search(judged(BLUE, *order)).hits for order in (clicks, clicks[::-1]))
    assert {(hit.photo_id, hit.score) for hit in one} == {(hit.photo_id, hit.score) for hit in other}
    assert one[2:] == other[2:]
    assert [hit.photo_id for hit in one[:2]] == [plain[2], plain[9]] == [h.photo_id for h in other[1::-1]]


def test_photos_like_a_liked_one_come_up(tmp_path: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    make_photos(tmp_path / "p", 30)
    for seed in (3, 17):  # nearly the same picture, saved in another format
        make_photo(tmp_path / "p" / f"again_{seed}.png", seed)
    library.index(tmp_path / "p")
    names = {photo.id: Path(photo.path).name for photo in library.photos(library.photo_ids().tolist())}
    by_name = {name: photo for photo, name in names.items()}

    def place(query_hits: Ranking, name: str) -> int:
        return ids(query_hits).index(by_name[name])

    before = library.search(BLUE)
    after = library.search(BLUE, liked=[by_name["photo_03.jpg"]], disliked=[by_name["photo_17.jpg"]])
    assert place(after, "again_3.png") <= max(1, place(before, "again_3.png"))
    moved = {hit.photo_id: hit.score for hit in after.hits}
    base = {hit.photo_id: hit.score for hit in before.hits}
    gains = {name: moved[photo] - base[photo] for name, photo in by_name.items()}
    assert max(gains, key=lambda name: gains[name]) in ("photo_03.jpg", "again_3.png")
    assert gains["again_17.png"] < np.median(list(gains.values()))


def test_the_nearest_rule_demotes_or_leaves_out(library: Library) -> None:
    plain = ids(library.search(BLUE))
    query = judged(BLUE, (plain[0], True), (plain[1], False))
    demoted = library.search(replace(query, feedback=FeedbackMode.NEAREST_DEMOTE))
    dropped = library.search(replace(query, feedback=FeedbackMode.NEAREST_DROP))
    kept = ids(dropped)
    assert dropped.total == len(kept) < 12
    assert ids(demoted)[: len(kept)] == kept and ids(demoted)[-1] == plain[1]
    # Both parts stay in the order of the first pass, with its scores.
    rest = ids(demoted)[len(kept) : -1]
    assert rest == [photo for photo in plain if photo in rest]
    scores = {hit.photo_id: hit.score for hit in library.search(BLUE).hits}
    assert all(hit.score == scores[hit.photo_id] for hit in demoted.hits)


def test_the_nearest_rule_remembers_nothing_that_was_taken_back(library: Library) -> None:
    plain = ids(library.search(BLUE))
    steps = [
        ((0, True),), ((0, True), (5, False)), ((0, True), (5, False), (7, True)),
        ((0, True), (7, True)),  # taken back
        ((0, False), (7, True)),  # turned round
        ((2, False),), ((2, False), (3, True), (4, False)),
    ]  # fmt: skip
    for step in steps:
        query = judged(BLUE, *((plain[place], liked) for place, liked in step))
        for mode in (FeedbackMode.NEAREST_DEMOTE, FeedbackMode.NEAREST_DROP):
            asked = replace(query, feedback=mode)
            with Library(library._places.root, read_only=True) as anew:  # which saw no other click
                assert library.search(asked).hits == anew.search(asked).hits


@pytest.mark.parametrize("mode", list(FeedbackMode))
@pytest.mark.parametrize("liked", [True, False])
def test_judging_everything_alike_is_defined(library: Library, mode: FeedbackMode, liked: bool) -> None:
    plain = ids(library.search(BLUE))
    query = replace(judged(BLUE, *((photo, liked) for photo in plain)), feedback=mode)
    ranking = library.search(query)
    everything_left_out = mode is FeedbackMode.NEAREST_DROP and not liked
    assert sorted(ids(ranking)) == ([] if everything_left_out else sorted(plain))
    assert all(np.isfinite(hit.score) for hit in ranking.hits)


def test_filters_and_photos_asked_with_hold_for_judged_photos_too(library: Library) -> None:
    holiday = library.photo_ids(Filters(folders=("Holiday 2019",))).tolist()
    other = next(photo for photo in library.photo_ids().tolist() if photo not in holiday)
    query = judged(
        replace(BLUE, filters=Filters(folders=("Holiday 2019",))), (other, True), (holiday[0], False)
    )
    assert ids(library.search(query)) == [holiday[1], holiday[0]]
    assert other not in ids(library.search(images=[other], liked=[other]))


def test_likes_alone_are_a_question(library: Library) -> None:
    (first, *_) = library.photo_ids().tolist()
    ranking = library.search(liked=[first])
    assert ids(ranking)[0] == first and len(ranking.hits) == 12
    with pytest.raises(QueryError, match="nothing to search for"):
        library.search(liked=[999])
    with pytest.raises(QueryError, match="Dislikes alone find nothing"):
        library.search(disliked=[first])


def test_a_click_encodes_nothing_and_scores_no_candidate_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    scored = Scorer.of_rows

    def counting(scorer: Scorer, rows: NDArray[np.intp]) -> FloatArray:
        calls.append(len(rows))
        return scored(scorer, rows)

    monkeypatch.setattr(Scorer, "of_rows", counting)
    plain = ids(library.search(BLUE))
    assert calls == [12, 12]  # the background sample, here every photo, and the candidates
    calls.clear()
    library.search(BLUE, liked=[plain[3]])
    assert calls == []
    library.search(replace(BLUE, terms=(TextTerm("something red"),)), liked=[plain[3]])
    assert calls == [12, 12]


def test_what_is_new_in_the_library_shows_up_between_clicks(
    library: Library, pictures: Path, tmp_path: Path
) -> None:
    first = ids(library.search(BLUE))[0]
    assert len(library.search(BLUE, liked=[first]).hits) == 12
    make_photo(pictures / "new.jpg", 77)
    library.index()
    assert len(library.search(BLUE, liked=[first]).hits) == 13
    (pictures / "new.jpg").unlink()
    library.index()
    assert len(library.search(BLUE, liked=[first]).hits) == 12


def test_a_picture_file_that_changes_is_read_again(library: Library, tmp_path: Path) -> None:
    file = make_photo(tmp_path / "query.jpg", 3)
    before = library.search(images=[str(file)])
    shutil.copy(make_photo(tmp_path / "other.png", 8), file)
    assert library.search(images=[str(file)]).hits != before.hits


def test_beyond_the_exact_limit_judged_photos_and_neighbours_join(
    pictures: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXACT_LIMIT", 5)
    monkeypatch.setattr(searcher, "CANDIDATES", 3)
    library = open_library()
    library.index(pictures)
    plain = library.search(BLUE)
    assert not plain.exact and len(plain.hits) == 3
    far = next(photo for photo in library.photo_ids().tolist() if photo not in ids(plain))
    found = library.search(BLUE, liked=[far])
    assert ids(found)[0] == far and set(ids(plain)) < set(ids(found))


# --- the command line -----------------------------------------------------------------------


def test_search_takes_judgements(library: Library, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plain = ids(library.search("something blue"))

    def run(*arguments: object) -> list[int]:
        command = ["--library", str(tmp_path / "library"), "search", "something blue", "--json"]
        assert main([*command, *map(str, arguments)]) == 0
        return [json.loads(line)["photo_id"] for line in capfd.readouterr().out.splitlines()]

    assert run() == plain
    chosen = run("--liked", plain[5], "--disliked", plain[0])
    assert chosen == ids(library.search("something blue", liked=[plain[5]], disliked=[plain[0]]))
    assert chosen[0] == plain[5] and chosen[-1] == plain[0]
    dropped = run("--liked", plain[5], "--disliked", plain[0], "--feedback", "nearest-drop")
    assert 0 < len(dropped) < 12
    with pytest.raises(SystemExit):
        run("--feedback", "telepathy")
    assert "nearest-demote" in capfd.readouterr().err


def test_evaluate_prints_a_table_and_keeps_the_figures(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "labelled", tmp_path / "out"
    rows = ["file,label,group,property"]
    for number in range(30):
        make_photo(folder / f"{number}.jpg", number % 3 * 100 + number)
        rows.append(f"{number}.jpg,{'abc'[number % 3]},letters,{'xy'[number % 2]}")
    rows.append("gone.jpg,a,letters,x")
    (folder / "labels.csv").write_text("\n".join(rows))
    command = ["evaluate", str(folder), "--out", str(out), "--queries", "3", "--seeds", "1"]
    assert main(command) == 0
    printed = capfd.readouterr().out
    for task in ("Same category", "Same property", "Property changed", "Category in words"):
        assert f"### {task} (3 queries)" in printed
    assert "better than 1-NN drop" in printed
    result = json.loads((out / "result.json").read_text())
    assert (result["photos"], result["seeds"], len(result["unread"])) == (30, 1, 1)
    assert {row["method"] for row in result["rows"]} >= {"plain CLIP", "Rocchio", "default"}
    assert len(list((out / "cache").glob("*.npz"))) == 1
    assert main(command) == 0  # from the cache: the same again
    again = json.loads((out / "result.json").read_text())
    assert [row["average_precision"] for row in again["rows"]] == [
        row["average_precision"] for row in result["rows"]
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--labels", "none.csv"], "cannot be read"),
        (["--queries", "0"], "must be 1 or more"),
        ([], "cannot be read"),
    ],
)
def test_evaluate_says_what_is_missing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["evaluate", str(tmp_path), "--out", str(tmp_path / "out"), *arguments]) == 2
    assert said in capfd.readouterr().err
