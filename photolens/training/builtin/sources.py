"""The data sets as their makers lay them out, as lists of pictures with names or captions.

What is held out is never trained on: 1,000 photos of Flickr8k and a sixth of the clothes, chosen by the
SHA-1 of the file's name, so that everybody holds out the same; the validation and test parts of the others.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photolens.training.builtin.workplace import Workplace

CLASS_SETS = ("tiny", "clothing", "grocery", "animal")

# What the labels of the clothes mean, where nobody would type them.
_CLOTHES = {
    "T-Shirt": "t-shirt",
    "Longsleeve": "long sleeve shirt",
    "Pants": "pair of pants",
    "Outwear": "jacket",
    "Shoes": "shoe",
    "Polo": "polo shirt",
    "Body": "baby bodysuit",
    "Top": "women's top",
}
_NO_CLOTHES = {"Not sure", "Other", "Skip"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo with its class (`key`, unique over all sets, and names) or with its captions."""

    file: str
    key: str = ""
    names: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


def flickr(place: Workplace) -> tuple[list[Picture], list[Picture]]:
    """Flickr8k: training and held-out photos with their captions."""
    images = place.given("flickr8k", "data", "images")
    captions: dict[str, list[str]] = {}
    with place.given("flickr8k", "captions.txt").open(encoding="utf-8", newline="") as file:
        for name, *text in csv.reader(file):
            if name != "image":
                captions.setdefault(name, []).append(",".join(text).strip())
    names = sorted(name for name in captions if (images / name).is_file())
    held = set(sorted(names, key=_sha1)[: min(1000, len(names) // 8)])
    pictures = {name: Picture(str(images / name), captions=tuple(captions[name])) for name in names}
    return [pictures[name] for name in names if name not in held], [pictures[name] for name in sorted(held)]


def tiny(place: Workplace) -> tuple[list[Picture], list[Picture]]:
    """Tiny ImageNet: its training and validation photos. A class has all synonyms of WordNet as names."""
    root = place.given("tiny_imagenet", "tiny-imagenet-200")
    words = dict(line.split("\t") for line in _lines(root / "words.txt"))
    names = {key: tuple(name.strip() for name in words[key].split(",")) for key in _lines(root / "wnids.txt")}
    train = [
        Picture(str(file), f"tiny/{key}", names[key])
        for key in sorted(names)
        for file in sorted((root / "train" / key / "images").glob("*.JPEG"))
    ]
    held = [line.split("\t")[:2] for line in _lines(root / "val" / "val_annotations.txt")]
    images = root / "val" / "images"
    return train, [Picture(str(images / file), f"tiny/{key}", names[key]) for file, key in held]


def wordnet(place: Workplace) -> list[list[str]]:
    """Names of WordNet's nouns, a list of synonyms for each."""
    lines = _lines(place.given("tiny_imagenet", "tiny-imagenet-200", "words.txt"))
    return [[name.strip() for name in line.split("\t")[1].split(",")] for line in lines]


def clothing(place: Workplace) -> tuple[list[Picture], list[Picture]]:
    """clothing-dataset: training photos, and the sixth that is held out."""
    images = place.given("clothing", "images")
    with place.given("clothing", "images.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] not in _NO_CLOTHES]
    rows.sort(key=lambda row: _sha1(f"{row['image']}.jpg"))
    pictures = []
    for row in rows:
        label = row["label"]
        name = _CLOTHES.get(label, label.lower())
        pictures.append(Picture(str(images / f"{row['image']}.jpg"), f"clothing/{label}", (name,)))
    return pictures[len(rows) // 6 :], pictures[: len(rows) // 6]


def grocery(place: Workplace) -> tuple[list[Picture], list[Picture]]:
    """GroceryStoreDataset by its coarse classes: its training and test photos."""
    root = place.given("grocery", "dataset")

    def read(part: str) -> list[Picture]:
        pictures = []
        for line in _lines(root / f"{part}.txt"):  # train/Fruit/Apple/Golden-Delicious/1.jpg, numbers
            file = line.split(",")[0].strip()
            kind = file.split("/")[2].replace("-", " ")
            pictures.append(Picture(str(root / file), f"grocery/{kind}", (kind.lower(),)))
        return pictures

    return read("train"), read("test")


def animal(place: Workplace) -> tuple[list[Picture], list[Picture]]:
    """Animal Pose: photos with animals of a single kind. None is held out."""
    root = place.given("animal_pose")
    said = json.loads(place.given("animal_pose", "keypoints.json").read_text(encoding="utf-8"))
    kinds = said["categories"]
    if isinstance(kinds, list):
        kinds = {kind["id"]: kind["name"] for kind in kinds}
    seen: dict[str, set[str]] = {}
    for animal in said["annotations"]:
        seen.setdefault(str(animal["image_id"]), set()).add(kinds[animal["category_id"]])
    single = [(said["images"][image], min(found)) for image, found in seen.items() if len(found) == 1]
    photos = root / "images"
    return [Picture(str(photos / file), f"animal/{kind}", (kind.lower(),)) for file, kind in single], []


def imagenet_sample(place: Workplace) -> list[Picture]:
    """One photo for each of ImageNet's classes, called `n01440764_tench.JPEG`. All are held out."""
    pictures = []
    for file in sorted(place.given("imagenet_sample").glob("*.JPEG")):
        key, _, name = file.stem.partition("_")
        pictures.append(Picture(str(file), f"tiny/{key}", (name.replace("_", " "),)))
    return pictures


def coco_held(place: Workplace) -> list[Picture]:
    """Photos of COCO, called by their ids, with five captions at most. All are held out."""
    root = place.given("coco_held")
    captions: dict[int, dict[str, None]] = {}
    for file in sorted(root.rglob("captions_*.json")):
        for said in json.loads(file.read_text(encoding="utf-8"))["annotations"]:
            captions.setdefault(said["image_id"], {})[said["caption"]] = None
    photos = {int(file.stem): file for file in sorted(root.rglob("*.jpg")) if file.stem.isdigit()}
    return [
        Picture(str(file), captions=tuple(captions[number])[:5])
        for number, file in photos.items()
        if number in captions
    ]


def coco_captions(place: Workplace) -> list[str]:
    """Captions of COCO val2017, without those of photos that are held out."""
    held = {int(file.stem) for file in place.given("coco_held").rglob("*.jpg") if file.stem.isdigit()}
    file = place.given("coco_captions", "captions_val2017.json")
    said = json.loads(file.read_text(encoding="utf-8"))["annotations"]
    return [row["caption"].strip() for row in said if row["image_id"] not in held]


TRAINING: dict[str, Callable[[Workplace], tuple[list[Picture], list[Picture]]]] = {
    "flickr": flickr,
    "tiny": tiny,
    "clothing": clothing,
    "grocery": grocery,
    "animal": animal,
}


def _sha1(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
