"""RAW photos: by their preview or by what the sensor saw, upright, with the size of the photo itself."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photolens.domain import DecodedPhoto, InputSpec
from photolens.errors import FailureKind, PhotoError
from photolens.imaging import boxes, decode, raw
from photolens.imaging.decode import Steps, decode_picture
from photolens.imaging.metadata import read_raw_metadata
from photolens.imaging.workers import Decoders
from tests.photos import picture
from tests.raws import Place, dng, jpeg

_SIZE = (1200, 800)
_SENSOR = picture(3, _SIZE)
_OTHER = picture(4, _SIZE)  # as a preview: tells which of the two was shown
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _dng(side: int | None, *, upright: int | None = None, orientation: int = 1, **options: object) -> bytes:
    """`side`: the preview's longer one, None for no preview. `upright`: the turn it was already given."""
    if side is None:
        return dng(_SENSOR, orientation=orientation, **options)
    shown = _OTHER.resize((side, side * 2 // 3))
    shown = shown.transpose(_TURNS[upright]) if upright else shown
    return dng(_SENSOR, jpeg(shown), preview_size=shown.size, orientation=orientation, **options)


def _read(folder: Path, data: bytes, px: int = 320, spec: InputSpec | None = None) -> DecodedPhoto:
    file = folder / "a.dng"
    file.write_bytes(data)
    return decode.decode_photo(str(file), thumbnail_px=px, input_spec=spec)


def _picture(folder: Path, data: bytes, max_px: int | None = None) -> Image.Image:
    file = folder / "a.dng"
    file.write_bytes(data)
    return Image.fromarray(decode_picture(str(file), max_px))


def _alike(found: Image.Image, wanted: Image.Image) -> float:
    """How alike two pictures are, 1 for the same: a developed one is lighter or darker than was put in."""
    size = (60, 60)
    pair = (np.asarray(p.convert("RGB").resize(size), dtype=np.float64).ravel() for p in (found, wanted))
    return float(np.corrcoef(*pair)[0, 1])


def _thumbnail(photo: DecodedPhoto) -> Image.Image:
    return Image.open(io.BytesIO(photo.thumbnail))


def test_a_preview_that_is_large_enough_is_shown_with_the_size_of_the_photo(tmp_path: Path) -> None:
    photo = _read(tmp_path, _dng(600), spec=InputSpec(96))
    assert (photo.width, photo.height, photo.format) == (*_SIZE, "raw")
    assert _thumbnail(photo).size == (320, 213)
    assert _alike(_thumbnail(photo), _OTHER) > 0.99
    assert photo.model_input is not None and photo.model_input.shape == (96, 96, 3)


@pytest.mark.parametrize("side", [None, 60, 200])
def test_what_the_sensor_saw_is_shown_where_the_preview_is_missing_or_small(
    tmp_path: Path, side: int | None
) -> None:
    photo = _read(tmp_path, _dng(side), spec=InputSpec(96))
    assert (photo.width, photo.height) == _SIZE
    assert _thumbnail(photo).size == (320, 213)
    assert _alike(_thumbnail(photo), _SENSOR) > 0.99


def test_a_model_of_more_pixels_wants_a_larger_preview(tmp_path: Path) -> None:
    data = _dng(400)
    assert _alike(_thumbnail(_read(tmp_path, data, spec=InputSpec(96))), _OTHER) > 0.99
    assert _alike(_thumbnail(_read(tmp_path, data, spec=InputSpec(256))), _SENSOR) > 0.99


def test_the_viewer_gets_the_preview_half_or_all_of_the_photo(tmp_path: Path) -> None:
    data = _dng(600)
    preview = _picture(tmp_path, data, 600)
    assert preview.size == (600, 400) and _alike(preview, _OTHER) > 0.99
    larger = _picture(tmp_path, data, 900)
    assert larger.size == (900, 600) and _alike(larger, _SENSOR) > 0.99
    whole = _picture(tmp_path, data)
    assert whole.size == _SIZE and _alike(whole, _SENSOR) > 0.99


def test_half_size_is_developed_where_memory_is_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _dng(None)
    monkeypatch.setattr(decode, "MOST_HELD_BYTES", len(data) + 10 * _SIZE[0] * _SIZE[1])
    assert _picture(tmp_path, data).size == (600, 400)
    monkeypatch.setattr(decode, "MOST_HELD_BYTES", len(data) + 4 * _SIZE[0] * _SIZE[1])
    with pytest.raises(PhotoError, match="memory") as caught:
        _picture(tmp_path, data)
    assert caught.value.kind is FailureKind.TOO_LARGE
    assert _picture(tmp_path, _dng(60)).size == (60, 40)  # better than nothing


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("side", [600, None])
def test_photos_are_turned_upright(tmp_path: Path, orientation: int, side: int | None) -> None:
    photo = _read(tmp_path, _dng(side, orientation=orientation))
    shown = _OTHER if side else _SENSOR
    upright = shown.transpose(_TURNS[orientation]) if orientation > 1 else shown
    assert (photo.width, photo.height) == upright.size
    assert _alike(_thumbnail(photo), upright) > 0.99


@pytest.mark.parametrize("orientation", [6, 8])
def test_a_preview_that_is_upright_already_is_not_turned_again(tmp_path: Path, orientation: int) -> None:
    data = _dng(600, upright=orientation, orientation=orientation)
    photo = _read(tmp_path, data)
    assert (photo.width, photo.height) == _SIZE[::-1]
    assert _alike(_thumbnail(photo), _OTHER.transpose(_TURNS[orientation])) > 0.99
    assert _picture(tmp_path, data, 500).size == (333, 500)


def test_what_the_camera_says(tmp_path: Path) -> None:
    place = Place((47, 30, 0), (8, 15, 0))
    for side in (600, None):
        data = _dng(side, taken_at="2012:08:05 11:39:59", lens="A lens", place=place)
        found = _read(tmp_path, data).metadata
        assert found.taken_at == datetime(2012, 8, 5, 11, 39, 59)
        assert (found.camera_make, found.camera_model, found.lens) == ("PhotoLens", "Test One", "A lens")
        assert (found.latitude, found.longitude) == (47.5, 8.25)


def test_a_date_that_libraw_makes_up_is_not_believed(tmp_path: Path) -> None:
    """Nor the place it writes; but the preview's own EXIF is, where the file has none that we find."""
    data = _dng(600, place=Place((47, 30, 0), (8, 15, 0)))
    assert _read(tmp_path, data).metadata.taken_at is None
    with raw.opened(io.BytesIO(data)) as photo, Image.open(io.BytesIO(photo.preview() or b"")) as preview:
        found = read_raw_metadata(b"no TIFF at all", preview)
    assert (found.camera_make, found.taken_at, found.latitude) == ("PhotoLens", None, None)
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0132] = "FUJIFILM", "2012:08:05 11:39:59"
    _OTHER.save(buffer, "JPEG", exif=exif)
    with Image.open(buffer) as preview:
        found = read_raw_metadata(b"FUJIFILMCCD-RAW ", preview)
    assert (found.camera_make, found.taken_at) == ("FUJIFILM", datetime(2012, 8, 5, 11, 39, 59))


@pytest.mark.parametrize("magic", [b"IIRO", b"IIU\0", b"II*\0"])
def test_directories_behind_a_makers_own_magic_number(magic: bytes) -> None:
    data = magic + _dng(None, taken_at="2012:08:05 11:39:59")[4:]
    found = read_raw_metadata(data, None)
    assert (found.camera_make, found.taken_at) == ("PhotoLens", datetime(2012, 8, 5, 11, 39, 59))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def test_what_a_cr3_says() -> None:
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    main, camera = Image.Exif(), Image.Exif()
    main[0x010F], main[0x0110] = "Canon", "Canon EOS R5"
    camera[0x9003] = "2012:08:05 11:39:59"
    blocks = _box(b"CMT1", main.tobytes()[6:]) + _box(b"CMT2", camera.tobytes()[6:])
    data = _box(b"ftyp", b"crx \0\0\0\1crx isom") + _box(b"moov", _box(b"uuid", canon + blocks))
    found = read_raw_metadata(data, None)
    assert (found.camera_make, found.camera_model) == ("Canon", "EOS R5")
    assert found.taken_at == datetime(2012, 8, 5, 11, 39, 59)
    for end in range(len(data)):
        boxes.cr3_exif(io.BytesIO(data[:end]))


# --- damage ---------------------------------------------------------------------------------------


def test_a_damaged_preview_gives_way_to_the_sensor_and_the_other_way_round(tmp_path: Path) -> None:
    shown = _OTHER.resize((600, 400))
    good = jpeg(shown)
    for broken in (good[: len(good) // 2].ljust(len(good), b"\0"), bytes(len(good)), good[:30] + bytes(2000)):
        photo = _read(tmp_path, dng(_SENSOR, broken, preview_size=(600, 400)))
        assert _alike(_thumbnail(photo), _SENSOR) > 0.99
    photo = _read(tmp_path, _dng(600)[:-900_000])
    assert _alike(_thumbnail(photo), _OTHER) > 0.99
    assert _picture(tmp_path, _dng(600)[:-900_000]).size == (600, 400)


def test_damage_to_both_is_a_failure(tmp_path: Path) -> None:
    whole = _dng(600)
    with pytest.raises(PhotoError, match="ends too early") as caught:
        _read(tmp_path, whole[:10_000])
    assert caught.value.kind is FailureKind.DAMAGED
    with pytest.raises(PhotoError, match="ends too early"):
        _read(tmp_path, _dng(None)[:-900_000])
    for data in (whole[:200], b"no RAW file at all", b"II*\0" + bytes(500)):
        with pytest.raises(PhotoError, match="damaged, or its camera") as caught:
            _read(tmp_path, data)
        assert caught.value.kind is FailureKind.UNSUPPORTED


def test_sizes_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match=r"^30,000 x 20,000 pixels") as caught:
        _read(tmp_path, _dng(600, claimed=(30_000, 20_000)))
    assert caught.value.kind is FailureKind.TOO_LARGE
    with pytest.raises(PhotoError, match="ends too early"):
        _read(tmp_path, _dng(None, claimed=(10_000, 8_000)))


def test_a_preview_that_lies_about_its_size(tmp_path: Path) -> None:
    preview = jpeg(_OTHER.resize((200, 133)))
    data = dng(_SENSOR, preview, preview_size=(6000, 4000))
    assert _alike(_thumbnail(_read(tmp_path, data)), _SENSOR) > 0.99
    at = preview.index(b"\xff\xc0") + 5
    bomb = preview[:at] + struct.pack(">HH", 60_000, 60_000) + preview[at + 4 :]
    data = dng(_SENSOR, bomb, preview_size=(200, 133))
    assert _alike(_thumbnail(_read(tmp_path, data)), _SENSOR) > 0.99


def test_the_gate_for_large_photos_is_passed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LARGE_PIXELS", 1000)
    passed: list[str] = []

    @contextmanager
    def large() -> Iterator[None]:
        passed.append("in")
        yield
        passed.append("out")

    file = tmp_path / "a.dng"
    shown = io.BytesIO()
    _OTHER.resize((600, 400)).save(shown, "JPEG", progressive=True)
    broken = shown.getvalue()[:-4000].ljust(len(shown.getvalue()), b"\0")
    file.write_bytes(dng(_SENSOR, broken, preview_size=(600, 400)))
    photo = decode.decode_photo(str(file), steps=Steps(lambda: None, large))
    assert passed == ["in", "out"]
    assert _alike(_thumbnail(photo), _SENSOR) > 0.99


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a limit to memory")
def test_memory_that_runs_out_is_called_so(tmp_path: Path) -> None:
    """LibRaw has a name of its own for it."""
    file = tmp_path / "large.dng"
    file.write_bytes(dng(picture(5, (6000, 4000))))
    script = (
        "import resource, sys\n"
        "from photolens.imaging import decode\n"
        "import rawpy\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (280 << 20,) * 2)\n"
        "try: decode.decode_picture(sys.argv[1])\n"
        "except decode.PhotoError as error: print(error.kind, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "too-large The picture needs more memory than is allowed."


# --- in the worker processes ----------------------------------------------------------------------


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    workers = Decoders(1)
    yield workers
    workers.close()


def test_workers_read_raw_files(decoders: Decoders, tmp_path: Path) -> None:
    file = tmp_path / "A.DNG"
    file.write_bytes(_dng(600, orientation=6, taken_at="2012:08:05 11:39:59"))
    here = decode.decode_photo(str(file), input_spec=InputSpec(96))
    there = decoders.photo(str(file), input_spec=InputSpec(96))
    assert (there.metadata, there.thumbnail) == (here.metadata, here.thumbnail)
    assert (there.width, there.height, there.format) == (800, 1200, "raw")
    assert decoders.picture(str(file), None).shape == (1200, 800, 3)


def test_a_large_sensor_is_developed_within_a_workers_memory(decoders: Decoders, tmp_path: Path) -> None:
    file = tmp_path / "large.dng"
    file.write_bytes(dng(picture(5, (9504, 6336))))
    photo = decoders.photo(str(file), input_spec=InputSpec(96))
    assert (photo.width, photo.height) == (9504, 6336)
    assert decoders.picture(str(file), None).shape == (3168, 4752, 3)
