"""Installing, importing, verifying and removing models, with a server of models on this machine."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from safetensors.numpy import load_file, save, save_file

from photolens.embedding import KNOWN_MODELS, find_model, installed_models
from photolens.embedding.installing import (
    Progress,
    import_model,
    install,
    remove,
    unfinished,
    verify,
)
from photolens.embedding.models import RECOMMENDED_MODEL, Licence, ModelInfo, RemoteFile, Source
from photolens.embedding.network import Network
from photolens.embedding.records import folder_of, read_record
from photolens.errors import DownloadCancelled, ModelError, UsageError
from photolens.paths import models_dir, resource
from tests.model_server import ModelServer, Served, model_server

NAME = "tiny/test"
WEIGHTS = save({"w": np.arange(5000, dtype=np.float32) / 7}, metadata={"format": "pt"})
TOKENS = b'{"model": {}}'
QUICK = Network(silence_seconds=5, waits=(0.01,))
MINI = resource("models", "photolens-mini", "photolens-mini.safetensors")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        running.files["/org/tiny/resolve/abc/open_clip_model.safetensors"] = Served(WEIGHTS)
        running.files["/org/tiny/resolve/abc/tokenizer.json"] = Served(TOKENS)
        yield running


def known(monkeypatch: pytest.MonkeyPatch, *, checksum: bool = True) -> ModelInfo:
    """A model to download, as one in the table."""
    weights = RemoteFile("open_clip_model.safetensors", 1, sha(WEIGHTS) if checksum else None)
    tokenizer = RemoteFile("tokenizer.json", 1, sha(TOKENS), len(TOKENS))
    source = Source("org/tiny", "abc", weights, tokenizer)
    info = ModelInfo(NAME, "Tiny", "for tests", 1, Licence("MIT", ""), "none", source=source)
    monkeypatch.setitem(KNOWN_MODELS, NAME, info)
    return info


# --- the table ------------------------------------------------------------------------------


def test_the_table_says_all_that_a_choice_needs() -> None:
    assert RECOMMENDED_MODEL in KNOWN_MODELS
    for name, info in KNOWN_MODELS.items():
        assert info.name == name and info.title and info.purpose and info.languages
        assert info.megabytes > 0 and info.licence.name and info.licence.url.startswith("https://")
        if info.source is None:
            assert info.sha256 is not None
            continue
        assert len(info.source.revision) == 40  # a branch would move
        assert info.source.megabytes > info.megabytes  # float32 becomes float16
        for file in info.source.files:
            assert info.source.url(file).startswith("https://")
            assert (file.sha256 is None) or len(file.sha256) == 64
    assert any("about 100" in info.languages for info in KNOWN_MODELS.values())


def test_open_clip_knows_the_architectures_and_tags() -> None:
    import open_clip

    for info in KNOWN_MODELS.values():
        if info.source is not None:
            published = open_clip.get_pretrained_cfg(*info.name.split("/"))
            assert published["hf_hub"].strip("/") == info.source.repository


# --- download -------------------------------------------------------------------------------


def test_a_model_is_downloaded_stored_in_half_precision_and_found(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch)
    told: list[Progress] = []
    files = install(NAME, QUICK, server.url, told.append)
    assert files == find_model(NAME)
    assert files.weights.parent == folder_of(NAME).resolve()
    assert files.tokenizer is not None and files.tokenizer.read_bytes() == TOKENS
    np.testing.assert_array_equal(
        load_file(files.weights)["w"], (np.arange(5000, dtype=np.float32) / 7).astype(np.float16)
    )
    record = read_record(folder_of(NAME))
    assert record is not None
    assert (record.name, record.source_sha256) == (NAME, sha(WEIGHTS))
    assert record.sha256 == files.sha256 == sha(files.weights.read_bytes())
    assert record.source.startswith("https://huggingface.co/org/tiny/")  # whatever the mirror
    assert {progress.step for progress in told} == {"download", "convert"}
    assert all(progress.total is not None and 0 <= progress.done <= progress.total for progress in told)
    assert sorted(file.name for file in folder_of(NAME).iterdir()) == [
        "installed.json",
        "tokenizer.json",
        "weights.safetensors",
    ]
    assert NAME in installed_models()
    assert verify(NAME).compared


@pytest.mark.parametrize("name", ["photolens-mini", "no-such-model"])
def test_what_cannot_be_downloaded_is_said(name: str) -> None:
    with pytest.raises(UsageError, match=RECOMMENDED_MODEL):
        install(name, QUICK)


def test_a_cancelled_download_leaves_no_model_and_goes_on_later(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch)
    path = "/org/tiny/resolve/abc/open_clip_model.safetensors"
    server.files[path] = Served(WEIGHTS, stalls=[9000])
    cancel = threading.Event()

    def report(progress: Progress) -> None:
        if progress.done > 9000:
            cancel.set()

    with pytest.raises(DownloadCancelled):
        install(NAME, QUICK, server.url, report, cancel)
    assert NAME not in installed_models()
    assert unfinished(NAME) == 9000
    install(NAME, QUICK, server.url)
    assert server.asked[-1] == (path, "bytes=9000-")
    assert unfinished(NAME) == 0


def test_a_cancel_while_it_is_stored_costs_no_second_download(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch)
    cancel = threading.Event()
    with pytest.raises(DownloadCancelled):
        install(NAME, QUICK, server.url, lambda at: cancel.set() if at.step == "convert" else None, cancel)
    assert NAME not in installed_models()
    asked = len(server.asked)
    install(NAME, QUICK, server.url)
    assert len(server.asked) == asked


def test_a_page_in_the_place_of_weights_is_no_model(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, checksum=False)
    server.files["/org/tiny/resolve/abc/open_clip_model.safetensors"] = Served(b"<html>log in</html>")
    with pytest.raises(ModelError, match="not a safetensors file"):
        install(NAME, QUICK, server.url)
    assert NAME not in installed_models()
    server.files["/org/tiny/resolve/abc/open_clip_model.safetensors"] = Served(WEIGHTS)
    install(NAME, QUICK, server.url)  # what was no model is not kept
    assert verify(NAME).compared


def test_a_disk_without_room_for_both_forms_is_said_first(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known(monkeypatch)
    usage = shutil.disk_usage(tmp_path)._replace(free=50_000_000 + len(WEIGHTS))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ModelError, match="no room"):
        install(NAME, QUICK, server.url)


def test_two_installations_of_one_model_do_not_mix(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch)
    models_dir().mkdir(parents=True)
    with (
        FileLock(models_dir() / "tiny--test.lock"),
        pytest.raises(ModelError, match="Another PhotoLens is changing"),
    ):
        install(NAME, QUICK, server.url)
    install(NAME, QUICK, server.url)


# --- the rules of identity --------------------------------------------------------------------


def test_weights_that_changed_since_they_were_stored_are_refused(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch)
    weights = install(NAME, QUICK, server.url).weights
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    for look in (find_model, verify):
        with pytest.raises(ModelError, match="damaged"):
            look(NAME)
    install(NAME, QUICK, server.url)
    assert verify(NAME).compared


def test_the_published_file_may_lie_there_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch)
    folder_of(NAME).mkdir(parents=True)
    (folder_of(NAME) / "open_clip_model.safetensors").write_bytes(WEIGHTS)
    assert find_model(NAME).sha256 == sha(WEIGHTS)
    other = save({"w": np.ones(3, dtype=np.float32)})
    (folder_of(NAME) / "open_clip_model.safetensors").write_bytes(other)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        find_model(NAME)


def test_a_damaged_tokenizer_is_found(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch)
    files = install(NAME, QUICK, server.url)
    assert files.tokenizer is not None
    files.tokenizer.write_bytes(b"{}")
    with pytest.raises(ModelError, match="tokenizer"):
        verify(NAME)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": 1}', "\0"])
def test_a_damaged_record_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "installed.json").write_text(text)
    assert read_record(tmp_path) is None


# --- import -----------------------------------------------------------------------------------


def hub_folder(folder: Path, weights: bytes = WEIGHTS, **more: bytes) -> Path:
    folder.mkdir(parents=True)
    (folder / "open_clip_model.safetensors").write_bytes(weights)
    for name, data in more.items():
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def test_a_known_model_is_recognised_by_its_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch)
    file = tmp_path / "download (1).safetensors"
    file.write_bytes(WEIGHTS)
    assert import_model(file).name == NAME
    record = read_record(folder_of(NAME))
    assert record is not None and record.source == file.name
    assert file.read_bytes() == WEIGHTS


def test_a_folder_of_the_hub_is_recognised_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, checksum=False)
    files = import_model(hub_folder(tmp_path / "tiny", tokenizer__json=TOKENS))
    assert files.name == NAME and files.tokenizer is not None


def test_other_weights_under_a_known_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch)
    other = hub_folder(tmp_path / "x", save({"w": np.ones(3, dtype=np.float32)}))
    with pytest.raises(ModelError, match="not the published tiny/test"):
        import_model(other, NAME)
    assert not folder_of(NAME).exists()


def test_ones_own_model_brings_its_architecture_and_how_pictures_are_prepared(tmp_path: Path) -> None:
    config = {
        "model_cfg": json.loads(MINI.with_suffix(".json").read_bytes()),
        "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3},
    }
    folder = hub_folder(tmp_path / "my-own", open_clip_config__json=json.dumps(config).encode())
    files = import_model(folder)
    assert files.name == "my-own" and "my-own" in installed_models()
    assert files.config is not None and json.loads(files.config.read_bytes()) == config["model_cfg"]
    assert files.preprocess is not None
    assert json.loads(files.preprocess.read_bytes()) == config["preprocess_cfg"]


def test_an_installed_model_is_taken_from_another_computer(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known(monkeypatch)
    files = install(NAME, QUICK, server.url)
    shutil.copytree(folder_of(NAME), tmp_path / "usb stick")
    remove(NAME, "photolens-mini")
    again = import_model(tmp_path / "usb stick")
    assert replace(again, tokenizer=None) == replace(files, tokenizer=None)
    assert again.tokenizer is not None
    assert verify(NAME).sha256 == files.sha256
    with (tmp_path / "usb stick" / "weights.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")
    with pytest.raises(ModelError, match="damaged"):
        import_model(tmp_path / "usb stick")
    assert verify(NAME).sha256 == files.sha256


def test_importing_a_model_from_where_it_lies_leaves_it_whole(tmp_path: Path) -> None:
    first = import_model(hub_folder(tmp_path / "own"))
    assert import_model(folder_of("own")).sha256 == first.sha256


@pytest.mark.parametrize(
    "name", ["..", "a/../b", "a/b/c", "/a", "a\\b", " a", "a\nb", "C:x", "a*", "x" * 101]
)
def test_names_that_are_no_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        import_model(hub_folder(tmp_path / "own"), name)
    assert not models_dir().exists()


def test_what_holds_no_model_is_explained(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"no \.safetensors file"):
        import_model(tmp_path / "empty")
    for number in range(2):
        save_file({"w": np.ones(1)}, tmp_path / "empty" / f"{number}.safetensors")
    with pytest.raises(ModelError, match="several"):
        import_model(tmp_path / "empty")
    with pytest.raises(ModelError, match="There is no"):
        import_model(tmp_path / "nowhere")
    (tmp_path / "weights.bin").write_bytes(b"\x80\x02pickle")
    with pytest.raises(ModelError, match="not a safetensors file"):
        import_model(tmp_path / "weights.bin")
    for config in (b"{", b"[]", b'{"model_cfg": []}', b'{"model_cfg": {}}'):
        shutil.rmtree(tmp_path / "own", ignore_errors=True)
        with pytest.raises(ModelError, match=r"not an open_clip configuration|cannot be read"):
            import_model(hub_folder(tmp_path / "own", open_clip_config__json=config))
    with pytest.raises(UsageError, match="built in"):
        import_model(MINI)


# --- removal ----------------------------------------------------------------------------------


def test_a_model_is_removed_but_not_the_one_in_use_or_built_in(tmp_path: Path) -> None:
    import_model(hub_folder(tmp_path / "own"))
    with pytest.raises(UsageError, match="in use"):
        remove("own", "own")
    with pytest.raises(UsageError, match="built in"):
        remove("photolens-mini", "own")
    remove("own", "photolens-mini")
    assert "own" not in installed_models() and not folder_of("own").exists()
    with pytest.raises(UsageError, match="not installed"):
        remove("own", "photolens-mini")
