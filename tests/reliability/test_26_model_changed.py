"""The model changed: scores never mix, and until the new model has read everything the old one answers."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photolens.domain import (
    Event,
    FloatArray,
    IngestFinished,
    IngestProgress,
    Notice,
    PhotosRemoved,
    PixelArray,
    Ranking,
)
from photolens.embedding import ModelProcess
from photolens.library import Library, facade
from photolens.library.encoders import LazyEncoder
from photolens.settings import Settings
from tests.models import second_model
from tests.photos import make_photo, make_photos

OpenLibrary = Callable[..., Library]
NEW = "Searching with the new model now."


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """More of them than two batches hold."""
    make_photos(tmp_path / "photos", 40)
    return tmp_path / "photos"


@pytest.fixture
def other(tmp_path: Path) -> Settings:
    return second_model(tmp_path / "model")


PATIENCE = 60.0
BUILT_IN = Settings()
Answers = list[dict[str, float]]


def answers(library: Library) -> Answers:
    """What words, pictures and clicks find: names of photos with their scores, in order."""
    photos = library.photos(library.photo_ids().tolist())
    name_of = {photo.id: Path(photo.path).name for photo in photos}
    ids = [photo.id for photo in sorted(photos, key=lambda photo: photo.path)]
    asked: list[Ranking] = [
        library.search("a blue sky"),
        library.search("red -green"),
        library.more_like(ids[3]),
        library.search("a blue sky", images=[ids[5]]),
        library.search("a blue sky", liked=ids[7:9], disliked=ids[9:10]),
    ]
    return [{name_of[hit.photo_id]: hit.score for hit in ranking.hits} for ranking in asked]


def same(found: Answers, expected: Answers) -> bool:
    """But for rounding, which differs with the photos that were read together."""
    pairs = zip(found, expected, strict=True)
    return all(scores == pytest.approx(wanted, abs=0.01) for scores, wanted in pairs)


def running_models() -> set[ModelProcess]:
    return {thing for thing in gc.get_objects() if type(thing) is ModelProcess and thing.running}


def alone(open_library: OpenLibrary, photos: Path, folder: Path, settings: Settings) -> Answers:
    """The answers of a new library that knows only this model."""
    library = open_library(folder, settings=settings)
    library.index(photos)
    found = answers(library)
    library.close()
    return found


class Listener:
    """Keeps what a library tells, and pauses it when so many photos are read."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.library: Library | None = None
        self.pause_at = 0

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, IngestProgress) and 0 < self.pause_at <= event.done and self.library:
            self.pause_at = 0
            self.library.pause()

    def read_only(self, library: Library, photos: int) -> None:
        """Go on with a paused library, batch by batch, until at least so many photos are read."""
        self.library = library
        give_up_at = time.monotonic() + PATIENCE
        while library.status().embedded < photos:
            self.pause_at = 1
            library.resume()
            while self.pause_at:
                assert time.monotonic() < give_up_at, f"only {library.status().embedded} photos were read"
                time.sleep(0.01)

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Notice)]


