"""A query as JSON, for the catalog and for concept files, and back. `docs/concept-file.md` has the fields.

Pictures are named by the hash of the content they were made from, and in the catalog by the photo's id
too, since a photo that was edited stays the same photo under another hash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from photolens.domain import (
    ChangeTerm,
    Combination,
    Example,
    FeedbackMode,
    Filters,
    HitOrder,
    ImageTerm,
    Judgement,
    Orientation,
    PhotoId,
    Query,
    Region,
    Shelf,
    Term,
    TextTerm,
)
from photolens.ingest.fingerprint import DIGEST_BYTES
from photolens.messages import message

VERSION = 1
_MAX_TEXT = 10_000
_MAX_WEIGHT = 1000.0
_MAX_ID = 2**63 - 1

Kind = TypeVar("Kind", bound=StrEnum)


class QueryFormatError(ValueError):
    """This JSON is no query; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """How JSON names a picture."""

    content_hash: bytes
    photo_id: PhotoId | None = None


Named = PhotoId | str | bytes | Example
NameOf = Callable[[Named], PictureRef | None]
SourceOf = Callable[[PictureRef], PhotoId | bytes | None]


def to_json(query: Query, name_of: NameOf) -> dict[str, Any]:
    """The query, without its `seq`. A picture that `name_of` gives no name is left out."""
    judged: list[tuple[Named, bool]] = [(example, example.liked) for example in query.examples]
    judged += [(judgement.photo_id, judgement.liked) for judgement in query.judgements]
    named = [(name_of(picture), liked) for picture, liked in judged]
    return {
        "version": VERSION,
        "terms": [data for term in query.terms if (data := _term_data(term, name_of)) is not None],
        "filters": _filters_data(query.filters),
        "balance": query.balance,
        "file_name": query.file_name,
        "feedback": str(query.feedback),
        "combination": str(query.combination),
        "shelf": None if query.shelf is None else str(query.shelf),
        "order": str(query.order),
        "judgements": [{**_ref_data(ref), "liked": liked} for ref, liked in named if ref is not None],
    }


def from_json(data: object, source_of: SourceOf) -> Query:
    """The query. `source_of` gives the photo that a name stands for, else its JPEG, else None: left out.

    A judged photo becomes a judgement, a judged JPEG an example. Raises QueryFormatError.
    """
    fields = _object(data, _FIELDS)
    if fields.get("version") != VERSION:
        raise QueryFormatError(message("its version is {version}", version=repr(fields.get("version"))))
    terms = [_term(item, source_of) for item in _array(fields, "terms")]
    judgements, examples = _judged(_array(fields, "judgements"), source_of)
    name = fields.get("file_name")
    return Query(
        terms=tuple(term for term in terms if term is not None),
        filters=_filters(fields.get("filters", {})),
        balance=_number(fields.get("balance"), 0.0, 1.0),
        file_name=None if name is None else _text(name),
        judgements=judgements,
        feedback=_one_of(FeedbackMode, fields.get("feedback")),
        examples=examples,
        combination=_one_of(Combination, fields.get("combination")),
        shelf=None if fields.get("shelf") is None else _one_of(Shelf, fields["shelf"]),
        order=_one_of(HitOrder, fields.get("order")),
    )


_FIELDS = (
    "version", "terms", "filters", "balance", "file_name", "feedback", "combination", "shelf", "order",
    "judgements",
)  # fmt: skip
_FILTER_FIELDS = ("folders", "since", "until", "formats", "orientation", "cameras", "has_gps")


# --- writing --------------------------------------------------------------------------------


def _term_data(term: Term, name_of: NameOf) -> dict[str, Any] | None:
    if isinstance(term, TextTerm):
        return {"text": term.text, "weight": term.weight}
    if isinstance(term, ChangeTerm):
        return {"after": term.after, "before": term.before, "weight": term.weight}
    ref = name_of(term.source)
    if ref is None:
        return None
    data = {**_ref_data(ref), "weight": term.weight}
    if term.region is not None:
        region = term.region
        data["region"] = [region.left, region.top, region.right, region.bottom]
    return data


def _ref_data(ref: PictureRef) -> dict[str, Any]:
    data: dict[str, Any] = {"picture": ref.content_hash.hex()}
    if ref.photo_id is not None:
        data["photo"] = ref.photo_id
    return data


def _filters_data(filters: Filters) -> dict[str, Any]:
    """Only what is set."""
    data = {
        "folders": list(filters.folders),
        "since": filters.since and filters.since.isoformat(),
        "until": filters.until and filters.until.isoformat(),
        "formats": list(filters.formats),
        "orientation": filters.orientation and str(filters.orientation),
        "cameras": list(filters.cameras),
        "has_gps": filters.has_gps,
    }
    return {name: value for name, value in data.items() if value is not None and value != []}


