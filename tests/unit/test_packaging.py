"""What the packages are made from, as far as it can be told without building them, as `make package` does."""

from __future__ import annotations

import configparser
import importlib
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from photolens import children
from photolens.embedding import KNOWN_MODELS, model_process
from photolens.embedding.models import architecture
from photolens.embedding.tokens import package_folder
from photolens.imaging import formats, limits

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.fixture(scope="module")
def recipe() -> Iterator[ModuleType]:
    sys.path.insert(0, str(PACKAGING))
    try:
        yield importlib.import_module("recipe")
    finally:
        sys.path.remove(str(PACKAGING))
        del sys.modules["recipe"]


def entry(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(PACKAGING / "linux" / name, encoding="utf-8")
    return parser


def test_every_resource_that_the_program_asks_for_is_shipped(recipe: ModuleType) -> None:
    assert recipe.resources_asked_for() == set(recipe.RESOURCES)
    shipped = {f"{folder}/{file.name}" for file, folder in recipe.resource_files()}
    model = "photolens/resources/models/photolens-mini"
    assert {
        "photolens/resources/texts/generic.txt",
        f"{model}/photolens-mini.safetensors",
        f"{model}/photolens-mini.json",
        f"{model}/README.md",  # its licence
    } <= shipped
    assert f"{model}/eval.json" not in shipped
    assert {
        "photolens/resources/help/searching.md",
        "photolens/resources/translations/photolens_de.qm",
    } <= shipped
    assert not any(name.endswith(".ts") for name in shipped)


def test_a_further_model_lies_where_the_program_looks_for_it(recipe: ModuleType, tmp_path: Path) -> None:
    weights = tmp_path / "ViT-B-32" / "tag" / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.touch()
    (weights.parent / "notes.txt").touch()
    own = [
        (file, folder) for file, folder in recipe.resource_files(tmp_path) if file.is_relative_to(tmp_path)
    ]
    assert own == [(weights, "photolens/resources/models/ViT-B-32/tag")]


def test_modules_imported_by_name_are_hidden_modules_of_the_recipe(recipe: ModuleType) -> None:
    assert {module for module, _ in formats._PLUGINS.values()} == set(recipe.HIDDEN_MODULES)


def test_architectures_are_shipped_that_need_nothing_more(recipe: ModuleType) -> None:
    folder = package_folder()
    assert folder is not None
    names = {file.stem for file in recipe.usable_architectures(folder / "model_configs")}
    assert {"ViT-B-32-256", "convnext_base", "RN50"} <= names
    assert {architecture(name) for name in KNOWN_MODELS} - {"photolens-mini"} <= names
    assert names.isdisjoint({"roberta-ViT-B-32", "xlm-roberta-base-ViT-B-32"})


def test_files_are_chosen_by_their_place(recipe: ModuleType) -> None:
    wanted = (
        *(
            "torch/bin/torch_shm_manager",
            "torch/lib/libtorch_cpu.so",
            "PySide6/Qt/plugins/platforms/libqxcb.so",
        ),
        *("PySide6/plugins/platforms/qwindows.dll", "PySide6\\plugins\\platforms\\qwindows.dll"),
        *("PySide6/Qt/plugins/iconengines/libqsvgicon.so", "PySide6/Qt/lib/libQt6Network.so.6"),
    )
    unwanted = (
        *(
            "torch/bin/test_jit",
            "torch/include/c10/c10.h",
            "torch/lib/libtorchbind_test.so",
            "torchvision/_C.so",
        ),
        *("PySide6/Qt/plugins/platforms/libqvnc.so", "PySide6/Qt/translations/qtbase_de.qm"),
        *("PySide6\\translations\\qtbase_de.qm", "PySide6/Qt/lib/libQt6Quick.so.6"),
    )
    assert [name for name in wanted if not recipe.is_wanted(name)] == []
    assert [name for name in unwanted if recipe.is_wanted(name)] == []


def test_of_linux_only_what_python_and_x_need_is_taken_along(recipe: ModuleType) -> None:
    system = "/usr/lib/x86_64-linux-gnu"
    assert recipe.is_taken_along(f"{system}/libpython3.11.so.1.0")
    assert recipe.is_taken_along(f"{system}/libxcb-cursor.so.0")
    assert recipe.is_taken_along("/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so")
    assert recipe.is_taken_along("/somewhere/site-packages/torch/lib/libgomp.so.1")
    assert not recipe.is_taken_along(f"{system}/libstdc++.so.6")
    assert not recipe.is_taken_along("/lib/x86_64-linux-gnu/libglib-2.0.so.0")


def test_nothing_that_the_program_imports_is_left_out(recipe: ModuleType) -> None:
    """Torch's and open_clip's own imports, in a fresh interpreter."""
    code = "import sys, photolens.embedding.encoder; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "open_clip" in imported
    assert imported.intersection(recipe.EXCLUDED_MODULES) == set()


def test_a_frozen_program_starts_its_processes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for module, argument in (
        ("photolens.imaging.worker_main", limits.FROZEN_ARGUMENT),
        ("photolens.embedding.model_main", model_process.FROZEN_ARGUMENT),
    ):
        assert children.command(module, argument) == [sys.executable, argument]


def test_the_menu_entry_opens_folders_and_pictures_with_the_command() -> None:
    desktop = entry("photolens.desktop")["Desktop Entry"]
    assert desktop["Exec"] == "photolens gui %F"
    assert desktop["Icon"] == "photolens"
    types = desktop["MimeType"].rstrip(";").split(";")
    assert types[0] == "inode/directory"
    names = {name.removeprefix("image/").replace("x-dcraw", "raw").upper() for name in types[1:]}
    read = {name for _, name in formats._SIGNATURES} | {"WEBP", "BMP", "AVIF", "HEIF"}
    assert names == read | {"HEIC"}


def test_file_managers_offer_the_same_for_folders() -> None:
    nemo = entry("photolens.nemo_action")["Nemo Action"]
    assert (nemo["Name"], nemo["Extensions"]) == ("Search with PhotoLens", "dir;")
    dolphin = entry("photolens-servicemenu.desktop")
    assert dolphin["Desktop Entry"]["MimeType"] == "inode/directory;"
    assert dolphin["Desktop Action search"]["Name"] == nemo["Name"]
    assert dolphin["Desktop Action search"]["Exec"] == nemo["Exec"] == "photolens gui %F"


def test_the_metadata_names_the_menu_entry(recipe: ModuleType) -> None:
    component = ET.parse(PACKAGING / "linux" / f"{recipe.APP_ID}.metainfo.xml").getroot()
    assert component.findtext("id") == recipe.APP_ID
    assert component.findtext("launchable") == "photolens.desktop"
    assert component.findtext("project_license") == "GPL-3.0-or-later"


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
def test_the_install_script_removes_what_it_installed_and_nothing_else(tmp_path: Path) -> None:
    unpacked, prefix = tmp_path / "unpacked", tmp_path / "a prefix"
    (unpacked / "photolens").mkdir(parents=True)
    (unpacked / "photolens" / "photolens").write_text("#!/bin/sh\n")
    menu = unpacked / "share" / "applications"
    menu.mkdir(parents=True)
    (menu / "photolens.desktop").write_bytes((PACKAGING / "linux" / "photolens.desktop").read_bytes())
    script = unpacked / "install.sh"
    script.write_bytes((PACKAGING / "linux" / "install.sh").read_bytes())
    others = prefix / "share" / "of others"
    others.mkdir(parents=True)

    install = ["sh", str(script), "--prefix", str(prefix)]
    for _ in range(2):  # the second time over the first
        subprocess.run(install, check=True, capture_output=True)
        assert (prefix / "bin" / "photolens").resolve() == prefix / "lib" / "photolens" / "photolens"
        installed = (prefix / "share" / "applications" / "photolens.desktop").read_text()
        assert f'\nExec="{prefix}/bin/photolens" gui %F\n' in installed
    subprocess.run([*install, "--uninstall"], check=True, capture_output=True)
    assert sorted(path.relative_to(prefix).as_posix() for path in prefix.rglob("*")) == [
        "share",
        "share/of others",
    ]
    again = subprocess.run([*install, "--uninstall"], capture_output=True, text=True)
    assert again.returncode == 2
    assert "not installed" in again.stderr
