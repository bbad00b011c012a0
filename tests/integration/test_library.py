"""The main job: folders in, searches out."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from photolens.domain import (
    Event,
    FileFailed,
    Filters,
    FloatArray,
    IdArray,
    IngestFinished,
    IngestProgress,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
)
from photolens.errors import FolderError, LibraryBusy, LibraryError, LibraryMissing, QueryError
from photolens.index import ApproximateIndex, limits
from photolens.ingest import content_hash
from photolens.library import Library, Order, searcher
from photolens.library.status import IndexState
from tests.models import second_model
from tests.photos import make_photo, make_photos

OpenLibrary = Callable[..., Library]


def paths_of(library: Library) -> set[str]:
    return {photo.path for photo in library.photos(library.photo_ids().tolist())}


def id_of(library: Library, path: Path) -> int:
    return next(p.id for p in library.photos(library.photo_ids().tolist()) if p.path == str(path))


def hold(library: Library, folder: Path, files: int) -> None:
    """Add a folder to a paused library, and wait until its files are known but not read."""
    library.pause()
    library.add_folder(folder)
    while library.status().pending < files:
        time.sleep(0.01)


def finished(events: list[Event]) -> list[IngestFinished]:
    return [event for event in events if isinstance(event, IngestFinished)]


def test_every_photo_of_a_folder_is_indexed_and_found(pictures: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    assert library.index(pictures)
    assert paths_of(library) == {str(file) for file in pictures.rglob("*.jpg")}
    assert library.status().photos == library.status().embedded == 12
    added = [photo_id for event in events if isinstance(event, PhotosAdded) for photo_id in event.ids]
    assert sorted(added) == sorted(library.photo_ids().tolist())
    progress = [event for event in events if isinstance(event, IngestProgress)][-1]
    assert (progress.done, progress.total, progress.failed) == (12, 12, 0)
    assert library.check().clean


def test_the_files_themselves_are_left_alone(pictures: Path, open_library: OpenLibrary) -> None:
    def state() -> dict[str, tuple[str, int]]:
        return {
            str(file): (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
            for file in pictures.rglob("*")
            if file.is_file()
        }

    before = state()
    library = open_library()
    library.index(pictures)
    library.search("red")
    library.thumbnail(1)
    assert state() == before


def test_a_picture_finds_itself_and_like_it_finds_others(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    wanted = pictures / "photo_03.jpg"
    ranking = library.search(images=[str(wanted)], limit=3)
    assert library.photo(ranking.hits[0].photo_id).path == str(wanted)
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3]
    assert ranking.total == 12
    pasted = library.search(images=[wanted.read_bytes()], limit=3)
    assert [hit.photo_id for hit in pasted.hits] == [hit.photo_id for hit in ranking.hits]
    own = id_of(library, wanted)
    alike = library.more_like(own, limit=50)
    assert own not in [hit.photo_id for hit in alike.hits]
    assert len(alike.hits) == 11


def test_pages_join_without_gap_or_overlap(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    whole = [hit.photo_id for hit in library.search("a blue sky", limit=12).hits]
    pages = [hit for start in (0, 5, 10) for hit in library.search("a blue sky", limit=5, offset=start).hits]
    assert [hit.photo_id for hit in pages] == whole
    assert [hit.rank for hit in pages] == list(range(1, 13))
    assert library.search("a blue sky", limit=5, offset=99).hits == ()


def test_a_file_name_comes_first_and_is_marked(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    for name in ("photo_07.jpg", "PHOTO_07", "photo_07"):
        first, second = library.search(name, limit=2).hits
        assert library.photo(first.photo_id).path == str(pictures / "photo_07.jpg")
        assert first.matched_name and not second.matched_name


def test_negatives_and_weights_change_the_order(everyday: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(everyday / "coco")
    plain = [hit.photo_id for hit in library.search("snow", limit=108).hits]
    without = [hit.photo_id for hit in library.search("snow -people", limit=108).hits]
    by_option = [hit.photo_id for hit in library.search("snow", without=["people"], limit=108).hits]
    assert without == by_option != plain
    light = [hit.photo_id for hit in library.search("snow, 0.2:beach", limit=108).hits]
    heavy = [hit.photo_id for hit in library.search("snow, 5:beach", limit=108).hits]
    beach = [hit.photo_id for hit in library.search("beach", limit=108).hits]

    def shared_with_beach(ids: list[int]) -> int:
        return len(set(ids[:20]) & set(beach[:20]))

    assert shared_with_beach(heavy) > shared_with_beach(light)


def test_filters_combine_with_any_query(tmp_path: Path, open_library: OpenLibrary) -> None:
    folder = tmp_path / "Pictures"
    old = make_photo(folder / "old.jpg", 1, taken_at="2015:06:01 12:00:00", camera=("Canon", "Canon EOS 5D"))
    new = make_photo(folder / "Trip" / "new.jpg", 2, (320, 480), taken_at="2023:12:31 23:59:59")
    web = make_photo(folder / "web.png", 3, (300, 300))
    library = open_library()
    library.index(folder)

    def found(query: str = "", **filters: object) -> set[str]:
        hits = library.search(query, filters=Filters(**filters) if filters else None).hits  # type: ignore[arg-type]
        return {photo.path for photo in library.photos(hit.photo_id for hit in hits)}

    assert found("a picture") == {str(old), str(new), str(web)}
    assert found("a picture since:2023 until:2023") == {str(new)}
    assert found("a picture", until=date(2015, 6, 1)) == {str(old)}
    assert found("a picture", since=date(2015, 6, 2), until=date(2023, 12, 31)) == {str(new)}
    assert found("a picture type:png") == {str(web)}
    assert found("a picture is:portrait") == {str(new)}
    assert found('camera:"eos 5d"') == {str(old)}
    assert found("folder:trip") == {str(new)}
    assert found("a picture", folders=(str(folder / "Trip"),)) == {str(new)}
    assert found("a picture has:gps") == set()
    assert found("a picture folder:Trip type:png") == set()


def test_an_empty_query_says_what_to_do(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    with pytest.raises(QueryError, match="nothing to search for"):
        library.search("")
    with pytest.raises(QueryError, match="cannot be searched with"):
        library.search(images=[str(pictures / "absent.jpg")])
    with pytest.raises(QueryError, match="not in the library"):
        library.search(images=[9999])
    assert len(library.search("-people").hits) == 12
    assert len(library.search("word " * 5000).hits) == 12


def test_an_unchanged_library_is_not_read_again(pictures: Path, open_library: OpenLibrary) -> None:
    with open_library() as first:
        first.index(pictures)
    events: list[Event] = []
    library = open_library(emit=events.append)
    assert library.index()
    assert finished(events) == []
    assert library.status().photos == 12


def test_moves_and_copies_keep_the_photo_and_its_vector(pictures: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    before = {photo.path: photo.id for photo in library.photos(library.photo_ids().tolist())}
    events.clear()
    (pictures / "photo_00.jpg").rename(pictures / "renamed.jpg")
    shutil.copy2(pictures / "photo_01.jpg", pictures / "copy.jpg")
    shutil.move(pictures / "Holiday 2019", pictures / "Elsewhere")
    library.index()
    assert finished(events)[-1].decoded == 0
    assert id_of(library, pictures / "renamed.jpg") == before[str(pictures / "photo_00.jpg")]
    moved, old = pictures / "Elsewhere" / "photo_11.jpg", pictures / "Holiday 2019" / "photo_11.jpg"
    assert id_of(library, moved) == before[str(old)]
    copies = {file.path for file in library.files(before[str(pictures / "photo_01.jpg")])}
    assert copies == {str(pictures / "photo_01.jpg"), str(pictures / "copy.jpg")}
    assert library.status().photos == library.status().embedded == 12
    assert not any(isinstance(event, PhotosRemoved) for event in events)
    assert finished(events)[-1].moved == 3


def test_two_names_swapped_keep_both_photos(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    one, two, spare = pictures / "photo_00.jpg", pictures / "photo_01.jpg", pictures / "spare"
    ids = id_of(library, one), id_of(library, two)
    one.rename(spare)
    two.rename(one)
    spare.rename(two)
    os.utime(one)
    os.utime(two)
    library.index()
    assert (id_of(library, two), id_of(library, one)) == ids
    assert library.status().photos == 12


def test_an_edit_in_place_keeps_the_photo_and_embeds_it_anew(
    pictures: Path, open_library: OpenLibrary
) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    edited = pictures / "photo_02.jpg"
    before, old_thumbnail = id_of(library, edited), library.thumbnail(id_of(library, edited))
    events.clear()
    make_photo(edited, 77)
    library.index()
    assert finished(events)[-1].decoded == 1
    assert id_of(library, edited) == before
    assert [event.ids for event in events if isinstance(event, PhotosChanged)] == [(before,)]
    assert library.thumbnail(before) not in (None, old_thumbnail)
    assert library.search(images=[str(edited)], limit=1).hits[0].photo_id == before
    assert library.status().photos == library.status().embedded == 12
    assert library.check().clean


def test_a_photo_renamed_and_its_name_used_anew(pictures: Path, open_library: OpenLibrary) -> None:
    """As programs do that keep the original beside the edited photo."""
    library = open_library()
    library.index(pictures)
    names = [f"photo_{number:02}.jpg" for number in range(10)]
    before = {name: id_of(library, pictures / name) for name in names}
    for number, name in enumerate(names):
        (pictures / name).rename(pictures / f"original {name}")
        make_photo(pictures / name, 200 + number)
    library.index()
    assert {name: id_of(library, pictures / f"original {name}") for name in names} == before
    assert library.status().photos == library.status().embedded == 22
    assert library.check().clean


def test_a_deleted_file_leaves_and_returns_as_the_same_photo(
    pictures: Path, open_library: OpenLibrary
) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    file, elsewhere = pictures / "photo_05.jpg", pictures.parent / "kept.jpg"
    photo_id = id_of(library, file)
    file.rename(elsewhere)
    library.index()
    assert [event.ids for event in events if isinstance(event, PhotosRemoved)] == [(photo_id,)]
    assert library.status().photos == 11
    assert photo_id not in [hit.photo_id for hit in library.search("anything", limit=50).hits]
    events.clear()
    elsewhere.rename(pictures / "back.jpg")
    library.index()
    assert id_of(library, pictures / "back.jpg") == photo_id
    assert [event.ids for event in events if isinstance(event, PhotosAdded)] == [(photo_id,)]
    assert finished(events)[-1].decoded == 0


def test_a_folder_that_is_gone_is_offline_not_deleted(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    ids = library.photo_ids().tolist()
    away = pictures.parent / "unplugged"
    pictures.rename(away)
    library.index()
    assert library.photo_ids().tolist() == ids
    assert library.status().offline == 12
    assert not library.folders()[0].online
    hit = library.search("anything", limit=1).hits[0]
    assert not library.photo(hit.photo_id).online
    assert library.thumbnail(hit.photo_id)
    # An empty mount point is not an emptied folder.
    pictures.mkdir()
    library.index()
    assert library.status().offline == 12
    pictures.rmdir()
    away.rename(pictures)
    library.index()
    assert library.photo_ids().tolist() == ids
    assert library.status().offline == 0


def test_nested_folders_are_one(pictures: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures / "Holiday 2019")
    child = library.photo_ids().tolist()
    library.index(pictures)
    assert [folder.path for folder in library.folders()] == [str(pictures)]
    assert set(child) < set(library.photo_ids().tolist())
    assert library.status().files == 12
    assert library.add_folder(pictures / "Holiday 2019").path == str(pictures)
    assert sum(run.decoded for run in finished(events)) == 12


def test_removing_a_folder_hides_its_photos_and_adding_it_again_is_free(
    pictures: Path, open_library: OpenLibrary
) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    ids = library.photo_ids().tolist()
    library.remove_folder(pictures)
    assert library.status().photos == 0
    assert library.search("anything").hits == ()
    events.clear()
    library.index(pictures)
    assert library.photo_ids().tolist() == ids
    assert finished(events)[-1].decoded == 0
    with pytest.raises(FolderError, match="not one of this library's folders"):
        library.remove_folder(pictures.parent)


def test_the_library_inside_a_photo_folder_does_not_index_itself(
    pictures: Path, open_library: OpenLibrary
) -> None:
    library = open_library(pictures / "my library")
    library.index(pictures)
    library.index()
    assert library.status().files == 12


def test_pause_holds_and_resume_goes_on(pictures: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.pause()
    library.add_folder(pictures)
    assert not library.wait_idle(1.0)
    assert library.status().photos == 0
    assert any(isinstance(event, IngestProgress) and event.paused for event in events)
    library.resume()
    assert library.wait_idle(60)
    assert library.status().photos == 12


def test_cancel_keeps_what_waits_for_later(tmp_path: Path, open_library: OpenLibrary) -> None:
    make_photos(tmp_path / "many", 120)
    library = open_library()
    hold(library, tmp_path / "many", 120)
    library.cancel()
    assert library.wait_idle(30)
    assert library.status().photos < 120
    library.resume()
    assert library.wait_idle(60)
    assert library.status().photos == 120
    assert library.status().pending == 0


def test_closing_in_the_middle_loses_nothing(tmp_path: Path, open_library: OpenLibrary) -> None:
    make_photos(tmp_path / "many", 80)
    library = open_library()
    library.add_folder(tmp_path / "many")
    while library.status().photos == 0:
        time.sleep(0.01)
    library.close()
    events: list[Event] = []
    again = open_library(emit=events.append)
    done_before = again.status().photos
    assert again.index()
    assert again.status().photos == 80
    assert sum(run.decoded for run in finished(events)) == 80 - done_before
    assert again.check().clean


def test_searching_goes_on_while_indexing(tmp_path: Path, open_library: OpenLibrary) -> None:
    make_photos(tmp_path / "many", 150)
    library = open_library()
    library.add_folder(tmp_path / "many")
    sizes = []
    while not library.wait_idle(0):
        sizes.append(len(library.search("something blue", limit=500).hits))
    assert len(library.search("something blue", limit=500).hits) == 150
    assert sizes == sorted(sizes)
    assert any(0 < size < 150 for size in sizes)


def test_only_one_process_writes(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    with pytest.raises(LibraryBusy, match="already working"):
        open_library()
    reader = open_library(read_only=True)
    assert reader.status().photos == 12
    with pytest.raises(LibraryError, match="reading only"):
        reader.index()
    make_photo(pictures / "later.jpg", 50)
    library.index()
    assert len(reader.search("anything", limit=50).hits) == 13


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="no photo library"):
        Library(tmp_path / "nowhere", read_only=True)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("harm", ["deleted", "truncated", "flipped"])
def test_the_index_is_rebuilt_whatever_happens_to_it(
    harm: str,
    pictures: Path,
    open_library: OpenLibrary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "EXACT_LIMIT", 5)
    library = open_library()
    library.index(pictures)
    library.close()
    (file,) = (tmp_path / "library" / "index").glob("*.usearch")
    data = bytearray(file.read_bytes())
    if harm == "deleted":
        file.unlink()
    elif harm == "truncated":
        file.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(data)
    reader = open_library(read_only=True)
    assert len(reader.search("anything", limit=50).hits) == 12  # exact search needs no index
    assert reader.check().clean and reader.check().notes
    library = open_library()
    library.index()
    make_photo(pictures / "new.jpg", 60)
    library.index()
    library.close()
    status = open_library(read_only=True).status()
    assert status.index_state is IndexState.READY
    assert status.embedded == 13


def test_a_lost_thumbnail_is_made_again(pictures: Path, open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    library.index(pictures)
    shutil.rmtree(tmp_path / "library" / "thumbnails")
    futures = [library.request_thumbnail(photo_id) for photo_id in library.photo_ids().tolist()]
    for future in futures:
        jpeg = future.result(30)
        assert jpeg is not None and jpeg.startswith(b"\xff\xd8")
    assert library.thumbnail(4711) is None


def test_photos_are_listed_in_order(tmp_path: Path, open_library: OpenLibrary) -> None:
    for seed, day in enumerate(("2020:01:02", "2018:05:06", "2022:08:09")):
        make_photo(tmp_path / "p" / f"{'cab'[seed]}.jpg", seed, taken_at=f"{day} 10:00:00")
    library = open_library()
    library.index(tmp_path / "p")

    def names(order: Order) -> str:
        return "".join(Path(p.path).stem for p in library.photos(library.photo_ids(order=order).tolist()))

    assert (names(Order.NEWEST), names(Order.OLDEST), names(Order.NAME)) == ("bca", "acb", "abc")


def test_failed_files_are_listed_and_can_be_tried_again(tmp_path: Path, open_library: OpenLibrary) -> None:
    folder = tmp_path / "p"
    make_photos(folder, 2)
    whole = (folder / "photo_00.jpg").read_bytes()
    broken = folder / "broken.jpg"
    broken.write_bytes(whole[: len(whole) // 2])
    past = time.time() - 60
    os.utime(broken, (past, past))
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(folder)
    (failed,) = library.failures()
    assert (failed.path, failed.tries) == (str(broken), 1)
    assert [event.path for event in events if isinstance(event, FileFailed)] == [str(broken)]
    library.index()  # nothing changed: not tried again by itself
    assert library.failures()[0].tries == 1
    assert library.retry_failed() == 1
    assert library.wait_idle(30)
    assert library.failures()[0].tries == 2
    make_photo(broken, 40)
    library.index()
    assert library.failures() == []
    assert library.status().photos == 3


def test_another_model_never_mixes_its_vectors(
    pictures: Path, open_library: OpenLibrary, tmp_path: Path
) -> None:
    settings = second_model(tmp_path / "other")
    library = open_library()
    library.index(pictures)
    ids = library.photo_ids().tolist()
    first = {hit.photo_id: hit.score for hit in library.search("anything").hits}
    library.close()
    reader = open_library(read_only=True, settings=settings)
    assert {hit.photo_id: hit.score for hit in reader.search("anything").hits} == first  # by the first model
    library = open_library(settings=settings)
    library.index()
    assert library.photo_ids().tolist() == ids
    assert library.status().embedded == 12
    assert len(library.search("anything", limit=50).hits) == 12
    library.close()
    assert open_library(read_only=True).status().embedded == 12  # the first model's are still there


def test_a_folder_removed_while_it_is_read_spoils_nothing(tmp_path: Path, open_library: OpenLibrary) -> None:
    make_photos(tmp_path / "a", 80)
    make_photos(tmp_path / "b", 80, first=80)
    library = open_library()
    library.add_folder(tmp_path / "a")
    while library.status().photos < 16:
        time.sleep(0.01)
    library.remove_folder(tmp_path / "a")
    library.index(tmp_path / "b")
    photos = library.photos(library.photo_ids().tolist())
    assert {photo.path for photo in photos} == {str(file) for file in (tmp_path / "b").iterdir()}
    for photo in photos:
        assert photo.content_hash == content_hash(Path(photo.path).read_bytes())


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes on Windows")
def test_a_pipe_in_the_place_of_a_photo_holds_nothing_up(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    hold(library, pictures, 12)
    (pictures / "photo_00.jpg").unlink()
    os.mkfifo(pictures / "photo_00.jpg")
    library.resume()
    assert library.wait_idle(30)
    assert library.status().photos == 11


def test_a_drive_that_goes_while_much_waits_is_offline(tmp_path: Path, open_library: OpenLibrary) -> None:
    make_photos(tmp_path / "drive", 150)
    library = open_library()
    hold(library, tmp_path / "drive", 150)
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    library.resume()
    assert library.wait_idle(30)
    assert not library.folders()[0].online
    assert library.failures() == []
    (tmp_path / "unplugged").rename(tmp_path / "drive")
    library.index()
    assert library.status().photos == 150


def test_times_no_calendar_has_are_no_harm(pictures: Path, open_library: OpenLibrary) -> None:
    for name, year in (("photo_00.jpg", 1970), ("photo_01.jpg", 2106), ("photo_02.jpg", 2400)):
        seconds = int((year - 1970) * 365.25 * 86400)
        os.utime(pictures / name, (seconds, seconds))
    library = open_library()
    library.index(pictures)
    assert library.status().photos == 12
    assert len(library.photos(library.photo_ids().tolist())) == 12
    assert len(library.search("anything until:9999", limit=50).hits) == 12


def test_a_hidden_folder_below_another_is_read_when_asked_for(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    make_photos(tmp_path / "p", 2)
    make_photos(tmp_path / "p" / ".private", 3, first=10)
    library = open_library()
    library.index(tmp_path / "p")
    assert library.status().photos == 2
    library.index(tmp_path / "p" / ".private")
    assert library.status().photos == 5
    assert len(library.folders()) == 2


def test_the_librarys_own_folder_is_no_photo_folder(open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    with pytest.raises(FolderError, match="library's own folder"):
        library.add_folder(tmp_path / "library")


def test_closed_from_another_thread_it_can_be_opened_again(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    closer = threading.Thread(target=library.close)
    closer.start()
    closer.join()
    assert open_library().index(pictures)
    with pytest.raises(LibraryError, match="closed"):
        library.add_folder(pictures)
    assert library.request_thumbnail(1).cancelled()


def test_a_locked_catalog_is_reported_and_survived(pictures: Path, open_library: OpenLibrary) -> None:
    library = open_library()
    library.index(pictures)
    other = sqlite3.connect(library.status().library + "/catalog.db", isolation_level=None)
    make_photo(pictures / "new.jpg", 40)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LibraryError, match="in use by another program"):
            library.index()
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert library.index()
    assert library.status().photos == 13


def test_an_index_comes_with_the_size_of_a_library_and_goes_with_it(
    pictures: Path, open_library: OpenLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def state() -> tuple[IndexState, int]:
        files = list((tmp_path / "library" / "index").glob("*.usearch*"))
        return library.status().index_state, len(files)

    library = open_library()
    library.index(pictures)
    assert state() == (IndexState.NOT_NEEDED, 0)
    assert library.check().notes == ()
    monkeypatch.setattr(limits, "EXACT_LIMIT", 12)
    make_photo(pictures / "thirteenth.jpg", 60)
    library.index()
    assert state() == (IndexState.READY, 1)
    monkeypatch.setattr(limits, "EXACT_LIMIT", 14)  # a few less photos than that do not make it go
    make_photo(pictures / "fourteenth.jpg", 61)
    library.index()
    assert state() == (IndexState.READY, 1)
    library.close()
    library = open_library()
    assert library.index()
    assert state() == (IndexState.READY, 1)
    monkeypatch.setattr(limits, "EXACT_LIMIT", 20)
    library.close()
    library = open_library()
    assert library.index()
    assert state() == (IndexState.NOT_NEEDED, 0)
    assert len(library.search("something blue", limit=50).hits) == 14


def test_large_libraries_are_answered_by_the_index(
    tmp_path: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same way as with a million photos, only that the limit is set low."""
    make_photos(tmp_path / "p", 150)
    library = open_library()
    monkeypatch.setattr(limits, "EXACT_LIMIT", 100)
    library.index(tmp_path / "p")
    monkeypatch.setattr(searcher, "CANDIDATES", 60)
    candidates: list[set[int]] = []
    search = ApproximateIndex.search

    def noted(index: ApproximateIndex, queries: FloatArray, count: int) -> IdArray:
        found = search(index, queries, count)
        candidates.append(set(found.tolist()))
        return found

    monkeypatch.setattr(ApproximateIndex, "search", noted)
    picture = [str(tmp_path / "p" / "photo_07.jpg")]
    for asked in ({"query": "something blue", "images": picture}, {"query": "something blue type:jpeg"}):
        monkeypatch.setattr(limits, "EXACT_LIMIT", 1000)
        exact = library.search(**asked, limit=150)
        assert exact.exact and not candidates
        monkeypatch.setattr(limits, "EXACT_LIMIT", 100)
        library.search("something else")  # or the answer at hand would be given again
        candidates.clear()
        found = library.search(**asked, limit=10)
        # Which photos the index takes for near is its own affair: of these the best, as they score.
        (near,) = candidates
        assert 60 <= len(near) <= 120
        best = [(hit.photo_id, hit.score) for hit in exact.hits if hit.photo_id in near][:10]
        assert not found.exact and found.total == 150
        assert dict(best) == pytest.approx({hit.photo_id: hit.score for hit in found.hits}, abs=1e-4)
        candidates.clear()
    assert library.search("something blue type:png").hits == ()
    assert len(library.search("-blue", limit=200).hits) == 150  # nothing to be near to: all are scored
