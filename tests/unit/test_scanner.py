"""Comparing folders on disk with the catalog: nothing overlooked, nothing taken for gone that is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from photolens.catalog import Catalog, FileState, RootIdentity
from photolens.domain import DecodedPhoto, Folder, Metadata
from photolens.errors import FailureKind, PhotoError
from photolens.ingest.fingerprint import DIGEST_BYTES, content_hash, fingerprint, stat_of
from photolens.ingest.identity import identity_of
from photolens.ingest.scanner import ScanResult, scan, walk
from photolens.messages import plain

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX file system")


class Place:
    """A folder of files and the catalog that follows it. Files need a photo's name, not its bytes."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "pictures"
        self.root.mkdir()
        self.catalog = Catalog.writer(tmp_path / "catalog.db")
        with self.catalog.transaction():
            self.id = self.catalog.folders.add(str(self.root))

    def write(self, *paths: str | bytes, data: bytes = b"photo") -> None:
        for path in paths:
            file = Path(os.fsdecode(os.path.join(os.fsencode(self.root), os.fsencode(path))))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def scan(self, below: bytes = b"", **options: object) -> ScanResult:
        return scan(self.catalog, Folder(self.id, str(self.root), True), below=below, **options)  # type: ignore[arg-type]

    def read_all(self) -> None:
        """What the pipeline does: every waiting file becomes a photo."""
        for file in self.catalog.files.pending(10_000):
            content = content_hash(os.fsencode(file.path))
            with self.catalog.transaction():
                photo_id = self.catalog.photos.by_hash(content) or self.catalog.photos.insert(
                    content, 1, DecodedPhoto(1, 1, "jpeg", Metadata(), 0, b"", None)
                )
                self.catalog.files.set_indexed(file.id, photo_id, file.stat)

    def settled(self) -> ScanResult:
        """Scan, read all, and take for gone what the scan missed."""
        result = self.scan()
        self.read_all()
        with self.catalog.transaction():
            self.catalog.files.set_missing(result.missing)
        return result

    def in_state(self, state: FileState) -> list[str]:
        return self._paths("state = ?", state.value)

    def names(self, result: ScanResult) -> list[str]:
        """The files that a scan missed, by their path."""
        return sorted(path for file_id in result.missing for path in self._paths("id = ?", file_id))

    def _paths(self, condition: str, value: str | int) -> list[str]:
        rows = self.catalog._db.execute(f"SELECT directory, name FROM files WHERE {condition}", [value])
        return sorted(os.fsdecode(b"/".join(part for part in row if part)) for row in rows.fetchall())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.catalog.close()


def counts(result: ScanResult) -> tuple[int, int, int, int]:
    return result.files, result.new, result.changed, len(result.missing)


# --- what is found --------------------------------------------------------------------------


def test_every_photo_below_the_root_is_queued(place: Place) -> None:
    paths = ["a.jpg", "B.JPEG", "x/y/z/c.heic", "x/d.CR2", "photo.with.dots.png"]
    place.write(*paths, "notes.txt", "movie.mp4", "jpg", "x/.hidden.jpg", "x/._a.jpg")
    result = place.scan()
    assert counts(result) == (5, 5, 0, 0)
    assert (result.online, result.complete, result.unreadable) == (True, True, [])
    assert place.in_state(FileState.PENDING) == sorted(paths)


def test_a_second_scan_finds_nothing_new(place: Place) -> None:
    place.write("a.jpg", "x/b.jpg")
    place.settled()
    assert counts(place.scan()) == (2, 0, 0, 0)
    assert place.catalog.files.pending_count() == 0


def test_more_files_than_one_transaction_takes(place: Place) -> None:
    place.write(*(f"{number % 7}/{number}.jpg" for number in range(1300)))
    assert counts(place.scan()) == (1300, 1300, 0, 0)
    assert place.catalog.files.pending_count() == 1300


def test_an_edited_file_is_read_again_and_stays_the_same_photo(place: Place) -> None:
    place.write("a.jpg", "b.jpg", "c.jpg")
    place.settled()
    place.write("a.jpg", data=b"longer than before")
    os.utime(place.root / "b.jpg", ns=(1, 1))  # same size, another time
    photos = place.catalog.photos.ids().tolist()
    assert counts(place.scan()) == (3, 0, 2, 0)
    assert place.in_state(FileState.PENDING) == ["a.jpg", "b.jpg"]
    assert place.catalog.photos.ids().tolist() == photos


