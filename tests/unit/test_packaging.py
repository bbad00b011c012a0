"""What the packages are made from, as far as it can be told without building them, as `make package` does."""

from __future__ import annotations

import configparser
import importlib
import os
import py_compile
import shutil
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

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
LANGUAGES = ("", "[de]", "[zh_CN]")


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
        "photolens/resources/help/zh_CN/searching.md",
        "photolens/resources/help/de/library-dark.png",
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
        *("PySide6/Qt/plugins/platforms/libqvnc.so", "PySide6/Qt/translations/qtbase_fr.qm"),
        *("PySide6\\translations\\qtbase_fr.qm", "PySide6/Qt/lib/libQt6Quick.so.6"),
    )
    spoken = (file.stem.removeprefix("photolens_") for file in (ROOT / "resources/translations").glob("*.ts"))
    wanted += tuple(f"PySide6/{at}translations/qtbase_{name}.qm" for name in spoken for at in ("", "Qt/"))
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


def test_the_menu_entry_opens_pictures_with_the_command_and_no_folders() -> None:
    """A program that opens folders is taken for a file manager where no other was chosen."""
    desktop = entry("photolens.desktop")["Desktop Entry"]
    assert desktop["Exec"] == "photolens gui %F"
    assert desktop["Icon"] == "photolens"
    types = desktop["MimeType"].rstrip(";").split(";")
    assert all(name.startswith("image/") for name in types)
    names = {name.removeprefix("image/").replace("x-dcraw", "raw").upper() for name in types}
    read = {name for _, name in formats._SIGNATURES} | {"WEBP", "BMP", "AVIF", "HEIF"}
    assert names == read | {"HEIC"}


def test_file_managers_offer_to_search_folders() -> None:
    """All with the same words and the same command."""
    nemo = entry("photolens.nemo_action")["Nemo Action"]
    assert nemo["Extensions"] == "dir;"
    dolphin = entry("photolens-servicemenu.desktop")
    assert dolphin["Desktop Entry"]["MimeType"] == "inode/directory;"
    others = entry("photolens-action.desktop")
    assert others["Desktop Entry"]["Type"] == "Action"
    assert others["Desktop Entry"]["Profiles"] == "folders;"
    assert others["X-Action-Profile folders"]["MimeTypes"] == "inode/directory;"
    thunar = entry("photolens-sendto.desktop")["Desktop Entry"]
    assert thunar["MimeType"] == "inode/directory;"

    for language in LANGUAGES:
        names = [
            section[f"Name{language}"]
            for section in (nemo, dolphin["Desktop Action search"], others["Desktop Entry"], thunar)
        ]
        assert len(set(names)) == 1 and "PhotoLens" in names[0]
    commands = (nemo, dolphin["Desktop Action search"], others["X-Action-Profile folders"], thunar)
    assert {section["Exec"] for section in commands} == {"photolens gui %F"}


def test_what_desktops_show_is_translated() -> None:
    """Each text that a desktop would look for in the user's language."""
    translatable = {"Name", "GenericName", "Comment", "Keywords"}
    for file in sorted((PACKAGING / "linux").iterdir()):
        if file.suffix not in (".desktop", ".nemo_action"):
            continue
        sections = entry(file.name)
        for name in sections.sections():
            texts = {key for key in sections[name] if "[" not in key} & translatable
            if sections[name].get("Name") == "PhotoLens":
                texts.discard("Name")
            wanted = {f"{text}{language}" for text in texts for language in LANGUAGES}
            assert wanted - set(sections[name]) == set(), file.name


_EXTENSION = """
import sys
import gi
try:
    gi.require_version("Nautilus", "4.0")
except ValueError as problem:
    sys.exit(str(problem))
from gi.repository import Gio
sys.path.insert(0, sys.argv[1])
import photolens_menu

class File:  # those of the file manager are made by it alone
    def __init__(self, address, folder):
        self.address, self.folder = address, folder
    def is_directory(self):
        return self.folder
    def get_location(self):
        return Gio.File.new_for_uri(self.address)

folder, photo = File("file:///tmp", True), File("file:///tmp/a.jpg", False)
elsewhere = File("sftp://host/tmp", True)
menu = photolens_menu.PhotoLensMenu()
for items in (
    menu.get_file_items([folder, folder]),
    menu.get_background_items(None, folder),
    menu.get_file_items([folder, photo]),
    menu.get_file_items([elsewhere]),
    menu.get_file_items(None, []),
):
    print(*(item.props.label for item in items))
"""


