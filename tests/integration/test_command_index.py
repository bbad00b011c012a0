"""`photolens index`, `watch` and `prompt`: what is refused, and what that leaves behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photolens.library import Library
from tests.integration.conftest import Run
from tests.photos import make_photo, make_photos


def test_the_prompt_without_photos_names_a_command_that_works(run: Run, tmp_path: Path) -> None:
    library = tmp_path / "library"
    with Library(library):
        pass
    code, out, err = run("prompt")
    assert (code, out) == (2, "")
    assert err == f"photolens: No photos yet. Try: photolens prompt ~/Pictures --library {library}\n"


@pytest.mark.parametrize("command", ["index", "watch", "prompt"])
def test_a_wrong_folder_leaves_no_library_behind(run: Run, command: str, tmp_path: Path) -> None:
    make_photos(tmp_path / "p", 1)
    (tmp_path / "file.txt").write_text("hello")
    for folders, message in (
        ([tmp_path / "absent"], "There is no folder"),
        ([tmp_path / "p", tmp_path / "absent"], "There is no folder"),
        ([tmp_path / "file.txt"], "is a file; give the folder"),
        ([""], "name of the folder is empty"),
        ([], "Try: photolens "),
    ):
        code, out, err = run(command, *folders)
        assert (code, out) == (2, ""), folders
        assert message in err
        assert not (tmp_path / "library").exists()


def test_the_library_is_not_put_among_the_photos(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "library")
    (photo,) = make_photos(tmp_path / "library", 1)
    for folder in (tmp_path / "library", tmp_path / "link"):
        code, _, err = run("index", folder)
        assert code == 2
        assert "is the library's own folder" in err
        assert list((tmp_path / "library").iterdir()) == [photo]


def test_a_wrong_folder_beside_a_right_one_changes_nothing(run: Run, pictures: Path, tmp_path: Path) -> None:
    run("index", pictures / "Holiday 2019")
    before = run("folders")
    assert run("index", pictures, tmp_path / "absent")[0] == 2
    assert run("folders") == before


def test_the_prompt_answers_while_another_reads_the_photos(run: Run, pictures: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "photolens", "--library", str(tmp_path / "library"), "prompt"]
    with Library(tmp_path / "library") as other:
        other.index(pictures)
        code, out, err = run("prompt", "--query", "type:jpeg")
        assert (code, len(out.splitlines())) == (0, 10)
        assert err == "Another PhotoLens is working on this library; it reads the new photos.\n"

        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as asking:
            assert asking.stderr is not None
            assert "it reads the new photos" in asking.stderr.readline()
            assert "Type what you are looking for" in asking.stderr.readline()
            make_photo(pictures / "later.jpg", 50)
            other.index()
            out, err = asking.communicate("later.jpg\n:quit\n", timeout=60)
        assert (asking.returncode, err) == (0, "")
        assert str(pictures / "later.jpg") in out


def test_a_folder_cannot_be_added_by_a_second_prompt(run: Run, pictures: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    with Library(library) as other:
        other.index(pictures / "Holiday 2019")
        code, out, err = run("prompt", pictures, "--query", "type:jpeg")
        assert (code, out) == (2, "")
        assert "Another PhotoLens is already working" in err
        assert err.endswith(f"to search meanwhile: photolens prompt --library {library}\n")
        assert len(other.folders()) == 1