# --- reading --------------------------------------------------------------------------------


def _term(item: object, source_of: SourceOf) -> Term | None:
    data = _object(item, ("text", "after", "before", "picture", "photo", "region", "weight"))
    weight = _number(data.get("weight"), -_MAX_WEIGHT, _MAX_WEIGHT)
    if "text" in data:
        return TextTerm(_text(data["text"]), weight)
    if "after" in data:
        return ChangeTerm(_text(data["after"]), _text(data.get("before")), weight)
    source = source_of(_ref(data))
    region = _region(data["region"]) if "region" in data else None
    return None if source is None else ImageTerm(source, weight, region)


def _judged(
    items: Sequence[object], source_of: SourceOf
) -> tuple[tuple[Judgement, ...], tuple[Example, ...]]:
    judgements, examples = [], []
    for item in items:
        data = _object(item, ("picture", "photo", "liked"))
        ref, liked = _ref(data), data.get("liked")
        if not isinstance(liked, bool):
            raise QueryFormatError(message("a judgement is neither true nor false"))
        source = source_of(ref)
        if isinstance(source, bytes):
            examples.append(Example(ref.content_hash, liked, source))
        elif source is not None:
            judgements.append(Judgement(source, liked))
    return tuple(judgements), tuple(examples)


def _ref(data: Mapping[str, object]) -> PictureRef:
    photo = data.get("photo")
    if photo is not None and (type(photo) is not int or not 0 <= photo <= _MAX_ID):
        raise QueryFormatError(message("a photo has no proper number"))
    return PictureRef(content_hash_of(data.get("picture")), photo)


def content_hash_of(value: object) -> bytes:
    """The bytes of a content hash written in hexadecimal. Raises QueryFormatError."""
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{2 * DIGEST_BYTES}}}", value):
        raise QueryFormatError(message("a picture has no proper hash"))
    return bytes.fromhex(value)


def _region(value: object) -> Region:
    if not isinstance(value, list) or len(value) != 4:
        raise QueryFormatError(message("a region does not have four numbers"))
    left, top, right, bottom = (_number(side, 0.0, 1.0) for side in value)
    if left >= right or top >= bottom:
        raise QueryFormatError(message("a region is empty"))
    return Region(left, top, right, bottom)


def _filters(value: object) -> Filters:
    data = _object(value, _FILTER_FIELDS)
    gps, orientation = data.get("has_gps"), data.get("orientation")
    if gps is not None and not isinstance(gps, bool):
        raise QueryFormatError(message("has_gps is neither true nor false"))
    return Filters(
        folders=tuple(_path(item) for item in _array(data, "folders")),
        since=_date(data.get("since")),
        until=_date(data.get("until")),
        formats=tuple(_text(item) for item in _array(data, "formats")),
        orientation=None if orientation is None else _one_of(Orientation, orientation),
        cameras=tuple(_text(item) for item in _array(data, "cameras")),
        has_gps=gps,
    )


def _object(value: object, known: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise QueryFormatError(message("an object is missing"))
    unknown = [key for key in value if key not in known]
    if unknown:
        raise QueryFormatError(message("the field {field} is not known", field=ascii(unknown[0])[:50]))
    return value


def _array(data: Mapping[str, object], name: str) -> list[object]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise QueryFormatError(message("{name} is no list", name=name))
    return value


def _text(value: object) -> str:
    text = _path(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise QueryFormatError(message("a text holds half a character")) from None
    return text


def _path(value: object) -> str:
    """A text that may hold undecodable bytes, as names of files do."""
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise QueryFormatError(message("a text is missing or too long"))
    if "\0" in value:
        raise QueryFormatError(message("a text holds a zero"))
    return value


def _number(value: object, lowest: float, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QueryFormatError(message("a number is missing"))
    if not lowest <= value <= highest:  # nor does NaN
        raise QueryFormatError(
            message(
                "a number does not lie between {lowest} and {highest}",
                lowest=f"{lowest:g}",
                highest=f"{highest:g}",
            )
        )
    return float(value)


def _date(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise QueryFormatError(message("a date cannot be read")) from error


def _one_of(kind: type[Kind], value: object) -> Kind:
    try:
        return kind(_text(value))
    except ValueError as error:
        raise QueryFormatError(message("a {kind} is not known", kind=kind.__name__.lower())) from error
