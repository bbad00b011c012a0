"""Pixels and words to unit vectors. torch and open_clip are loaded by `encoder`, and only for it.

The program leaves that to a process of its own, `ModelProcess`. Import `photolens.embedding.encoder` only
where the encoder is needed in this process: it takes seconds.
"""

from photolens.embedding.model_process import ModelProcess, ModelStopped
from photolens.embedding.models import KNOWN_MODELS, ModelInfo
from photolens.embedding.priority import MAX_BATCH
from photolens.embedding.text_tower import TextTower
from photolens.embedding.weights import ModelFiles, find_model, installed_models

__all__ = [
    "KNOWN_MODELS",
    "MAX_BATCH",
    "ModelFiles",
    "ModelInfo",
    "ModelProcess",
    "ModelStopped",
    "TextTower",
    "find_model",
    "installed_models",
]
