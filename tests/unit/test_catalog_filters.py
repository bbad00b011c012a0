"""Filters: exactly the photos a person means by a folder, a time, a camera, a format, a shape."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from photolens.catalog import Catalog, FileStat, FileState
from photolens.domain import DecodedPhoto, Filters, Metadata, Order, Orientation
from photolens.errors import FailureKind
from photolens.messages import plain

POSIX_PATHS = pytest.mark.skipif(os.name == "nt", reason="the paths are those of POSIX systems")


class Shelf:
    """A catalog whose photos are called by their path below the root."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.names: dict[int, str] = {}

    def add(
        self,
        path: str,
        root: str = "/a/b",
        *,
        mtime: datetime = datetime(2020, 6, 1, 12),
        size: tuple[int, int] = (3, 2),
        format: str = "jpeg",  # noqa: A002
        content: str = "",
        **metadata: Any,
    ) -> str:
        directory, _, name = os.fsencode(path).rpartition(b"/")
        stat = FileStat(10, int(mtime.timestamp()) * 10**9, 1)
        decoded = DecodedPhoto(*size, format, Metadata(**metadata), 0, b"", None)
        key = os.fsencode(content or f"{root}/{path}")
        with self.catalog.transaction():
            folder = self.catalog.folders.add(root)
            self.catalog.files.add_pending(folder, directory, [(name, stat)])
            known = self.catalog.files.find(folder, directory, name)
            assert known is not None
            photo_id = self.catalog.photos.by_hash(key) or self.catalog.photos.insert(key, 10, decoded)
            self.catalog.files.set_indexed(known.id, photo_id, stat)
        self.names.setdefault(photo_id, path)
        return path

    def find(self, **conditions: Any) -> list[str]:
        found = self.catalog.photos.ids(Filters(**conditions)).tolist()
        ordered = self.catalog.photos.ids(Filters(**conditions), Order.OLDEST).tolist()
        assert sorted(ordered) == found, "an order must not change what is found"
        present = set(self.catalog.photos.ids().tolist())
        whole = self.catalog.photos.matching(Filters(**conditions)).tolist()
        assert [photo_id for photo_id in whole if photo_id in present] == found
        return [self.names[photo_id] for photo_id in found]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    catalog = Catalog.writer(tmp_path / "catalog.db")
    yield Shelf(catalog)
    catalog.close()


# --- folders --------------------------------------------------------------------------------


@POSIX_PATHS
@pytest.mark.parametrize("folder", ["/a/b", "/a/b/", "/a/b//", "/a/x/../b", "/a/./b"])
def test_a_root_means_itself_and_all_below_but_not_its_neighbours(shelf: Shelf, folder: str) -> None:
    inside = [shelf.add(path) for path in ("top.jpg", "c/one.jpg", "c/d/two.jpg")]
    for neighbour in ("/a/bc", "/a/B2", "/b", "/x/a/b"):
        shelf.add("other.jpg", neighbour)
    assert shelf.find(folders=(folder,)) == inside


@POSIX_PATHS
@pytest.mark.parametrize("folder", ["/a/b/c", "/a/b/c/"])
def test_a_sub_folder_means_whole_components(shelf: Shelf, folder: str) -> None:
    inside = [shelf.add(path) for path in ("c/one.jpg", "c/d/two.jpg")]
    for path in ("top.jpg", "cc/x.jpg", "d/c/x.jpg", "c.jpg", "c d/x.jpg"):
        shelf.add(path)
    assert shelf.find(folders=(folder,)) == inside
    assert shelf.find(folders=("/a/b/c/d",)) == ["c/d/two.jpg"]
    assert shelf.find(folders=("/a/b/c/one.jpg",)) == []


@POSIX_PATHS
def test_a_folder_above_the_roots_means_all_of_them(shelf: Shelf) -> None:
    shelf.add("one.jpg", "/a/b")
    shelf.add("two.jpg", "/a/c")
    shelf.add("three.jpg", "/ab/c")
    assert shelf.find(folders=("/a",)) == ["one.jpg", "two.jpg"]


