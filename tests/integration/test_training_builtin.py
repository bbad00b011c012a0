"""Every step of training the built-in model, on a few drawn pictures, and the use of what comes out."""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from photolens.embedding import TextTower, find_model
from photolens.embedding.encoder import Encoder
from photolens.errors import UsageError
from photolens.paths import resource
from photolens.training.builtin import sources
from photolens.training.builtin.__main__ import main
from photolens.training.builtin.evaluate import neighbours, recalls, retrieval
from photolens.training.builtin.finetune import finetune
from photolens.training.builtin.nets import Plan
from photolens.training.builtin.pixel_cache import PixelCache, read_rows
from photolens.training.builtin.prepare import prepare
from photolens.training.builtin.teacher import Vectors
from photolens.training.builtin.workplace import Workplace
from tests.photos import make_photo

KINDS = ["n01", "n02", "n03"]


def teacher(texts: Sequence[str]) -> Vectors:
    """Texts as sums of random vectors of their words, so that those with words in common are alike."""
    table = np.random.default_rng(0).standard_normal((4096, 384)).astype(np.float32)
    numbers = [[zlib.crc32(word.encode()) % 4096 for word in text.split()] or [0] for text in texts]
    sums = np.stack([table[words].sum(0) for words in numbers])
    return (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float16)


def draw(file: Path, seed: int) -> Path:
    """Tiny ImageNet calls its files .JPEG, as Pillow understands too."""
    return make_photo(file, seed, (96, 72))


def make_sets(data: Path) -> None:
    """All data sets, laid out as their makers do, with a few pictures each."""
    rows = [["image", "caption"]]
    for number in range(16):
        file = draw(data / f"flickr8k/data/images/{number}.jpg", number)
        rows += [[file.name, f"a block of colour {number}, seen {word}"] for word in ("near", "far")]
    write_csv(data / "flickr8k/captions.txt", rows)
    tiny = data / "tiny_imagenet/tiny-imagenet-200"
    for kind in KINDS:
        for number in range(4):
            draw(tiny / f"train/{kind}/images/{kind}_{number}.JPEG", number)
        draw(tiny / f"val/images/{kind}.JPEG", 9)
        draw(data / f"imagenet_sample/{kind}_fish_{kind}.JPEG", 5)
    (tiny / "wnids.txt").write_text("".join(f"{kind}\n" for kind in KINDS))
    (tiny / "words.txt").write_text("".join(f"{kind}\tfish {kind}, swimmer {kind}\n" for kind in KINDS))
    (tiny / "val/val_annotations.txt").write_text("".join(f"{kind}.JPEG\t{kind}\t0\t0\n" for kind in KINDS))
    labels = ["Shoes", "Hat", "Not sure"]
    for number in range(12):
        draw(data / f"clothing/images/{number}.jpg", number)
    clothes = [[str(number), labels[number % 3]] for number in range(12)]
    write_csv(data / "clothing/images.csv", [["image", "label"], *clothes])
    for part in ("train", "test"):
        lines = [f"{part}/Fruit/Lemon/{number}.jpg, 1, 2\n" for number in range(3)]
        for number in range(3):
            draw(data / f"grocery/dataset/{part}/Fruit/Lemon/{number}.jpg", number)
        (data / f"grocery/dataset/{part}.txt").write_text("".join(lines))
    for number in range(3):
        draw(data / f"animal_pose/images/{number}.jpg", number)
    kinds = [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}]
    found = [{"image_id": 0, "category_id": 1}, {"image_id": 1, "category_id": 2}]
    both = [{"image_id": 2, "category_id": kind} for kind in (1, 2)]
    images = {str(number): f"{number}.jpg" for number in range(3)}
    write_json(
        data / "animal_pose/keypoints.json",
        {"categories": kinds, "annotations": found + both, "images": images},
    )
    for number in (7, 8):
        draw(data / f"coco_held/{number}.jpg", number)
    captions = [{"image_id": number, "caption": f"picture {number} "} for number in (7, 8, 9)]
    write_json(data / "coco_held/captions_few.json", {"annotations": captions})
    write_json(data / "coco_captions/captions_val2017.json", {"annotations": captions})


