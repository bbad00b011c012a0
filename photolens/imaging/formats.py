"""Which files are photos, how large they may be, and which decoder reads them. Does not load Pillow."""

from __future__ import annotations

import importlib
import logging
import os
from functools import cache

from photolens.messages import Message, message

MAX_PIXELS = 256_000_000  # lets the 200-megapixel phones in
MAX_FILE_BYTES = 1 << 30
DECODER_THREADS = min(4, os.cpu_count() or 1)  # of one decoder; each has a stack that counts as memory

# fmt: off
PHOTO_SUFFIXES = frozenset(
    (
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic",
        ".heif", ".hif", ".avif", ".jxl",
    )
)
RAW_SUFFIXES = frozenset(
    (
        ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw",
        ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
    )
)
# fmt: on
_SUFFIXES = frozenset(os.fsencode(suffix[1:]) for suffix in PHOTO_SUFFIXES | RAW_SUFFIXES)

HEADER_BYTES = 64  # what `sniff` wants to see

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
    (b"\xff\x0a", "JXL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JXL"),
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"IIRO", "RAW"),  # Olympus
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"IIU\0", "RAW"),  # Panasonic and Leica
    (b"\0MRM", "RAW"),  # Minolta
    (b"FOVb", "RAW"),  # Sigma
)
_UNREAD: tuple[tuple[bytes, Message], ...] = (
    (b"8BPS", message("Photoshop files")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", message("JPEG 2000 files")),
    (b"\xff\x4f\xff\x51", message("JPEG 2000 files")),
)
_BRANDS_AVIF = frozenset((b"avif", b"avis"))
_BRANDS_HEIF = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2")
)

_PLUGINS = {
    "HEIF": ("pillow_heif", "register_heif_opener"),
    "JXL": ("pillow_jxl", None),
}

log = logging.getLogger(__name__)


def suffix_of(name: bytes | str) -> str:
    """Lower-case suffix with its dot, "" if there is none. Any bytes will do."""
    return os.path.splitext(os.fsdecode(name))[1].lower()


def is_photo_name(name: bytes | str) -> bool:
    """Whether a file of this name (no folders in it) belongs in the library, by suffix alone.

    Hidden files do not count, and so not the "._IMG_1.jpg" companions that macOS leaves on other file
    systems.
    """
    # In bytes and without os.path, since a scan asks this of every file.
    raw = os.fsencode(name) if isinstance(name, str) else name
    stem, dot, suffix = raw.rpartition(b".")
    return bool(stem and dot) and suffix.lower() in _SUFFIXES and not raw.startswith(b".")


def is_raw_name(name: bytes | str) -> bool:
    """Whether the suffix is that of a camera's RAW format."""
    return suffix_of(name) in RAW_SUFFIXES


def sniff(head: bytes, raw_name: bool = False) -> str | None:
    """Pillow's name of the format that the first bytes announce, or "RAW"; None if it is none that we read.

    The suffix is not asked: phones and chat programs write HEIC named .jpg and JPEG named .png. But most
    cameras' RAW files begin like a TIFF, and some like nothing else: `raw_name` says that they are named so.
    """
    kind = _sniff(head)
    return "RAW" if raw_name and kind in (None, "TIFF") else kind


def _sniff(head: bytes) -> str | None:
    if head[:4] == b"II*\0" and head[8:10] == b"CR":  # Canon
        return "RAW"
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":  # reserved fields tell it from text
        return "BMP"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head)
    return None


def _sniff_brand(head: bytes) -> str | None:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    if head[8:12] == b"crx ":  # Canon
        return "RAW"
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & _BRANDS_AVIF:
        return "AVIF"
    return "HEIF" if brands & _BRANDS_HEIF else None


def known_but_unread(head: bytes) -> Message | None:
    """What the file is (plural, for a sentence), if it is a picture of a kind that we do not read."""
    return next((name for signature, name in _UNREAD if head.startswith(signature)), None)


@cache
def register_plugin(pillow_format: str) -> None:
    """Load, once, the package that reads a format which Pillow alone does not. Loads Pillow.

    A missing package is logged, not raised: the format then has no decoder and is reported as such.
    """
    if pillow_format not in _PLUGINS:
        return
    module, function = _PLUGINS[pillow_format]
    try:
        plugin = importlib.import_module(module)
        if function:
            getattr(plugin, function)()
        if pillow_format == "JXL":
            plugin.JpegXLImagePlugin.DECODE_THREADS = DECODER_THREADS
    except Exception:  # a binary wheel can fail in more ways than ImportError
        log.warning("%s cannot be read: %s does not load", pillow_format, module, exc_info=True)
