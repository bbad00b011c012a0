"""How long the GUI thread does not answer, and what was running then."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer

_BEAT_MS = 2
_LOOK_SECONDS = 0.003
_LATE_SECONDS = 0.03  # from here on it is noted who was running
# Who is in one of these waits.
_WAITING = ("threading.py", "queue.py", "selectors.py", "thread.py", "inotify_c.py")


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without an answer. `held`: no other thread of Python got its turn either."""

    seconds: float
    held: bool
    window: str  # where the GUI thread was
    others: str  # where the threads were that did not wait


class Heartbeat(QObject):
    """Beats in the event loop while a thread watches. Made on the GUI thread; `stop` it."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[tuple[float, float]] = []  # when the last answer was, and how late the next
        self._samples: deque[_Sample] = deque(maxlen=20_000)
        self._beat = time.perf_counter()
        self._stopping = threading.Event()
        self._gui_thread = threading.get_ident()
        self._watcher = threading.Thread(target=self._watch, name="bench-watchdog", daemon=True)
        self._watcher.start()
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def take(self) -> list[Gap]:
        """All gaps since the last call."""
        taken, self._gaps = self._gaps, []
        return [self._explained(*gap) for gap in taken]

    def stop(self) -> None:
        self._timer.stop()
        self._stopping.set()
        self._watcher.join()

    def _on_beat(self) -> None:
        now, before = time.perf_counter(), self._beat
        self._beat = now
        self._gaps.append((before, max(0.0, now - before - _BEAT_MS / 1000)))

    def _explained(self, since: float, gap: float) -> Gap:
        if gap < _LATE_SECONDS:
            return Gap(gap, False, "", "")
        # Whoever held the interpreter is seen only when it has let go.
        during = [sample for sample in self._samples if since < sample.at < since + gap + _LATE_SECONDS]
        blind = max((sample.overslept for sample in during), default=gap)
        window = Counter(place for sample in during for place in sample.window)
        others = Counter(place for sample in during for place in sample.others)
        return Gap(gap, blind > gap / 2, _most(window, 1), _most(others, 3))

    def _watch(self) -> None:
        """On its own thread: look around whenever the beat is late."""
        looked = time.perf_counter()
        while not self._stopping.wait(_LOOK_SECONDS):
            now = time.perf_counter()
            overslept, looked = now - looked, now
            if now - self._beat > _LATE_SECONDS or overslept > _LATE_SECONDS:
                self._samples.append(self._sample(now, overslept))

    def _sample(self, now: float, overslept: float) -> _Sample:
        frames = sys._current_frames()
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        others = [
            f"{names.get(ident, 'thread').removeprefix('photolens-')}: {_place(frame, _anything)}"
            for ident, frame in frames.items()
            if ident not in (self._gui_thread, threading.get_ident()) and not _waits(frame)
        ]
        return _Sample(now, overslept, [_place(frames[self._gui_thread], _own)], others)


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    overslept: float  # how long the watching thread did not get its turn
    window: list[str]
    others: list[str]


def _waits(frame: FrameType) -> bool:
    return frame.f_code.co_filename.endswith(_WAITING)


def _own(frame: FrameType) -> bool:
    return "photolens" in frame.f_code.co_filename


def _anything(frame: FrameType) -> bool:
    return True


def _place(frame: FrameType | None, wanted: Callable[[FrameType], bool]) -> str:
    """The innermost wanted call, and the call of PhotoLens that led there."""
    parts: list[str] = []
    while frame is not None:
        if wanted(frame) or _own(frame):
            file = frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
            parts.append(f"{file}:{frame.f_lineno} {frame.f_code.co_name}")
            if _own(frame):
                break
            wanted = _own
        frame = frame.f_back
    return " < ".join(parts) or "Qt"


def _most(places: Counter[str], count: int) -> str:
    return "; ".join(place for place, _ in places.most_common(count)) or "-"
