"""The queue and the copies: which file is read next, which is gone, which has only moved."""

from __future__ import annotations

import os
import sqlite3

import numpy as np
import pytest

from photolens.catalog import Catalog, FilePlace, FileStat, FileState, RootIdentity
from photolens.catalog.connection import fold
from photolens.catalog.files import full_path
from photolens.domain import DecodedPhoto, Metadata
from photolens.errors import FailureKind, LibraryError
from photolens.messages import message, plain

BYTES_NAMES = pytest.mark.skipif(os.name == "nt", reason="Windows names are text")


def photo(catalog: Catalog, content: bytes) -> int:
    found = catalog.photos.by_hash(content)
    if found is None:
        with catalog.transaction():
            found = catalog.photos.insert(content, 10, DecodedPhoto(3, 2, "jpeg", Metadata(), 0, b"", None))
    return found


def wait(catalog: Catalog, folder: int, directory: bytes, name: bytes, mtime: int = 1) -> int:
    """A file that waits to be read."""
    with catalog.transaction():
        catalog.files.add_pending(folder, directory, [(name, FileStat(10, mtime, 1))])
    known = catalog.files.find(folder, directory, name)
    assert known is not None
    return known.id


def index(catalog: Catalog, folder: int, directory: bytes, name: bytes, content: bytes) -> tuple[int, int]:
    """A file that holds a photo: its id and the photo's."""
    file_id, photo_id = wait(catalog, folder, directory, name), photo(catalog, content)
    with catalog.transaction():
        catalog.files.set_indexed(file_id, photo_id, FileStat(10, 1, 1))
    return file_id, photo_id


def state(catalog: Catalog, file_id: int) -> FileState | None:
    row = catalog._db.execute("SELECT state FROM files WHERE id = ?", [file_id]).fetchone()
    return None if row is None else FileState(row[0])


# --- the queue ------------------------------------------------------------------------------


def test_what_waits_in_one_place_is_given_in_the_same_order(catalog: Catalog, folder: int) -> None:
    other = catalog.folders.add("/other")
    for number, directory in enumerate((b"", b"a", b"a/b", b"a b", b"a0", b"A")):
        wait(catalog, folder, directory, b"%d.jpg" % number, mtime=number)
    wait(catalog, other, b"a", b"9.jpg")
    skipped = wait(catalog, folder, b"a", b"8.jpg")
    index(catalog, folder, b"a", b"read.jpg", b"1")

    def names(directory: bytes) -> list[str]:
        return [
            os.path.basename(f.path) for f in catalog.files.pending_below(folder, directory, 9, {skipped})
        ]

    assert names(b"a") == ["2.jpg", "1.jpg"]
    assert names(b"") == [f"{number}.jpg" for number in (5, 4, 3, 2, 1, 0)]
    assert names(b"b") == []
    assert len(catalog.files.pending_below(folder, b"", 2)) == 2


def test_the_next_of_a_root_are_found_without_sorting_what_waits(catalog: Catalog, folder: int) -> None:
    seen: list[str] = []
    catalog._db.conn.set_trace_callback(seen.append)
    catalog.files.pending_below(folder, b"", 9, {5})
    catalog._db.conn.set_trace_callback(None)
    plan = [row[3] for row in catalog._db.execute(f"EXPLAIN QUERY PLAN {seen[0]}")]
    assert "SEARCH files USING INDEX files_waiting_in_folder (folder_id=?)" in plan
    assert not any("ORDER BY" in step for step in plan)


def test_unknown_content_is_read_first_then_the_newest(catalog: Catalog, folder: int) -> None:
    edited, _ = index(catalog, folder, b"", b"edited.jpg", b"1")
    with catalog.transaction():
        catalog.files.queue_again([(edited, FileStat(11, 9_000, 1))])
    for name, mtime in ((b"old.jpg", 100), (b"new.jpg", 300), (b"middle.jpg", 200)):
        wait(catalog, folder, b"", name, mtime)
    names = [os.path.basename(file.path) for file in catalog.files.pending(10)]
    assert names == ["new.jpg", "middle.jpg", "old.jpg", "edited.jpg"]
    assert [os.path.basename(file.path) for file in catalog.files.pending(2)] == names[:2]


