"""`photolens doctor`: text for a bug report."""

from __future__ import annotations

import argparse

from photolens import paths
from photolens.commands.examples import add_examples
from photolens.library.diagnosis import diagnosis
from photolens.settings import Settings


def add_options(doctor: argparse.ArgumentParser) -> None:
    """It takes none but those of every command."""
    doctor.set_defaults(any_library=True)
    add_examples(
        doctor,
        ("photolens doctor", "read it"),
        ("photolens doctor > report.txt", "keep it for a bug report"),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print it; done whatever it finds."""
    print(diagnosis(paths.library_folder(options.library), settings), end="")
    return 0