@POSIX_PATHS
def test_the_home_folder_may_be_written_short(shelf: Shelf) -> None:
    inside = shelf.add("one.jpg", os.path.expanduser("~/Pictures"))
    shelf.add("two.jpg", "/elsewhere/Pictures")
    assert shelf.find(folders=("~/Pictures",)) == [inside]


@pytest.mark.parametrize("name", ["Holiday", "holiday", "Holiday/", "HOLIDAY"])
def test_a_bare_name_means_any_folder_called_so(shelf: Shelf, name: str) -> None:
    inside = [
        shelf.add("Holiday/x.jpg"),
        shelf.add("2019/holiday/beach/x.jpg"),
        shelf.add("below the root.jpg", "/pictures/Holiday"),
    ]
    for path in ("Holiday 2019/x.jpg", "my Holiday/x.jpg", "Holiday.jpg", "Holidays/x.jpg"):
        shelf.add(path)
    assert shelf.find(folders=(name,)) == inside


def test_a_bare_name_may_have_several_parts_and_span_the_root(shelf: Shelf) -> None:
    deep, across = shelf.add("x/2019/July/x.jpg"), shelf.add("July/x.jpg", "/p/2019")
    shelf.add("2019/x/July/x.jpg")
    shelf.add("2019/July 2/x.jpg")
    assert shelf.find(folders=("2019/July",)) == [deep, across]


@pytest.mark.parametrize("name", ["100%", "a_b", "it's", "[x]", "x*", "Straße", "写真"])
def test_folder_names_are_taken_literally(shelf: Shelf, name: str) -> None:
    inside = shelf.add(f"{name}/x.jpg")
    for other in ("100 percent", "axb", "its", "x", "xy"):
        shelf.add(f"{other}/x.jpg")
    assert shelf.find(folders=(name,)) == [inside]
    assert shelf.find(folders=(f"/a/b/{name}",)) == ([] if os.name == "nt" else [inside])


@POSIX_PATHS
def test_folders_with_undecodable_names_are_found_by_what_is_around_them(shelf: Shelf) -> None:
    inside = [shelf.add(os.fsdecode(path)) for path in (b"caf\xe9/x.jpg", b"caf\xe9/deep/x.jpg")]
    shelf.add("cafe/y.jpg")
    assert shelf.find(folders=("/a/b",)) == [*inside, "cafe/y.jpg"]
    assert shelf.find(folders=("deep",)) == inside[1:]
    assert shelf.find(folders=("caf",)) == []


def test_several_folders_mean_either_and_a_photo_in_both_comes_once(shelf: Shelf) -> None:
    shelf.add("one/x.jpg", content="same")
    shelf.add("two/x.jpg", content="same")
    shelf.add("two/y.jpg")
    shelf.add("three/z.jpg")
    assert shelf.find(folders=("one", "two")) == ["one/x.jpg", "two/y.jpg"]
    assert shelf.find(folders=("nowhere",)) == []


def test_a_place_that_a_photo_has_left_does_not_count(shelf: Shelf) -> None:
    shelf.add("old/x.jpg", content="same")
    lost = shelf.catalog.files.find(1, b"old", b"x.jpg")
    assert lost is not None
    with shelf.catalog.transaction():
        shelf.catalog.files.set_missing([lost.id])
    assert shelf.find(folders=("old",)) == []
    shelf.add("new/x.jpg", content="same")
    assert shelf.find(folders=("old",)) == []
    assert shelf.find(folders=("new",)) == ["old/x.jpg"]  # the photo known by its first name
    assert shelf.catalog.files.counts()[FileState.MISSING] == 0


def test_a_file_that_can_no_longer_be_read_does_not_count(shelf: Shelf) -> None:
    shelf.add("good/x.jpg", content="same")
    shelf.add("broken/x.jpg", content="same")
    broken = shelf.catalog.files.find(1, b"broken", b"x.jpg")
    assert broken is not None
    with shelf.catalog.transaction():
        shelf.catalog.files.set_failed(broken.id, FailureKind.DAMAGED, plain("It ends early."))
    assert shelf.find(folders=("broken",)) == []
    assert shelf.find(folders=("good",)) == ["good/x.jpg"]


