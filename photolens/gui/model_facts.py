"""What the window shows of the models: gathered off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from photolens.embedding import KNOWN_MODELS, ModelInfo, installed_models
from photolens.embedding.installing import unfinished
from photolens.embedding.speed import known_speed
from photolens.library import Library
from photolens.library.model_vectors import ModelVectors
from photolens.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model. `photos`: how many this library has read with it; `old`: vectors that may be forgotten."""

    name: str
    info: ModelInfo | None
    installed: bool
    arrived: int  # bytes of a download that was stopped
    photos_per_second: float | None
    photos: int
    old: tuple[ModelVectors, ...]

    @property
    def built_in(self) -> bool:
        return self.info is not None and self.info.source is None

    @property
    def downloadable(self) -> bool:
        return self.info is not None and self.info.source is not None and not self.installed

    @property
    def removable(self) -> bool:
        return (self.installed or self.arrived > 0) and not self.built_in


def model_facts(settings: Settings, library: Library | None) -> list[ModelFacts]:
    """All models that there are to be shown: known, installed, in use, or with vectors in the library."""
    here = installed_models()
    vectors = library.models() if library is not None else []
    names = dict.fromkeys([*KNOWN_MODELS, *here, settings.model, *(model.name for model in vectors)])
    return [_facts(name, here, settings, [m for m in vectors if m.name == name]) for name in names]


def _facts(name: str, here: list[str], settings: Settings, vectors: list[ModelVectors]) -> ModelFacts:
    given = name == settings.model and bool(settings.weights)
    active = [model for model in vectors if model.active]
    return ModelFacts(
        name,
        KNOWN_MODELS.get(name),
        name in here or given,
        unfinished(name),
        known_speed(name, settings.precision),
        max((model.photos for model in active or vectors), default=0),
        tuple(model for model in vectors if not model.active and model.vectors),
    )
