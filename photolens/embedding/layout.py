"""What lies in a folder that a model is to be imported from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photolens.embedding.models import KNOWN_MODELS, architecture
from photolens.embedding.records import Record, read_record
from photolens.embedding.weights import PREPROCESS, TOKENIZER, read_safetensors_header
from photolens.errors import ModelError
from photolens.messages import message

_CONFIG = "open_clip_config.json"  # as the hub has it: the architecture, and how pictures are prepared
_PREFERRED = "open_clip_model.safetensors"
_CONFIG_KEYS = {"embed_dim", "vision_cfg", "text_cfg"}


@dataclass(frozen=True, slots=True)
class Found:
    """Weights and what lies beside them. `record`: what another PhotoLens knew of them."""

    given: Path
    weights: Path
    record: Record | None

    @property
    def source_sha256(self) -> str | None:
        """Of the weights as published, if another PhotoLens has made these of them."""
        return self.record.source_sha256 if self.record else None

    def name_by(self, digest: str) -> str:
        """The name of the known model with this checksum, or of this repository; else its own."""
        if self.record is not None:
            return self.record.name
        folder = self.given.resolve().name
        for info in KNOWN_MODELS.values():
            if info.published_sha256 == digest:
                return info.name
            same = info.source is not None and info.source.repository.rpartition("/")[2] == folder
            if same and self.given.is_dir() and info.published_sha256 is None:
                return info.name
        own_config = self.weights.with_suffix(".json").is_file()
        return folder if self.given.is_dir() and not own_config else self.weights.stem

    def files(self, name: str) -> dict[str, bytes]:
        """What to put beside the weights of the model `name`, by file name. Raises ModelError."""
        made: dict[str, bytes] = {}
        beside = self.weights.parent
        config = f"{architecture(name)}.json"
        own = self.weights.with_suffix(".json").name
        for kind, new in ((own, config), (config, config), (TOKENIZER, TOKENIZER), (PREPROCESS, PREPROCESS)):
            if (beside / kind).is_file():
                made[new] = (beside / kind).read_bytes()
        known = KNOWN_MODELS.get(name)
        if known is not None:  # open_clip has its architecture, and how it wants its pictures
            own_words = known.source is not None and known.source.tokenizer is not None
            return {kind: data for kind, data in made.items() if own_words and kind == TOKENIZER}
        if (beside / _CONFIG).is_file():
            said = _read(beside / _CONFIG)
            made[config] = json.dumps(said["model_cfg"], indent=2).encode()
            if isinstance(said.get("preprocess_cfg"), dict):
                made[PREPROCESS] = json.dumps(said["preprocess_cfg"], indent=2).encode()
        return made


def look_at(path: Path) -> Found:
    """Find the weights in a folder, or take the file given. Raises ModelError with what is wanted."""
    if path.is_dir():
        weights = path / _PREFERRED
        if not weights.is_file():
            every = sorted(path.glob("*.safetensors"))
            if len(every) != 1:
                said = message("several .safetensors files") if every else message("no .safetensors file")
                raise ModelError(
                    message(
                        "{path} holds {said}. Give the file with the weights, or a folder with {weights} "
                        "and {configuration}.",
                        path=path,
                        said=said,
                        weights=_PREFERRED,
                        configuration=_CONFIG,
                    )
                )
            weights = every[0]
    elif path.exists():
        weights = path
    else:
        raise ModelError(message("There is no {path}.", path=path))
    read_safetensors_header(weights)
    return Found(path, weights, read_record(weights.parent))


def _read(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_bytes())
        if not config["model_cfg"].keys() >= _CONFIG_KEYS:
            raise ValueError("it names no architecture")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(
            message("{file} is not an open_clip configuration: {error}.", file=file, error=error)
        ) from error
    return config  # type: ignore[no-any-return]
