"""What the parts of the benchmark share: one table, one clock."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_COLUMNS = (
    ("#", 1),
    ("what", 50),
    ("measured", 36),
    ("beside", 74),
    ("ratio", 8),
    ("wanted", 12),
    ("met", 3),
)
_MET = {True: "yes", False: "NO", None: ""}


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is held against: the number of the target, and how the ratio compares with it.

    `met` is None where the figure is only reported.
    """

    number: int
    ratio: str
    wanted: str
    met: bool | None


def machine() -> str:
    """The processor, its cores, the memory, the system, and what else runs on it now."""
    parts = [_processor(), f"{os.cpu_count()} cores"]
    if hasattr(os, "sysconf"):
        parts.append(f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB")
    parts += [platform.system(), f"Python {platform.python_version()}"]
    if hasattr(os, "getloadavg"):
        parts.append(f"load before the run {os.getloadavg()[0]:.1f}")
    return ", ".join(parts)


def heading() -> None:
    """The first two lines of the table. It is Markdown, for BENCHMARKS.md."""
    _line([name for name, _ in _COLUMNS])
    _line(["-" * width for _, width in _COLUMNS])


def report(what: str, measured: str, beside: str, target: Target | None = None) -> None:
    """A line of the table, printed at once; `beside` says what the figure is compared with or limited by."""
    judged = ("", "", "", "")
    if target is not None:
        judged = (str(target.number), target.ratio, target.wanted, _MET[target.met])
    number, ratio, wanted, met = judged
    _line([number, what, measured, beside, ratio, wanted, met])


def at_most(number: int, ratio: float, limit: float, unit: str = "x") -> Target:
    """A target that is met from `limit` downwards."""
    return Target(number, _said(ratio, unit), f"<= {limit:g} {unit}", ratio <= limit)


def at_least(number: int, ratio: float, limit: float, unit: str = "x") -> Target:
    """A target that is met from `limit` upwards."""
    return Target(number, _said(ratio, unit), f">= {limit:g} {unit}", ratio >= limit)


def told(number: int, ratio: float, unit: str = "x") -> Target:
    """A ratio that belongs to a target without a limit of its own."""
    return Target(number, _said(ratio, unit), "", None)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def share(values: list[float], part: float) -> float:
    """The value that this part (0 to 1) of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def resident_bytes() -> int | None:
    """Memory of this process; None where the system does not say it in a file."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * 4096


def _line(cells: list[str]) -> None:
    filled = (f"{cell:{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True))
    print("|", " | ".join(filled), "|", flush=True)


def _said(ratio: float, unit: str) -> str:
    return f"{ratio:.0f} {unit}" if ratio >= 20 else f"{ratio:.2g} {unit}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
