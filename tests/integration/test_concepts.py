"""Concepts and recent searches of real libraries: saved, gone and back, from one to another."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photolens.domain import (
    ConceptsChanged,
    Event,
    Filters,
    ImageTerm,
    IngestProgress,
    Judgement,
    Notice,
    Query,
    Ranking,
    Region,
    TextTerm,
)
from photolens.errors import ConceptFileError, LibraryError, UsageError
from photolens.imaging.decode import decode_bytes
from photolens.library import Library
from photolens.library.scoring import Scorer
from tests.models import second_model
from tests.photos import make_photo, make_photos

OpenLibrary = Callable[..., Library]

BLUE = Query(terms=(TextTerm("something blue"),))
JUDGED = replace(BLUE, judgements=(Judgement(3, True), Judgement(5, False)))


@pytest.fixture
def library(pictures: Path, open_library: OpenLibrary) -> Library:
    library = open_library()
    library.index(pictures)
    return library


@pytest.fixture
def other(tmp_path: Path, open_library: OpenLibrary) -> Library:
    """Another library, with photos of its own."""
    make_photos(tmp_path / "other pictures", 6, first=50)
    library = open_library(tmp_path / "other")
    library.index(tmp_path / "other pictures")
    return library


def forget_photo(root: Path, photo_id: int) -> None:
    """Take a photo out of a closed library for good."""
    connection = sqlite3.connect(root / "catalog.db")
    with connection:
        for table, column in (("embeddings", "photo_id"), ("files", "photo_id"), ("photos", "id")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", [photo_id])
    connection.close()


def order(ranking: Ranking) -> list[int]:
    return [hit.photo_id for hit in ranking.hits]


def alike(one: list[int], other: list[int]) -> bool:
    """Whether two answers begin alike; a small copy of a picture is not quite the picture."""
    return len(set(one[:5]) & set(other[:5])) >= 4


# --- saving ---------------------------------------------------------------------------------


def test_a_concept_is_saved_and_asks_the_same(library: Library, open_library: OpenLibrary) -> None:
    query = replace(JUDGED, terms=(*BLUE.terms, ImageTerm(2, 0.5, Region(0.1, 0.1, 0.9, 0.9))), seq=4)
    saved = library.save_concept("  Blue   things ", query)
    assert (saved.name, saved.query) == ("Blue things", replace(query, seq=0))
    assert library.concept("BLUE THINGS") == library.concept(saved.id) == saved
    assert library.search(saved.query).hits == library.search(query).hits
    library.close()
    assert open_library().concepts() == [saved]


def test_concepts_are_listed_by_name(library: Library) -> None:
    for name in ("zoo", "Beach", "äpfel", "autumn"):
        library.save_concept(name, BLUE)
    assert [concept.name for concept in library.concepts()] == ["autumn", "Beach", "zoo", "äpfel"]


def test_names_that_will_not_do(library: Library) -> None:
    library.save_concept("Beach", BLUE)
    zoo = library.save_concept("Zoo", BLUE)
    for name, message in (("bEACH ", "called “Beach” already"), (" \n", "needs a name"), ("x" * 101, "100")):
        with pytest.raises(UsageError, match=message):
            library.save_concept(name, BLUE)
        with pytest.raises(UsageError, match=message):
            library.rename_concept(zoo.id, name)
    assert library.rename_concept(zoo.id, "ZOO").name == "ZOO"
    assert len(library.concepts()) == 2


def test_unknown_concepts_are_answered_with_the_names_there_are(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"no concept called “Zoo”\. There is none yet"):
        library.concept("Zoo")
    library.save_concept("Beach", BLUE)
    for ask in (
        lambda: library.concept("Zoo"),
        lambda: library.concept(99),
        lambda: library.update_concept(99, BLUE),
        lambda: library.rename_concept(99, "x"),
        lambda: library.duplicate_concept(99),
        lambda: library.delete_concept(99),
        lambda: library.export_concept(99, "x"),
    ):
        with pytest.raises(LibraryError, match=r"There is no concept .* There are: Beach"):
            ask()


def test_what_cannot_be_saved(library: Library, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_bytes(b"this is text")
    for query, message in (
        (Query(), "nothing to save"),
        (Query((ImageTerm(99),)), "Photo 99 is not in this library"),
        (Query((ImageTerm(str(tmp_path / "absent.jpg")),)), "cannot be kept: The file is no longer there"),
        (Query((ImageTerm(str(tmp_path / "text.jpg")),)), "not a picture"),
        (Query((ImageTerm(b"text"),)), "pasted picture cannot be kept"),
        (Query((TextTerm("x\ud800"),)), "cannot be saved"),
        (Query((TextTerm("x", float("inf")),)), "cannot be saved"),
    ):
        with pytest.raises(UsageError, match=message):
            library.save_concept("x", query)
    assert library.concepts() == []


def test_changing_renaming_and_copying(library: Library) -> None:
    saved = library.save_concept("Beach", BLUE)
    changed = library.update_concept(saved.id, JUDGED)
    assert (changed.id, changed.name, changed.query) == (saved.id, "Beach", JUDGED)
    assert library.rename_concept(saved.id, "Shore").query == JUDGED
    copies = [library.duplicate_concept(saved.id) for _ in range(2)]
    copies.append(library.duplicate_concept(copies[0].id))
    assert [copy.name for copy in copies] == ["Shore copy", "Shore copy 2", "Shore copy 3"]
    assert {copy.query for copy in copies} == {JUDGED}
    long = library.save_concept("y" * 100, BLUE)
    assert len(library.duplicate_concept(long.id).name) <= 100


def test_deleting_can_be_undone(library: Library, tmp_path: Path) -> None:
    outside = make_photo(tmp_path / "outside.jpg", 77, (1500, 1000))
    saved = library.save_concept("Beach", replace(JUDGED, terms=(ImageTerm(str(outside)),)))
    outside.unlink()
    assert library.delete_concept(saved.id) == saved
    assert library.concepts() == []
    assert library.restore_concept(saved) == saved
    assert library.restore_concept(saved) == saved  # which changes nothing
    library.delete_concept(saved.id)
    library.save_concept("beach", BLUE)
    assert library.restore_concept(saved) == replace(saved, name="Beach 2")


def test_everyone_is_told(pictures: Path, open_library: OpenLibrary, tmp_path: Path) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    steps = (
        lambda: library.save_concept("Beach", BLUE),
        lambda: library.update_concept(1, JUDGED),
        lambda: library.rename_concept(1, "Shore"),
        lambda: library.duplicate_concept(1),
        lambda: library.restore_concept(library.delete_concept(1)),
    )
    for step in steps:
        events.clear()
        step()
        assert ConceptsChanged() in events
    events.clear()
    library.export_concept(1, tmp_path / "x")
    library.remember_search(BLUE)
    assert ConceptsChanged() not in events


def test_saving_does_not_wait_for_indexing(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.pause()
    library.add_folder(pictures)
    library.save_concept("Beach", BLUE)
    assert [concept.name for concept in library.concepts()] == ["Beach"]
    assert library.status().pending == 12
    library.resume()


def test_saving_while_photos_are_read(tmp_path: Path, open_library: OpenLibrary) -> None:
    make_photos(tmp_path / "p", 60)
    begun = threading.Event()
    library = open_library(emit=lambda event: begun.set() if isinstance(event, IngestProgress) else None)
    library.add_folder(tmp_path / "p")
    assert begun.wait(30)
    for number in range(5):
        library.save_concept(f"Beach {number}", BLUE)
    assert len(library.concepts()) == 5
    assert library.wait_idle(60)
    assert library.check().clean


def test_a_library_opened_for_reading_only_refuses_to_write(
    library: Library, open_library: OpenLibrary, tmp_path: Path
) -> None:
    saved = library.save_concept("Beach", JUDGED)
    library.export_concept(saved.id, tmp_path / "x")
    reader = open_library(read_only=True)
    assert reader.concepts() == [saved]
    reader.export_concept(saved.id, tmp_path / "y")
    for write in (
        lambda: reader.save_concept("x", BLUE),
        lambda: reader.update_concept(saved.id, BLUE),
        lambda: reader.rename_concept(saved.id, "x"),
        lambda: reader.duplicate_concept(saved.id),
        lambda: reader.delete_concept(saved.id),
        lambda: reader.restore_concept(saved),
        lambda: reader.import_concept(tmp_path / "x.photolens-concept"),
        lambda: reader.remember_search(BLUE),
        lambda: reader.forget_searches(),
    ):
        with pytest.raises(LibraryError, match="opened for reading only"):
            write()


# --- what becomes of pictures ---------------------------------------------------------------


def test_a_picture_from_outside_is_kept_small(library: Library, tmp_path: Path) -> None:
    outside = make_photo(tmp_path / "outside.jpg", 77, (1500, 1000), camera=("Secret", "Camera"))
    before = order(library.search(Query((ImageTerm(str(outside)),))))
    by_path = library.save_concept("Path", Query((ImageTerm(str(outside)),)))
    by_bytes = library.save_concept("Bytes", Query((ImageTerm(outside.read_bytes()),)))
    outside.unlink()
    (term,) = by_path.query.terms
    assert isinstance(term, ImageTerm) and isinstance(term.source, bytes)
    assert len(term.source) < 100_000 and b"Secret" not in term.source
    assert by_bytes.query == by_path.query
    assert alike(order(library.search(by_path.query)), before)
    for _ in range(2):  # it does not get worse each time
        assert library.update_concept(by_path.id, by_path.query).query == by_path.query


def test_a_photo_of_the_library_is_known_by_its_content(library: Library, pictures: Path) -> None:
    path = str(pictures / "photo_03.jpg")
    (hit,) = library.search("photo_03", limit=1).hits
    saved = library.save_concept("Three", Query((ImageTerm(path),)))
    assert saved.query.terms == (ImageTerm(hit.photo_id),)


def test_a_photo_that_is_forgotten_lives_on_as_an_example(
    library: Library, open_library: OpenLibrary, pictures: Path, tmp_path: Path
) -> None:
    query = replace(JUDGED, terms=(*BLUE.terms, ImageTerm(2)))
    saved = library.save_concept("Beach", query)
    path = {number: Path(library.photo(number).path) for number in (2, 3)}
    content = library.photo(3).content_hash
    before = order(library.search(saved.query))
    library.close()
    away = tmp_path / "away"
    away.mkdir()
    for number, file in path.items():
        shutil.move(file, away / file.name)
        forget_photo(tmp_path / "library", number)
    shutil.rmtree(tmp_path / "library" / "thumbnails")

    library = open_library()
    library.index()
    gone = library.concept("Beach").query
    assert gone.judgements == (Judgement(5, False),)
    (example,) = gone.examples
    assert (example.content_hash, example.liked) == (content, True)
    assert example.thumbnail.startswith(b"\xff\xd8")
    term = gone.terms[1]
    assert isinstance(term, ImageTerm) and isinstance(term.source, bytes)
    after, rest = order(library.search(gone)), [photo for photo in before if photo not in (2, 3)]
    assert alike(after, rest) and sorted(after) == sorted(rest)

    for file in path.values():
        shutil.move(away / file.name, file)
    library.index()
    back = library.concept("Beach").query
    (liked,) = [judgement for judgement in back.judgements if judgement.liked]
    assert back.examples == () and library.photo(liked.photo_id).content_hash == content
    assert isinstance(back.terms[1], ImageTerm) and isinstance(back.terms[1].source, int)


def test_a_photo_that_was_edited_stays_the_judged_one(library: Library) -> None:
    saved = library.save_concept("Beach", JUDGED)
    file = Path(library.photo(3).path)
    content = library.photo(3).content_hash
    make_photo(file, 99)
    library.index()
    assert library.photo(3).content_hash != content
    assert library.concept(saved.id).query == JUDGED


def test_vectors_are_kept_for_when_the_photo_is_gone(
    library: Library, open_library: OpenLibrary, tmp_path: Path
) -> None:
    library.save_concept("Beach", JUDGED)
    library.close()
    connection = sqlite3.connect(tmp_path / "library" / "catalog.db")
    kept = dict(connection.execute("SELECT content_hash, vector FROM example_vectors"))
    made = dict(
        connection.execute("SELECT content_hash, vector FROM embeddings JOIN photos ON photos.id = photo_id")
    )
    connection.close()
    assert len(kept) == 2 and kept.items() <= made.items()


def test_a_concept_outlives_a_change_of_model(
    library: Library, open_library: OpenLibrary, pictures: Path, tmp_path: Path
) -> None:
    library.save_concept("Beach", JUDGED)
    forgotten = Path(library.photo(3).path)
    library.close()
    shutil.move(forgotten, tmp_path / "gone.jpg")
    forget_photo(tmp_path / "library", 3)  # liked, and now only a thumbnail
    library = open_library(settings=second_model(tmp_path / "model"))
    make_photo(pictures / "new.jpg", 77)
    library.index()
    query = library.concept("Beach").query
    assert len(query.examples) == 1 and query.judgements == (Judgement(5, False),)
    ranking = library.search(query, limit=50)
    assert ranking.sections.disliked == 1 and len(ranking.hits) == 12
    plain = library.search(BLUE, limit=50)
    assert {hit.score for hit in ranking.hits} != {hit.score for hit in plain.hits}  # both taught something
    reason = library.explain(query, ranking.hits[0].photo_id)
    assert reason.nearest_liked is not None and reason.nearest_disliked is not None


def test_judgements_of_unknown_photos_are_left_out(library: Library) -> None:
    query = replace(BLUE, judgements=(Judgement(99, True), Judgement(3, True)))
    assert library.save_concept("Beach", query).query.judgements == (Judgement(3, True),)


def test_a_damaged_row_does_not_hide_the_others(
    library: Library, open_library: OpenLibrary, tmp_path: Path
) -> None:
    for name in ("Beach", "Zoo"):
        library.save_concept(name, BLUE)
    library.close()
    connection = sqlite3.connect(tmp_path / "library" / "catalog.db")
    with connection:
        connection.execute("UPDATE concepts SET query = '{' WHERE name = 'Zoo'")
    connection.close()
    library = open_library()
    assert [concept.name for concept in library.concepts()] == ["Beach"]
    with pytest.raises(LibraryError, match="Zoo is damaged"):
        library.concept("Zoo")
    library.delete_concept(2)
    with pytest.raises(LibraryError, match="no concept"):
        library.concept("Zoo")


# --- files ----------------------------------------------------------------------------------


def test_a_concept_goes_to_another_library(library: Library, other: Library, tmp_path: Path) -> None:
    query = replace(JUDGED, terms=(*BLUE.terms, ImageTerm(2)), filters=Filters(formats=("jpeg",)))
    saved = library.save_concept("Beach", query)
    library.export_concept(saved.id, tmp_path / "beach")
    came = other.import_concept(tmp_path / "beach.photolens-concept")
    assert (came.name, came.query.judgements, came.query.filters) == ("Beach", (), query.filters)
    assert {(example.content_hash, example.liked) for example in came.query.examples} == {
        (library.photo(3).content_hash, True),
        (library.photo(5).content_hash, False),
    }
    assert other.search(came.query).total == 6
    assert other.search(came.query).hits != other.search(replace(came.query, examples=())).hits
    assert other.import_concept(tmp_path / "beach.photolens-concept").name == "Beach 2"
    other.export_concept(came.id, tmp_path / "again")
    first, again = (tmp_path / f"{name}.photolens-concept" for name in ("beach", "again"))
    assert again.read_bytes() == first.read_bytes()


def test_imported_examples_are_judgements_where_their_photos_are(
    library: Library, other: Library, pictures: Path, tmp_path: Path
) -> None:
    library.export_concept(library.save_concept("Beach", JUDGED).id, tmp_path / "beach")
    other.import_concept(tmp_path / "beach.photolens-concept")
    other.index(pictures)
    query = other.concept("Beach").query
    assert query.examples == ()
    contents = [(other.photo(click.photo_id).content_hash, click.liked) for click in query.judgements]
    assert contents == [(library.photo(3).content_hash, True), (library.photo(5).content_hash, False)]


def test_vectors_of_a_known_model_come_along(
    library: Library, other: Library, tmp_path: Path, open_library: OpenLibrary
) -> None:
    library.export_concept(library.save_concept("Beach", JUDGED).id, tmp_path / "beach")
    content = library.photo(3).content_hash
    other.import_concept(tmp_path / "beach.photolens-concept")
    other.close()
    connection = sqlite3.connect(tmp_path / "other" / "catalog.db")
    (blob,) = connection.execute(
        "SELECT vector FROM example_vectors WHERE content_hash = ?", [content]
    ).fetchone()
    connection.close()
    library.close()
    connection = sqlite3.connect(tmp_path / "library" / "catalog.db")
    (made,) = connection.execute("SELECT vector FROM embeddings WHERE photo_id = 3").fetchone()
    connection.close()
    assert np.array_equal(np.frombuffer(blob, "<f2"), np.frombuffer(made, "<f2"))


def test_a_file_of_an_unknown_model_says_so_and_works(
    library: Library, tmp_path: Path, open_library: OpenLibrary
) -> None:
    from photolens.library.concept_file import FileModel, read_concept_file, write_concept_file

    library.export_concept(library.save_concept("Beach", JUDGED).id, tmp_path / "beach")
    path = tmp_path / "beach.photolens-concept"
    file = read_concept_file(path, decode_bytes)
    assert file.model is not None
    write_concept_file(path, replace(file, model=FileModel("ViT-Huge", "ab", file.model.dimension)))
    events: list[Event] = []
    make_photos(tmp_path / "p", 4, first=60)
    other = open_library(tmp_path / "other", emit=events.append)
    other.index(tmp_path / "p")
    came = other.import_concept(path)
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "“Beach” was made with the model ViT-Huge" in notice.text and "photolens-mini" in notice.text
    assert len(came.query.examples) == 2
    assert other.search(came.query).total == 4
    connection = sqlite3.connect(tmp_path / "other" / "catalog.db")
    assert connection.execute("SELECT count(*) FROM example_vectors").fetchone() == (0,)
    connection.close()


def test_a_bad_file_changes_nothing(library: Library, tmp_path: Path) -> None:
    library.export_concept(library.save_concept("Beach", JUDGED).id, tmp_path / "beach")
    path = tmp_path / "beach.photolens-concept"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ConceptFileError, match="is damaged"):
        library.import_concept(path)
    with pytest.raises(ConceptFileError, match="cannot be read"):
        library.import_concept(tmp_path / "absent")
    assert len(library.concepts()) == 1


# --- recent searches ------------------------------------------------------------------------


def words(library: Library, limit: int = 20) -> list[str]:
    return [term.text for query in library.recent_searches(limit) for term in query.terms if term]  # type: ignore[union-attr]


def test_recent_searches_come_latest_first_and_once(library: Library) -> None:
    for number, text in enumerate(("a", "b", "a", "c")):
        library.remember_search(Query((TextTerm(text),), seq=number))
    assert words(library) == ["c", "a", "b"]
    assert words(library, 2) == ["c", "a"] and words(library, 0) == []
    library.forget_searches(Query((TextTerm("a"),), seq=9))
    assert words(library) == ["c", "b"]
    library.forget_searches()
    assert words(library) == []


def test_at_most_fifty_searches_are_kept(library: Library, open_library: OpenLibrary) -> None:
    for number in range(53):
        library.remember_search(Query((TextTerm(str(number)),)))
    library.close()
    found = words(open_library(), 100)
    assert (len(found), found[0], found[-1]) == (50, "52", "3")


def test_a_search_that_is_remembered_has_no_photo_looked_at_again(
    library: Library, monkeypatch: pytest.MonkeyPatch, pictures: Path
) -> None:
    library.search(BLUE)
    scored: list[int] = []
    of_rows = Scorer.of_rows
    monkeypatch.setattr(
        Scorer, "of_rows", lambda self, rows: (scored.append(len(rows)), of_rows(self, rows))[1]
    )
    library.remember_search(BLUE)
    library.save_concept("Blue", BLUE)
    library.search(BLUE, liked=[3])
    assert scored == []
    make_photo(pictures / "new.jpg", 70)
    library.index()
    assert len(library.search(BLUE, liked=[3]).hits) == 13 and scored


def test_what_asks_nothing_or_cannot_be_read_is_not_remembered(library: Library, tmp_path: Path) -> None:
    for query in (
        Query(),
        Query(seq=3),
        Query((ImageTerm(99),)),
        Query((ImageTerm(str(tmp_path / "x.jpg")),)),
    ):
        library.remember_search(query)
    assert library.recent_searches() == []
    for query in (Query(filters=Filters(formats=("jpeg",))), Query(judgements=(Judgement(1, True),))):
        library.remember_search(query)
    assert len(library.recent_searches()) == 2


def test_a_search_with_a_picture_can_be_repeated_when_its_file_is_gone(
    library: Library, tmp_path: Path
) -> None:
    outside = make_photo(tmp_path / "outside.jpg", 77, (1500, 1000))
    query = Query((ImageTerm(str(outside)),))
    before = order(library.search(query))
    for _ in range(2):
        library.remember_search(query)
    library.remember_search(library.recent_searches()[0])
    outside.unlink()
    (again,) = library.recent_searches()
    assert alike(order(library.search(again)), before)
    library.forget_searches(again)
    assert library.recent_searches() == []