def test_the_queue_leaves_out_what_is_being_read_and_what_is_out_of_reach(
    catalog: Catalog, folder: int
) -> None:
    first, second = wait(catalog, folder, b"", b"a.jpg", 2), wait(catalog, folder, b"", b"b.jpg", 1)
    with catalog.transaction():
        away = catalog.folders.add("/away")
    wait(catalog, away, b"", b"c.jpg", 3)
    with catalog.transaction():
        assert catalog.folders.set_online(away, False)
        assert not catalog.folders.set_online(away, False)
    assert [file.id for file in catalog.files.pending(10)] == [first, second]
    assert [file.id for file in catalog.files.pending(10, skip=[first])] == [second]
    assert catalog.files.pending(10, skip=[first, second]) == []
    assert catalog.files.pending_count() == 2
    assert catalog.files.pending_offline_count() == 1
    assert catalog.files.counts()[FileState.PENDING] == 3


def test_a_waiting_file_knows_its_stat_and_what_it_held(catalog: Catalog, folder: int) -> None:
    file_id, photo_id = index(catalog, folder, b"x", b"a.jpg", b"1")
    again = FileStat(2**62, -5, -(2**63))
    with catalog.transaction():
        catalog.files.queue_again([(file_id, again)])
    (waiting,) = catalog.files.pending(5)
    assert (waiting.id, waiting.path, waiting.stat, waiting.photo_id) == (
        file_id,
        os.path.join("/pictures", "x", "a.jpg"),
        again,
        photo_id,
    )


def test_finding_a_file_again_does_not_make_a_second_row(catalog: Catalog, folder: int) -> None:
    file_id, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    assert wait(catalog, folder, b"", b"a.jpg", 77) == file_id
    known = catalog.files.find(folder, b"", b"a.jpg")
    assert known is not None
    assert (known.state, known.stat.mtime_ns, known.photo_id) == (FileState.PENDING, 77, photo_id)


def test_photos_without_a_vector_are_queued_once_each(catalog: Catalog, folder: int) -> None:
    with_vector, first = index(catalog, folder, b"", b"a.jpg", b"1")
    copy_one, _ = index(catalog, folder, b"", b"b.jpg", b"2")
    copy_two, _ = index(catalog, folder, b"", b"c.jpg", b"2")
    with catalog.transaction():
        model = catalog.vectors.model_id("m", "sha", 2)
        catalog.vectors.put(first, model, np.array([1, 0], np.float32))
        assert catalog.files.queue_without_vector(model) == 1
    assert state(catalog, with_vector) is FileState.INDEXED
    assert {state(catalog, copy_one), state(catalog, copy_two)} == {FileState.PENDING, FileState.INDEXED}
    assert catalog.photos.count() == 2


# --- failures -------------------------------------------------------------------------------


def test_failures_are_listed_with_reason_and_number_of_tries(catalog: Catalog, folder: int) -> None:
    file_id = wait(catalog, folder, b"sub", b"broken.jpg")
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.DAMAGED, plain("It ends early."))
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.UNREADABLE, plain("No permission."))
    (failed,) = catalog.files.failed()
    assert failed.path == os.path.join("/pictures", "sub", "broken.jpg")
    assert (failed.kind, failed.reason, failed.tries) == (FailureKind.UNREADABLE, "No permission.", 2)
    known = catalog.files.find(folder, b"sub", b"broken.jpg")
    assert known is not None
    assert (known.state, known.failure) == (FileState.FAILED, FailureKind.UNREADABLE)


