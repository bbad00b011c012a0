"""`photolens evaluate-composed` on small data sets in the published formats, with the built-in model.

The answer to each question is a copy of its reference, so that the picture alone must find it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photolens.cli import _parser, main
from photolens.evaluation.composed import DATASETS
from photolens.evaluation.composed.genecis import TASKS
from photolens.evaluation.composed.methods import METHODS
from photolens.paths import settings_file
from photolens.settings import Settings
from photolens.settings import save as save_settings
from tests.photos import make_photo

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run it on `tmp_path`: exit code, stdout, stderr. In one precision, whatever is faster here."""
    settings_file().parent.mkdir(parents=True)
    save_settings(settings_file(), Settings(precision="float32"))

    def run_it(dataset: str, *options: str) -> tuple[int, str, str]:
        capfd.readouterr()
        folders = [str(tmp_path / "data"), str(tmp_path / "images"), "--out", str(tmp_path / "out")]
        code = main(["evaluate-composed", dataset, *folders, *options])
        out, err = capfd.readouterr()
        return code, out, err

    return run_it


def write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


def make_twins(files: list[Path]) -> None:
    """Different photos, but the second is a copy of the first."""
    for seed, file in enumerate(files):
        make_photo(file, seed, (96, 64))
    shutil.copy(files[0], files[1])


def parts(tmp_path: Path) -> list[dict[str, Any]]:
    content = json.loads((tmp_path / "out" / "result.json").read_text())
    found: list[dict[str, Any]] = content["parts"]
    return found


def rows(part: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["method"]: row for row in part["rows"]}


@pytest.fixture
def cirr(tmp_path: Path) -> Callable[[str], None]:
    """Eight pictures and one question."""

    def make(split: str) -> None:
        names = [f"{split}-{n}" for n in range(8)]
        make_twins([tmp_path / "images" / split / f"{name}.png" for name in names])
        asked: dict[str, object] = {
            "pairid": 3,
            "reference": names[0],
            "caption": "the same",
            "img_set": {"members": names[:6]},
        }
        if split == "dev":
            asked["target_hard"] = names[1]
        published = "val" if split == "dev" else split
        write(tmp_path / "data" / "captions" / f"cap.rc2.{published}.json", [asked])
        listing = {name: f"./{split}/{name}.png" for name in names}
        write(tmp_path / "data" / "image_splits" / f"split.rc2.{published}.json", listing)

    return make


def test_cirr(run: Run, cirr: Callable[[str], None], tmp_path: Path) -> None:
    cirr("dev")
    code, out, err = run("cirr")
    assert code == 0, err
    assert "### CIRR, val (1 questions, 8 pictures)" in out and "result.json" in err
    (part,) = parts(tmp_path)
    assert set(rows(part)) == set(METHODS)
    assert (rows(part)["image only"]["R@1"], rows(part)["image only"]["Rsubset@1"]) == (1, 1)
    assert all(row["R@10"] == 1 for row in part["rows"])  # seven pictures are ranked


def test_cirr_test_gives_what_the_server_takes(run: Run, cirr: Callable[[str], None], tmp_path: Path) -> None:
    cirr("test1")
    code, out, err = run("cirr", "--split", "test")
    assert code == 0, err
    assert "The answers of this split are not published" in out and "| method |" not in out
    folder = tmp_path / "out" / "submissions" / "PhotoLens-sum"
    whole, subset = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("recall", "recall_subset")
    )
    assert (whole["metric"], len(whole["3"])) == ("recall", 7) and "test1-0" not in whole["3"]
    assert (subset["metric"], len(subset["3"])) == ("recall_subset", 3)
    assert str(folder / "recall.json") in out


def test_fashioniq_and_its_mean(run: Run, tmp_path: Path) -> None:
    for category in ("dress", "shirt", "toptee"):
        names = [f"{category}{n}" for n in range(12)]
        make_twins([tmp_path / "images" / f"{name}.jpg" for name in names])
        asked = {"candidate": names[0], "target": names[1], "captions": ["is the same.", "is alike"]}
        write(tmp_path / "data" / "captions" / f"cap.{category}.val.json", [asked])
        write(tmp_path / "data" / "image_splits" / f"split.{category}.val.json", names)
    code, out, err = run("fashioniq")
    assert code == 0, err
    assert [part["name"] for part in parts(tmp_path)] == ["dress", "shirt", "toptee"]
    assert all(rows(part)["image only"]["R@10"] == 1 for part in parts(tmp_path))
    assert "### FashionIQ, mean of 3 parts" in out
    assert run("fashioniq", "--category", "shirt")[0] == 0
    assert [part["name"] for part in parts(tmp_path)] == ["shirt"]


