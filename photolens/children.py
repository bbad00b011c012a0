"""Processes of our own beside the program: how they start, and how they stay out of its user's way.

Each ends when its standard input does, so none outlives the program.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

if sys.platform == "linux":
    import fcntl

_PIPE_BYTES = 1 << 20
# No console window, and below the priority of programs that the user works with.
_WINDOWS_FLAGS = 0x08000000 | 0x00004000 if sys.platform == "win32" else 0
_NICER = 5  # the same elsewhere: a third of a core's time where the window wants it too
_OWN_GROUP = None if sys.platform == "win32" else 0


# --- in the program -------------------------------------------------------------------------------


def command(module: str, frozen_argument: str) -> list[str]:
    """How a process that runs `module` is started: by the interpreter, or by a program that is one file."""
    if getattr(sys, "frozen", False):
        return [sys.executable, frozen_argument]
    # On Windows a virtual environment's interpreter only starts another, which limits would not reach.
    real = getattr(sys, "_base_executable", sys.executable) if sys.platform == "win32" else sys.executable
    return [real, "-P", "-W", "ignore", "-m", module]


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that is talked to by its standard input and output. Raises OSError."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # decoders tell the terminal what they think of a file
        env=_environment(),
        creationflags=_WINDOWS_FLAGS,
        # Out of the terminal's foreground, so that Ctrl+C is the program's alone; but not in a session
        # of its own, which Linux would give as much of the machine as all the program has.
        process_group=_OWN_GROUP,
    )
    for pipe in (process.stdin, process.stdout):
        _widen(pipe)
    return process


def _widen(pipe: IO[bytes] | None) -> None:
    """A picture has many megabytes: let more than Linux's usual 64 kB be on the way at a time."""
    if sys.platform == "linux" and pipe is not None:
        with contextlib.suppress(OSError):  # there is a limit for all pipes of a user
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _environment() -> dict[str, str]:
    """The program's own, with what it imports from; the folder that it was started in is no such place."""
    paths = [entry for entry in sys.path if Path(entry).is_absolute()]
    own = str(Path(__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, *([] if own in paths else [own])])}


# --- in the process -------------------------------------------------------------------------------


def own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The program's pipes, out of reach of libraries, which may write where they like."""
    inlet, outlet = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return os.fdopen(inlet, "rb"), os.fdopen(outlet, "wb")


def leave_signals() -> None:
    """Ctrl+C, a logout and a closed terminal are for the program, which then ends its processes."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)


def stand_back() -> None:
    """The program and its user come first: for the processor, and should the system's memory run out."""
    if sys.platform != "win32":
        os.nice(_NICER)
    if sys.platform == "linux":
        with contextlib.suppress(OSError), Path("/proc/self/oom_score_adj").open("w") as file:
            file.write("500")