def test_reasons_can_be_said_in_other_languages(catalog: Catalog, folder: int) -> None:
    file_id = wait(catalog, folder, b"", b"huge.jpg")
    reason = message("The file is larger than {limit} MB.", limit=2048)
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.TOO_LARGE, reason)
    (failed,) = catalog.files.failed()
    assert failed.reason == "The file is larger than 2,048 MB."
    assert (failed.reason.template, failed.reason.values) == (reason.template, reason.values)


@pytest.mark.parametrize("stored", [None, "", "{", "7", '{"template": 3}', "[" * 100_000])
def test_reasons_of_before_are_kept_as_they_are(catalog: Catalog, folder: int, stored: str | None) -> None:
    file_id = wait(catalog, folder, b"", b"a.jpg")
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.DAMAGED, plain("As it was said."))
        catalog.files._db.execute("UPDATE failures SET message = ?", [stored])
    (failed,) = catalog.files.failed()
    assert failed.reason == "As it was said."
    assert failed.reason.template is None


def test_trying_again_keeps_the_count_until_it_succeeds(catalog: Catalog, folder: int) -> None:
    file_id = wait(catalog, folder, b"", b"a.jpg")
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.DAMAGED, plain("no"))
        assert catalog.files.retry_failed() == 1
    assert catalog.files.failed() == []
    assert [file.id for file in catalog.files.pending(5)] == [file_id]
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.DAMAGED, plain("no"))
    assert [failed.tries for failed in catalog.files.failed()] == [2]
    with catalog.transaction():
        catalog.files.set_indexed(file_id, photo(catalog, b"1"), FileStat(1, 1, 1))
        assert catalog.files.retry_failed() == 0
        catalog.files.set_failed(file_id, FailureKind.DAMAGED, plain("again"))
    assert [failed.tries for failed in catalog.files.failed()] == [1]


def test_a_file_that_breaks_keeps_the_photo_it_held(catalog: Catalog, folder: int) -> None:
    file_id, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    with catalog.transaction():
        catalog.files.set_failed(file_id, FailureKind.DAMAGED, plain("It ends early."))
    known = catalog.files.find(folder, b"", b"a.jpg")
    assert known is not None
    assert known.photo_id == photo_id
    assert catalog.photos.ids().tolist() == []
    with catalog.transaction():
        catalog.files.set_indexed(file_id, photo_id, FileStat(10, 1, 1))
    assert catalog.photos.ids().tolist() == [photo_id]


# --- gone, moved, copied --------------------------------------------------------------------


def test_a_photo_whose_only_file_is_gone_is_remembered_and_comes_back(catalog: Catalog, folder: int) -> None:
    file_id, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    with catalog.transaction():
        gone, kept = catalog.files.set_missing([file_id])
    assert (gone, kept) == ([photo_id], [])
    assert state(catalog, file_id) is FileState.MISSING
    assert catalog.photos.ids().tolist() == []
    assert catalog.files.directories(folder) == set()
    assert catalog.files.present_below(folder, b"") == []
    with catalog.transaction():
        catalog.files.set_returned([file_id])
    assert catalog.photos.ids().tolist() == [photo_id]


def test_a_photo_with_a_copy_left_stays_and_the_lost_place_is_forgotten(
    catalog: Catalog, folder: int
) -> None:
    lost, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    left, _ = index(catalog, folder, b"copies", b"a.jpg", b"1")
    assert catalog.files.copies(photo_id) == 2
    assert catalog.files.copies(photo_id, besides=lost) == 1
    with catalog.transaction():
        gone, kept = catalog.files.set_missing([lost])
    assert (gone, kept) == ([], [photo_id])
    assert state(catalog, lost) is None
    assert state(catalog, left) is FileState.INDEXED
    assert catalog.photos.ids().tolist() == [photo_id]


def test_both_copies_gone_at_once_is_one_photo_gone(catalog: Catalog, folder: int) -> None:
    files = [index(catalog, folder, b"", name, b"1")[0] for name in (b"a.jpg", b"b.jpg")]
    with catalog.transaction():
        gone, kept = catalog.files.set_missing(files)
    assert (len(gone), kept) == (1, [])
    assert [state(catalog, file_id) for file_id in files] == [FileState.MISSING] * 2


