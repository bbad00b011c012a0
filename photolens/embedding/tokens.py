"""CLIP's tokens of a text: those of open_clip's SimpleTokenizer, without loading torch for them."""

from __future__ import annotations

import gzip
import html
import importlib.util
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

_MERGES = 49152 - 256 - 2  # what CLIP uses of the vocabulary file
VOCABULARY = _MERGES + 2 * 256 + 2
_START, _END = VOCABULARY - 2, VOCABULARY - 1
_PLAIN_KEYS = {"context_length", "vocab_size", "width", "heads", "layers"}
_LONGEST_WORD = 2000  # bytes; beyond any context, and merging takes the square of the time
_PATTERN = r"<start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def package_folder() -> Path | None:
    """Where open_clip and its data lie, without importing it."""
    found = importlib.util.find_spec("open_clip")
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def is_plain(text_config: Mapping[str, Any]) -> bool:
    """Whether the text half that open_clip's configuration tells of is CLIP's, which takes these tokens."""
    return text_config.keys() == _PLAIN_KEYS and text_config["vocab_size"] == VOCABULARY


class Tokenizer:
    """Byte pair encoding with CLIP's vocabulary (Radford et al. 2021). Raises OSError without that."""

    def __init__(self, context_length: int) -> None:
        import regex

        self.context_length = context_length
        self._pattern = regex.compile(_PATTERN, regex.IGNORECASE)
        self._ranks, self._ids = _vocabulary()
        self._letters = _letters()
        self._known: dict[str, tuple[int, ...]] = {"<start_of_text>": (_START,), "<end_of_text>": (_END,)}

    def __call__(self, text: str) -> list[int]:
        """Tokens up to the first end of text, at most `context_length`; what is beyond has no influence."""
        import ftfy

        cleaned = html.unescape(html.unescape(ftfy.fix_text(text)))
        tokens = [_START]
        for word in self._pattern.findall(" ".join(cleaned.split()).lower()):
            tokens += self._word(word)
            if len(tokens) >= self.context_length or _END in tokens:
                break
        tokens = [*tokens[: self.context_length - 1], _END]
        return tokens[: tokens.index(_END) + 1]

    def _word(self, word: str) -> tuple[int, ...]:
        if word not in self._known:
            if len(self._known) > 10_000:
                self._known = dict(list(self._known.items())[:2])
            letters = [self._letters[byte] for byte in word.encode("utf-8")[:_LONGEST_WORD]]
            self._known[word] = tuple(self._ids[part] for part in self._merged(letters))
        return self._known[word]

    def _merged(self, letters: list[str]) -> list[str]:
        """Join neighbours, always the pair that stands first in the vocabulary, while there is one."""
        parts = [*letters[:-1], letters[-1] + "</w>"]
        while len(parts) > 1:
            best = min(pairwise(parts), key=self._rank)
            if best not in self._ranks:
                break
            joined: list[str] = []
            for part in parts:
                if joined and (joined[-1], part) == best:
                    joined[-1] += part
                else:
                    joined.append(part)
            parts = joined
        return parts

    def _rank(self, pair: tuple[str, str]) -> float:
        return self._ranks.get(pair, float("inf"))


def _letters() -> list[str]:
    """A printable letter for every byte: itself where it is one."""
    printable = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("ÿ") + 1)} - {173}  # the soft hyphen
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte if byte in printable else 256 + others.index(byte)) for byte in range(256)]


@cache
def _vocabulary() -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """The rank of each pair that is merged, and the number of each token."""
    folder = package_folder()
    if folder is None:
        raise FileNotFoundError("open_clip is not installed")
    with gzip.open(folder / "bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")[1 : _MERGES + 1]
    pairs = [(first, second) for first, second in (line.split() for line in lines)]
    # In CLIP's order: the printable bytes as they are, then the others.
    letters = sorted(_letters(), key=lambda letter: (ord(letter) >= 256, letter))
    tokens = [*letters, *(letter + "</w>" for letter in letters), *(a + b for a, b in pairs)]
    return {pair: rank for rank, pair in enumerate(pairs)}, {token: n for n, token in enumerate(tokens)}
