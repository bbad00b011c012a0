"""The thumbnail cache: whole files or none, from many threads."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from photolens.imaging.thumbnails import ThumbnailStore

KEY = hashlib.sha256(b"photo").digest()


def _jpeg(color: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), color).save(buffer, "JPEG")
    return buffer.getvalue()


def test_round_trip(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "not" / "yet")
    assert store.get(KEY) is None
    assert not store.exists(KEY)
    store.put(KEY, _jpeg())
    assert store.get(KEY) == _jpeg()
    assert store.exists(KEY)
    store.put(KEY, _jpeg("blue"))
    assert store.get(KEY) == _jpeg("blue")
    store.remove(KEY)
    store.remove(KEY)
    assert store.get(KEY) is None


def test_sharded_by_hash(tmp_path: Path) -> None:
    path = ThumbnailStore(tmp_path).path(b"\xab\xcd\xef")
    assert path == tmp_path / "ab" / "cdef.jpg"
    with pytest.raises(ValueError, match="two bytes"):
        ThumbnailStore(tmp_path).path(b"")


@pytest.mark.parametrize("damage", [b"", b"\xff", _jpeg()[:-2], _jpeg()[3:], bytes(100)])
def test_damaged_counts_as_absent(tmp_path: Path, damage: bytes) -> None:
    store = ThumbnailStore(tmp_path)
    store.put(KEY, _jpeg())
    store.path(KEY).write_bytes(damage)
    assert store.get(KEY) is None
    assert not store.exists(KEY)
    with pytest.raises(ValueError, match="not a JPEG"):
        store.put(KEY, damage)
    store.put(KEY, _jpeg())
    assert store.exists(KEY)


def test_failed_write_leaves_the_old_one_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ThumbnailStore(tmp_path)
    store.put(KEY, _jpeg())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("photolens.imaging.thumbnails.os.replace", fail)
    with pytest.raises(OSError, match="No space"):
        store.put(KEY, _jpeg("blue"))
    assert store.get(KEY) == _jpeg()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [store.path(KEY).name]


def test_threads_see_one_whole_thumbnail(tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path)
    choices = [_jpeg("red"), _jpeg("green"), _jpeg("blue")]
    store.put(KEY, choices[0])

    def work(number: int) -> bytes | None:
        store.put(KEY, choices[number % 3])
        return store.get(KEY)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(work, range(200)))
    assert all(jpeg in choices for jpeg in seen)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
