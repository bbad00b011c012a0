"""Decoder abuse: every file gets a row or a reason, no decoder takes the program down, no endless retry."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from photolens.catalog import Catalog
from photolens.errors import FailureKind, PhotoError
from photolens.imaging.workers import Decoders
from photolens.library import Library, facade
from photolens.messages import plain
from tests.photos import make_photo, make_photos
from tests.reliability import corpora, hostile
from tests.reliability.bad_worker import COMMAND

OpenLibrary = Callable[..., Library]

CRASHED_TWICE = "Reading this file crashed the decoder twice, so it is set aside."


@pytest.fixture
def bad_decoders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries whose workers crash and hang over files of certain names."""
    monkeypatch.setattr(facade, "Decoders", partial(Decoders, command=COMMAND, decode_seconds=1.0))


def kills(tmp_path: Path) -> dict[str, int]:
    """How often each file has brought a worker down."""
    catalog = Catalog.reader(tmp_path / "library" / "catalog.db")
    try:
        rows = catalog._db.execute("SELECT name, kills FROM failures JOIN files ON id = file_id")
        return {row[0].decode(): row[1] for row in rows}
    finally:
        catalog.close()


def test_every_hostile_file_is_read_or_has_a_reason() -> None:
    result = hostile.run(corpora.sample(400))
    assert (result.crashed, result.hung, result.not_listed) == ([], [], [])
    assert result.read + result.listed == result.tried == 400
    assert result.listed > 150


@pytest.mark.soak
def test_every_hostile_file_of_the_whole_corpus_is_read_or_has_a_reason() -> None:
    result = hostile.run(corpora.corpus())
    assert (result.crashed, result.hung, result.not_listed) == ([], [], [])
    assert result.read + result.listed == result.tried > 2500


def test_a_library_of_hostile_files_has_a_row_for_each(tmp_path: Path, open_library: OpenLibrary) -> None:
    cases = corpora.sample(260)
    folder = tmp_path / "Pictures"
    corpora.write(cases, folder)
    good = make_photos(folder / "good", 3)
    library = open_library()
    library.index(folder)
    status = library.status()
    assert status.files + len(library.failures()) >= len(cases) + len(good)
    named = {Path(failed.path).name for failed in library.failures()}
    shown = {Path(file.path).name for photo in library.photo_ids().tolist() for file in library.files(photo)}
    assert named | shown >= {case.name for case in cases} | {file.name for file in good}
    assert all(failed.reason.endswith((".", "?")) for failed in library.failures())
    assert {file.name for file in good} <= shown


def test_a_file_that_kills_its_decoder_twice_is_set_aside_and_left_alone(
    tmp_path: Path, open_library: OpenLibrary, bad_decoders: None
) -> None:
    folder = tmp_path / "Pictures"
    make_photos(folder, 3)
    crash, hang = make_photo(folder / "crash.jpg", 50), make_photo(folder / "hang.jpg", 51)
    library = open_library()
    library.index(folder)
    assert library.status().photos == 3
    failed = {Path(failure.path).name: failure for failure in library.failures()}
    assert set(failed) == {"crash.jpg", "hang.jpg"}
    assert {failure.kind for failure in failed.values()} == {FailureKind.SET_ASIDE}
    assert failed["crash.jpg"].reason == CRASHED_TWICE
    assert failed["hang.jpg"].reason == (
        "Reading this file took more than a minute twice, so it is set aside."
    )
    assert kills(tmp_path) == {"crash.jpg": 2, "hang.jpg": 2}

    library.index()  # neither a scan tries again
    library.close()
    library = open_library()  # nor another start
    library.index()
    assert kills(tmp_path) == {"crash.jpg": 2, "hang.jpg": 2}

    hang.unlink()
    assert library.retry_failed() >= 1  # only who is asked: once, then it is aside again
    library.index()
    assert kills(tmp_path) == {"crash.jpg": 3}
    assert [failure.kind for failure in library.failures()] == [FailureKind.SET_ASIDE]

    make_photo(crash, 52, (300, 200))  # a file that changed is another file
    library.index()
    assert kills(tmp_path) == {"crash.jpg": 2}


def test_a_decoder_killed_once_is_no_reason_to_give_a_photo_up(
    tmp_path: Path, open_library: OpenLibrary, bad_decoders: None
) -> None:
    make_photo(tmp_path / "Pictures" / "crash-once.jpg")
    library = open_library()
    library.index(tmp_path / "Pictures")
    assert (library.status().photos, library.failures()) == (1, [])
    assert kills(tmp_path) == {}


def test_a_kill_is_remembered_when_the_program_ends_before_the_second_try(
    tmp_path: Path, open_library: OpenLibrary, bad_decoders: None
) -> None:
    file = make_photo(tmp_path / "Pictures" / "plain.jpg")
    library = open_library()
    library.index(file.parent)
    make_photo(file.with_name("crash.jpg"), 9)
    library._writer._control.stop()  # between the first try and the second, as far as the catalog can tell
    library.close()
    catalog = Catalog.writer(tmp_path / "library" / "catalog.db")
    with catalog.transaction():
        folder = catalog.folders.all()[0].id
        stat = file.with_name("crash.jpg").stat()
        catalog.files.add_pending(
            folder, b"", [(b"crash.jpg", (stat.st_size, stat.st_mtime_ns, stat.st_ino))]
        )  # type: ignore[list-item]
        (waiting,) = catalog.files.pending(1)
        assert catalog.files.count_kill(waiting.id, plain("Reading this file crashed the decoder.")) == 1
    catalog.close()
    library = open_library()
    library.index()
    assert kills(tmp_path) == {"crash.jpg": 2}
    assert library.failures()[0].reason == CRASHED_TWICE


def test_a_picture_that_kills_its_decoder_does_not_trouble_who_looks_at_it(
    tmp_path: Path, open_library: OpenLibrary, bad_decoders: None
) -> None:
    bad = make_photo(tmp_path / "crash.jpg")
    library = open_library()
    for kind, reason in (
        (FailureKind.INTERNAL, "Reading this file crashed the decoder."),
        (FailureKind.SET_ASIDE, CRASHED_TWICE),
        (FailureKind.SET_ASIDE, CRASHED_TWICE),
    ):
        with pytest.raises(PhotoError) as caught:
            library.preview(str(bad))
        assert (caught.value.kind, caught.value.reason) == (kind, reason)
    assert library.preview(str(make_photo(tmp_path / "good.jpg"))).startswith(b"\xff\xd8")
