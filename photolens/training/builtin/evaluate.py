"""Step 5: what the finished model does with what it never saw, read as the program reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.training.builtin import sources
from photolens.training.builtin.classes import TEMPLATES
from photolens.training.builtin.nets import Say
from photolens.training.builtin.pixel_cache import read_picture
from photolens.training.builtin.sources import Picture
from photolens.training.builtin.workplace import Workplace

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Figures = dict[str, float]

_READ_AT_ONCE = 256


def evaluate(place: Workplace, say: Say) -> dict[str, object]:
    """Write eval.json; every figure is of photos that were held out. Shares lie between 0 and 1."""
    encoder = Encoder.load(find_model(place.name, place.weights))
    result: dict[str, object] = {"weights": place.weights.name, "file_MB": place.weights.stat().st_size / 1e6}
    for name, held in (
        ("flickr8k_heldout", sources.flickr(place)[1]),
        ("coco_heldout", sources.coco_held(place)),
    ):
        result[name] = _captioned(encoder, held)
        say(f"{name}: {result[name]}")
    for name, held in (
        ("tiny_imagenet_val", sources.tiny(place)[1]),
        ("clothing_heldout", sources.clothing(place)[1]),
        ("grocery_test_coarse", sources.grocery(place)[1]),
    ):
        result[name] = _classed(encoder, held)
        say(f"{name}: {result[name]}")
    seen = {picture.key for picture in sources.tiny(place)[0]}
    result["imagenet_sample"] = _one_of_each(encoder, sources.imagenet_sample(place), seen)
    say(f"imagenet_sample: {result['imagenet_sample']}")
    (place.out / "eval.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def recalls(ranks: Integers, depths: Sequence[int] = (1, 5, 10)) -> Figures:
    """Recall@k of ranks that begin with 0, and the median rank, which begins with 1."""
    shares = {f"R@{depth}": round(float((ranks < depth).mean()), 4) for depth in depths}
    return {**shares, "median_rank": int(np.median(ranks)) + 1}


def retrieval(images: Floats, texts: Floats, owner: Integers) -> dict[str, Figures]:
    """Both ways, for unit vectors of photos [N, D] and captions [M, D]; `owner` is each caption's photo."""
    scores = texts @ images.T
    right = scores[np.arange(len(texts)), owner]
    best = np.full(len(images), -np.inf)
    np.maximum.at(best, owner, right)
    to_image, to_text = (scores > right[:, None]).sum(1), (best[:, None] < scores.T).sum(1)
    return {"text_to_image": recalls(to_image), "image_to_text": recalls(to_text)}


def neighbours(images: Floats, labels: Integers) -> Figures:
    """How often the nearest photo, and the nearest five on average, are of the same class."""
    scores = images @ images.T
    np.fill_diagonal(scores, -np.inf)
    nearest = np.argsort(-scores, axis=1)[:, :5]
    same = labels[nearest] == labels[:, None]
    shares = np.bincount(labels) / len(labels)
    return {
        "top1_same_class": round(float(same[:, 0].mean()), 4),
        "top5_mean_same_class": round(float(same.mean()), 4),
        "chance": round(float((shares**2).sum()), 4),
    }


def _captioned(encoder: Encoder, held: list[Picture]) -> dict[str, object]:
    pictures, images = _encoded(encoder, held)
    captions = [caption for picture in pictures for caption in picture.captions]
    owner = np.repeat(np.arange(len(pictures)), [len(picture.captions) for picture in pictures])
    return {"photos": len(pictures), **retrieval(images, _texts(encoder, captions), owner)}


def _classed(encoder: Encoder, held: list[Picture]) -> dict[str, object]:
    pictures, images = _encoded(encoder, held)
    names = {picture.key: picture.names for picture in pictures}
    keys = sorted(names)
    labels = np.array([keys.index(picture.key) for picture in pictures])
    order = np.argsort(-(images @ _class_vectors(encoder, [names[key] for key in keys]).T), axis=1)
    zero_shot = {
        f"top{depth}": round(float((order[:, :depth] == labels[:, None]).any(1).mean()), 4)
        for depth in (1, 5)
    }
    found = {"photo_to_photo": neighbours(images, labels), "zero_shot": zero_shot}
    return {"photos": len(pictures), "classes": len(keys), **found}


def _one_of_each(encoder: Encoder, held: list[Picture], seen: set[str]) -> dict[str, object]:
    """The rank of the right photo for each name; `seen` are the classes that it was trained on."""
    pictures, images = _encoded(encoder, held)
    scores = _class_vectors(encoder, [picture.names for picture in pictures]) @ images.T
    ranks = (scores > scores.diagonal()[:, None]).sum(1)
    known = np.array([picture.key in seen for picture in pictures])
    parts = {"all": ranks, "trained": ranks[known], "not_trained": ranks[~known]}
    return {
        name: {"names": len(part), **recalls(part, (1, 5, 10, 50))}
        for name, part in parts.items()
        if len(part)
    }


def _encoded(encoder: Encoder, pictures: list[Picture]) -> tuple[list[Picture], Floats]:
    """The photos that can be read, and their unit vectors."""
    readable: list[Picture] = []
    vectors: list[Floats] = []
    for start in range(0, len(pictures), _READ_AT_ONCE):
        part = pictures[start : start + _READ_AT_ONCE]
        read = [(picture, read_picture(picture.file, encoder.input_spec.size)) for picture in part]
        pixels = [array for _, array in read if array is not None]
        readable += [picture for picture, array in read if array is not None]
        if pixels:
            vectors.append(encoder.encode_images(np.stack(pixels)))
    return readable, np.concatenate(vectors)


def _texts(encoder: Encoder, texts: list[str]) -> Floats:
    parts = range(0, len(texts), _READ_AT_ONCE)
    return np.concatenate([encoder.encode_texts(texts[start : start + _READ_AT_ONCE]) for start in parts])


def _class_vectors(encoder: Encoder, names: list[tuple[str, ...]]) -> Floats:
    """A unit vector for each class: the mean over its names in every template."""
    texts = [[template.format(name) for name in own for template in TEMPLATES] for own in names]
    vectors = _texts(encoder, [text for own in texts for text in own])
    ends = np.cumsum([len(own) for own in texts])[:-1]
    means = np.stack([own.mean(0) for own in np.split(vectors, ends)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)
