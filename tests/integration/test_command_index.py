"""`photolens index`, `watch` and `prompt`: what is refused, and what that leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from photolens.library import Library
from tests.integration.conftest import Run
from tests.photos import make_photos


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
