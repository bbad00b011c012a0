"""Speed, as ratios within one run: `make bench`, or a part: `make bench BENCH="--only scan size"`.

Machines differ and are shared, so every figure is set beside something measured in the same run: the
machine's limit, a straightforward loop, a bare walk over the same files, an empty window. BENCHMARKS.md says
what each line means.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path

import pillow_heif  # noqa: F401 - its HEVC encoder, for the loads, fails when USearch was loaded before

# isort: split
from tests.bench import decoders, idle, indexing, many, million, precision, size, walking, window
from tests.bench.reporting import heading, machine, report
from tests.bench.scratch import Options, Scratch

# In the order of the targets; the last adds photos to the large library.
PARTS: dict[str, Callable[[Scratch], None]] = {
    "indexing": indexing.measure,
    "decoders": lambda scratch: decoders.measure(),
    "precision": precision.measure,
    "scan": walking.unchanged,
    "many": many.measure,
    "live": walking.live,
    "start": window.start,
    "first-query": window.first_query,
    "search": lambda scratch: million.measure(scratch.options.library, indexed=True),
    "million": lambda scratch: million.measure(scratch.options.million),
    "scroll": window.scroll,
    "idle": idle.measure,
    "size": size.measure,
    "window": window.use,
}
_SAID = {
    "photos": "camera photos in each round of indexing",
    "rounds": "rounds of indexing",
    "many": "small photos that are read for memory and the first batch",
    "unchanged": "files that are compared with the catalog",
    "library": "photos in the made-up library: start, search, scroll, window",
    "million": "photos in the largest one",
    "seconds": "of idleness",
    "starts": "of the program, and of what it is compared with",
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    chosen = Options(**{field.name: getattr(options, field.name) for field in fields(Options)})
    parts = {name: PARTS[name] for name in PARTS if name in (options.only or PARTS)}
    if options.gaps and "window" in parts:
        parts["window"] = partial(window.use, gaps=True)
    with tempfile.TemporaryDirectory() as folder:
        _keep_out_of_the_users_folders(Path(folder))
        print(f"{machine()}\n")
        heading()
        scratch = Scratch(Path(folder), chosen)
        failed = [name for name, part in parts.items() if not _done(name, part, scratch)]
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}.")


def _done(name: str, part: Callable[[Scratch], None], scratch: Scratch) -> bool:
    """Whether the part came to its end; one that does not costs the others nothing."""
    try:
        part(scratch)
    except Exception as error:
        report(f"{name}: not measured", type(error).__name__, "see below")
        traceback.print_exc()
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=" ".join(PARTS))
    usual = Options()
    for name, what in _SAID.items():
        default = getattr(usual, name)
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help=f"{what} ({default:,})")
    parser.add_argument("--models", nargs="+", choices=usual.models, default=usual.models, metavar="MODEL")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="real photos, for their size on disk")
    parser.add_argument("--gaps", action="store_true", help="say what ran when the window stood still")
    return parser


def _keep_out_of_the_users_folders(folder: Path) -> None:
    """No settings of the user change a figure, and nothing of a run stays."""
    if sys.platform == "linux":
        for name in ("DATA", "CONFIG", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = str(folder / "home" / name.lower())


if __name__ == "__main__":
    main()
