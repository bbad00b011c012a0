"""A decode worker like the real one, but that some names of files bring it down."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from photolens.imaging import decode, worker, worker_main


def fault_of(path: bytes) -> str:
    """What the name of a file asks for: "crash", "killed", "hang", "hog", "babble" or nothing."""
    stem = os.fsdecode(os.path.basename(path)).partition(".")[0]
    return stem.rstrip("0123456789_")


def bring_down(path: bytes) -> None:
    fault = fault_of(path)
    if fault == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif fault == "killed":
        os.kill(os.getpid(), signal.SIGKILL)  # as the system does when memory runs out
    elif fault == "hang":
        time.sleep(3600)
    elif fault == "hog":
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1 << 20) * 16))
    elif fault == "babble":
        worker.messages.photo_message = lambda photo: ({"say": "photo", "size": "large"}, [b"x"])
    elif fault == "crash-once":
        file = Path(os.fsdecode(path) + ".crashed")
        if not file.exists():
            file.touch()
            os.abort()


def faulty(path: bytes, *arguments: Any, steps: decode.Steps, **options: Any) -> Any:
    steps.begun()
    bring_down(path)
    quiet = decode.Steps(lambda: None, steps.large)
    return decode.decode_photo(path, *arguments, steps=quiet, **options)


COMMAND = [sys.executable, "-m", "tests.reliability.bad_worker"]

if __name__ == "__main__":
    worker.decode_photo = faulty  # type: ignore[assignment]
    worker_main.main()
