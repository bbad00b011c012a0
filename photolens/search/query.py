"""The search box's grammar: text -> Query.

    a dog on a beach        plain words are one description; quotes only protect what is inside
    beach, sunset           commas separate descriptions (not between digits: 1,000 people)
    -people  -"red car"     push away
    1.5:beach  -0.5:boat    weigh: a number up to 10, a colon, and then no digit
    snow instead of sand    how the photos sought differ; -"snow instead of sand" is sand instead of snow
    folder: since: until: date: year: type: camera: is: has:    filters, see `filters.py`

So 10:30, 16:9 and 4:3 are words, because a digit follows the colon, and so is 12:noon, because 12 exceeds 10;
who wants to weigh such a text quotes it, 2:"16:9". An unknown prefix (note: buy milk), a hyphen inside a
word, a lone "-" and a quote that nothing closes are no operators either. A change is weighed in quotes,
1.5:"snow instead of sand"; with neither sign nor weight, "snow instead of sand" in quotes is a description.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from photolens.domain import ChangeTerm, Filters, ImageTerm, PhotoId, Query, Term, TextTerm
from photolens.errors import QueryError
from photolens.messages import message
from photolens.search.filters import KEYS, add_filter, describe_filters

MAX_WEIGHT = 10.0
_MAX_FILE_NAME = 255  # the longest name that common file systems take

# A comma between digits belongs to the number (1,000 people; 1,5:beach). Keyboards for Chinese and Japanese
# type the wide ones.
_COMMAS = ",，、"
_CHAR = rf'(?:[^\s"{_COMMAS}]|(?<=[0-9]),(?=[0-9]))'
_TOKEN = re.compile(
    rf'(?P<head>-?(?:(?:[^\s"{_COMMAS}:]|(?<=[0-9]),(?=[0-9]))+:)?)"(?P<quoted>[^"]*)"|(?P<word>{_CHAR}+)|'
    rf'(?P<comma>[{_COMMAS}])|[\s"]'
)
_OPERATOR = re.compile(
    rf"(?P<minus>-?)(?:(?P<key>{'|'.join(KEYS)}):|(?P<weight>[0-9]{{1,2}}(?:[.,][0-9]*)?|[.,][0-9]+):)?",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"(?<!\S)instead of(?!\S)", re.IGNORECASE)  # in a tidy text
_SIMPLE_WORD = re.compile(r"[^\W\d_]\w*")
_SUFFIX = re.compile(r"\.[a-z0-9]{2,5}$", re.IGNORECASE)


class _Reader:
    """Collects terms and filters, token by token."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.terms: list[Term] = []
        self.filters = Filters()
        self._words: list[str] = []
        self._plain: list[str] = []  # the same, where something was quoted only a sign that it was
        self._words_at = 0

    def word(self, text: str, quoted: bool) -> None:
        """Add to the description that is being written; its place is that of its first word."""
        if not self._words:
            self._words_at = len(self.terms)
        self._words.append(text)
        self._plain.append('"' if quoted else text.lower())

    def close(self) -> None:
        """End the current description: a comma or the end of the text."""
        term = self._change() or TextTerm(_tidy(" ".join(self._words)))
        self._words, self._plain = [], []
        if isinstance(term, ChangeTerm) or _says_something(term.text):
            self.terms.insert(self._words_at, term)

    def _change(self) -> ChangeTerm | None:
        """The description as `after instead of before`; an "instead of" in quotes does not count."""
        for at, pair in enumerate(itertools.pairwise(self._plain)):
            if pair == ("instead", "of"):
                return _change_of(" ".join(self._words[:at]), " ".join(self._words[at + 2 :]))
        return None

    def token(self, head: str, value: str, quoted: bool) -> None:
        """Take one token: `head` is what may be operators, `value` the rest."""
        match = _OPERATOR.fullmatch(head)
        if match is None or not _operates(match, value, quoted):
            # "-10:30" is a time pushed away, not a weight: the minus alone may still be meant.
            if head.startswith("-") and head[1:] + value and (head + value)[1] != "-":
                self._term(head[1:] + value, -1.0)
            else:
                self.word(head + value, quoted)
        elif match["key"]:
            key, negated = match["key"].lower(), bool(match["minus"])
            self.filters = add_filter(self.filters, key, value.strip(), negated=negated, today=self.today)
        elif match["weight"] or match["minus"]:
            self._term(value, _weight(match) * (-1.0 if match["minus"] else 1.0))
        else:
            self.word(value, quoted)

    def _term(self, text: str, weight: float) -> None:
        text = _tidy(text)
        change = _split(text)
        if change is not None:
            self.terms.append(_weighed(change, weight))
        elif _says_something(text):
            self.terms.append(TextTerm(text, weight))


