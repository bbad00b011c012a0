"""When was it taken? Reads the many ways in which cameras and programs write a date."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_FIRST_YEAR = 1826  # Niépce's view from his window; what claims to be older is not a photo's date
_AHEAD = timedelta(days=2)  # 26 hours separate the outermost time zones; more is a clock never set
_FARTHEST_ZONE = 14 * 60

_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-:/.](?P<month>\d{1,2})(?:[-:/.](?P<day>\d{1,2})"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d+))?)?"
    r" *(?P<zone>Z|[-+]\d{2}:?\d{2})?)?)?)?"
)
_ZONE = re.compile(r"([-+])(\d{2}):?(\d{2})")

DateAndOffset = tuple[datetime, int | None]


def parse_date(text: object, *, now: datetime | None = None) -> DateAndOffset | None:
    """Read an EXIF ("2012:08:05 11:39:59") or ISO 8601 date as (local time, minutes east of UTC or None).

    A year or month alone means its first day: scans of old prints are often dated no closer. A date
    that cannot be a photo's (all zeros, before 1826, over two days ahead of `now`) is None.
    """
    match = _DATE.fullmatch(text.strip("\0 \t\r\n")) if isinstance(text, str) else None
    if match is None:
        return None
    number = {name: int(match[name] or 0) for name in ("hour", "minute", "second")}
    fraction = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(
            int(match["year"]),
            int(match["month"] or 1),
            int(match["day"] or 1),
            number["hour"],
            number["minute"],
            min(number["second"], 59) if number["second"] <= 60 else 99,  # a leap second
            fraction,
        )
    except ValueError:
        return None
    latest = (now or datetime.now()) + _AHEAD
    return (moment, parse_zone(match["zone"])) if moment.year >= _FIRST_YEAR and moment <= latest else None


def parse_zone(text: object) -> int | None:
    """Minutes east of UTC of "+02:00", "-0730" or "Z"; None if it is none that exists."""
    if not isinstance(text, str):
        return None
    text = text.strip("\0 ")
    if text == "Z":
        return 0
    match = _ZONE.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > _FARTHEST_ZONE or int(match[3]) > 59:
        return None
    return -minutes if match[1] == "-" else minutes


def parse_iptc(day: object, time: object) -> DateAndOffset | None:
    """Read IPTC's "20220110" and "151544-0400". A time without a day says nothing."""
    if not (isinstance(day, str) and re.fullmatch(r"\d{8}", day.strip("\0 "))):
        return None
    day = day.strip("\0 ")
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    clock = (
        re.fullmatch(r"(\d\d)(\d\d)(\d\d)([-+]\d{4})?", time.strip("\0 ")) if isinstance(time, str) else None
    )
    if clock is None:
        return parse_date(date)
    return parse_date(f"{date}T{clock[1]}:{clock[2]}:{clock[3]}{clock[4] or ''}")


def with_fraction(found: DateAndOffset, digits: object) -> DateAndOffset:
    """Add EXIF's SubSecTime, which holds the digits after the point."""
    text = digits.strip("\0 ") if isinstance(digits, str) else ""
    if not text.isdecimal() or found[0].microsecond:
        return found
    return found[0].replace(microsecond=int(text[:6].ljust(6, "0"))), found[1]
