"""A photo that takes five seconds to be written, with pauses, is one photo with its final content."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.ingest import content_hash
from photolens.library import Library
from tests.photos import make_photo

SECONDS = 5.0
PARTS = 7
PATIENCE = 20.0
OpenLibrary = Callable[..., Library]
Writer = Callable[[Path, bytes], None]


def parts_of(data: bytes) -> list[bytes]:
    size = -(-len(data) // PARTS)
    return [data[start : start + size] for start in range(0, len(data), size)]


def pause() -> None:
    time.sleep(SECONDS / PARTS)


def append(file: Path, data: bytes) -> None:
    """As a download or a camera does."""
    with file.open("wb") as stream:
        for part in parts_of(data):
            stream.write(part)
            stream.flush()
            pause()


def open_for_each_part(file: Path, data: bytes) -> None:
    """Closed after each part, as by a program on the other side of a network."""
    for part in parts_of(data):
        with file.open("ab") as stream:
            stream.write(part)
        pause()


def fill_in(file: Path, data: bytes) -> None:
    """Of full size from the beginning, as copying programs and torrents do."""
    with file.open("wb") as stream:
        stream.truncate(len(data))
        for part in parts_of(data):
            stream.write(part)
            stream.flush()
            pause()


def fill_in_from_the_end(file: Path, data: bytes) -> None:
    with file.open("wb") as stream:
        stream.truncate(len(data))
        at = len(data)
        for part in reversed(parts_of(data)):
            at -= len(part)
            stream.seek(at)
            stream.write(part)
            stream.flush()
            pause()


def beside_then_rename(file: Path, data: bytes) -> None:
    """As browsers and careful programs do."""
    beside = file.with_name(file.name + ".part")
    append(beside, data)
    beside.rename(file)


def hidden_then_rename(file: Path, data: bytes) -> None:
    """As rsync does, which gives back the old time at the end."""
    hidden = file.with_name("." + file.name)
    append(hidden, data)
    os.utime(hidden, (1e9, 1e9))
    hidden.rename(file)


def over_itself(file: Path, data: bytes) -> None:
    """A photo that was there is written anew from the beginning."""
    append(file, data)


def whole_with_pauses(file: Path, data: bytes) -> None:
    """A smaller photo is whole for a moment, then the larger one takes its place."""
    file.write_bytes(make_photo(file.parent.parent / "small.jpg", 77).read_bytes())
    pause()
    append(file, data)


WRITERS: list[Writer] = [
    append,
    open_for_each_part,
    fill_in,
    fill_in_from_the_end,
    beside_then_rename,
    hidden_then_rename,
    over_itself,
    whole_with_pauses,
]


def test_a_slowly_written_photo_becomes_one_photo_with_its_final_content(
    pictures: Path, open_library: OpenLibrary, tmp_path: Path
) -> None:
    make_photo(pictures / "over_itself.jpg", 99)
    library = open_library()
    library.watch()
    library.index(pictures)
    before = library.status().photos
    contents = {
        writer: make_photo(tmp_path / f"{writer.__name__}.jpg", 40 + number, (1600, 1200)).read_bytes()
        for number, writer in enumerate(WRITERS)
    }
    threads = [
        threading.Thread(target=writer, args=(pictures / f"{writer.__name__}.jpg", data))
        for writer, data in contents.items()
    ]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads):
            assert library.failures() == []  # who writes slowly makes no mistake
            time.sleep(0.05)
    finally:
        for thread in threads:
            thread.join()

    expected = {content_hash(data) for data in contents.values()}
    deadline = time.monotonic() + PATIENCE
    while not (library.wait_idle(0) and expected <= known_contents(library)):
        assert library.failures() == []
        assert time.monotonic() < deadline, "not all are read"
        time.sleep(0.05)
    status = library.status()
    assert (status.photos, status.files, status.failed) == (before + len(WRITERS) - 1,) * 2 + (0,)
    assert library.check().clean


@pytest.mark.parametrize("skew", [-60.0, 60.0], ids=["behind", "ahead"])
def test_a_writer_whose_clock_is_wrong_makes_no_mistake(
    skew: float, pictures: Path, open_library: OpenLibrary, tmp_path: Path
) -> None:
    library = open_library()
    library.watch()
    library.index(pictures)
    data = make_photo(tmp_path / "whole.jpg", 40, (1600, 1200)).read_bytes()
    file, written = pictures / "from elsewhere.jpg", b""
    for part in (data[:30_000], data[30_000:50_000], data[50_000:]):
        if written:
            for _ in range(12 if len(written) < 40_000 else 30):
                assert library.failures() == []
                time.sleep(0.1)
        written += part
        file.write_bytes(written)
        os.utime(file, (time.time() + skew,) * 2)
    deadline = time.monotonic() + PATIENCE
    while content_hash(data) not in known_contents(library):
        assert library.failures() == []
        assert time.monotonic() < deadline, "it is not read"
        time.sleep(0.05)


def test_what_is_broken_is_given_up_and_said(pictures: Path, open_library: OpenLibrary) -> None:
    ahead, old = pictures / "ahead.jpg", pictures / "old.jpg"
    for file, age in ((ahead, -3600.0), (old, 1e6)):
        file.write_bytes(b"no photo")
        os.utime(file, (time.time() - age,) * 2)
    library = open_library()
    library.index(pictures)
    assert {failed.path for failed in library.failures()} == {str(ahead), str(old)}


def known_contents(library: Library) -> set[bytes]:
    """Hashes of the photos of which a file is there."""
    return {photo.content_hash for photo in library.photos(library.photo_ids().tolist())}
