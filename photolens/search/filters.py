"""The filters of the search box: `key:value` -> Filters, and back."""

from __future__ import annotations

import calendar
import operator
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from photolens.domain import Filters, Orientation
from photolens.errors import QueryError
from photolens.messages import message, plain

KEYS = ("folder", "since", "until", "date", "year", "type", "camera", "is", "has")

_EXAMPLES = {
    "folder": plain("folder:Holidays"),
    "since": message("{some} or {last}", some="since:2019, since:2019-07", last="since:2019-07-14"),
    "until": message("{some} or {last}", some="until:2019, until:2019-07", last="until:2019-07-14"),
    "date": message("{some} or {last}", some="date:2019, date:2019-07", last="date:2019..2021"),
    "year": message("{some} or {last}", some="year:2019", last="year:2019..2021"),
    "type": plain("type:heic"),
    "camera": plain('camera:"canon eos"'),
    "is": message("{some} or {last}", some="is:portrait, is:landscape", last="is:square"),
    "has": message("{some} or {last}", some="has:gps", last="-has:gps"),
}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_PLAIN_VALUE = re.compile(r"\w+")


def add_filter(filters: Filters, key: str, value: str, *, negated: bool, today: date) -> Filters:
    """Narrow `filters` by one `key:value` of KEYS. Raises QueryError, which says what to type instead."""
    if negated and key != "has":
        raise QueryError(
            message("A minus works with has:gps only; type {example} without it.", example=_EXAMPLES[key])
        )
    if not value:
        raise QueryError(
            message(
                "Something is missing right after “{key}:”; type, for example, {example}.",
                key=key,
                example=_EXAMPLES[key],
            )
        )
    if key == "folder":
        return replace(filters, folders=_added(filters.folders, value))
    if key == "camera":
        return replace(filters, cameras=_added(filters.cameras, value))
    if key == "type":
        return replace(filters, formats=_added(filters.formats, _format(value)))
    if key == "is":
        return _with_orientation(filters, value)
    if key == "has":
        return _with_gps(filters, value, not negated)
    return _with_dates(filters, key, value, today)


def combine(one: Filters, other: Filters) -> Filters:
    """Filters chosen in a menu and filters that were typed: both hold, as far as Filters can say it.

    Of two values where one lies within the other (a folder in a folder, "eos" in "canon eos") the narrower
    stays. Where nothing can meet both, or Filters has no word for it, `other` wins: it was typed. Raises
    QueryError when the dates leave no day.
    """
    since = max((day for day in (one.since, other.since) if day), default=None)
    until = min((day for day in (one.until, other.until) if day), default=None)
    if since and until and since > until:
        raise QueryError(
            message(
                "No day is both since {since} and until {until}. Change the dates that were chosen or typed.",
                since=str(since),
                until=str(until),
            )
        )
    return Filters(
        folders=_both(one.folders, other.folders, _folder_within),
        since=since,
        until=until,
        formats=_both(one.formats, other.formats, operator.eq),
        orientation=other.orientation or one.orientation,
        cameras=_both(one.cameras, other.cameras, lambda narrow, wide: wide.lower() in narrow.lower()),
        has_gps=one.has_gps if other.has_gps is None else other.has_gps,
    )


def describe_filters(filters: Filters) -> str:
    """Text that reads back as the same filters."""
    parts = [f"folder:{_quoted(folder)}" for folder in filters.folders]
    dates = (("since", filters.since), ("until", filters.until))
    parts += [f"{key}:{day.isoformat()}" for key, day in dates if day]
    parts += [f"type:{_quoted(name)}" for name in filters.formats]
    parts += [f"camera:{_quoted(camera)}" for camera in filters.cameras]
    if filters.orientation is not None:
        parts.append(f"is:{filters.orientation}")
    if filters.has_gps is not None:
        parts.append("has:gps" if filters.has_gps else "-has:gps")
    return " ".join(parts)


def _quoted(value: str) -> str:
    clean = value.replace('"', " ").strip()
    return clean if _PLAIN_VALUE.fullmatch(clean) else f'"{clean}"'


