"""Hostile picture files, made on the spot: damaged, lying, exploding or no pictures at all.

Everything is seeded: a case has the same bytes under the same name in every run with the same libraries.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

from photolens.imaging import formats
from tests import raws
from tests.photos import picture


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its name tells what was done to it."""

    name: str
    data: bytes


_KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "jpeg": ("JPEG", ".jpg", {"quality": 80}),
    "progressive": ("JPEG", ".jpeg", {"quality": 80, "progressive": True}),
    "png": ("PNG", ".png", {}),
    "webp": ("WEBP", ".webp", {"quality": 80}),
    "gif": ("GIF", ".gif", {}),
    "bmp": ("BMP", ".bmp", {}),
    "tiff": ("TIFF", ".tif", {"compression": "tiff_lzw"}),
    "heic": ("HEIF", ".heic", {"quality": 70}),
    "avif": ("AVIF", ".avif", {"quality": 70, "speed": 10}),
    "jxl": ("JXL", ".jxl", {"quality": 80, "effort": 1}),
    "dng": ("RAW", ".dng", {}),
    "bare-dng": ("RAW", ".dng", {}),  # without a preview
}
KINDS = tuple(_KINDS)


def corpus(flips: int = 150, lies: int = 60) -> Iterator[Case]:
    """All cases; of each format so many with flipped bits and so many with lying numbers."""
    for kind in KINDS:
        yield from truncated(kind)
        yield from flipped(kind, flips)
        yield from lying(kind, lies)
    yield from bombs()
    yield from metadata()
    yield from wrong_names()


def sample(count: int) -> list[Case]:
    """So many of them, with every bomb, every metadata lie and every wrong name."""
    special = [*bombs(), *metadata(), *wrong_names()]
    others = [case for case in corpus(20, 10) if case.name not in {case.name for case in special}]
    return special + random.Random(16).sample(others, count - len(special))


@cache
def sound(kind: str) -> bytes:
    """A small photo of this kind, with EXIF where that can be written."""
    pillow, _, options = _KINDS[kind]
    if pillow == "RAW":
        shown = picture(16, (64, 48))
        preview = raws.jpeg(shown) if kind == "dng" else None
        return raws.dng(shown, preview, preview_size=shown.size, taken_at="2012:08:05 11:39:59")
    formats.register_plugin(pillow)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "EOS 500D"
    exif.get_ifd(0x8769)[0x9003] = "2012:08:05 11:39:59"
    buffer = io.BytesIO()
    if kind != "tiff":  # libtiff, which compresses it, takes none
        options = {**options, "exif": exif.tobytes()}
    picture(16, (64, 48)).save(buffer, pillow, **options)
    return buffer.getvalue()


def truncated(kind: str) -> Iterator[Case]:
    """Ending at every 64th byte."""
    data = sound(kind)
    for end in range(64, len(data), 64):
        yield Case(f"{kind}-ends-at-{end}{_KINDS[kind][1]}", data[:end])


def flipped(kind: str, count: int) -> Iterator[Case]:
    """With one to sixteen bits turned over."""
    chance = random.Random(f"flip {kind}")
    for number in range(count):
        data = bytearray(sound(kind))
        for _ in range(2 ** chance.randrange(5)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield Case(f"{kind}-flipped-{number}{_KINDS[kind][1]}", bytes(data))


def lying(kind: str, count: int) -> Iterator[Case]:
    """With numbers that say too much or too little, mostly near the start, where lengths and sizes are."""
    chance = random.Random(f"lie {kind}")
    for number in range(count):
        data = bytearray(sound(kind))
        width = chance.choice((2, 4, 4, 8))
        reach = len(data) - width if chance.random() < 0.3 else min(400, len(data) - width)
        at = chance.randrange(reach)
        data[at : at + width] = chance.choice(
            (bytes(width), b"\xff" * width, b"\x7f" + b"\xff" * (width - 1), b"\0" * (width - 1) + b"\1")
        )
        yield Case(f"{kind}-lies-{number}{_KINDS[kind][1]}", bytes(data))


# --- bombs ----------------------------------------------------------------------------------------


def bombs() -> Iterator[Case]:
    """Small files that would be large in memory, or take for ever."""
    for side in (15_900, 30_000, 65_000):
        for kind in ("jpeg", "progressive"):
            yield Case(f"bomb-{kind}-{side}.jpg", _sized_jpeg(kind, side))
        yield Case(f"bomb-png-{side}.png", _png(side, side, zlib.compress(bytes(1 << 20))))
        yield Case(f"bomb-gif-{side}.gif", b"GIF89a" + struct.pack("<HH", side, side) + sound("gif")[10:])
        yield Case(f"bomb-tiff-{side}.tif", _tiff(side, side, strip=1 << 31))
        yield Case(f"bomb-bmp-{side}.bmp", _sized_bmp(side))
    blank = io.BytesIO()
    Image.new("1", (16_000, 15_900)).save(blank, "PNG")  # decodes, and is large
    yield Case("bomb-png-blank.png", blank.getvalue())
    yield Case("bomb-png-text.png", _chunks(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64 << 20))))
    yield Case("bomb-png-profile.png", _chunks(b"iCCP", b"icc\0\0" + zlib.compress(bytes(64 << 20))))
    yield Case("bomb-png-texts.png", _chunks(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1 << 20)), 200))
    yield Case("bomb-tiff-counts.tif", _tiff(64, 48, strip=9, count=0xFFFFFFFF))
    yield Case("bomb-tiff-strips.tif", _tiff(1, 65_500, strip=8, count=0x7FFFFFFF))
    yield Case("bomb-gif-frames.gif", _gif_of_frames(20_000))
    yield Case("bomb-jpeg-scans.jpg", _jpeg_of_scans(400))


