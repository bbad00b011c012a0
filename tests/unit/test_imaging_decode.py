"""Decoding: every kind of pixel, upright, in the right colours, as open_clip would have it."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from photolens.domain import DecodedPhoto, InputSpec
from photolens.imaging import decode, formats
from photolens.imaging.decode import decode_bytes, decode_photo, make_thumbnail

SHARED = Path(__file__).parents[2].parent / "shared" / "photos"
FORMATS = SHARED / "formats"
needs_shared = pytest.mark.skipif(not FORMATS.is_dir(), reason="the shared test photos are not here")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def _scene(width: int = 160, height: int = 120) -> Image.Image:
    """Smooth, and different in every corner, so that any turn or channel swap shows."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    red, green = x / max(1, width - 1), y / max(1, height - 1)
    blue = np.where((x < width / 3) & (y < height / 4), 1.0, 0.2)
    return Image.fromarray((np.stack([red, green, blue], axis=2) * 255).astype(np.uint8))


def _bytes(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    formats.register_plugin(kind)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _thumb(photo: DecodedPhoto) -> np.ndarray[Any, np.dtype[np.float32]]:
    with Image.open(io.BytesIO(photo.thumbnail)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.float32)


def _difference(one: Any, other: Any) -> float:
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


# --- what comes out -------------------------------------------------------------------------------


def test_all_that_one_decode_yields(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    _scene(1600, 1200).save(path)
    photo = decode_photo(str(path), input_spec=InputSpec(96))
    assert (photo.width, photo.height, photo.format) == (1600, 1200, "jpeg")
    with Image.open(io.BytesIO(photo.thumbnail)) as thumbnail:
        assert (thumbnail.size, thumbnail.format, thumbnail.mode) == ((320, 240), "JPEG", "RGB")
        assert not thumbnail.getexif()
    assert photo.model_input is not None
    assert (photo.model_input.shape, photo.model_input.dtype) == ((96, 96, 3), np.uint8)
    assert photo.model_input.flags.writeable
    assert photo.model_input.flags.c_contiguous


def test_without_a_model_no_input() -> None:
    assert decode_bytes(_bytes(_scene())).model_input is None


def test_thumbnail_is_never_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    _scene(50, 40).save(path)
    with Image.open(io.BytesIO(make_thumbnail(str(path), 640))) as image:
        assert image.size == (50, 40)


def test_mean_color() -> None:
    assert decode_bytes(_bytes(Image.new("RGB", (500, 400), (16, 32, 200)))).mean_color == pytest.approx(
        0x1020C8, abs=0x020202
    )


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2), (97, 96), (4000, 30)])
@pytest.mark.parametrize("mode", ["shortest", "squash", "longest"])
def test_odd_shapes(size: tuple[int, int], mode: Literal["shortest", "squash", "longest"]) -> None:
    for kind in ("PNG", "JPEG"):
        photo = decode_bytes(_bytes(Image.new("RGB", size, "gray"), kind), input_spec=InputSpec(96, mode))
        assert (photo.width, photo.height) == size
        assert photo.model_input is not None
        assert photo.model_input.shape == (96, 96, 3)


def test_names_with_invalid_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe photo\n.jpg"
    try:
        Path(os.fsdecode(path)).write_bytes(_bytes(_scene(), "JPEG"))
    except OSError:
        pytest.skip("this file system wants valid names")
    assert decode_photo(path).width == 160
    assert decode_photo(os.fsdecode(path)).width == 160


# --- orientation ----------------------------------------------------------------------------------


