"""The built-in model: the vectors are open_clip's own, and a bad model is an error with a name."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from photolens.domain import InputSpec
from photolens.embedding import find_model
from photolens.embedding.encoder import MAX_BATCH, Encoder
from photolens.errors import ModelError, UsageError
from photolens.paths import resource
from tests.photos import picture

MINI = resource("models", "photolens-mini", "photolens-mini.safetensors")
Tensors = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(find_model("photolens-mini"))


def pixels(count: int, size: int = 96) -> np.ndarray:
    return np.stack([np.asarray(picture(seed, (size, size))) for seed in range(count)])


def changed_model(folder: Path, name: str, change: Callable[[Tensors], None]) -> Path:
    """The built-in model under another name with other weights, its config beside it."""
    tensors = load_file(MINI)
    change(tensors)
    save_file(tensors, folder / f"{name}.safetensors")
    shutil.copy(MINI.with_suffix(".json"), folder / f"{name}.json")
    return folder / f"{name}.safetensors"


# --- pictures -------------------------------------------------------------------------------


def test_what_the_model_wants_is_known(encoder: Encoder) -> None:
    assert encoder.name == "photolens-mini"
    assert encoder.dimension == 256
    assert encoder.input_spec == InputSpec(96, "shortest", "bicubic", 0)


def test_vectors_are_those_of_open_clip_itself(encoder: Encoder) -> None:
    model, _, preprocess = open_clip.create_model_and_transforms("photolens-mini", pretrained=str(MINI))
    images = pixels(8)
    with torch.inference_mode():
        batch = torch.stack([preprocess(Image.fromarray(image)) for image in images])
        expected = model.eval().encode_image(batch, normalize=True).numpy()
    found = encoder.encode_images(images)
    assert found.dtype == np.float32
    assert found.shape == (8, 256)
    assert ((found * expected).sum(axis=1) > 0.9999).all()
    with torch.inference_mode():
        words = model.encode_text(open_clip.get_tokenizer("photolens-mini")(["snow"]), normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_texts(["snow"]), words, atol=1e-4)


def test_many_pictures_at_once_are_the_same_as_one_by_one(encoder: Encoder) -> None:
    images = pixels(2 * MAX_BATCH + 3)
    together = encoder.encode_images(images)
    for row in (0, MAX_BATCH - 1, MAX_BATCH, 2 * MAX_BATCH, len(images) - 1):
        (alone,) = encoder.encode_images(images[row : row + 1], urgent=True)
        np.testing.assert_allclose(together[row], alone, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-4)
    similar = together @ together.T - 2 * np.eye(len(together))
    assert similar.max() < 0.999, "different pictures must have different vectors"


def test_no_pictures_and_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_images(np.empty((0, 96, 96, 3), np.uint8)).shape == (0, 256)
    assert encoder.encode_texts([]).shape == (0, 256)


def test_the_pictures_themselves_are_left_alone(encoder: Encoder) -> None:
    images = pixels(2)
    before = images.copy()
    encoder.encode_images(images)
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("value", [0, 255])
def test_a_black_or_white_picture_has_a_vector(encoder: Encoder, value: int) -> None:
    (vector,) = encoder.encode_images(np.full((1, 96, 96, 3), value, np.uint8))
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


# --- precision ------------------------------------------------------------------------------


def test_half_the_bits_give_nearly_the_same_unit_vectors(encoder: Encoder) -> None:
    short = Encoder.load(find_model("photolens-mini"), precision="bfloat16")
    images, texts = pixels(2 * MAX_BATCH), ["snow", "a dog on a beach", "", "word " * 500, "写真"]
    for exact, found in (
        (encoder.encode_images(images), short.encode_images(images)),
        (encoder.encode_texts(texts), short.encode_texts(texts)),
    ):
        assert found.dtype == np.float32
        assert found.shape == exact.shape
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
        assert (found * exact).sum(axis=1).min() >= 0.998
        assert not np.array_equal(found, exact), "it was computed in float32"


def test_broken_weights_are_refused_in_half_the_bits_too(tmp_path: Path) -> None:
    def spoil(tensors: Tensors) -> None:
        for tensor in tensors.values():
            if tensor.is_floating_point():
                tensor.fill_(torch.nan)

    file = changed_model(tmp_path, "mine-nan-short", spoil)
    with pytest.raises(ModelError, match="damaged"):
        Encoder.load(find_model("mine-nan-short", file), precision="bfloat16")


def test_a_precision_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="float32 or bfloat16 or auto"):
        Encoder.load(find_model("photolens-mini"), precision="float16")


# --- words ----------------------------------------------------------------------------------


def test_any_text_has_a_unit_vector(encoder: Encoder) -> None:
    texts = ["a dog", "", " ", "word " * 5000, "🏖🐕‍🦺", "写真", "\0\n\t", "a\u0301" * 50, "<end_of_text>"]
    vectors = encoder.encode_texts(texts)
    assert vectors.shape == (len(texts), 256)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_a_text_beyond_the_context_is_cut_at_its_end(encoder: Encoder) -> None:
    start = "a dog running on a beach "
    long, longer, other = encoder.encode_texts([start * 20, start * 500, "a red car " * 20])
    np.testing.assert_allclose(long, longer, atol=1e-5)
    assert long @ other < 0.99


def test_several_texts_at_once_are_the_same_as_one_by_one(encoder: Encoder) -> None:
    texts = ["snow", "a horse in a field", "food on a table"]
    together = encoder.encode_texts(texts)
    np.testing.assert_allclose(
        together, np.concatenate([encoder.encode_texts([t]) for t in texts]), atol=1e-4
    )


def test_queries_and_batches_from_several_threads_do_not_mix(encoder: Encoder) -> None:
    images, texts = pixels(4), ["snow", "a dog", "a car", "a baby"]
    right = encoder.encode_images(images), encoder.encode_texts(texts)
    wrong: list[str] = []

    def ask(row: int) -> None:
        for _ in range(5):
            found = encoder.encode_images(images[row : row + 1]), encoder.encode_texts(texts[row : row + 1])
            if not all(np.allclose(f[0], r[row], atol=1e-4) for f, r in zip(found, right, strict=True)):
                wrong.append(texts[row])

    threads = [threading.Thread(target=ask, args=(row,)) for row in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


# --- models that cannot be used -------------------------------------------------------------


def refused(name: str, weights: Path) -> str:
    with pytest.raises(ModelError) as caught:
        Encoder.load(find_model(name, weights))
    return str(caught.value)


def test_weights_of_another_architecture_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    save_file({"layer.weight": torch.zeros(4, 4), "layer.bias": torch.zeros(4)}, file)
    shutil.copy(MINI.with_suffix(".json"), tmp_path / "mine-other.json")
    message = refused("mine-other", file)
    assert str(file) in message
    assert "\n" not in message


def test_weights_of_the_wrong_shape_are_refused_by_name(tmp_path: Path) -> None:
    def shrink(tensors: Tensors) -> None:
        name = max(tensors, key=lambda key: tensors[key].numel())
        tensors[name] = tensors[name][:-1].clone()

    file = changed_model(tmp_path, "mine-shape", shrink)
    assert str(file) in refused("mine-shape", file)


def test_weights_with_a_part_missing_are_refused_by_name(tmp_path: Path) -> None:
    def drop(tensors: Tensors) -> None:
        del tensors[sorted(tensors)[-1]]

    file = changed_model(tmp_path, "mine-part", drop)
    assert str(file) in refused("mine-part", file)


@pytest.mark.parametrize("tower", ["visual", "text"])
def test_weights_that_are_not_numbers_are_refused(tmp_path: Path, tower: str) -> None:
    def spoil(tensors: Tensors) -> None:
        for name, tensor in tensors.items():
            if name.startswith(tower) and tensor.is_floating_point():
                tensor.fill_(torch.nan)

    file = changed_model(tmp_path, f"mine-nan-{tower}", spoil)
    assert "damaged" in refused(f"mine-nan-{tower}", file)


def test_an_architecture_nobody_knows_is_refused_with_advice(tmp_path: Path) -> None:
    file = Path(shutil.copy(MINI, tmp_path / "w.safetensors"))
    message = refused("nobody-knows-this", file)
    assert "nobody-knows-this.json" in message


def test_a_config_of_something_else_is_refused(tmp_path: Path) -> None:
    file = Path(shutil.copy(MINI, tmp_path / "w.safetensors"))
    (tmp_path / "no-config-at-all.json").write_text(json.dumps({"a": 1}))
    assert "no-config-at-all" in refused("no-config-at-all", file)


def test_a_good_model_loads_after_bad_ones(encoder: Encoder, tmp_path: Path) -> None:
    file = changed_model(tmp_path, "mine-good", lambda tensors: None)
    again = Encoder.load(find_model("mine-good", file))
    np.testing.assert_allclose(again.encode_texts(["snow"]), encoder.encode_texts(["snow"]), atol=1e-5)


def test_a_broken_config_does_not_spoil_the_next_model(tmp_path: Path) -> None:
    built_in = find_model("photolens-mini")
    weights = shutil.copy(built_in.weights, tmp_path / "w.safetensors")
    for text in ("{", "[]", '{"embed_dim": 32}'):
        (tmp_path / "broken.json").write_text(text)
        with pytest.raises(ModelError, match=r"broken\.json"):
            Encoder.load(find_model("broken", weights))
    assert Encoder.load(built_in).dimension == 256


# --- what lies beside the weights ---------------------------------------------------------------


def beside(folder: Path, name: str) -> Path:
    """The built-in weights, of a model that says it cuts its words by a tokenizer of the hub."""
    source = resource("models", "photolens-mini")
    config = json.loads((source / "photolens-mini.json").read_bytes())
    config["text_cfg"]["hf_tokenizer_name"] = "nobody/asks-for-it"
    folder.mkdir()
    (folder / f"{name}.json").write_text(json.dumps(config))
    return Path(shutil.copy(source / "photolens-mini.safetensors", folder / "weights.safetensors"))


def test_words_are_cut_by_the_tokenizer_beside_the_weights(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    weights = beside(tmp_path / "model", "own-words")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    special = ["<pad>", "<eos>", "<unk>"]
    made.train_from_iterator(["red car"], tokenizers.trainers.WordLevelTrainer(special_tokens=special))
    made.save(str(tmp_path / "model" / "tokenizer.json"))
    own = Encoder.load(find_model("own-words", weights))
    words = own.encode_texts(["red car", "a RED, car!", "rain"])
    assert np.allclose(words[0] @ words[0], 1, atol=1e-3)
    assert not np.allclose(words[0], words[2], atol=1e-3)
    assert not np.allclose(words[0], words[1], atol=1e-3)  # "a" is a word that it does not know
    assert np.allclose(words[0], own.encode_texts(["RED car!"])[0], atol=1e-5)


def test_a_tokenizer_that_is_missing_is_named(tmp_path: Path) -> None:
    weights = beside(tmp_path / "model", "no-words")
    with pytest.raises(ModelError, match=r"needs its tokenizer\.json"):
        Encoder.load(find_model("no-words", weights))


def test_pictures_are_prepared_as_the_file_beside_the_weights_says(tmp_path: Path) -> None:
    source = resource("models", "photolens-mini")
    weights = Path(shutil.copy(source / "photolens-mini.safetensors", tmp_path / "weights.safetensors"))
    shutil.copy(source / "photolens-mini.json", tmp_path / "own-pictures.json")
    said = {"mean": [0.5] * 3, "std": [0.25] * 3, "resize_mode": "squash", "interpolation": "bilinear"}
    (tmp_path / "preprocess.json").write_text(json.dumps(said | {"size": 7}))
    encoder = Encoder.load(find_model("own-pictures", weights))
    assert (encoder.input_spec.resize_mode, encoder.input_spec.interpolation) == ("squash", "bilinear")
    assert encoder.input_spec.size == 96
    assert encoder._mean.flatten().tolist() == [0.5] * 3 and encoder._std.flatten().tolist() == [0.25] * 3
