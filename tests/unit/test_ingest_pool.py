"""The threads that read files: they end with the program, also when a file keeps one of them."""

from __future__ import annotations

import threading
import time

import pytest

from photolens.ingest import pool
from photolens.ingest.pool import Pool


def test_what_a_step_gives_or_raises_comes_back() -> None:
    threads = Pool(2)
    assert threads.submit(lambda: 3).result(5) == 3
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 / 0).result(5)
    assert threads.submit(lambda: 4).result(5) == 4
    threads.close()


def test_closing_does_not_wait_for_a_file_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_CLOSE_SECONDS", 0.2)
    threads, never = Pool(2), threading.Event()
    hanging = threads.submit(never.wait)
    while not hanging.running():
        time.sleep(0.01)
    began = time.monotonic()
    threads.close()
    assert time.monotonic() - began < 2
    assert not hanging.done()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("photolens-read"))
    never.set()
    assert hanging.result(5)
