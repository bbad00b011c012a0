"""Annotations of composed retrieval in their published formats, and sentences where they are not so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.errors import UsageError
from photolens.evaluation.composed.circo import read_circo
from photolens.evaluation.composed.cirr import read_cirr
from photolens.evaluation.composed.fashioniq import read_fashioniq
from photolens.evaluation.composed.files import find_file, read_entries
from photolens.evaluation.composed.genecis import TASKS, read_genecis
from photolens.evaluation.composed.questions import Picture, Question, make_part

Write = Callable[[str, object], Path]

PAIR = {
    "pairid": 12063,
    "reference": "dev-1",
    "target_hard": "dev-2",
    "target_soft": {"dev-2": 1.0},
    "caption": "only one dog",
    "img_set": {"id": 1, "members": ["dev-1", "dev-3", "dev-2"], "reference_rank": 3, "target_rank": 4},
}
LISTING = {f"dev-{n}": f"./dev/dev-{n}.png" for n in range(1, 5)}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_it(name: str, content: object) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    return write_it


def test_cirr(write: Write, tmp_path: Path) -> None:
    write("captions/cap.rc2.val.json", [PAIR])
    write("image_splits/split.rc2.val.json", LISTING)
    (part,) = read_cirr(tmp_path, tmp_path / "img_raw", "val", ())
    assert part.gallery == ("dev-1", "dev-2", "dev-3", "dev-4")
    assert part.questions == (
        Question("12063", "only one dog", "dev-1", ("dev-2",), subset=("dev-3", "dev-2")),
    )
    assert part.pictures[0].files[0] == tmp_path / "img_raw" / "dev" / "dev-1.png"
    assert part.answered


def test_cirr_test_has_no_answers(write: Write, tmp_path: Path) -> None:
    write("captions/cap.rc2.test1.json", [{k: v for k, v in PAIR.items() if not k.startswith("target")}])
    write("image_splits/split.rc2.test1.json", LISTING)
    (part,) = read_cirr(tmp_path, tmp_path, "test", ())
    assert part.name == "test1" and not part.answered


def test_fashioniq(write: Write, tmp_path: Path) -> None:
    asked = {"target": "B2", "candidate": "B1", "captions": ["is Darker. ", "has longer sleeves?"]}
    for category in ("dress", "shirt"):
        write(f"captions/cap.{category}.val.json", [asked, {**asked, "captions": ["is red", "."]}])
        write(f"image_splits/split.{category}.val.json", ["B1", "B2", "B3", "B2"])
    parts = read_fashioniq(tmp_path, tmp_path, "val", ("shirt", "dress"))
    assert [part.name for part in parts] == ["dress", "shirt"]
    first, second = parts[0].questions
    assert first == Question("0", "Is darker and has longer sleeves", "B1", ("B2",))
    assert second.text == "Is red"
    assert parts[0].gallery == ("B1", "B2", "B3")
    assert tmp_path / "B1.png" in parts[0].pictures[0].files


def test_fashioniq_test_has_nothing_to_measure(write: Write, tmp_path: Path) -> None:
    write("captions/cap.dress.test.json", [{"candidate": "B1", "captions": ["is red", "is short"]}])
    write("image_splits/split.dress.test.json", ["B1"])
    with pytest.raises(UsageError, match="choose --split val"):
        read_fashioniq(tmp_path, tmp_path, "test", ("dress",))


QUERY = {
    "reference_img_id": 271520,
    "target_img_id": 35,
    "relative_caption": "shows two people",
    "shared_concept": "a girl with an umbrella",
    "gt_img_ids": [35, 9761, 35],
    "id": 0,
    "semantic_aspects": ["cardinality"],
}


def test_circo_by_the_listing_of_coco(write: Write, tmp_path: Path) -> None:
    write("annotations/val.json", [QUERY])
    images = tmp_path / "COCO2017_unlabeled"
    listed = {
        "images": [{"id": number, "file_name": f"{number:012}.jpg"} for number in (9761, 4, 271520, 35)]
    }
    write("COCO2017_unlabeled/annotations/image_info_unlabeled2017.json", listed)
    (part,) = read_circo(tmp_path, images / "unlabeled2017", "val", ())
    assert part.gallery == ("4", "35", "9761", "271520")
    assert part.questions == (Question("0", "shows two people", "271520", ("35", "9761")),)
    assert images / "unlabeled2017" / "000000000035.jpg" in part.pictures[1].files
    assert read_circo(tmp_path, images, "val", ())[0].gallery == part.gallery


def test_circo_by_the_pictures_that_are_there(write: Write, tmp_path: Path) -> None:
    write("test.json", [{k: v for k, v in QUERY.items() if k not in ("target_img_id", "gt_img_ids")}])
    for name in ("000000000004.jpg", "cover.jpg"):
        write(f"unlabeled2017/{name}", "")
    (part,) = read_circo(tmp_path, tmp_path / "unlabeled2017", "test", ())
    assert part.gallery == ("4", "271520") and not part.answered


def test_genecis(write: Write, tmp_path: Path) -> None:
    def whole(number: int) -> dict[str, object]:
        return {"val_image_id": number, "instance_bbox": None}

    def box(number: int, left: int) -> dict[str, object]:
        return {"image_id": number, "instance_bbox": [left, 2, 30, 40.5], "object_name": "car"}

    for task in TASKS:
        one = whole if task.endswith("object") else (lambda number: box(number, 5))
        asked = {"reference": one(1), "target": one(2), "gallery": [one(3), one(4)], "condition": "a bus"}
        write(f"{task}.json", [asked])
    parts = read_genecis(tmp_path, tmp_path, "val", ())
    assert [part.name for part in parts] == list(TASKS)
    (objects,) = read_genecis(tmp_path, tmp_path, "val", ("change_object",))
    assert objects.questions == (Question("0", "a bus", "1", ("2",), ("3", "4", "2")),)
    assert tmp_path / "val2017" / "000000000002.jpg" in objects.pictures[0].files
    (attributes,) = read_genecis(tmp_path, tmp_path, "val", ("focus_attribute",))
    assert attributes.questions[0].reference == "1 at 5,2,30,40.5"
    assert attributes.pictures[0].box == (5, 2, 30, 40.5)
    assert tmp_path / "VG_100K_2" / "2.jpg" in attributes.pictures[0].files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pairid": "x"}, "entry 1: pairid should be a whole number"),
        ({"caption": None}, "entry 1: caption should be a text"),
        ({"img_set": []}, "entry 1: img_set should be an object"),
        ({"img_set": {"members": []}}, "entry 1, img_set: members should be a list of texts"),
        ({"target_hard": "dev-9"}, "question 12063 names the picture dev-9, which the split does not list"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(
    write: Write, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    write("captions/cap.rc2.val.json", [{**PAIR, **change}])
    write("image_splits/split.rc2.val.json", LISTING)
    with pytest.raises(UsageError, match=said):
        read_cirr(tmp_path, tmp_path, "val", ())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no captions/cap\.rc2\.val\.json in .*give the folder"):
        read_cirr(tmp_path, tmp_path, "val", ())
    with pytest.raises(UsageError, match=r"no annotations/val\.json or val\.json in"):
        read_circo(tmp_path, tmp_path, "val", ())
    with pytest.raises(UsageError, match=r"no a\.json in"):
        find_file(tmp_path, ("a.json",))


@pytest.mark.parametrize("content", [b"[{", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "val.json").write_bytes(content)
    with pytest.raises(UsageError, match=r"val\.json is damaged: it is no JSON"):
        read_entries(tmp_path / "val.json")


def test_another_shape_is_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a list of objects"):
        read_entries(write("val.json", {"a": 1}))
    write("captions/cap.rc2.val.json", [PAIR])
    write("image_splits/split.rc2.val.json", ["dev-1"])
    with pytest.raises(UsageError, match="does not say where each picture lies"):
        read_cirr(tmp_path, tmp_path, "val", ())
    write("captions/cap.dress.val.json", [])
    write("image_splits/split.dress.val.json", {"B1": 1})
    with pytest.raises(UsageError, match="not a list of pictures"):
        read_fashioniq(tmp_path, tmp_path, "val", ("dress",))


def test_categories_and_splits_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    for read in (read_cirr, read_circo):
        with pytest.raises(UsageError, match="has no categories"):
            read(tmp_path, tmp_path, "val", ("dress",))
    with pytest.raises(UsageError, match="no category hat; choose dress, shirt, toptee"):
        read_fashioniq(tmp_path, tmp_path, "val", ("hat",))
    with pytest.raises(UsageError, match="no task hat"):
        read_genecis(tmp_path, tmp_path, "val", ("hat",))
    with pytest.raises(UsageError, match="no splits"):
        read_genecis(tmp_path, tmp_path, "test", ())


def test_all_questions_or_none_have_answers(tmp_path: Path) -> None:
    picture = Picture("a", (tmp_path / "a.jpg",))
    asked = [Question("0", "x", "a", ("a",)), Question("1", "x", "a")]
    with pytest.raises(UsageError, match="1 of 2 questions name no answer"):
        make_part("val", tmp_path, [picture], ["a"], asked)
    with pytest.raises(UsageError, match="asks no question"):
        make_part("val", tmp_path, [picture], ["a"], [])