def test_a_file_that_never_was_a_photo_leaves_nothing_when_it_goes(catalog: Catalog, folder: int) -> None:
    waiting, failed = wait(catalog, folder, b"", b"a.jpg"), wait(catalog, folder, b"", b"b.jpg")
    with catalog.transaction():
        catalog.files.set_failed(failed, FailureKind.NOT_AN_IMAGE, plain("This is not a picture."))
        assert catalog.files.set_missing([waiting, failed, 12345]) == ([], [])
    assert catalog.files.in_directory(folder, b"") == {}
    assert catalog.files.failed() == []


def test_content_found_elsewhere_ends_a_move(catalog: Catalog, folder: int) -> None:
    old, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    new = wait(catalog, folder, b"sorted", b"a.jpg")
    with catalog.transaction():
        catalog.files.set_missing([old])
        assert catalog.files.set_indexed(new, photo_id, FileStat(10, 1, 1))
    assert state(catalog, old) is None
    assert [file.path for file in catalog.photos.files(photo_id)] == [
        os.path.join("/pictures", "sorted", "a.jpg")
    ]


def test_content_found_beside_a_present_copy_is_no_move(catalog: Catalog, folder: int) -> None:
    _, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    new = wait(catalog, folder, b"", b"b.jpg")
    with catalog.transaction():
        assert not catalog.files.set_indexed(new, photo_id, FileStat(10, 1, 1))
        assert catalog.files.forget_missing(photo_id) == 0
    assert catalog.files.copies(photo_id) == 2


def test_a_moved_file_keeps_its_photo_and_replaces_what_was_known_there(
    catalog: Catalog, folder: int
) -> None:
    moved, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    replaced, other = index(catalog, folder, b"new", b"B.jpg", b"2")
    with catalog.transaction():
        catalog.files.move(moved, folder, b"new", b"B.jpg")
    assert catalog.files.find(folder, b"", b"a.jpg") is None
    assert state(catalog, replaced) is None
    known = catalog.files.find(folder, b"new", b"B.jpg")
    assert known is not None
    assert (known.id, known.photo_id) == (moved, photo_id)
    assert catalog.photos.named("b.jpg") == [photo_id]
    assert catalog.photos.named("a.jpg") == []
    assert catalog.photos.hash_of(other) == b"2"
    with catalog.transaction():
        catalog.files.move(moved, folder, b"new", b"B.jpg")  # on itself: not deleted
    assert state(catalog, moved) is FileState.INDEXED


# --- directories and names ------------------------------------------------------------------


def test_below_a_directory_means_whole_components(catalog: Catalog, folder: int) -> None:
    everywhere = (b"", b"a", b"a/b", b"a/b/c", b"a b", b"a-b", b"a0", b"ab", b"a\xff", b"A")
    files = {place: wait(catalog, folder, place, b"x.jpg") for place in everywhere}
    inside = {b"a", b"a/b", b"a/b/c"}
    assert catalog.files.directories(folder, b"a") == inside
    assert set(catalog.files.present_below(folder, b"a")) == {files[place] for place in inside}
    assert catalog.files.directories(folder, b"a/b") == {b"a/b", b"a/b/c"}
    assert catalog.files.directories(folder) == set(everywhere)
    assert set(catalog.files.present_below(folder, b"")) == set(files.values())


def test_files_of_one_directory_do_not_include_those_below_or_of_another_root(
    catalog: Catalog, folder: int
) -> None:
    with catalog.transaction():
        other = catalog.folders.add("/other")
    here = wait(catalog, folder, b"a", b"x.jpg")
    wait(catalog, folder, b"a/b", b"y.jpg")
    wait(catalog, other, b"a", b"z.jpg")
    assert {name: file.id for name, file in catalog.files.in_directory(folder, b"a").items()} == {
        b"x.jpg": here
    }