# --- time -----------------------------------------------------------------------------------

NIGHT = [datetime(2019, 12, 31, 23, 59, 59, 999_999), datetime(2020, 1, 1), datetime(2020, 1, 1, 23, 59, 59)]


def test_since_and_until_include_their_whole_day(shelf: Shelf) -> None:
    before, first, last = (shelf.add(f"{n}.jpg", taken_at=t) for n, t in enumerate(NIGHT))
    after = shelf.add("after.jpg", taken_at=datetime(2020, 1, 2))
    day = date(2020, 1, 1)
    assert shelf.find(since=day) == [first, last, after]
    assert shelf.find(until=day) == [before, first, last]
    assert shelf.find(since=day, until=day) == [first, last]
    assert shelf.find(since=date(2020, 1, 2), until=day) == []
    assert shelf.find(until=date(2019, 12, 31)) == [before]


def test_the_first_and_the_last_day_there_are(shelf: Shelf) -> None:
    everything = [
        shelf.add("1.jpg", taken_at=datetime(1, 1, 1)),
        shelf.add("2.jpg", taken_at=datetime(999, 12, 31)),
        shelf.add("3.jpg", taken_at=datetime(9999, 12, 31, 23, 59, 59, 999_999)),
    ]
    assert shelf.find(since=date.min) == shelf.find(until=date.max) == everything
    assert shelf.find(since=date.max) == everything[2:]
    assert shelf.find(until=date.min) == everything[:1]
    assert shelf.find(since=date(1000, 1, 1)) == everything[2:]


def test_without_a_camera_date_the_file_date_counts_in_local_time(shelf: Shelf) -> None:
    shelf.add("before.jpg", mtime=datetime(2019, 12, 31, 23, 59, 59))
    on_the_day = [shelf.add(f"{hour}.jpg", mtime=datetime(2020, 1, 1, hour)) for hour in (0, 12, 23)]
    dated = shelf.add("dated.jpg", mtime=datetime(2024, 1, 1), taken_at=datetime(2020, 1, 1, 5))
    shelf.add("other.jpg", mtime=datetime(2020, 1, 1), taken_at=datetime(2018, 1, 1))
    assert shelf.find(since=date(2020, 1, 1), until=date(2020, 1, 1)) == [*on_the_day, dated]


@pytest.fixture(params=["Pacific/Auckland", "America/Los_Angeles"])
def far_from_greenwich(request: pytest.FixtureRequest) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be set here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_from_greenwich")
def test_the_file_date_is_the_local_one_wherever_that_is(shelf: Shelf) -> None:
    early, late = (shelf.add(f"{hour}.jpg", mtime=datetime(2020, 1, 1, hour)) for hour in (1, 23))
    assert shelf.find(since=date(2020, 1, 1), until=date(2020, 1, 1)) == [early, late]
    found = shelf.catalog.photos.get(shelf.catalog.photos.ids().tolist())
    assert {photo.sort_time.date() for photo in found} == {date(2020, 1, 1)}


# --- what the photo is ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "format_"),
    [
        *((name, "jpeg") for name in ("jpg", ".JPG", "jpe", "jfif", "JPEG")),
        *(("heic", "heif"), ("HIF", "heif"), ("tif", "tiff"), ("png", "png"), (".webp", "webp")),
    ],
)
def test_formats_go_by_any_of_their_names(shelf: Shelf, asked: str, format_: str) -> None:
    for known in ("jpeg", "heif", "tiff", "png", "webp"):
        shelf.add(f"{known}.x", format=known)
    assert shelf.find(formats=(asked,)) == [f"{format_}.x"]


def test_several_formats_mean_either(shelf: Shelf) -> None:
    for known in ("jpeg", "heif", "png"):
        shelf.add(f"{known}.x", format=known)
    assert shelf.find(formats=("jpg", "png", "jpeg")) == ["jpeg.x", "png.x"]
    assert shelf.find(formats=("xcf",)) == []


