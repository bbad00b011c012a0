"""The last warnings and errors of the log, for bug reports."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

# As log.py writes an entry, and Python the frames and the end of a traceback.
_ENTRY = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ ([A-Z]+) (photolens[\w.]*): (.*)")
_FRAME = re.compile(r'  File ".*?[/\\](photolens[/\\][^"]+)", line (\d+), in (\w+)')
_RAISED = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")
_LEVELS = {"WARNING", "ERROR", "CRITICAL"}


def last_problems(log_file: Path, limit: int) -> list[str]:
    """One line each, the latest last. Of a traceback only its kind and place. Raises OSError."""
    found: deque[str] = deque(maxlen=limit)
    older = log_file.with_name(log_file.name + ".1")
    for file in (older, log_file):
        if file is log_file or file.exists():
            with file.open(encoding="utf-8", errors="replace") as stream:
                _collect(stream.read().splitlines(), found)
    return list(found)


def _collect(lines: list[str], found: deque[str]) -> None:
    taken, place = False, ""
    for line in lines:
        entry = _ENTRY.match(line)
        if entry:
            taken, place = entry[2] in _LEVELS, ""
            if taken:
                found.append(f"{entry[1]} {entry[2]} {entry[3]}: {entry[4]}")
        elif taken and (frame := _FRAME.match(line)):
            place = f"{frame[1]}, line {frame[2]}, in {frame[3]}"
        elif taken and place and (raised := _RAISED.match(line)):
            found[-1] += f" | {raised[1]} at {place}"  # not what it says, which may quote anything
            place = ""
