"""The models that have read photos of a library, and forgetting what one of them read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photolens.catalog import Catalog
from photolens.embedding import ModelFiles
from photolens.errors import UsageError
from photolens.messages import message


@dataclass(frozen=True, slots=True)
class ModelVectors:
    """A model known to the library: how many of the present photos it has read, and what all its vectors
    take.

    `active`: new photos are read with it. Two with the same name have other weights.
    """

    id: int
    name: str
    weights_sha256: str
    photos: int
    vectors: int
    size_bytes: int
    active: bool


def models_of(catalog: Catalog, active: ModelFiles) -> list[ModelVectors]:
    """Every model that has vectors in the library, and the active one; the oldest first."""
    own_id = catalog.vectors.find_model(active.name, active.sha256)
    coverage = catalog.vectors.coverage()
    found: list[ModelVectors] = []
    for model in catalog.vectors.models():
        count = catalog.vectors.count(model.id)
        if count or model.id == own_id:
            size = 2 * catalog.vectors.dimension(model.id) * count
            photos = coverage.get(model.id, 0)
            found.append(
                ModelVectors(
                    model.id, model.name, model.weights_sha256, photos, count, size, model.id == own_id
                )
            )
    return found


def forget(catalog: Catalog, model_id: int, active: ModelFiles, index_directory: Path) -> int:
    """Drop the vectors of a model that is not the active one, and its index; returns how many there were.

    Photos, judgements and concepts stay. Raises UsageError for the active model.
    """
    if model_id == catalog.vectors.find_model(active.name, active.sha256):
        raise UsageError(message("{name} is in use. Choose another model first.", name=active.name))
    count = catalog.vectors.forget_model(model_id)
    for file in index_directory.glob(f"{model_id}-*.usearch*"):
        with suppress(OSError):  # nobody loads what the catalog does not name
            file.unlink()
    return count
