"""The command line as people and pipes use it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.library import Library
from tests.integration.conftest import Run
from tests.photos import make_photo, make_photos

OpenLibrary = Callable[..., Library]
COMMAND = [sys.executable, "-m", "photolens"]


def objects(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_index_then_search(run: Run, pictures: Path) -> None:
    code, out, err = run("index", pictures)
    assert (code, out) == (0, "")
    assert "12 photos in 12 files (12 new" in err
    code, out, _ = run("search", "something", "blue", "-n", "3")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["1", "2", "3"]


def test_json_has_the_documented_fields(run: Run, tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "p" / "IMG_1.jpg", 1, taken_at="2019:07:02 18:03:11")
    run("index", tmp_path / "p")
    _, out, _ = run("search", "--json", "img_1")
    (hit,) = objects(out)
    assert set(hit) == {"rank", "score", "photo_id", "path", "taken_at", "folder", "matched_name", "shelf"}
    assert (hit["rank"], hit["path"], hit["matched_name"]) == (1, str(photo), True)
    assert (hit["taken_at"], hit["folder"]) == ("2019-07-02T18:03:11", str(tmp_path / "p"))
    _, out, _ = run("status", "--json")
    (status,) = objects(out)
    counts = {"photos", "files", "failed", "pending", "offline"}
    assert counts | {"model", "dimension", "catalog_bytes", "index_state"} < set(status)
    assert (status["photos"], status["dimension"], status["index_state"]) == (1, 256, "not needed")


def test_paths_feed_other_programs_byte_for_byte(tmp_path: Path, open_library: OpenLibrary) -> None:
    folder = tmp_path / "p"
    make_photo(folder / "new\nline é.jpg", 1)
    if sys.platform == "linux":
        source = make_photo(tmp_path / "s.jpg", 2)
        os.rename(source, os.fsencode(folder) + b"/caf\xe9.jpg")
    with open_library() as library:
        library.index(folder)
    command = [*COMMAND, "--library", str(tmp_path / "library"), "search", "type:jpeg"]  # needs no model
    found = subprocess.run([*command, "--paths"], check=True, capture_output=True).stdout
    for name in os.listdir(os.fsencode(folder)):
        assert os.fsencode(folder) + b"/" + name + b"\n" in found
    shown = subprocess.run(command, check=True, capture_output=True).stdout
    assert len(shown.splitlines()) == len(list(folder.iterdir()))  # no control character gets through


def test_options_of_search(run: Run, pictures: Path, tmp_path: Path) -> None:
    make_photo(pictures / "dated.jpg", 20, taken_at="2015:06:01 12:00:00")
    run("index", pictures)
    picture = pictures / "photo_03.jpg"
    _, out, _ = run("search", "--image", picture, "--paths", "-n", "1")
    assert out.strip() == str(picture)
    _, out, _ = run("search", "blue", "--image", picture, "--not", "people", "--balance", "0.2", "--json")
    assert len(objects(out)) == 13
    photo_id = objects(run("search", "--image", picture, "--json", "-n", "1")[1])[0]["photo_id"]
    assert str(picture) not in run("search", "--like", str(photo_id), "--paths")[1]
    assert run("search", "blue", "-people", "--json")[1] == run("search", "blue -people", "--json")[1]
    _, out, _ = run("search", "blue", "--until", "2016", "--paths")
    assert out.strip() == str(pictures / "dated.jpg")
    _, out, _ = run("search", "--folder", "Holiday 2019", "--paths")
    assert set(out.splitlines()) == {str(f) for f in (pictures / "Holiday 2019").iterdir()}


def test_what_cannot_be_done_says_why_and_exits_with_2(run: Run, pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("hello")
    cases = {
        ("index", tmp_path / "absent"): "There is no folder",
        ("index", tmp_path / "file.txt"): "is a file; give the folder",
        ("index",): "Which folder?",
        ("index", ""): "name of the folder is empty",
        ("watch",): "No folder to watch",
        ("search", "x", "--model", "nonsense"): "is not installed",
    }
    for arguments, message in cases.items():
        code, out, err = run(*arguments)
        assert (code, out) == (2, ""), arguments
        assert message in err
        assert "Traceback" not in err
    run("index", pictures)
    for arguments, message in {
        ("search",): "nothing to search for",
        ("search", "--since", "soon", "x"): "since",
        ("search", "--image", tmp_path / "file.txt"): "This is not a picture",
        ("search", "--balance", "7", "x"): "between 0",
        ("search", "x", "-n", "0"): "1 or more",
        ("search", "x", "--liked", "99999"): "There is no photo 99999",
        ("search", "sinc:2019"): "Did you mean since:2019?",
        ("search", "x", "--weights", tmp_path / "file.txt"): "not a safetensors file",
    }.items():
        code, _, err = run(*arguments)
        assert code == 2, arguments
        assert message in err


def test_search_before_indexing_says_what_to_do(run: Run, tmp_path: Path) -> None:
    code, _, err = run("search", "x")
    assert code == 2
    assert "There is no photo library" in err and "photolens index" in err
    assert not (tmp_path / "library").exists()
    again = f"photolens index ~/Pictures --library {tmp_path / 'library'}"
    (tmp_path / "empty").mkdir()
    run("index", tmp_path / "empty")
    code, out, err = run("search", "x")
    assert (code, out) == (0, "")
    assert err == f"The library holds no photos yet. Try: {again}\n"


@pytest.mark.parametrize(
    "command",
    ["status", "index", "index .", "watch", "prompt", "search x", "check", "backup", "folders"],
)
def test_a_library_that_is_a_file_is_said_to_be_one(run: Run, command: str, tmp_path: Path) -> None:
    file = tmp_path / "photo.txt"
    file.write_text("mine")
    for library in (file, file / "below" / "it"):
        code, out, err = run(*command.split(), "--library", library)
        assert (code, out) == (2, "")
        assert err == f"photolens: {file} is a file; choose a folder for the library with --library.\n"
    assert list(tmp_path.iterdir()) == [file] and file.read_text() == "mine"
    code, out, _ = run("doctor", "--library", file)
    assert code == 0 and "that is no folder" in out


def test_a_library_that_cannot_even_be_looked_for(run: Run) -> None:
    code, out, err = run("status", "--library", "a" * 300)
    assert (code, out) == (2, "")
    assert err.endswith(" cannot be used: File name too long. Choose another with --library.\n")


def test_files_that_hold_no_photo_are_not_said_to(run: Run, pictures: Path, tmp_path: Path) -> None:
    shutil.copy(pictures / "photo_01.jpg", pictures / "copy.jpg")
    for name in ("bad", "worse"):
        (pictures / f"{name}.jpg").write_bytes(b"this is " + name.encode())
        os.utime(pictures / f"{name}.jpg", (1e9, 1e9))
    said = "12 photos in 13 files ("
    for command in (["index", pictures], ["prompt", "--query", "type:jpeg"]):
        _, _, err = run(*command)
        assert said in err and "2 files could not be read" in err
    assert "Photos   12 in 13 files\n" in run("status")[1]
    (status,) = objects(run("status", "--json")[1])
    assert (status["photos"], status["files"], status["failed"]) == (12, 15, 2)
    shutil.copy(pictures / "bad.jpg", pictures / "copy.jpg")  # it held a photo before
    os.utime(pictures / "copy.jpg", (1e9, 1e9))
    assert "12 photos in 12 files (" in run("index")[2]


def test_failed_files_and_strict(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    make_photos(folder, 1)
    (folder / "bad.jpg").write_bytes(b"this is text")
    os.utime(folder / "bad.jpg", (1e9, 1e9))
    code, _, err = run("index", folder)
    assert code == 0
    assert "1 file could not be read" in err
    assert run("index", "--strict")[0] == 1
    _, out, _ = run("status", "--failed", "--json")
    (failed,) = objects(out)
    assert failed == {
        "path": str(folder / "bad.jpg"),
        "reason": "This is not a picture.",
        "kind": "not-an-image",
        "tries": 1,
    }
    run("index", "--retry")
    assert objects(run("status", "--failed", "--json")[1])[0]["tries"] == 2
    assert str(folder / "bad.jpg") in run("status", "--failed")[1]


def test_check_and_folders(run: Run, pictures: Path, tmp_path: Path) -> None:
    run("index", pictures)
    code, out, _ = run("check")
    assert code == 0 and "sound: 12 photos, 12 vectors" in out
    assert str(pictures) in run("folders")[1]
    assert run("folders", "--remove", pictures)[:2] == (0, "")
    assert "12" not in run("status")[1].splitlines()[1]
    catalog = tmp_path / "library" / "catalog.db"
    catalog.write_bytes(b"this is no database" * 1000)
    for command in (["check"], ["search", "x"], ["index", str(pictures)], ["status"]):
        code, _, err = run(*command)
        assert code == 2
        assert "is damaged" in err and "your photos are not affected" in err
    assert catalog.read_bytes().startswith(b"this is no database")  # kept for a rescue


def test_the_prompt_answers_one_query(run: Run, pictures: Path) -> None:
    code, out, err = run("prompt", pictures, "--query", "something blue")
    assert code == 0
    assert len(out.splitlines()) == 10
    assert "12 photos in 12 files" in err


def test_the_prompt_talks(run: Run, pictures: Path, tmp_path: Path) -> None:
    run("index", pictures)  # here, where the model runs already
    typed = "something blue\n:more\n:like 11\n:nonsense\nsince:soon\n:help\n\n:like 99\n:quit\n"
    command = [*COMMAND, "--library", str(tmp_path / "library"), "prompt", str(pictures)]
    result = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120, check=True)
    shown = [line.split()[0] for line in result.stdout.replace("? ", "").splitlines()]
    assert shown == [str(n) for n in range(1, 13)] + [str(n) for n in range(1, 11)]
    assert "There is no :nonsense" in result.stderr
    assert "Traceback" not in result.stderr


def test_models_are_listed_and_chosen(run: Run) -> None:
    _, out, _ = run("model")
    assert "* photolens-mini" in out
    code, out, _ = run("model", "use", "photolens-mini")
    assert code == 0 and "256 dimensions" in out
    code, _, err = run("model", "use", "ViT-B-32-256/datacomp_s34b_b86k")
    assert code == 2 and "is not installed" in err


def test_choosing_a_model_keeps_the_other_settings(run: Run) -> None:
    from photolens.paths import resource, settings_file
    from photolens.settings import Settings, load, save

    weights = resource("models", "photolens-mini", "photolens-mini.safetensors")
    save(settings_file(), Settings(weights="old.safetensors", threads=3, theme="dark", animations=False))
    for given, kept in (((), ""), (("--weights", weights), str(weights))):
        code, _, _ = run("model", "use", "photolens-mini", *given)
        assert code == 0
        assert load(settings_file()).settings == Settings(
            weights=kept, threads=3, theme="dark", animations=False
        )


def test_help_says_what_it_can_do() -> None:
    done = _photolens("--help")
    assert done.returncode == 0
    assert "examples:" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
@pytest.mark.parametrize("command", [[], ["gui"]])
def test_without_a_display_it_points_to_the_command_line(command: list[str]) -> None:
    done = _photolens(*command)
    assert done.returncode == 2
    assert done.stderr.startswith("photolens: ")
    assert "photolens --help" in done.stderr


def _photolens(*arguments: str) -> subprocess.CompletedProcess[str]:
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    command = [sys.executable, "-m", "photolens", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


def test_a_broken_settings_file_is_kept_and_reported(run: Run, tmp_path: Path) -> None:
    from photolens.paths import settings_file

    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("threads = many")
    code, _, err = run("model")
    assert code == 0
    assert "settings file is not valid" in err
    assert settings_file().with_suffix(".toml.broken").read_text() == "threads = many"
    assert settings_file().read_text() == "threads = many"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
@pytest.mark.parametrize(
    ("number", "start", "known"),
    [
        (signal.SIGINT, [], False),
        (signal.SIGTERM, [], True),
        # As in the background of a script.
        (signal.SIGTERM, ["sh", "-c", 'trap "" INT; exec "$@"', "sh"], True),
    ],
)
def test_watch_follows_until_told_to_stop(
    run: Run, number: int, start: list[str], known: bool, pictures: Path, tmp_path: Path
) -> None:
    """A photo that comes back, under another name, needs no model."""
    photo = make_photo(tmp_path / "new.jpg", 70)
    if known:
        before = shutil.copy(photo, pictures / "before.jpg")
        run("index", pictures)
        before.unlink()
        run("index")
    command = [*start, *COMMAND, "--library", str(tmp_path / "library"), "watch", str(pictures)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    while "Watching" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    photo.rename(pictures / "new.jpg")
    while "1 new" not in said:
        said += process.stderr.readline()
    process.send_signal(number)
    assert process.wait(30) == 0
    said += process.stderr.read()
    process.stderr.close()
    assert "Stopped watching" in said and "Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_ctrl_c_while_indexing_keeps_what_was_read(tmp_path: Path) -> None:
    make_photos(tmp_path / "p", 300)
    command = [*COMMAND, "--library", str(tmp_path / "library")]
    process = subprocess.Popen([*command, "index", str(tmp_path / "p")], stderr=subprocess.PIPE, text=True)
    catalog = tmp_path / "library" / "thumbnails"
    while not (catalog.is_dir() and any(catalog.iterdir())):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the next run goes on from here" in err and "Traceback" not in err


def test_a_reader_that_leaves_early_is_no_error(
    pictures: Path, tmp_path: Path, open_library: OpenLibrary
) -> None:
    make_photos(pictures, 30)
    with open_library() as library:
        library.index(pictures)
    command = [*COMMAND, "--library", str(tmp_path / "library"), "search", "type:jpeg type:png", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_program_that_forgets_to_close_its_library_ends(pictures: Path, tmp_path: Path) -> None:
    code = f"""
from photolens import Library
library = Library({str(tmp_path / "library")!r})
library.add_folder({str(pictures)!r})
library.request_thumbnail(1).result()
print(len(library.search("x").hits) <= 12)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stdout, result.stderr) == (0, "True\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_ctrl_c_at_the_prompt_drops_the_line_and_twice_leaves(pictures: Path, tmp_path: Path) -> None:
    command = [*COMMAND, "--library", str(tmp_path / "library"), "prompt", str(pictures)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for awaited in ("Type what", ":quit or Ctrl+D"):
        while awaited not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in err
