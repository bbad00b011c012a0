"""An open_clip model that turns pixels and words into unit vectors of one space."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from photolens.domain import FloatArray, InputSpec, PixelArray
from photolens.embedding.models import architecture, pretrained_tag
from photolens.embedding.priority import PriorityLock
from photolens.embedding.weights import ModelFiles
from photolens.errors import ModelError, UsageError

# No network at run time: weights and tokenizers are files, a missing one is an error to report.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import open_clip
import torch

log = logging.getLogger(__name__)

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}

# Small enough that a query waiting behind a batch on a CPU hardly notices.
MAX_BATCH = 16


class Encoder:
    """A loaded model. Safe from several threads; queries go before batches of photos."""

    def __init__(self, name: str, model: torch.nn.Module, tokenizer: Any) -> None:
        self.name = name
        self._model = model
        self._tokenizer = tokenizer
        self._dtype = next(model.parameters()).dtype
        self._lock = PriorityLock()
        config: dict[str, Any] = model.visual.preprocess_cfg  # type: ignore[assignment, union-attr]
        self.input_spec = InputSpec(
            size=_square(config["size"]),
            resize_mode=config["resize_mode"],
            interpolation=config["interpolation"],
            fill_color=int(config["fill_color"]),
        )
        self._mean = torch.tensor(config["mean"]).view(1, 3, 1, 1)
        self._std = torch.tensor(config["std"]).view(1, 3, 1, 1)
        self.dimension = int(self.encode_texts(["a photo"]).shape[1])

    @classmethod
    def load(cls, files: ModelFiles, precision: str = "float32") -> Encoder:
        """Read a model from disk, to compute in `precision`: "float32", or "bfloat16", which is faster.

        Raises ModelError when the weights do not fit the architecture.
        """
        if precision not in _DTYPES:
            raise UsageError(f"The precision {precision} is not known; choose {' or '.join(_DTYPES)}.")
        name = architecture(files.name)
        try:
            if files.config is not None:
                _check_config(files.config)
                open_clip.add_model_config(files.config)
            if name not in open_clip.list_models():
                raise ModelError(
                    f"open_clip has no architecture called {name}; "
                    f"if it is your own, put {name}.json beside the weights."
                )
            model = open_clip.create_model(
                name,
                pretrained=str(files.weights),
                precision="fp32",
                device="cpu",
                force_preprocess_cfg=_published_preprocessing(files.name),
            )
            # The weights are cast once; autocast would do it at every call, and is no more exact.
            model = model.to(_DTYPES[precision]).eval().requires_grad_(False)
            encoder = cls(files.name, model, open_clip.get_tokenizer(name))
            encoder._probe()
        except ModelError:
            raise
        except Exception as error:  # open_clip, timm, safetensors and torch each raise their own
            log.debug("loading %s failed", files.weights, exc_info=True)
            raise ModelError(
                f"{files.weights} cannot be loaded as the model {files.name}; "
                f"are these its weights? ({_first_line(error)})"
            ) from error
        log.info(
            "loaded %s: %d dimensions, input %d px, %s",
            files.name,
            encoder.dimension,
            encoder.input_spec.size,
            precision,
        )
        return encoder

    def encode_images(self, pixels: PixelArray, *, urgent: bool = False) -> FloatArray:
        """Unit vectors, float32 [N, D], of pictures prepared as `input_spec` says, uint8 [N, S, S, 3]."""
        found = [
            self._encode_batch(pixels[start : start + MAX_BATCH], urgent)
            for start in range(0, len(pixels), MAX_BATCH)
        ]
        return np.concatenate(found) if found else np.empty((0, self.dimension), dtype=np.float32)

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 [N, D]. A text beyond the model's context is cut at its end."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock.hold(urgent=True), torch.inference_mode():
            return _unit(self._model.encode_text(self._tokenizer(list(texts))))  # type: ignore[operator]

    def _encode_batch(self, pixels: PixelArray, urgent: bool) -> FloatArray:
        with self._lock.hold(urgent=urgent), torch.inference_mode():
            images = torch.from_numpy(np.array(pixels, order="C")).permute(0, 3, 1, 2)
            images = (images.float().div_(255.0).sub_(self._mean)).div_(self._std)
            return _unit(self._model.encode_image(images.to(self._dtype)))  # type: ignore[operator]

    def _probe(self) -> None:
        """Weights with the right shapes may still hold rubbish."""
        grey = np.full((1, self.input_spec.size, self.input_spec.size, 3), 127, dtype=np.uint8)
        vectors = np.concatenate([self.encode_images(grey), self.encode_texts(["a photo"])])
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
            raise ModelError(f"The weights of {self.name} are damaged: they do not give finite vectors.")


def _check_config(file: Path) -> None:
    """open_clip would remember a config that it cannot read, and fail at every later model."""
    try:
        config = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"The model configuration {file} cannot be read: {error}.") from error
    if not isinstance(config, dict) or not {"embed_dim", "vision_cfg", "text_cfg"} <= config.keys():
        raise ModelError(f"{file} is not an open_clip model configuration.")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _unit(features: torch.Tensor) -> FloatArray:
    """Features scaled to length one. In float32, since bfloat16 would miss that length by 0.4 %."""
    array: FloatArray = torch.nn.functional.normalize(features.float(), dim=-1).numpy()
    return array


def _square(size: Any) -> int:
    """Image size as one number; open_clip gives a number or a pair."""
    sides = {int(side) for side in (size if isinstance(size, (tuple, list)) else [size])}
    if len(sides) != 1:
        raise ModelError(f"Only models with square input are supported, not {size}.")
    return sides.pop()


def _published_preprocessing(name: str) -> dict[str, Any]:
    """Mean, deviation and resizing that a published tag was trained with; a bare file has none."""
    tag = pretrained_tag(name)
    published = open_clip.get_pretrained_cfg(architecture(name), tag) if tag else {}
    keys = ("mean", "std", "interpolation", "resize_mode")
    return {key: published[key] for key in keys if published.get(key) is not None}
