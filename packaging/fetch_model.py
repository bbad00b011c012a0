"""Fetch a model's weights, to be bundled: `python packaging/fetch_model.py OUT NAME URL SHA256`.

NAME is the model's, as `photolens model` lists it; URL leads to its .safetensors file. OUT is then given to
the build as PHOTOLENS_MODELS. Only for models whose licence lets you pass them on: see `photolens model`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import urllib.request
from pathlib import Path


def main(arguments: list[str]) -> None:
    if len(arguments) != 4 or not arguments[2].startswith("https://"):
        sys.exit(__doc__)
    out, name, url, sha256 = arguments
    file = Path(out, *name.split("/"), "model.safetensors")
    file.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(url) as source, file.open("wb") as target:
        shutil.copyfileobj(source, target)
    with file.open("rb") as fetched:
        found = hashlib.file_digest(fetched, "sha256").hexdigest()
    if found != sha256:
        file.unlink()
        sys.exit(f"What {url} gives is not the model: its SHA-256 is {found}.")
    print(f"{file}: {file.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