@BYTES_NAMES
def test_names_with_undecodable_bytes_are_kept_byte_for_byte(catalog: Catalog, folder: int) -> None:
    directory, name = b"M\xfcnchen/\xe9t\xe9", b"caf\xe9\xff.jpg"
    file_id, photo_id = index(catalog, folder, directory, name, b"1")
    path = os.fsdecode(b"/pictures/" + directory + b"/" + name)
    assert [(place.folder_id, place.path) for place in catalog.files.places([file_id])] == [(folder, path)]
    assert [photo.path for photo in catalog.photos.get([photo_id])] == [path]
    assert [file.path for file in catalog.photos.files(photo_id)] == [path]
    assert list(catalog.files.in_directory(folder, directory)) == [name]
    assert catalog.files.directories(folder, b"M\xfcnchen") == {directory}


def test_names_are_compared_as_people_do() -> None:
    assert fold("Strand 🏖.JPG".encode()) == fold("strand 🏖.jpg")
    assert fold("A\u0308RGER.jpg") == fold("\u00e4rger.jpg") == fold("\u00c4rger.jpg".encode())
    for name in (b"\xff.jpg", b"caf\xe9.jpg", b"\xed\xa0\x80.jpg"):
        assert "\ufffd" in fold(name)
        assert fold(name).encode("utf-8").endswith(b".jpg")
    assert fold("lone \udcff").isprintable()


def test_places_leave_out_unknown_files_and_those_out_of_reach(catalog: Catalog, folder: int) -> None:
    file_id = wait(catalog, folder, b"", b"a.jpg")
    assert catalog.files.places([file_id, 999]) == [
        FilePlace(file_id, folder, "/pictures", b"a.jpg", photo_id=None, unread=True, stat=FileStat(10, 1, 1))
    ]
    with catalog.transaction():
        catalog.folders.set_online(folder, False)
    assert catalog.files.places([file_id]) == []


def test_full_paths_are_joined_part_by_part() -> None:
    assert full_path(b"/pictures", b"", b"a.jpg") == os.path.join("/pictures", "a.jpg")
    assert full_path(b"/", b"x/y", b"a.jpg") == os.path.join("/", "x", "y", "a.jpg")


def test_a_sample_is_spread_over_the_photos_of_a_root(catalog: Catalog, folder: int) -> None:
    with catalog.transaction():
        other = catalog.folders.add("/other")
    for number in range(60):
        index(catalog, folder, b"a", b"%02d.jpg" % number, b"%d" % number)
        wait(catalog, other, b"a", b"%02d.jpg" % number)
        wait(catalog, folder, b"b", b"%02d.jpg" % number)  # no photo yet
    for count in (5, 10, 64):
        names = [os.path.basename(path) for path, size in catalog.files.sample(folder, count)]
        assert min(count, 60) <= len(names) < 2 * count
        assert names[0] < "12.jpg" and names[-1] >= "48.jpg"
    assert catalog.files.sample(other, 5) == catalog.files.sample(999, 5) == []


def test_only_a_file_that_is_read_soon_can_be_where_a_photo_has_gone(catalog: Catalog, folder: int) -> None:
    file_id, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    size = catalog.photos.get([photo_id])[0].size_bytes
    with catalog.transaction():
        other = catalog.folders.add("/other")
        catalog.files.add_pending(other, b"", [(b"b.jpg", FileStat(size, 1, 1))])
    assert catalog.files.may_have_moved(photo_id)
    assert catalog.files.may_lie_in_changed(photo_id, file_id)
    with catalog.transaction():
        catalog.folders.set_online(other, False)
    assert not catalog.files.may_have_moved(photo_id)
    with catalog.transaction():
        catalog.folders.set_online(other, True)
        catalog.vanished.hold(catalog.files.present_below(other, b""))
    assert not catalog.files.may_have_moved(photo_id)
    assert not catalog.files.may_lie_in_changed(photo_id, file_id)


