"""Which names are photos, what the first bytes say, and that the scanner does not pay for Pillow."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from photolens.imaging import boxes, formats

SHARED = Path(__file__).parents[2].parent / "shared" / "photos"


@pytest.mark.parametrize(
    "name",
    ["a.jpg", "A.JPG", "b.jpeg", "c.HeIc", "d.avif", "e.jxl", "f.CR2", "x.y.tif", "ü.webp", "new\nline.png"],
)
def test_photo_names(name: str) -> None:
    assert formats.is_photo_name(name)
    assert formats.is_photo_name(name.encode())


@pytest.mark.parametrize(
    "name", ["._a.jpg", ".a.jpg", ".jpg", "jpg", "a.txt", "a.jpg.tmp", "a.mp4", "", "a.", "a.jpg ", "a.xmp"]
)
def test_other_names(name: str) -> None:
    assert not formats.is_photo_name(name)
    assert not formats.is_photo_name(name.encode())


def test_names_with_invalid_bytes() -> None:
    assert formats.is_photo_name(b"\xff\xfe\x80.jpg")
    assert not formats.is_photo_name(b"\xff\xfe\x80")


def test_raw_names() -> None:
    assert formats.is_raw_name(b"/photos/IMG.CR2")
    assert not formats.is_raw_name("IMG.jpg")


@pytest.mark.parametrize(
    "head",
    [
        b"II*\0\x10\0\0\0CR\2\0",
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
        b"FUJIFILMCCD-RAW 0201",
        b"IIRO\x08\0\0\0",
        b"IIU\0\x18\0\0\0",
    ],
)
def test_raw_files_are_known_by_their_first_bytes(head: bytes) -> None:
    assert formats.sniff(head + bytes(40)) == "RAW"


def test_what_looks_like_a_tiff_is_told_by_its_name() -> None:
    assert formats.sniff(b"MM\0*" + bytes(60)) == "TIFF"
    assert formats.sniff(b"MM\0*" + bytes(60), raw_name=True) == "RAW"
    assert formats.sniff(b"\xff\xd8\xff\xe0" + bytes(60), raw_name=True) == "JPEG"


def test_pillow_stays_out_of_the_scanner() -> None:
    script = (
        "import sys, photolens.imaging.formats as f; f.is_photo_name('a.jpg'); print('PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF", "JXL"])
def test_sniff_agrees_with_the_encoder(name: str) -> None:
    formats.register_plugin(name)
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, name)
    assert formats.sniff(buffer.getvalue()[: formats.HEADER_BYTES]) == name


@pytest.mark.parametrize(
    "head", [b"", b"\xff\xd8", b"BM is my name and text my nature", b"<html>", b"%PDF-1.7"]
)
def test_sniff_knows_what_is_none(head: bytes) -> None:
    assert formats.sniff(head) is None


def test_a_video_is_no_picture() -> None:
    assert formats.sniff(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(40)) is None


def test_generic_brand_is_told_by_its_companions() -> None:
    assert formats.sniff(b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf" + bytes(40)) == "AVIF"
    assert formats.sniff(b"\0\0\0\x18ftypmif1\0\0\0\0heicmiaf" + bytes(40)) == "HEIF"


@pytest.mark.parametrize(
    "size", [(8, 8), (256, 256), (40, 30), (1000, 10), (3, 701), (640, 360), (1920, 1080), (9000, 1)]
)
def test_jxl_size_is_read_without_decoding(size: tuple[int, int]) -> None:
    formats.register_plugin("JXL")
    for container in (False, True):
        buffer = io.BytesIO()
        Image.new("RGB", size).save(buffer, "JXL", use_container=container, effort=1)
        assert boxes.jxl_size(buffer) == size
        assert not boxes.ends_early(buffer)


def test_jxl_size_of_garbage() -> None:
    for data in (b"", b"\xff\x0a", b"\xff\x0a\x01", bytes(30), b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(4)):
        assert boxes.jxl_size(io.BytesIO(data)) is None


def test_boxes_never_loop() -> None:
    for data in (b"\0\0\0\x01ftyp" + bytes(8), b"\0\0\0\x04ftyp" * 9, b"\0\0\0\x08free" * 20_000):
        boxes.ends_early(io.BytesIO(data))
    assert boxes.ends_early(io.BytesIO(b"\0\0\xff\xffmdat" + bytes(9)))
