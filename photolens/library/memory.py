"""Memory that is no longer used, back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress


def give_back() -> None:
    """glibc keeps what was freed for itself unless asked, which takes milliseconds; others do it unasked."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
