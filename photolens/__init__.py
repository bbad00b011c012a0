"""PhotoLens: search your own photos by showing and telling, all on your machine.

`from photolens import Library` is the scripting interface; it loads lazily, so that importing a
small part of the package does not load the whole.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# Before numpy is loaded. What a click computes is small: shared among threads it waits for the busiest, and
# while photos are read that is 5 to 10 times as long. torch has threads of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Before torch is loaded: its threads sleep while they wait for each other. Spinning, as is usual, they take
# the processor from the decoders: twice the core-seconds for each photo, and twice the time.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"
__all__ = ["Library", "__version__"]

if TYPE_CHECKING:
    from photolens.library import Library


def __getattr__(name: str) -> Any:
    if name == "Library":
        from photolens.library import Library

        return Library
    raise AttributeError(f"module 'photolens' has no attribute {name!r}")
