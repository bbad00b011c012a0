"""Run as a program by test_crash: index a folder into a library, to be killed at any moment."""

from __future__ import annotations

import sys

from photolens.index import limits
from photolens.library import Library

if __name__ == "__main__":
    folder, library_folder, most_without_index = sys.argv[1:]
    limits.EXACT_LIMIT = int(most_without_index)
    with Library(library_folder) as library:
        print("started", flush=True)
        library.index(folder)
