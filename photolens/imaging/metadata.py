"""What the file says about the photo: EXIF first, XMP and IPTC where EXIF is silent.

When it was taken, in order: EXIF DateTimeOriginal, EXIF DateTimeDigitized, XMP (exif:DateTimeOriginal,
xmp:CreateDate, photoshop:DateCreated), IPTC DateCreated, GPS time, EXIF DateTime. The GPS time is of the
moment but in UTC, so it comes after every local time; EXIF DateTime is when a program last wrote the
file, so it comes last, unless it agrees with the GPS to within the width of a time zone: then it is the
same moment in local time and the better answer.
"""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from photolens.domain import Metadata
from photolens.imaging import boxes
from photolens.imaging.dates import DateAndOffset, parse_date, parse_iptc, parse_zone, with_fraction
from photolens.imaging.xmp import read_xmp

_Tags = Mapping[int, Any]
_Base = ExifTags.Base
_ONE_ZONE = timedelta(hours=15)
_MAX_TEXT = 200
_ISO_UNKNOWN = 65535  # EXIF's 16 bits are full: the true value is in a later tag
_XMP_TAG = 700
_MADE_UP_BY, _NO_DATE = "dcraw", "1970:01:01 00:00:00"  # LibRaw's EXIF for previews that have none
_XMP_DATES = ("exif:DateTimeOriginal", "xmp:CreateDate", "photoshop:DateCreated")
_XMP_ANGLE = re.compile(r"(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])")

log = logging.getLogger(__name__)


def read_metadata(image: ImageFile.ImageFile, xmp: object = None) -> Metadata:
    """Read EXIF, XMP and IPTC of an opened Pillow image. Never raises: what is broken is absent.

    `xmp` is a packet that Pillow did not find itself.
    """
    exif, camera, gps = _directories(_guarded(image.getexif, None))
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or xmp
    return collect(exif, camera, gps, read_xmp(packet), _iptc(image))


def read_raw_metadata(data: bytes, preview: Image.Image | None) -> Metadata:
    """The same of a RAW file, which is most often a TIFF, and of its preview where that has no EXIF."""
    exif, camera, gps = _raw_exif(data)
    if not (exif or camera) and preview is not None:
        exif, camera, gps = _directories(_guarded(preview.getexif, None))
        if str(exif.get(_Base.Software)).startswith(_MADE_UP_BY):
            # The date is there even when it is not known, and the place is not written as it should be.
            exif = {tag: value for tag, value in exif.items() if value != _NO_DATE}
            gps = {}
    return collect(exif, camera, gps, read_xmp(exif.get(_XMP_TAG)), ("", ""))


def collect(
    exif: _Tags, camera: _Tags, gps: _Tags, xmp: Mapping[str, str], iptc: tuple[str, str]
) -> Metadata:
    """Choose among what the blocks say.

    `exif`, `camera` and `gps` are the main, the Exif and the GPS directory by tag number, `xmp` the
    properties by name, `iptc` the day and time of creation.
    """
    taken_at, offset = _taken(exif, camera, gps, xmp, iptc) or (None, None)
    make = _text(exif.get(_Base.Make)) or _text(xmp.get("tiff:Make"))
    model = _text(exif.get(_Base.Model)) or _text(xmp.get("tiff:Model"))
    position = _position(gps) or _xmp_position(xmp)
    return Metadata(
        taken_at=taken_at,
        utc_offset_minutes=offset,
        camera_make=make,
        camera_model=_without_make(make, model),
        lens=_text(camera.get(_Base.LensModel))
        or _text(xmp.get("exifEX:LensModel"))
        or _text(xmp.get("aux:Lens")),
        exposure_seconds=_positive(camera.get(_Base.ExposureTime)) or _positive(xmp.get("exif:ExposureTime")),
        f_number=_positive(camera.get(_Base.FNumber)) or _positive(xmp.get("exif:FNumber")),
        iso=_iso(camera) or _whole(xmp.get("exif:ISOSpeedRatings")),
        focal_length_mm=_positive(camera.get(_Base.FocalLength)) or _positive(xmp.get("exif:FocalLength")),
        latitude=position[0] if position else None,
        longitude=position[1] if position else None,
    )


