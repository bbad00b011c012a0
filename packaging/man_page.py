"""Print the manual page photolens(1), made from the options that the program has.

python packaging/man_page.py > build/photolens.1
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from photolens import __version__
from photolens.cli import whole_parser

_END = """\
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
done, but files could not be read; only with
.B index \\-\\-strict
.TP
.B 2
it cannot be done; the reason is on standard error
.TP
.B 130
stopped by Ctrl+C
.SH FILES
.TP
.I ~/.config/photolens/settings.toml
settings
.TP
.I ~/.local/share/photolens/library
the library: catalog, thumbnails, index, backups
.P
A photo file is never changed.
"""


def page(parser: argparse.ArgumentParser, made: datetime) -> str:
    """The page in the language of man(7), dated."""
    common = {action.dest for action in _options(parser)}
    lines = [
        f'.TH PHOTOLENS 1 {made:%Y-%m-%d} "PhotoLens {__version__}" "User Commands"',
        ".SH NAME",
        r"photolens \- search your own photos by showing and telling",
        ".SH SYNOPSIS",
        *_usage(parser),
        ".SH DESCRIPTION",
        _text(parser.description or ""),
        ".SH OPTIONS",
        "They work with every command.",
        *_listed(_options(parser)),
        ".SH EXAMPLES",
        *_examples(parser),
        ".SH COMMANDS",
        *_commands(parser, common),
    ]
    return "\n".join(lines) + "\n" + _END


def _commands(parser: argparse.ArgumentParser, common: set[str]) -> Iterator[str]:
    """Each command with what it alone takes; those of two words after the one that they belong to."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for command in action.choices.values():
            yield f".SS {_text(command.prog)}"
            yield from _usage(command, common)
            yield ".P"
            yield _text(command.description or "")
            yield from _listed(_arguments(command))
            yield from _listed(option for option in _options(command) if option.dest not in common)
            if command.epilog:
                yield ".P"
                yield from _examples(command)
            yield from _commands(command, common)


def _options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.option_strings]


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [
        action
        for action in parser._actions
        if not action.option_strings and not isinstance(action, argparse._SubParsersAction) and action.help
    ]


def _usage(parser: argparse.ArgumentParser, common: set[str] | None = None) -> list[str]:
    """How the command is typed, without the options of every command."""
    formatter = argparse.HelpFormatter(parser.prog, width=10_000)
    shown = [action for action in parser._actions if action.dest not in (common or set())]
    formatter.add_usage(None, shown, parser._mutually_exclusive_groups, prefix="")
    words = formatter.format_help().strip().removeprefix(parser.prog).strip()
    return [f".B {_text(parser.prog)}", _text(words)] if words else [f".B {_text(parser.prog)}"]


def _listed(actions: Iterator[argparse.Action] | list[argparse.Action]) -> Iterator[str]:
    for action in actions:
        value = "" if action.nargs == 0 else str(action.metavar or action.dest)
        names = ", ".join(rf"\fB{_text(name)}\fR" for name in action.option_strings)
        yield ".TP"
        yield f"{names} \\fI{_text(value)}\\fR".strip() if value else names
        yield _text((action.help or "").replace("%%", "%"))


def _examples(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield ".EX"
    yield from (_text(line.strip()) for line in (parser.epilog or "").splitlines()[1:])
    yield ".EE"


def _text(text: str) -> str:
    """Plain text, kept from being read as markup."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    given = os.environ.get("SOURCE_DATE_EPOCH")
    sys.stdout.write(
        page(whole_parser(), datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC))
    )