# --- roots ----------------------------------------------------------------------------------


def test_the_same_root_is_added_once(catalog: Catalog, folder: int) -> None:
    with catalog.transaction():
        assert catalog.folders.add("/pictures") == folder
        assert catalog.folders.add("/pictures2") != folder
    assert [root.path for root in catalog.folders.all()] == ["/pictures", "/pictures2"]


def test_a_root_counts_each_photo_it_holds_once(catalog: Catalog, folder: int) -> None:
    for name, content in ((b"a.jpg", b"1"), (b"copy.jpg", b"1"), (b"b.jpg", b"2")):
        index(catalog, folder, b"", name, content)
    wait(catalog, folder, b"", b"waiting.jpg")
    lost, _ = index(catalog, folder, b"", b"lost.jpg", b"3")
    with catalog.transaction():
        catalog.files.set_missing([lost])
    assert [root.photos for root in catalog.folders.with_counts()] == [2]


def test_what_a_root_was_when_it_was_scanned_is_remembered(catalog: Catalog, folder: int) -> None:
    assert catalog.folders.identity(folder) == RootIdentity()
    for known in (RootIdentity("1f", -(2**63), 5), RootIdentity(None, 7, 2**63 - 1)):
        with catalog.transaction():
            catalog.folders.set_scanned(folder, known)
        assert catalog.folders.identity(folder) == known


@BYTES_NAMES
def test_an_absorbed_root_keeps_its_files_and_photos_below_its_prefix(catalog: Catalog, folder: int) -> None:
    with catalog.transaction():
        child = catalog.folders.add("/pictures/M\udcfcnchen/tr\udcffip")
    top, first = index(catalog, child, b"", b"a.jpg", b"1")
    deep, second = index(catalog, child, b"day\xfe/x", b"b.jpg", b"2")
    failed = wait(catalog, child, b"", b"c.jpg")
    with catalog.transaction():
        catalog.files.set_failed(failed, FailureKind.DAMAGED, plain("no"))
        catalog.folders.absorb(folder, child, b"M\xfcnchen/tr\xffip")
    assert [root.id for root in catalog.folders.all()] == [folder]
    places = catalog.files.places([top, deep])
    assert {place.id: (place.folder_id, os.fsencode(place.path)) for place in places} == {
        top: (folder, b"/pictures/M\xfcnchen/tr\xffip/a.jpg"),
        deep: (folder, b"/pictures/M\xfcnchen/tr\xffip/day\xfe/x/b.jpg"),
    }
    prefix = b"M\xfcnchen/tr\xffip"
    assert {*catalog.files.in_directory(folder, prefix)} == {b"a.jpg", b"c.jpg"}
    assert {*catalog.files.in_directory(folder, prefix + b"/day\xfe/x")} == {b"b.jpg"}
    assert catalog.photos.ids().tolist() == [first, second]
    assert [file.tries for file in catalog.files.failed()] == [1]


def test_a_removed_root_forgets_its_files_and_keeps_what_was_learnt(catalog: Catalog, folder: int) -> None:
    _, photo_id = index(catalog, folder, b"", b"a.jpg", b"1")
    failed = wait(catalog, folder, b"", b"b.jpg")
    with catalog.transaction():
        catalog.files.set_failed(failed, FailureKind.DAMAGED, plain("no"))
        catalog.folders.remove(folder)
    assert catalog.folders.all() == []
    assert catalog.files.failed() == []
    assert catalog.photos.ids().tolist() == []
    assert catalog.photos.by_hash(b"1") == photo_id  # adding it again costs nothing


def test_a_file_of_an_unknown_root_is_refused(catalog: Catalog) -> None:
    with pytest.raises((LibraryError, sqlite3.IntegrityError)), catalog.transaction():
        catalog.files.add_pending(999, b"", [(b"a.jpg", FileStat(1, 1, 1))])
    assert sum(catalog.files.counts().values()) == 0