def test_the_old_model_answers_until_the_new_one_has_read_everything(
    photos: Path, other: Settings, open_library: OpenLibrary, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    other = replace(other, precision="float32")  # as the processes that tests share
    before = alone(open_library, photos, tmp_path / "library", BUILT_IN)
    expected = alone(open_library, photos, tmp_path / "never-changed", other)
    assert not same(before, expected)
    request.getfixturevalue("own_models")  # from here on, where they are counted
    others = running_models()
    told = Listener()
    library = open_library(settings=other, emit=told)
    library.pause()
    assert answers(library) == before
    told.events.clear()
    told.read_only(library, 10)
    status = library.status()
    assert 0 < status.read < status.photos == 40
    assert status.searches_use == "photolens-mini"
    assert answers(library) == before
    assert told.notices == []
    library.resume()
    assert library.wait_idle()
    assert same(answers(library), expected)
    assert told.notices == [NEW]  # told once, by itself
    assert library.status().searches_use is None
    assert running_models() - others == {library._encoder._process}  # the old one is gone
    assert library.check().clean


def test_the_switch_comes_by_itself_without_a_search(
    photos: Path, other: Settings, open_library: OpenLibrary
) -> None:
    library = open_library(settings=BUILT_IN)
    library.index(photos)
    library.close()
    told = Listener()
    library = open_library(settings=other, emit=told)
    library.prepare().result()
    assert library.wait_idle()
    library.prepare().result()  # behind what the end of reading has asked for
    said = f"Searching with photolens-mini until the photos are read with {other.model}."
    assert told.notices == [said, NEW]


def test_going_back_midway_costs_nothing(
    photos: Path, other: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    before = alone(open_library, photos, tmp_path / "library", BUILT_IN)
    told = Listener()
    library = open_library(settings=other, emit=told)
    library.pause()
    told.read_only(library, 10)
    library.cancel()
    library.close()
    told.events.clear()
    library = open_library(settings=BUILT_IN, emit=told)
    assert answers(library) == before
    assert library.wait_idle()
    assert answers(library) == before
    assert sum(event.decoded for event in told.events if isinstance(event, IngestFinished)) == 0
    assert library.check().clean
    library.close()
    library = open_library(settings=other)  # and what the new one had read is not read again
    assert library.index()
    assert library.status().embedded == 40


def test_who_only_reads_is_answered_by_the_model_that_read_the_photos(
    photos: Path, other: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    before = alone(open_library, photos, tmp_path / "library", BUILT_IN)
    reader = open_library(read_only=True, settings=other)
    assert answers(reader) == before
    assert reader.status().searches_use == "photolens-mini"


def test_a_model_of_ones_own_is_found_where_it_was(
    photos: Path, other: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    before = alone(open_library, photos, tmp_path / "library", other)
    library = open_library(settings=BUILT_IN)
    library.pause()
    assert answers(library) == before
    assert library.status().searches_use == other.model


def test_weights_that_are_gone_or_others_now_answer_nothing(
    photos: Path, other: Settings, open_library: OpenLibrary, request: pytest.FixtureRequest
) -> None:
    library = open_library(settings=other)
    library.index(photos)
    library.close()
    request.getfixturevalue("own_models")
    weights, kept = Path(other.weights), Path(other.weights).with_suffix(".kept")
    weights.rename(kept)
    builtin = open_library(read_only=True, settings=BUILT_IN)
    assert builtin.search("a blue sky").hits == ()
    assert builtin.status().searches_use is None
    from photolens.paths import resource

    shutil.copy(resource("models", "photolens-mini", "photolens-mini.safetensors"), weights)
    assert open_library(read_only=True, settings=BUILT_IN).search("a blue sky").hits == ()
    os.replace(kept, weights)
    assert open_library(read_only=True, settings=BUILT_IN).search("a blue sky").hits != ()
    weights.with_suffix(".json").write_text("{}")  # the file is right, but it cannot be loaded
    assert open_library(read_only=True, settings=BUILT_IN).search("a blue sky").hits == ()


def test_new_photos_beyond_the_old_ones_bring_the_new_model_sooner(
    tmp_path: Path, other: Settings, open_library: OpenLibrary
) -> None:
    """New photos are read first, and only with the new model: once it knows more, it finds more."""
    make_photos(tmp_path / "photos", 20)
    library = open_library(settings=BUILT_IN)
    library.index(tmp_path / "photos")
    library.close()
    told = Listener()
    library = open_library(settings=other, emit=told)
    library.pause()
    assert library.status().searches_use == "photolens-mini"
    make_photos(tmp_path / "more", 64, first=20)
    library.add_folder(tmp_path / "more")
    while library.status().files < 84:
        time.sleep(0.01)
    told.read_only(library, 30)
    library.prepare().result()  # looks at once, also where that takes long
    status = library.status()
    assert status.embedded < 84 and status.searches_use is None


def test_photos_out_of_reach_hold_the_new_model_up_no_longer_than_the_others(
    photos: Path, other: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    """A drive that comes back unread with most photos brings the old model back until they are read."""
    make_photo(tmp_path / "here" / "one.jpg", 90)
    library = open_library(settings=BUILT_IN)
    library.index(photos, tmp_path / "here")
    library.close()
    photos.rename(tmp_path / "away")
    library = open_library(settings=other)
    library.index()
    assert library.status().offline == 40
    assert library.status().searches_use is None
    assert len(library.search("a blue sky").hits) == 1
    library.pause()
    (tmp_path / "away").rename(photos)
    library.rescan()
    while library.status().offline:
        time.sleep(0.01)
    library.prepare().result()
    assert len(library.search("a blue sky").hits) >= 40
    assert library.status().searches_use == "photolens-mini"
    library.resume()
    assert library.index()
    assert library.status().searches_use is None
    assert len(library.search("a blue sky").hits) == 41


def test_a_catalog_made_again_takes_nothing_from_the_model_before(
    photos: Path, other: Settings, open_library: OpenLibrary, tmp_path: Path
) -> None:
    """Models are numbered anew in it, and what is kept beside it was made with another under that number."""
    expected = alone(open_library, photos, tmp_path / "fresh", other)
    alone(open_library, photos, tmp_path / "library", BUILT_IN)
    for file in (tmp_path / "library").glob("catalog.db*"):
        file.unlink()
    assert same(alone(open_library, photos, tmp_path / "library", other), expected)
    assert len(list((tmp_path / "library").rglob("texts-*.npy"))) == 2  # generic texts, of each model


def test_a_photo_of_which_the_new_model_makes_nothing_stays_in_the_library(
    photos: Path, other: Settings, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = LazyEncoder.encode_images

    def refuse_some(encoder: LazyEncoder, pixels: PixelArray) -> FloatArray:
        vectors = encode(encoder, pixels).copy()
        vectors[:5] = np.nan
        return vectors

    library = open_library(settings=BUILT_IN)
    library.index(photos)
    ids = library.photo_ids().tolist()
    library.close()
    told = Listener()
    monkeypatch.setattr(facade, "check_halves", lambda encoder: None)  # which would refuse such a model
    monkeypatch.setattr(LazyEncoder, "encode_images", refuse_some)
    library = open_library(settings=other, emit=told)
    assert library.index()
    status = library.status()
    assert 0 < status.embedded < 40
    assert (status.photos, status.failed) == (40, 0)
    assert library.photo_ids().tolist() == ids
    assert all(photo.online for photo in library.photos(ids))
    assert not any(isinstance(event, PhotosRemoved) for event in told.events)
    assert library.search("a blue sky").hits
    library.close()
    monkeypatch.undo()
    library = open_library(settings=other)
    assert library.index()
    assert library.status().embedded == 40
    assert library.check().clean
