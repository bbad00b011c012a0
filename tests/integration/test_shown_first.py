"""New photos can be looked at while the model that reads them is still being loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.domain import Event, PhotoId, PhotosAdded, PhotosRemoved
from photolens.embedding import ModelProcess
from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from tests.photos import make_photos
from tests.waiting import eventually

OpenLibrary = Callable[..., Library]


@pytest.fixture
def model_may_come(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The model is loaded only when this is set, as one that takes long."""
    may_come, load = threading.Event(), LazyEncoder.get

    def get(lazy: LazyEncoder) -> ModelProcess:
        assert may_come.wait(60)
        return load(lazy)

    monkeypatch.setattr(LazyEncoder, "get", get)
    return may_come


class Listener:
    """Notes for each new photo whether the model was still coming, which may come when so many are shown."""

    def __init__(self, enough: int = 0, model_may_come: threading.Event | None = None) -> None:
        self.enough, self.model_may_come = enough, model_may_come
        self.library: Library | None = None
        self.coming: dict[PhotoId, bool] = {}
        self.removed = False

    def __call__(self, event: Event) -> None:
        if isinstance(event, PhotosAdded) and self.library is not None:
            assert not self.coming.keys() & set(event.ids), "told of twice"
            self.coming |= dict.fromkeys(event.ids, self.library._encoder.coming)
        self.removed |= isinstance(event, PhotosRemoved)
        if self.model_may_come is not None and len(self.coming) >= self.enough:
            self.model_may_come.set()


def test_they_are_shown_first_and_searchable_then(
    pictures: Path, open_library: OpenLibrary, model_may_come: threading.Event
) -> None:
    told = Listener(12, model_may_come)
    library = told.library = open_library(emit=told)
    library.index(pictures)
    assert all(told.coming.values())
    assert set(library.photo_ids().tolist()) == told.coming.keys()
    status = library.status()
    assert status.photos == status.embedded == 12
    assert status.pending == 0 and not told.removed
    assert len(library.search("a blue sky").hits) == 12
    assert library.check().clean


@pytest.mark.usefixtures("own_models")
def test_closed_meanwhile_they_stay_and_are_embedded_the_next_time(
    pictures: Path, open_library: OpenLibrary
) -> None:
    told = Listener()
    library = told.library = open_library(emit=told)
    library.add_folder(pictures)
    eventually(lambda: len(told.coming) == 12)
    assert all(told.coming.values())
    shown = library.photo_ids().tolist()
    assert library.thumbnail(shown[0]) is not None
    library.close()
    told = Listener()
    library = told.library = open_library(emit=told)
    assert library.photo_ids().tolist() == shown
    library.rescan()
    assert library.wait_idle()
    assert library.photo_ids().tolist() == shown
    assert not told.coming and not told.removed
    status = library.status()
    assert status.photos == status.embedded == 12


def test_copies_and_files_that_go_away_meanwhile(
    pictures: Path, open_library: OpenLibrary, model_may_come: threading.Event
) -> None:
    first, second, *_ = sorted(pictures.glob("*.jpg"))
    (pictures / "copy.jpg").write_bytes(first.read_bytes())
    told = Listener()
    library = told.library = open_library(emit=told)
    library.add_folder(pictures)
    eventually(lambda: bool(told.coming))
    second.unlink()
    make_photos(pictures / "later", 3, first=50)
    library.rescan()
    model_may_come.set()
    assert library.wait_idle()
    status = library.status()
    assert (status.photos, status.embedded, status.pending) == (14, 14, 0)
    assert library.check().clean
