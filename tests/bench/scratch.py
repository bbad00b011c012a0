"""What a run of the benchmark may choose, and what its parts share."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from photolens.settings import BUILT_IN_MODEL, Settings
from tests.large_catalog import make_large_library, sample_photos

RANDOM_MODEL = "ViT-B-32-256"


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes. The targets are stated for the defaults; smaller ones make a run short."""

    photos: int = 48  # of 12 megapixels, in each round of indexing
    rounds: int = 3
    many: int = 20_000  # small photos, for memory and the first batch
    unchanged: int = 100_000
    library: int = 100_000  # made-up photos, for start, search and scrolling
    million: int = 1_000_000
    seconds: int = 60  # of idleness
    starts: int = 5  # of the program
    models: tuple[str, ...] = (BUILT_IN_MODEL, RANDOM_MODEL)
    real: Path | None = None  # a folder of real photos


@dataclass
class Scratch:
    """A folder for one run; what several parts need is made when the first asks for it."""

    folder: Path
    options: Options = field(default_factory=Options)

    @cached_property
    def library(self) -> Path:
        """A library of `options.library` photos that exist in its catalog only."""
        made = self.folder / "large"
        make_large_library(made, self.options.library, source=list(sample_photos(self.folder / "looks")))
        return made

    @cached_property
    def random_weights(self) -> Path:
        """ViT-B-32-256 with random weights: as fast as with any others."""
        import open_clip
        from safetensors.torch import save_file

        from photolens.library import facade

        facade.check_halves = lambda encoder: None  # random halves do not belong together

        file = self.folder / "random" / "weights.safetensors"
        file.parent.mkdir()
        logging.getLogger().setLevel(logging.ERROR)  # it warns that they are random
        model = open_clip.create_model(RANDOM_MODEL, pretrained=None)
        save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, file)
        return file

    def settings(self, model: str) -> Settings:
        """The program's own, with this model."""
        weights = str(self.random_weights) if model == RANDOM_MODEL else ""
        return dataclasses.replace(Settings(), model=model, weights=weights)
