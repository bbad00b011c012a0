"""The model in its own process: the same vectors as here, gone when told, replaced when it dies."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photolens import children
from photolens.domain import InputSpec
from photolens.embedding import KNOWN_MODELS, ModelProcess, ModelStopped, find_model, model_process
from photolens.embedding.encoder import Encoder
from photolens.embedding.model_process import files_from, files_header
from photolens.errors import ModelError, ModelUnavailable
from tests.models import mini_process, second_model
from tests.photos import picture
from tests.waiting import eventually

PIXELS = np.stack([np.asarray(picture(seed, (96, 96))) for seed in range(20)])
TEXTS = ["snow", "ein Hund", "\N{DOG FACE}", "word " * 200]


@pytest.fixture(scope="module")
def here() -> Encoder:
    return Encoder.load(find_model("photolens-mini"))


@pytest.fixture
def process() -> Iterator[ModelProcess]:
    """One that is not running yet."""
    with mini_process() as made:
        yield made


@pytest.fixture(scope="module")
def _once() -> Iterator[ModelProcess]:
    with mini_process() as made:
        yield made


@pytest.fixture
def running(_once: ModelProcess) -> ModelProcess:
    """The same for many tests, since a start takes seconds; started anew where one of them has ended it."""
    _once.load()
    return _once


def pid(process: ModelProcess) -> int:
    assert process._process is not None
    return process._process.pid


def gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_runs_only_when_asked(process: ModelProcess) -> None:
    assert not process.running
    process.stop()
    process.rest()
    assert not process.running


def test_it_gives_what_the_encoder_gives(running: ModelProcess, here: Encoder) -> None:
    process = running
    np.testing.assert_allclose(process.encode_images(PIXELS), here.encode_images(PIXELS), atol=1e-5)
    np.testing.assert_allclose(process.encode_texts(TEXTS), here.encode_texts(TEXTS), atol=1e-5)
    assert process.encode_images(PIXELS[:0]).shape == process.encode_texts([]).shape == (0, 256)
    assert (process.input_spec, process.dimension) == (here.input_spec, 256)


def test_what_is_said_of_known_models_beforehand_is_so(here: Encoder) -> None:
    assert KNOWN_MODELS["photolens-mini"].input_spec == here.input_spec
    import open_clip

    name = "ViT-B-32-256/datacomp_s34b_b86k"
    spec = KNOWN_MODELS[name].input_spec
    published = open_clip.get_pretrained_cfg(*name.split("/"))
    side = open_clip.get_model_config("ViT-B-32-256")["vision_cfg"]["image_size"]
    assert spec == InputSpec(side, published.get("resize_mode") or "shortest", published["interpolation"])


def test_another_preprocessing_than_expected_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    known = KNOWN_MODELS["photolens-mini"]
    monkeypatch.setitem(KNOWN_MODELS, known.name, replace(known, input_spec=InputSpec(size=100)))
    with pytest.raises(ModelError, match="as expected"):
        Encoder.load(find_model("photolens-mini"))


def test_at_rest_it_is_gone_and_comes_back(running: ModelProcess) -> None:
    process = running
    before = process.encode_images(PIXELS[:2])
    first = pid(process)
    process.rest()
    assert not process.running and gone(first)
    assert process.dimension == 256 and not process.running  # that is known
    np.testing.assert_array_equal(process.encode_images(PIXELS[:2]), before)


@pytest.mark.skipif(sys.platform == "win32", reason="it is sent a signal")
def test_one_that_is_killed_is_replaced_and_the_log_says_so(
    running: ModelProcess, caplog: pytest.LogCaptureFixture
) -> None:
    process = running
    caplog.set_level(logging.INFO)
    before = process.encode_images(PIXELS[:2])
    os.kill(pid(process), signal.SIGKILL)
    np.testing.assert_array_equal(process.encode_images(PIXELS[:2]), before)
    assert "ended with -9" in caplog.text
    assert "loaded photolens-mini: 256 dimensions" in caplog.text  # what the new one has logged


def test_one_that_always_dies_is_an_error_that_says_what_to_do(
    running: ModelProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = running
    process.stop()
    monkeypatch.setattr(model_process, "_command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    for use in (process.load, lambda: process.encode_texts(["snow"])):
        with pytest.raises(
            ModelUnavailable, match=r"ended twice \(status 3\)\. Perhaps memory ran out: close"
        ):
            use()
    monkeypatch.setattr(model_process, "_command", lambda: [str(Path("/nowhere/at/all"))])
    with pytest.raises(ModelUnavailable, match="does not start"):
        process.load()
    monkeypatch.undo()
    assert process.encode_texts(["snow"]).shape == (1, 256)  # perhaps there is memory again


@pytest.mark.parametrize("said", [b"rubbish" * 100, b"\xff" * 12, b""])
def test_one_that_talks_rubbish_is_as_dead(
    process: ModelProcess, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    code = f"import sys; sys.stdin.buffer.read(12); sys.stdout.buffer.write({said!r})"
    monkeypatch.setattr(model_process, "_command", lambda: [sys.executable, "-c", code])
    with pytest.raises(ModelError, match="ended twice"):
        process.load()


@pytest.mark.parametrize("loaded", [False, True])
def test_stopped_while_it_loads_or_computes_it_lets_go_at_once(
    request: pytest.FixtureRequest, loaded: bool
) -> None:
    process: ModelProcess = request.getfixturevalue("running" if loaded else "process")
    stopped = threading.Event()

    def use() -> None:
        try:
            while True:
                process.encode_images(PIXELS)
        except ModelStopped:
            stopped.set()

    thread = threading.Thread(target=use)
    thread.start()
    eventually(lambda: process.running)
    if loaded:
        process.encode_texts(["snow"])
    first = pid(process)
    process.stop()
    assert gone(first)
    while thread.is_alive():  # stopped between two questions it starts anew
        process.stop()
        time.sleep(0.05)
    assert stopped.is_set()


def test_what_torch_says_is_an_error_and_the_process_goes_on(running: ModelProcess) -> None:
    process = running
    with pytest.raises(RuntimeError, match="must match the size"):
        process.encode_images(np.zeros((1, 96, 96, 4), np.uint8))
    first = pid(process)
    assert process.encode_images(PIXELS[:1]).shape == (1, 256)
    assert pid(process) == first


def test_weights_that_do_not_fit_are_refused_in_its_words(tmp_path: Path) -> None:
    file = tmp_path / "w.safetensors"
    file.write_bytes(find_model("photolens-mini").weights.read_bytes())
    process = ModelProcess(find_model("ViT-B-32", file))
    with pytest.raises(ModelError, match="cannot be loaded as the model ViT-B-32; are these its weights"):
        process.encode_images(PIXELS)
    assert not process.running


def test_all_files_of_a_model_reach_it(tmp_path: Path) -> None:
    settings = second_model(tmp_path / "model")
    (tmp_path / "model" / "preprocess.json").write_text('{"mean": [0, 0, 0], "std": [1, 1, 1]}')
    (tmp_path / "model" / "tokenizer.json").write_text("{}")  # not asked for, its words are CLIP's
    files = find_model(settings.model, settings.weights)
    assert files.preprocess is not None
    assert files.tokenizer is not None
    assert files_from(json.loads(json.dumps(files_header(files)))) == files
    process = ModelProcess(files)
    try:
        np.testing.assert_allclose(
            process.encode_images(PIXELS), Encoder.load(files).encode_images(PIXELS), atol=1e-5
        )
    finally:
        process.stop()


def test_a_question_overtakes_photos_that_wait(running: ModelProcess) -> None:
    process = running
    order: list[str] = []

    def photos() -> None:
        process.encode_images(np.repeat(PIXELS, 10, axis=0))
        order.append("photos")

    threads = [threading.Thread(target=photos) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    process.encode_images(PIXELS[:1], urgent=True)
    order.append("question")
    for thread in threads:
        thread.join()
    assert order[0] == "question"


@pytest.mark.skipif(sys.platform == "win32", reason="it is sent a signal")
def test_the_program_does_without_torch_and_it_ends_with_the_program() -> None:
    code = (
        "import os, signal, sys; from photolens.embedding import ModelProcess, find_model\n"
        "process = ModelProcess(find_model('photolens-mini')); process.load()\n"
        "print([name for name in ('torch', 'open_clip', 'PIL') if name in sys.modules])\n"
        "print(process._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    brought, number = done.stdout.splitlines()
    assert brought == "[]"
    eventually(lambda: gone(int(number)) or _zombie(int(number)))


def _zombie(number: int) -> bool:
    """Whether it only waits to be heard of: nobody may, where nothing adopts processes."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="it is told at its start there")
def test_the_program_comes_first(running: ModelProcess) -> None:
    process = running
    assert os.getpriority(os.PRIO_PROCESS, pid(process)) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)
    if sys.platform == "linux":
        assert Path(f"/proc/{pid(process)}/oom_score_adj").read_text().strip() == "500"


def test_a_frozen_program_is_its_own_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert model_process._command() == [sys.executable, "--model-process"]
    assert children.command("anything", "--x") == [sys.executable, "--x"]
