"""Dates, places and cameras, as cameras and programs write them, exiftool being the judge."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from photolens.domain import Metadata
from photolens.errors import PhotoError
from photolens.imaging.dates import parse_date, parse_iptc, parse_zone
from photolens.imaging.decode import decode_bytes, decode_photo
from photolens.imaging.metadata import collect
from photolens.imaging.xmp import read_xmp

SHARED = Path(__file__).parents[2].parent / "shared" / "photos"
FORMATS = SHARED / "formats"
needs_shared = pytest.mark.skipif(not FORMATS.is_dir(), reason="the shared test photos are not here")
needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")

# In use a filter keeps these from the terminal; pytest replaces all filters by the project's.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

Base, GPS = ExifTags.Base, ExifTags.GPS


def _jpeg(exif: Image.Exif | bytes | None = None, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if exif is not None:
        options["exif"] = exif
    Image.new("RGB", (64, 48), "green").save(buffer, "JPEG", **options)
    return buffer.getvalue()


def _with(camera: dict[int, Any] | None = None, gps: dict[int, Any] | None = None, **main: Any) -> bytes:
    exif = Image.Exif()
    for name, value in main.items():
        exif[Base[name]] = value
    exif.get_ifd(ExifTags.IFD.Exif).update(camera or {})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    return _jpeg(exif)


def _read(data: bytes) -> Metadata:
    return decode_bytes(data).metadata


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012:08:05 11:39:59", datetime(2012, 8, 5, 11, 39, 59)),
        ("2012:08:05 11:39:59\0", datetime(2012, 8, 5, 11, 39, 59)),
        ("2012-08-05T11:39:59", datetime(2012, 8, 5, 11, 39, 59)),
        ("2022-01-10T15:15:44.31", datetime(2022, 1, 10, 15, 15, 44, 310000)),
        ("2012:08:05 11:39:60", datetime(2012, 8, 5, 11, 39, 59)),
        ("2012-08-05", datetime(2012, 8, 5)),
        ("1968-07", datetime(1968, 7, 1)),
        ("1968", datetime(1968, 1, 1)),
    ],
)
def test_dates(text: str, expected: datetime) -> None:
    assert parse_date(text) == (expected, None)


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "",
        "2012:13:05 11:39:59",
        "2012:02:30 11:39:59",
        "1825:12:31",
        "2012:08:05 24:10:00",
        "2012:08:05 11:39:75",
        "9999:12:31 23:59:59",
        "yesterday",
        "12:30:00",
        "²⁰¹²",
        None,
        7,
    ],
)
def test_impossible_dates(text: object) -> None:
    assert parse_date(text) is None


def test_the_near_future_is_another_time_zone() -> None:
    now = datetime(2024, 5, 1, 12)
    assert parse_date("2024:05:02 13:00:00", now=now) is not None
    assert parse_date("2024:05:04 13:00:00", now=now) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("+02:00", 120),
        ("-0730", -450),
        ("Z", 0),
        ("+05:45\0", 345),
        ("+15:00", None),
        ("+01:75", None),
        ("", None),
    ],
)
def test_zones(text: str, minutes: int | None) -> None:
    assert parse_zone(text) == minutes


def test_iptc_dates() -> None:
    assert parse_iptc("20220110", "151544-0400") == (datetime(2022, 1, 10, 15, 15, 44), -240)
    assert parse_iptc("20220110", "") == (datetime(2022, 1, 10), None)
    assert parse_iptc("", "151544") is None
    assert parse_iptc("00000000", "000000") is None


ORIGINAL = {int(Base.DateTimeOriginal): "2001:01:01 01:01:01"}
DIGITIZED = {int(Base.DateTimeDigitized): "2002:02:02 02:02:02"}
WRITTEN = {int(Base.DateTime): "2006:06:06 06:06:06"}
XMP = {"xmp:CreateDate": "2003-03-03T03:03:03+01:00"}
IPTC = ("20040404", "040404")
GPS_TIME = {int(GPS.GPSDateStamp): "2005:05:05", int(GPS.GPSTimeStamp): (5.0, 5.0, 5.0)}


def test_date_priority() -> None:
    def year(camera: dict[int, Any], gps: dict[int, Any], xmp: dict[str, str], iptc: tuple[str, str]) -> int:
        taken = collect(WRITTEN, camera, gps, xmp, iptc).taken_at
        assert taken is not None
        return taken.year

    assert year(ORIGINAL | DIGITIZED, GPS_TIME, XMP, IPTC) == 2001
    assert year(DIGITIZED, GPS_TIME, XMP, IPTC) == 2002
    assert year({}, GPS_TIME, XMP, IPTC) == 2003
    assert year({}, GPS_TIME, {}, IPTC) == 2004
    assert year({}, GPS_TIME, {}, ("", "")) == 2005
    assert year({}, {}, {}, ("", "")) == 2006


def test_impossible_original_gives_way() -> None:
    camera = {int(Base.DateTimeOriginal): "0000:00:00 00:00:00"} | DIGITIZED
    assert collect({}, camera, {}, {}, ("", "")).taken_at == datetime(2002, 2, 2, 2, 2, 2)


def test_written_date_is_local_time_when_gps_confirms_it() -> None:
    found = collect({int(Base.DateTime): "2005:05:05 12:05:05"}, {}, GPS_TIME, {}, ("", ""))
    assert (found.taken_at, found.utc_offset_minutes) == (datetime(2005, 5, 5, 12, 5, 5), None)
    found = collect({}, {}, GPS_TIME, {}, ("", ""))
    assert (found.taken_at, found.utc_offset_minutes) == (datetime(2005, 5, 5, 5, 5, 5), 0)


def test_fraction_and_offset() -> None:
    data = _with(ORIGINAL | {Base.SubsecTimeOriginal: "345", Base.OffsetTimeOriginal: "-07:00"})
    found = _read(data)
    assert found.taken_at == datetime(2001, 1, 1, 1, 1, 1, 345000)
    assert found.utc_offset_minutes == -420


# --- camera ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "model", "expected"),
    [
        ("Canon", "Canon EOS 500D", ("Canon", "EOS 500D")),
        ("NIKON CORPORATION\0\0", "NIKON D90  \0", ("NIKON CORPORATION", "D90")),
        ("Apple", "iPhone 7", ("Apple", "iPhone 7")),
        ("Canon", "Canon", ("Canon", "Canon")),
        ("HP", "HPhone", ("HP", "HPhone")),
        ("   ", "\0", (None, None)),
    ],
)
def test_make_and_model(make: str, model: str, expected: tuple[str | None, str | None]) -> None:
    found = collect({int(Base.Make): make, int(Base.Model): model}, {}, {}, {}, ("", ""))
    assert (found.camera_make, found.camera_model) == expected


def test_exposure() -> None:
    camera = {
        int(Base.ExposureTime): IFDRational(1, 250),
        int(Base.FNumber): IFDRational(28, 10),
        int(Base.ISOSpeedRatings): (400, 0),
        int(Base.FocalLength): IFDRational(50, 1),
        int(Base.LensModel): "EF50mm f/1.8 II\0",
    }
    found = _read(_with(camera))
    assert found.exposure_seconds == pytest.approx(0.004)
    assert (found.f_number, found.iso, found.focal_length_mm) == (2.8, 400, 50.0)
    assert found.lens == "EF50mm f/1.8 II"


def test_senseless_numbers_are_absent() -> None:
    camera = {
        int(Base.ExposureTime): IFDRational(0, 0),
        int(Base.FNumber): float("nan"),
        int(Base.ISOSpeedRatings): (),
        int(Base.FocalLength): "wide",
        int(Base.LensModel): 7,
    }
    assert collect({}, camera, {}, {}, ("", "")) == Metadata()


def test_iso_beyond_sixteen_bits() -> None:
    camera = {int(Base.ISOSpeedRatings): 65535, int(Base.RecommendedExposureIndex): 102400}
    assert collect({}, camera, {}, {}, ("", "")).iso == 102400


# --- place ----------------------------------------------------------------------------------------


def _gps(latitude: Any, south: Any, longitude: Any, west: Any) -> dict[int, Any]:
    tags = GPS.GPSLatitude, GPS.GPSLatitudeRef, GPS.GPSLongitude, GPS.GPSLongitudeRef
    return dict(zip(map(int, tags), (latitude, south, longitude, west), strict=True))


def test_position() -> None:
    found = _read(_with(gps=_gps((33.0, 51.0, 30.0), "S", (151.0, 12.0, 0.0), "E")))
    assert found.latitude == pytest.approx(-33.858333, abs=1e-5)
    assert found.longitude == pytest.approx(151.2)


@pytest.mark.parametrize(
    "gps",
    [
        {},
        _gps((0.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"),
        _gps((IFDRational(0, 0),) * 3, "N", (IFDRational(0, 0),) * 3, "E"),
        _gps((91.0, 0.0, 0.0), "N", (10.0, 0.0, 0.0), "E"),
        _gps((45.0, 0.0, 0.0), None, (10.0, 0.0, 0.0), "E"),
        _gps((45.0, 0.0, 0.0), "N", None, "E"),
        _gps((45.0, 0.0, 0.0), "", (10.0, 0.0, 0.0), ""),
        _gps("45", "N", b"10", "E"),
        _gps((float("nan"), 0.0, 0.0), "N", (10.0, 0.0, 0.0), "E"),
    ],
)
def test_no_position(gps: dict[int, Any]) -> None:
    found = collect({}, {}, gps, {}, ("", ""))
    assert (found.latitude, found.longitude) == (None, None)


def test_position_with_unknown_seconds() -> None:
    gps = _gps((45.0, 30.5, IFDRational(0, 0)), "N", (10.0, 0.0), "W")
    found = collect({}, {}, gps, {}, ("", ""))
    assert (found.latitude, found.longitude) == (pytest.approx(45.508333, abs=1e-5), -10.0)


# --- XMP ------------------------------------------------------------------------------------------

_PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 exif:GPSLatitude="40,14.0786450N" exif:GPSLongitude="76,17.2284900W">
<xmp:CreateDate>2009-11-28T13:42:39+02:00</xmp:CreateDate>
<exif:ISOSpeedRatings><rdf:Seq><rdf:li>160</rdf:li></rdf:Seq></exif:ISOSpeedRatings>
</rdf:Description></rdf:RDF></x:xmpmeta>   <?xpacket end="w"?>\0"""

