"""Names of classes as targets, and photos of all sets mixed into batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from photolens.training.builtin.pixel_cache import PixelCache, View
from photolens.training.builtin.sources import CLASS_SETS
from photolens.training.builtin.teacher import Projection
from photolens.training.builtin.workplace import Workplace

TEMPLATES = (
    "a photo of a {}.",
    "a picture of a {}",
    "{}",
    "a close-up photo of a {}",
    "a photo of the {} outdoors",
)

# Classes of different sets that fit the same photo: they must not compete for it.
_SAME = {
    "animal/dog": ("n02085620", "n02094433", "n02099601", "n02099712", "n02106662", "n02113799"),
    "animal/cat": ("n02123045", "n02123394", "n02124075"),
    "animal/sheep": ("n02415577",),
    "animal/cow": ("n02403003",),
    "grocery/Lemon": ("n07749582",),
    "grocery/Orange": ("n07747607",),
    "grocery/Banana": ("n07753592",),
    "grocery/Mushroom": ("n07734744",),
    "grocery/Pepper": ("n07720875",),
}
_FORBIDDEN = -30.0  # added to the logit of a class that must not compete

_SHARES = {"clothing": 0.07, "grocery": 0.05, "animal": 0.08}  # of the class photos; the rest is tiny


class Classes:
    """The classes of all sets in one list, with the teacher's vectors of their names."""

    def __init__(self, place: Workplace) -> None:
        kept = place.read_json("classes.json", "prepare")
        position = {text: number for number, text in enumerate(kept["texts"])}
        vectors = Projection(place)(np.load(place.made("class_texts.npy", "prepare"), allow_pickle=False))
        self.texts: list[list[str]] = list(kept["classes"].values())
        self.number = {key: number for number, key in enumerate(kept["classes"])}
        self._vectors = [vectors[[position[text] for text in texts]] for texts in self.texts]
        self.mean_vectors = functional.normalize(torch.stack([own.mean(0) for own in self._vectors]), dim=-1)
        self._mask = torch.zeros(len(self.number), len(self.number))
        for key, others in _SAME.items():
            for other in others:
                if key in self.number and f"tiny/{other}" in self.number:
                    one, two = self.number[key], self.number[f"tiny/{other}"]
                    self._mask[one, two] = self._mask[two, one] = _FORBIDDEN

    def __len__(self) -> int:
        return len(self.number)

    def mask(self, labels: torch.Tensor) -> torch.Tensor:
        """What to add to the logits [N, classes] of photos of these classes."""
        return self._mask[labels]

    def some_vectors(self, count: int = 3) -> torch.Tensor:
        """A unit vector for each class, float32 [classes, D]: the mean of some of its texts, drawn anew."""
        drawn = [own[torch.randint(len(own), (count,))].mean(0) for own in self._vectors]
        return functional.normalize(torch.stack(drawn), dim=-1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures [N, 3, S, S]: first those with classes, `labels`; then those with captions, `captioned`."""

    pictures: torch.Tensor
    labels: torch.Tensor
    captioned: torch.Tensor


class Mixer:
    """Draws batches of photos of every set."""

    def __init__(self, place: Workplace, classes: Classes) -> None:
        self.flickr = PixelCache(place, "flickr")
        self._sets = {name: PixelCache(place, name) for name in CLASS_SETS}
        self._labels = {
            name: torch.tensor([classes.number[row.key] for row in photos.rows])
            for name, photos in self._sets.items()
        }

    def draw(
        self, count: int, caption_share: float, size: int, class_view: View, caption_view: View
    ) -> Batch:
        """`count` photos, this share of them with captions."""
        captioned = self.flickr.draw(round(count * caption_share))
        rest = count - len(captioned)
        counts = {name: round(rest * share) for name, share in _SHARES.items()}
        counts["tiny"] = rest - sum(counts.values())
        pictures, labels = [], []
        for name, number in counts.items():
            rows = self._sets[name].draw(number)
            pictures.append(self._sets[name].views(rows, size, class_view))
            labels.append(self._labels[name][rows])
        pictures.append(self.flickr.views(captioned, size, caption_view))
        mixed = torch.cat(pictures).contiguous(memory_format=torch.channels_last)
        return Batch(mixed, torch.cat(labels), captioned)
