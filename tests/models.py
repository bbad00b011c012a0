"""A second embedding model for tests, and one that is killed whenever it starts."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from photolens.embedding import ModelProcess, find_model
from photolens.library.encoders import LazyEncoder
from photolens.paths import resource
from photolens.settings import Settings


def second_model(folder: Path) -> Settings:
    """Settings that use the built-in model with every weight a hundredth larger; its files go into `folder`,
    which is made.
    """
    from safetensors.numpy import load_file, save_file

    source = resource("models", "photolens-mini")
    weights = load_file(source / "photolens-mini.safetensors")
    changed = {
        key: np.array(value * np.float16(1.01)) if value.dtype == np.float16 else value
        for key, value in weights.items()
    }
    folder.mkdir()
    save_file(changed, folder / "mini-two.safetensors")
    shutil.copy(source / "photolens-mini.json", folder / "mini-two.json")
    return replace(Settings(), model="mini-two", weights=str(folder / "mini-two.safetensors"))


@contextmanager
def mini_process() -> Iterator[ModelProcess]:
    """A process for the built-in model, stopped at the end; its first use starts it."""
    made = ModelProcess(find_model("photolens-mini"))
    yield made
    made.stop()


@contextmanager
def killed_at_its_start(lazy: LazyEncoder) -> Iterator[set[int]]:
    """As where memory runs out: no process of its lives. Gives those that were killed."""
    killed: set[int] = set()
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.005):
            process = lazy._process._process
            if process is not None and process.pid not in killed:
                killed.add(process.pid)
                os.kill(process.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()
