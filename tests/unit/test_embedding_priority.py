"""A search that waits for the model goes before the photos that wait for it."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from photolens.embedding.priority import PriorityLock


class Worker(threading.Thread):
    """Takes the lock once, notes its name, and keeps the lock until it may go."""

    def __init__(self, lock: PriorityLock, name: str, urgent: bool, done: list[str]) -> None:
        super().__init__(name=name, daemon=True)
        self._lock, self._urgent, self._done = lock, urgent, done
        self.has_it, self.may_go = threading.Event(), threading.Event()

    def run(self) -> None:
        with self._lock.hold(urgent=self._urgent):
            self._done.append(self.name)
            self.has_it.set()
            assert self.may_go.wait(10)


def until_it_waits(worker: Worker) -> None:
    """Return once the worker stands in line: its innermost call is Condition.wait."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        frame = sys._current_frames().get(worker.ident or -1)
        if frame is not None and frame.f_code is threading.Condition.wait.__code__:
            return
        time.sleep(0.001)
    raise AssertionError(f"{worker.name} does not wait for the lock")


@contextmanager
def standing_in_line(names: list[tuple[str, bool]]) -> Iterator[tuple[PriorityLock, list[Worker], list[str]]]:
    """Workers that came one after the other while the first holds the lock."""
    lock, done = PriorityLock(), list[str]()
    workers = [Worker(lock, name, urgent, done) for name, urgent in names]
    try:
        workers[0].start()
        assert workers[0].has_it.wait(10)
        for worker in workers[1:]:
            worker.start()
            until_it_waits(worker)
        yield lock, workers, done
    finally:
        for worker in workers:
            worker.may_go.set()
        for worker in workers:
            worker.join(10)
            assert not worker.is_alive()


def test_a_query_overtakes_batches_that_came_earlier() -> None:
    names = [("first", False), ("batch 1", False), ("batch 2", False), ("query", True)]
    with standing_in_line(names) as (_, workers, done):
        workers[0].may_go.set()
        assert workers[3].has_it.wait(10)
        assert done == ["first", "query"]
    assert sorted(done[2:]) == ["batch 1", "batch 2"]


def test_all_waiting_queries_go_before_any_batch() -> None:
    names = [("first", True), ("batch 1", False), ("query 1", True), ("batch 2", False), ("query 2", True)]
    with standing_in_line(names) as (_, workers, done):
        for worker in workers:
            worker.may_go.set()
    assert sorted(done[1:3]) == ["query 1", "query 2"]
    assert sorted(done[3:]) == ["batch 1", "batch 2"]


def test_only_one_at_a_time() -> None:
    lock, inside, most = PriorityLock(), 0, 0

    def work(urgent: bool) -> None:
        nonlocal inside, most
        for _ in range(300):
            with lock.hold(urgent=urgent):
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    threads = [threading.Thread(target=work, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert most == 1


def test_work_that_fails_gives_the_lock_back() -> None:
    lock = PriorityLock()
    for urgent in (True, False):
        with pytest.raises(ZeroDivisionError), lock.hold(urgent=urgent):
            raise ZeroDivisionError
    worker = Worker(lock, "next", False, [])
    worker.may_go.set()
    worker.start()
    worker.join(10)
    assert worker.has_it.is_set()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_a_query_ended_by_ctrl_c_lets_the_batches_go_on() -> None:
    lock = PriorityLock()
    held, let_go, entered = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock.hold(urgent=False):
            held.set()
            let_go.wait()

    def batch() -> None:
        with lock.hold(urgent=False):
            entered.set()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    main_thread = threading.main_thread().ident
    assert main_thread is not None
    interrupt = threading.Timer(0.2, signal.pthread_kill, [main_thread, signal.SIGINT])
    interrupt.start()
    with pytest.raises(KeyboardInterrupt), lock.hold(urgent=True):
        pass
    let_go.set()
    holder.join()
    after = threading.Thread(target=batch)
    after.start()
    assert entered.wait(10)
    after.join()
    interrupt.join()