@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="the Python of the desktop")
def test_nautilus_offers_to_search_folders_of_this_machine(tmp_path: Path) -> None:
    share = tmp_path / "share"
    folder = share / "nautilus-python" / "extensions"
    folder.mkdir(parents=True)
    (share / "file-manager" / "actions").mkdir(parents=True)
    shutil.copy(PACKAGING / "linux" / "photolens_menu.py", folder)
    texts = share / "file-manager" / "actions" / "photolens.desktop"
    shutil.copy(PACKAGING / "linux" / "photolens-action.desktop", texts)
    command = ["/usr/bin/python3", "-c", _EXTENSION, str(folder)]
    environment = {"LC_ALL": "de_DE.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if "No module named 'gi'" in done.stderr or "Namespace Nautilus not available" in done.stderr:
        pytest.skip("Nautilus' bindings for Python are not installed")
    assert done.returncode == 0, done.stderr
    text = entry("photolens-action.desktop")["Desktop Entry"]["Name[de]"]
    assert done.stdout.splitlines() == [text, text, "", "", ""]


def test_the_metadata_names_the_menu_entry(recipe: ModuleType) -> None:
    component = ET.parse(PACKAGING / "linux" / f"{recipe.APP_ID}.metainfo.xml").getroot()
    assert component.findtext("id") == recipe.APP_ID
    assert component.findtext("launchable") == "photolens.desktop"
    assert component.findtext("project_license") == "GPL-3.0-or-later"


def test_the_app_asks_for_the_macos_that_its_parts_ask_for(
    recipe: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recipe.macos_needed() == "13.0"
    folder = tmp_path / "thing-1.0.dist-info"
    folder.mkdir()
    tags = ("cp311-cp311-macosx_14_2_arm64", "cp311-cp311-macosx_15_0_arm64")
    (folder / "WHEEL").write_text("".join(f"Tag: {tag}\n" for tag in tags))
    monkeypatch.syspath_prepend(tmp_path)
    assert recipe.macos_needed() == "14.2"


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
def test_the_install_script_removes_what_it_installed_and_nothing_else(tmp_path: Path) -> None:
    unpacked, prefix = tmp_path / "unpacked", tmp_path / "a prefix"
    (unpacked / "photolens").mkdir(parents=True)
    (unpacked / "photolens" / "photolens").write_text("#!/bin/sh\n")
    menu = unpacked / "share" / "applications"
    menu.mkdir(parents=True)
    (menu / "photolens.desktop").write_bytes((PACKAGING / "linux" / "photolens.desktop").read_bytes())
    dolphin, nautilus = "share/kio/servicemenus/photolens.desktop", "share/nautilus-python/extensions"
    for name, place in (
        ("photolens-servicemenu.desktop", unpacked / dolphin),
        ("photolens_menu.py", unpacked / nautilus / "photolens_menu.py"),
    ):
        place.parent.mkdir(parents=True)
        place.write_bytes((PACKAGING / "linux" / name).read_bytes())
    (unpacked / dolphin).chmod(0o755)
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
        assert f'\nExec="{prefix}/bin/photolens" gui %F\n' in (prefix / dolphin).read_text()
        assert os.access(prefix / dolphin, os.X_OK)
    py_compile.compile(str(prefix / nautilus / "photolens_menu.py"))  # as Nautilus does
    subprocess.run([*install, "--uninstall"], check=True, capture_output=True)
    assert sorted(path.relative_to(prefix).as_posix() for path in prefix.rglob("*")) == [
        "share",
        "share/of others",
    ]
    again = subprocess.run([*install, "--uninstall"], capture_output=True, text=True)
    assert again.returncode == 2
    assert "not installed" in again.stderr
