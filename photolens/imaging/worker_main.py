"""A decode worker: a process that reads pictures for the program, and may crash or be killed doing it.

Started by `workers.py` as `python -m photolens.imaging.worker_main`. It ends when its standard input does.
"""

from __future__ import annotations

import os
from typing import NoReturn

from photolens import children
from photolens.imaging import formats, limits


def main() -> NoReturn:
    """Answer requests until there are no more, then end the process."""
    inlet, outlet = children.own_pipes()
    children.leave_signals()
    children.stand_back()
    limits.apply()
    # OpenMP asks when LibRaw loads it. Each of its threads has a stack that counts as memory.
    os.environ.setdefault("OMP_NUM_THREADS", str(formats.DECODER_THREADS))

    from photolens.imaging.worker import Worker  # Pillow, within the limits

    Worker(inlet, outlet).serve()
    os._exit(0)  # at once: nothing is left to be tidied up


if __name__ == "__main__":
    main()
