"""That every part of a package comes with its licence."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

from photolens.settings import BUILT_IN_MODEL

PACKAGING = Path(__file__).parents[2] / "packaging"
LINUX = PACKAGING / "linux"


@pytest.fixture(scope="module")
def licences() -> Iterator[ModuleType]:
    sys.path.insert(0, str(PACKAGING))
    try:
        yield importlib.import_module("licences")
    finally:
        sys.path.remove(str(PACKAGING))
        del sys.modules["licences"]


def files_of(*names: str) -> list[str]:
    """Where the files of distributions lie."""
    return [str(file.locate()) for name in names for file in metadata.files(name) or []]


def test_what_is_bundled_is_listed_with_its_text(licences: ModuleType, tmp_path: Path) -> None:
    sources = files_of("rich", "PySide6_Essentials", "rawpy", "pillow_heif")
    texts = licences.write(sources, tmp_path, linux=False)
    listed = (tmp_path / licences.FILE).read_text()
    assert "\nrich " in listed and "\nnumpy " not in listed and "\nphotolens " not in listed
    for library in ("Qt 6", "LibRaw", "JasPer", "libheif", "libde265", "x265"):
        assert f"  With {library}" in listed
    bundled = {f"{folder}/{file.name}".removeprefix("./") for file, folder in texts}
    assert {licences.FILE, "licences/Python.txt", "licences/LGPL-3.0.txt", "licences/GPL-2.0.txt"} <= bundled
    named = [line.removeprefix("  Text: ") for line in listed.splitlines() if line.startswith("  Text: ")]
    site = Path(str(metadata.distribution("rich").locate_file("")))
    assert named and all(text in bundled or (site / text).exists() for text in named)


def test_every_distribution_that_photolens_asks_for_has_a_text(licences: ModuleType) -> None:
    for line in metadata.requires("photolens") or []:
        name = line.split(";")[0].split("[")[0].split(">")[0].split("<")[0].strip()
        if "extra ==" in line or "sys_platform" in line:
            continue
        assert licences._described(metadata.distribution(name)), name


def test_a_part_without_a_text_ends_the_recipe(
    licences: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "thing-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
    (folder / "RECORD").write_text("thing.py,,\n")
    (tmp_path / "thing.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SystemExit, match=r"thing 1\.0 brings no licence text"):
        licences.write([str(tmp_path / "thing.py")], tmp_path / "work", linux=False)


@pytest.mark.skipif(not Path("/usr/bin/dpkg-query").exists(), reason="packages of Debian")
def test_libraries_of_debian_bring_their_notes(licences: ModuleType, tmp_path: Path) -> None:
    library = next(Path("/usr/lib").glob("*/libstdc++.so.6"))
    texts = licences.write([str(library)], tmp_path, linux=True)
    assert ("libstdc++6.txt", "licences") in {(file.name, folder) for file, folder in texts}
    assert "libstdc++6 " in (tmp_path / licences.FILE).read_text()


def test_the_weights_have_a_paragraph_and_a_licence_of_their_own(licences: ModuleType) -> None:
    paragraphs = [
        dict(line.split(": ", 1) for line in text.splitlines() if line[:1].isalpha() and ": " in line)
        for text in (LINUX / "copyright").read_text().split("\n\n")
    ]
    files = [paragraph for paragraph in paragraphs if "Files" in paragraph]
    assert files[0] == {"Files": "*", "Copyright": "2026 The PhotoLens authors", "License": "GPL-3+"}
    assert files[-1]["Files"].endswith(f"/resources/models/{BUILT_IN_MODEL}/*")  # the last that fits counts
    assert files[-1]["License"] == "CC-BY-NC-4.0"
    explained = {p["License"] for p in paragraphs if "License" in p and "Files" not in p}
    assert {p["License"] for p in files} == explained
    assert "NonCommercial" in licences._HEAD
