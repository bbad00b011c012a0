"""Finding a model, and refusing what only looks like one before anything in it is run."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from photolens.embedding import KNOWN_MODELS, find_model, installed_models
from photolens.embedding.models import architecture, pretrained_tag
from photolens.embedding.weights import read_safetensors_header
from photolens.errors import ModelError
from photolens.paths import models_dir, resource

MINI = resource("models", "photolens-mini", "photolens-mini.safetensors")


def safetensors(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(start: int, end: int) -> dict[str, object]:
    return {"dtype": "U8", "shape": [end - start], "data_offsets": [start, end]}


WHOLE = safetensors({"__metadata__": {"format": "pt"}, "b": entry(4, 10), "a": entry(0, 4)}, bytes(10))


def written(file: Path, data: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


# --- what is a model file -------------------------------------------------------------------


def test_a_complete_file_is_accepted(tmp_path: Path) -> None:
    read_safetensors_header(written(tmp_path / "m.safetensors", WHOLE))
    read_safetensors_header(MINI)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 60, len(WHOLE) - 11, len(WHOLE) - 10, len(WHOLE) - 1])
def test_a_download_that_was_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    file = written(tmp_path / "m.safetensors", WHOLE[:size])
    with pytest.raises(ModelError, match=r"m\.safetensors"):
        read_safetensors_header(file)


def test_the_built_in_model_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = MINI.read_bytes()
    for size in (100, 10_000, 100_000, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ModelError):
            read_safetensors_header(written(tmp_path / "m.safetensors", whole[:size]))


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="incomplete or damaged"):
        read_safetensors_header(written(tmp_path / "m.safetensors", WHOLE + b"\0"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>404 Not Found</body></html>" * 50,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 605143316\n",
        b"\xff" * 100,
        bytes(100),
        safetensors(b"{"),
        safetensors(b"\xff\xfe"),
        safetensors([]),
        safetensors("text"),
        safetensors(17),
        safetensors({}),
        safetensors({"__metadata__": {}}),
        safetensors({"a": 5}),
        safetensors({"a": {}}),
        safetensors({"a": {"data_offsets": []}}),
        safetensors({"a": {"data_offsets": ["0", "1"]}}),
        safetensors({"a": {"data_offsets": None}}),
    ],
)
def test_what_is_not_safetensors_is_refused_with_advice(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelError, match=r"m\.safetensors is not a safetensors file.*look for"):
        read_safetensors_header(written(tmp_path / "m.safetensors", data))


def test_a_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    file = tmp_path / "weights.pt"
    torch.save({"weight": torch.zeros(3)}, file)
    ran = tmp_path / "ran"
    program = written(tmp_path / "bad.safetensors", b"cbuiltins\nopen\n(V%s\nVw\ntR." % str(ran).encode())
    for refused in (file, program):
        with pytest.raises(ModelError, match="reads only that format"):
            find_model("mine", refused)
    assert not ran.exists()


def test_a_folder_or_nothing_in_its_place_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing.safetensors"):
        with pytest.raises(ModelError, match="cannot be read"):
            read_safetensors_header(place)


# --- finding --------------------------------------------------------------------------------


def test_the_built_in_model_is_found_with_its_config() -> None:
    files = find_model("photolens-mini")
    assert files.weights == MINI
    assert files.config == MINI.with_suffix(".json")
    assert files.sha256 == KNOWN_MODELS["photolens-mini"].sha256
    assert installed_models() == ["photolens-mini"]


def test_a_known_model_that_is_not_there_is_named_with_where_to_get_and_put_it() -> None:
    name = "ViT-B-32-256/datacomp_s34b_b86k"
    with pytest.raises(ModelError, match="is not installed") as caught:
        find_model(name)
    assert name in str(caught.value)
    source = KNOWN_MODELS[name].source
    assert source is not None and source.page in str(caught.value)
    assert f"photolens model install {name}" in str(caught.value)


@pytest.mark.parametrize("name", ["no-such-model", "a/b/c", "  "])
def test_an_unknown_model_is_not_promised(name: str) -> None:
    with pytest.raises(ModelError, match="lists those") as caught:
        find_model(name)
    assert name in str(caught.value)


def test_a_model_in_the_users_folder_is_found() -> None:
    name = "PE-Core-L-14-336/meta"  # of which no checksum is known
    file = written(models_dir() / "PE-Core-L-14-336--meta" / "any name.safetensors", WHOLE)
    files = find_model(name)
    assert (files.name, files.weights, files.config) == (name, file.resolve(), None)
    assert files.sha256 == hashlib.sha256(WHOLE).hexdigest()
    assert name in installed_models()


def test_weights_given_by_path_bring_the_config_beside_them(tmp_path: Path) -> None:
    file = written(tmp_path / "weights.safetensors", WHOLE)
    assert find_model("mine/tag", file).config is None
    config = written(tmp_path / "mine.json", b"{}")
    assert find_model("mine/tag", str(file)).config == config


def test_weights_in_the_home_folder_may_be_written_short(user_folders: Path) -> None:
    written(user_folders / "m.safetensors", WHOLE)
    assert find_model("mine", "~/m.safetensors").weights == (user_folders / "m.safetensors").resolve()


def test_other_weights_under_the_built_in_name_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "m.safetensors", WHOLE)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        find_model("photolens-mini", file)
    flipped = bytearray(MINI.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    with pytest.raises(ModelError, match="SHA-256 differs"):
        find_model("photolens-mini", written(file, bytes(flipped)))


def test_names_have_an_architecture_and_perhaps_a_tag() -> None:
    assert architecture("ViT-B-32/openai") == "ViT-B-32"
    assert pretrained_tag("ViT-B-32/openai") == "openai"
    assert pretrained_tag("ViT-B-32") is pretrained_tag("ViT-B-32/") is None


def test_looking_for_models_does_not_load_torch() -> None:
    program = (
        "import sys, photolens.embedding as e; e.find_model('photolens-mini'); e.installed_models(); "
        "print(sorted({'torch', 'open_clip', 'timm', 'torchvision'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x.safetensors", "a\0b.safetensors"])
def test_an_impossible_path_is_refused(path: str) -> None:
    with pytest.raises(ModelError):
        find_model("x", path)


def test_a_header_nested_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "m.safetensors"
    header = b"[" * 200_000
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ModelError, match="not a safetensors file"):
        read_safetensors_header(file)
