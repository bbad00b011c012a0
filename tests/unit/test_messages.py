"""Texts of the core are English and keep what a window needs to say them in another language."""

from __future__ import annotations

import ast
import copy
import errno
import json
import os
import pickle
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from photolens import errors, messages
from photolens.errors import CatalogDamaged, DecoderDied, FailureKind, PhotoError, PhotoLensError, QueryError
from photolens.messages import Message, Size, counted, message, packed, plain, said, system, unpacked
from tests import translations

_MOMENT = datetime(2026, 11, 21, 13, 34, tzinfo=UTC)
EVERY = (
    plain("IMG_1.jpg"),
    message("The file is empty."),
    message("{count} of {total} in {folder}", count=1234, total=Size(4_200_000), folder=Path("/photos")),
    counted("{count} photo", "{count} photos", count=1),
    message("of {time} ({photos})", time=_MOMENT, photos=counted("{count} photo", "{count} photos", count=2)),
)


def same(one: Message, other: Message) -> bool:
    return (str(one), one.template, one.one, one.values) == (
        str(other),
        other.template,
        other.one,
        other.values,
    )


def test_a_message_is_its_english_text() -> None:
    text = message(
        "{name} has {pictures} pictures, {size}", name="Lake {1}", pictures=31022, size=Size(312_000)
    )
    assert text == "Lake {1} has 31,022 pictures, 312 kB"
    assert isinstance(text, str)
    assert counted("{count} photo", "{count} photos", count=1) == "1 photo"
    assert counted("{count} photo", "{count} photos", count=1000) == "1,000 photos"


def test_what_an_error_says_is_part_of_another_message() -> None:
    inner = QueryError(message("Type {example}.", example="type:heic"))
    outer = message("This search cannot be saved: {error}", error=inner)
    assert outer == "This search cannot be saved: Type type:heic."
    assert isinstance(outer.values["error"], Message)
    assert outer.values["error"].template == "Type {example}."
    assert message("{error}", error=ValueError("odd")) == "odd"


@pytest.mark.parametrize("text", EVERY)
def test_it_is_kept_by_pickles_copies_and_json(text: Message) -> None:
    assert same(pickle.loads(pickle.dumps(text)), text)
    assert same(copy.deepcopy(text), text)
    assert same(unpacked(json.loads(json.dumps(packed(text)))), text)


