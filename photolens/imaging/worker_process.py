"""One worker, as the program sees it: a process to ask, to time and to kill."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

from photolens import children, framing
from photolens.domain import PixelArray
from photolens.imaging import limits

_END_SECONDS = 2.0
# As an exit status: what the system sends when memory runs out, and to all processes of who logs out.
_FROM_OUTSIDE = () if sys.platform == "win32" else (-signal.SIGKILL, -signal.SIGTERM)


class Died(Exception):
    """The worker is gone, or has said what it cannot have meant and was killed."""


class _Clock:
    """Seconds that a worker has left for what it does."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds


class WorkerProcess:
    """Asked by one thread at a time; `tick` and `kill` may come from another. Raises OSError at its start."""

    def __init__(self, command: Sequence[str], decode_seconds: float) -> None:
        self._decode_seconds = decode_seconds
        self._clock: _Clock | None = None  # None: it may take as long as it likes
        self.ready = False  # it has ever spoken
        self.begun = False  # a decoder has seen the picture in hand
        self.overdue = False
        self.taken = False  # the system or its user ended it, while it worked
        self.answers = 0
        self.worn = False  # a very large photo has left its memory in pieces
        self.idle_seconds = 0.0
        self._free = True  # nothing is asked of it
        self._killed = False  # by us, and for good
        self._process = children.start(command)
        try:
            self._containment = limits.Containment(self._process)
        except Exception as error:  # what Windows has to say is no OSError
            self.kill()
            self.end()
            raise OSError(f"it cannot be kept within limits ({error})") from error

    def ask(
        self, request: framing.Header, data: bytes, large: threading.Semaphore
    ) -> tuple[framing.Header, PixelArray]:
        """The answer to one request: a header whose "say" is one of "photo", "picture", "failed", and bytes.

        `large` is held while it decodes a very large photo. Raises Died.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.begun, self._free = False, False
        holding = False
        self._clock = _Clock(limits.READ_SECONDS)
        try:
            framing.send(self._process.stdin, request, data)
            while True:
                header, answer = framing.receive(self._process.stdout)
                say = header.get("say")
                if say == "ready":
                    self.ready = True
                elif say == "begun":
                    self.begun = True
                    self._clock = _Clock(self._decode_seconds)
                elif say == "large" and not holding:
                    self._clock = None
                    large.acquire()
                    holding = self.worn = True
                    self._clock = _Clock(self._decode_seconds)
                    framing.send(self._process.stdin, {"go": True})
                else:
                    self._free = True
                    self.answers += 1
                    return header, answer
        except framing.BadMessage as error:
            raise Died from error
        except (EOFError, OSError) as error:
            self.taken = not self._killed and self._status() in _FROM_OUTSIDE
            raise Died from error
        finally:
            self._clock = None
            if holding:
                large.release()

    @property
    def usable(self) -> bool:
        """Whether it can be asked. An idle one may have been ended by the system."""
        return self._free and not self._killed and self._process.poll() is None

    def tick(self, seconds: float) -> None:
        """So much time has passed: kill the worker if it has taken too long."""
        clock = self._clock
        if clock is None:
            return
        clock.left -= seconds
        if clock.left <= 0 and clock is self._clock:
            self.overdue = True
            self.kill()

    def kill(self) -> None:
        self._killed = True
        self._process.kill()

    def end(self) -> int | None:
        """End the process, at once if it is not idle; its exit status, None where the system keeps it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if not self._free or self._killed:
            self._process.kill()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)  # one that waits for a dead drive cannot even be killed
        self._process.stdout.close()
        return self._process.returncode

    def _status(self) -> int | None:
        """How the process ended, which it is about to do; None if it does not."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        return self._process.returncode


def worker_command() -> list[str]:
    """How a worker is started."""
    return children.command("photolens.imaging.worker_main", limits.FROZEN_ARGUMENT)
