"""Whether a model's two halves belong together: words must find the pictures they were made for.

Weights of the right shape load whatever they were trained with, and words cut by the wrong tokenizer give
vectors, too. Ten drawn scenes and their words tell: how much more alike each picture is to its own words
than to the others', in standard deviations of what chance gives. The built-in model, which knows scenes
only roughly, has 5.0; halves that do not belong together lie around 0, and above 4 less than once in ten
thousand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np

from photolens.domain import FloatArray, PixelArray
from photolens.embedding.scenes import scenes
from photolens.errors import ModelError
from photolens.messages import message

log = logging.getLogger(__name__)

_ENOUGH = 4.0


def check_pair(
    name: str,
    size: int,
    encode_images: Callable[[PixelArray], FloatArray],
    encode_texts: Callable[[Sequence[str]], FloatArray],
) -> None:
    """Raise ModelError unless pictures and words of the model `name` lie in one space.

    `encode_images` takes uint8 [N, size, size, 3]; both give unit vectors, float32 [N, D]. Takes as long as
    ten photos.
    """
    pictures, words = scenes(size)
    images, texts = encode_images(pictures), encode_texts(words)
    if images.shape != texts.shape:
        raise ModelError(
            message(
                "The halves of the model {name} do not fit together: vectors of pictures have "
                "{pictures} numbers, those of words {words}.",
                name=name,
                pictures=images.shape[1],
                words=texts.shape[1],
            )
        )
    found = agreement(images @ texts.T)
    log.info("%s: pictures and words agree by %.1f", name, found)
    if not found >= _ENOUGH:  # nor where it is no number
        raise ModelError(
            message(
                "The model {name} does not find simple pictures by their words, so its halves do not "
                "belong together, or a file beside its weights is missing. Install it again, or "
                "choose another model.",
                name=name,
            )
        )


def agreement(similarities: FloatArray) -> float:
    """How far the diagonal of [N, N] stands out, rows and columns freed of what they have in common.

    In standard deviations of the sum over a random assignment of rows to columns (Hoeffding 1951).
    """
    centred = similarities.astype(np.float64)
    centred = centred - centred.mean(axis=0) - centred.mean(axis=1, keepdims=True) + centred.mean()
    deviation = np.sqrt((centred**2).sum() / (len(centred) - 1))
    return float(np.trace(centred) / deviation) if deviation > 0 else 0.0
