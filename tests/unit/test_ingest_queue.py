"""The order in which what waits is read: files that were asked for, then places, then the newest."""

from __future__ import annotations

import pytest

from photolens.catalog import Catalog, FileStat
from photolens.ingest.waiting import Queue


@pytest.fixture
def files(catalog: Catalog, folder: int) -> dict[str, int]:
    """Ids of files that wait, by name, the oldest first; two of them in a directory."""
    with catalog.transaction():
        for mtime, name in enumerate((b"a", b"b", b"c", b"d")):
            catalog.files.add_pending(folder, b"", [(name, FileStat(10, mtime, 1))])
        for mtime, name in enumerate((b"x", b"y")):
            catalog.files.add_pending(folder, b"old", [(name, FileStat(10, -mtime, 1))])
    return {file.path.rpartition("/")[2]: file.id for file in catalog.files.pending(9)}


def taken(queue: Queue, catalog: Catalog, limit: int, read: set[int]) -> str:
    """Take files and have them read; their names."""
    found = queue.take(limit, read)
    read.update(file.id for file in found)
    return "".join(file.path.rpartition("/")[2] for file in found)


def test_files_come_before_places_and_these_before_the_rest(
    catalog: Catalog, folder: int, files: dict[str, int]
) -> None:
    queue, read = Queue(catalog), set[int]()
    queue.read_first([(folder, b"old")])
    queue.read_files_first([files["b"], files["y"], 12345, files["a"]])
    assert queue.reordered
    assert taken(queue, catalog, 2, read) == "by"
    assert not queue.reordered
    assert [taken(queue, catalog, 9, read) for _ in range(4)] == ["a", "x", "dc", ""]


def test_the_last_wish_counts_and_leaves_places_as_they_were(
    catalog: Catalog, folder: int, files: dict[str, int]
) -> None:
    queue, read = Queue(catalog), set[int]()
    queue.read_first([(folder, b"old")])
    queue.read_files_first([files["a"], files["b"]])
    queue.read_files_first([files["c"]])
    assert [taken(queue, catalog, 9, read) for _ in range(3)] == ["c", "xy", "dba"]


def test_a_file_that_waits_no_more_holds_nothing_up(
    catalog: Catalog, folder: int, files: dict[str, int]
) -> None:
    queue = Queue(catalog)
    with catalog.transaction():
        catalog.folders.set_online(folder, False)
    queue.read_files_first(files.values())
    assert queue.take(9, ()) == []
