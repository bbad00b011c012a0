"""What one decode worker may take of the machine. A damaged picture can ask its decoder for anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

# With what a worker maps from files this stays below 1 GB. The largest photos read need it: 200 megapixels
# as PNG, 108 megapixels shown at full size.
MEMORY_BYTES = 920 << 20
FROZEN_ARGUMENT = "--decode-worker"  # by which a program that is one file starts its workers
READ_SECONDS = 300.0  # for a file to arrive: drives and networks are slow, decoders have no part in it
DECODE_SECONDS = 60.0
# A worker whose program was killed ends at the latest so long after its time is up.
_ORPHAN_SECONDS = 30
OUT_OF_MEMORY = 75  # exit status, where the system lets a process only look after itself
_LOOK_SECONDS = 0.05


def apply() -> None:
    """Limit this process, a worker that was just started."""
    if sys.platform == "win32":
        return  # the program holds it in a job, see `Containment`
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _at_most(resource.RLIMIT_DATA, MEMORY_BYTES)
    else:  # other systems accept a limit and do not keep it
        threading.Thread(target=_look_after_memory, daemon=True).start()


def set_alarm(seconds: float) -> None:
    """Have the system end this process some time after `seconds`; 0 for never. Decoders cannot put it off."""
    if sys.platform != "win32":
        signal.alarm(int(seconds) + _ORPHAN_SECONDS if seconds else 0)


class Containment:
    """What holds a worker from outside: on Windows a job, which also ends it together with the program."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._job: object = None
        if sys.platform == "win32":
            import win32api
            import win32con
            import win32job

            job = win32job.CreateJobObject(None, "")
            limits = win32job.QueryInformationJobObject(job, win32job.JobObjectExtendedLimitInformation)
            limits["BasicLimitInformation"]["LimitFlags"] = (
                win32job.JOB_OBJECT_LIMIT_PROCESS_MEMORY
                | win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
                | win32job.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
            )
            limits["ProcessMemoryLimit"] = MEMORY_BYTES
            win32job.SetInformationJobObject(job, win32job.JobObjectExtendedLimitInformation, limits)
            handle = win32api.OpenProcess(
                win32con.PROCESS_SET_QUOTA | win32con.PROCESS_TERMINATE, False, process.pid
            )
            win32job.AssignProcessToJobObject(job, handle)
            self._job = job  # closed with this object


def _at_most(which: int, wanted: int) -> None:
    import resource

    _, hard = resource.getrlimit(which)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(which, (limit, limit))


def _look_after_memory() -> None:
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit < MEMORY_BYTES:
        time.sleep(_LOOK_SECONDS)
    os._exit(OUT_OF_MEMORY)
