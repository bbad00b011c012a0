"""Whole columns at once: the same photos in the same order as by other ways, and right in every field."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlite_utils import Database

from photolens.catalog import Catalog, FileStat
from photolens.catalog.first_page import LATEST_STEP
from photolens.catalog.listing import numbers
from photolens.catalog.migrations import migrations
from photolens.domain import DecodedPhoto, Directory, Facets, Filters, Listing, Metadata, Order, Orientation
from photolens.gui.folder_tree import folder_tree

Add = Callable[..., int]


@pytest.fixture
def add(catalog: Catalog, folder: int) -> Add:
    """Adds a file below a root; the same `content` is the same photo."""

    def add_file(
        path: bytes,
        *,
        root: int = folder,
        content: bytes = b"",
        size: tuple[int, int] = (3, 2),
        color: int = 0x102030,
        changed: float = 1_500_000_000,
        kind: str = "jpeg",
        **metadata: object,
    ) -> int:
        directory, _, name = path.rpartition(b"/")
        stat = FileStat(10, int(changed) * 10**9, 1)
        decoded = DecodedPhoto(*size, kind, Metadata(**metadata), color, b"", None)  # type: ignore[arg-type]
        key = content or b"%d/%s" % (root, path)
        with catalog.transaction():
            catalog.files.add_pending(root, directory, [(name, stat)])
            known = catalog.files.find(root, directory, name)
            assert known is not None
            photo_id = catalog.photos.by_hash(key) or catalog.photos.insert(key, 10, decoded)
            catalog.files.set_indexed(known.id, photo_id, stat)
        return photo_id

    return add_file


@pytest.fixture
def drive(catalog: Catalog) -> int:
    """A second root, which is offline."""
    with catalog.transaction():
        folder_id = catalog.folders.add("/drive")
        catalog.folders.set_online(folder_id, False)
    return folder_id


def lose(catalog: Catalog, folder: int, name: bytes) -> None:
    known = catalog.files.find(folder, b"", name)
    assert known is not None
    with catalog.transaction():
        catalog.files.set_missing([known.id])


def times(listing: Listing) -> list[datetime]:
    return listing.times.tolist()


# --- listings -------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(Order))
def test_a_listing_has_the_same_order_as_the_ids(catalog: Catalog, add: Add, order: Order) -> None:
    random = np.random.default_rng(5)
    for number in range(60):
        taken_at = datetime(2019, 5, 1, 12, 0, number % 4, number % 3) if number % 2 else None
        name = b"%d.jpg" % random.integers(1000)
        directory = b"d%d" % number
        add(directory + b"/" + name, changed=1_556_705_000 + number % 5, taken_at=taken_at)
        add(directory + b"/a" + name, content=b"%d" % (number % 7), changed=random.integers(1_600_000_000))
    listing = catalog.photos.listing(order=order)
    assert len(listing) == 67
    assert listing.ids.tolist() == catalog.photos.ids(Filters(), order).tolist()


@pytest.mark.parametrize(
    "filters",
    [
        Filters(folders=("/pictures/x",)),
        Filters(folders=("y",), formats=("jpg",)),
        Filters(since=date(2018, 1, 1)),
        Filters(until=date(2018, 1, 1), orientation=Orientation.LANDSCAPE),
        Filters(cameras=("canon", "nikon")),
        Filters(has_gps=False, since=date(2000, 1, 1), until=date(2030, 1, 1)),
        Filters(formats=("gif",)),
    ],
)
def test_a_listing_meets_the_same_filters_as_the_ids(catalog: Catalog, add: Add, filters: Filters) -> None:
    add(b"x/a.jpg", taken_at=datetime(2019, 1, 1), camera_make="Canon")
    add(b"x/y/b.jpg", size=(2, 3), camera_model="NIKON D90", latitude=1.0, longitude=1.0)
    add(b"y/c.png", kind="png", taken_at=datetime(2010, 1, 1))
    add(b"y/a copy.jpg", content=b"0/x/a.jpg", camera_make="Canon")
    listing = catalog.photos.listing(filters, Order.OLDEST)
    assert listing.ids.tolist() == catalog.photos.ids(filters, Order.OLDEST).tolist()


def test_every_column_says_what_the_photo_says(catalog: Catalog, add: Add) -> None:
    add(b"a.jpg", size=(300, 200), color=0xFFEEDD, taken_at=datetime(2019, 7, 14, 18, 30, 5, 999_999))
    add(b"b.jpg", size=(200, 300), color=0, changed=1_400_000_000)
    listing = catalog.photos.listing()
    assert listing.aspects.tolist() == pytest.approx([1.5, 2 / 3])
    assert listing.colors.tolist() == [0xFFEEDD, 0]
    assert times(listing) == [datetime(2019, 7, 14, 18, 30, 5), datetime.fromtimestamp(1_400_000_000)]
    assert listing.online.tolist() == [True, True]
    columns = [listing.ids, listing.aspects, listing.colors, listing.times, listing.online]
    assert [str(column.dtype) for column in columns] == [
        "int64",
        "float32",
        "uint32",
        "datetime64[s]",
        "bool",
    ]
    assert all(column.flags.c_contiguous for column in columns)


def test_the_oldest_copy_gives_the_time_as_it_does_for_the_photo(catalog: Catalog, add: Add) -> None:
    photo_id = add(b"a.jpg", content=b"same", changed=1_500_000_000)
    add(b"b.jpg", content=b"same", changed=1_400_000_000)
    (photo,) = catalog.photos.get([photo_id])
    assert times(catalog.photos.listing()) == [photo.sort_time] == [datetime.fromtimestamp(1_400_000_000)]


def test_odd_shapes_are_brought_within_what_a_grid_can_show(catalog: Catalog, add: Add) -> None:
    for name, size in ((b"a", (9000, 10)), (b"b", (10, 9000)), (b"c", (0, 10)), (b"d", (10, 0))):
        add(name, size=size)
    aspects = catalog.photos.listing(order=Order.NAME).aspects
    assert aspects.tolist() == pytest.approx([10, 0.1, 1, 1])


def test_a_photo_is_offline_when_every_copy_is(catalog: Catalog, add: Add, folder: int, drive: int) -> None:
    both = add(b"a.jpg", content=b"both")
    add(b"a.jpg", root=drive, content=b"both")
    away = add(b"b.jpg", root=drive)
    listing = catalog.photos.listing_of(np.array([both, away]))
    assert listing.online.tolist() == [True, False]
    lose(catalog, folder, b"a.jpg")
    assert catalog.photos.listing_of(np.array([both, away])).online.tolist() == [False, False]


@pytest.mark.parametrize("changed", [-(10**9), 9_000_000_000])
def test_absurd_times_break_nothing(catalog: Catalog, add: Add, changed: int) -> None:
    add(b"a.jpg", changed=changed)
    add(b"b.jpg", taken_at=datetime(1, 1, 1))
    add(b"c.jpg", taken_at=datetime(9999, 12, 31, 23, 59, 59))
    listing = catalog.photos.listing(order=Order.NAME)
    assert times(listing)[1:] == [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)]


def test_these_photos_come_in_the_order_given_without_those_that_are_gone(
    catalog: Catalog, add: Add, folder: int
) -> None:
    a, b, c = (add(b"%c.jpg" % letter, color=letter) for letter in b"abc")
    lose(catalog, folder, b"b.jpg")
    listing = catalog.photos.listing_of(np.array([c, 999, b, a, c, -1, 0]))
    assert listing.ids.tolist() == [c, a, c]
    assert listing.colors.tolist() == [ord("c"), ord("a"), ord("c")]
    assert b not in catalog.photos.listing().ids


def test_nothing_is_listed_as_nothing(catalog: Catalog, add: Add) -> None:
    nothing = np.empty(0, dtype=np.int64)
    for listing in (catalog.photos.listing(), catalog.photos.listing_of(nothing), Listing.empty()):
        assert len(listing) == len(listing.times) == 0
        assert listing.times.dtype == "datetime64[s]"
    add(b"a.jpg")
    assert len(catalog.photos.listing_of(nothing)) == 0
    assert len(catalog.photos.listing_of(np.array([77]))) == 0
    assert catalog.photos.ids(Filters(formats=("gif",))).shape == (0,)


def test_listings_are_cut_and_joined_column_by_column(catalog: Catalog, add: Add) -> None:
    for letter in b"abc":
        add(b"%c.jpg" % letter, color=letter, size=(letter, 100), changed=letter)
    listing = catalog.photos.listing(order=Order.NAME)
    joined = listing.only(np.array([2])).followed_by(listing.only(listing.colors < ord("c")))
    assert joined.colors.tolist() == [ord(letter) for letter in "cab"]
    assert joined.aspects.tolist() == pytest.approx([0.99, 0.97, 0.98])
    assert joined.ids.tolist() == listing.ids[[2, 0, 1]].tolist()
    assert times(joined) == [times(listing)[row] for row in (2, 0, 1)]
    assert len(Listing.empty().followed_by(joined)) == len(joined.online) == 3


def test_a_long_column_is_read_whole_and_in_its_order() -> None:
    db = Database(memory=True)
    count = 200_000
    sql = f"""WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count})
              SELECT n || ' ' || -n AS line FROM counted ORDER BY -n"""
    found = numbers(db, sql, columns=2)
    assert np.array_equal(found[:, 0], np.arange(count, 0, -1))
    assert np.array_equal(found[:, 1], -found[:, 0])
    db.close()


# --- facets ---------------------------------------------------------------------------------


def test_facets_count_every_present_photo_once(catalog: Catalog, add: Add, folder: int, drive: int) -> None:
    add(b"a.jpg", content=b"one", taken_at=datetime(2019, 12, 31, 23), camera_make="Canon", latitude=0.0)
    add(b"copy of a.jpg", content=b"one")
    add(b"b.heic", kind="heif", taken_at=datetime(2019, 1, 1), camera_make="Canon")
    add(b"c.jpg", root=drive, changed=datetime(2021, 6, 1).timestamp(), camera_make="Apple", latitude=-1.0)
    add(b"gone.gif", kind="gif", camera_make="Gone", latitude=5.0)
    lose(catalog, folder, b"gone.gif")
    assert catalog.photos.facets() == Facets(
        cameras=(("Canon", 2), ("Apple", 1)),
        formats=(("jpeg", 2), ("heif", 1)),
        years=((2021, 1), (2019, 2)),
        with_gps=2,
    )


def test_an_empty_library_has_no_facets(catalog: Catalog) -> None:
    assert catalog.photos.facets() == Facets()


@pytest.mark.parametrize(
    ("make", "model", "name"),
    [
        ("Canon", "EOS 5D", "Canon EOS 5D"),
        ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
        ("canon", "CANON", "CANON"),
        ("NIKON CORPORATION", "D90", "NIKON CORPORATION D90"),
        ("Apple", None, "Apple"),
        (None, "iPhone 12", "iPhone 12"),
        ("Zeiß", 'Ikon "2"', 'Zeiß Ikon "2"'),
    ],
)
def test_a_camera_is_named_once_and_its_name_finds_its_photos(
    catalog: Catalog, add: Add, make: str | None, model: str | None, name: str
) -> None:
    photo_id = add(b"a.jpg", camera_make=make, camera_model=model)
    add(b"b.jpg", camera_make="Other")
    assert dict(catalog.photos.facets().cameras) == {name: 1, "Other": 1}
    assert catalog.photos.ids(Filters(cameras=(name,))).tolist() == [photo_id]


# --- directories ----------------------------------------------------------------------------


def test_directories_count_the_photos_directly_in_them(
    catalog: Catalog, add: Add, folder: int, drive: int
) -> None:
    add(b"top.jpg")
    for name in (b"x/a.jpg", b"x/y z/b.jpg", b"x/y z/c.jpg"):
        add(name)
    add(b"x/a copy.jpg", content=b"%d/x/a.jpg" % folder)
    add(b"x/a.jpg", root=drive, content=b"%d/x/a.jpg" % folder)
    add(b"caf\xe9/d.jpg", root=drive)
    assert catalog.photos.directories() == [
        Directory(os.path.join("/drive", os.fsdecode(b"caf\xe9")), drive, 1),
        Directory(os.path.join("/drive", "x"), drive, 1),
        Directory("/pictures", folder, 1),
        Directory(os.path.join("/pictures", "x"), folder, 1),
        Directory(os.path.join("/pictures", "x", "y z"), folder, 2),
    ]


def test_photos_that_lie_in_several_directories_are_taken_off_where_these_meet(
    catalog: Catalog, add: Add, folder: int, drive: int
) -> None:
    for name in (b"trips/rome/a.jpg", b"trips/rome/best/a.jpg", b"trips/oslo/a.jpg", b"a.jpg"):
        add(name, content=b"same")
    add(b"b/c/d/e.jpg", content=b"other")
    add(b"b/c/f/e.jpg", content=b"other")
    add(b"e.jpg", root=drive, content=b"other")  # elsewhere, which is counted there
    add(b"trips.old/x.jpg")
    repeated = {d.path: d.repeated for d in catalog.photos.directories() if d.repeated}
    assert repeated == {
        "/pictures": 1,
        os.path.join("/pictures", "trips"): 1,
        os.path.join("/pictures", "trips", "rome"): 1,
        os.path.join("/pictures", "b", "c"): 1,
    }
    roots = folder_tree(catalog.folders.with_counts(), catalog.photos.directories())
    assert {root.path: root.photos for root in roots} == {"/pictures": 3, "/drive": 1}
    for node in (roots[0], *roots[0].children, *roots[1].children):
        assert node.photos == len(catalog.photos.ids(Filters(folders=(node.path,))))


def test_a_directory_whose_photos_are_gone_is_not_listed(catalog: Catalog, add: Add, folder: int) -> None:
    add(b"a.jpg")
    assert [directory.path for directory in catalog.photos.directories()] == ["/pictures"]
    lose(catalog, folder, b"a.jpg")
    assert catalog.photos.directories() == []


def test_files_that_wait_in_reach_are_counted_beside_the_photos(
    catalog: Catalog, add: Add, folder: int, drive: int
) -> None:
    add(b"a.jpg")
    for root, directory in ((folder, b""), (folder, b"unread"), (drive, b"away")):
        with catalog.transaction():
            catalog.files.add_pending(root, directory, [(b"b.jpg", FileStat(1, 1, 1))])
    assert catalog.photos.directories() == [
        Directory("/pictures", folder, 1, 1),
        Directory(os.path.join("/pictures", "unread"), folder, 0, 1),
    ]


def test_a_directory_is_a_value_for_the_folder_filter(catalog: Catalog, add: Add) -> None:
    inside = add(b"x/a.jpg")
    add(b"y/b.jpg")
    path = catalog.photos.directories()[0].path
    assert Path(path).name == "x"
    assert catalog.photos.listing(Filters(folders=(path,))).ids.tolist() == [inside]


def test_the_first_page_knows_the_latest_step_of_the_schema() -> None:
    assert max(step.name for step in migrations._migrations) == LATEST_STEP
