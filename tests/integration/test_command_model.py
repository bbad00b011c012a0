"""`photolens model`: getting a model, choosing it, and leaving the one before."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photolens.embedding import KNOWN_MODELS, installed_models
from photolens.embedding.records import folder_of
from photolens.paths import settings_file
from photolens.settings import Settings, load
from photolens.settings import save as save_settings
from tests.integration.conftest import Run
from tests.model_server import TINY, TINY_PATH, TINY_WEIGHTS, ModelServer, Served, tiny_model_server
from tests.models import second_model


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """The tiny model's, set as the mirror."""
    with tiny_model_server(monkeypatch) as running:
        save_settings(settings_file(), Settings(mirror=running.url))
        yield running


def listed(run: Run) -> dict[str, dict[str, object]]:
    _, out, _ = run("model", "list", "--json")
    return {str(line["name"]): line for line in map(json.loads, out.splitlines())}


def test_the_list_says_what_a_choice_needs(run: Run) -> None:
    models = listed(run)
    assert list(models) == list(KNOWN_MODELS)
    mini = models["photolens-mini"]
    assert mini["in_use"] and mini["installed"] and mini["built_in"]
    assert mini["licence_limits"] == "not for commercial use"
    assert not any(model["installed"] for name, model in models.items() if name != "photolens-mini")
    _, out, _ = run("model")
    for name, info in KNOWN_MODELS.items():
        assert name in out and info.purpose in out and info.licence.name in out


def test_speed_is_measured_when_asked_and_remembered(run: Run) -> None:
    assert listed(run)["photolens-mini"]["photos_per_second"] is None
    _, out, _ = run("model", "list", "--speed")
    assert "photos/s" in out
    rate = listed(run)["photolens-mini"]["photos_per_second"]
    assert isinstance(rate, float) and rate > 0


def test_the_terms_are_shown_before_a_download_and_have_to_be_accepted(
    run: Run, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, _, err = run("model", "install", TINY)
    assert code == 2
    assert "Research only, https://example.org/licence" in err and "for research only" in err
    assert server.asked == []
    code, out, err = run("model", "install", TINY, "--yes")
    assert code == 0 and "Installed tiny/test" in out and "model use tiny/test" in err
    assert TINY in installed_models()
    code, out, _ = run("model", "verify", TINY)
    assert code == 0 and "as it was published" in out


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_ctrl_c_stops_a_download_which_goes_on_later(run: Run, server: ModelServer) -> None:
    server.files[TINY_PATH] = Served(TINY_WEIGHTS, stalls=[1_000_000])

    def interrupt() -> None:
        part = folder_of(TINY) / "open_clip_model.safetensors.part"
        while not part.exists() or part.stat().st_size < 1_000_000:
            server.closing.wait(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    hand = threading.Thread(target=interrupt)
    hand.start()
    code, _, err = run("model", "install", TINY, "--yes")
    hand.join()
    assert code == 130 and "goes on from here" in err
    assert TINY not in installed_models()
    assert run("model", "install", TINY, "--yes")[0] == 0
    assert server.asked[-1] == (TINY_PATH, "bytes=1000000-")


def test_a_model_is_imported_used_and_the_one_before_forgotten(
    run: Run, pictures: Path, tmp_path: Path
) -> None:
    run("index", pictures)
    second_model(tmp_path / "model")
    code, out, _ = run("model", "import", tmp_path / "model", "--name", "another")
    assert code == 0 and "Imported another" in out
    assert run("model", "use", "another")[0] == 0  # it has its architecture, whatever it is called
    code, out, _ = run("model", "import", tmp_path / "model")
    assert code == 0 and "Imported mini-two" in out
    assert "mini-two" in listed(run)
    code, out, _ = run("model", "use", "mini-two")
    assert code == 0 and "256 dimensions" in out
    assert load(settings_file()).settings == Settings(model="mini-two")
    code, _, err = run("model", "remove", "mini-two", "--yes")
    assert code == 2 and "in use" in err

    code, out, _ = run("search", "something blue", "--json")
    assert code == 0 and len(out.splitlines()) == 12  # the one before answers
    code, _, err = run("model", "forget", "mini-two", "--yes")
    assert code == 2 and "in use" in err
    run("index")
    code, _, err = run("model", "forget", "photolens-mini", "--yes")
    assert code == 0
    code, _, err = run("model", "forget", "photolens-mini", "--yes")
    assert code == 2 and "No photo was read with photolens-mini" in err
    code, out, _ = run("search", "something blue", "--json")
    assert code == 0 and len(out.splitlines()) == 12
    code, out, _ = run("check")
    assert code == 0, out

    code, _, _ = run("model", "use", "photolens-mini")
    assert code == 0
    code, _, _ = run("model", "remove", "mini-two", "--yes")
    assert code == 0 and "mini-two" not in listed(run)
    run("index")
    code, out, _ = run("search", "something blue", "--json")
    assert code == 0 and len(out.splitlines()) == 12


def test_nothing_is_forgotten_or_deleted_without_a_yes(
    run: Run, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    run("index", pictures)
    second_model(tmp_path / "model")
    run("model", "import", tmp_path / "model" / "mini-two.safetensors")
    code, _, err = run("model", "remove", "mini-two")
    assert code == 2 and "say --yes" in err and "mini-two" in installed_models()
    run("model", "use", "mini-two")
    code, _, err = run("model", "forget", "photolens-mini")
    assert code == 2 and "12 photos" in err and "mini-two, has read 0" in err


def test_forgetting_makes_no_library(run: Run, tmp_path: Path) -> None:
    code, _, err = run("model", "forget", "photolens-mini", "--yes")
    assert code == 2 and "no library" in err
    assert not (tmp_path / "library").exists()


def test_help_has_examples(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("model", "--help")
    assert "photolens model install" in capfd.readouterr().out


def test_halves_that_do_not_belong_together_are_refused(run: Run, tmp_path: Path) -> None:
    """The pictures' half of the built-in model, turned round in its space."""
    from safetensors.numpy import load_file, save_file

    second_model(tmp_path / "model")
    weights = load_file(tmp_path / "model" / "mini-two.safetensors")
    (last,) = [name for name in weights if name.startswith("visual.") and name.endswith("proj.weight")]
    weights[last] = np.ascontiguousarray(-weights[last])
    save_file(weights, tmp_path / "model" / "mini-two.safetensors")
    run("model", "import", tmp_path / "model" / "mini-two.safetensors")
    code, _, err = run("model", "use", "mini-two")
    assert code == 2 and "do not belong together" in " ".join(err.split())
    assert load(settings_file()).settings == Settings()
