"""A bug report can be made whatever is broken, and gives nothing private away."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photolens import log, paths
from photolens.cli import main
from photolens.library import Library
from photolens.library.diagnosis import diagnosis
from photolens.library.discreet import Discreet
from photolens.library.logged import last_problems
from photolens.settings import Settings
from tests.photos import make_photos
from tests.reliability.other_user import public_folder, without_privileges

Report = Callable[[], str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library over three photos and one that is none, all with telling names, closed."""
    root = tmp_path_factory.mktemp("made")
    folder = root / "Secret party"
    for number, file in enumerate(make_photos(folder, 3)):
        file.rename(folder / f"kiss {number}.jpg")
    (folder / "letter.png").write_text("no photo")
    with Library(root / "library") as library:
        library.index(folder)
        library.save_concept("Love affair", library_query("sunset"))
    return root


def library_query(text: str) -> object:
    from photolens.search import parse

    return parse(text)


@pytest.fixture
def report(made: Path, user_folders: Path) -> Report:
    """The report on a copy of that library in its usual place."""
    shutil.copytree(made / "library", paths.default_library())
    return lambda: diagnosis(None, Settings())


@pytest.fixture(autouse=True)
def no_log_left() -> Iterator[None]:
    yield
    log.close()


def test_it_tells_what_a_report_needs(report: Report) -> None:
    text = report()
    for part in (
        "PhotoLens 0",
        "Python ",
        "torch 2",
        "SQLite 3",
        "libheif 1",
        "Cores ",
        "Memory ",
        "Open files ",
    ):
        assert part in text
    for part in ("(the default)", "In use        by nobody", "rwx------, writable", "catalog ", "Backups\n"):
        assert part in text
    for part in (
        "photolens-mini, SHA-256",
        "3, of which 3 are read with it",
        "1 not-an-image",
        "Concepts      1",
    ):
        assert part in text
    assert "Settings that differ from the defaults\n  none" in text
    assert "Last problems in the log\n  none" in text


def test_it_names_no_photo_folder_or_user(report: Report, made: Path, user_folders: Path) -> None:
    with Library() as library:
        library.index(made / "Secret party")
        log.set_up(paths.log_file())
        files = [file.path for file in library.failures()] + [str(made / "Secret party" / "kiss 1.jpg")]
    for file in files:
        logging.getLogger("photolens.test").warning(
            "cannot read %s: %s", file, "[Errno 5] Input/output error"
        )
        logging.getLogger("photolens.test").error("reading %r", file)
    text = report()
    assert "cannot read <path> [Errno 5] Input/output error" in text
    for private in (
        "kiss",
        "letter",
        "party",
        "Love",
        "sunset",
        str(user_folders),
        str(made),
        made.parts[-2],
    ):
        assert private not in text


def test_it_needs_neither_torch_nor_a_second(report: Report) -> None:
    code = "import sys; from photolens.cli import main; main(['doctor']); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ran.stdout.splitlines()[-1], ran.stderr) == ("False", "")


def damage(catalog: Path) -> None:
    catalog.write_bytes(catalog.read_bytes()[:4096] + b"\xa5" * 200_000)


def make_newer(catalog: Path) -> None:
    db = sqlite3.connect(catalog)
    db.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('photolens', 'm999', '')"
    )
    db.commit()
    db.close()


