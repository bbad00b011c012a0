"""`photolens check` and `photolens backup` at the command line."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from photolens import paths
from photolens.catalog import Catalog
from photolens.cli import main
from photolens.library import Library, backups, guard
from photolens.search import parse
from tests.photos import make_photos
from tests.reliability.test_08_damaged_catalog import damage_table

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    make_photos(folder / "Pictures", 3)
    with Library(folder / "library") as library:
        library.index(folder / "Pictures")
        library.save_concept("Sea", parse("the sea"))
    return folder / "library"


@pytest.fixture
def root(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "library"))


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: str) -> tuple[int, str, str]:
        code = main(["--library", str(root), *arguments])
        return code, *capsys.readouterr()

    return run_it


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: text)


def test_a_backup_is_made_listed_and_gone_back_to(run: Run, root: Path) -> None:
    code, out, _ = run("backup")
    assert code == 0
    assert "(3 photos, 1 concept), manual" in out
    with Library(root) as library:
        library.save_concept("Another", parse("mountains"))
    name = backups.list_backups(root)[-1].file.name
    code, out, _ = run("backup", "--list")
    assert code == 0
    assert name in out
    code, out, err = run("backup", "--restore", name)
    assert code == 2
    assert "--yes" in err
    code, out, _ = run("backup", "--restore", name, "--yes")
    assert code == 0
    assert "is in place" in out
    with Library(root, read_only=True) as library:
        assert [concept.name for concept in library.concepts()] == ["Sea"]
    code, _, err = run("backup", "--restore", "nothing.db", "--yes")
    assert code == 2
    assert "no backup called nothing.db" in err


def test_where_there_is_no_library_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    for arguments in (["backup"], ["backup", "--list"], ["check"]):
        assert main(["--library", str(tmp_path / "nowhere"), *arguments]) == 2
    assert not (tmp_path / "nowhere").exists()


def test_a_sound_library_is_said_to_be_sound(run: Run) -> None:
    for arguments in (["check"], ["check", "--repair"]):
        code, out, _ = run(*arguments)
        assert code == 0
        assert "The library is sound: 3 photos, 3 vectors." in out


def test_wrong_inner_indexes_and_references_to_nothing_are_put_right(run: Run, root: Path) -> None:
    spoil_index(root)
    with closing(sqlite3.connect(root / "catalog.db")) as connection, connection:  # without foreign keys
        connection.execute("DELETE FROM photos WHERE id = 2")
    code, out, err = run("check")
    assert code == 2
    assert "index files_by_name" in out
    assert "refers to a missing photos" in out
    assert f"`photolens check --repair --library {root}`" in err
    code, out, _ = run("check", "--repair")
    assert code == 0, out
    assert "The inner indexes of the catalog were made again." in out
    assert "References to what is not there any more were taken out: 2." in out  # a file, a vector
    with Library(root) as library:
        library.index()
        assert len(library.photo_ids()) == 3
        assert library.check().clean


def spoil_index(root: Path) -> None:
    """Leave an entry out of an inner index, as a write that was lost does."""
    with closing(sqlite3.connect(root / "catalog.db")) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        with connection:
            (wanted,) = connection.execute(
                "SELECT sql FROM sqlite_master WHERE name = 'files_by_name'"
            ).fetchone()
            connection.execute(
                "UPDATE sqlite_master SET sql = sql || ' WHERE 0' WHERE name = 'files_by_name'"
            )
    with closing(sqlite3.connect(root / "catalog.db")) as connection:
        connection.execute("REINDEX files_by_name")
        connection.execute("PRAGMA writable_schema = ON")
        with connection:
            connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'files_by_name'", [wanted])


@pytest.mark.parametrize("large", [False, True])
def test_a_damaged_vector_is_said_and_its_photo_read_again(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    with closing(sqlite3.connect(root / "catalog.db")) as connection, connection:
        connection.execute("UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE photo_id = 1")
    code, out, _ = run("check")
    assert code == 2
    assert "1 stored vector cannot be used" in out
    if large:  # then the repair is asked for before the model is taken into use
        monkeypatch.setattr(guard, "_READ_AT_ONCE_BYTES", 0)
    code, out, err = run("check", "--repair")
    assert code == 0, err
    assert "Stored vectors that could not be used were taken out: 1." in out or not large
    assert not list(root.glob("damaged-*"))
    with Library(root) as library:
        library.index()
        assert library.check().clean
        assert library.status().embedded == 3


def test_what_a_killed_program_left_of_thumbnails_goes(run: Run, root: Path) -> None:
    (folder, *_) = (root / "thumbnails").iterdir()
    old, young = folder / ".new-abc.tmp", folder / ".new-def.tmp"
    for file in (old, young):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    code, out, _ = run("check", "--repair")
    assert code == 0
    assert "Half-written thumbnails were removed: 1." in out
    assert not old.exists() and young.exists()


def test_the_home_of_nobody_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--library", "~nobody-of-that-name/library", "status"])
    assert "there is no user nobody-of-that-name" in capsys.readouterr().err


def test_a_damaged_catalog_is_restored_when_asked_to(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup")
    damage_table(root, "failures")
    code, _, err = run("check")
    assert code == 2
    assert "The newest good backup is of" in err
    code, _, err = run("check", "--repair")
    assert code == 2
    assert "say --yes" in err
    answer(monkeypatch, "n")
    assert run("check", "--repair")[0] == 2
    assert not list(root.glob("damaged-*"))
    answer(monkeypatch, "y")
    code, out, _ = run("check", "--repair")
    assert code == 0
    assert "(3 photos, 1 concept) is in place" in out
    assert list(root.glob("damaged-*/catalog.db"))
    assert run("check")[0] == 0


def test_advice_names_the_library_as_a_shell_takes_it_unless_it_is_the_users_own(tmp_path: Path) -> None:
    other = tmp_path / "it's mine"
    words = shlex.split(paths.command(other, "check --repair"))
    assert words == ["photolens", "check", "--repair", "--library", str(other)]
    for own in (None, paths.default_library()):
        assert paths.command(own, "check") == "photolens check"


def test_every_command_says_that_a_catalog_is_missing_of_which_there_are_backups(
    run: Run, root: Path
) -> None:
    run("backup")
    (root / "catalog.db").unlink()
    for arguments in (["index"], ["backup"], ["status"], ["check"], ["doctor"]):
        code, out, err = run(*arguments)
        assert code == (0 if arguments == ["doctor"] else 2)
        assert "is missing, but there are backups of it" in out + err, arguments
        assert "damaged" not in err and "Which folder" not in err
        assert arguments == ["doctor"] or f"`photolens check --repair --library {root}`" in err
    code, out, _ = run("check", "--repair", "--yes")
    assert code == 0
    assert "(3 photos, 1 concept) is in place" in out


def test_an_empty_catalog_is_said_to_be_empty(run: Run, root: Path) -> None:
    (root / "catalog.db").write_bytes(b"")
    assert "is damaged (it is empty)" in run("check")[2]


def test_without_a_backup_it_starts_anew_and_keeps_the_concepts(run: Run, root: Path) -> None:
    shutil.rmtree(root / "backups", ignore_errors=True)
    damage_table(root, "failures")
    code, out, _ = run("check", "--repair", "--yes")
    assert code == 0
    assert "starts again from the photos" in out
    assert "being newer: Sea" in out
    with closing(Catalog.reader(root / "catalog.db")) as catalog:
        assert len(catalog.folders.all()) == 1