# --- getting at the blocks; here third-party parsers meet unknown bytes -----------------------


def _directories(exif: Image.Exif | None) -> tuple[_Tags, _Tags, _Tags]:
    if not isinstance(exif, Image.Exif):
        return {}, {}, {}
    camera = _guarded(lambda: exif.get_ifd(ExifTags.IFD.Exif), {})
    gps = _guarded(lambda: exif.get_ifd(ExifTags.IFD.GPSInfo), {})
    return _guarded(lambda: dict(exif), {}), camera, gps


def _raw_exif(data: bytes) -> tuple[_Tags, _Tags, _Tags]:
    if data[4:8] == b"ftyp":
        blocks = boxes.cr3_exif(io.BytesIO(data))
        main, camera, gps = (_guarded(partial(_tiff_exif, block), {}) for block in blocks)
        return dict(main), dict(camera), dict(gps)
    return _directories(_guarded(partial(_tiff_exif, data), None))


def _tiff_exif(data: bytes) -> Image.Exif:
    """The directories of a TIFF, whose magic number may be of a camera maker's own."""
    orders = {b"II": "<", b"MM": ">"}
    exif = Image.Exif()
    if order := orders.get(data[:2]):
        exif.endian = order
        exif.load_from_fp(io.BytesIO(data), int.from_bytes(data[4:8], "little" if order == "<" else "big"))
    return exif


def _iptc(image: ImageFile.ImageFile) -> tuple[str, str]:
    found: Any = _guarded(lambda: IptcImagePlugin.getiptcinfo(image), None) or {}
    day, time = found.get((2, 55), b""), found.get((2, 60), b"")
    return _ascii(day), _ascii(time)


def _guarded(read: Callable[[], Any], default: Any) -> Any:
    try:
        return read()
    except Exception as error:  # broken metadata must not make a good picture fail
        # Not what it says, which may quote the metadata.
        log.debug("unreadable metadata: %s", type(error).__name__)
        return default


