"""Opening the catalog: what is made, what is refused, and that nothing is half written."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from photolens.catalog import Catalog, FileStat
from photolens.catalog.migrations import migrations
from photolens.errors import CatalogDamaged, CatalogTooNew, LibraryError, LibraryMissing

TABLES = {"folders", "photos", "files", "failures", "models", "embeddings", "indexes"}
TABLES |= {"concepts", "searches", "pictures", "picture_uses", "example_vectors", "changes", "vanished"}


def catalog_with_files(file: Path, count: int = 2000) -> None:
    catalog = Catalog.writer(file)
    with catalog.transaction():
        folder = catalog.folders.add("/pictures")
        names = [(b"photo_%d.jpg" % number, FileStat(1, number, number)) for number in range(count)]
        catalog.files.add_pending(folder, b"2020/summer", names)
    catalog.close()


def tables(file: Path) -> set[str]:
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {row[0] for row in rows if not row[0].startswith(("_", "sqlite_"))}


def add_step(file: Path, name: str, of: str = migrations.name) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)",
            [of, name, "2099-01-01"],
        )
    connection.close()


def test_a_new_catalog_has_every_table_and_is_empty(tmp_path: Path) -> None:
    catalog = Catalog.writer(tmp_path / "catalog.db")
    try:
        assert catalog.folders.all() == []
        assert catalog.photos.count() == 0
        assert catalog.photos.ids().tolist() == []
        assert set(catalog.files.counts().values()) == {0}
        assert catalog.integrity_problems() == []
    finally:
        catalog.close()
    assert tables(tmp_path / "catalog.db") == TABLES


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    catalog_with_files(tmp_path / "catalog.db", 3)
    for opened in (Catalog.writer, Catalog.reader):
        catalog = opened(tmp_path / "catalog.db")
        assert [folder.path for folder in catalog.folders.all()] == ["/pictures"]
        assert catalog.files.pending_count() == 3
        catalog.close()


@pytest.mark.parametrize("name", [b"my photos", b"50%25 #1", "Büro 写真".encode(), b"what?", b"disk\xff"])
def test_the_library_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: bytes) -> None:
    if os.name == "nt" and name in (b"what?", b"disk\xff"):
        pytest.skip("Windows has no such names")
    folder = tmp_path / os.fsdecode(name)
    folder.mkdir()
    catalog_with_files(folder / "catalog.db", 3)
    catalog = Catalog.reader(folder / "catalog.db")
    assert catalog.files.pending_count() == 3
    catalog.close()
    assert list(tmp_path.iterdir()) == [folder]


def test_a_catalog_of_an_earlier_version_is_brought_up_to_date_and_keeps_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    connection = sqlite3.connect(file)
    db = Database(connection)
    migrations.apply(db, stop_before="m002_models_embeddings_indexes")
    with db.atomic():
        db.execute("INSERT INTO folders (path, added_at) VALUES (?, '2020')", [b"/pictures"])
    connection.close()
    with pytest.raises(LibraryError, match="photolens index"):
        Catalog.reader(file)
    assert "models" not in tables(file)
    Catalog.writer(file).close()
    catalog = Catalog.reader(file)
    assert [folder.path for folder in catalog.folders.all()] == ["/pictures"]
    catalog.close()
    assert tables(file) == TABLES


def test_a_catalog_of_a_later_version_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    catalog_with_files(file, 3)
    add_step(file, "m999_what_comes_later")
    before = file.read_bytes()
    for opened in (Catalog.writer, Catalog.reader):
        with pytest.raises(CatalogTooNew, match="m999_what_comes_later"):
            opened(file)
    assert file.read_bytes() == before


def test_steps_of_another_program_in_the_same_file_do_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    Catalog.writer(file).close()
    add_step(file, "m999", of="another program")
    Catalog.writer(file).close()
    Catalog.reader(file).close()


def test_reading_where_there_is_no_library_makes_none(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="no photo library"):
        Catalog.reader(tmp_path / "nowhere" / "catalog.db")
    with pytest.raises(LibraryMissing):
        Catalog.reader(tmp_path / "catalog.db")
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_no_catalog_can_be_is_an_error_for_the_user(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing" / "catalog.db"):
        with pytest.raises(LibraryError, match="cannot be opened"):
            Catalog.writer(place)


def test_a_file_that_is_no_database_is_named_and_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    rubbish = random.Random(1).randbytes(50_000)
    file.write_bytes(rubbish)
    for opened in (Catalog.writer, Catalog.reader):
        with pytest.raises(CatalogDamaged, match=r"catalog\.db is damaged"):
            opened(file)
    assert file.read_bytes() == rubbish


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.1, 0.5, 0.9])
def test_a_truncated_catalog_is_found_when_it_is_opened(tmp_path: Path, share: float) -> None:
    file = tmp_path / "catalog.db"
    catalog_with_files(file)
    whole = file.read_bytes()
    cut = whole[: int(len(whole) * share)]
    file.write_bytes(cut)
    for opened in (Catalog.writer, Catalog.reader):
        with pytest.raises(CatalogDamaged):
            opened(file)
    assert file.read_bytes() == cut


def test_overwritten_pages_are_found_by_the_check(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    catalog_with_files(file)
    whole = file.read_bytes()
    page = int.from_bytes(whole[16:18], "big")
    for start in range(page, len(whole), 7 * page):
        file.write_bytes(whole[:start] + b"\xa5" * page + whole[start + page :])
        try:
            catalog = Catalog.writer(file)
        except CatalogDamaged:
            continue
        try:
            problems = catalog.integrity_problems()
        except CatalogDamaged as error:
            problems = [str(error)]
        finally:
            catalog.close()
        assert problems, f"page {start // page + 1} is rubbish and nobody noticed"


def test_a_reference_to_nothing_is_found_by_the_check(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    catalog_with_files(file, 1)
    connection = sqlite3.connect(file)  # without foreign keys, as any other program
    with connection:
        connection.execute("UPDATE files SET photo_id = 77")
    connection.close()
    catalog = Catalog.reader(file)
    assert catalog.integrity_problems() == ["files row 1 refers to a missing photos"]
    catalog.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    catalog = Catalog.writer(tmp_path / "catalog.db")
    with pytest.raises(RuntimeError, match="midway"), catalog.transaction():
        folder = catalog.folders.add("/pictures")
        catalog.files.add_pending(folder, b"", [(b"a.jpg", FileStat(1, 2, 3))])
        raise RuntimeError("midway")
    assert catalog.folders.all() == []
    assert catalog.files.pending_count() == 0
    catalog.close()


def test_a_nested_transaction_fails_alone(tmp_path: Path) -> None:
    catalog = Catalog.writer(tmp_path / "catalog.db")
    with catalog.transaction():
        catalog.folders.add("/kept")
        with pytest.raises(RuntimeError), catalog.transaction():
            catalog.folders.add("/lost")
            raise RuntimeError
        with catalog.transaction():
            catalog.folders.add("/kept too")
    catalog.close()
    catalog = Catalog.reader(tmp_path / "catalog.db")
    assert [folder.path for folder in catalog.folders.all()] == ["/kept", "/kept too"]
    catalog.close()


def test_a_failing_outer_transaction_takes_the_inner_with_it(tmp_path: Path) -> None:
    catalog = Catalog.writer(tmp_path / "catalog.db")
    with pytest.raises(RuntimeError), catalog.transaction():
        with catalog.transaction():
            catalog.folders.add("/lost")
        raise RuntimeError
    assert catalog.folders.all() == []
    catalog.close()


def test_a_reader_goes_on_while_the_writer_writes_and_sees_only_what_is_committed(tmp_path: Path) -> None:
    writer = Catalog.writer(tmp_path / "catalog.db")
    reader = Catalog.reader(tmp_path / "catalog.db")
    before = reader.changes()
    with writer.transaction():
        writer.folders.add("/pictures")
        assert reader.folders.all() == []
        assert reader.changes() == before
    assert [folder.path for folder in reader.folders.all()] == ["/pictures"]
    assert reader.changes() > before
    reader.close()
    writer.close()


def test_a_long_search_does_not_hold_up_indexing(tmp_path: Path) -> None:
    writer = Catalog.writer(tmp_path / "catalog.db")
    reader = Catalog.reader(tmp_path / "catalog.db")
    rows = reader._db.execute("SELECT name FROM sqlite_master")
    rows.fetchone()  # and more to come: the reader is in the midst of it
    with writer.transaction():
        writer.folders.add("/pictures")
    assert [folder.path for folder in writer.folders.all()] == ["/pictures"]
    assert len(rows.fetchall()) > 3
    reader.close()
    writer.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    Catalog.writer(tmp_path / "catalog.db").close()
    reader = Catalog.reader(tmp_path / "catalog.db")
    with pytest.raises(LibraryError), reader.transaction():
        reader.folders.add("/pictures")
    assert reader.folders.all() == []
    reader.close()


_KILLED_MIDWAY = """
import os, sys
from pathlib import Path
from photolens.catalog import Catalog
catalog = Catalog.writer(Path(sys.argv[1]))
with catalog.transaction():
    catalog.folders.add("/committed")
with catalog.transaction():
    catalog.folders.add("/in flight")
    os._exit(9)
"""


def test_a_writer_killed_in_a_transaction_loses_only_that(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    catalog_with_files(file, 3)
    killed = subprocess.run([sys.executable, "-c", _KILLED_MIDWAY, str(file)], check=False)
    assert killed.returncode == 9
    catalog = Catalog.writer(file)
    assert {folder.path for folder in catalog.folders.all()} == {"/pictures", "/committed"}
    assert catalog.integrity_problems() == []
    catalog.close()
