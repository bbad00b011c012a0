"""Finding a model's weights on disk and making sure they are what they claim to be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photolens.embedding.models import KNOWN_MODELS, architecture
from photolens.embedding.records import folder_of, read_record
from photolens.errors import ModelError
from photolens.messages import Message, message, system
from photolens.paths import models_dir, resource

TOKENIZER, PREPROCESS = "tokenizer.json", "preprocess.json"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model ready to be loaded.

    `config` is its open_clip JSON, when open_clip does not bring it; `tokenizer` the JSON of how it cuts
    words, when that is not CLIP's way; `preprocess` a JSON of the mean, deviation and resizing it was
    trained with, when it came with one. `sha256` is of the weights.
    """

    name: str
    weights: Path
    config: Path | None
    sha256: str
    tokenizer: Path | None = None
    preprocess: Path | None = None


def find_model(name: str, weights: str | Path = "") -> ModelFiles:
    """Locate and check a model: at `weights` if given, else among the installed and built-in ones.

    Raises ModelError when nothing is found, or the file is damaged or not safetensors.
    """
    file = _given(weights) if weights else _installed(name)
    if file is None:
        raise ModelError(_how_to_get(name))
    read_safetensors_header(file)
    if file.suffix != ".safetensors":  # by which open_clip chooses how to read it
        raise ModelError(message("Give {file} a name that ends in .safetensors.", file=file))
    digest = sha256_of(file)
    _check_digest(name, file, digest)
    beside = [file.with_name(kind) for kind in (f"{architecture(name)}.json", TOKENIZER, PREPROCESS)]
    config, tokenizer, preprocess = (path if path.is_file() else None for path in beside)
    return ModelFiles(name, file.resolve(), config, digest, tokenizer, preprocess)


def installed_models() -> list[str]:
    """Models whose weights are on this machine: the known ones, then those that were imported."""
    known = [name for name in KNOWN_MODELS if _installed(name) is not None]
    folders = sorted(models_dir().iterdir()) if models_dir().is_dir() else []
    records = [read_record(folder) for folder in folders]
    own = [record.name for record in records if record is not None and _installed(record.name) is not None]
    return list(dict.fromkeys([*known, *own]))


@dataclass(frozen=True, slots=True)
class SafetensorsHeader:
    """What a safetensors file says of itself. `tensors` has an entry for each: dtype, shape, data_offsets;
    these count from `data_start`.
    """

    tensors: dict[str, Any]
    metadata: object
    data_start: int


def read_safetensors_header(file: Path) -> SafetensorsHeader:
    """The header of a complete safetensors file; nothing else of it is read. Raises ModelError.

    Other formats are refused: a pickle is a program, and weights come from strangers.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            text = stream.read(length) if 2 <= length <= min(size, 100_000_000) else b""
    except OSError as error:
        raise ModelError(
            message("The model file {file} cannot be read: {reason}.", file=file, reason=system(error))
        ) from error
    try:
        entries = json.loads(text)
        metadata = entries.pop("__metadata__", None)
        complete = size == 8 + length + max(entry["data_offsets"][1] for entry in entries.values())
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise ModelError(
            message(
                "{file} is not a safetensors file. PhotoLens reads only that format; most models are "
                "published in it, look for `open_clip_model.safetensors`.",
                file=file,
            )
        ) from None
    if not complete:
        raise ModelError(message("The model file {file} is incomplete or damaged; get it again.", file=file))
    return SafetensorsHeader(entries, metadata, 8 + length)


def _installed(name: str) -> Path | None:
    for folder in (resource("models", name), folder_of(name)):
        files = sorted(folder.glob("*.safetensors")) if folder.is_dir() else []
        if files:
            return files[0]
    return None


def _check_digest(name: str, file: Path, digest: str) -> None:
    """Raise ModelError unless these are the published weights, or what was made of them here."""
    record = read_record(file.parent)
    if record is not None and record.name == name and record.sha256 != digest:
        raise ModelError(
            message("The model file {file} is damaged: its SHA-256 has changed. Install it again.", file=file)
        )
    known = KNOWN_MODELS.get(name)
    source = digest if record is None else record.source_sha256
    if known and known.published_sha256 and known.published_sha256 not in (digest, source):
        raise ModelError(
            message(
                "{file} is not the published {name} (its SHA-256 differs); install it again.",
                file=file,
                name=name,
            )
        )


def _how_to_get(name: str) -> Message:
    known = KNOWN_MODELS.get(name)
    if known is None or known.source is None:
        return message(
            "The model {name} is not installed, and not one that PhotoLens knows: `photolens model list` "
            "lists those. Any other open_clip model can be imported: `photolens model import FOLDER`.",
            name=name,
        )
    return message(
        "The model {name} is not installed. `photolens model install {name}` downloads it; without a "
        "network get it from {page} elsewhere and say `photolens model import FOLDER`.",
        name=name,
        page=known.source.page,
    )


def _given(weights: str | Path) -> Path:
    if "\0" in str(weights):
        raise ModelError(message("The path of the model file holds a NUL character."))
    try:
        return Path(weights).expanduser()
    except RuntimeError as error:  # the home of a user who does not exist
        raise ModelError(
            message("The model file {file} cannot be found: {error}", file=weights, error=error)
        ) from error


def sha256_of(file: Path) -> str:
    """Of a whole file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
