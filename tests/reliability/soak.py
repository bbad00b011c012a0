"""The figures of reliability in one table, from runs that take minutes to hours."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pillow_heif  # noqa: F401 - its HEVC encoder fails when USearch was loaded before

from tests.reliability import corpora, hostile, programs, storm
from tests.reliability.killing import Result


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `problems`: what went wrong, in words."""

    what: str
    figure: str
    problems: Sequence[str] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts or those named, print a table; 0 when nothing was lost."""
    given = _parser().parse_args(arguments)
    parts: dict[str, Callable[[], Row]] = {
        "kills": lambda: kills(given.kills),
        "faults": lambda: faults(given.every),
        "hostile": lambda: hostile_files(given.flips),
        "storm": lambda: storms(given.events),
        "use": lambda: random_use(given.minutes, given.photos),
    }
    print(f"{_machine()}\n\n| what | figure |\n|---|---|", flush=True)
    problems: list[str] = []
    for name in parts:
        if not given.only or name in given.only:
            row = parts[name]()
            print(f"| {row.what} | {row.figure} |", flush=True)
            print(*row.problems, sep="\n", file=sys.stderr, end="\n" if row.problems else "", flush=True)
            problems += row.problems
    return 1 if problems else 0


def kills(count: int) -> Row:
    return _survived("kill points survived / tried", programs.kill(count, seed=2))


def faults(every: int) -> Row:
    what = "injected faults survived / tried"
    try:
        return _survived(what, programs.inject(every))
    except RuntimeError as error:
        return Row(what, f"not here: {error}")


def hostile_files(flips: int) -> Row:
    found = hostile.run(corpora.corpus(flips))
    figure = (
        f"{found.tried:,}: crashed {len(found.crashed)}, hung {len(found.hung)}, read {found.read:,}, "
        f"listed with a reason {found.listed:,}, neither {len(found.not_listed)}"
    )
    return Row("hostile files tried", figure, [*found.crashed, *found.hung, *found.not_listed])


def storms(events: int) -> Row:
    found = storm.run(events)
    figure = f"{found.events:,} / {found.difference} (longest wait of a thread {found.longest_gap_ms:.0f} ms)"
    wrong = [f"{found.difference} files differ after a storm"] if found.difference else []
    return Row("events in a storm / final difference", figure, wrong)


def random_use(minutes: float, photos: int) -> Row:
    found = programs.use_at_random("--minutes", str(minutes), "--seed", "4", "--photos", str(photos))
    figure = (
        f"{found.operations:,} in {found.seconds / 60:.0f} min, differences {len(found.problems)}, "
        f"memory {found.megabytes:+.1f} MB per 1,000"
    )
    return Row(f"operations of random use, {photos:,} photos", figure, found.problems)


def _survived(what: str, results: Sequence[Result]) -> Row:
    lost = [f"{result.name}: {'; '.join(result.problems)}" for result in results if result.problems]
    return Row(what, f"{len(results) - len(lost):,} / {len(results):,}", lost)


def _machine() -> str:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    cores, python = os.cpu_count(), platform.python_version()
    return f"{cores} cores, {pages / 2**30:.0f} GB, {platform.system()}, Python {python}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=["kills", "faults", "hostile", "storm", "use"], help="parts"
    )
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--every", type=int, default=1, help="each so many-th write fails")
    parser.add_argument("--flips", type=int, default=150, help="files with flipped bits, of each format")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--minutes", type=float, default=60.0, help="of random use")
    parser.add_argument("--photos", type=int, default=100_000, help="in the library that is used at random")
    return parser
