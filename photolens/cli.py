"""The `photolens` command.

Exit codes: 0 done; 1 done, but files failed and --strict was given; 2 cannot do it (the reason is on
stderr); 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photolens import __version__, log, paths
from photolens import settings as settings_module
from photolens.errors import LibraryError, PhotoLensError
from photolens.messages import plain, system
from photolens.settings import Settings
from photolens.words import printable

if TYPE_CHECKING:  # for whoever packs the program: what `_from` takes by name
    from photolens.commands import (  # noqa: F401
        backup,
        check,
        doctor,
        evaluate,
        folders,
        index,
        search,
        status,
    )

DONE, CANNOT, INTERRUPTED = 0, 2, 130

_EPILOG = """\
examples:
  photolens                                      open the window
  photolens index ~/Pictures                     read every photo of a folder (again: only what is new)
  photolens search "a street in a city"          find photos by words
  photolens search --image sunset.jpg "at sea"   by a picture and words
  photolens search "beach -people" -n 50 --paths | xargs -d '\\n' cp -t /tmp/beach
  photolens watch                                keep the library up to date until Ctrl+C
"""

_GUI_EPILOG = """\
examples:
  photolens gui                          open the window
  photolens gui ~/Pictures               and add this folder to the library
  photolens --library /media/photos gui  with another library
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = parse(arguments)
    # Names of files may hold what the terminal cannot show; --paths writes bytes, JSON is ASCII.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    log.set_up(paths.log_file(), verbose=options.verbose)
    try:
        return _run(options)
    except PhotoLensError as error:
        text = "\n".join(printable(line) for line in str(error).splitlines())
        print(f"photolens: {text}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. What was read is kept; the next run goes on from here.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe had enough: not an error. Keep Python from flushing into it at exit.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    finally:
        log.close()


def _run(options: argparse.Namespace) -> int:
    loaded = settings_module.load(paths.settings_file())
    if loaded.notice:
        print(f"photolens: {loaded.notice}", file=sys.stderr)
    settings = loaded.settings
    if options.model:
        settings = replace(settings, model=options.model, weights="")
    if options.weights:
        settings = replace(settings, weights=str(Path(options.weights).absolute()))
    options.notice = loaded.notice
    if options.command in (None, _gui):
        return _gui(options, settings)
    if options.library and not options.any_library:
        _check_library(paths.library_folder(options.library))
    from photolens.library import backups  # and with it the library, without which a window begins

    with backups.advising():
        code: int = options.command(options, settings)
    return code


def _check_library(folder: Path) -> None:
    """Raises LibraryError for a file, or below one: a command could only say that there is no library yet."""
    try:
        nearest = next((path for path in (folder, *folder.parents) if path.exists()), None)
        is_file = nearest is not None and not nearest.is_dir()
    except OSError as error:
        why = f"The library folder {folder} cannot be used: {system(error)}. Choose another with --library."
        raise LibraryError(plain(why)) from error
    if is_file:
        raise LibraryError(plain(f"{nearest} is a file; choose a folder for the library with --library."))


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of one command; `command` runs it. Leaves by SystemExit when they are none."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments, argparse.Namespace(**_COMMON_DEFAULTS))
    if rest and options.takes_words and not any(word.startswith("--") for word in rest):
        options.text += rest
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def whole_parser() -> argparse.ArgumentParser:
    """The parser with every command's options loaded: what completion and the manual page are made from."""
    parser = _parser()
    for action in parser._actions:  # argparse has no public way to its sub-commands
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                command.fill()
    return parser


# --- commands -------------------------------------------------------------------------------


def _gui(options: argparse.Namespace, settings: Settings) -> int:
    from photolens import app  # loads Qt

    library = paths.library_folder(options.library)
    given = [_normalised(path) for path in getattr(options, "paths", [])]
    return app.run(given, library=library, settings=settings, notice=options.notice)


def _normalised(path: str) -> str:
    from photolens.library import normalised  # most windows are opened without a path

    return normalised(path)


# --- options --------------------------------------------------------------------------------


_Load = Callable[[argparse.ArgumentParser], None]


class _Command(argparse.ArgumentParser):
    """A command. Its options, and the modules it needs, are loaded when it is the one that was given."""

    load: _Load | None = None

    def fill(self) -> None:
        load, self.load = self.load, None
        if load is not None:
            load(self)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self.fill()
        return super().parse_known_args(args, namespace)


def _parser() -> argparse.ArgumentParser:
    common = _common_options()
    parser = argparse.ArgumentParser(
        prog="photolens",
        description="Search your own photos by showing and telling. Everything stays on this machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    parser.set_defaults(command=None)
    parser.add_argument("--version", action="version", version=f"PhotoLens {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Command)

    def add(name: str, load: _Load, text: str) -> None:
        commands.add_parser(name, help=text, description=text, parents=[common]).load = load

    add("gui", _gui_options, "Open the window (the same as no command).")
    text = "Read the photos of folders into the library; without one, look for changes."
    add("index", _from("index"), text)
    add("search", _from("search"), "Find photos by words, pictures or both.")
    text = "Measure on labelled photos what clicks do for a search."
    add("evaluate", _from("evaluate"), text)
    text = "Measure on a published data set how well a picture and words find a picture."
    add("evaluate-composed", _from("evaluate", "add_composed_options", "run_composed"), text)
    add("status", _from("status"), "The library in numbers.")
    add("check", _from("check"), "Verify the catalog, the vectors and the index.")
    add("backup", _from("backup"), "Make a backup of the catalog, or go back to one.")
    add("doctor", _from("doctor"), "Print what a bug report needs; it names no photo.")
    text = "Follow the folders live until Ctrl+C."
    add("watch", _from("index", "add_watch_options", "run_watch"), text)
    text = "Index, then answer queries typed at a prompt."
    add("prompt", _from("index", "add_prompt_options", "run_prompt"), text)
    add("folders", _from("folders"), "List the library's folders.")
    add("concept", _concept_options, "Searches saved under a name, with their judgements.")
    add("model", _model_options, "The models that photos are read with: list, get, choose.")
    add("completion", _completion_options, "Print what makes a shell complete commands and options.")
    return parser


def _from(module: str, add_options: str = "add_options", run: str = "run") -> _Load:
    """Takes a command's options from a module of `photolens.commands`."""

    def load(command: argparse.ArgumentParser) -> None:
        home = import_module(f"photolens.commands.{module}")
        getattr(home, add_options)(command)
        command.set_defaults(command=getattr(home, run))

    return load


def _gui_options(window: argparse.ArgumentParser) -> None:
    text = "folders to add to the library, pictures to search with"
    window.add_argument("paths", nargs="*", metavar="FOLDER|PICTURE", help=text)
    window.set_defaults(command=_gui)
    window.formatter_class = argparse.RawDescriptionHelpFormatter
    window.epilog = _GUI_EPILOG


def _concept_options(command: argparse.ArgumentParser) -> None:
    from photolens.commands import concept

    concept.add_options(command, _common_options())


def _model_options(command: argparse.ArgumentParser) -> None:
    from photolens.commands import model

    model.add_options(command, _common_options())


def _completion_options(command: argparse.ArgumentParser) -> None:
    from photolens.commands import completion

    completion.add_options(command, whole_parser)


# Not as argparse defaults: a command's would overwrite what was given before its name.
_COMMON_DEFAULTS = {
    "library": None,
    "model": None,
    "weights": None,
    "verbose": False,
    "takes_words": False,  # whether "-people" is no option but what the search box calls a negative
    "any_library": False,  # whether it has something to say of whatever lies in the library's place
}


def _library_folder(text: str) -> str:
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise argparse.ArgumentTypeError(f"there is no user {text.partition('/')[0][1:]}") from None
    return text


def _common_options() -> _Command:
    common = _Command(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--library", type=_library_folder, metavar="DIR", help="library folder (default: your own)"
    )
    common.add_argument("--model", metavar="NAME", help="embedding model, as open_clip names it")
    common.add_argument("--weights", metavar="FILE", help=".safetensors weights for that model")
    common.add_argument("--verbose", action="store_true", help="say more on stderr")
    return common
