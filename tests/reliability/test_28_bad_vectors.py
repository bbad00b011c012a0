"""NaN, infinity, zero: refused and flagged, wherever they come from."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from photolens.catalog import vectors
from photolens.domain import Example, ImageTerm, IngestFinished, Query
from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.errors import FailureKind, QueryError
from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from photolens.search import parse
from tests.photos import make_photos
from tests.reliability.towers import fitted

OpenLibrary = Callable[..., Library]
D = 256

BLOBS = {
    "NaN": np.full(D, np.nan, "<f2").tobytes(),
    "one NaN": np.array([np.nan] + [1 / 16] * (D - 1), "<f2").tobytes(),
    "infinity": np.array([np.inf] + [0] * (D - 1), "<f2").tobytes(),
    "zero": bytes(2 * D),
    "too long": np.full(D, 0.09, "<f2").tobytes(),
    "cut": np.full(D - 1, 1 / 16, "<f2").tobytes(),
    "cut in the middle of a number": bytes(2 * D - 1),
    "nothing": b"",
}


def spoil(library_folder: Path, blobs: list[bytes], table: str = "embeddings") -> None:
    """Give the first rows other vectors, behind the library's back."""
    connection = sqlite3.connect(library_folder / "catalog.db")
    with connection:
        rows = [row[0] for row in connection.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
        for row, blob in zip(rows, blobs, strict=False):
            connection.execute(f"UPDATE {table} SET vector = ? WHERE rowid = ?", [blob, row])
    connection.close()


@pytest.fixture
def indexed(pictures: Path, open_library: OpenLibrary, tmp_path: Path) -> Path:
    """A library of twelve photos, closed."""
    library = open_library()
    library.index(pictures)
    library.close()
    return tmp_path / "library"


@pytest.mark.usefixtures("own_models")
def test_photos_of_which_the_model_makes_nothing_get_a_reason_and_the_others_are_fine(
    tmp_path: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photos(tmp_path / "p", 5)
    bad = [tmp_path / "p" / f"bad_{grey}.png" for grey in (0, 10, 20)]
    for file, grey in zip(bad, (0, 10, 20), strict=True):
        Image.new("RGB", (64, 64), (grey,) * 3).save(file)

    def spoilt(images: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        lightest = images.amax(dim=(1, 2, 3))[:, None]
        for below, value in ((-1.1, 0.0), (-1.27, torch.inf), (-1.4, torch.nan)):
            features = torch.where(lightest < below, value, features)
        return features

    encoder = Encoder.load(find_model("photolens-mini"))
    fitted(encoder).after = spoilt
    monkeypatch.setattr(LazyEncoder, "get", lambda lazy: encoder)
    library = open_library()
    library.index(tmp_path / "p")
    assert {failed.path for failed in library.failures()} == {str(file) for file in bad}
    for failed in library.failures():
        assert failed.kind is FailureKind.INTERNAL and "could not read this photo" in failed.reason
    assert library.status().photos == library.status().embedded == 5
    for file in bad:
        with pytest.raises(QueryError, match="cannot be searched with"):
            library.search(images=[str(file)])
    assert len(library.search("anything").hits) == 5
    assert library.check().clean


def test_spoilt_vectors_answer_nothing_and_their_photos_are_read_again_by_themselves(
    indexed: Path, open_library: OpenLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    sound = open_library(read_only=True)
    before = {hit.photo_id: hit.score for hit in sound.search("a blue sky").hits}
    sound.close()
    spoil(indexed, list(BLOBS.values()))
    reader = open_library(read_only=True)
    hits = reader.search("a blue sky").hits
    assert len(hits) == 12 - len(BLOBS)
    assert all(np.isfinite(hit.score) for hit in hits)
    assert any(problem.startswith(f"{len(BLOBS)} stored vectors") for problem in reader.check().problems)
    reader.close()
    events: list[object] = []
    library = open_library(emit=events.append)
    assert library.wait_idle()
    assert library.check().clean and library.status().embedded == 12
    after = {hit.photo_id: hit.score for hit in library.search("a blue sky").hits}
    assert after == pytest.approx(before, abs=0.01)
    assert sum(event.decoded for event in events if isinstance(event, IngestFinished)) == len(BLOBS)
    assert f"{len(BLOBS)} stored vectors are damaged" in caplog.text


def test_what_the_user_does_at_the_start_does_not_wait_for_all_vectors_to_be_read(
    indexed: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_CHUNK", 1)
    look = vectors.Vectors.damaged
    asked = 0

    def slowly(self: vectors.Vectors, model_id: int) -> Iterator[list[int]]:
        nonlocal asked
        for batch in look(self, model_id):
            asked += 1
            time.sleep(0.5)
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(vectors.Vectors, "damaged", slowly)
        library = open_library()
        library.save_concept("Sea", parse("the sea"))
        library.close()
        assert asked < 6, "they were all read first"
    spoil(indexed, list(BLOBS.values()))
    library = open_library()  # in batches of one
    library.wait_idle()
    assert library.check().clean and library.status().embedded == 12


def test_a_spoilt_vector_of_an_example_is_not_used(indexed: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    thumbnail, content = library.thumbnail(2), b"not a photo of the library"
    assert thumbnail is not None
    judged = Query((ImageTerm(1),), examples=(Example(content, True, thumbnail),))
    expected = library.search(judged).hits  # as its thumbnail says
    assert expected != library.search(Query((ImageTerm(1),))).hits
    library.close()
    for blob in BLOBS.values():
        connection = sqlite3.connect(indexed / "catalog.db")
        with connection:
            connection.execute("INSERT OR REPLACE INTO example_vectors VALUES (?, 1, ?)", [content, blob])
        connection.close()
        reader = open_library(read_only=True)
        assert reader.search(judged).hits == expected
        reader.close()
