"""The search box's grammar: what people type, what malformed filters answer, and that nothing breaks it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photolens.domain import ChangeTerm, Filters, ImageTerm, Orientation, Query, Term, TextTerm
from photolens.errors import QueryError
from photolens.search.query import describe, extend, parse

TODAY = date(2024, 3, 1)


def terms(text: str) -> list[tuple[str, float]]:
    found = []
    for term in parse(text, today=TODAY).terms:
        assert isinstance(term, TextTerm)
        found.append((term.text, term.weight))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a dog on a beach", [("a dog on a beach", 1)]),
        ("  a   dog\ton a\nbeach ", [("a dog on a beach", 1)]),
        ("beach, sunset ,, kites,", [("beach", 1), ("sunset", 1), ("kites", 1)]),
        ("海滩，日落、风筝，-人", [("海滩", 1), ("日落", 1), ("风筝", 1), ("人", -1)]),
        ('"海滩，日落"', [("海滩，日落", 1)]),
        ("1,000 people", [("1,000 people", 1)]),
        ("-people", [("people", -1)]),
        ('a dog -"red car" on a beach', [("a dog on a beach", 1), ("red car", -1)]),
        ("-people a dog", [("people", -1), ("a dog", 1)]),
        ("1.5:beach", [("beach", 1.5)]),
        ("1,5:beach", [("beach", 1.5)]),
        (".5:beach", [("beach", 0.5)]),
        ('1.5:"red car" street', [("red car", 1.5), ("street", 1)]),
        ("-0.5:boat", [("boat", -0.5)]),
        ("10:cats", [("cats", 10)]),
        ("0:boat", [("boat", 0)]),
        ('a "red car" on the road', [("a red car on the road", 1)]),
        ('"-people, folder:x"', [("-people, folder:x", 1)]),
    ],
)
def test_terms(text: str, expected: list[tuple[str, float]]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "t-shirt",
        "dog - beach",
        "train at 10:30",
        "16:9 wallpaper",
        "4:3",
        "12:noon",
        "1.5: beach",
        "note: buy milk",
        "https://example.org/a",
        "--help",
        "50mm f/1.8",
        "Psalm 3:4:5",
    ],
)
def test_what_only_looks_like_an_operator_stays_words(text: str) -> None:
    assert terms(text) == [(text, 1)]


def test_what_no_encoder_takes_becomes_a_space() -> None:
    assert terms("a\ud800b\x00c") == [("a b c", 1)]


def test_a_time_can_be_pushed_away_and_a_quoted_one_weighed() -> None:
    assert terms("-10:30") == [("10:30", -1)]
    assert terms('2:"16:9"') == [("16:9", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snow instead of sand", [ChangeTerm("snow", "sand")]),
        ("a  snowy\tfield INSTEAD OF a beach", [ChangeTerm("a snowy field", "a beach")]),
        ('boat, "red car" instead of car', [TextTerm("boat"), ChangeTerm("red car", "car")]),
        ("snow instead of sand -people", [ChangeTerm("snow", "sand"), TextTerm("people", -1)]),
        ("snow is:square instead of sand", [ChangeTerm("snow", "sand")]),
        ("a instead of b instead of c", [ChangeTerm("a", "b instead of c")]),
        ('"a instead of b" instead of c', [ChangeTerm("a instead of b", "c")]),
        ('1.5:"snow instead of sand"', [ChangeTerm("snow", "sand", 1.5)]),
        ('-"snow instead of sand"', [ChangeTerm("sand", "snow")]),
        ('-0.5:"snow instead of sand"', [ChangeTerm("sand", "snow", 0.5)]),
        ('"snow instead of sand"', [TextTerm("snow instead of sand")]),
        ('a "dog instead of" cat', [TextTerm("a dog instead of cat")]),
        ("instead of sand", [TextTerm("instead of sand")]),
        ("snow instead of", [TextTerm("snow instead of")]),
        ("snow instead of -", [TextTerm("snow instead of -")]),
        ("snow instead, of sand", [TextTerm("snow instead"), TextTerm("of sand")]),
        ('2:"instead of sand"', [TextTerm("instead of sand", 2)]),
        ("-snow instead of sand", [TextTerm("snow", -1), TextTerm("instead of sand")]),
    ],
)
def test_changes(text: str, expected: list[Term]) -> None:
    query = parse(text, today=TODAY)
    assert query.terms == tuple(expected)
    assert parse(describe(query)) == query


@pytest.mark.parametrize(
    "text", ["", " ", ",", "-", "- - ,", '"', '""', '-""', "...", "\x00", "\u200f", "2:?"]
)
def test_nothing_to_look_for(text: str) -> None:
    assert parse(text) == Query()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("folder:Holidays", Filters(folders=("Holidays",))),
        ('folder:"My  trip, 2019" folder:b', Filters(folders=("My  trip, 2019", "b"))),
        (r"folder:C:\Users\me", Filters(folders=(r"C:\Users\me",))),
        ("since:2019", Filters(since=date(2019, 1, 1))),
        ("until:2019", Filters(until=date(2019, 12, 31))),
        ("until:2024-02", Filters(until=date(2024, 2, 29))),
        ("since:2019-07-14", Filters(since=date(2019, 7, 14))),
        ("date:2019-7", Filters(since=date(2019, 7, 1), until=date(2019, 7, 31))),
        ("year:2019", Filters(since=date(2019, 1, 1), until=date(2019, 12, 31))),
        ("date:2019..2021-06", Filters(since=date(2019, 1, 1), until=date(2021, 6, 30))),
        ("date:2019..", Filters(since=date(2019, 1, 1))),
        ("date:..2019", Filters(until=date(2019, 12, 31))),
        ("since:yesterday", Filters(since=date(2024, 2, 29))),
        ("date:today", Filters(since=TODAY, until=TODAY)),
        ("since:2018 since:2019", Filters(since=date(2019, 1, 1))),
        ("TYPE:HEIC type:.jpg", Filters(formats=("heic", "jpg"))),
        ('camera:"canon eos"', Filters(cameras=("canon eos",))),
        ("is:Portrait", Filters(orientation=Orientation.PORTRAIT)),
        ("has:gps", Filters(has_gps=True)),
        ("-has:gps", Filters(has_gps=False)),
    ],
)
def test_filters(text: str, expected: Filters) -> None:
    assert parse(text, today=TODAY) == Query(filters=expected)


def test_filters_stand_anywhere_among_the_words() -> None:
    query = parse("a dog is:square on a beach")
    assert query.terms == (TextTerm("a dog on a beach"),)
    assert query.filters == Filters(orientation=Orientation.SQUARE)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("folder:", "folder:Holidays"),
        ('camera:" "', "camera:"),
        ("since:soon", "since:2019-07"),
        ("since:2019..2020", "since:2019"),
        ("date:2019-13", "date:2019-07"),
        ("date:2023-02-29", "date:2019"),
        ("date:0000", "date:2019"),
        ("date:..", "date:2019..2021"),
        ("date:2021..2019", "since"),
        ("since:2020 until:2019", "since"),
        ("type:../x", "type:heic"),
        ("is:round", "is:portrait"),
        ("is:portrait is:square", "either is:portrait or is:square"),
        ("has:faces", "has:gps"),
        ("has:gps -has:gps", "either has:gps or -has:gps"),
        ("-folder:x", "folder:Holidays"),
    ],
)
def test_a_malformed_filter_says_what_to_type(text: str, advice: str) -> None:
    with pytest.raises(QueryError) as failure:
        parse(text, today=TODAY)
    assert advice in str(failure.value)
    assert str(failure.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IMG_1234", "IMG_1234"),
        ("IMG_1234.jpg", "IMG_1234.jpg"),
        ("our holiday.png", "our holiday.png"),
        ("holiday 2019", "holiday 2019"),
        ("passport", "passport"),
        ("a dog on a beach", None),
        ("IMG_1234, beach", None),
        ("-IMG_1234", None),
        ("2:IMG_1234", None),
        ("IMG_1234 folder:x", None),
        ("photos/IMG_1234.jpg", None),
        ("x" * 256, None),
    ],
)
def test_file_name(text: str, name: str | None) -> None:
    assert parse(text).file_name == name


def test_describe_is_what_one_would_type() -> None:
    text = 'a dog on a beach, -people, 1.5:"red car" folder:"My trip" since:2019-07-01 is:portrait -has:gps'
    assert describe(parse(text)) == text
    assert describe(Query(terms=(ImageTerm(3), TextTerm("boat", -0.5)))) == "-0.5:boat"
    change = 'snow instead of sand, "1.5:x" instead of sand, 2:"snow instead of sand"'
    assert describe(parse(change)) == change
    assert describe(parse('-"snow instead of sand"')) == "sand instead of snow"


def test_describe_tames_terms_that_no_text_could_give() -> None:
    query = Query(terms=(TextTerm('a "red"  car', 99.0), TextTerm('"')))
    assert parse(describe(query)).terms == (TextTerm("a red car", 10.0),)
    weighed = TextTerm("snow instead of sand", 2.0)
    assert parse(describe(Query(terms=(weighed,)))).terms == (TextTerm("snow rather than sand", 2.0),)
    odd = (ChangeTerm("a", "b", -2.0), ChangeTerm("a", ","), ChangeTerm('a "b"', "c", 99.0))
    assert parse(describe(Query(terms=odd))).terms == (
        ChangeTerm("b", "a", 2.0),
        ChangeTerm("a b", "c", 10.0),
    )
    both = ChangeTerm("a instead of b", "c instead of d", 2.0)
    tame = ChangeTerm("a instead of b", "c rather than d", 2.0)
    assert parse(describe(Query(terms=(both,)))).terms == (tame,)


def test_extend_adds_what_stands_beside_the_text() -> None:
    query = extend(
        parse("beach since:2018 folder:a"),
        images=["x.jpg", 7],
        without=["red car", " "],
        folders=["b", "a"],
        since="2019",
        until="2020-02",
    )
    assert query.terms == (TextTerm("beach"), ImageTerm("x.jpg"), ImageTerm(7), TextTerm("red car", -1.0))
    assert query.filters == Filters(folders=("a", "b"), since=date(2019, 1, 1), until=date(2020, 2, 29))
    with pytest.raises(QueryError, match="until:2019"):
        extend(Query(), until="soon")


OPERATORS = ["-", "--", '"', ",", ":", "1", "1.5:", "10:30", "..", "\\"]
FILTERS = ["folder:", "date:2019", "since:2018", "has:gps", "-has:gps", "is:"]
WORDS_AND_MARKS = [
    " ",
    "red car",
    "t-shirt",
    "IMG_1",
    ".jpg",
    "日本",
    "🐕",
    "שלום",
    "\u200f",
    "\ud800",
    "\x1c",
]
CHANGES = ["snow instead of sand", " instead of ", "instead", "of", '-"a instead of b"', '2:"a INSTEAD OF b"']
PIECES = st.sampled_from([*CHANGES, *OPERATORS, *FILTERS, *WORDS_AND_MARKS])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join))


@settings(deadline=None)  # a busy machine is no failure
@given(TEXTS)
def test_any_text_is_read_or_refused_and_its_description_reads_the_same(text: str) -> None:
    try:
        query = parse(text)
    except QueryError:
        return
    assert parse(describe(query)) == query
    assert describe(parse(describe(query))) == describe(query)


WORDS = st.text(alphabet='ab1-:., "é，、', min_size=1, max_size=12)
WEIGHTS = st.integers(-10_000, 10_000).map(lambda n: n / 1000)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(WORDS, WEIGHTS), max_size=5))
def test_quoted_texts_keep_their_words_and_weights(pairs: list[tuple[str, float]]) -> None:
    clean = [(" ".join(text.replace('"', " ").split()), weight) for text, weight in pairs]
    wanted = [(text, weight) for text, weight in clean if any(c.isalnum() for c in text)]
    typed = ", ".join(f'{"-" if weight < 0 else ""}{abs(weight):.3f}:"{text}"' for text, weight in wanted)
    assert terms(typed) == wanted
    query = Query(terms=tuple(TextTerm(text, weight) for text, weight in wanted))
    assert parse(describe(query)).terms == query.terms


SIDES = st.lists(
    st.sampled_from(["snow", "instead", "of", "Instead of", "1.5:x", "-", "-a", ",", "has:gps", "日本"]),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(deadline=None)  # a busy machine is no failure
@given(SIDES, SIDES, WEIGHTS)
def test_changes_keep_their_words_and_weights(after: str, before: str, weight: float) -> None:
    said = all(any(c.isalnum() for c in side) for side in (after, before))
    read = parse(describe(Query(terms=(ChangeTerm(after, before, weight),)))).terms
    if not said:
        assert read == ()
        return
    ends = (after, before) if weight >= 0 else (before, after)
    if abs(weight) != 1 and all("instead of" in side.lower() for side in ends):
        (term,) = read
        assert isinstance(term, ChangeTerm) and (term.after, term.weight) == (ends[0], abs(weight))
    else:
        assert read == (ChangeTerm(*ends, abs(weight)),)


@pytest.mark.parametrize(
    "text",
    [
        "instead of " * 3_000,
        "a instead of b " * 3_000,
        "x" * 10_000,
        "word " * 5_000,
        '"' * 9_999,
        "-" * 10_000,
        ":," * 5_000,
        "1,1" * 5_000,
        "-🐕," * 3_000,
    ],
)
def test_long_texts_are_read_and_described(text: str) -> None:
    query = parse(text)
    assert parse(describe(query)) == query


@pytest.mark.parametrize(
    ("text", "meant"), [("sinc:2019 dog", "since"), ("-fodler:x", "folder"), ("Tpye:jpg", "type")]
)
def test_a_misspelled_filter_is_not_taken_for_words(text: str, meant: str) -> None:
    with pytest.raises(QueryError, match=f"Did you mean {meant}:"):
        parse(text)


@pytest.mark.parametrize("text", ["note: buy milk", "foo:bar", '"sinc:2019"', "sinc:", "re:fwd", "10:30"])
def test_words_with_a_colon_stay_words(text: str) -> None:
    assert parse(text).terms
    assert not parse(text).filters
