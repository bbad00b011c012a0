"""Words without torch: the vectors are open_clip's own; what is not a plain text half is left to torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import load_file, save_file

from photolens.embedding import ModelFiles, TextTower, find_model

TEXTS = ["a dog", "", "a dog running on a beach " * 20, "写真", "🏖🐕‍🦺", "a <end_of_text> b", "It's 1999."]
BUILT_IN = find_model("photolens-mini")
TINY = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 20, "vocab_size": 49408, "width": 64, "heads": 4, "layers": 2},
}


def of_open_clip(files: ModelFiles, texts: list[str]) -> np.ndarray:
    open_clip.add_model_config(files.config)
    model = open_clip.create_model(files.name, pretrained=str(files.weights)).eval()
    with torch.inference_mode():
        vectors: np.ndarray = model.encode_text(
            open_clip.get_tokenizer(files.name)(texts), normalize=True
        ).numpy()
    return vectors


def made(folder: Path, name: str, config: dict[str, object], kind: torch.dtype = torch.float32) -> ModelFiles:
    """A model with random weights, of a configuration of its own."""
    (folder / f"{name}.json").write_text(json.dumps(config))
    open_clip.add_model_config(folder / f"{name}.json")
    model = open_clip.create_model(name)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    save_file(
        {key: value.to(kind) for key, value in model.state_dict().items()}, folder / f"{name}.safetensors"
    )
    return find_model(name, folder / f"{name}.safetensors")


def spoilt(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> ModelFiles:
    tensors = load_file(BUILT_IN.weights)
    change(tensors)
    save_file(tensors, folder / "photolens-spoilt.safetensors")
    shutil.copy(BUILT_IN.weights.with_suffix(".json"), folder / "photolens-spoilt.json")
    return find_model("photolens-spoilt", folder / "photolens-spoilt.safetensors")


def opened(files: ModelFiles) -> TextTower:
    tower = TextTower.open(files)
    assert tower is not None
    return tower


def test_vectors_are_those_of_open_clip_itself() -> None:
    tower = opened(BUILT_IN)
    found = tower.encode(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (len(TEXTS), tower.dimension) == (len(TEXTS), 256)
    np.testing.assert_allclose(found, of_open_clip(BUILT_IN, TEXTS), atol=2e-6)


@pytest.mark.parametrize("quick_gelu", [False, True])
@pytest.mark.parametrize("custom_text", [False, True])
@pytest.mark.parametrize("kind", [torch.float32, torch.float16])
def test_so_they_are_for_every_plain_form(
    tmp_path: Path, quick_gelu: bool, custom_text: bool, kind: torch.dtype
) -> None:
    config = TINY | {"quick_gelu": quick_gelu, "custom_text": custom_text}
    files = made(tmp_path, f"tiny-{quick_gelu}-{custom_text}-{str(kind)[6:]}", config, kind)
    np.testing.assert_allclose(opened(files).encode(TEXTS), of_open_clip(files, TEXTS), atol=1e-5)


def test_many_texts_at_once_are_the_same_as_one_by_one() -> None:
    tower = opened(BUILT_IN)
    texts = [f"{'very ' * (number % 7)}small dog {number}" for number in range(75)]
    alone = np.concatenate([tower.encode([text]) for text in texts])
    np.testing.assert_allclose(tower.encode(texts), alone, atol=1e-5)
    assert tower.encode([]).shape == (0, 256)


def test_several_threads_do_not_mix() -> None:
    tower, found = opened(BUILT_IN), {}

    def ask(text: str) -> None:
        found[text] = [tower.encode([text])[0] for _ in range(5)]

    threads = [threading.Thread(target=ask, args=(text,)) for text in TEXTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for text, vector in zip(TEXTS, tower.encode(TEXTS), strict=True):
        np.testing.assert_allclose(found[text], np.tile(vector, (5, 1)), atol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"pool_type": "last"},
        {"no_causal_mask": True},
        {"mlp_ratio": 2.0},
        {"ls_init_value": 0.1},
        {"embed_cls": True},
    ],
)
def test_a_text_half_of_another_kind_is_left_to_torch(tmp_path: Path, change: dict[str, object]) -> None:
    config = TINY | {"text_cfg": TINY["text_cfg"] | change, "custom_text": True}  # type: ignore[operator]
    assert TextTower.open(made(tmp_path, f"other-{next(iter(change))}", config)) is None


def test_weights_that_are_not_those_of_a_text_half_are_left_to_torch(tmp_path: Path) -> None:
    assert TextTower.open(spoilt(tmp_path, lambda tensors: None)) is not None
    name = "text.transformer.resblocks.0."
    for change in (
        lambda tensors: tensors.pop("text.ln_final.bias"),
        lambda tensors: tensors.update({name + "ls_1.gamma": torch.ones(160)}),
        lambda tensors: tensors.update({name + "mlp.c_fc.bias": torch.ones(3)}),
        lambda tensors: tensors[name + "mlp.c_fc.bias"].fill_(torch.nan),
    ):
        assert TextTower.open(spoilt(tmp_path, change)) is None


def test_an_architecture_nobody_knows_is_left_to_torch(tmp_path: Path) -> None:
    weights = shutil.copy(BUILT_IN.weights, tmp_path / "w.safetensors")
    assert TextTower.open(find_model("nobody-knows-this", weights)) is None
    (tmp_path / "broken.json").write_text("{")
    assert TextTower.open(find_model("broken", weights)) is None


def test_words_need_no_torch() -> None:
    code = (
        "import sys; from photolens.embedding import *\n"
        "tower = TextTower.open(find_model('photolens-mini'))\n"
        "print(tower.encode(['a dog']).shape, [n for n in ('torch', 'open_clip') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 256) []"
