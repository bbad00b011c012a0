"""Runs before PhotoLens in the bundle: programs that it starts must not be given the bundle's libraries.

On Linux the bundle finds its libraries by LD_LIBRARY_PATH, which has done its work once this runs. A file
manager or `xdg-open` that inherited it would load them instead of the system's. PhotoLens' own processes
need it; they set it anew when they are told that they are no part of this one.
"""

import os

_NAME = "LD_LIBRARY_PATH"

_before = os.environ.pop(f"{_NAME}_ORIG", None)
os.environ.pop(_NAME, None)
if _before is not None:
    os.environ[_NAME] = _before
os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
