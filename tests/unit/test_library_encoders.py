"""The model is loaded when needed, words alone without torch, and released when nothing is asked for long."""

from __future__ import annotations

import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from photolens.domain import InputSpec
from photolens.embedding import ModelProcess
from photolens.errors import ModelError, ModelUnavailable
from photolens.library import encoders
from photolens.library.encoders import LazyEncoder
from tests.models import killed_at_its_start, mini_process
from tests.photos import picture
from tests.waiting import eventually

pytestmark = pytest.mark.usefixtures("own_models")

PIXELS = np.stack([np.asarray(picture(seed, (96, 96))) for seed in range(3)])


@pytest.fixture(scope="module")
def process() -> Iterator[ModelProcess]:
    """The same for all tests, since a start takes seconds; one that ends it has the next start it anew."""
    with mini_process() as made:
        yield made


@pytest.fixture
def make(process: ModelProcess) -> Iterator[Callable[[float | None], LazyEncoder]]:
    """Makes encoders that compute in that process."""
    made: list[LazyEncoder] = []

    def make_one(idle_seconds: float | None) -> LazyEncoder:
        lazy = LazyEncoder("photolens-mini", precision="float32", idle_seconds=idle_seconds)
        lazy._process = process
        made.append(lazy)
        return lazy

    yield make_one
    for lazy in made:
        lazy._clock.stop()


@pytest.fixture
def lazy(make: Callable[[float | None], LazyEncoder]) -> LazyEncoder:
    return make(30)


def test_what_pictures_a_known_model_takes_is_known_at_once() -> None:
    lazy = LazyEncoder("photolens-mini")
    assert lazy.input_spec == InputSpec(size=96)
    assert not lazy._process.running


def timers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "photolens-idle"]


def test_neither_words_nor_pictures_load_torch_here() -> None:
    code = (
        "import sys; from photolens.library.encoders import LazyEncoder\n"
        "lazy = LazyEncoder('photolens-mini'); lazy.prepare_texts()\n"
        "print(lazy.encode_texts(['a dog']).shape, lazy.dimension, 'torch' in sys.modules)\n"
        "print(lazy.get().dimension, 'torch' in sys.modules); lazy.release()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["(1, 256) 256 False", "256 False"]


def test_words_do_not_wait_while_torch_is_loaded(lazy: LazyEncoder) -> None:
    with lazy._process._asking.hold(urgent=True):  # as somebody who loads it
        assert lazy.encode_texts(["snow"]).shape == (1, 256)


def test_words_are_the_same_from_either_half(lazy: LazyEncoder) -> None:
    texts = ["snow", "a dog on a beach"]
    np.testing.assert_allclose(lazy.encode_texts(texts), lazy.get().encode_texts(texts), atol=1e-5)


def test_release_in_the_midst_of_use_by_another_thread(lazy: LazyEncoder) -> None:
    right = lazy.encode_texts(["snow"]), lazy.encode_images(PIXELS)
    wrong: list[str] = []
    dropped = threading.Event()

    def ask() -> None:
        last = False
        while not last:
            last = dropped.is_set()  # once more after that
            found = lazy.encode_texts(["snow"]), lazy.encode_images(PIXELS)
            if not all(np.allclose(f, r, atol=1e-5) for f, r in zip(found, right, strict=True)):
                wrong.append("other vectors")

    threads = [threading.Thread(target=ask)]
    for thread in threads:
        thread.start()
    lazy._drop()
    dropped.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_unused_it_is_released_and_comes_back(make: Callable[[float | None], LazyEncoder]) -> None:
    lazy = make(0.3)
    words, pictures = lazy.encode_texts(["snow"]), lazy.encode_images(PIXELS)
    tower = weakref.ref(lazy._text_tower())
    eventually(lambda: not lazy._process.running and tower() is None)  # without a collector
    eventually(lambda: not timers())
    np.testing.assert_array_equal(lazy.encode_texts(["snow"]), words)
    np.testing.assert_allclose(lazy.encode_images(PIXELS), pictures, atol=1e-6)


def test_never_released_unless_asked_for(make: Callable[[float | None], LazyEncoder]) -> None:
    lazy = make(None)
    lazy.get()
    lazy.encode_texts(["snow"])
    assert not timers()


def test_while_it_is_used_it_stays(lazy: LazyEncoder) -> None:
    lazy.encode_images(PIXELS)
    lazy._clock._look()  # called by another thread than the timer's: nothing happens
    assert lazy._process.running
    lazy.release()
    assert not lazy._process.running
    assert not timers()


def test_released_from_another_thread_at_any_moment(lazy: LazyEncoder) -> None:
    for _ in range(10):
        thread = threading.Thread(target=lazy.get_ahead)
        thread.start()
        lazy.release()
        thread.join()
        lazy.release()
        assert not lazy.coming and not lazy._process.running


def test_loaded_ahead_it_is_there_and_a_bad_one_says_so_at_its_use(lazy: LazyEncoder, tmp_path: Path) -> None:
    lazy.release()
    lazy.get_ahead()
    eventually(lambda: lazy._process.running)
    lazy.release()  # in the midst of loading
    assert not lazy._process.running
    assert lazy.encode_images(PIXELS).shape == (3, 256)  # that was no fault of the model
    file = tmp_path / "w.safetensors"
    file.write_bytes(lazy.files.weights.read_bytes())
    bad = LazyEncoder("nobody-knows-this", file)
    bad.get_ahead()
    bad.release()
    for use in (bad.get, bad.prepare_texts, lambda: bad.dimension):
        with pytest.raises(ModelError, match="nobody-knows-this"):
            use()


@pytest.mark.skipif(sys.platform == "win32", reason="it is sent a signal")
def test_one_that_was_killed_is_tried_again_but_not_at_every_key(
    lazy: LazyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "_AGAIN_SECONDS", (1000.0, 1000.0))
    lazy.release()
    with killed_at_its_start(lazy) as killed:
        for _ in range(3):
            with pytest.raises(ModelUnavailable, match=r"ended twice \(status -9\)"):
                lazy.encode_images(PIXELS)
        assert len(killed) == 2
        lazy.try_again()  # somebody asks for it
        with pytest.raises(ModelUnavailable):
            lazy.get()
        assert len(killed) == 4
    assert lazy.encode_texts(["snow"]).shape == (1, 256)  # words have no need of it
    with pytest.raises(ModelUnavailable):
        lazy.get()
    monkeypatch.setattr(encoders, "_AGAIN_SECONDS", (0.0, 0.0))  # when those seconds are over
    assert lazy.encode_images(PIXELS).shape == (3, 256)
    assert lazy.get().running
