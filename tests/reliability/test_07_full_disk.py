"""Harm 7: the disk of the library is full, or is taken away: it says so, loses nothing, and goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photolens import log
from photolens.domain import Event, IngestFinished, IngestTrouble, Judgement, Query, TextTerm
from photolens.errors import LibraryError, PhotoLensError
from photolens.ingest import service
from photolens.library import Library
from tests.photos import make_photos
from tests.reliability.disks import fill, small_disk, take_away
from tests.reliability.invariant import Acknowledged, concepts_of, originals, problems

DOGS = Query((TextTerm("a dog"),), judgements=(Judgement(1, True),))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 8) as folder:
        yield folder


@pytest.fixture
def full_library(
    disk: Path, pictures: Path, open_library: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> tuple[Library, list[Event], Path]:
    """A library with twelve photos and a concept, the events of it, and what fills its disk."""
    monkeypatch.setattr(service, "_TROUBLE_SECONDS", 0.5)
    events: list[Event] = []
    library = open_library(disk / "library", emit=events.append)
    library.index(pictures)
    library.save_concept("Dogs", DOGS)
    return library, events, fill(disk)


def test_indexing_on_a_full_disk_says_which_and_goes_on_by_itself(
    full_library: tuple[Library, list[Event], Path], pictures: Path, disk: Path
) -> None:
    library, events, ballast = full_library
    acknowledged = Acknowledged(originals([pictures]), concepts=concepts_of(disk / "library"))
    make_photos(pictures / "New", 30, first=20)
    with pytest.raises(LibraryError, match=r"The disk that holds .* is full\. Make room"):
        library.index()
    assert any(isinstance(event, IngestTrouble) and str(disk) in event.text for event in events)
    assert len(library.search("a dog").hits) >= 12  # searching goes on
    assert not problems(disk / "library", [pictures], acknowledged)
    ballast.unlink()
    deadline = time.monotonic() + 20
    while library.status().embedded < 42 and time.monotonic() < deadline:
        time.sleep(0.05)  # nobody asks again
    assert library.wait_idle(20)
    assert library.status().embedded == 42
    assert not library.failures()
    assert not problems(disk / "library", [pictures], acknowledged, at_rest=True)


def test_a_concept_that_the_full_disk_does_not_take_is_refused_whole(
    full_library: tuple[Library, list[Event], Path], pictures: Path, disk: Path
) -> None:
    library, _, ballast = full_library
    before = Acknowledged(originals([pictures]), concepts=concepts_of(disk / "library"), all_concepts=True)
    big = Query((TextTerm("a cat " * 20),), judgements=tuple(Judgement(n, True) for n in range(1, 13)))
    with pytest.raises(LibraryError, match=r"The disk that holds .* is full"):
        for number in range(200):
            library.save_concept(f"Cats {number}", big)
            before.concepts = concepts_of(disk / "library")
    assert not problems(disk / "library", [pictures], before)
    ballast.unlink()
    library.save_concept("Cats", big)
    assert {"Cats", "Dogs"} <= {concept.name for concept in library.concepts()}


def test_thumbnails_that_cannot_be_written_do_not_fail_the_photo(
    disk: Path, pictures: Path, open_library: Callable[..., Library]
) -> None:
    places = disk.parent / "library"
    places.mkdir()
    (places / "thumbnails").symlink_to(disk, target_is_directory=True)
    fill(disk)
    library = open_library(places)
    assert library.index(pictures, timeout=30)
    assert (library.status().embedded, library.failures()) == (12, [])
    assert library.thumbnail(int(library.photo_ids()[0])), "it is made each time"


def test_a_log_on_a_full_disk_stops_nothing(disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(disk / "log" / "photolens.log")
    try:
        fill(disk)
        for number in range(2000):
            logging.getLogger("photolens").warning("line %d", number)
    finally:
        log.close()
    assert "Traceback" not in capsys.readouterr().err


def test_a_full_disk_from_the_start_is_said_at_the_start(
    disk: Path, open_library: Callable[..., Library]
) -> None:
    fill(disk)
    with pytest.raises(LibraryError, match=r"full|No space left"):
        open_library(disk / "library")


def test_a_disk_that_is_taken_away_while_it_is_open_ends_in_a_sentence(
    disk: Path, pictures: Path, open_library: Callable[..., Library]
) -> None:
    before = originals([pictures])
    events: list[Event] = []
    library = open_library(disk / "library", emit=events.append)
    library.index(pictures)
    take_away(disk)
    make_photos(pictures / "New", 3, first=20)
    said: list[str] = []
    for call in (library.index, lambda: library.save_concept("Dogs", DOGS), lambda: library.search("a dog")):
        try:
            call()
        except PhotoLensError as error:
            said.append(str(error))
    library.close()
    assert said
    assert all(text.endswith(".") for text in said)
    assert {path: digest for path, digest in originals([pictures]).items() if path in before} == before
    finished = [event for event in events if isinstance(event, IngestFinished)]
    assert finished, "the first index was told of"
