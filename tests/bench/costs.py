"""Core-seconds and memory of this process and of the workers that it started."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CORES = os.cpu_count() or 1
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took. `core` is user and system time of all our processes, in seconds.

    `others` is what other programs took of the machine meanwhile, in cores.
    """

    wall: float
    core: float
    others: float


def cost(work: Callable[[], object]) -> Cost:
    """Do it, and tell what it took. Where the system does not tell, all cores count as in use by us."""
    wall, core, all_programs = time.perf_counter(), own_seconds(), _busy_seconds()
    work()
    wall = time.perf_counter() - wall
    if not _PROC.is_dir():
        return Cost(wall, wall * CORES, 0.0)
    core = own_seconds() - core
    return Cost(wall, core, max(0.0, _busy_seconds() - all_programs - core) / wall)


def resident_with_workers() -> int:
    """Bytes of this process and of those that it started; 0 where the system does not tell."""
    pids = [os.getpid(), *(pid for pid, _ in _children())] if _PROC.is_dir() else []
    return sum(int((_PROC / str(pid) / "statm").read_text().split()[1]) * 4096 for pid in pids)


def own_seconds() -> float:
    """User and system time of this process and of all that it started, so far."""
    own = os.times()
    ended = own.children_user + own.children_system
    ticks = sum(int(fields[11]) + int(fields[12]) for _, fields in _children())
    return own.user + own.system + ended + ticks / _per_second()


def _busy_seconds() -> float:
    """Of all programs on all cores, other machines on the same cores included, since the start."""
    if not _PROC.is_dir():
        return 0.0
    ticks = [int(field) for field in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    del ticks[3:5]  # idle, and waiting for a disk
    return sum(ticks) / _per_second()


def _children() -> Iterator[tuple[int, list[str]]]:
    """Processes that this one started, with what /proc/PID/stat says after their names."""
    if not _PROC.is_dir():
        return
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            if int(fields[1]) == os.getpid():
                yield int(folder.name), fields


def _per_second() -> int:
    return os.sysconf("SC_CLK_TCK")
