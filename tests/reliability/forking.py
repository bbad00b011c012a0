"""Children that start in a millisecond with the model loaded, to be killed or harmed by the hundred.

The process that calls `load_once` must have no other thread: only then may its children run Python safely.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Say = Callable[[dict[str, Any]], None]

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def load_once() -> None:
    """Load torch and the built-in model on one thread; children find them loaded."""
    os.environ["OMP_NUM_THREADS"] = "1"
    import torch

    torch.set_num_threads(1)
    from photolens.embedding import find_model
    from photolens.embedding.encoder import Encoder
    from photolens.library.encoders import LazyEncoder
    from photolens.settings import Settings

    # In this process: a process of the model for each child would take seconds to start.
    loaded = Encoder.load(find_model(Settings().model))
    LazyEncoder.get = lambda lazy: loaded  # type: ignore[method-assign, assignment, return-value]
    # Processes that a killed child leaves behind become ours, so that they can be found.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    gc.collect()
    gc.freeze()
    assert len(os.listdir("/proc/self/task")) == 1, "a process with threads must not fork"


class Child:
    """One forked process; what it says comes through a pipe, line by line."""

    def __init__(self, work: Callable[[Say], None]) -> None:
        self.said: list[dict[str, Any]] = []
        self._rest = b""
        self._from_child, to_parent = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._from_child)
            _be_child(work, to_parent)
        os.close(to_parent)

    def wait(self, seconds: float) -> bool:
        """Hear it out until it ends; False when it is still there after `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._from_child], [], [], left)[0] and not self._hear():
                return True
        return False

    def end(self) -> None:
        """Kill it if it still runs, and take what it had said."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        # A process that it started may hold the other end open.
        while select.select([self._from_child], [], [], 0)[0] and self._hear():
            pass
        os.close(self._from_child)

    def _hear(self) -> bool:
        data = os.read(self._from_child, 1 << 16)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.said += map(json.loads, lines)
        return bool(data)


def call(work: Callable[[Say], None], seconds: float) -> list[dict[str, Any]]:
    """Run `work` to its end in a child; gives what it said, last an `error` when it failed or hung."""
    child = Child(work)
    done = child.wait(seconds)
    child.end()
    return child.said if done else [*child.said, {"error": f"it did not end within {seconds:.0f} seconds"}]


def orphans(seconds: float = 3.0) -> list[str]:
    """Command lines of processes that killed children left behind, and that do not end by themselves."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        left = list(_children())
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.01)


def _children() -> Iterator[str]:
    for number in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        with contextlib.suppress(OSError):
            yield Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _be_child(work: Callable[[Say], None], to_parent: int) -> None:
    """Never returns."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    def say(message: dict[str, Any]) -> None:
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(to_parent, line) :]

    code = 0
    try:
        work(say)
    except BaseException:
        say({"error": traceback.format_exc()})
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)
