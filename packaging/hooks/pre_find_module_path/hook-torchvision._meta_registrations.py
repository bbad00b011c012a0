"""torchvision describes its compiled operators at its import, and fails where they are missing.

PhotoLens uses none of them, and a torch that was built for the processor alone cannot load those that were
built for graphics cards too. So the module that describes them is taken to be an empty one.
"""

from pathlib import Path
from typing import Any


def pre_find_module_path(api: Any) -> None:
    api.search_dirs = [str(Path(__file__).parents[1] / "empty")]
