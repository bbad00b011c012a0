"""The captions of Flickr8k as targets for its photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from photolens.training.builtin.sources import Picture
from photolens.training.builtin.teacher import Projection
from photolens.training.builtin.workplace import Workplace

_PER_PHOTO = 5
_TEMPERATURE = 0.07  # of how alike captions are
_OWN_SHARE = 0.4  # of a photo's target that its own caption gets; the rest goes to captions like it


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts with the teacher's vectors in our dimension, float32 [N, D]."""

    texts: list[str]
    vectors: torch.Tensor

    @classmethod
    def read(cls, place: Workplace) -> Texts:
        """As `prepare` has left them."""
        vectors = np.load(place.made("texts.npy", "prepare"), allow_pickle=False)
        return cls(place.read_json("texts.json", "prepare")["texts"], Projection(place)(vectors))


class Captions:
    """Which texts are the captions of which photo; photos are drawn together with one of their captions."""

    def __init__(self, texts: Texts, photos: list[Picture]) -> None:
        position = {text: number for number, text in enumerate(texts.texts)}
        self._vectors = texts.vectors
        self._rows = torch.tensor(
            [
                [position[photo.captions[number % len(photo.captions)]] for number in range(_PER_PHOTO)]
                for photo in photos
            ]
        )

    def choose(self, photos: torch.Tensor) -> torch.Tensor:
        """One caption for each of these photos, as rows of the texts, int64 [N]."""
        return self._rows[photos, torch.randint(_PER_PHOTO, (len(photos),))]

    def bank(self) -> torch.Tensor:
        """A caption of every photo, chosen anew, float32 [photos, D]."""
        return self._vectors[self.choose(torch.arange(len(self._rows)))]


def similar(own: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """How much each caption [N, D] is like others [M, D]: shares [N, M] that add up to one."""
    return (own @ others.T / _TEMPERATURE).softmax(1)


def soft_targets(own: torch.Tensor, others: torch.Tensor, position: torch.Tensor) -> torch.Tensor:
    """Shares [N, M] of the captions `others` for photos whose own are at `position`."""
    shares = (1 - _OWN_SHARE) * similar(own, others)
    shares[torch.arange(len(own)), position] += _OWN_SHARE
    return shares


def cross_entropy(shares: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """The mean over rows, for targets that are shares."""
    return -(shares * logits.log_softmax(1)).sum(1).mean()