def test_circo_with_an_answer_that_is_missing(run: Run, tmp_path: Path) -> None:
    make_twins([tmp_path / "images" / f"{number:012}.jpg" for number in range(1, 8)])
    asked = {"id": 0, "reference_img_id": 1, "relative_caption": "the same"}
    lost = {"id": 1, "reference_img_id": 99, "relative_caption": "the same", "gt_img_ids": [2]}
    write(tmp_path / "data" / "annotations" / "val.json", [{**asked, "gt_img_ids": [2, 77]}, lost])
    write(tmp_path / "data" / "annotations" / "test.json", [asked])
    code, out, err = run("circo")
    assert code == 0, err
    (part,) = parts(tmp_path)
    assert (part["pictures"], part["questions"], part["asked"]) == (7, 2, 1)
    assert part["unread"] == ["77: The file is not there.", "99: The file is not there."]
    assert "2 of 9 pictures could not be read, so that 1 of 2 questions were not asked" in out
    # The twin comes first or second beside the reference; the other answer is never found.
    assert rows(part)["image only"]["mAP@5"] in (1 / 2, 1 / 4)
    assert run("circo", "--split", "test")[0] == 0
    submitted = json.loads((tmp_path / "out" / "submissions" / "image-only" / "circo.json").read_text())
    assert sorted(submitted["0"]) == list(range(1, 8)) and set(submitted["0"][:2]) == {1, 2}


def test_genecis(run: Run, tmp_path: Path) -> None:
    coco, genome = tmp_path / "images" / "val2017", tmp_path / "images" / "VG_100K"
    make_twins([coco / f"{number:012}.jpg" for number in range(1, 6)])
    make_twins([genome / f"{number}.jpg" for number in range(1, 6)])

    def shown(task: str, number: int) -> dict[str, object]:
        if task.endswith("object"):
            return {"val_image_id": number}
        return {"image_id": number, "instance_bbox": [20, 10, 30, 25]}

    for task in TASKS:
        gallery = [shown(task, number) for number in (3, 4, 5)]
        asked = {"reference": shown(task, 1), "target": shown(task, 2), "gallery": gallery, "condition": "it"}
        write(tmp_path / "data" / f"{task}.json", [asked])
    code, _, err = run("genecis")
    assert code == 0, err
    assert [part["name"] for part in parts(tmp_path)] == list(TASKS)
    assert all(rows(part)["image only"]["R@1"] == 1 for part in parts(tmp_path))


def test_a_second_run_takes_the_kept_vectors_and_notices_a_change(
    run: Run, cirr: Callable[[str], None], tmp_path: Path
) -> None:
    cirr("dev")
    assert run("cirr")[0] == 0
    first, kept = parts(tmp_path), sorted((tmp_path / "out" / "cache").glob("pictures-*.npz"))
    assert run("cirr")[0] == 0
    assert parts(tmp_path) == first
    assert sorted((tmp_path / "out" / "cache").glob("pictures-*.npz")) == kept
    (tmp_path / "images" / "dev" / "dev-5.png").write_bytes(b"no picture")
    assert run("cirr")[0] == 0
    assert parts(tmp_path)[0]["unread"] == ["dev-5: This is not a picture."]


def test_what_cannot_be_done_is_said(run: Run, cirr: Callable[[str], None], tmp_path: Path) -> None:
    code, _, err = run("cirr")
    assert code == 2 and "There is no captions/cap.rc2.val.json in" in err
    cirr("dev")
    shutil.rmtree(tmp_path / "images")
    code, _, err = run("cirr")
    assert code == 2 and "None of the 8 pictures of val is in" in err and "dev-0.png" in err
    make_photo(tmp_path / "images" / "dev" / "dev-7.png", 7, (96, 64))
    code, _, err = run("cirr")
    assert code == 2 and "No question of val can be asked" in err


def test_the_command_offers_every_data_set() -> None:
    commands = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    command = commands.choices["evaluate-composed"]
    command.fill()
    offered = next(a for a in command._actions if a.dest == "dataset")
    assert offered.choices is not None and set(offered.choices) == set(DATASETS)
