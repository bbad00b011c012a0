"""Pixels and words to unit vectors. torch and open_clip are loaded by `encoder`, and only there.

Import `photolens.embedding.encoder` where an encoder is really needed: it takes seconds.
"""

from photolens.embedding.models import KNOWN_MODELS, ModelInfo
from photolens.embedding.weights import ModelFiles, find_model, installed_models

__all__ = ["KNOWN_MODELS", "ModelFiles", "ModelInfo", "find_model", "installed_models"]
