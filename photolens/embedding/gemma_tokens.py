"""Gemma's tokens of a text, as SigLIP 2 was trained with: 256,000 pieces of words of many languages."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photolens.errors import ModelError
from photolens.messages import message

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


class GemmaTokenizer:
    """Reads a tokenizer.json of the hub. Raises ModelError where that cannot be used."""

    def __init__(self, file: Path, context_length: int) -> None:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelError(
                message("This model needs the package `tokenizers`. Install it, or PhotoLens again.")
            ) from error
        try:
            self._tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # of its own, in Rust
            raise ModelError(message("{file} cannot be read; install the model again.", file=file)) from error
        self._context_length = context_length
        self._pad, self._end = (self._id(file, name) for name in ("<pad>", "<eos>"))

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Token ids, int64 [N, context_length]: cut so that the end stays, then filled up."""
        ids = np.full((len(texts), self._context_length), self._pad, dtype=np.int64)
        for row, text in enumerate(texts):
            found = self._tokenizer.encode(plain(text), add_special_tokens=False).ids
            found = [*found[: self._context_length - 1], self._end]
            ids[row, : len(found)] = found
        return ids

    def _id(self, file: Path, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ModelError(
                message("{file} is not the tokenizer of this model; install the model again.", file=file)
            )
        return int(found)


def plain(text: str) -> str:
    """Lower case without punctuation, as the texts were that SigLIP models learnt from."""
    return " ".join(text.replace("_", " ").translate(_NO_PUNCTUATION).lower().split())
