"""A decode worker: a process that reads pictures for the program, and may crash or be killed doing it.

Started by `workers.py` as `python -m photolens.imaging.worker_main`. It ends when its standard input does.
"""

from __future__ import annotations

import os
from typing import NoReturn

from photolens import children
from photolens.imaging import limits


def main() -> NoReturn:
    """Answer requests until there are no more, then end the process."""
    inlet, outlet = children.own_pipes()
    children.leave_signals()
    children.stand_back()
    limits.apply()

    from photolens.imaging.worker import Worker  # Pillow, within the limits

    Worker(inlet, outlet).serve()
    os._exit(0)  # at once: nothing is left to be tidied up


if __name__ == "__main__":
    main()
