"""Loading torch's shared libraries without stopping all other threads."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path


def preload_torch() -> None:
    """Load what `import torch` is going to load; no error when that is impossible, it is only a courtesy.

    Python holds its lock while it loads a library, and ctypes.CDLL does too: with those of torch, up to
    a gigabyte, no thread moves for 50 to 400 ms. A foreign function called through ctypes lets go of it,
    and so does `dlopen` itself. Windows has no such function.
    """
    if sys.platform == "win32" or "torch" in sys.modules:
        return
    package = importlib.util.find_spec("torch")
    if package is None or not package.submodule_search_locations:
        return
    name = "libtorch_python.dylib" if sys.platform == "darwin" else "libtorch_python.so"
    file = Path(package.submodule_search_locations[0]) / "lib" / name
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    dlopen(os.fsencode(file), os.RTLD_NOW)
