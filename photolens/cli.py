"""The `photolens` command.

Exit codes: 0 done; 1 done, but files failed and --strict was given; 2 cannot do it (the reason is on
stderr); 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from photolens import __version__, log, paths, prompt, terminal
from photolens import settings as settings_module
from photolens.commands import backup, check, concept, doctor, evaluate, folders, search
from photolens.embedding import KNOWN_MODELS, find_model, installed_models
from photolens.errors import PhotoLensError, UsageError
from photolens.library import Library, backups, normalised
from photolens.settings import Settings
from photolens.words import printable

DONE, SOME_FAILED, CANNOT, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """\
examples:
  photolens                                      open the window
  photolens index ~/Pictures                     read every photo of a folder (again: only what is new)
  photolens search "a street in a city"          find photos by words
  photolens search --image sunset.jpg "at sea"   by a picture and words
  photolens search "beach -people" -n 50 --paths | xargs -d '\\n' cp -t /tmp/beach
  photolens watch                                keep the library up to date until Ctrl+C
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments, argparse.Namespace(**_COMMON_DEFAULTS))
    if rest and options.command in _TAKE_WORDS and not any(word.startswith("--") for word in rest):
        options.text += rest  # "-people" is no option but what the search box calls a negative
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
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
    command = options.command or _gui
    with backups.advising():
        code: int = command(options, settings)
    return code


# --- commands -------------------------------------------------------------------------------


def _gui(options: argparse.Namespace, settings: Settings) -> int:
    from photolens import app  # loads Qt

    library = paths.library_folder(options.library)
    folders = [normalised(folder) for folder in getattr(options, "folders", [])]
    return app.run(folders, library=library, settings=settings, notice=options.notice)


def _index(options: argparse.Namespace, settings: Settings) -> int:
    reporter = terminal.Reporter(options.library)
    if not options.folders and not Library.exists(options.library) and not Library.backups(options.library):
        # A library whose catalog is missing, but not its backups, says what to do when it is opened.
        raise UsageError(_which(options.library))  # rather than leave an empty library behind
    now = replace(settings, pause_on_battery=False)  # who asks for it does not want to wait for a socket
    with Library(options.library, settings=now, emit=reporter) as library:
        if options.retry:
            library.retry_failed()
        if options.deep:
            library.rescan(deep=True)
        _read_folders(library, reporter, options.folders, _which(options.library))
        return SOME_FAILED if options.strict and library.status().failed else DONE


def _which(library: str | None) -> str:
    return f"Which folder? Try: {paths.command(library, 'index ~/Pictures')}"


def _read_folders(library: Library, reporter: terminal.Reporter, folders: list[str], none: str) -> None:
    """Add the folders given, or look through all that are known, and wait until they are read."""
    summary = terminal.Summary(reporter)
    for folder in folders:
        library.add_folder(folder)
    if not library.folders():
        raise UsageError(none)
    if not folders:
        library.rescan()
    reporter.wait_idle(library)
    summary.say(library)


def _status(options: argparse.Namespace, settings: Settings) -> int:
    with Library(options.library, settings=settings, read_only=True) as library:
        if options.failed:
            terminal.print_failures(library.failures(), as_json=options.json)
        else:
            terminal.print_status(library.status(), as_json=options.json)
    return DONE


def _watch(options: argparse.Namespace, settings: Settings) -> int:
    # A service manager stops with SIGTERM: leave as tidily as at Ctrl+C.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    reporter = terminal.Reporter(options.library)
    with Library(options.library, settings=settings, emit=reporter) as library:
        library.watch()
        none = f"No folder to watch yet. Try: {paths.command(options.library, 'watch ~/Pictures')}"
        _read_folders(library, reporter, options.folders, none)
        reporter.note("Watching. Press Ctrl+C to stop.")
        try:
            terminal.follow(reporter, library)
        except KeyboardInterrupt:
            reporter.note("Stopped watching.")
    return DONE