_BOMB = (
    """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_xmp_fills_in(encoding: str) -> None:
    found = collect({}, {}, {}, read_xmp(_PACKET.encode(encoding)), ("", ""))
    assert (found.taken_at, found.utc_offset_minutes) == (datetime(2009, 11, 28, 13, 42, 39), 120)
    assert found.iso == 160
    assert found.latitude == pytest.approx(40.234644, abs=1e-5)
    assert found.longitude == pytest.approx(-76.287141, abs=1e-5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xmp_with_entities_is_not_parsed(encoding: str) -> None:
    packet = _BOMB + _PACKET.partition("?>")[2].replace("2009-11-28", "&b;")
    assert read_xmp(packet.encode(encoding)) == {}


@pytest.mark.parametrize(
    "packet", [None, 7, b"", b"<", b"\xff\xfe", b"<a><b></a>", b"\0" * 99, b"<" * 99_999, "<a" * 9]
)
def test_xmp_garbage(packet: object) -> None:
    assert read_xmp(packet) == {}


@needs_shared
def test_xmp_sidecar_with_iso_array() -> None:
    packet = (FORMATS / "problems/xmp/iso-value-array/iso-value-array.xmp").read_bytes()
    found = collect({}, {}, {}, read_xmp(packet), ("", ""))
    assert (found.iso, found.f_number, found.exposure_seconds) == (160, 2.8, 0.0008)
    assert found.camera_model == "PowerShot SX120 IS"


# --- broken EXIF ----------------------------------------------------------------------------------


def test_broken_exif_does_not_cost_the_photo() -> None:
    good = _with(
        ORIGINAL | {Base.LensModel: "x" * 50}, GPS_TIME | _gps((1.0, 2.0, 3.0), "N", (1.0, 2.0, 3.0), "E")
    )
    start = good.index(b"Exif\0\0") + 6
    length = int.from_bytes(good[start - 8 : start - 6], "big")
    for at in range(start, start + length - 2 - 6 - 4):
        for value in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\0\0\x08"):
            broken = good[:at] + value + good[at + 4 :]
            assert decode_bytes(broken).width in (48, 64)


@pytest.mark.parametrize(
    "block", [b"Exif\0\0", b"Exif\0\0II", b"Exif\0\0" + bytes(200), b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_exif_of_nonsense(block: bytes) -> None:
    assert _read(_jpeg(block)) == Metadata()


# --- against exiftool -----------------------------------------------------------------------------

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".avif", ".jxl"}
_FILES = sorted(path for path in FORMATS.rglob("*") if path.suffix in _SUFFIXES)


@pytest.fixture(scope="module")
def judged() -> dict[Path, dict[str, Any]]:
    done = subprocess.run(
        ["exiftool", "-json", "-n", "-r", FORMATS], capture_output=True, text=True, check=True
    )
    return {Path(row["SourceFile"]): row for row in json.loads(done.stdout)}


@needs_shared
@needs_exiftool
@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_agrees_with_exiftool(path: Path, judged: dict[Path, dict[str, Any]]) -> None:
    row, photo = judged[path], decode_photo(str(path))
    size = row["ImageWidth"], row["ImageHeight"]
    turned = row.get("Orientation", 1) >= 5 and path.suffix != ".heic"
    assert (photo.width, photo.height) == (size[::-1] if turned else size)
    _agree_on_date(photo.metadata, row)
    for ours, theirs in (
        (photo.metadata.latitude, "GPSLatitude"),
        (photo.metadata.longitude, "GPSLongitude"),
    ):
        expected = row.get(theirs)
        assert ours == (pytest.approx(expected, abs=1e-6) if isinstance(expected, int | float) else None)
    for ours, theirs in (
        (photo.metadata.iso, "ISO"),
        (photo.metadata.f_number, "FNumber"),
        (photo.metadata.focal_length_mm, "FocalLength"),
        (photo.metadata.exposure_seconds, "ExposureTime"),
    ):
        expected = row.get(theirs)
        assert ours == (pytest.approx(expected, rel=1e-6) if expected else None)
    assert photo.metadata.camera_make == row.get("Make")


def _agree_on_date(found: Metadata, row: dict[str, Any]) -> None:
    dates = [
        row.get(name) for name in ("SubSecDateTimeOriginal", "DateTimeOriginal", "CreateDate", "GPSDateTime")
    ]
    told = next((date for date in dates if date), None)
    if found.taken_at is None or told is None:
        assert found.taken_at is None
        # A PNG's text chunk of when a plot was made, which is not when a photo was taken.
        assert told is None or row["FileType"] == "PNG"
        return
    expected = datetime.strptime(told[:19], "%Y:%m:%d %H:%M:%S")
    assert abs(found.taken_at - expected) < timedelta(seconds=1)


@needs_shared
def test_what_the_date_files_mean() -> None:
    taken = {
        path.name: decode_photo(str(path)).metadata for path in (FORMATS / "metadata/dates").glob("*.jpg")
    }
    assert taken["date-priority-test.jpg"].taken_at == datetime(2023, 2, 2, 2)
    assert taken["datetimeoriginal-gps.jpg"].taken_at == datetime(2025, 12, 1, 11, 30)
    assert taken["gps-datetime.jpg"].taken_at == datetime(2023, 11, 15, 12, 30)
    assert taken["gps-datetime.jpg"].utc_offset_minutes == 0
    assert taken["time-created.jpg"].taken_at is None


@needs_shared
def test_sidecars_are_no_photos() -> None:
    for path in FORMATS.rglob("*.xmp"):
        with pytest.raises(PhotoError, match="not a picture"):
            decode_photo(str(path))
