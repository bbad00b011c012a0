"""Photos by id, name and content, and in the order a person asks for."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime

import numpy as np
import pytest

from photolens.catalog import Catalog, FileStat
from photolens.domain import DecodedPhoto, Metadata, Order

NANOSECONDS = 1_000_000_000

FULL = Metadata(
    taken_at=datetime(2019, 7, 14, 18, 30, 5, 250_000),
    utc_offset_minutes=-210,
    camera_make="Canon",
    camera_model="EOS 5D",
    lens="EF 24-70",
    exposure_seconds=1 / 250,
    f_number=2.8,
    iso=400,
    focal_length_mm=35.0,
    latitude=-33.86,
    longitude=151.2,
)


def decoded(metadata: Metadata | None = None, size: tuple[int, int] = (3, 2)) -> DecodedPhoto:
    return DecodedPhoto(*size, "jpeg", metadata or Metadata(), 0x102030, b"", None)


def index(
    catalog: Catalog,
    folder: int,
    name: bytes,
    *,
    directory: bytes = b"",
    content: bytes | None = None,
    mtime: int = 1_500_000_000,
    metadata: Metadata | None = None,
) -> int:
    """A photo with one more file; the same content is the same photo."""
    stat = FileStat(10, mtime * NANOSECONDS, 1)
    content = content or directory + b"/" + name
    with catalog.transaction():
        catalog.files.add_pending(folder, directory, [(name, stat)])
        known = catalog.files.find(folder, directory, name)
        assert known is not None
        photo_id = catalog.photos.by_hash(content) or catalog.photos.insert(content, 10, decoded(metadata))
        catalog.files.set_indexed(known.id, photo_id, stat)
    return photo_id


def lose(catalog: Catalog, folder: int, name: bytes) -> None:
    known = catalog.files.find(folder, b"", name)
    assert known is not None
    with catalog.transaction():
        catalog.files.set_missing([known.id])


# --- by id ----------------------------------------------------------------------------------


def test_a_photo_comes_back_as_it_was_put_in(catalog: Catalog, folder: int) -> None:
    photo_id = index(catalog, folder, b"a.jpg", directory=b"x/y", content=b"\0\xffhash", metadata=FULL)
    (photo,) = catalog.photos.get([photo_id])
    assert photo.metadata == FULL
    assert photo.path == os.path.join("/pictures", "x", "y", "a.jpg")
    assert (photo.folder, photo.online, photo.content_hash) == ("/pictures", True, b"\0\xffhash")
    assert (photo.width, photo.height, photo.format) == (3, 2, "jpeg")
    assert (photo.size_bytes, photo.mean_color) == (10, 0x102030)
    assert photo.modified_at == datetime.fromtimestamp(1_500_000_000)
    assert catalog.photos.by_hash(b"\0\xffhash") == photo_id
    assert catalog.photos.hash_of(photo_id) == b"\0\xffhash"


def test_a_photo_without_metadata_has_the_time_of_its_file(catalog: Catalog, folder: int) -> None:
    (photo,) = catalog.photos.get([index(catalog, folder, b"a.jpg")])
    assert photo.metadata == Metadata()
    assert photo.sort_time == datetime.fromtimestamp(1_500_000_000)


def test_photos_come_in_the_order_asked_for_and_unknown_ones_are_left_out(
    catalog: Catalog, folder: int
) -> None:
    a, b, c = (index(catalog, folder, name) for name in (b"a.jpg", b"b.jpg", b"c.jpg"))
    assert [photo.id for photo in catalog.photos.get([c, 999, a, b, c, -1])] == [c, a, b, c]
    assert catalog.photos.get([]) == []
    assert catalog.photos.by_hash(b"nothing") is None
    assert catalog.photos.hash_of(999) is None


def test_more_photos_than_one_statement_may_name(catalog: Catalog, folder: int) -> None:
    ids = [index(catalog, folder, b"%d.jpg" % number) for number in range(1203)]
    wanted = ids[::-1]
    assert [photo.id for photo in catalog.photos.get(wanted)] == wanted
    assert [photo.id for photo in catalog.photos.get(np.array(wanted).tolist()[:501])] == wanted[:501]


def test_a_reachable_copy_is_shown_before_one_out_of_reach_and_a_missing_one_last(
    catalog: Catalog, folder: int
) -> None:
    with catalog.transaction():
        drive = catalog.folders.add("/drive")
    photo_id = index(catalog, drive, b"there.jpg", content=b"same")
    index(catalog, folder, b"here.jpg", content=b"same")
    assert [photo.folder for photo in catalog.photos.get([photo_id])] == ["/drive"]
    with catalog.transaction():
        catalog.folders.set_online(drive, False)
    assert [(photo.folder, photo.online) for photo in catalog.photos.get([photo_id])] == [("/pictures", True)]
    assert [(file.folder_id, file.online) for file in catalog.photos.files(photo_id)] == [
        (folder, True),
        (drive, False),
    ]
    lose(catalog, folder, b"here.jpg")
    assert [(photo.folder, photo.online) for photo in catalog.photos.get([photo_id])] == [("/drive", False)]


def test_a_photo_with_no_copy_left_can_still_be_shown(catalog: Catalog, folder: int) -> None:
    photo_id = index(catalog, folder, b"a.jpg")
    lose(catalog, folder, b"a.jpg")
    assert [photo.id for photo in catalog.photos.get([photo_id])] == [photo_id]
    assert catalog.photos.files(photo_id) == []
    assert catalog.photos.count() == 0


@pytest.mark.parametrize("seconds", [-(2**31), 0, 4_294_967_295, 9_000_000_000])
def test_an_absurd_clock_hides_no_photo(catalog: Catalog, folder: int, seconds: int) -> None:
    photo_id = index(catalog, folder, b"a.jpg", mtime=seconds)
    assert [photo.id for photo in catalog.photos.get([photo_id])] == [photo_id]
    for order in Order:
        assert catalog.photos.ids(order=order).tolist() == [photo_id]


def test_an_edited_photo_stays_the_same_photo(catalog: Catalog, folder: int) -> None:
    photo_id = index(catalog, folder, b"a.jpg", content=b"before")
    with catalog.transaction():
        catalog.photos.replace_content(photo_id, b"after", 99, decoded(FULL, (20, 30)))
    (photo,) = catalog.photos.get([photo_id])
    assert (photo.content_hash, photo.size_bytes, photo.width, photo.height) == (b"after", 99, 20, 30)
    assert photo.metadata == FULL
    assert catalog.photos.by_hash(b"before") is None
    with catalog.transaction():
        catalog.photos.replace_content(photo_id, b"again", 99, decoded())
    assert catalog.photos.get([photo_id])[0].metadata == Metadata()


def test_an_id_is_never_given_twice(catalog: Catalog, folder: int) -> None:
    with catalog.transaction():
        first = catalog.photos.insert(b"1", 1, decoded())
        catalog._db.execute("DELETE FROM photos")
        assert catalog.photos.insert(b"2", 1, decoded()) > first


# --- counting -------------------------------------------------------------------------------


def test_photos_are_counted_once_whatever_their_copies(catalog: Catalog, folder: int) -> None:
    with catalog.transaction():
        drive = catalog.folders.add("/drive")
    index(catalog, folder, b"both.jpg", content=b"both")
    index(catalog, drive, b"both.jpg", content=b"both")
    index(catalog, drive, b"drive.jpg")
    index(catalog, folder, b"lost.jpg")
    lose(catalog, folder, b"lost.jpg")
    assert (catalog.photos.count(), catalog.photos.offline_count()) == (2, 0)
    assert catalog.photos.copy_count() == 3
    with catalog.transaction():
        catalog.folders.set_online(drive, False)
    assert (catalog.photos.count(), catalog.photos.offline_count()) == (2, 1)
    with catalog.transaction():
        catalog.folders.set_online(folder, False)
    assert (catalog.photos.count(), catalog.photos.offline_count()) == (2, 2)


def test_all_ids_are_ascending_without_repeats(catalog: Catalog, folder: int) -> None:
    ids = [index(catalog, folder, b"%d.jpg" % number, content=b"%d" % (number // 2)) for number in range(8)]
    found = catalog.photos.ids()
    assert found.dtype == np.int64
    assert found.tolist() == sorted(set(ids))


# --- by name --------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["IMG_1.jpg", "img_1.JPG", "IMG_1", "img_1"])
def test_a_name_is_found_with_or_without_suffix_whatever_the_case(
    catalog: Catalog, folder: int, asked: str
) -> None:
    wanted = index(catalog, folder, b"IMG_1.jpg")
    raw = index(catalog, folder, b"Img_1.HEIC", directory=b"phone")
    for other in (b"IMG_10.jpg", b"IMGx1.jpg", b"xIMG_1.jpg", b"IMG_1-2.jpg", b"IMG.1.jpg"):
        index(catalog, folder, other)
    assert catalog.photos.named(asked) == ([wanted] if "." in asked else [wanted, raw])


def test_a_dotted_name_is_found_by_all_before_its_last_dot_only(catalog: Catalog, folder: int) -> None:
    dotted = index(catalog, folder, b"a.b.jpg")
    plain = index(catalog, folder, b"a.jpg")
    assert catalog.photos.named("a.b") == [dotted]
    assert catalog.photos.named("a.b.jpg") == [dotted]
    assert catalog.photos.named("a") == [plain]
    assert catalog.photos.named("a.") == []
    assert catalog.photos.named("jpg") == []
    assert catalog.photos.named("") == []


@pytest.mark.parametrize("asked", ["100%", "a_b", "it's", 'the "one"', "Strand 🏖", "x*y", "写真"])
def test_names_are_taken_literally(catalog: Catalog, folder: int, asked: str) -> None:
    wanted = index(catalog, folder, f"{asked}.jpg".encode())
    for other in (b"100 percent.jpg", b"axb.jpg", b"its.jpg", b"xzy.jpg"):
        index(catalog, folder, other)
    assert catalog.photos.named(asked) == [wanted]
    assert catalog.photos.named(f"{asked}.jpg") == [wanted]


def test_a_name_finds_each_photo_once_and_none_that_is_gone(catalog: Catalog, folder: int) -> None:
    same = [index(catalog, folder, b"a.jpg", directory=place, content=b"1") for place in (b"x", b"y")]
    other = index(catalog, folder, b"a.jpg", directory=b"z")
    index(catalog, folder, b"a.jpg", content=b"gone")
    lose(catalog, folder, b"a.jpg")
    assert catalog.photos.named("a") == [same[0], other]


# --- in order -------------------------------------------------------------------------------


def test_orders(catalog: Catalog, folder: int) -> None:
    def taken(year: int) -> Metadata:
        return Metadata(taken_at=datetime(year, 6, 1, 12))

    b = index(catalog, folder, b"b.jpg", metadata=taken(2001))
    dated_by_file = index(catalog, folder, b"d.jpg", mtime=int(datetime(2010, 6, 1).timestamp()))
    c = index(catalog, folder, b"c.jpg", metadata=taken(2020))
    a = index(catalog, folder, b"a.jpg", metadata=taken(2005))
    assert catalog.photos.ids(order=Order.NEWEST).tolist() == [c, dated_by_file, a, b]
    assert catalog.photos.ids(order=Order.OLDEST).tolist() == [b, a, dated_by_file, c]
    assert catalog.photos.ids(order=Order.NAME).tolist() == [a, b, c, dated_by_file]
    assert catalog.photos.ids(order=Order.ADDED).tolist() == [a, c, dated_by_file, b]


def test_orders_are_exact_opposites_where_times_are_equal(catalog: Catalog, folder: int) -> None:
    same = Metadata(taken_at=datetime(2020, 1, 1))
    for number in range(5):
        index(catalog, folder, b"%d.jpg" % number, metadata=same)
    newest, oldest = (catalog.photos.ids(order=order).tolist() for order in (Order.NEWEST, Order.OLDEST))
    assert newest == oldest[::-1]


def test_names_are_found_whatever_their_case_accents_and_bytes(catalog: Catalog, folder: int) -> None:
    umlaut = index(catalog, folder, "A\u0308RGER.jpg".encode())
    undecodable = index(catalog, folder, b"\xff.jpg")
    assert catalog.photos.named("\u00e4rger") == [umlaut]
    assert catalog.photos.named("\udcff.jpg") == [undecodable]


def test_a_mistake_of_ours_is_not_called_damage(catalog: Catalog) -> None:
    with pytest.raises(sqlite3.IntegrityError), catalog.transaction():
        catalog.photos.insert(b"1", 1, decoded())
        catalog.photos.insert(b"1", 1, decoded())


def test_the_order_by_name_ignores_case(catalog: Catalog, folder: int) -> None:
    second, first = index(catalog, folder, b"B.jpg"), index(catalog, folder, b"a.jpg")
    assert catalog.photos.ids(order=Order.NAME).tolist() == [first, second]
