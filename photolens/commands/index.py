"""`photolens index`, `watch` and `prompt`: reading the photos of folders, and what may follow."""

from __future__ import annotations

import argparse
import signal
from dataclasses import replace

from photolens import paths, prompt, terminal
from photolens.commands.examples import add_examples
from photolens.errors import LibraryBusy, UsageError
from photolens.library import Library
from photolens.messages import plain
from photolens.settings import Settings

DONE, SOME_FAILED = 0, 1


def add_options(index: argparse.ArgumentParser) -> None:
    index.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add to the library")
    index.add_argument("--retry", action="store_true", help="try files that could not be read once more")
    index.add_argument(
        "--deep", action="store_true", help="read every file again, also those that look unchanged"
    )
    index.add_argument("--strict", action="store_true", help="exit with 1 when a file could not be read")
    add_examples(
        index,
        ("photolens index ~/Pictures", "read a folder; again: only what is new"),
        ("photolens index", "look for changes in every folder of the library"),
        ("photolens index --retry", "try files again that could not be read"),
    )


def add_watch_options(watch: argparse.ArgumentParser) -> None:
    watch.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add first")
    add_examples(
        watch,
        ("photolens watch", "keep the library up to date"),
        ("photolens watch ~/Pictures", "add this folder first"),
    )


def add_prompt_options(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add first")
    ask.add_argument("--query", metavar="TEXT", help="answer this one query and leave")
    add_examples(
        ask,
        ("photolens prompt ~/Pictures", "read a folder, then ask"),
        ('photolens prompt --query "a dog on a beach"', "one answer"),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Read folders, or look through all that are known."""
    none = f"Which folder? Try: {paths.command(options.library, 'index ~/Pictures')}"
    _check_folders(options, none)
    reporter = terminal.Reporter(options.library)
    now = replace(settings, pause_on_battery=False)  # who asks for it does not want to wait for a socket
    with Library(options.library, settings=now, emit=reporter) as library:
        if options.retry:
            library.retry_failed()
        if options.deep:
            library.rescan(deep=True)
        _read_folders(library, reporter, options.folders, none)
        return SOME_FAILED if options.strict and library.status().failed else DONE


def _check_folders(options: argparse.Namespace, none: str) -> None:
    """Raise FolderError, UsageError before the library is opened, rather than leave an empty one behind."""
    for folder in options.folders:
        Library.check_folder(folder, options.library)
    if not options.folders and not Library.exists(options.library) and not Library.backups(options.library):
        # A library whose catalog is missing, but not its backups, says what to do when it is opened.
        raise UsageError(plain(none))


def _read_folders(library: Library, reporter: terminal.Reporter, folders: list[str], none: str) -> None:
    """Add the folders given, or look through all that are known, and wait until they are read."""
    summary = terminal.Summary(reporter)
    for folder in folders:
        library.add_folder(folder)
    if not library.folders():
        raise UsageError(plain(none))
    if not folders:
        library.rescan()
    reporter.wait_idle(library)
    summary.say(library)


def run_watch(options: argparse.Namespace, settings: Settings) -> int:
    """Follow the folders until Ctrl+C."""
    # A service manager stops with SIGTERM: leave as tidily as at Ctrl+C, also where that is ignored, as
    # a shell has it for what it starts in the background.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    none = f"No folder to watch yet. Try: {paths.command(options.library, 'watch ~/Pictures')}"
    _check_folders(options, none)
    reporter = terminal.Reporter(options.library)
    with Library(options.library, settings=settings, emit=reporter) as library:
        library.watch()
        _read_folders(library, reporter, options.folders, none)
        reporter.note("Watching. Press Ctrl+C to stop.")
        try:
            terminal.follow(reporter, library)
        except KeyboardInterrupt:
            reporter.note("Stopped watching.")
    return DONE


def run_prompt(options: argparse.Namespace, settings: Settings) -> int:
    """Index, then answer what is typed; while another PhotoLens indexes, only answer."""
    none = f"No photos yet. Try: {paths.command(options.library, 'prompt ~/Pictures')}"
    _check_folders(options, none)
    reporter = terminal.Reporter(options.library)
    now = replace(settings, pause_on_battery=False)
    try:
        library, reads = Library(options.library, settings=now, emit=reporter), True
    except LibraryBusy:
        if options.folders:
            raise LibraryBusy(plain(_busy(options.library))) from None
        library, reads = Library(options.library, settings=now, read_only=True, emit=reporter), False
        reporter.note("Another PhotoLens is working on this library; it reads the new photos.")
    with library:
        if reads:
            _read_folders(library, reporter, options.folders, none)
        if options.query is not None:
            prompt.answer(library, options.query)
        else:
            if reads:
                library.watch()
            prompt.loop(library)
    return DONE


def _busy(library: str | None) -> str:
    return (
        f"Another PhotoLens is already working on the library {paths.library_folder(library)}, so no folder "
        f"can be added here. Add it there; to search meanwhile: {paths.command(library, 'prompt')}"
    )