def test_another_inode_alone_is_no_change(place: Place) -> None:
    place.write("a.jpg")
    place.settled()
    file = place.root / "a.jpg"
    before = file.stat()
    (place.root / "copy").write_bytes(file.read_bytes())
    os.replace(place.root / "copy", file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_ino != before.st_ino
    assert counts(place.scan()) == (1, 0, 0, 0)


def test_a_deleted_file_is_missing_and_back_when_it_returns(place: Place) -> None:
    place.write("a.jpg", "x/b.jpg", "x/y/c.jpg")
    place.settled()
    photos = place.catalog.photos.ids().tolist()
    os.rename(place.root / "x", place.root.parent / "x")
    result = place.scan()
    assert place.names(result) == ["x/b.jpg", "x/y/c.jpg"]
    assert len(place.catalog.photos.ids()) == 3, "the caller decides, once moves are known"
    place.settled()
    assert place.in_state(FileState.MISSING) == ["x/b.jpg", "x/y/c.jpg"]
    assert counts(place.scan()) == (1, 0, 0, 0), "what is known to be missing is not missed again"
    os.rename(place.root.parent / "x", place.root / "x")
    assert counts(place.scan()) == (3, 0, 0, 0)
    assert place.catalog.files.pending_count() == 2, "to be hashed once more, as years may have passed"
    assert place.catalog.photos.ids().tolist() == photos


def test_a_file_that_returns_changed_is_read_again(place: Place) -> None:
    place.write("a.jpg", "keep.jpg")
    place.settled()
    (place.root / "a.jpg").unlink()
    place.settled()
    place.write("a.jpg", data=b"another picture")
    assert counts(place.scan()) == (2, 0, 1, 0)
    assert place.in_state(FileState.PENDING) == ["a.jpg"]


def test_a_file_that_could_not_be_opened_is_tried_again_but_a_damaged_one_is_not(place: Place) -> None:
    place.write("locked.jpg", "damaged.jpg")
    place.scan()
    with place.catalog.transaction():
        for file in place.catalog.files.pending(9):
            kind = FailureKind.UNREADABLE if "locked" in file.path else FailureKind.DAMAGED
            place.catalog.files.set_failed(file.id, kind, plain("no"))
    assert counts(place.scan()) == (2, 0, 0, 0)
    assert place.in_state(FileState.PENDING) == ["locked.jpg"]
    assert place.in_state(FileState.FAILED) == ["damaged.jpg"]


def test_a_file_in_place_of_a_folder_and_the_other_way_round(place: Place) -> None:
    place.write("x/a.jpg", "b.jpg")
    place.settled()
    (place.root / "x" / "a.jpg").unlink()
    (place.root / "x").rmdir()
    (place.root / "b.jpg").unlink()
    place.write("x", "b.jpg/c.jpg")
    result = place.scan()
    assert place.names(result) == ["b.jpg", "x/a.jpg"]
    assert place.in_state(FileState.PENDING) == ["b.jpg/c.jpg"]


# --- what is left out -----------------------------------------------------------------------


def test_hidden_folders_and_those_of_other_programs_are_left_out(place: Place) -> None:
    skipped = (".thumbnails", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found")
    place.write("a.jpg", *(f"x/{name}/deep/b.jpg" for name in skipped), "x/recycle/c.jpg", "..x/d.jpg")
    place.scan()
    assert place.in_state(FileState.PENDING) == ["a.jpg", "x/recycle/c.jpg"]


def test_folders_to_be_skipped_are_left_out_by_their_real_path(place: Place) -> None:
    place.write("a.jpg", "library/thumbnails/b.jpg", "library2/c.jpg")
    place.scan(skip={os.path.realpath(place.root / "library")})
    assert place.in_state(FileState.PENDING) == ["a.jpg", "library2/c.jpg"]


@POSIX
def test_links_cannot_lead_the_scan_in_circles_or_out_of_the_root(place: Place, tmp_path: Path) -> None:
    place.write("a.jpg", "x/b.jpg")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "c.jpg").write_bytes(b"photo")
    (place.root / "x" / "up").symlink_to(place.root)
    (place.root / "folder.jpg").symlink_to(place.root / "x")
    (place.root / "out").symlink_to(tmp_path / "outside")
    (place.root / "itself.jpg").symlink_to(place.root / "itself.jpg")
    (place.root / "dangling.jpg").symlink_to(tmp_path / "nothing.jpg")
    (place.root / "file.jpg").symlink_to(tmp_path / "outside" / "c.jpg")
    result = place.scan()
    assert place.in_state(FileState.PENDING) == ["a.jpg", "file.jpg", "x/b.jpg"]
    assert result.unreadable == []


@POSIX
def test_pipes_and_sockets_with_a_photos_name_are_left_out(place: Place) -> None:
    os.mkfifo(place.root / "pipe.jpg")
    assert counts(place.scan()) == (0, 0, 0, 0)


@POSIX
def test_names_with_undecodable_bytes_newlines_and_great_length(place: Place) -> None:
    names = [b"caf\xe9.jpg", b"\xff\xfe.JPG", b"new\nline.png", b" .jpg", b"x" * 251 + b".jpg"]
    names += ["写真 🏖.jpg".encode(), "e\u0301.jpg".encode(), "\u00e9.jpg".encode()]
    paths = [b"M\xfcnchen\xff/" + name for name in names]
    place.write(*paths)
    assert counts(place.scan()) == (8, 8, 0, 0)
    assert {os.fsencode(file.path) for file in place.catalog.files.pending(99)} == {
        os.fsencode(place.root) + b"/" + path for path in paths
    }
    place.read_all()
    assert counts(place.scan()) == (8, 0, 0, 0)
    os.unlink(os.fsencode(place.root) + b"/" + paths[0])
    assert len(place.scan().missing) == 1


# --- what must not be taken for gone --------------------------------------------------------


def test_a_root_that_is_not_there_is_offline_and_loses_nothing(place: Place) -> None:
    place.write("a.jpg", "x/b.jpg")
    place.settled()
    os.rename(place.root, place.root.parent / "unplugged")
    result = place.scan()
    assert (result.online, result.missing) == (False, [])
    assert len(place.catalog.photos.ids()) == 2
    os.rename(place.root.parent / "unplugged", place.root)
    assert counts(place.scan()) == (2, 0, 0, 0)


def test_an_empty_mount_point_is_offline(place: Place) -> None:
    place.write("a.jpg")
    place.settled()
    os.rename(place.root, place.root.parent / "drive")
    place.root.mkdir()
    result = place.scan()
    assert (result.online, result.missing) == (False, [])


def test_a_file_in_place_of_the_root_is_offline(place: Place) -> None:
    place.write("a.jpg")
    place.settled()
    os.rename(place.root, place.root.parent / "drive")
    place.root.write_bytes(b"")
    assert not place.scan().online


def test_a_root_that_the_user_emptied_is_online_and_its_files_are_missing(place: Place) -> None:
    place.write("a.jpg", "b.jpg")
    place.settled()
    for file in place.root.iterdir():
        file.unlink()
    result = place.scan()
    assert result.online
    assert place.names(result) == ["a.jpg", "b.jpg"]


def test_an_empty_folder_can_be_a_root(place: Place) -> None:
    result = place.scan()
    assert (result.online, counts(result)) == (True, (0, 0, 0, 0))


def test_a_scan_that_is_stopped_takes_nothing_for_gone(place: Place) -> None:
    place.write(*(f"{number:02}/a.jpg" for number in range(20)))
    place.settled()
    (place.root / "05" / "a.jpg").unlink()
    place.write(*(f"{number:02}/new.jpg" for number in range(20)))
    for after in range(0, 21, 5):
        answers = iter([False] * after)
        result = place.scan(stopped=lambda answers=answers: next(answers, True))
        assert (result.complete, result.missing) == (False, [])
    assert place.catalog.files.pending_count() > 0, "what was found until then is kept"
    result = place.scan()
    assert result.complete
    assert place.names(result) == ["05/a.jpg"]
    assert place.catalog.files.pending_count() == 20


@POSIX
def test_a_folder_that_may_not_be_read_keeps_its_files() -> None:
    program = Path(__file__).read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", program + _UNREADABLE_FOLDER], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# Run as a program of its own, since the superuser may read everything.
_UNREADABLE_FOLDER = """
import tempfile
with tempfile.TemporaryDirectory() as folder:
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    place = Place(Path(folder))
    place.write("a.jpg", "locked/b.jpg", "locked/deep/c.jpg", "locked2/d.jpg")
    place.settled()
    (place.root / "locked2" / "d.jpg").unlink()
    os.chmod(place.root / "locked", 0)
    result = place.scan()
    os.chmod(place.root / "locked", 0o700)
    assert result.unreadable == [str(place.root / "locked")], result
    assert place.names(result) == ["locked2/d.jpg"], result
    assert counts(place.scan()) == (3, 0, 0, 1)
    os.chmod(place.root, 0)
    result = place.scan()
    os.chmod(place.root, 0o700)
    assert not result.online and not result.missing, result
    place.catalog.close()
    os.seteuid(os.getuid())
"""


# --- a part of the tree ---------------------------------------------------------------------


def test_scanning_a_part_leaves_the_rest_alone(place: Place) -> None:
    place.write("a.jpg", "x/b.jpg", "x/y/c.jpg", "x y/d.jpg", "x0/e.jpg")
    place.settled()
    for path in ("a.jpg", "x/b.jpg", "x/y/c.jpg", "x y/d.jpg", "x0/e.jpg"):
        (place.root / path).unlink()
    place.write("new.jpg", "x/y/new.jpg", "xx/new.jpg")
    result = place.scan(below=b"x")
    assert counts(result) == (1, 1, 0, 2)
    assert place.names(result) == ["x/b.jpg", "x/y/c.jpg"]
    assert place.in_state(FileState.PENDING) == ["x/y/new.jpg"]


def test_a_part_that_is_gone_is_missing_as_a_whole(place: Place) -> None:
    place.write("a.jpg", "x/b.jpg", "x/y/c.jpg", "z/d.jpg")
    place.settled()
    os.rename(place.root / "x", place.root.parent / "x")
    result = place.scan(below=b"x")
    assert result.online
    assert place.names(result) == ["x/b.jpg", "x/y/c.jpg"]


def test_scanning_a_part_does_not_vouch_for_the_root(place: Place) -> None:
    place.write("x/a.jpg")
    place.scan(below=b"x")
    assert place.catalog.folders.identity(place.id) == RootIdentity()
    place.scan()
    assert place.catalog.folders.identity(place.id) == identity_of(str(place.root))


def test_walking_gives_each_folder_once_with_its_files(place: Place) -> None:
    place.write("a.jpg", "x/b.jpg", "x/y/c.jpg", "x/y/notes.txt")
    (place.root / "empty").mkdir()
    found = {found.path: [name for name, _ in found.files] for found in walk(str(place.root))}
    assert found == {b"": [b"a.jpg"], b"x": [b"b.jpg"], b"x/y": [b"c.jpg"], b"empty": []}


# --- fingerprints ---------------------------------------------------------------------------


def test_a_fingerprint_is_of_all_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    hashes = set()
    data = bytearray(3 * 2**20 + 5)
    for position in (None, 0, 2**20, len(data) - 1):
        if position is not None:
            data[position] ^= 1
        file.write_bytes(data)
        found = fingerprint(str(file))
        assert found.content_hash == content_hash(bytes(data))
        assert found.stat == stat_of(file.stat())
        hashes.add(found.content_hash)
    assert len(hashes) == 4
    assert {len(content) for content in hashes} == {DIGEST_BYTES}


def test_what_cannot_be_read_has_a_reason(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no longer there") as caught:
        fingerprint(str(tmp_path / "gone.jpg"))
    assert caught.value.kind is FailureKind.UNREADABLE
    with pytest.raises(PhotoError) as caught:
        fingerprint(str(tmp_path))
    assert caught.value.kind is FailureKind.UNREADABLE


@POSIX
def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    with file.open("wb") as stream:
        stream.truncate(2**40)  # sparse: takes no room
    with pytest.raises(PhotoError, match="larger than 1,024 MB") as caught:
        fingerprint(str(file))
    assert caught.value.kind is FailureKind.TOO_LARGE


@pytest.mark.parametrize("inode", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_any_file_number_fits_into_the_catalog(inode: int) -> None:
    found = stat_of(SimpleNamespace(st_size=5, st_mtime_ns=0, st_ino=inode))  # type: ignore[arg-type]
    assert -(2**63) <= found.inode < 2**63
    assert found.inode % 2**64 == inode


def test_times_beyond_the_year_2262_fit_into_the_catalog() -> None:
    for nanoseconds in (2**70, -(2**70)):
        found = stat_of(SimpleNamespace(st_size=5, st_mtime_ns=nanoseconds, st_ino=1))  # type: ignore[arg-type]
        assert -(2**63) <= found.mtime_ns < 2**63


def test_an_edit_not_read_yet_is_read_when_the_file_returns(place: Place) -> None:
    place.write("a.jpg", "keep.jpg")
    place.settled()
    place.write("a.jpg", data=b"other content")
    place.scan()
    os.rename(place.root / "a.jpg", place.root.parent / "a")
    result = place.scan()
    with place.catalog.transaction():
        place.catalog.files.set_missing(result.missing)
    os.rename(place.root.parent / "a", place.root / "a.jpg")
    place.scan()
    assert place.in_state(FileState.PENDING) == ["a.jpg"]
    known = place.catalog.files.find(place.id, b"", b"a.jpg")
    assert known is not None
    assert known.stat.size_bytes == len(b"other content")


def test_a_mount_point_with_leavings_is_offline(place: Place) -> None:
    place.write("a.jpg")
    place.settled()
    os.rename(place.root, place.root.parent / "drive")
    place.root.mkdir()
    (place.root / "desktop.ini").touch()
    result = place.scan()
    assert not result.online
    assert not result.missing


def test_a_drive_that_goes_during_the_scan_takes_nothing_with_it(place: Place) -> None:
    place.write(*(f"{number}/x.jpg" for number in range(20)))
    place.settled()
    asked = iter(range(100))

    def unplug_midway() -> bool:
        if next(asked) == 10:
            os.rename(place.root, place.root.parent / "unplugged")
        return False

    result = place.scan(stopped=unplug_midway)
    assert not result.online
    assert not result.missing
