"""Finding a model's weights on disk and making sure they are what they claim to be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from photolens.embedding.models import KNOWN_MODELS, architecture
from photolens.errors import ModelError
from photolens.paths import models_dir, resource


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model ready to be loaded. `config` is its open_clip JSON, when open_clip does not bring it."""

    name: str
    weights: Path
    config: Path | None
    sha256: str


def find_model(name: str, weights: str | Path = "") -> ModelFiles:
    """Locate and check a model: at `weights` if given, else among the installed and built-in ones.

    Raises ModelError when nothing is found, or the file is damaged or not safetensors.
    """
    file = _given(weights) if weights else _installed(name)
    if file is None:
        raise ModelError(_how_to_get(name))
    check_safetensors(file)
    if file.suffix != ".safetensors":  # by which open_clip chooses how to read it
        raise ModelError(f"Give {file} a name that ends in .safetensors.")
    digest = _sha256(file)
    known = KNOWN_MODELS.get(name)
    if known and known.sha256 and known.sha256 != digest:
        raise ModelError(f"{file} is not the published {name} (its SHA-256 differs); install it again.")
    config = file.with_name(f"{architecture(name)}.json")
    return ModelFiles(name, file.resolve(), config if config.is_file() else None, digest)


def installed_models() -> list[str]:
    """Known models whose weights are on this machine."""
    return [name for name in KNOWN_MODELS if _installed(name) is not None]


def check_safetensors(file: Path) -> None:
    """Raise ModelError unless `file` is a complete safetensors file. Reads only its header.

    Other formats are refused: a pickle is a program, and weights come from strangers.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = stream.read(length) if 2 <= length <= min(size, 100_000_000) else b""
    except OSError as error:
        raise ModelError(f"The model file {file} cannot be read: {error.strerror}.") from error
    try:
        entries = json.loads(header)
        ends = [entry["data_offsets"][1] for key, entry in entries.items() if key != "__metadata__"]
        complete = size == 8 + length + max(ends)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise ModelError(
            f"{file} is not a safetensors file. PhotoLens reads only that format; "
            "most models are published in it, look for `open_clip_model.safetensors`."
        ) from None
    if not complete:
        raise ModelError(f"The model file {file} is incomplete or damaged; get it again.")


def _installed(name: str) -> Path | None:
    for folder in (resource("models", name), _folder(name)):
        files = sorted(folder.glob("*.safetensors")) if folder.is_dir() else []
        if files:
            return files[0]
    return None


def _how_to_get(name: str) -> str:
    known = KNOWN_MODELS.get(name)
    if known is None or known.source is None:
        return (
            f"The model {name} is not installed, and not one that PhotoLens knows: `photolens model` lists "
            "those. For any other open_clip model, give its .safetensors file with --weights."
        )
    return (
        f"The model {name} is not installed. Get {known.source} and put it into {_folder(name)}, "
        "or give its place with --weights."
    )


def _given(weights: str | Path) -> Path:
    if "\0" in str(weights):
        raise ModelError("The path of the model file holds a NUL character.")
    try:
        return Path(weights).expanduser()
    except RuntimeError as error:  # the home of a user who does not exist
        raise ModelError(f"The model file {weights} cannot be found: {error}") from error


def _folder(name: str) -> Path:
    return models_dir() / name.replace("/", "--")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
