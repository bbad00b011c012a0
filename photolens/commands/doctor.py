"""`photolens doctor`: text for a bug report."""

from __future__ import annotations

import argparse
from pathlib import Path

from photolens.library.diagnosis import diagnosis
from photolens.settings import Settings


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print it; done whatever it finds."""
    library = Path(options.library).expanduser().absolute() if options.library else None
    print(diagnosis(library, settings), end="")
    return 0
