"""Questions ranked by every method, on a gallery of directions whose order can be seen by eye."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from photolens.domain import FloatArray
from photolens.evaluation.composed.circo import CIRCO
from photolens.evaluation.composed.cirr import CIRR
from photolens.evaluation.composed.methods import BASELINE, METHODS, Likeness
from photolens.evaluation.composed.questions import Part, Picture, Protocol, Question
from photolens.evaluation.composed.ranking import Answer, answers, measured
from photolens.evaluation.composed.report import Result, as_json, report
from photolens.evaluation.composed.submission import Submission
from photolens.evaluation.composed.vectors import Gallery

ANGLES = (0, 20, 50, 90, 185)  # also the names of the pictures; the words point at the angle they say
NAMES = tuple(map(str, ANGLES))


def directions(*angles: float) -> FloatArray:
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


GALLERY = Gallery(NAMES, directions(*ANGLES), ("lost: The file is not there.",))
NO_BANK = np.empty((0, 2), dtype=np.float32)


def part(*questions: Question) -> Part:
    pictures = tuple(Picture(name, (Path(name),)) for name in (*NAMES, "lost"))
    return Part("val", pictures, (*NAMES, "lost"), questions)


def ask(protocol: Protocol, *questions: Question) -> list[Answer]:
    def encode(texts: list[str]) -> FloatArray:
        return directions(*map(float, texts))

    found = answers(part(*questions), protocol, GALLERY, encode, NO_BANK, lambda task, done, total: None)
    return list(found)


def names(answer: Answer) -> list[str]:
    return [NAMES[row] for row in answer.order]


def test_orders_seen_by_eye() -> None:
    found = {answer.method: answer for answer in ask(CIRCO, Question("0", "85", "0", ("50",)))}
    assert list(found) == list(METHODS)
    assert names(found["image only"]) == ["0", "20", "50", "90", "185"]
    assert names(found["text only"]) == ["90", "50", "20", "0", "185"]
    assert names(found[BASELINE]) == ["50", "20", "0", "90", "185"]  # around 42.5
    for method in ("PhotoLens, sum", "PhotoLens, product"):
        assert names(found[method])[-1] == "185"


def test_the_product_rule_asks_for_both() -> None:
    random = np.random.default_rng(0)
    text, image = random.normal(0, 0.05, (2, 500)).astype(np.float32)
    text[0], image[0] = 0.25, -0.1  # all the words want, and nothing like the picture
    text[1], image[1] = 0.11, 0.11  # some of both
    likeness = Likeness(text, image, np.zeros(500, dtype=np.float32), np.arange(500))
    by_sum, by_product = METHODS["PhotoLens, sum"](likeness), METHODS["PhotoLens, product"](likeness)
    assert by_sum[0] > by_sum[1]
    assert by_product[0] < by_product[1]


def test_cirr_takes_the_reference_out_and_ranks_the_set_apart() -> None:
    found = ask(CIRR, Question("7", "85", "0", ("50",), subset=("90", "20", "50")))
    by_picture, by_words, by_sum = found[:3]
    assert names(by_picture) == ["20", "50", "90", "185"]
    assert [NAMES[row] for row in by_picture.subset] == ["20", "50", "90"]
    #                                       R@1 5 10 50  Rsubset@1 2 3
    assert measured(by_picture, CIRR) == [0, 1, 1, 1, 0, 1, 1]
    assert measured(by_words, CIRR) == [0, 1, 1, 1, 0, 1, 1]
    assert measured(by_sum, CIRR) == [1, 1, 1, 1, 1, 1, 1]


def test_circo_counts_answers_that_could_not_be_read() -> None:
    both, three = (
        ask(CIRCO, Question("0", "85", "0", targets))[0] for targets in (("20", "90"), ("20", "90", "lost"))
    )
    # The reference leads; the answers come second and fourth: (1/2 + 2/4) / 2.
    assert measured(both, CIRCO) == pytest.approx([0.5] * 4)
    assert measured(three, CIRCO) == pytest.approx([1 / 3] * 4)


def test_a_question_may_bring_its_own_gallery() -> None:
    protocol = Protocol("GeneCIS", recall=(1, 2, 3))
    by_picture = ask(protocol, Question("0", "85", "0", ("90",), gallery=("185", "50", "90")))[0]
    assert names(by_picture) == ["50", "90", "185"]
    assert measured(by_picture, protocol) == [0, 1, 1]


def test_a_question_without_its_reference_is_not_asked() -> None:
    found = ask(CIRR, Question("0", "85", "lost", ("50",)), Question("1", "85", "0", ("50",)))
    assert {answer.question.id for answer in found} == {"1"}


def make_result(*questions: Question) -> Result:
    figures: dict[str, list[list[float]]] = {name: [] for name in METHODS}
    for answer in ask(CIRR, *questions):
        figures[answer.method].append(measured(answer, CIRR))
    return Result(part(*questions), GALLERY, {name: np.array(rows) for name, rows in figures.items()})


def test_the_report_says_figures_changes_and_what_is_missing() -> None:
    asked = [
        Question(str(n), "85", "0", (target,), subset=("20", "50")) for n, target in enumerate(("50", "20"))
    ]
    result = make_result(*asked, Question("2", "85", "lost", ("50",)))
    text = report([result, result], CIRR)
    assert "### CIRR, val (2 questions, 5 pictures)" in text
    assert "| method | R@1 | R@5 | R@10 | R@50 | Rsubset@1 | Rsubset@2 | Rsubset@3 |" in text
    # By the picture 20 comes first, by the sum 50: each is right once.
    assert "| image only | 50.00 | 100.00 |" in text and f"| {BASELINE} | 50.00 | 100.00 |" in text
    assert "| text only | 0.00 | 100.00 |" in text
    assert "| text only | -50.00 [-100.00, +0.00] | +0.00 [+0.00, +0.00] |" in text
    assert "1 of 6 pictures could not be read, so that 1 of 3 questions were not asked" in text
    assert "### CIRR, mean of 2 parts" in text


def test_the_json_holds_every_figure() -> None:
    (content,) = as_json([make_result(Question("0", "85", "0", ("50",), subset=("20", "50")))], CIRR)
    assert (content["pictures"], content["questions"], content["asked"]) == (5, 1, 1)
    rows = json.loads(json.dumps(content))["rows"]
    assert [row["method"] for row in rows] == list(METHODS)
    assert rows[0]["R@1"] == 0.0 and rows[2]["Rsubset@1"] == 1.0
    assert rows[0]["R@1 change"] == {"mean": -1.0, "low": -1.0, "high": -1.0}
    assert "R@1 change" not in rows[2]


def submitted(protocol: Protocol, out: Path, *questions: Question) -> dict[str, dict[str, object]]:
    submission = Submission(protocol, GALLERY)
    for answer in ask(protocol, *questions):
        submission.add(answer)
    files = submission.write(out)
    return {str(file.relative_to(out)): json.loads(file.read_text()) for file in files}


def test_what_cirrs_server_takes(tmp_path: Path) -> None:
    found = submitted(CIRR, tmp_path, Question("7", "85", "0", subset=("185", "90", "20", "50")))
    assert len(found) == 2 * len(METHODS)
    assert found[str(Path("submissions/image-only/recall.json"))] == {
        "version": "rc2",
        "metric": "recall",
        "7": ["20", "50", "90", "185"],
    }
    assert found[str(Path("submissions/image-only/recall_subset.json"))] == {
        "version": "rc2",
        "metric": "recall_subset",
        "7": ["20", "50", "90"],
    }


def test_what_circos_server_takes(tmp_path: Path) -> None:
    found = submitted(CIRCO, tmp_path, Question("0", "85", "0"), Question("1", "0", "90"))
    assert found[str(Path("submissions/text-only/circo.json"))] == {
        "0": [90, 50, 20, 0, 185],
        "1": [0, 20, 50, 90, 185],
    }


def test_no_more_than_fifty_are_submitted(tmp_path: Path) -> None:
    submission = Submission(CIRCO, Gallery(tuple(map(str, range(60))), directions(*range(60)), ()))
    order = np.arange(60)
    submission.add(Answer(Question("0", "x", "0"), "image only", order, order, order))
    (file,) = submission.write(tmp_path)
    assert json.loads(file.read_text()) == {"0": list(range(50))}
