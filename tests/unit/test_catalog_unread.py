"""Files that wait to be read, in their places among the photos."""

from __future__ import annotations

from datetime import datetime

import pytest

from photolens.catalog import Catalog, FileStat
from photolens.catalog.unread import _UNREAD
from photolens.domain import DecodedPhoto, Filters, Metadata, Order
from photolens.errors import FailureKind
from photolens.messages import plain


def wait(catalog: Catalog, folder: int, path: bytes, day: int = 1) -> int:
    """A file that waits, last changed on this day of March 2020; its id in a listing."""
    directory, _, name = path.rpartition(b"/")
    seconds = int(datetime(2020, 3, day, 12).timestamp())
    with catalog.transaction():
        catalog.files.add_pending(folder, directory, [(name, FileStat(10, seconds * 10**9, 1))])
    known = catalog.files.find(folder, directory, name)
    assert known is not None
    return -known.id


def read(catalog: Catalog, file_id: int, taken_at: datetime | None = None) -> int:
    """Read a waiting file; gives the photo."""
    with catalog.transaction():
        decoded = DecodedPhoto(3, 2, "jpeg", Metadata(taken_at), 0, b"", None)
        photo_id = catalog.photos.insert(b"%d" % file_id, 10, decoded)
        stat = catalog.files.pending_stat(-file_id)
        assert stat is not None
        catalog.files.set_indexed(-file_id, photo_id, stat)
    return photo_id


def listed(catalog: Catalog, order: Order, *folders: str) -> list[int]:
    photos = catalog.photos.listing(Filters(folders=folders), order)
    return catalog.unread.among(photos, folders, order).ids.tolist()


def test_each_has_its_place_among_the_photos(catalog: Catalog, folder: int) -> None:
    c = wait(catalog, folder, b"c.jpg", 3)
    e = wait(catalog, folder, b"sub/E.jpg", 1)
    a = read(catalog, wait(catalog, folder, b"a.jpg", 9), taken_at=datetime(2020, 3, 2))
    d = read(catalog, wait(catalog, folder, b"D.jpg", 4))
    b = wait(catalog, folder, b"B.jpg", 5)
    assert listed(catalog, Order.NEWEST) == [b, d, c, a, e]
    assert listed(catalog, Order.OLDEST) == [e, a, c, d, b]
    assert listed(catalog, Order.NAME) == [a, b, c, d, e]
    assert listed(catalog, Order.ADDED) == [b, e, c, d, a]
    assert listed(catalog, Order.NAME, "/pictures/sub") == [e]
    assert listed(catalog, Order.NEWEST, "/pictures/no such") == []


@pytest.mark.parametrize("order", list(Order))
def test_without_any_the_photos_are_as_they_were(catalog: Catalog, folder: int, order: Order) -> None:
    read(catalog, wait(catalog, folder, b"a.jpg"))
    photos = catalog.photos.listing(Filters(), order)
    assert not catalog.unread.any()
    assert catalog.unread.among(photos, (), order) is photos


def test_what_is_known_of_a_file_that_waits(catalog: Catalog, folder: int) -> None:
    file = wait(catalog, folder, b"a.jpg", 7)
    listing = catalog.unread.among(catalog.photos.listing(), (), Order.NEWEST)
    assert listing.ids.tolist() == [file]
    assert listing.times.tolist() == [datetime(2020, 3, 7, 12)]
    assert listing.online.all() and listing.aspects.tolist() == [1.5]


def test_those_that_cannot_be_read_now_and_photos_that_wait_again_are_not_among_them(
    catalog: Catalog, folder: int
) -> None:
    drive = catalog.folders.add("/drive")
    wait(catalog, drive, b"away.jpg")
    held, failed, edited, left = (
        wait(catalog, folder, name) for name in (b"h.jpg", b"f.jpg", b"e.jpg", b"l")
    )
    photo = read(catalog, edited)
    with catalog.transaction():
        catalog.folders.set_online(drive, False)
        catalog.vanished.hold([-held])
        catalog.files.set_failed(-failed, FailureKind.NOT_AN_IMAGE, plain("no photo"))
        catalog.files.queue_again([(-edited, FileStat(11, 1, 1))])
    assert listed(catalog, Order.NAME) == [photo, left]


def test_what_became_of_them(catalog: Catalog, folder: int) -> None:
    waiting, gone, failed, now_read, shown = (
        wait(catalog, folder, name) for name in (b"x/w.jpg", b"g.jpg", b"f.jpg", b"r.jpg", b"s.jpg")
    )
    photo = read(catalog, now_read)
    with catalog.transaction():
        other = catalog.photos.insert(b"s", 10, DecodedPhoto(3, 2, "jpeg", Metadata(), 0, b"", None))
        catalog.files.show(-shown, other)  # before it has a vector
        catalog.files.set_missing([-gone])
        catalog.files.set_failed(-failed, FailureKind.NOT_AN_IMAGE, plain("no photo"))
    found = {file.id: file for file in catalog.unread.files([waiting, gone, failed, now_read, shown])}
    assert found.keys() == {waiting, now_read, shown}
    assert (found[waiting].path, found[waiting].folder) == ("/pictures/x/w.jpg", "/pictures")
    assert [found[file].photo_id for file in (waiting, now_read, shown)] == [None, photo, other]
    with catalog.transaction():
        catalog.folders.set_online(folder, False)
    assert not any(file.online for file in catalog.unread.files(found))


def test_asking_whether_any_waits_reads_one_place_of_an_index(catalog: Catalog) -> None:
    for sql in (
        f"SELECT EXISTS (SELECT 1 FROM files WHERE {_UNREAD})",
        f"SELECT id FROM files WHERE {_UNREAD}",
    ):
        plan = [row[3] for row in catalog._db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert plan[-1] == "SEARCH files USING INDEX files_waiting (<expr>=?)"
