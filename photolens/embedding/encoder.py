"""An open_clip model that turns pixels and words into unit vectors of one space."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from photolens.domain import FloatArray, InputSpec, PixelArray
from photolens.embedding.batch_size import SIZES, best_size
from photolens.embedding.gemma_tokens import GemmaTokenizer
from photolens.embedding.measurements import Measurements
from photolens.embedding.models import KNOWN_MODELS, architecture, pretrained_tag
from photolens.embedding.precision import choice_key, probe_pictures, shortest, tried
from photolens.embedding.priority import MAX_BATCH, PriorityLock
from photolens.embedding.tokens import is_plain
from photolens.embedding.weights import ModelFiles
from photolens.errors import ModelError, ModelUnavailable, UsageError
from photolens.messages import message

# No network at run time: weights and tokenizers are files, a missing one is an error to report.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import open_clip
import torch

log = logging.getLogger(__name__)

AUTO = "auto"
_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}

_TRIED = MAX_BATCH // 2  # pictures of the trial: as fast each, and large models take seconds for more
_BATCH_SECONDS = 0.5  # of trying each size

_CPU = torch.device("cpu")
# Only graphics cards have an exception of their own for it.
_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "alloc_failed")


class Encoder:
    """A loaded model. Safe from several threads; queries go before batches of photos.

    Where the memory of its device does not do, it takes smaller batches, and at last goes to the CPU.
    """

    def __init__(self, name: str, model: torch.nn.Module, tokenizer: Any) -> None:
        self.name = name
        self._model = model
        self._tokenizer = tokenizer
        self._dtype = next(model.parameters()).dtype
        self._device = next(model.parameters()).device
        self.batch = MAX_BATCH  # photos that it computes together
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
    def load(
        cls, files: ModelFiles, precision: str = "float32", device: str = AUTO, *, trials: Path | None = None
    ) -> Encoder:
        """Read a model from disk, to compute in "float32", "bfloat16" or "auto", the better here.

        `device` is torch's name of where; "auto" is a graphics card where there is one. The CPU is used where
        that has no room for the weights, or cannot compute the model. `trials` is the file that remembers
        which precision was better, and which size of batches on a card; None for nowhere. Raises ModelError
        when the weights do not fit the architecture, ModelUnavailable when the memory does not do.
        """
        if precision != AUTO and precision not in _DTYPES:
            raise UsageError(
                message(
                    "The precision {precision} is not known; choose {choices} or {auto}.",
                    precision=precision,
                    choices=" or ".join(_DTYPES),
                    auto=AUTO,
                )
            )
        device = _best_device() if device == AUTO else device
        try:
            try:
                encoder = cls._on(device, files, precision, trials)
            except (RuntimeError, NotImplementedError) as error:
                if device == "cpu" or _is_memory(error):
                    raise
                log.warning("%s cannot compute the model, using the CPU (%s)", device, _first_line(error))
                encoder = cls._on("cpu", files, precision, trials)
        except ModelError:
            raise
        except Exception as error:  # open_clip, timm, safetensors and torch each raise their own
            log.debug("loading %s failed", files.weights, exc_info=True)
            if _is_memory(error):
                raise _no_memory(files.name) from error
            raise ModelError(
                message(
                    "{file} cannot be loaded as the model {name}; are these its weights? ({reason})",
                    file=files.weights,
                    name=files.name,
                    reason=_first_line(error),
                )
            ) from error
        log.info(
            "loaded %s: %d dimensions, input %d px, %s, on %s",
            files.name,
            encoder.dimension,
            encoder.input_spec.size,
            encoder._dtype,
            encoder._device,
        )
        return encoder

    @classmethod
    def _on(cls, device: str, files: ModelFiles, precision: str, trials: Path | None) -> Encoder:
        kept = Measurements(trials)
        key = choice_key(files, device, torch.__version__, torch.get_num_threads())
        encoder = cls._in_precision(files, precision, device, kept, key)
        if encoder._device != _CPU:
            encoder._choose_batch(kept, f"{key}, photos at once in {encoder._dtype}")
        return encoder

    @classmethod
    def _in_precision(
        cls, files: ModelFiles, precision: str, device: str, kept: Measurements, key: str
    ) -> Encoder:
        if precision != AUTO:
            return cls._read(files, precision, device)
        known = kept.get(key)
        if known in _DTYPES:
            return cls._read(files, known, device)
        encoder = cls._read(files, "float32", device)
        chosen = "bfloat16" if encoder._is_better_short() else "float32"
        kept.remember(key, chosen)
        # Cast weights cannot be cast back.
        return encoder if chosen == "bfloat16" else cls._read(files, chosen, device)

    @classmethod
    def _read(cls, files: ModelFiles, precision: str, device: str) -> Encoder:
        name = architecture(files.name)
        if files.config is not None:
            _check_config(files.config)
            open_clip.add_model_config(files.config)
        if name not in open_clip.list_models():
            raise ModelError(
                message(
                    "open_clip has no architecture called {name}; if it is your own, put {name}.json "
                    "beside the weights.",
                    name=name,
                )
            )
        model = open_clip.create_model(
            name,
            pretrained=str(files.weights),
            precision="fp32",
            device="cpu",
            force_preprocess_cfg=_preprocessing(files),
        )
        # The weights are cast once; autocast would do it at every call, and is no more exact.
        model = model.to(_DTYPES[precision]).eval().requires_grad_(False)
        encoder = cls(files.name, _placed(model, device), _tokenizer(files, name))
        known = KNOWN_MODELS.get(files.name)
        if known and known.input_spec and known.input_spec != encoder.input_spec:  # photos are prepared by it
            raise ModelError(
                message(
                    "{name} takes {found}, not {expected} as expected.",
                    name=files.name,
                    found=str(encoder.input_spec),
                    expected=str(known.input_spec),
                )
            )
        encoder._probe()
        return encoder

    def _is_better_short(self) -> bool:
        """Whether bfloat16 is faster here and as good. Leaves the model in it."""
        pictures = probe_pictures(_TRIED, self.input_spec.size)
        clock = time.thread_time if self._device == _CPU else time.perf_counter
        exact = tried(self.encode_images, self.encode_texts, pictures, clock)
        self._dtype = torch.bfloat16
        self._model.to(self._dtype)
        try:
            return tried(self.encode_images, self.encode_texts, pictures, clock).replaces(exact)
        except (RuntimeError, NotImplementedError) as error:  # something that this device cannot do in it
            log.info("bfloat16 cannot be used on %s: %s", self._device, _first_line(error))
            return False

    def _choose_batch(self, kept: Measurements, key: str) -> None:
        """By trial, or as it was found before on this machine."""
        known = kept.get(key) or ""
        if known not in map(str, SIZES):
            pictures = np.tile(
                probe_pictures(MAX_BATCH, self.input_spec.size), (SIZES[-1] // MAX_BATCH, 1, 1, 1)
            )
            known = str(best_size(lambda size: self._seconds_of_batch(pictures[:size])))
            kept.remember(key, known)
        self.batch = int(known)
        log.info("%s takes %d photos at once", self._device, self.batch)

    def _seconds_of_batch(self, pixels: PixelArray) -> float | None:
        """None where the memory does not do for so many."""
        device, self.batch = self._device, len(pixels)
        self.encode_images(pixels)  # warms up, and cuts the batch where it is too large
        if self.batch < len(pixels) or self._device != device:
            return None
        return shortest(lambda: self.encode_images(pixels), time.perf_counter, _BATCH_SECONDS)

    def encode_images(self, pixels: PixelArray, *, urgent: bool = False) -> FloatArray:
        """Unit vectors, float32 [N, D], of pictures prepared as `input_spec` says, uint8 [N, S, S, 3].

        Raises ModelUnavailable when the memory does not do for a single one.
        """
        found: list[FloatArray] = []
        start = 0
        while start < len(pixels):
            part = pixels[start : start + self.batch]
            vectors = self._computed(partial(self._image_features, part), len(part), urgent)
            if vectors is not None:
                found.append(vectors)
                start += len(part)
        return np.concatenate(found) if found else np.empty((0, self.dimension), dtype=np.float32)

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 [N, D]. A text beyond the model's context is cut at its end.

        Raises ModelUnavailable when the memory does not do.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = None
        while vectors is None:
            vectors = self._computed(partial(self._text_features, texts), 1, urgent=True)
        return vectors

    def _image_features(self, pixels: PixelArray) -> torch.Tensor:
        images = torch.from_numpy(np.array(pixels, order="C")).permute(0, 3, 1, 2)
        images = (images.float().div_(255.0).sub_(self._mean)).div_(self._std)
        return self._model.encode_image(images.to(self._device, self._dtype))  # type: ignore[operator, no-any-return]

    def _text_features(self, texts: Sequence[str]) -> torch.Tensor:
        return self._model.encode_text(self._tokenizer(list(texts)).to(self._device))  # type: ignore[operator, no-any-return]

    def _computed(self, features: Callable[[], torch.Tensor], count: int, urgent: bool) -> FloatArray | None:
        """Unit vectors of `count` things; None when they are to be tried again, with what changed since.

        Raises ModelUnavailable when there is nothing left to change.
        """
        with self._lock.hold(urgent=urgent):
            try:
                with torch.inference_mode():
                    return _unit(features())
            except (RuntimeError, MemoryError) as error:
                if not _is_memory(error):
                    raise
                # Without its frames, which hold on to what the batch had allocated.
                reason = _first_line(error)
            self._save_memory(count, reason)
        return None

    def _save_memory(self, count: int, reason: str) -> None:
        if count > 1:
            self.batch = max(1, min(self.batch, count // 2))
            log.warning("no memory for %d photos at once, going on with %d (%s)", count, self.batch, reason)
        elif self._device != _CPU:
            log.warning("no memory on %s, going on with the CPU (%s)", self._device, reason)
            self._model.to(_CPU)
            self._device, self.batch = _CPU, MAX_BATCH
        else:
            raise _no_memory(self.name)

    def _probe(self) -> None:
        """Weights with the right shapes may still hold rubbish."""
        grey = np.full((1, self.input_spec.size, self.input_spec.size, 3), 127, dtype=np.uint8)
        vectors = np.concatenate([self.encode_images(grey), self.encode_texts(["a photo"])])
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
            raise ModelError(
                message("The weights of {name} are damaged: they do not give finite vectors.", name=self.name)
            )


def _check_config(file: Path) -> None:
    """open_clip would remember a config that it cannot read, and fail at every later model."""
    try:
        config = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            message("The model configuration {file} cannot be read: {error}.", file=file, error=error)
        ) from error
    if not isinstance(config, dict) or not {"embed_dim", "vision_cfg", "text_cfg"} <= config.keys():
        raise ModelError(message("{file} is not an open_clip model configuration.", file=file))


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _placed(model: torch.nn.Module, device: str) -> torch.nn.Module:
    try:
        return model.to(device)
    except RuntimeError as error:
        if not _is_memory(error):
            raise
        log.warning("no memory for the model on %s, using the CPU (%s)", device, _first_line(error))
    return model.to(_CPU)


def _is_memory(error: Exception) -> bool:
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return any(words in str(error).lower() for words in _NO_MEMORY)


def _no_memory(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        message(
            "There is not enough memory for the model {name}. Close other programs, or choose a smaller "
            "model.",
            name=name,
        )
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _unit(features: torch.Tensor) -> FloatArray:
    """Features scaled to length one. In float32, since bfloat16 would miss that length by 0.4 %."""
    array: FloatArray = torch.nn.functional.normalize(features.float(), dim=-1).cpu().numpy()
    return array


def _square(size: Any) -> int:
    """Image size as one number; open_clip gives a number or a pair."""
    sides = {int(side) for side in (size if isinstance(size, (tuple, list)) else [size])}
    if len(sides) != 1:
        raise ModelError(message("Only models with square input are supported, not {size}.", size=str(size)))
    return sides.pop()


def _tokenizer(files: ModelFiles, name: str) -> Callable[[list[str]], torch.Tensor]:
    """What cuts texts into tokens: CLIP's way, or as the file beside the weights says."""
    text: dict[str, Any] = open_clip.get_model_config(name)["text_cfg"]
    if is_plain(text):  # open_clip has made this one when it was imported; another takes a while
        return partial(open_clip.tokenize, context_length=int(text["context_length"]))
    if "hf_tokenizer_name" not in text:
        return open_clip.get_tokenizer(name)  # type: ignore[no-any-return]
    if files.tokenizer is None:
        raise ModelError(
            message("The model {name} needs its tokenizer.json beside its weights.", name=files.name)
        )
    tokens = GemmaTokenizer(files.tokenizer, int(text.get("context_length", 77)))
    return lambda texts: torch.from_numpy(tokens(texts))


def _preprocessing(files: ModelFiles) -> dict[str, Any]:
    """Mean, deviation and resizing that a model was trained with, where it or its published tag says so."""
    tag = pretrained_tag(files.name)
    published = open_clip.get_pretrained_cfg(architecture(files.name), tag) if tag else {}
    if files.preprocess is not None:
        published = json.loads(files.preprocess.read_bytes())
    keys = ("mean", "std", "interpolation", "resize_mode")
    return {key: published[key] for key in keys if published.get(key) is not None}
