"""Files that cannot be read: always a PhotoError of the right kind, with a sentence for a person."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile

from photolens.domain import InputSpec
from photolens.errors import FailureKind, PhotoError
from photolens.imaging import decode, formats
from photolens.imaging.decode import decode_bytes, decode_photo

SHARED = Path(__file__).parents[2].parent / "shared" / "photos"
FORMATS = SHARED / "formats"
needs_shared = pytest.mark.skipif(not FORMATS.is_dir(), reason="the shared test photos are not here")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF", "JXL"]


def _encoded(kind: str, size: tuple[int, int] = (160, 120), **options: Any) -> bytes:
    formats.register_plugin(kind)
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, kind, **options)
    return buffer.getvalue()


def _refused(data: bytes) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        decode_bytes(data, input_spec=InputSpec(64))
    return caught.value


def _error_of(data: bytes) -> PhotoError | None:
    try:
        decode_bytes(data, input_spec=InputSpec(32))
    except PhotoError as error:
        return error
    return None


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    with pytest.raises(PhotoError, match=r"^The file is empty\.$"):
        decode_photo(str(path))
    assert _refused(b"").kind is FailureKind.NOT_AN_IMAGE


@pytest.mark.parametrize(
    "data", [b"just text", b"<html></html>" * 99, b"%PDF-1.7" + bytes(999), bytes(4000), b"\xff"]
)
def test_not_a_picture(data: bytes) -> None:
    error = _refused(data)
    assert (error.kind, error.reason) == (FailureKind.NOT_AN_IMAGE, "This is not a picture.")


def test_formats_not_read(tmp_path: Path) -> None:
    path = tmp_path / "IMG_1.CR2"
    path.write_bytes(b"II*\0" + bytes(99))
    with pytest.raises(PhotoError, match=r"^This RAW file is damaged, or .* not known yet\.$") as caught:
        decode_photo(os.fsencode(path))
    assert caught.value.kind is FailureKind.UNSUPPORTED
    assert _refused(b"8BPS\0\1" + bytes(99)).kind is FailureKind.UNSUPPORTED


def test_decoder_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _encoded("JXL")
    monkeypatch.delitem(Image.OPEN, "JXL")
    assert _refused(data).kind is FailureKind.UNSUPPORTED


@pytest.mark.parametrize("kind", KINDS)
def test_truncated(kind: str) -> None:
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    data = _encoded(kind)
    for part in (0.002, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98):
        error = _refused(data[: max(16, int(len(data) * part))])
        assert error.kind in (FailureKind.DAMAGED, FailureKind.NOT_AN_IMAGE), (part, error)
        assert error.kind is FailureKind.DAMAGED or part < 0.01


@needs_shared
@pytest.mark.parametrize("name", ["heic/IMG_2682.heic", "avif/8bit-sRGB.avif", "jxl/8bit-sRGB.jxl"])
def test_truncated_shared(name: str) -> None:
    data = (FORMATS / "formats" / name).read_bytes()
    for part in (0.001, 0.05, 0.3, 0.9, 0.999):
        assert _refused(data[: int(len(data) * part)]).kind is FailureKind.DAMAGED


def test_truncated_says_so() -> None:
    assert (
        _refused(_encoded("JPEG")[:-900]).reason == "The file ends too early; part of the picture is missing."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_random_damage_is_survived(kind: str) -> None:
    """Some damage does not show; what does show must be a PhotoError that does not blame us."""
    data, chance = _encoded(kind, (64, 48)), random.Random(7)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        error = _error_of(bytes(broken))
        if error is not None:
            assert error.kind is not FailureKind.INTERNAL, error.__cause__
            assert error.reason.endswith(".")


# --- too large ------------------------------------------------------------------------------------


def test_thirty_thousand_squared() -> None:
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    error = _refused(buffer.getvalue())
    assert error.kind is FailureKind.TOO_LARGE
    assert error.reason == "30,000 x 30,000 pixels is more than the 256 million that are read."


def _png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + b"\0\0\0\x09IDAT"
        + bytes(60)
    )


def _jpeg_header(width: int, height: int) -> bytes:
    data = _encoded("JPEG", (16, 16))
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _tiff_header(width: int, height: int) -> bytes:
    entries = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (279, 4, 9),
    ]
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(100)


@pytest.mark.parametrize("size", [(20_000, 20_000), (30_000, 30_000), (60_000, 60_000)])
@pytest.mark.parametrize("make", [_png_header, _jpeg_header, _tiff_header])
def test_bombs_are_refused_by_their_header(make: Any, size: tuple[int, int]) -> None:
    error = _refused(make(*size))
    assert error.kind is FailureKind.TOO_LARGE
    assert error.reason.startswith(f"{size[0]:,} x {size[1]:,} pixels")


def test_jxl_bomb_is_refused_before_its_plugin_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _encoded("JXL", (320, 200))
    monkeypatch.setattr(formats, "MAX_PIXELS", 50_000)
    monkeypatch.setitem(Image.OPEN, "JXL", (pytest.fail, None))
    assert _refused(data).reason.startswith("320 x 200 pixels")


def test_two_hundred_megapixels_pass_the_limits() -> None:
    decode._check_pixels((16_320, 12_240))


def test_file_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with path.open("wb") as file:
        file.write(b"II*\0")
        file.truncate(formats.MAX_FILE_BYTES + 1)
    with pytest.raises(PhotoError, match="1,024 MB") as caught:
        decode_photo(str(path))
    assert caught.value.kind is FailureKind.TOO_LARGE


def test_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    for name in ("shrink", "thumbnail"):
        with monkeypatch.context() as patch:
            patch.setattr(decode, name, exhausted)
            assert _refused(_encoded("PNG")).kind is FailureKind.TOO_LARGE


def test_our_own_fault_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "encode_thumbnail", lambda _: 1 / 0)
    assert _refused(_encoded("PNG")).kind is FailureKind.INTERNAL


# --- the system -----------------------------------------------------------------------------------


def _unreadable(path: str | bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        decode_photo(path)
    assert caught.value.kind is FailureKind.UNREADABLE
    return caught.value.reason


def test_gone(tmp_path: Path) -> None:
    assert _unreadable(str(tmp_path / "a.jpg")) == "The file is not there."
    (tmp_path / "file").touch()
    assert _unreadable(str(tmp_path / "file" / "a.jpg")) == "The file is not there."
    assert _unreadable(str(tmp_path / "a.cr2")) == "The file is not there."


def test_folder_or_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    assert "folder" in _unreadable(str(tmp_path / "a.jpg"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "b.jpg")
        assert _unreadable(str(tmp_path / "b.jpg")) == "This is not an ordinary file."


def test_name_that_cannot_be() -> None:
    assert _unreadable("a\0b.jpg") == "The file name is not valid."
    assert "name" in _unreadable("x" * 5000 + ".jpg").lower()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are of another kind here")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(_encoded("JPEG"))
    script = (
        "import os, sys\nfrom photolens.imaging import decode\n"
        "os.chmod(sys.argv[1], 0)\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: decode.decode_photo(sys.argv[1])\n"
        "except decode.PhotoError as error: print(error.kind, error)"
    )
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # so that it is the file which is refused
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "unreadable No permission to read the file."


def test_read_error_is_not_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(decode, "read_metadata", broken)
    error = _refused(_encoded("PNG"))
    assert (error.kind, "Input/output error" in error.reason) == (FailureKind.UNREADABLE, True)


def test_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(_refused(b"text")))
    assert (error.kind, error.reason) == (FailureKind.NOT_AN_IMAGE, "This is not a picture.")
