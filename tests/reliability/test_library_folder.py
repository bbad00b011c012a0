"""The library's own folder: private, wherever it lies, and readable where it cannot be written."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photolens.catalog import Catalog
from photolens.cli import main
from photolens.errors import LibraryError, LibraryReadOnly
from photolens.library import Library
from photolens.library.places import Places
from tests.photos import make_photos
from tests.reliability.other_user import public_folder, unshared, without_privileges

OpenLibrary = Callable[..., Library]

_READ = """
import sys
from photolens.errors import LibraryReadOnly
from photolens.library import Library
root = sys.argv[1]
try:
    Library(root)
except LibraryReadOnly:
    print("read-only")
with Library(root, read_only=True) as library:
    print(library.status().photos, len(library.search("type:jpeg").hits))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library over three photos, closed; see `library_folder`."""
    root = tmp_path_factory.mktemp("made")
    make_photos(root / "Pictures", 3)
    with Library(root / "library") as library:
        library.index(root / "Pictures")
    return root


@pytest.fixture
def library_folder(made: Path) -> Iterator[Path]:
    """A copy of that library and its photos where other users can reach it."""
    with public_folder() as folder:
        shutil.copytree(made / "library", folder / "library")
        yield folder / "library"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_the_folder_is_for_this_user_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Places(tmp_path / "new" / "deeper" / "library").create()
    finally:
        os.umask(before)
    for folder in ("new", "new/deeper", "new/deeper/library"):
        assert mode(tmp_path / folder) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library").chmod(0o750)
    Places(tmp_path / "library").create()
    assert mode(tmp_path / "library") == 0o750
    assert Places(tmp_path / "library").open_to_others()


@pytest.mark.parametrize(
    "name",
    [
        "two words",
        "100%_?mode=rw#x&y",
        "寿司 🍣",
        "é" * 127 + "x",
        "-n",
        "new\nline",
        os.fsdecode(b"caf\xe9"),
    ],
    ids=ascii,
)
def test_the_folder_may_be_called_anything(tmp_path: Path, made: Path, name: str) -> None:
    root = tmp_path / name
    try:
        shutil.copytree(made / "library", root)
    except (OSError, ValueError):
        pytest.skip("this file system has no such names")
    with Library(root) as library:
        assert library.index(made / "Pictures")
        assert library.status().photos == 3
    with Library(root, read_only=True) as library:
        assert len(library.search("type:jpeg").hits) == 3
    assert main(["--library", str(root), "status"]) == 0


def test_the_folder_may_be_reached_through_a_link(tmp_path: Path, library_folder: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(library_folder)
    with Library(link) as library:
        assert library.status().photos == 3
        assert Places(library_folder).held()
        with pytest.raises(LibraryError, match="Another PhotoLens"):
            Library(library_folder)


def test_a_place_that_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for root in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(LibraryError, match=r"cannot be used: .+\. Choose another with --library\."):
            Library(root)
    with pytest.raises(LibraryError, match="cannot be used"):
        Library(tmp_path / ("x" * 256))
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said() -> None:
    with public_folder() as folder, without_privileges(folder):
        folder.chmod(0o555)
        with pytest.raises(LibraryError, match="cannot be used: Permission denied"):
            Library(folder / "library")
        with pytest.raises(LibraryError, match="cannot be used: it is read-only"):
            Library(folder)


def test_a_folder_without_permission_to_write_is_read(library_folder: Path) -> None:
    with without_privileges(library_folder.parent):
        shutil.rmtree(library_folder / "thumbnails")
        for path in [*library_folder.rglob("*"), library_folder]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = contents(library_folder)
        with pytest.raises(LibraryReadOnly, match=r"nothing can be changed in it\. Searching works"):
            Library(library_folder)
        with Library(library_folder, read_only=True) as library:
            assert library.status().photos == 3
            assert len(library.search("type:jpeg").hits) == 3
            with pytest.raises(LibraryError, match="for reading only"):
                library.rescan()
        assert contents(library_folder) == before


def test_a_thumbnail_that_cannot_be_kept_is_shown(made: Path, library_folder: Path) -> None:
    shutil.rmtree(library_folder / "thumbnails")
    (library_folder / "thumbnails").write_text("no folder can be made here, not even by root")
    with Library(library_folder, read_only=True) as library:
        for photo_id in library.photo_ids().tolist():
            assert (library.thumbnail(photo_id) or b"").startswith(b"\xff\xd8")


def test_a_catalog_without_permission_to_write_is_read(library_folder: Path) -> None:
    with without_privileges(library_folder.parent):
        (library_folder / "catalog.db").chmod(0o444)
        with pytest.raises(LibraryReadOnly):
            Library(library_folder)
        with Library(library_folder, read_only=True) as library:
            assert library.status().photos == 3


def test_a_read_only_disk_is_read(library_folder: Path) -> None:
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    command = [*unshared("--mount"), "sh", "-c", script, str(library_folder)]
    ran = subprocess.run(
        [*command, sys.executable, "-c", _READ, str(library_folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount" in ran.stderr.partition(":")[0]:
        pytest.skip("this system lets namespaces mount nothing")
    assert (ran.stdout.splitlines(), ran.stderr) == (["read-only", "3 3"], "")


def left_by_a_killed_writer(library_folder: Path) -> None:
    """Change the catalog and leave its log behind, as a process does that is killed."""
    catalog = Catalog.writer(library_folder / "catalog.db")
    catalog.folders.add("/somewhere/else")
    kept = {path.name: path.read_bytes() for path in library_folder.glob("catalog.db*")}
    catalog.close()
    for name, content in kept.items():
        (library_folder / name).write_bytes(content)


def test_what_a_killed_process_left_is_read_too(library_folder: Path) -> None:
    left_by_a_killed_writer(library_folder)
    with without_privileges(library_folder.parent):
        library_folder.chmod(0o555)
        with Library(library_folder, read_only=True) as library:
            assert "/somewhere/else" in {folder.path for folder in library.folders()}
    (library_folder / "catalog.db-shm").unlink()
    with (
        without_privileges(library_folder.parent),
        pytest.raises(LibraryError, match="not closed before its folder became read-only"),
    ):
        Library(library_folder, read_only=True)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs root to be two users")
def test_a_library_of_another_user_who_may_change_it_is_not_read(library_folder: Path) -> None:
    for path in [library_folder, *library_folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    with without_privileges(library_folder.parent):
        pass  # what is around it
    for path in [library_folder, *library_folder.rglob("*")]:
        os.chown(path, 0, 0)
    with (
        without_privileges(library_folder / "thumbnails"),
        pytest.raises(LibraryError, match="belongs to another user, who may change it while you read"),
    ):
        Library(library_folder, read_only=True)