def _ascii(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return value.decode("ascii", errors="replace") if isinstance(value, bytes) else ""


# --- dates --------------------------------------------------------------------------------------


def _taken(
    exif: _Tags, camera: _Tags, gps: _Tags, xmp: Mapping[str, str], iptc: tuple[str, str]
) -> DateAndOffset | None:
    return (
        _exif_date(camera, _Base.DateTimeOriginal, _Base.SubsecTimeOriginal, _Base.OffsetTimeOriginal)
        or _exif_date(camera, _Base.DateTimeDigitized, _Base.SubsecTimeDigitized, _Base.OffsetTimeDigitized)
        or next((found for name in _XMP_DATES if (found := parse_date(xmp.get(name)))), None)
        or parse_iptc(*iptc)
        or _gps_or_written(
            _gps_date(gps, xmp),
            _exif_date({**camera, **exif}, _Base.DateTime, _Base.SubsecTime, _Base.OffsetTime),
        )
    )


def _exif_date(tags: _Tags, date: int, fraction: int, offset: int) -> DateAndOffset | None:
    found = parse_date(tags.get(date))
    if found is None:
        return None
    moment, zone = with_fraction(found, tags.get(fraction))
    return moment, zone if zone is not None else parse_zone(tags.get(offset))


def _gps_date(gps: _Tags, xmp: Mapping[str, str]) -> DateAndOffset | None:
    clock = gps.get(ExifTags.GPS.GPSTimeStamp)
    day = parse_date(gps.get(ExifTags.GPS.GPSDateStamp))
    if day and isinstance(clock, tuple) and len(clock) == 3:
        hours, minutes, seconds = (_number(part) for part in clock)
        if hours is not None and minutes is not None and seconds is not None:
            since_midnight = hours * 3600 + minutes * 60 + seconds
            if 0 <= since_midnight < 86400:
                return day[0] + timedelta(seconds=round(since_midnight, 3)), 0
    found = parse_date(xmp.get("exif:GPSTimeStamp"))
    return (found[0], 0) if found else None


def _gps_or_written(gps: DateAndOffset | None, written: DateAndOffset | None) -> DateAndOffset | None:
    if gps and written and abs(gps[0] - written[0]) <= _ONE_ZONE:
        return written
    return gps or written


# --- camera -------------------------------------------------------------------------------------


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return None
    text = " ".join(value.partition("\0")[0].split())
    return "".join(filter(str.isprintable, text))[:_MAX_TEXT].strip() or None


def _without_make(make: str | None, model: str | None) -> str | None:
    """ "Canon", "Canon EOS 500D" -> "EOS 500D"; "NIKON CORPORATION", "NIKON D90" -> "D90"."""
    if not make or not model:
        return model
    for prefix in (make, make.split()[0]):
        rest = model[len(prefix) :]
        if model.lower().startswith(prefix.lower()) and rest[:1] in (" ", "-", "_") and rest[1:].strip():
            return rest[1:].strip()
    return model


def _iso(camera: _Tags) -> int | None:
    sensitivity = _whole(camera.get(_Base.ISOSpeedRatings))
    if sensitivity is not None and sensitivity != _ISO_UNKNOWN:
        return sensitivity
    later = (_Base.ISOSpeed, _Base.RecommendedExposureIndex, _Base.StandardOutputSensitivity)
    return next((found for tag in later if (found := _whole(camera.get(tag)))), sensitivity)


def _whole(value: object) -> int | None:
    number = _positive(value)
    return round(number) if number is not None and 1 <= number < 2**31 else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _number(value: object) -> float | None:
    """A finite number out of an int, a rational (0/0 is none), "1/250", or the first of several."""
    if isinstance(value, tuple | list):
        return _number(value[0]) if value else None
    try:
        if isinstance(value, str):
            above, _, below = value.partition("/")
            number = float(above) / float(below or 1)
        else:
            number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None


# --- place --------------------------------------------------------------------------------------


def _position(gps: _Tags) -> tuple[float, float] | None:
    latitude = _angle(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "NS")
    longitude = _angle(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "EW")
    return _on_earth(latitude, longitude)


def _angle(parts: object, reference: object, letters: str) -> float | None:
    """Degrees, minutes, seconds and a letter -> signed degrees; without a letter, nobody knows which half."""
    letter = (_text(reference) or "").upper()[:1]
    if not letter or letter not in letters or not isinstance(parts, tuple) or not 1 <= len(parts) <= 3:
        return None
    degrees = _number(parts[0])
    minutes, seconds = ((_number(part) or 0.0) for part in (*parts[1:], 0, 0)[:2])  # 0/0 seconds are common
    if degrees is None:
        return None
    angle = degrees + minutes / 60 + seconds / 3600
    return -angle if letter in "SW" else angle


def _xmp_position(xmp: Mapping[str, str]) -> tuple[float, float] | None:
    return _on_earth(
        _xmp_angle(xmp.get("exif:GPSLatitude"), "NS"), _xmp_angle(xmp.get("exif:GPSLongitude"), "EW")
    )


def _xmp_angle(text: str | None, letters: str) -> float | None:
    match = _XMP_ANGLE.fullmatch(text.strip()) if text else None
    if match is None or match[4] not in letters:
        return None
    angle = float(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -angle if match[4] in "SW" else angle


def _on_earth(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """(0, 0) is what devices write when they know no place; nobody's photo is missed at sea there."""
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return None if latitude == 0 and longitude == 0 else (latitude, longitude)