def _turned(orientation: int, size: tuple[int, int], kind: str, **options: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return _bytes(_scene(*size), kind, exif=exif.tobytes(), **options)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(161, 120), (1203, 800), (120, 323)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation(orientation: int, size: tuple[int, int], kind: str) -> None:
    data = _turned(orientation, size, kind)
    photo = decode_bytes(data, input_spec=InputSpec(64))
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    assert (photo.width, photo.height) == upright.size
    thumbnail = upright.copy()
    thumbnail.thumbnail((320, 320))
    assert _thumb(photo).shape == np.asarray(thumbnail).shape
    assert _difference(_thumb(photo), thumbnail) < 3
    assert photo.model_input is not None
    assert _difference(photo.model_input, _two_steps(upright, 64)) < 1.5


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_containers_are_turned_once(orientation: int, kind: str) -> None:
    """Their encoders turn the EXIF tag into the container's own rotation."""
    photo = decode_bytes(_turned(orientation, (160, 120), kind))
    with Image.open(io.BytesIO(_turned(orientation, (160, 120), "PNG"))) as image:
        upright = ImageOps.exif_transpose(image)
    assert (photo.width, photo.height) == upright.size
    assert _difference(_thumb(photo), upright) < 8


def test_heif_tag_alone_does_not_turn_it() -> None:
    """The container's rotation counts; a tag that disagrees is a leftover."""
    data = _turned(6, (160, 120), "HEIF").replace(b"irot\3", b"irot\0")
    photo = decode_bytes(data)
    assert (photo.width, photo.height) == (160, 120)


def test_jxl_tag_does_not_turn_it() -> None:
    """A viewer follows the codestream; the tag is a leftover."""
    photo = decode_bytes(_turned(6, (160, 120), "JXL"))
    assert (photo.width, photo.height) == (160, 120)


def test_jxl_of_a_repacked_jpeg_is_turned(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(_turned(6, (160, 120), "JPEG"))
    formats.register_plugin("JXL")
    with Image.open(path) as image:
        data = _bytes(image, "JXL", lossless_jpeg=True)
    photo = decode_bytes(data)
    assert (photo.width, photo.height) == (120, 160)
    assert _difference(_thumb(photo), _thumb(decode_bytes(path.read_bytes()))) < 2


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_unknown_orientation_is_none(orientation: int) -> None:
    assert decode_bytes(_turned(orientation, (160, 120), "JPEG")).width == 160


# --- modes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1, 6])
def test_modes(factor: int) -> None:
    scene = _scene(160 * factor, 120 * factor)
    expected = scene.resize((160, 120), Image.Resampling.BOX)
    grey = expected.convert("L").convert("RGB")
    for data, want in (
        (_bytes(scene.convert("CMYK"), "JPEG", quality=95), expected),
        (_bytes(scene.convert("CMYK"), "TIFF"), expected),
        (_bytes(scene.convert("L")), grey),
        (_bytes(scene.quantize(256)), expected),
        (_bytes(scene.quantize(256), "GIF"), expected),
        (_bytes(scene.convert("RGBA")), expected),
        (_bytes(scene.convert("LA")), grey),
        (_bytes(scene, "BMP"), expected),
        (_bytes(scene, "JPEG", progressive=True), expected),
        (_bytes(scene, "WEBP"), expected),
        (_bytes(scene, "JXL"), expected),
        (_bytes(scene, "AVIF"), expected),
        (_bytes(scene, "HEIF"), expected),
    ):
        assert _difference(_thumb(decode_bytes(data, thumbnail_px=160)), want) < 8


@pytest.mark.parametrize("size", [(100, 80), (1300, 1000)])
def test_sixteen_bits_are_scaled(size: tuple[int, int]) -> None:
    ramp = np.tile(np.linspace(0, 65535, size[0]).astype(np.uint16), (size[1], 1))
    for kind in ("PNG", "TIFF"):
        shown = _thumb(decode_bytes(_bytes(Image.fromarray(ramp), kind), thumbnail_px=100))[:, :, 0].mean(
            axis=0
        )
        assert _difference(shown, np.linspace(0, 255, shown.size)) < 3


def test_floats_and_long_integers() -> None:
    ramp = np.tile(np.linspace(0, 1, 100, dtype=np.float32), (80, 1))
    for values in (ramp, ramp * 255, ramp * 65535, (ramp * 65535).astype(np.int32), ramp * 1e6):
        shown = _thumb(decode_bytes(_bytes(Image.fromarray(values), "TIFF")))[:, :, 0].mean(axis=0)
        assert _difference(shown, np.linspace(0, 255, 100)) < 3


def test_nothing_but_nan() -> None:
    values = np.full((40, 40), np.nan, dtype=np.float32)
    assert decode_bytes(_bytes(Image.fromarray(values), "TIFF")).width == 40


def test_one_bit() -> None:
    image = Image.new("1", (1000, 800), 1)
    image.paste(0, (0, 0, 500, 800))
    shown = _thumb(decode_bytes(_bytes(image)))
    assert shown[:, :140].mean() < 5
    assert shown[:, 180:].mean() > 250


def test_transparent_is_white() -> None:
    clear = Image.new("RGBA", (900, 700), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 450, 700))
    palette = clear.convert("RGB").quantize(4)
    palette_clear = int(np.asarray(palette)[10, 890])
    for data in (_bytes(clear), _bytes(clear, "WEBP"), _bytes(palette, transparency=palette_clear)):
        shown = _thumb(decode_bytes(data))
        assert _difference(shown[:, 200:], 255) < 5
        assert _difference(shown[:, :120], (0, 0, 255)) < 8


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_animated_shows_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (60, 50), color) for color in ("red", "green", "blue")]
    data = _bytes(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    photo = decode_bytes(data)
    assert (photo.width, photo.height) == (60, 50)
    assert _difference(_thumb(photo), (255, 0, 0)) < 10


def test_phone_jpeg_with_a_second_picture() -> None:
    frames = [_scene(1200, 900), Image.new("RGB", (300, 200), "blue")]
    photo = decode_bytes(_bytes(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    assert (photo.width, photo.height, photo.format) == (1200, 900, "jpeg")
    assert _difference(_thumb(photo), frames[0].resize((320, 240))) < 5


# --- colour ---------------------------------------------------------------------------------------


def test_profile_is_applied() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = _thumb(decode_bytes(_bytes(_scene())))
    for profile in (
        b"",
        b"nonsense",
        bytes(200),
        lab,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ):
        assert _difference(_thumb(decode_bytes(_bytes(_scene(), icc_profile=profile))), plain) < 0.5


@needs_shared
def test_display_p3_becomes_srgb() -> None:
    path = FORMATS / "formats/heic/IMG_2682.heic"
    with Image.open(path) as image:
        image.load()
        profile = io.BytesIO(image.info["icc_profile"])
        untouched = image.reduce(12)
    wanted = ImageCms.profileToProfile(untouched, profile, ImageCms.createProfile("sRGB"))
    ours = decode_photo(str(path), thumbnail_px=untouched.width)
    assert _thumb(ours).shape == np.asarray(wanted).shape
    saturation = [
        float(np.ptp(np.asarray(picture, dtype=int), axis=2).mean()) for picture in (untouched, wanted)
    ]
    ours_saturation = float(np.ptp(_thumb(ours), axis=2).mean())
    assert abs(ours_saturation - saturation[1]) < abs(ours_saturation - saturation[0])


# --- the model's input against open_clip's transform, in terms of Pillow --------------------------


def _two_steps(image: Image.Image, size: int) -> Image.Image:
    """torchvision: Resize(size) of the shorter side, then CenterCrop(size)."""
    width, height = image.size
    if width <= height:
        resized = image.resize((size, int(size * height / width)), Image.Resampling.BICUBIC)
    else:
        resized = image.resize((int(size * width / height), size), Image.Resampling.BICUBIC)
    left, top = round((resized.width - size) / 2), round((resized.height - size) / 2)
    return resized.crop((left, top, left + size, top + size))


def _noisy(width: int, height: int) -> Image.Image:
    noise = np.random.default_rng(width).integers(-40, 40, (height, width, 3))
    return Image.fromarray(
        (np.asarray(_scene(width, height), dtype=int) + noise).clip(0, 255).astype(np.uint8)
    )


@pytest.mark.parametrize("size", [(200, 150), (150, 203), (96, 96), (40, 61), (251, 97), (180, 181)])
def test_input_without_reduction_is_the_same_but_for_rounding(size: tuple[int, int]) -> None:
    image = _noisy(*size)
    photo = decode_bytes(_bytes(image), input_spec=InputSpec(96))
    assert photo.model_input is not None
    apart = np.abs(photo.model_input.astype(int) - np.asarray(_two_steps(image, 96)).astype(int))
    assert apart.max() <= 1
    assert (apart > 0).mean() < 0.001


@pytest.mark.parametrize("size", [(1999, 1501), (1201, 3000), (4000, 601)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_input_with_reduction_is_close(size: tuple[int, int], kind: str) -> None:
    data = _bytes(_noisy(*size), kind)
    photo = decode_bytes(data, input_spec=InputSpec(96))
    with Image.open(io.BytesIO(data)) as image:
        assert _difference(photo.model_input, _two_steps(image.convert("RGB"), 96)) < 1.5


def test_squash_and_longest() -> None:
    image = _noisy(200, 150)
    squashed = decode_bytes(_bytes(image), input_spec=InputSpec(96, "squash", "bilinear")).model_input
    assert squashed is not None
    assert np.array_equal(squashed, image.resize((96, 96), Image.Resampling.BILINEAR))
    padded = decode_bytes(_bytes(image), input_spec=InputSpec(97, "longest", fill_color=127)).model_input
    assert padded is not None
    canvas = Image.new("RGB", (97, 97), (127, 127, 127))
    canvas.paste(image.resize((97, 73), Image.Resampling.BICUBIC), (0, 12))
    assert np.array_equal(padded, canvas)


# --- shared photos, threads, files ----------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    "name", ["heic/IMG_2682.heic", "avif/8bit-sRGB.avif", "jxl/8bit-sRGB.jxl", "webp/denali.webp"]
)
def test_modern_formats(name: str) -> None:
    path = FORMATS / "formats" / name
    photo = decode_photo(os.fsencode(path), input_spec=InputSpec(64))
    with Image.open(path) as image:
        assert (photo.width, photo.height) == image.size
        small = image.convert("RGB").resize(_thumb(photo).shape[1::-1])
    assert _difference(_thumb(photo), small) < 6


@needs_shared
def test_turned_portrait_looks_like_the_straight_one() -> None:
    one, other = (
        _thumb(decode_photo(str(FORMATS / "metadata/faces" / name)))
        for name in ("portrait.jpg", "portrait-orientation-6.jpg")
    )
    assert one.shape == other.shape
    assert _difference(one, other) < 12


def test_many_threads_agree(tmp_path: Path) -> None:
    kinds = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "JXL", "TIFF", "GIF"]
    files = [tmp_path / f"a.{kind.lower()}" for kind in kinds]
    for file, kind in zip(files, kinds, strict=True):
        file.write_bytes(_bytes(_scene(700, 500), kind))
    alone = [decode_photo(str(file), input_spec=InputSpec(64)).thumbnail for file in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda file: decode_photo(str(file), input_spec=InputSpec(64)).thumbnail, files * 6)
        )
    assert together == alone * 6


def test_large_photos_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LARGE_PIXELS", 1000)
    inside, most, lock = 0, 0, threading.Lock()
    shrink = decode.shrink

    def watched(image: Image.Image, factor: int) -> Image.Image:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        try:
            threading.Event().wait(0.01)
            return shrink(image, factor)
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(decode, "shrink", watched)
    data = _bytes(_scene())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: decode_bytes(data), range(8)))
    assert most == 1


def test_no_file_is_left_open(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "JXL", "TIFF", "GIF", "BMP"):
            path = tmp_path / f"a.{kind}"
            path.write_bytes(_bytes(_scene(), kind))
            decode_photo(str(path))
            path.unlink()
        gc.collect()
    fds = Path("/proc/self/fd")
    if fds.is_dir():
        assert not [fd for fd in fds.iterdir() if str(tmp_path) in str(fd.resolve())]


def test_terminal_stays_silent(tmp_path: Path) -> None:
    """What Pillow warns of (broken EXIF, bombs) is for our log, not for the user's terminal."""
    (tmp_path / "exif.jpg").write_bytes(_bytes(_scene(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"))
    Image.new("1", (11_000, 10_000)).save(tmp_path / "large.png")
    script = (
        "import sys\nfrom photolens.imaging.decode import decode_photo\n"
        "for name in sys.argv[1:]: print(decode_photo(name).width)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "exif.jpg"), str(tmp_path / "large.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["160", "11000"], "")