@pytest.mark.parametrize(
    ("breakage", "said"),
    [
        (lambda root: shutil.rmtree(root), "no such folder yet"),
        (lambda root: (root / "catalog.db").unlink(), "no photo library at <library> yet"),
        (
            lambda root: (root / "catalog.db").write_bytes(b"garbage" * 1000),
            "<library>/catalog.db is damaged",
        ),
        (lambda root: damage(root / "catalog.db"), "<library>/catalog.db is damaged"),
        (lambda root: make_newer(root / "catalog.db"), "written by a later version"),
        (lambda root: (shutil.rmtree(root), root.write_text("a file")), "that is no folder"),
    ],
    ids=range(6),
)
def test_a_broken_library_is_told_of(
    report: Report, breakage: Callable[[Path], object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    breakage(paths.default_library())
    assert main(["doctor"]) == 0
    assert said in capsys.readouterr().out


def test_a_library_at_work_is_told_of(report: Report) -> None:
    with Library():
        text = report()
    assert "In use        by a running PhotoLens" in text
    assert "3, of which 3 are read with it" in text


def test_a_folder_that_may_not_be_read_is_told_of(made: Path) -> None:
    with public_folder() as folder, without_privileges(folder):
        shutil.copytree(paths.resource("models"), folder / "library")
        (folder / "library").chmod(0)
        text = diagnosis(folder / "library", Settings())
    assert "---------, read-only" in text
    assert "Permission denied" in text or "cannot be opened" in text


def test_a_model_that_is_not_there_and_settings_are_told_of(report: Report) -> None:
    text = diagnosis(None, Settings(model="nonsense", weights="/home/me/Secret/w.safetensors", threads=3))
    assert "nonsense: The model file <path>" in text
    assert "threads = 3" in text
    assert "Secret" not in text


def test_a_library_that_others_may_look_into_is_noted(report: Report) -> None:
    paths.default_library().chmod(0o755)
    assert "rwxr-xr-x, writable; other users may look into it" in report()


def test_what_photolens_says_itself_survives_a_path_that_is_left_out(tmp_path: Path) -> None:
    full = "is full. Make room, then index again; nothing is lost."
    said = f"The disk that holds /media/me/Secret photos {full}"
    assert Discreet(tmp_path).text(said) == f"The disk that holds <path> {full}"
    advice = f"The catalog {tmp_path}/catalog.db is missing. Run `photolens check --library {tmp_path}`, now."
    assert "<library>/catalog.db is missing. Run" in Discreet(tmp_path).text(advice)
    assert "--library <library>`, now." in Discreet(tmp_path).text(advice)


@pytest.mark.parametrize(
    "name", ["a: b", "it's", 'say "x"', "two  words", "c; d, e", "[Errno 2] Secret", "new\nline", "é\udce9"]
)
def test_no_name_gets_through_in_a_message(name: str, tmp_path: Path) -> None:
    discreet = Discreet(tmp_path / "library")
    for path in (
        f"/home/me/Secret {name}.jpg",
        f"C:\\Secret\\{name}",
        f"\\\\nas\\Secret\\{name}",
        f"~/Secret {name}",
    ):
        for message in (f"cannot read {path}: no permission", f"reading {path!r}", f"({path})", f"x={path}"):
            shown = discreet.text(message)
            assert "ecret" not in shown.replace("[Errno 2] Secret", "")
            assert "<path>" in shown


def test_own_places_are_named(tmp_path: Path) -> None:
    discreet = Discreet(tmp_path / "my library")
    message = (
        f"the index {tmp_path}/my library/index/1-2.usearch is not the one that was saved; rebuilding it"
    )
    assert discreet.text(message) == message.replace(f"{tmp_path}/my library", "<library>")
    for other in ("my library 2/x", "my library.old/x", "my library, too/x", "my librarys"):
        assert discreet.text(f"see {tmp_path}/{other}") == "see <path>"
    for end in (" cannot be used: it is full.", ".", ": no", "'"):
        assert discreet.text(f"see {tmp_path}/my library{end}") == f"see <library>{end}"


def test_of_a_folder_only_the_beginning_is_told(user_folders: Path) -> None:
    discreet = Discreet(user_folders / "library")
    told = {
        str(user_folders): "~",
        str(user_folders / "Pictures"): "~/Pictures",
        str(user_folders / "Pictures" / "Secret"): "~/Pictures/…",
        f"{user_folders}2/Secret": "/tmp/…",
        "/media/anna/Secret": "/media/…",
        "/": "/…",
    }
    for path, shown in told.items():
        if shown != "/tmp/…" or path.startswith("/tmp/"):
            assert discreet.folder(path) == shown


def test_of_an_unexpected_error_the_kind_and_place_are_told(tmp_path: Path) -> None:
    file = tmp_path / "photolens.log"
    log.set_up(file)
    try:
        Library(tmp_path / ("x" * 300))
    except Exception:
        logging.getLogger("photolens.test").exception("unexpected")
    logging.getLogger("photolens.test").info("quiet")
    for number in range(3):
        logging.getLogger("photolens.test").warning("number %d", number)
    *_, first, _, _, _ = last_problems(file, 10)
    assert "ERROR photolens.test: unexpected | OSError at photolens/library/places.py, line" in first
    assert "photolens.errors.LibraryError at photolens/library/places.py, line" in first
    assert "xxx" not in first
    assert [line.rpartition(": ")[2] for line in last_problems(file, 2)] == ["number 1", "number 2"]