def parse(text: str, *, today: date | None = None) -> Query:
    """Read what was typed into the search box; an empty text gives a Query without terms.

    `today` is what "today" and "yesterday" mean in dates. Raises QueryError, whose message says what to type,
    when a filter's value makes no sense; any other text is understood somehow.
    """
    reader = _Reader(today or date.today())
    for match in _TOKEN.finditer(_without_controls(text)):
        if match["comma"]:
            reader.close()
        elif match["quoted"] is not None:
            reader.token(match["head"], match["quoted"], True)
        elif match["word"]:
            _refuse_misspelled(match["word"])
            head = _OPERATOR.match(match["word"])
            end = head.end() if head else 0
            reader.token(match["word"][:end], match["word"][end:], False)
    reader.close()
    terms = tuple(reader.terms)
    return Query(terms=terms, filters=reader.filters, file_name=_file_name(terms, reader.filters))


def describe(query: Query) -> str:
    """Text that `parse` reads as the same words, weights and filters; pictures and balance are not in it."""
    terms = [_describe_term(term) for term in query.terms if not isinstance(term, ImageTerm)]
    parts = [", ".join(term for term in terms if term), describe_filters(query.filters)]
    return " ".join(part for part in parts if part)


def extend(
    query: Query,
    *,
    images: Sequence[PhotoId | str | bytes] = (),
    without: Sequence[str] = (),
    folders: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    today: date | None = None,
) -> Query:
    """Add to a query what came beside its text, such as the options of a command line.

    `since` and `until` are written as in the search box and narrow what the query says. Raises QueryError.
    """
    values = [("folder", folder) for folder in folders]
    values += [(key, value) for key, value in (("since", since), ("until", until)) if value is not None]
    filters = query.filters
    for key, value in values:
        filters = add_filter(filters, key, value, negated=False, today=today or date.today())
    more: list[Term] = [ImageTerm(image) for image in images]
    more += [TextTerm(_tidy(text), -1.0) for text in without if _says_something(text)]
    return replace(query, terms=query.terms + tuple(more), filters=filters)


def _refuse_misspelled(word: str) -> None:
    """A filter with a slip of the pen must not become words: its answer would look like one."""
    key, colon, value = word.lstrip("-").partition(":")
    if not colon or not value or key.lower() in KEYS:
        return
    meant = difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.75)
    if meant:
        raise QueryError(
            message(
                "There is no filter “{key}:”. Did you mean {meant}:{value}? To search for the words, "
                "put them in quotes.",
                key=key,
                meant=meant[0],
                value=value,
            )
        )


def _operates(match: re.Match[str], value: str, quoted: bool) -> bool:
    """Whether the operators in front of `value` are meant as such."""
    if match["key"]:
        return True
    if match["weight"]:
        return _weight(match) <= MAX_WEIGHT and (quoted or (value != "" and not value[0].isdigit()))
    return not match["minus"] or quoted or (value != "" and value[0] != "-")


def _weight(match: re.Match[str]) -> float:
    # Three decimals, so that a weight is written back as it was read.
    return round(float(match["weight"].replace(",", ".")), 3) if match["weight"] else 1.0