def test_orientation(shelf: Shelf) -> None:
    for name, size in (("wide", (3, 2)), ("tall", (2, 3)), ("even", (2, 2))):
        shelf.add(name, size=size)
    assert shelf.find(orientation=Orientation.LANDSCAPE) == ["wide"]
    assert shelf.find(orientation=Orientation.PORTRAIT) == ["tall"]
    assert shelf.find(orientation=Orientation.SQUARE) == ["even"]


def test_cameras_go_by_any_part_of_make_and_model(shelf: Shelf) -> None:
    canon = shelf.add("canon", camera_make="Canon", camera_model="EOS 5D")
    pixel = shelf.add("pixel", camera_make="Google", camera_model="Pixel 7")
    model_only = shelf.add("model", camera_model="PIXEL_9%")
    shelf.add("none")
    assert shelf.find(cameras=("canon",)) == shelf.find(cameras=("Canon EOS",)) == [canon]
    assert shelf.find(cameras=("pixel",)) == [pixel, model_only]
    assert shelf.find(cameras=("canon", "google")) == [canon, pixel]
    assert shelf.find(cameras=("%",)) == shelf.find(cameras=("_",)) == [model_only]


def test_place_known_or_not(shelf: Shelf) -> None:
    at_sea = shelf.add("null island", latitude=0.0, longitude=0.0)
    nowhere = shelf.add("nowhere")
    assert shelf.find(has_gps=True) == [at_sea]
    assert shelf.find(has_gps=False) == [nowhere]
    assert shelf.find() == [at_sea, nowhere]


def test_all_conditions_must_hold(shelf: Shelf) -> None:
    wanted: dict[str, Any] = {
        "taken_at": datetime(2020, 6, 1),
        "camera_make": "Canon",
        "latitude": 1.0,
        "longitude": 1.0,
        "size": (2, 3),
        "format": "png",
    }
    others: dict[str, Any] = {
        "taken_at": datetime(2021, 6, 1),
        "camera_make": "Nikon",
        "latitude": None,
        "size": (3, 2),
        "format": "jpeg",
    }
    all_met = shelf.add("in/wanted", **wanted)
    shelf.add("out/wanted", **wanted)
    for key, value in others.items():
        shelf.add(f"in/{key}", **(wanted | {key: value}))
    assert shelf.find(
        folders=("in", "inside"),
        since=date(2020, 1, 1),
        until=date(2020, 12, 31),
        formats=("png",),
        orientation=Orientation.PORTRAIT,
        cameras=("canon", "sony"),
        has_gps=True,
    ) == [all_met]


def test_folders_are_found_at_the_root_of_the_disk(shelf: Shelf) -> None:
    shelf.add("other/deep/x.jpg", "/")
    shelf.add("y.jpg", "/pics")
    assert shelf.find(folders=("/other",)) == ["other/deep/x.jpg"]
    assert sorted(shelf.find(folders=("/",))) == ["other/deep/x.jpg", "y.jpg"]


def test_folders_with_any_bytes_and_any_case(shelf: Shelf) -> None:
    shelf.add("d\udcffx/a.jpg")
    shelf.add("d\udcfex/b.jpg")
    shelf.add("\u00dcber/c.jpg")
    assert shelf.find(folders=("/a/b/d\udcffx",)) == ["d\udcffx/a.jpg"]
    assert shelf.find(folders=("\u00fcber",)) == ["\u00dcber/c.jpg"]


def test_the_date_shown_is_the_date_filtered_by(shelf: Shelf) -> None:
    shelf.add("a/x.jpg", content="same", mtime=datetime(2020, 6, 1))
    shelf.add("b/x.jpg", content="same", mtime=datetime(2010, 6, 1))
    (photo,) = shelf.catalog.photos.get([1])
    assert shelf.find(since=photo.sort_time.date(), until=photo.sort_time.date()) != []
