"""A decode worker: a process that reads pictures for the program, and may crash or be killed doing it.

Started by `workers.py` as `python -m photolens.imaging.worker_main`. It ends when its standard input does.
"""

from __future__ import annotations

import os
import signal
from typing import IO, NoReturn

from photolens.imaging import limits


def main() -> NoReturn:
    """Answer requests until there are no more, then end the process."""
    inlet, outlet = _own_pipes()
    # Ctrl+C, a logout and a closed terminal are for the program, which then ends its workers.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)
    limits.apply()

    from photolens.imaging.worker import Worker  # Pillow, within the limits

    Worker(inlet, outlet).serve()
    os._exit(0)  # at once: nothing is left to be tidied up


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The program's pipes, out of reach of decoders, which may write where they like."""
    inlet, outlet = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return os.fdopen(inlet, "rb"), os.fdopen(outlet, "wb")


if __name__ == "__main__":
    main()
