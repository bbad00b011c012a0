"""A photo decoded at reduced scale means the same to the model as the whole photo, prepared by open_clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image, ImageDraw

from photolens.domain import InputSpec
from photolens.embedding import find_model
from photolens.imaging.decode import decode_photo, decode_picture

# The built-in model's, and those of ViT-B-32-256 and the larger ones, for which photos are shrunk less.
SIDES = (96, 256, 336)
EVERY = 12  # of the everyday photos


def _model(side: int) -> tuple[Any, Any]:
    """The built-in network, which takes pictures of any size, and open_clip's own transform for `side`."""
    files = find_model("photolens-mini")
    open_clip.add_model_config(files.config)
    model, _, transform = open_clip.create_model_and_transforms(
        files.name, pretrained=str(files.weights), force_image_size=side
    )
    return model.eval(), transform


def _worst_cosine(photos: list[Path], side: int) -> float:
    model, transform = _model(side)
    ours = np.stack([decode_photo(str(file), input_spec=InputSpec(side)).model_input for file in photos])  # type: ignore[misc]
    whole = [transform(Image.fromarray(decode_picture(str(file)))) for file in photos]
    with torch.inference_mode():
        found = model.encode_image(
            torch.stack([transform(Image.fromarray(picture)) for picture in ours]), normalize=True
        )
        expected = model.encode_image(torch.stack(whole), normalize=True)
    return float((found * expected).sum(dim=1).min())


def _crowded(file: Path, seed: int) -> Path:
    """12 megapixels of hard edges, thin lines and sensor noise."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (4000, 3000), (200, 210, 220))
    draw = ImageDraw.Draw(image)
    for x, y, size, *colour in random.integers(0, (4000, 3000, 500, 256, 256, 256), (600, 6)).tolist():
        draw.ellipse((x, y, x + size, y + size // 2), tuple(colour))
        draw.line((x, y, 4000 - x, 3000 - y), tuple(colour), 3)
    noise = random.integers(-12, 13, (3000, 4000, 1), dtype=np.int16)
    Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)).save(file, quality=92)
    return file


@pytest.mark.parametrize("side", SIDES)
def test_photos_of_a_camera(side: int, tmp_path: Path) -> None:
    photos = [_crowded(tmp_path / f"{seed}.jpg", seed) for seed in range(2)]
    assert _worst_cosine(photos, side) >= 0.999


@pytest.mark.parametrize("side", SIDES[:2])
def test_everyday_photos(side: int, everyday: Path) -> None:
    photos = sorted(everyday.rglob("*.jpg"))[::EVERY]
    assert len(photos) > 20
    assert _worst_cosine(photos, side) >= 0.999