def _change_of(after: str, before: str) -> ChangeTerm | None:
    """A change, where both sides say something."""
    after, before = _tidy(after), _tidy(before)
    return ChangeTerm(after, before) if _says_something(after) and _says_something(before) else None


def _split(text: str) -> ChangeTerm | None:
    """The change that a tidy text speaks of, if it does."""
    match = _INSTEAD.search(text)
    return _change_of(text[: match.start()], text[match.end() :]) if match else None


def _weighed(change: ChangeTerm, weight: float) -> ChangeTerm:
    """With this weight; the way back where it is negative."""
    after, before = change.after, change.before
    back = math.copysign(1.0, weight) < 0  # so that -0 is the way back too
    return ChangeTerm(before, after, -weight) if back else ChangeTerm(after, before, weight)


def _describe_term(term: TextTerm | ChangeTerm) -> str:
    number = f"{min(abs(term.weight), MAX_WEIGHT):.3f}".rstrip("0").rstrip(".")
    if isinstance(term, ChangeTerm):
        return _describe_change(_weighed(term, term.weight), number)
    text = _quotable(term.text)
    if not _says_something(text):
        return ""
    if term.weight == 1.0:
        return text if _is_plain(text, TextTerm(text)) else f'"{text}"'
    if _split(text):  # which would be read as a change
        text = _INSTEAD.sub("rather than", text)
    sign = "-" if term.weight < 0 else ""
    value = text if _SIMPLE_WORD.fullmatch(text) else f'"{text}"'
    return f"{sign}{value}" if number == "1" else f"{sign}{number}:{value}"


def _describe_change(term: ChangeTerm, number: str) -> str:
    change = _change_of(_quotable(term.after), _quotable(term.before))
    if change is None:
        return ""
    after, before = change.after, change.before
    if number == "1":
        sides = [(after, before), (f'"{after}"', before), (after, f'"{before}"')]
        texts = (f"{one} instead of {other}" for one, other in sides)
        return next((t for t in texts if _is_plain(t, change)), f'"{after}" instead of "{before}"')
    # The first "instead of" is the one that counts: write it so that this one is.
    if _split(f"{after} instead of {before}") == change:
        return f'{number}:"{after} instead of {before}"'
    if _split(f"{before} instead of {after}") != ChangeTerm(before, after):
        before = _INSTEAD.sub("rather than", before)
    return f'-{number}:"{before} instead of {after}"'


def _is_plain(text: str, term: Term) -> bool:
    """Whether `text` is read as this term and nothing else."""
    try:
        query = parse(text)
    except QueryError:
        return False
    return query.terms == (term,) and not query.filters


def _file_name(terms: Sequence[Term], filters: Filters) -> str | None:
    """The one plain description when it may be a file's name or stem.

    One word may be any file's stem (passport, IMG_1234); several words need a suffix or a digit, as in
    holiday 2019.png. Generous on purpose: the catalog looks for exactly this name, a guess costs a lookup.
    """
    if filters or len(terms) != 1 or not isinstance(terms[0], TextTerm) or terms[0].weight != 1.0:
        return None
    text = terms[0].text
    if len(text) > _MAX_FILE_NAME or "/" in text or "\\" in text:
        return None
    one_word = " " not in text
    return text if one_word or _SUFFIX.search(text) or any(c.isdigit() for c in text) else None


def _without_controls(text: str) -> str:
    """Turn control characters and lone surrogates, which no encoder or database takes, into spaces."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


def _quotable(text: str) -> str:
    return _tidy(text.replace('"', " "))


def _tidy(text: str) -> str:
    return " ".join(_without_controls(text).split())


def _says_something(text: str) -> bool:
    """Whether there is more in it than punctuation, spaces and invisible marks; an emoji is enough."""
    return any(unicodedata.category(c)[0] not in "PZC" for c in text)