def _both(
    one: tuple[str, ...], other: tuple[str, ...], within: Callable[[str, str], bool]
) -> tuple[str, ...]:
    """Alternatives that meet one of each; those of `other` when no two fit together."""
    if not one or not other:
        return one or other
    found = [
        typed if within(typed, chosen) else chosen
        for typed in other
        for chosen in one
        if within(typed, chosen) or within(chosen, typed)
    ]
    return tuple(dict.fromkeys(found)) or other


def _folder_within(narrow: str, wide: str) -> bool:
    """Whether all that lies in the folder `narrow` lies in `wide`, each a path or a name."""
    place, around = _place(narrow), _place(wide)
    if _is_path(wide):
        return _is_path(narrow) and place.startswith(around)
    return around.casefold() in place.casefold()


def _is_path(folder: str) -> bool:
    return folder.startswith("~") or os.path.isabs(folder)  # noqa: PTH117


def _place(folder: str) -> str:
    """With '/' between components and at both ends, so that whole ones are compared."""
    full = os.path.abspath(os.path.expanduser(folder)) if _is_path(folder) else folder  # noqa: PTH100, PTH111
    inside = unicodedata.normalize("NFC", full).replace(os.sep, "/").strip("/")
    return f"/{inside}/" if inside else "/"


def _added(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return values if value in values else (*values, value)


def _format(value: str) -> str:
    name = value.lower().removeprefix(".")
    if not (name.isascii() and name.isalnum()):
        raise QueryError(
            message(
                "“{value}” is no file type; type, for example, {example}.",
                value=value,
                example=_EXAMPLES["type"],
            )
        )
    return name  # the catalog knows that jpg is jpeg


def _with_orientation(filters: Filters, value: str) -> Filters:
    try:
        orientation = Orientation(value.lower())
    except ValueError:
        raise QueryError(
            message("“is:{value}” is not known; type {example}.", value=value, example=_EXAMPLES["is"])
        ) from None
    if filters.orientation not in (None, orientation):
        raise QueryError(
            message(
                "Type either is:{orientation} or is:{other}; no photo is both.",
                orientation=filters.orientation,
                other=orientation,
            )
        )
    return replace(filters, orientation=orientation)


def _with_gps(filters: Filters, value: str, wanted: bool) -> Filters:
    if value.lower() != "gps":
        raise QueryError(
            message("“has:{value}” is not known; type {example}.", value=value, example=_EXAMPLES["has"])
        )
    if filters.has_gps not in (None, wanted):
        raise QueryError(message("Type either has:gps or -has:gps, not both."))
    return replace(filters, has_gps=wanted)


def _with_dates(filters: Filters, key: str, value: str, today: date) -> Filters:
    start, dots, end = value.partition("..")
    if (key in ("since", "until") and dots) or not (start or end):
        raise QueryError(
            message("“{value}” is no date; type {example}.", value=value, example=_EXAMPLES[key])
        )
    first = _period(key, start, today)[0] if start else None
    last = _period(key, end if dots else start, today)[1] if end or not dots else None
    days_since = [day for day in (filters.since, first if key != "until" else None) if day]
    days_until = [day for day in (filters.until, last if key != "since" else None) if day]
    since, until = max(days_since, default=None), min(days_until, default=None)
    if since and until and since > until:
        raise QueryError(
            message(
                "No day is both since {since} and until {until}; type the earlier date in since:.",
                since=str(since),
                until=str(until),
            )
        )
    return replace(filters, since=since, until=until)


def _period(key: str, value: str, today: date) -> tuple[date, date]:
    """First and last day of a year, a month or a day."""
    if value.lower() in ("today", "yesterday"):
        day = today - timedelta(days=value.lower() == "yesterday")
        return day, day
    match = _DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)
        year, month, day_of_month = (int(part) if part else None for part in match.groups())
        assert year is not None  # the pattern demands it
        first = date(year, month or 1, day_of_month or 1)
        last_month = month or 12
        return first, date(year, last_month, day_of_month or calendar.monthrange(year, last_month)[1])
    except ValueError:
        raise QueryError(
            message("“{value}” is no date; type {example}.", value=value, example=_EXAMPLES[key])
        ) from None
