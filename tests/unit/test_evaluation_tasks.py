"""Labels -> questions with known answers, and what is said of labels that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from photolens.errors import UsageError
from photolens.evaluation.dataset import LabelledPhoto, read_labels
from photolens.evaluation.tasks import make_tasks


def photos(label: str, group: str, of: str, count: int) -> list[LabelledPhoto]:
    return [LabelledPhoto(f"{label}-{of}-{number}.jpg", label, group, of) for number in range(count)]


CLOTHES = photos("Shirt", "clothing", "adult", 7) + photos("Shirt", "clothing", "kids", 6)
SHOP = photos("Red-Apple", "Apple", "Fruit", 6) + photos("Fresh-Apple-Juice", "Juice", "Packages", 6)


def test_a_category_is_the_group_where_it_has_one_property_else_the_label() -> None:
    all_photos = CLOTHES + SHOP
    questions = make_tasks(all_photos, 100)["same category"]
    sought = {(all_photos[q.photo or 0].label, int(q.relevant.sum())) for q in questions}
    assert sought == {("Shirt", 12), ("Red-Apple", 5), ("Fresh-Apple-Juice", 5)}
    assert not any(q.relevant[q.photo or 0] for q in questions)


def test_a_changed_property_keeps_the_garment() -> None:
    questions = make_tasks(CLOTHES, 100)["property changed"]
    assert {q.words for q in questions} == {"for kids", "for adults"}
    for question in questions:
        assert question.photo is not None
        asked = CLOTHES[question.photo]
        found = {photo.property for photo, right in zip(CLOTHES, question.relevant, strict=True) if right}
        assert found == {"kids" if asked.property == "adult" else "adult"}
        assert {question.words, question.instead_of} == {"for kids", "for adults"}


def test_an_apple_that_is_packaged_is_apple_juice() -> None:
    questions = make_tasks(SHOP, 100)["property changed"]
    assert {q.words for q in questions} == {"packaged"}  # no fruit is called juice, so nothing leads back
    assert {q.instead_of for q in questions} == {"fruit"}
    assert {SHOP[q.photo or 0].label for q in questions} == {"Red-Apple"}
    assert all(q.relevant.tolist() == [False] * 6 + [True] * 6 for q in questions)


def test_names_are_typed_as_words() -> None:
    questions = make_tasks(SHOP, 100)["category in words"]
    assert {q.words for q in questions} == {"apple", "juice", "red apple", "fresh apple juice"}
    assert all(q.photo is None for q in questions)


def test_questions_are_spread_evenly_and_the_same_every_time() -> None:
    some = make_tasks(CLOTHES + SHOP, 3)["same category"]
    assert {(CLOTHES + SHOP)[q.photo or 0].label for q in some} == {"Shirt", "Red-Apple", "Fresh-Apple-Juice"}
    assert [q.photo for q in some] == [q.photo for q in make_tasks(CLOTHES + SHOP, 3)["same category"]]


def test_too_few_photos_of_a_kind_make_no_question() -> None:
    assert make_tasks(photos("Shirt", "clothing", "adult", 5), 100).keys() == {"category in words"}
    assert make_tasks(photos("Shirt", "clothing", "adult", 4), 100) == {}


def test_labels_are_read_whatever_else_the_file_has(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(
        "file,label,group,property,licence\na/b.jpg,Shirt,clothing,kids,CC0\n", encoding="utf-8-sig"
    )
    assert read_labels(file) == [LabelledPhoto("a/b.jpg", "Shirt", "clothing", "kids")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"file,label\na.jpg,Shirt\n", "has no column group, property"),
        (b"", "has no column file, label, group, property"),
        (b"file,label,group,property\n", "names no photo"),
        (b"file,label,group,property\na.jpg,Shirt,,\n,Shirt,,\n", "line 3: a photo needs a file and a label"),
        (b"file,label,group,property\na.jpg\n", "line 2: a photo needs a file and a label"),
        (b"file,label,group,property\na.jpg,A,,\na.jpg,B,,\n", "names 1 photos more than once"),
        (b"\xff\xfe\x00", "no CSV file in UTF-8"),
    ],
)
def test_labels_that_cannot_be_read_say_why(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_labels(tmp_path / "labels.csv")


def test_missing_labels_say_how_to_give_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--labels"):
        read_labels(tmp_path / "none.csv")
