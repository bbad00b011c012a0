"""The one object between threads: order, batches, answers, failures, the end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.qtbot import QtBot

from photolens.domain import Event, Notice
from photolens.errors import FolderError, PhotoLensError
from photolens.gui.bridge import Bridge


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


def in_threads(count: int, work: object) -> None:
    """Call `work(number)` in so many threads at once, and wait for all."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_events_of_one_moment_come_as_one_list_in_order(bridge: Bridge, qtbot: QtBot) -> None:
    heard: list[list[Event]] = []
    bridge.events.connect(heard.append)
    for number in range(500):
        bridge.hear(Notice(str(number)))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [[Notice(str(number)) for number in range(500)]]


def test_events_of_many_threads_all_come_each_threads_own_in_order(bridge: Bridge, qtbot: QtBot) -> None:
    heard: list[Event] = []
    bridge.events.connect(heard.extend)

    def speak(thread: int) -> None:
        for number in range(200):
            bridge.hear(Notice(f"{thread} {number}"))
            time.sleep(0)

    in_threads(4, speak)
    qtbot.waitUntil(lambda: len(heard) == 800)
    for thread in range(4):
        own = [event.text for event in heard if isinstance(event, Notice) and event.text[0] == str(thread)]
        assert own == [f"{thread} {number}" for number in range(200)]


def test_events_go_on_after_a_batch(bridge: Bridge, qtbot: QtBot) -> None:
    heard: list[list[Event]] = []
    bridge.events.connect(heard.append)
    for number in range(3):
        bridge.hear(Notice(str(number)))
        qtbot.waitUntil(lambda number=number: len(heard) == number + 1)
    assert heard == [[Notice("0")], [Notice("1")], [Notice("2")]]


def test_calls_of_many_threads_run_on_this_one_each_threads_own_in_order(
    bridge: Bridge, qtbot: QtBot
) -> None:
    ran: list[tuple[int, int, int]] = []

    def post(thread: int) -> None:
        for number in range(300):
            bridge.call_soon(lambda n=number: ran.append((thread, n, threading.get_ident())))

    in_threads(6, post)
    qtbot.waitUntil(lambda: len(ran) == 1800)
    assert {ident for _, _, ident in ran} == {threading.get_ident()}
    for thread in range(6):
        assert [number for other, number, _ in ran if other == thread] == list(range(300))


def test_a_call_is_never_run_before_control_returns_to_the_window(bridge: Bridge, qtbot: QtBot) -> None:
    ran: list[str] = []
    bridge.call_soon(lambda: ran.append("call"))
    assert not ran
    qtbot.waitUntil(lambda: ran == ["call"])


def test_a_call_that_raises_is_logged_and_stops_no_other(
    bridge: Bridge, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    def broken() -> None:
        raise ValueError("broken on purpose")

    for call in (lambda: ran.append("before"), broken, lambda: ran.append("after")):
        bridge.call_soon(call)
    qtbot.waitUntil(lambda: ran == ["before", "after"])
    assert "broken on purpose" in caplog.text


def test_many_slow_calls_leave_the_window_time_to_paint(bridge: Bridge, qtbot: QtBot) -> None:
    order: list[str] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: order.append("window"))
    timer.start()
    for _ in range(40):
        bridge.call_soon(lambda: (time.sleep(0.003), order.append("call")))
    qtbot.waitUntil(lambda: order.count("call") == 40)
    timer.stop()
    last = len(order) - order[::-1].index("call")
    assert order[:last].count("window") >= 5


def test_answers_arrive_while_a_call_asks_the_user_something(bridge: Bridge, qtbot: QtBot) -> None:
    ran: list[str] = []

    def dialog() -> None:
        loop = QEventLoop()
        QTimer.singleShot(5000, loop.quit)  # the user gives up

        def answer() -> None:
            ran.append("answer")
            loop.quit()

        bridge.run(lambda: None, lambda result: answer())
        loop.exec()
        ran.append("dialog closed")

    bridge.call_soon(dialog)
    bridge.call_soon(lambda: ran.append("waiting already"))
    qtbot.waitUntil(lambda: "dialog closed" in ran, timeout=10_000)
    assert ran == ["waiting already", "answer", "dialog closed"]
    bridge.call_soon(lambda: ran.append("later"))
    qtbot.waitUntil(lambda: ran[-1] == "later")


def test_work_runs_elsewhere_and_its_result_comes_here(bridge: Bridge, qtbot: QtBot) -> None:
    got: list[tuple[int, int]] = []
    bridge.run(threading.get_ident, lambda worker: got.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))
    worker, receiver = got[0]
    assert receiver == threading.get_ident() != worker


def test_a_failure_comes_as_it_is(bridge: Bridge, qtbot: QtBot) -> None:
    results: list[object] = []
    error = FolderError("This folder is gone.")

    def work() -> None:
        raise error

    bridge.run(work, results.append, results.append)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [error]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("no such thing"), "Something went wrong: no such thing."),
        (OSError("The disk is full."), "Something went wrong: The disk is full."),
        (KeyError(), "Something went wrong: KeyError."),
    ],
)
def test_any_other_error_becomes_a_sentence_and_is_logged(
    bridge: Bridge, qtbot: QtBot, caplog: pytest.LogCaptureFixture, error: Exception, sentence: str
) -> None:
    failures: list[PhotoLensError] = []

    def work() -> None:
        raise error

    bridge.run(work, failed=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert [str(failure) for failure in failures] == [sentence]
    assert any(record.exc_info and record.exc_info[1] is error for record in caplog.records)


def test_a_failure_that_nobody_hears_is_logged(
    bridge: Bridge, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise FolderError("This folder is gone.")

    bridge.run(work)
    qtbot.waitUntil(lambda: "FolderError" in caplog.text)
    assert "This folder is gone." not in caplog.text  # what it says may quote a search
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_cancelled_future_calls_nobody(bridge: Bridge, qtbot: QtBot) -> None:
    got: list[object] = []
    future: Future[int] = Future()
    bridge.when_done(future, got.append, got.append)
    future.cancel()
    bridge.call_soon(lambda: got.append("next"))
    qtbot.waitUntil(lambda: bool(got))
    assert got == ["next"]


def test_the_end_waits_for_work_that_has_begun_and_drops_its_answer(qtbot: QtBot) -> None:
    bridge, begun, done, got = Bridge(), threading.Event(), threading.Event(), list[object]()

    def work() -> None:
        begun.set()
        time.sleep(0.1)
        done.set()

    bridge.run(work, got.append, got.append)
    assert begun.wait(5)
    bridge.close()
    assert done.is_set()
    qtbot.wait(50)
    assert not got


def test_after_the_end_nothing_is_done_or_heard(qtbot: QtBot) -> None:
    bridge, got = Bridge(), list[object]()
    bridge.events.connect(got.append)
    bridge.hear(Notice("before"))
    bridge.call_soon(lambda: got.append("before"))
    bridge.close()
    bridge.hear(Notice("after"))
    bridge.call_soon(lambda: got.append("after"))
    assert bridge.run(lambda: got.append("worked"), got.append, got.append).cancelled()
    qtbot.wait(200)
    assert not got
