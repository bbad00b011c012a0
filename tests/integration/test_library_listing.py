"""What a window asks of a library: listings, facets, directories, the photo itself."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photolens.domain import Directory, Filters
from photolens.errors import FailureKind, LibraryError, PhotoError
from photolens.library import Library, Order
from tests.photos import make_photo, make_photos, picture

OpenLibrary = Callable[..., Library]


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Two photos with dates and cameras, one without, in two directories."""
    folder = tmp_path / "album"
    make_photo(folder / "wide.jpg", 1, taken_at="2019:07:14 18:30:05", camera=("Canon", "Canon EOS 5D"))
    make_photo(folder / "2021" / "tall.png", 2, (320, 480))
    make_photo(folder / "2021" / "old.jpg", 3, (300, 300), taken_at="2001:02:03 04:05:06")
    return folder


def id_of(library: Library, name: str) -> int:
    return next(p.id for p in library.photos(library.photo_ids()) if Path(p.path).name == name)


def test_a_grid_knows_shapes_colours_and_times_before_any_thumbnail(
    album: Path, open_library: OpenLibrary
) -> None:
    library = open_library()
    library.index(album)
    listing = library.listing()
    photos = library.photos(listing.ids)
    assert [Path(photo.path).name for photo in photos] == ["tall.png", "wide.jpg", "old.jpg"]
    assert listing.aspects.tolist() == pytest.approx([2 / 3, 1.5, 1])
    assert listing.colors.tolist() == [photo.mean_color for photo in photos]
    expected = [photo.sort_time.replace(microsecond=0) for photo in photos]
    assert listing.times.tolist() == expected
    assert expected[1:] == [datetime(2019, 7, 14, 18, 30, 5), datetime(2001, 2, 3, 4, 5, 6)]
    assert listing.online.all()
    assert library.listing(order=Order.OLDEST).ids.tolist() == listing.ids.tolist()[::-1]
    assert library.listing(Filters(formats=("png",))).ids.tolist() == listing.ids.tolist()[:1]


def test_hits_are_listed_in_their_order(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    ids = [hit.photo_id for hit in library.search("red", limit=5).hits]
    assert library.listing_of(ids).ids.tolist() == ids
    assert library.listing_of(photo_id for photo_id in [ids[1], 10_000, ids[0]]).ids.tolist() == ids[1::-1]
    assert len(library.listing_of([])) == 0


def test_menus_offer_what_the_photos_have(album: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(album)
    facets = library.facets()
    assert facets.cameras == (("Canon EOS 5D", 1),)
    assert facets.formats == (("jpeg", 2), ("png", 1))
    assert facets.years == ((datetime.now().year, 1), (2019, 1), (2001, 1))
    assert facets.with_gps == 0
    assert len(library.photo_ids(Filters(cameras=(facets.cameras[0][0],)))) == 1
    (folder,) = library.folders()
    assert library.directories() == [
        Directory(str(album), folder.id, 1),
        Directory(str(album / "2021"), folder.id, 2),
    ]


# --- the photo itself -----------------------------------------------------------------------


def test_the_photo_itself_at_full_size_or_smaller(album: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(album)
    tall = id_of(library, "tall.png")
    full = library.picture(tall)
    assert full.flags.c_contiguous
    assert np.array_equal(full, np.asarray(picture(2, (320, 480))))
    assert library.picture(tall, 240).shape == (240, 160, 3)
    with pytest.raises(LibraryError, match="no photo 999"):
        library.picture(999)


def test_a_copy_that_can_be_read_stands_in_for_one_that_cannot(
    album: Path, open_library: OpenLibrary
) -> None:
    library = open_library()
    shutil.copy(album / "wide.jpg", album / "2021" / "wide.jpg")
    library.index(album)
    wide = id_of(library, "wide.jpg")
    first, second = (Path(file.path) for file in library.files(wide))
    first.unlink()
    assert library.picture(wide).shape == (320, 480, 3)
    second.write_bytes(b"no longer a picture")
    with pytest.raises(PhotoError, match="not there any more"):
        library.picture(wide)
    first.write_bytes(b"")
    with pytest.raises(PhotoError, match="The file is empty"):
        library.picture(wide)


def test_a_photo_that_is_gone_is_told_from_one_whose_folder_is_offline(
    album: Path, open_library: OpenLibrary
) -> None:
    library = open_library()
    library.index(album)
    wide, old = id_of(library, "wide.jpg"), id_of(library, "old.jpg")
    (album / "wide.jpg").unlink()
    with pytest.raises(PhotoError, match="moved, renamed or deleted") as caught:
        library.picture(wide)
    assert caught.value.kind is FailureKind.UNREADABLE
    library.index()  # now the catalog knows it too
    with pytest.raises(PhotoError, match="moved, renamed or deleted"):
        library.picture(wide)
    album.rename(album.with_name("unplugged"))
    for _ in ("before the catalog knows", "after"):
        with pytest.raises(PhotoError) as caught:
            library.picture(old)
        assert caught.value.kind is FailureKind.UNREADABLE
        assert f"{album} is offline" in caught.value.reason
        assert "Plug in" in caught.value.reason
        library.index()
    assert not library.listing_of([old]).online.any()


def test_a_picture_from_elsewhere_has_a_preview(tmp_path: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    (file,) = make_photos(tmp_path / "elsewhere", 1)
    for source in (str(file), file.read_bytes()):
        with Image.open(io.BytesIO(library.preview(source))) as preview:
            assert (preview.format, preview.size) == ("JPEG", (320, 213))
    with pytest.raises(PhotoError, match="not a picture"):
        library.preview(b"some text that was pasted")
    with pytest.raises(PhotoError, match="not there"):
        library.preview(str(tmp_path / "nothing.jpg"))
