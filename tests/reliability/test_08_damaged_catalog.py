"""The catalog is damaged: it is found at the start, the right file is named, and a good backup is offered."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.catalog import Stopped, structure_problems
from photolens.domain import CatalogDamage, Event, IngestTrouble
from photolens.errors import CatalogDamaged, LibraryError
from photolens.library import Library, backups, guard
from tests.reliability.kept import CONCEPTS, PHOTOS, catalog_of, kept_library, names_in, own_library

__all__ = ["kept_library", "own_library"]

SEEDS = 15


def page_size(whole: bytes) -> int:
    return int.from_bytes(whole[16:18], "big")


def with_page_of_noise(whole: bytes, number: int) -> bytes:
    page = page_size(whole)
    noise = random.Random(number).randbytes(page)
    return whole[: number * page] + noise + whole[(number + 1) * page :]


def pages_of(root: Path) -> list[int]:
    whole = catalog_of(root).read_bytes()
    return list(range(0, len(whole) // page_size(whole), 4))


def test_a_page_of_noise_is_found_at_the_start_wherever_it_is(own_library: Path) -> None:
    catalog = catalog_of(own_library)
    whole = catalog.read_bytes()
    (backup,) = backups.list_backups(own_library)
    for number in pages_of(own_library):
        broken = with_page_of_noise(whole, number)
        catalog.write_bytes(broken)
        with pytest.raises(CatalogDamaged) as raised:
            Library(own_library)
        assert raised.value.library == own_library
        assert str(catalog) in str(raised.value)
        assert "12 photos, 2 concepts" in str(raised.value)  # what the backup holds
        assert catalog.read_bytes() == broken, "a damaged catalog was written to"
    assert backups.newest_good(own_library) == backup


@pytest.mark.parametrize("share", [0.0, 0.0004, 0.3, 0.999])
def test_a_catalog_cut_off_is_found_at_the_start(own_library: Path, share: float) -> None:
    catalog = catalog_of(own_library)
    whole = catalog.read_bytes()
    catalog.write_bytes(whole[: int(len(whole) * share)])
    for read_only in (False, True):
        with pytest.raises(CatalogDamaged, match=r"catalog\.db"):
            Library(own_library, read_only=read_only)


def test_a_catalog_that_is_gone_is_not_taken_for_a_new_library(own_library: Path) -> None:
    catalog_of(own_library).unlink()
    with pytest.raises(CatalogDamaged, match="missing, but there are backups"):
        Library(own_library)
    backups.restore(own_library, backups.newest_good(own_library))
    assert names_in(own_library) == CONCEPTS


def test_flipped_bits_crash_nothing(own_library: Path, tmp_path: Path) -> None:
    """A bit of a date or a vector is no fault of structure; in a process of its own, to see it crash."""
    command = [
        sys.executable,
        "-m",
        "tests.reliability.flipping",
        str(own_library),
        str(tmp_path),
        str(SEEDS),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    assert len(outcomes) == SEEDS
    assert set(outcomes) <= {"sound", "damaged", "refused"}, outcomes


def test_damage_that_sqlite_cannot_even_name_is_found(own_library: Path) -> None:
    catalog = catalog_of(own_library)
    whole = catalog.read_bytes()
    catalog.write_bytes(whole.replace(b"triggerphotos_delete", b"triggerphoto\xf3_delete"))
    for read_only in (False, True):
        with pytest.raises(CatalogDamaged):
            Library(own_library, read_only=read_only)


def test_a_table_that_went_by_a_flipped_name_is_found(own_library: Path) -> None:
    catalog = catalog_of(own_library)
    whole = catalog.read_bytes()
    catalog.write_bytes(whole.replace(b"CREATE TABLE searches", b"CREATE TABLE xearches"))
    assert structure_problems(catalog)
    with pytest.raises(CatalogDamaged):
        Library(own_library)


def test_a_large_catalog_is_answered_from_at_once_but_not_written_before_it_was_read(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_READ_AT_ONCE_BYTES", 0)
    damage_table(own_library, "failures")
    before = catalog_of(own_library).read_bytes()
    events: list[Event] = []
    found = threading.Event()

    def hear(event: Event) -> None:
        events.append(event)
        if isinstance(event, CatalogDamage):
            found.set()

    with Library(own_library, emit=hear) as library:
        assert len(library.photo_ids()) == PHOTOS
        assert found.wait(20)
        with pytest.raises(CatalogDamaged):
            library.wait_idle(20)
        with pytest.raises(CatalogDamaged):
            library.delete_concept(1)
    assert [type(event) for event in events] == [CatalogDamage]
    assert catalog_of(own_library).read_bytes() == before


def test_nothing_is_written_while_a_large_catalog_is_still_being_read(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = threading.Event()
    monkeypatch.setattr(guard, "_READ_AT_ONCE_BYTES", 0)
    monkeypatch.setattr(guard, "structure_problems", lambda *arguments: [] if read.wait(30) else ["too late"])
    with Library(own_library) as library:
        deleted = library._writer.write(lambda catalog: catalog.concepts.delete(1))
        assert len(library.more_like(1).hits) == PHOTOS - 1
        with pytest.raises(TimeoutError):
            deleted.result(0.5)
        read.set()
        deleted.result(20)
        assert [concept.name for concept in library.concepts()] == CONCEPTS[1:]


def test_a_large_catalog_that_cannot_be_read_now_is_not_called_damaged(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_READ_AT_ONCE_BYTES", 0)

    def unplugged(*arguments: object) -> list[str]:
        raise LibraryError("The catalog cannot be opened: disk I/O error.")

    monkeypatch.setattr(guard, "structure_problems", unplugged)
    before = catalog_of(own_library).read_bytes()
    events: list[Event] = []
    with Library(own_library, emit=events.append) as library:
        with pytest.raises(LibraryError, match="disk I/O error") as raised:
            library.wait_idle(20)
        with pytest.raises(LibraryError, match="Nothing is written"):
            library.delete_concept(1)
        assert len(library.photo_ids()) == PHOTOS
    assert not isinstance(raised.value, CatalogDamaged)
    assert [type(event) for event in events] == [IngestTrouble]
    assert catalog_of(own_library).read_bytes() == before


def test_a_library_is_closed_at_once_while_its_catalog_is_still_being_read(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_READ_AT_ONCE_BYTES", 0)
    stopped: list[bool] = []

    def endless(file: Path, go_on: Callable[[], bool]) -> list[str]:
        while go_on():
            time.sleep(0.01)
        stopped.append(True)
        raise Stopped

    monkeypatch.setattr(guard, "structure_problems", endless)
    before = catalog_of(own_library).read_bytes()
    Library(own_library).close()
    assert stopped
    assert catalog_of(own_library).read_bytes() == before


def test_a_text_with_a_flipped_bit_is_shown_as_it_can_be_read(own_library: Path) -> None:
    with sqlite3.connect(catalog_of(own_library)) as connection:
        connection.execute("UPDATE photos SET camera_make = CAST(x'ff41' AS TEXT) WHERE id = 1")
    connection.close()
    with Library(own_library) as library:
        assert library.facets().cameras == (("\N{REPLACEMENT CHARACTER}A", 1),)
        assert library.wait_idle(20)
        library.delete_concept(1)
        assert library.check().clean


def test_damage_that_a_search_comes_upon_ends_all_writing(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "structure_problems", lambda *arguments: [])  # it came after the check
    damage_table(own_library, "searches")
    events: list[Event] = []
    with Library(own_library, emit=events.append) as library:
        library.wait_idle(20)
        with pytest.raises(CatalogDamaged):
            library.recent_searches()
        with pytest.raises(CatalogDamaged):
            library.wait_idle(20)
        with pytest.raises(CatalogDamaged):
            library.delete_concept(1)
        assert len(library.photo_ids()) == PHOTOS, "what can be read is still shown"
    assert sum(isinstance(event, CatalogDamage) for event in events) == 1


def test_the_damaged_copy_is_kept_and_the_library_goes_on(
    own_library: Path, open_library: Callable[..., Library]
) -> None:
    damage_table(own_library, "files")
    broken = catalog_of(own_library).read_bytes()
    backup = backups.newest_good(own_library)
    assert backup is not None and (backup.photos, backup.concepts) == (PHOTOS, 2)
    restored = backups.restore(own_library, backup)
    assert restored.damaged_copy is not None
    assert (restored.damaged_copy / "catalog.db").read_bytes() == broken
    library = open_library(own_library)
    assert library.index()
    assert library.check().clean
    assert len(library.more_like(1, limit=50).hits) == PHOTOS - 1
    assert [concept.name for concept in library.concepts()] == CONCEPTS


def damage_table(root: Path, table: str) -> None:
    """Overwrite the page that a table begins with."""
    catalog = catalog_of(root)
    connection = sqlite3.connect(f"file:{catalog}?immutable=1", uri=True)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    connection.close()
    catalog.write_bytes(with_page_of_noise(catalog.read_bytes(), page - 1))