@pytest.mark.parametrize(
    "found",
    [
        None,
        3,
        [],
        {},
        {"template": "x", "one": None, "values": []},
        {"template": None, "one": None, "values": {}},
        {"template": "x", "one": "y", "values": {}},
        {"template": "x", "one": "y", "values": {"count": "1"}},
        {"template": "x", "one": None, "values": {"a": None}},
        {"template": "x", "one": None, "values": {"a": {"bytes": "many"}}},
        {"template": "x", "one": None, "values": {"a": {"bytes": float("inf")}}},
        {"template": "x", "one": None, "values": {"a": {"time": "yesterday"}}},
        {"template": "x", "one": None, "values": {"a": {"time": 3}}},
        {"template": "{a}", "one": None, "values": {"a": {"time": "0001-01-01T00:00:00+14:00"}}},
        {"template": "{a}", "one": None, "values": {"a": 10**30}},
        {"template": "{a}", "one": None, "values": {"a": {"bytes": 10**30}}},
    ],
)
def test_what_is_no_message_is_refused(found: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(found)


def test_messages_within_messages_end_somewhere() -> None:
    found: object = "end"
    for _ in range(20):
        found = {"template": "{a}", "one": None, "values": {"a": found}}
    with pytest.raises(ValueError, match="deep"):
        unpacked(found)


def test_a_template_cannot_reach_into_values() -> None:
    found = {"template": "{a.__class__} {a!r} {0} {a}", "one": None, "values": {"a": "x"}}
    assert unpacked(found) == "{a.__class__} {a!r} {0} x"


@pytest.mark.parametrize(
    "error",
    [
        PhotoError(FailureKind.TOO_LARGE, message("The file is larger than {limit} MB.", limit=2048)),
        DecoderDied(too_slow=True),
        DecoderDied().set_aside(),
        CatalogDamaged(message("The catalog {file} is damaged.", file="a.db"), Path("/library"), True),
        QueryError(message("Type {example}.", example="type:heic")),
    ],
)
def test_errors_keep_their_message_when_they_are_pickled(error: PhotoLensError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert same(again.text, error.text)
    assert error.text.template is not None
    assert vars(again) == vars(error)


def test_what_the_system_says_is_translatable_where_it_is_common() -> None:
    assert said(OSError("odd")) == "odd"
    full = system(OSError(errno.ENOSPC, "No space left on device"))
    assert full.template == "No space left on device"
    assert system(OSError(errno.EIO, "Something else.")).template is None
    assert system(OSError(errno.EIO, "Something else.")) == "Something else"
    assert system(ValueError("embedded null byte")) == "embedded null byte"
    assert system(ValueError()) == "ValueError"


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname != "Linux", reason="texts of Linux's C library")
@pytest.mark.parametrize(
    "code", ["EACCES", "EIO", "ENOENT", "ENOSPC", "EPERM", "EROFS", "ESTALE", "ENOTCONN"]
)
def test_the_systems_texts_are_as_we_know_them(code: str) -> None:
    number = getattr(errno, code)
    assert system(OSError(number, os.strerror(number))).template is not None


# --- all of the code ------------------------------------------------------------------------

# What a person reads of these; the errors' names come from the code.
_TOLD = {
    "Notice",
    "IngestTrouble",
    "CatalogDamage",
    "FileFailed",
    "FailedFile",
    "QueryFormatError",
    "_TryAgain",
}
_TERMINAL = {"cli.py", "prompt.py", "terminal.py"}
_LETTERS = re.compile(r"[A-Za-z]{2,}")


def _below_the_window() -> list[Path]:
    package = translations.ROOT / "photolens"
    return [
        file
        for file in translations.modules()
        if file.relative_to(package).parts[0] not in ("gui", *_TERMINAL) and file.name != "messages.py"
    ]


def _error_names() -> set[str]:
    """PhotoLensError and what is derived from it, wherever."""
    names = {"PhotoLensError"}
    classes = [
        node
        for file in translations.modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    for _ in range(5):
        names |= {c.name for c in classes if {getattr(base, "id", "") for base in c.bases} & names}
    return names


def _literals(node: ast.AST) -> Iterator[str]:
    """English in an expression that no message holds."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("message", "counted"):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _LETTERS.search(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)


def untranslatable(source: str, names: set[str]) -> list[str]:
    """What is said in this module to a person, and never in another language."""
    return [
        text
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names | {"plain"}
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        for text in _literals(argument)
    ]


def test_what_the_core_says_can_be_said_in_other_languages() -> None:
    names = _error_names() | _TOLD
    assert {"ModelStopped", "DecodersClosed", "QueryError"} <= names
    found = {
        str(file): texts
        for file in _below_the_window()
        if (texts := untranslatable(file.read_text(encoding="utf-8"), names))
    }
    # What is typed, such as type:heic, is the same in every language.
    found = {
        file: [t for t in texts if not re.fullmatch(r'\w+:[\w"]+( \w+")?', t)]
        for file, texts in found.items()
    }
    assert not {file: texts for file, texts in found.items() if texts}, "say it with `message` or `counted`"


@pytest.mark.parametrize(
    "line",
    [
        'raise QueryError("Type a word.")',
        'raise QueryError(f"Type {word}.")',
        'raise QueryError("Type " + word)',
        'raise QueryError(plain("Type a word."))',
        'emit(Notice("All done."))',
        'emit(Notice(text="All done."))',
        'raise PhotoError(FailureKind.DAMAGED, "It is damaged." if bad else "It is empty.")',
    ],
)
def test_a_text_that_is_no_message_is_found(line: str) -> None:
    names = _error_names() | _TOLD
    assert untranslatable(line, names)
    assert not untranslatable('raise QueryError(message("Type {word}.", word="or so"))', names)


def test_every_place_in_a_template_has_a_value() -> None:
    wrong = []
    for file in [*translations.modules(), Path(messages.__file__)]:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if name not in ("message", "counted"):
                continue
            assert isinstance(call, ast.Call)
            given = {keyword.arg for keyword in call.keywords}
            texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            places = {place for text in texts for place in re.findall(r"\{([^}]*)\}", str(text))}
            if places != given or (name == "counted" and len(texts) != 2):
                wrong.append((file.name, call.lineno, texts))
    assert not wrong


def test_a_template_has_forms_everywhere_or_nowhere() -> None:
    found: dict[str, set[bool]] = {}
    for file in translations.modules():
        for text, many in translations.messages(file.read_text(encoding="utf-8")):
            found.setdefault(text, set()).add(many)
    assert len(found) > 200
    assert not [text for text, kinds in found.items() if len(kinds) > 1]


def test_a_template_that_translators_would_not_see_is_found() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(translations.messages("text = 'x'\nmessage(text)"))


def test_every_error_says_what_it_is_made_of() -> None:
    for name in ("UsageError", "FolderError", "LibraryMissing", "ModelError"):
        error = getattr(errors, name)(message("The file is empty."))
        assert str(error) == "The file is empty." == str(error.text)
        assert error.text.template == "The file is empty."
