"""Nothing private leaves the library's folder, and nothing that comes from others is ever run."""

from __future__ import annotations

import ast
import logging
import os
import re
import stat
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

import photolens
from photolens import log, paths
from photolens.cli import main
from photolens.errors import LibraryError, PhotoError, QueryError
from photolens.imaging.decode import decode_photo
from photolens.library import Library
from tests.photos import picture

OpenLibrary = Callable[..., Library]

SECRET = "Zanzibar4711"  # in capitals and digits that no message and no path has by chance

_TALK = """
import logging, sys
from pathlib import Path
from photolens import log
log.set_up(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    logging.getLogger("photolens.test").warning("%d %s", number, "x" * 2000)
log.close()
"""

# What would run, or unpack into objects, what someone else has written.
_RUNS_DATA = {
    *("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml"),
    *("eval", "exec", "compile", "execfile", "__import__", "torch.load", "torch.jit.load", "torch.hub"),
    *("np.load", "numpy.load", "pd.read_pickle", "os.system", "os.popen", "runpy"),
}


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """The log of this test, set up and saying everything."""
    file = tmp_path / "logs" / "photolens.log"
    log.set_up(file, verbose=True)
    yield file
    log.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- the log --------------------------------------------------------------------------------


def with_secrets(folder: Path) -> None:
    """Photos, sound and broken, with the secret wherever a photo can hold words."""
    folder.mkdir()
    exif = Image.Exif()
    for tag in (0x010E, 0x013B, 0x8298, 0x9C9B, 0x9C9C):  # description, artist, copyright, Windows' own
        exif[tag] = SECRET
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + SECRET.encode()  # the user's comment
    exif.get_ifd(0x8769)[0x9003] = SECRET  # where a date should be
    exif.get_ifd(0x8825)[29] = SECRET  # where the date of a place should be
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a {SECRET}="&{SECRET};">'.encode()
    comment = SECRET.encode()
    picture(1).save(folder / "1.jpg", exif=exif, xmp=xmp, comment=comment)
    picture(2).save(folder / "2.webp", exif=exif, xmp=xmp)
    picture(3).save(folder / "3.tiff", exif=exif, xmp=xmp, description=SECRET)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    text.add_text("Raw profile type exif", SECRET)
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    picture(4).save(folder / "4.png", pnginfo=text)
    whole = (folder / "1.jpg").read_bytes()
    (folder / "early end.jpg").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "only words.jpg").write_bytes(SECRET.encode() * 100)
    chunk = b"tEXt" + b"Comment\0" + SECRET.encode()
    wrong = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk) ^ 1)
    png = (folder / "4.png").read_bytes()
    (folder / "wrong sum.png").write_bytes(png[:33] + wrong + png[33:])


def test_the_log_holds_nothing_of_what_photos_and_searches_say(log_file: Path, tmp_path: Path) -> None:
    with_secrets(tmp_path / "photos")
    with Library(tmp_path / "library") as library:
        library.index(tmp_path / "photos")
        assert library.status().photos >= 4 and library.failures()
        for photo in library.photo_ids().tolist():
            library.thumbnail(photo)
            library.picture(photo)
        query = library.search(SECRET).query
        library.remember_search(query)
        concept = library.save_concept(SECRET, query)
        library.export_concept(concept.id, tmp_path / "c")
        library.import_concept(tmp_path / "c.photolens-concept")
        for wrong in (f"since:{SECRET}", f"type:{SECRET}", f"is:{SECRET}"):
            with suppress(QueryError):
                library.search(wrong)
        with pytest.raises(LibraryError):
            library.concept(f"{SECRET} too")
    for file in (tmp_path / "photos").iterdir():  # as a worker process does, which has no log
        with suppress(PhotoError):
            decode_photo(str(file))
    assert main(["--library", str(tmp_path / "library"), "--verbose", "search", SECRET, "--why"]) == 0
    said = "".join(file.read_text() for file in log_file.parent.iterdir())
    said += "".join(file.read_text() for file in paths.log_file().parent.iterdir())
    assert "XMP that is no XML" in said
    assert SECRET.lower() not in said.lower()


def test_a_name_cannot_forge_an_entry(log_file: Path) -> None:
    logging.getLogger("photolens.test").warning(
        "reading %s", "a\n2026-01-01 00:00:00,000 ERROR photolens.x: b"
    )
    assert len(log_file.read_text().splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_the_log_is_for_this_user_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log.set_up(tmp_path / "logs" / "photolens.log")
        for _ in range(60):
            logging.getLogger("photolens.test").warning("x" * 19_000)
    finally:
        os.umask(before)
        log.close()
    assert mode(tmp_path / "logs") == 0o700
    assert [mode(file) for file in (tmp_path / "logs").iterdir()] == [0o600, 0o600]


def test_the_log_stays_small_whoever_writes(tmp_path: Path) -> None:
    file = tmp_path / "photolens.log"
    command = [sys.executable, "-c", _TALK, str(file), "2500"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[1] for process in processes] == ["", ""]  # ten million bytes were said
    sizes = [part.stat().st_size for part in tmp_path.iterdir()]
    assert len(sizes) <= 4 and sum(sizes) < 4_100_000


def test_an_entry_has_an_end(log_file: Path) -> None:
    logging.getLogger("photolens.test").warning("x" * 3_000_000)
    assert log_file.stat().st_size < 30_000
    assert "(3,0" in log_file.read_text()[-40:]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_a_full_disk_costs_the_log_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "photolens.log"
    file.symlink_to("/dev/full")
    code = _TALK + "print('done')"
    ran = subprocess.run(
        [sys.executable, "-c", code, str(file), "50"], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("done\n", "", 0)


def test_a_place_that_takes_no_log_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file")
    log.set_up(tmp_path / "logs" / "photolens.log")
    logging.getLogger("photolens.test").warning("nobody hears it")
    log.close()
    assert capsys.readouterr().err.startswith("photolens: no log will be kept: ")


# --- what comes from others -----------------------------------------------------------------


def test_data_is_never_code() -> None:
    package = Path(photolens.__file__).parent
    found = {
        f"{file.relative_to(package)}:{line} {name}"
        for file in package.rglob("*.py")
        for name, line in _used(ast.parse(file.read_text(encoding="utf-8")))
        if _runs(name)
    }
    assert found == set()


def test_the_look_for_code_finds_it() -> None:
    lines = [
        "import pickle.x",
        "from os import system",
        "from torch import load as get",
        "torch.load(f)",
        "eval('1')",
        "np.load(f)",
    ]
    found = {line for name, line in _used(ast.parse("\n".join(lines))) if _runs(name)}
    assert found == set(range(1, len(lines) + 1))


def _runs(name: str) -> bool:
    return name in _RUNS_DATA or name.partition(".")[0] in _RUNS_DATA


# Arguments by which what could run a program reads numbers alone.
_DATA_ALONE = re.compile("allow_pickle=False|weights_only=True")


def _used(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Names of what is imported and called, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
            yield str(node.module), node.lineno
        elif isinstance(node, ast.Call) and not _DATA_ALONE.search(ast.unparse(node)):
            yield ast.unparse(node.func), node.lineno


def test_what_a_library_writes_stays_in_its_folder(
    pictures: Path, tmp_path: Path, user_folders: Path
) -> None:
    before = _files(tmp_path) | _files(user_folders)
    with Library(tmp_path / "library") as library:
        library.index(pictures)
        library.search("something blue")
        library.save_concept("../../escape", library.search("x").query)
    new = (_files(tmp_path) | _files(user_folders)) - before
    assert new and {path for path in new if tmp_path / "library" not in path.parents} == set()


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}