def _sized_jpeg(kind: str, side: int) -> bytes:
    data = bytearray(sound(kind))
    at = data.index(b"\xff\xc2" if kind == "progressive" else b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(data)


def _sized_bmp(side: int) -> bytes:
    data = bytearray(sound("bmp"))
    data[18:26] = struct.pack("<ii", side, side)
    return bytes(data)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _png(width: int, height: int, pixels: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunks(name: bytes, content: bytes, times: int = 1) -> bytes:
    data = sound("png")
    return data[:33] + _chunk(name, content) * times + data[33:]


def _tiff(width: int, height: int, strip: int, count: int = 1) -> bytes:
    entries = ((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1))
    entries += ((273, 4, count, 8), (278, 4, 1, 1), (279, 4, count, strip))
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(100)


def _gif_of_frames(count: int) -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * count + b"\x3b"


def _jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG of 16,000 x 15,900 pixels with its last scan over and over."""
    data = _sized_jpeg("progressive", 15_900)
    at = data.rindex(b"\xff\xda")
    return data[:at] + data[at:-2] * count + b"\xff\xd9"


# --- what files say about themselves ----------------------------------------------------------------


def metadata() -> Iterator[Case]:
    """Good pixels, with EXIF, XMP and profiles that go round in circles, lie or explode."""
    for name, exif in _exif_lies().items():
        yield Case(f"exif-{name}.jpg", _with_segment(0xE1, b"Exif\0\0" + exif))
        yield Case(f"exif-{name}.png", _chunks(b"eXIf", exif))
        yield Case(f"exif-{name}.tif", exif + bytes(64))
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    for name, packet in {
        "laughs": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><x>&a11;</x>'.encode(),
        "deep": b"<a>" * 9000 + b"</a>" * 9000,
        "file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "bytes": bytes(range(256)) * 100,
    }.items():
        yield Case(f"xmp-{name}.jpg", _with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode("latin-1"))
        buffer = io.BytesIO()
        picture(16, (64, 48)).save(buffer, "PNG", pnginfo=info)
        yield Case(f"xmp-{name}.png", buffer.getvalue())
    for name, profile in {
        "empty": b"",
        "long": struct.pack(">I", 0xFFFFFFFF) + bytes(124),
        "tags": bytes(36) + b"acsp" + bytes(88) + struct.pack(">I", 0xFFFFFFFF) + bytes(400),
    }.items():
        yield Case(f"profile-{name}.jpg", _with_segment(0xE2, b"ICC_PROFILE\0\1\1" + profile))


def _with_segment(marker: int, content: bytes) -> bytes:
    data = sound("jpeg")
    return data[:2] + struct.pack(">BBH", 0xFF, marker, min(65535, len(content) + 2)) + content + data[2:]


def _exif_lies() -> dict[str, bytes]:
    def directory(*entries: tuple[int, int, int, int], after: int = 0) -> bytes:
        body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
        return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", after)

    return {
        "next-is-itself": directory((0x0110, 2, 4, 0), after=8),
        "camera-is-itself": directory((0x8769, 4, 1, 8)),
        "gps-and-camera-are-itself": directory((0x8769, 4, 1, 8), (0x8825, 4, 1, 8), after=8),
        "beyond-the-end": directory((0x8769, 4, 1, 0x7FFFFFFF), after=0xFFFFFFF0),
        "long-text": directory((0x010F, 2, 0xFFFFFFFF, 8)),
        "many-rationals": directory((0x829A, 5, 0x1FFFFFFF, 8)),
        "many-entries": b"II*\0" + struct.pack("<IH", 8, 0xFFFF) + b"\x0f\x01\x02\0" * 3000,
        "no-such-type": directory((0x0110, 99, 4, 0)),
        "maker-note": directory((0x927C, 7, 0x7FFFFFFF, 8), (0x8769, 4, 1, 8)),
    }


# --- names that promise something else ----------------------------------------------------------------


def wrong_names() -> Iterator[Case]:
    """Pictures under another format's name, and what is no picture at all."""
    for kind, other in zip(KINDS, (*KINDS[1:], KINDS[0]), strict=True):
        yield Case(f"{kind}-called{_KINDS[other][1]}", sound(kind))
    chance = random.Random("noise")
    others = {
        "empty": b"",
        "one-byte": b"\xff",
        "text": b"This is no picture.\n" * 50,
        "page": b"<!doctype html><html><body><img src='x'></body></html>",
        "zeros": bytes(100_000),
        "noise": chance.randbytes(100_000),
        "archive": b"PK\x03\x04" + bytes(300),
        "program": b"\x7fELF\x02\x01\x01" + bytes(300),
        "picture-and-archive": sound("jpeg") + b"PK\x03\x04" + bytes(300),
        "picture-and-script": sound("gif") + b"<script>alert(1)</script>",
        "video": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(300),
    }
    for name, data in others.items():
        for suffix in sorted({suffix for _, suffix, _ in _KINDS.values()}):
            yield Case(f"{name}{suffix}", data)


def write(cases: Iterable[Case], folder: Path) -> None:
    """Write each case to a file of its name."""
    folder.mkdir(exist_ok=True)
    for case in cases:
        (folder / case.name).write_bytes(case.data)
