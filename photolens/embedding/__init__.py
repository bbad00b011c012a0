"""Pixels and words to unit vectors. torch and open_clip are loaded by `encoder`, and only for it.

Import `photolens.embedding.encoder` where an encoder is really needed: it takes seconds.
"""

from photolens.embedding.models import KNOWN_MODELS, ModelInfo
from photolens.embedding.text_tower import TextTower
from photolens.embedding.weights import ModelFiles, find_model, installed_models

__all__ = ["KNOWN_MODELS", "ModelFiles", "ModelInfo", "TextTower", "find_model", "installed_models"]
