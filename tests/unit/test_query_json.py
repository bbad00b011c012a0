"""A query comes back from JSON as it was, and what is none is refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    TextTerm,
)
from photolens.library.kept_query import parse_json
from photolens.library.query_json import Named, PictureRef, QueryFormatError, from_json, to_json

JPEG = b"\xff\xd8\xff\xd9"
ELSEWHERE = bytes(20)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
weights = st.floats(-1000, 1000)
photos = st.integers(1, 2**40)
terms = st.one_of(
    st.builds(TextTerm, texts, weights),
    st.builds(ChangeTerm, texts, texts, weights),
    st.builds(ImageTerm, photos, weights, st.sampled_from([None, Region(0.1, 0.2, 0.5, 1.0)])),
    st.builds(ImageTerm, st.just(JPEG), weights),
)
filters = st.builds(
    Filters,
    folders=st.lists(st.text(st.characters(exclude_characters="\0"), max_size=9), max_size=2).map(tuple),
    since=st.none() | st.dates(date(1, 1, 1)),
    until=st.none() | st.dates(date(1, 1, 1)),
    formats=st.lists(texts, max_size=2).map(tuple),
    orientation=st.none() | st.sampled_from(Orientation),
    cameras=st.lists(texts, max_size=2).map(tuple),
    has_gps=st.none() | st.booleans(),
)
queries = st.builds(
    Query,
    terms=st.lists(terms, max_size=4).map(tuple),
    filters=filters,
    balance=st.floats(0, 1),
    file_name=st.none() | texts,
    judgements=st.lists(st.builds(Judgement, photos, st.booleans()), max_size=3).map(tuple),
    feedback=st.sampled_from(FeedbackMode),
    examples=st.lists(st.builds(Example, st.just(ELSEWHERE), st.booleans(), st.just(JPEG)), max_size=2).map(
        tuple
    ),
    combination=st.sampled_from(Combination),
    shelf=st.none() | st.sampled_from(Shelf),
    order=st.sampled_from(HitOrder),
)


def name_of(picture: Named) -> PictureRef:
    if isinstance(picture, int):
        return PictureRef(picture.to_bytes(20, "big"), picture)
    return PictureRef(ELSEWHERE)


def source_of(ref: PictureRef) -> PhotoId | bytes:
    return JPEG if ref.photo_id is None else ref.photo_id


@given(queries)
def test_a_query_comes_back_as_it_was(query: Query) -> None:
    data = json.loads(json.dumps(to_json(query, name_of)))
    assert from_json(data, source_of) == query


def test_what_is_gone_is_left_out() -> None:
    query = Query((TextTerm("x"), ImageTerm(1)), judgements=(Judgement(1, True), Judgement(2, False)))
    data = to_json(query, name_of)
    found = from_json(data, lambda ref: 2 if ref.photo_id == 2 else None)
    assert found == Query((TextTerm("x"),), judgements=(Judgement(2, False),))


GOOD = to_json(Query((TextTerm("x"), ImageTerm(1)), judgements=(Judgement(1, True),)), name_of)
TERM, CLICK = GOOD["terms"][1], GOOD["judgements"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"version": None},
        {"secret": 1},
        {"terms": {}},
        {"terms": ["x"]},
        {"terms": [{"weight": 1}]},
        {"terms": [{"text": "x"}]},
        {"terms": [{"text": 5, "weight": 1}]},
        {"terms": [{"text": "x\0", "weight": 1}]},
        {"terms": [{"text": "\ud800", "weight": 1}]},
        {"terms": [{"text": "x" * 20_000, "weight": 1}]},
        {"terms": [{"text": "x", "weight": float("nan")}]},
        {"terms": [{"text": "x", "weight": 10**400}]},
        {"terms": [{"text": "x", "weight": True}]},
        {"terms": [{"after": "x", "weight": 1}]},
        {"terms": [{**TERM, "path": "/etc/passwd"}]},
        {"terms": [{**TERM, "picture": "/etc/passwd"}]},
        {"terms": [{**TERM, "picture": "0 " * 20}]},
        {"terms": [{**TERM, "photo": -1}]},
        {"terms": [{**TERM, "photo": 2**64}]},
        {"terms": [{**TERM, "region": [0, 0, 1]}]},
        {"terms": [{**TERM, "region": [0.5, 0, 0.5, 1]}]},
        {"terms": [{**TERM, "region": [0, 0, 2, 1]}]},
        {"judgements": [{**CLICK, "liked": 1}]},
        {"judgements": [{"liked": True}]},
        {"filters": []},
        {"filters": {"since": "soon"}},
        {"filters": {"has_gps": "yes"}},
        {"filters": {"orientation": "diagonal"}},
        {"balance": 2},
        {"feedback": "magic"},
        {"combination": None},
        {"shelf": "top"},
        {"order": []},
        {"file_name": 1},
    ],
    ids=str,
)
def test_what_is_no_query_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(QueryFormatError):
        from_json({**GOOD, **wrong}, source_of)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"weight": NaN}', b"\xff\xfe\xff", "1" * 5000])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(QueryFormatError):
        parse_json(text)
