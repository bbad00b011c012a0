"""Questions and answers at a terminal: the program for where there is no screen for a window."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field

from photolens import terminal
from photolens.domain import Hit, Query
from photolens.errors import PhotoLensError
from photolens.library import Library
from photolens.search import extend, parse
from photolens.words import printable

PAGE = 10

_HELP = """\
  a street in a city      words, plainly said
  beach, sunset           both; 1.5:beach weighs more, -people keeps away
  by night instead of by day   the one, and not the other
  beach since:2019        also until:, folder:, type:heic, camera:, is:portrait, has:gps
  :more                   the next page
  :like 3                 photos like number 3
  :quit                   leave (Ctrl+D too)"""


@dataclass(slots=True)
class Session:
    """The query on the table and how far it has been shown."""

    query: Query | None = None
    hits: list[Hit] = field(default_factory=list)  # all that was shown of the answer
    offset: int = 0


def answer(library: Library, text: str) -> None:
    """Answer one query on stdout. Raises PhotoLensError."""
    _ask(library, Session(), parse(text))


def loop(library: Library) -> None:
    """Answer queries until the user leaves."""
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() a history; Windows has its own
    library.prepare()
    print("Type what you are looking for; :help for more, :quit to leave.", file=sys.stderr)
    session = Session()
    interrupted = False
    while True:
        try:
            line = input("? ").strip()
            if line.lower() in (":quit", ":q"):
                return
            _obey(library, session, line)
            interrupted = False
        except EOFError:
            print()
            return
        except KeyboardInterrupt:  # drops the line, as in a shell; twice in a row leaves
            print("" if interrupted else "  (:quit or Ctrl+D leaves)", file=sys.stderr)
            if interrupted:
                return
            interrupted = True
        except PhotoLensError as error:
            print(printable(str(error)), file=sys.stderr)


def _obey(library: Library, session: Session, line: str) -> None:
    command, _, argument = line.partition(" ")
    command = command.lower()
    if not line:
        return
    if command == ":help":
        print(_HELP, file=sys.stderr)
    elif command == ":more":
        _show(library, session, session.offset + PAGE)
    elif command == ":like":
        _like(library, session, argument)
    elif line.startswith(":"):
        print(f"There is no {command}; :help lists what there is.", file=sys.stderr)
    else:
        _ask(library, session, parse(line))


def _ask(library: Library, session: Session, query: Query) -> None:
    session.query, session.hits = query, []
    _show(library, session, 0)


def _like(library: Library, session: Session, argument: str) -> None:
    chosen = next((hit for hit in session.hits if str(hit.rank) == argument.strip()), None)
    if chosen is None:
        print("Say :like and the number of a photo shown above.", file=sys.stderr)
        return
    _ask(library, session, extend(parse(""), images=[chosen.photo_id]))


def _show(library: Library, session: Session, offset: int) -> None:
    if session.query is None:
        print("Nothing has been asked yet.", file=sys.stderr)
        return
    ranking = library.search(session.query, limit=PAGE, offset=offset)
    if not ranking.hits:
        print("No more photos." if offset else "No photo matches.", file=sys.stderr)
        return
    session.offset = offset
    session.hits += ranking.hits
    terminal.print_hits(ranking.hits, library.photos(hit.photo_id for hit in ranking.hits), "table")
