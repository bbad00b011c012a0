"""`photolens concept` as people and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photolens.cli import main
from photolens.library import Library
from tests.integration.conftest import Run
from tests.photos import make_photos


@pytest.fixture
def run(run: Run) -> Run:
    """Run `photolens concept` on a library of the test's own: exit code, stdout, stderr."""
    return lambda *arguments: run("concept", *arguments)


@pytest.fixture
def indexed(tmp_path: Path, pictures: Path) -> Path:
    with Library(tmp_path / "library") as library:
        library.index(pictures)
    return pictures


def test_the_life_of_a_concept(run: Run, indexed: Path, tmp_path: Path) -> None:
    advice = f"photolens concept save NAME TEXT --library {tmp_path / 'library'}"
    assert run("list") == (0, "", f"No concept has been saved yet. Try: {advice}\n")
    picture = indexed / "photo_03.jpg"
    code, out, err = run(
        "save", "At sea", "sea", "-people", "--image", picture, "--liked", "1", "--disliked", "2"
    )
    summary = "sea, -people, 1 picture, 1 liked, 1 disliked"
    assert (code, out, err) == (0, "", f"Saved “At sea”: {summary}.\n")
    assert run("list")[1] == f"At sea  ({summary})\n"
    assert "Liked    1 photo\n" in run("show", "at SEA")[1]
    code, out, err = run("export", "at sea", tmp_path / "sea")
    assert code == 0 and "sea.photolens-concept." in err
    code, _, err = run("import", tmp_path / "sea.photolens-concept")
    assert code == 0 and err == f"Imported “At sea 2”: {summary}.\n"
    assert run("rename", "at sea", "Ocean")[0] == 0
    assert run("delete", "AT SEA 2")[0] == 0
    assert [line.partition("  ")[0] for line in run("list")[1].splitlines()] == ["Ocean"]


def test_json_has_the_documented_fields(run: Run, indexed: Path) -> None:
    run("save", "At sea", "sea", "--liked", "1")
    listed, shown = json.loads(run("list", "--json")[1]), json.loads(run("show", "At sea", "--json")[1])
    fields = {"id", "name", "text", "pictures", "liked", "disliked", "created_at", "changed_at"}
    assert set(listed) == fields and set(shown) == fields | {"query"}
    assert {name: shown[name] for name in fields} == listed
    (click,) = shown["query"]["judgements"]
    assert (click["photo"], click["liked"]) == (1, True)


def test_searching_with_a_concept(
    run: Run, indexed: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run("save", "At sea", "sea", "--liked", "4")
    _, out, _ = run("search", "at sea", "-n", "3", "--json")
    hits = [json.loads(line) for line in out.splitlines()]
    assert [hit["rank"] for hit in hits] == [1, 2, 3] and hits[0]["photo_id"] == 4
    main(["--library", str(tmp_path / "library"), "search", "sea", "--liked", "4", "-n", "3", "--json"])
    assert capfd.readouterr().out == out
    assert len(run("search", "at sea", "--paths")[1].splitlines()) == 12
    with Library(tmp_path / "library"):  # searching needs no writing
        assert run("search", "at sea", "-n", "1")[0] == 0


def test_what_cannot_be_done_says_why(run: Run, indexed: Path, tmp_path: Path) -> None:
    run("save", "At sea", "sea")
    (tmp_path / "no").write_text("no")
    for arguments, message in {
        ("show", "nope"): "There is no concept called “nope”. There are: At sea.",
        ("search", "nope"): "There are: At sea",
        ("search", "At sea", "-n", "0"): "1 or more",
        ("save", "AT SEA", "x"): "called “At sea” already",
        ("save", "x"): "nothing to save",
        ("save", " ", "x"): "needs a name",
        ("save", "x", "y", "--liked", "99"): "no photo 99",
        ("import", tmp_path / "absent"): "cannot be read",
        ("import", tmp_path / "no"): "is not a concept file",
        ("export", "At sea", tmp_path / "absent" / "x"): "cannot be written",
        ("rename", "At sea", ""): "needs a name",
    }.items():
        code, out, err = run(*arguments)
        assert (code, out) == (2, ""), arguments
        assert message in err and "Traceback" not in err
    with Library(tmp_path / "library"):
        code, _, err = run("delete", "At sea")
        assert code == 2 and "Another PhotoLens is already working" in err
    with pytest.raises(SystemExit):
        run()


def test_without_a_library_none_is_made(run: Run, tmp_path: Path) -> None:
    make_photos(tmp_path / "p", 1)
    for arguments in (("list",), ("save", "x", "y"), ("import", tmp_path / "x")):
        code, _, err = run(*arguments)
        assert code == 2 and "There is no photo library" in err
    assert not (tmp_path / "library").exists()