def write_csv(file: Path, rows: list[list[str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)


def write_json(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A workplace after the step `prepare`."""
    root = tmp_path_factory.mktemp("training")
    make_sets(root / "data")
    (root / "data/flickr8k/data/images/3.jpg").write_bytes(b"no photo")
    place = Workplace(root / "data", root / "work", root / "out", "tried-mini")
    place.make()
    prepare(place, lambda: teacher, lambda text: None)
    return place


def test_what_is_held_out_is_not_trained_on(place: Workplace) -> None:
    for read in sources.TRAINING.values():
        train, held = read(place)
        assert train
        assert not {picture.file for picture in train} & {picture.file for picture in held}
    train, held = sources.flickr(place)
    assert (len(train), len(held)) == (14, 2)
    texts = place.read_json("texts.json", "prepare")["texts"]
    assert not {caption for picture in held for caption in picture.captions} & set(texts)
    assert "picture 9" in texts
    assert "picture 7" not in texts  # its photo is held out


def test_the_photos_held_out_are_those_of_the_card() -> None:
    said = (resource("models", "photolens-mini") / "heldout_flickr8k.txt").read_text().split()
    assert len(said) == 1000
    assert said == sorted(said, key=sources._sha1)


def test_what_cannot_be_read_is_left_out(place: Workplace) -> None:
    train, _ = sources.flickr(place)
    assert len(read_rows(place, "flickr")) == sum(not picture.file.endswith("/3.jpg") for picture in train)


def test_a_photo_of_two_animals_has_no_class(place: Workplace) -> None:
    assert [picture.key for picture in sources.animal(place)[0]] == ["animal/dog", "animal/cat"]


def test_every_photo_is_seen_before_one_comes_again(place: Workplace) -> None:
    photos = PixelCache(place, "tiny")
    drawn = torch.cat([photos.draw(5), photos.draw(7)])
    assert sorted(drawn.tolist()) == list(range(12))


def test_the_steps_make_a_model_that_the_program_can_use(
    place: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--data", place.data, "--work", place.work, "--out", place.out, "--name", place.name]
    threads = torch.get_num_threads()
    try:
        for step in ("text", "images", "finetune"):
            few = ["--steps", "3", "--batch", "16", "--threads", "1"]
            assert main([step, *map(str, folders), *few]) == 0, capsys.readouterr().err
        assert main(["evaluate", *map(str, folders)]) == 0, capsys.readouterr().err
    finally:
        torch.set_num_threads(threads)
    files = find_model(place.name, place.weights)
    vectors = Encoder.load(files).encode_texts(["a fish", "a shoe"])
    assert vectors.shape == (2, 256)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-4)
    tower = TextTower.open(files)
    assert tower is not None
    np.testing.assert_allclose(tower.encode(["a fish", "a shoe"]), vectors, atol=1e-3)
    said = json.loads((place.out / "eval.json").read_text())
    assert said["flickr8k_heldout"]["photos"] == 2
    assert said["tiny_imagenet_val"]["classes"] == 3
    assert said["imagenet_sample"]["trained"]["names"] == 3


def test_batches_instead_of_minutes_give_the_same_again(place: Workplace) -> None:
    plan = Plan(0, steps=2, batch=16, threads=torch.get_num_threads())
    made = []
    for _ in range(2):
        finetune(place, plan, lambda text: None)
        made.append(place.weights.read_bytes())
    assert made[0] == made[1]


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--data", str(tmp_path), "--work", str(tmp_path / "w"), "--out", str(tmp_path / "o")]
    assert main(["prepare", *folders]) == 2
    assert "flickr8k" in capsys.readouterr().err
    assert main(["finetune", *folders]) == 2
    assert "run the step `images` first" in capsys.readouterr().err
    with pytest.raises(UsageError, match=r"coco_held"):
        sources.coco_held(Workplace(tmp_path, tmp_path, tmp_path))


def test_figures() -> None:
    assert recalls(np.array([0, 1, 4, 9])) == {"R@1": 0.25, "R@5": 0.75, "R@10": 1.0, "median_rank": 3}
    images = np.eye(3, dtype=np.float32)
    texts = np.array([[1, 0, 0], [0.9, 0.5, 0], [0, 0, 1]], dtype=np.float32)
    both = retrieval(images, texts, np.array([0, 1, 2]))
    assert both["text_to_image"]["R@1"] == pytest.approx(2 / 3, abs=1e-4)
    assert both["image_to_text"]["R@1"] == 1
    angles = np.radians([0, 10, 90, 80, 50])  # the last is nearest to one of the other class
    near = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = neighbours(near, np.array([0, 0, 1, 1, 0]))
    assert (found["top1_same_class"], found["chance"]) == (0.8, 0.52)
