"""Real models whose half for pictures fails in ways that ordinary ones do only on other machines."""

from __future__ import annotations

from collections.abc import Callable

import torch

from photolens.embedding.encoder import Encoder


class Tower(torch.nn.Module):
    """The tower of a model, with something done before or after it computes."""

    def __init__(self, inside: torch.nn.Module) -> None:
        super().__init__()
        self.inside = inside
        self.batches: list[int] = []  # as asked for, those that failed too
        self.before: Callable[[int], None] = lambda count: None
        self.after: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = lambda images, features: features

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.batches.append(len(images))
        self.before(len(images))
        features: torch.Tensor = self.inside(images)
        return self.after(images, features)


def fitted(encoder: Encoder) -> Tower:
    """Put a tower around that of a loaded model."""
    model = encoder._model
    if not isinstance(model.visual, Tower):
        model.visual = Tower(model.visual)  # type: ignore[arg-type]
    return model.visual


def no_room_above(limit: int) -> Callable[[int], None]:
    """What a graphics card says of a batch that is too large for it."""

    def check(count: int) -> None:
        if count > limit:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    return check


def too_much(count: int) -> None:
    """What the machine itself says, asked for more than there can be."""
    torch.empty(1 << 60, dtype=torch.uint8)
