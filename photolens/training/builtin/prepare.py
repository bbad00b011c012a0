"""Step 1: the pictures as small arrays, all texts, and what the teacher makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from photolens.training.builtin import sources
from photolens.training.builtin.classes import TEMPLATES
from photolens.training.builtin.nets import tokenizer, vocabulary
from photolens.training.builtin.pixel_cache import read_rows, write_cache
from photolens.training.builtin.teacher import Teacher, fit_projection
from photolens.training.builtin.workplace import Workplace

_SIZES = {"tiny": 64}  # as its photos are
_SIZE = 144
_PHRASES = ("a photo of {}", "a picture of {}", "{}", "photo of {}", "{} in the picture")
_SYNONYM_SHARE = 0.35  # of the names of a noun after its first
_SAMPLED = 25_000  # texts other than captions that decide which components are kept
_TOKENIZED_AT_ONCE = 20_000
_CLASS_WEIGHT = 5  # times that a class name counts in that


def prepare(place: Workplace, teacher: Callable[[], Teacher], say: Callable[[str], None]) -> None:
    """Everything that the other steps read. `teacher` is loaded after the pictures are read."""
    for name, read in sources.TRAINING.items():
        pictures, held = read(place)
        count = write_cache(place, name, pictures, _SIZES.get(name, _SIZE))
        say(f"{name}: {count:,} of {len(pictures):,} photos read, {len(held):,} held out")
    encode = teacher()
    words = [word.replace("</w>", "") for word in vocabulary()]
    different = sorted(set(words))
    place_of = {word: number for number, word in enumerate(different)}
    np.save(place.work / "tokens.npy", encode(different)[[place_of[word] for word in words]])
    captions, others = collect_texts(place, different)
    vectors = encode(captions + others)
    place.write_json("texts.json", {"captions": len(captions), "texts": captions + others})
    np.save(place.work / "text_tokens.npy", _tokens(place, captions + others))
    np.save(place.work / "texts.npy", vectors)
    say(f"{len(captions):,} captions and {len(others):,} other texts read by the teacher")
    classes = class_texts(place)
    texts = sorted({text for known in classes.values() for text in known})
    named = encode(texts)
    place.write_json("classes.json", {"classes": classes, "texts": texts})
    np.save(place.work / "class_texts.npy", named)
    sampled = np.random.default_rng(0).permutation(len(others))[:_SAMPLED] + len(captions)
    kept = fit_projection(
        place,
        np.concatenate(
            [vectors[: len(captions)], vectors[sampled], np.repeat(named, _CLASS_WEIGHT, axis=0)]
        ).astype(np.float32),
    )
    say(f"{kept:.1%} of the variance of {len(texts):,} class names and the other texts is kept")


def _tokens(place: Workplace, texts: list[str]) -> NDArray[np.uint16]:
    """As the model cuts texts, [N, context]."""
    tokenize = tokenizer(place)
    starts = range(0, len(texts), _TOKENIZED_AT_ONCE)
    parts = [tokenize(texts[start : start + _TOKENIZED_AT_ONCE]).numpy() for start in starts]
    return np.concatenate(parts, dtype=np.uint16, casting="unsafe")


def collect_texts(place: Workplace, words: list[str]) -> tuple[list[str], list[str]]:
    """Captions, and other texts (WordNet's names and single words), none twice."""
    random = np.random.default_rng(0)

    def phrase(name: str) -> str:
        return _PHRASES[random.integers(len(_PHRASES))].format(name)

    captions = [caption for row in read_rows(place, "flickr") for caption in row.captions]
    captions = list(dict.fromkeys(captions + sources.coco_captions(place)))
    others: dict[str, None] = {}
    for names in sources.wordnet(place):
        for number, name in enumerate(names):
            if number == 0 or random.random() < _SYNONYM_SHARE:
                others[phrase(name if random.random() < 0.5 else _with_article(name))] = None
    for word in words:
        if re.fullmatch(r"[a-z]{3,}", word):
            others[word if random.random() < 0.5 else phrase(word)] = None
    known = set(captions)
    return captions, [text for text in others if text not in known]


def class_texts(place: Workplace) -> dict[str, list[str]]:
    """Every class's names in every template."""
    names = {row.key: row.names for kind in sources.CLASS_SETS for row in read_rows(place, kind)}
    return {
        key: [template.format(name) for name in names[key] for template in TEMPLATES] for key in sorted(names)
    }


def _with_article(name: str) -> str:
    if name.endswith("s"):
        return name
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"
