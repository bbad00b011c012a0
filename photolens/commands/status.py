"""`photolens status`: the library in numbers."""

from __future__ import annotations

import argparse

from photolens import terminal
from photolens.commands.examples import add_examples
from photolens.library import Library
from photolens.settings import Settings

DONE = 0


def add_options(status: argparse.ArgumentParser) -> None:
    status.add_argument(
        "--failed", action="store_true", help="list the files that could not be read, and why"
    )
    status.add_argument("--json", action="store_true", help="one JSON object (per failed file)")
    add_examples(
        status,
        ("photolens status", "the library in numbers"),
        ("photolens status --failed", "files that could not be read, and why"),
        ("photolens status --json", "for programs"),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print them, or the files that could not be read."""
    with Library(options.library, settings=settings, read_only=True) as library:
        if options.failed:
            terminal.print_failures(library.failures(), as_json=options.json)
        else:
            terminal.print_status(library.status(), as_json=options.json)
    return DONE
