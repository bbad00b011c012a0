"""The half of a CLIP model that reads words, in numpy: it answers seconds before torch has been imported.

Loading torch and open_clip takes seconds and hundreds of megabytes, and most questions are words. CLIP's
plain text transformer (Radford et al. 2021, section 2.4) is small enough to be written out; where a model's
is of another kind, torch computes it. A token sees only those before it, so that what follows the end of the
text need not be computed: of a text of five words this leaves 8 of 77 tokens.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from photolens.domain import FloatArray
from photolens.embedding.models import architecture
from photolens.embedding.tokens import Tokenizer, is_plain, package_folder
from photolens.embedding.weights import ModelFiles

log = logging.getLogger(__name__)

Tensors = dict[str, FloatArray]

_AT_ONCE = 32
_MODEL_KEYS = {"embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text"}
_BLOCK = (
    *("ln_1.weight", "ln_1.bias", "attn.in_proj_weight", "attn.in_proj_bias", "attn.out_proj.weight"),
    *("attn.out_proj.bias", "ln_2.weight", "ln_2.bias", "mlp.c_fc.weight", "mlp.c_fc.bias"),
    *("mlp.c_proj.weight", "mlp.c_proj.bias"),
)
_EMBEDDING = "token_embedding.weight"
_ENDS = (_EMBEDDING, "positional_embedding", "ln_final.weight", "ln_final.bias", "text_projection")


class TextTower:
    """Words to unit vectors, in float32. Safe from several threads."""

    def __init__(self, tensors: Tensors, tokenizer: Tokenizer, heads: int, *, quick_gelu: bool) -> None:
        self._tensors = tensors
        self._tokenizer = tokenizer
        self._heads = heads
        self._activation = _quick_gelu if quick_gelu else _gelu
        self._layers = sum(name.endswith("ln_1.weight") for name in tensors)
        self.dimension = tensors["text_projection"].shape[1]

    @classmethod
    def open(cls, files: ModelFiles) -> TextTower | None:
        """Read a model's text half; None where it is not a plain one, or anything else is in doubt."""
        try:
            config = _config(files)
            if config is None:
                return None
            text = config["text_cfg"]
            tensors = _read(files.weights, int(text["layers"]))
            if tensors is None:
                return None
            quick_gelu = bool(config.get("quick_gelu", False))
            tokenizer = Tokenizer(int(text["context_length"]))
            tower = cls(tensors, tokenizer, int(text["heads"]), quick_gelu=quick_gelu)
            vector = tower.encode(["a photo"])
        except Exception:  # torch says what is wrong with it, in words for the user
            log.info("the text half of %s is left to torch", files.name, exc_info=True)
            return None
        return tower if np.allclose(np.linalg.norm(vector, axis=1), 1.0, atol=1e-3) else None

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 [N, D]. A text beyond the model's context is cut at its end."""
        tokens = [self._tokenizer(text) for text in texts]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))  # so that little is filled up
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            vectors[rows] = self._features([tokens[row] for row in rows])
        with np.errstate(all="ignore"):  # weights may be rubbish: the caller looks at the length
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _features(self, tokens: list[list[int]]) -> FloatArray:
        longest = max(map(len, tokens))
        ids = np.array([row + [0] * (longest - len(row)) for row in tokens])
        x = self._tensors[_EMBEDDING][ids].astype(np.float32)
        x += self._tensors["positional_embedding"][:longest]
        with np.errstate(all="ignore"):
            for layer in range(self._layers):
                x = self._block(x, f"transformer.resblocks.{layer}.")
            ends = x[np.arange(len(tokens)), [len(row) - 1 for row in tokens]]
            features: FloatArray = self._norm(ends, "ln_final") @ self._tensors["text_projection"]
            return features

    def _block(self, x: FloatArray, name: str) -> FloatArray:
        """One residual block over x, [N, T, W]."""
        x = x + self._attention(self._norm(x, name + "ln_1"), name + "attn.")
        inner = self._activation(self._linear(self._norm(x, name + "ln_2"), name + "mlp.c_fc."))
        return x + self._linear(inner, name + "mlp.c_proj.")

    def _attention(self, x: FloatArray, name: str) -> FloatArray:
        count, length, width = x.shape
        joint = self._linear(x, name + "in_proj_")
        # To [3, N, heads, T, width of a head].
        query, key, value = joint.reshape(count, length, 3, self._heads, -1).transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / math.sqrt(width // self._heads)
        scores += np.triu(np.full((length, length), -np.inf, dtype=np.float32), 1)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        return self._linear(seen.swapaxes(1, 2).reshape(count, length, width), name + "out_proj.")

    def _linear(self, x: FloatArray, name: str) -> FloatArray:
        # As one matrix: numpy would multiply the texts of a batch one by one.
        flat = x.reshape(-1, x.shape[-1]) @ self._tensors[name + "weight"].T + self._tensors[name + "bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def _norm(self, x: FloatArray, name: str) -> FloatArray:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(1e-5))
        normed: FloatArray = scaled * self._tensors[name + ".weight"] + self._tensors[name + ".bias"]
        return normed


def _quick_gelu(x: FloatArray) -> FloatArray:
    found: FloatArray = x / (1 + np.exp(-1.702 * x))
    return found


def _gelu(x: FloatArray) -> FloatArray:
    """x Φ(x); the error function by formula 7.1.26 of Abramowitz and Stegun, right to 1.5e-7."""
    size = np.abs(x) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    beyond = series * np.exp(-size * size)  # 1 - erf
    found: FloatArray = x * np.where(x >= 0, 1 - beyond / 2, beyond / 2)
    return found


def _config(files: ModelFiles) -> dict[str, Any] | None:
    """The model's open_clip configuration; None unless its text half is CLIP's plain one."""
    file = files.config
    if file is None:
        package = package_folder()
        if package is None:
            return None
        file = package / "model_configs" / f"{architecture(files.name)}.json"
        if not file.is_file():
            return None
    config: dict[str, Any] = json.loads(file.read_bytes())
    return config if config.keys() <= _MODEL_KEYS and is_plain(config["text_cfg"]) else None


def _read(weights: Path, layers: int) -> Tensors | None:
    """The tensors by name, float32 but for the token embeddings; None unless just those of a plain half."""
    from safetensors import safe_open

    blocks = [f"transformer.resblocks.{layer}." for layer in range(layers)]
    wanted = {*_ENDS, *(block + part for block in blocks for part in _BLOCK)}
    with safe_open(weights, framework="numpy") as file:
        names = set(file.keys())
        prefix = "text." if "text.token_embedding.weight" in names else ""
        starts = ("transformer.", "token_", "positional_", "ln_final.", "text_")
        own = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        if {name for name in own if name.startswith(starts)} != wanted:
            return None
        tensors = {name: file.get_tensor(prefix + name) for name in wanted}
    # Of a hundred megabytes a few rows are used at a time.
    return {name: t if name == _EMBEDDING else t.astype(np.float32) for name, t in tensors.items()}