def _prompt(options: argparse.Namespace, settings: Settings) -> int:
    reporter = terminal.Reporter(options.library)
    now = replace(settings, pause_on_battery=False)
    with Library(options.library, settings=now, emit=reporter) as library:
        none = "No photos yet: name a folder, for example: make run FOLDER=~/Pictures"
        _read_folders(library, reporter, options.folders, none)
        if options.query is not None:
            prompt.answer(library, options.query)
        else:
            library.watch()
            prompt.loop(library)
    return DONE


def _model(options: argparse.Namespace, settings: Settings) -> int:
    if options.use is None:
        here = {settings.model, *installed_models()}
        for info in KNOWN_MODELS.values():
            mark = "*" if info.name == settings.model else " "
            where = "installed" if info.name in here else "not installed"
            print(f"{mark} {info.name:34} {info.megabytes:5} MB  {info.licence:13} {where:14} {info.title}")
            if info.name not in here and info.source:
                print(f"    from {info.source}")
        return DONE
    files = find_model(options.use, options.weights or "")
    from photolens.embedding.encoder import Encoder  # loads torch, which takes seconds

    dimension = Encoder.load(files, settings.precision).dimension
    chosen = replace(settings, model=options.use, weights=str(files.weights) if options.weights else "")
    settings_module.save(paths.settings_file(), chosen)
    print(
        f"Using {options.use} ({dimension} dimensions) from now on. "
        "Run `photolens index` to read your photos with it."
    )
    return DONE


# --- options --------------------------------------------------------------------------------


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
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(command=run)
        return command

    window = add("gui", _gui, "Open the window (the same as no command).")
    window.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add to the library")
    index = add(
        "index", _index, "Read the photos of folders into the library; without one, look for changes."
    )
    index.add_argument("folders", nargs="*", metavar="FOLDER")
    index.add_argument("--retry", action="store_true", help="try files that could not be read once more")
    index.add_argument(
        "--deep", action="store_true", help="read every file again, also those that look unchanged"
    )
    index.add_argument("--strict", action="store_true", help="exit with 1 when a file could not be read")
    search.add_options(add("search", search.run, "Find photos by words, pictures or both."))
    text = "Measure on labelled photos what clicks do for a search."
    evaluate.add_options(add("evaluate", evaluate.run, text))
    text = "Measure on a published data set how well a picture and words find a picture."
    evaluate.add_composed_options(add("evaluate-composed", evaluate.run_composed, text))
    status = add("status", _status, "The library in numbers.")
    status.add_argument(
        "--failed", action="store_true", help="list the files that could not be read, and why"
    )
    status.add_argument("--json", action="store_true", help="one JSON object (per failed file)")
    check.add_options(add("check", check.run, "Verify the catalog, the vectors and the index."))
    text = "Make a backup of the catalog, or go back to one."
    backup.add_options(add("backup", backup.run, text))
    add("doctor", doctor.run, "Print what a bug report needs; it names no photo.")
    watch = add("watch", _watch, "Follow the folders live until Ctrl+C.")
    watch.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add first")
    ask = add("prompt", _prompt, "Index, then answer queries typed at a prompt.")
    ask.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add first")
    ask.add_argument("--query", metavar="TEXT", help="answer this one query and leave")
    folders.add_options(add("folders", folders.run, "List the library's folders."))
    concept.add_options(add("concept", None, "Searches saved under a name, with their judgements."), common)
    model = add("model", _model, "List the models, or choose one.")
    model.add_argument("--use", metavar="NAME", help="check this model and use it from now on")
    return parser


_TAKE_WORDS = (search.run, concept.save)

# Not as argparse defaults: a command's would overwrite what was given before its name.
_COMMON_DEFAULTS = {"library": None, "model": None, "weights": None, "verbose": False}


def _library_folder(text: str) -> str:
    try:
        Path(text).expanduser()
    except RuntimeError:
        raise argparse.ArgumentTypeError(f"there is no user {text.partition('/')[0][1:]}") from None
    return text


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--library", type=_library_folder, metavar="DIR", help="library folder (default: your own)"
    )
    common.add_argument("--model", metavar="NAME", help="embedding model, as open_clip names it")
    common.add_argument("--weights", metavar="FILE", help=".safetensors weights for that model")
    common.add_argument("--verbose", action="store_true", help="say more on stderr")
    return common
