"""Pixmaps for what is on screen: the order they are asked in, what is dropped, what is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from photolens.errors import FailureKind, PhotoError
from photolens.gui.bridge import Bridge
from photolens.gui.grid.thumbnails import Shape, Thumbnails, rounded
from tests.photos import picture

SMALL = Shape(60, 40, 4.0)
LARGE = Shape(120, 80, 4.0)
_SMALL_BYTES = 60 * 40 * 4


class Pool:
    """Gives out futures as the library's pool does, and keeps them until the test answers."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.futures: list[tuple[int, Future[bytes | None]]] = []

    def __call__(self, photo_id: int) -> Future[bytes | None]:
        self.asked.append(photo_id)
        waiting = [f for i, f in self.futures if i == photo_id and not f.done() and not f.running()]
        if waiting:
            return waiting[0]
        future: Future[bytes | None] = Future()
        self.futures.append((photo_id, future))
        return future

    def answer(self, photo_id: int, jpeg: bytes | None) -> None:
        """Give an answer to the oldest question for this photo that is neither answered nor cancelled."""
        future = next(f for i, f in self.futures if i == photo_id and not f.done())
        if future.running() or future.set_running_or_notify_cancel():
            future.set_result(jpeg)

    def cancelled(self) -> list[int]:
        return [photo_id for photo_id, future in self.futures if future.cancelled()]


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    file = io.BytesIO()
    picture(1, (240, 160)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def arrived() -> list[int]:
    return []


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def thumbnails(bridge: Bridge, arrived: list[int], pool: Pool) -> Thumbnails:
    made = Thumbnails(bridge, 64, arrived.append)
    made.use(pool)
    return made


def want(thumbnails: Thumbnails, *ids: int, shape: Shape = SMALL) -> None:
    thumbnails.want([(photo_id, shape) for photo_id in ids])


def test_the_first_is_asked_for_last_because_the_newest_is_served_first(
    thumbnails: Thumbnails, pool: Pool
) -> None:
    want(thumbnails, 1, 2, 3)
    assert pool.asked == [3, 2, 1]
    want(thumbnails, 2, 3, 4)
    assert pool.asked[3:] == [4, 3, 2]


def test_what_is_out_of_sight_is_cancelled(thumbnails: Thumbnails, pool: Pool) -> None:
    want(thumbnails, 1, 2, 3)
    want(thumbnails, 3, 4)
    assert sorted(pool.cancelled()) == [1, 2]
    assert thumbnails.waiting == 2


def test_one_that_is_being_made_is_not_asked_for_again(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    want(thumbnails, 1)
    assert pool.futures[0][1].set_running_or_notify_cancel()
    want(thumbnails, 1)
    assert pool.asked == [1]
    pool.answer(1, jpeg)
    qtbot.waitUntil(lambda: arrived == [1])


def test_it_arrives_in_the_size_asked_for(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    want(thumbnails, 1)
    assert thumbnails.get(1) is None
    pool.answer(1, jpeg)
    qtbot.waitUntil(lambda: arrived == [1])
    pixmap = thumbnails.get(1)
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (60, 40)
    assert (thumbnails.waiting, thumbnails.used_bytes) == (0, _SMALL_BYTES)
    want(thumbnails, 1)
    assert pool.asked == [1]


def test_in_another_size_the_old_one_is_shown_until_the_new_one_comes(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    want(thumbnails, 1)
    pool.answer(1, jpeg)
    qtbot.waitUntil(lambda: arrived == [1])
    want(thumbnails, 1, shape=LARGE)
    old = thumbnails.get(1)
    assert old is not None
    assert old.width() == 60
    pool.answer(1, jpeg)
    qtbot.waitUntil(lambda: arrived == [1, 1])
    new = thumbnails.get(1)
    assert new is not None
    assert new.width() == 120
    assert thumbnails.used_bytes == 4 * _SMALL_BYTES


def test_one_that_arrives_in_an_outdated_size_is_dropped(
    thumbnails: Thumbnails, bridge: Bridge, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    want(thumbnails, 1)
    assert pool.futures[0][1].set_running_or_notify_cancel()  # too late to be cancelled
    want(thumbnails, 1, shape=LARGE)
    pool.answer(1, jpeg)
    seen: list[bool] = []
    bridge.call_soon(lambda: seen.append(True))
    qtbot.waitUntil(lambda: bool(seen))
    assert thumbnails.get(1) is None
    assert (arrived, thumbnails.waiting) == ([], 1)
    pool.answer(1, jpeg)
    qtbot.waitUntil(lambda: arrived == [1])
    pixmap = thumbnails.get(1)
    assert pixmap is not None
    assert pixmap.width() == 120


def test_the_budget_is_kept_and_the_least_recently_used_go_first(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    wide = Shape(1000, 100, 0.0)  # 0.4 MB
    thumbnails.set_budget(1)
    for photo_id in (1, 2, 3):
        want(thumbnails, photo_id, shape=wide)
        pool.answer(photo_id, jpeg)
        qtbot.waitUntil(lambda photo_id=photo_id: arrived[-1:] == [photo_id])
        assert thumbnails.get(1) is not None
        assert thumbnails.used_bytes <= 1_000_000
    assert thumbnails.get(2) is None
    assert thumbnails.get(3) is not None
    thumbnails.set_budget(0)
    assert thumbnails.used_bytes == 400_000  # one is kept, so that a viewer has it


@pytest.mark.parametrize("answer", [None, b"no picture"])
def test_what_cannot_be_had_is_remembered_until_it_is_tried_again(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], qtbot: QtBot, answer: bytes | None
) -> None:
    want(thumbnails, 1)
    pool.answer(1, answer)
    qtbot.waitUntil(lambda: arrived == [1])
    assert thumbnails.failed(1)
    want(thumbnails, 1)
    assert pool.asked == [1]
    thumbnails.retry_failed()
    assert not thumbnails.failed(1)
    want(thumbnails, 1)
    assert pool.asked == [1, 1]


def test_a_request_that_raises_has_failed(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], qtbot: QtBot
) -> None:
    want(thumbnails, 1)
    pool.futures[0][1].set_exception(PhotoError(FailureKind.DAMAGED, "It ends early."))
    qtbot.waitUntil(lambda: arrived == [1])
    assert thumbnails.failed(1)


def test_one_that_is_forgotten_while_it_waits_never_arrives(
    thumbnails: Thumbnails, bridge: Bridge, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    want(thumbnails, 1, 2)
    assert pool.futures[0][1].set_running_or_notify_cancel()
    running = pool.futures[0][0]
    thumbnails.forget([1, 2])
    assert thumbnails.waiting == 0
    pool.answer(running, jpeg)
    seen: list[bool] = []
    bridge.call_soon(lambda: seen.append(True))
    qtbot.waitUntil(lambda: bool(seen))
    assert arrived == []
    assert thumbnails.get(running) is None


def test_with_another_library_all_is_forgotten(
    thumbnails: Thumbnails, pool: Pool, arrived: list[int], jpeg: bytes, qtbot: QtBot
) -> None:
    want(thumbnails, 1, 2, 3)
    pool.answer(1, jpeg)
    pool.answer(2, None)
    qtbot.waitUntil(lambda: sorted(arrived) == [1, 2])
    thumbnails.use(None)
    assert thumbnails.get(1) is None
    assert not thumbnails.failed(2)
    assert (thumbnails.used_bytes, thumbnails.waiting) == (0, 0)
    want(thumbnails, 1)
    assert len(pool.asked) == 3


def test_a_thumbnail_has_round_corners_and_a_faint_edge() -> None:
    image = QImage(90, 60, QImage.Format.Format_RGB32)
    image.fill(0xFF3366)
    made = rounded(image, 8.0)
    assert (made.width(), made.height()) == (90, 60)
    for x, y in ((0, 0), (89, 0), (0, 59), (89, 59)):
        assert made.pixelColor(x, y).alpha() == 0
    assert made.pixelColor(45, 30).getRgb() == (0xFF, 0x33, 0x66, 255)
    for x, y in ((45, 0), (0, 30), (89, 30), (45, 59)):  # so that white on white can be seen
        edge = made.pixelColor(x, y)
        assert edge.alpha() == 255
        assert 0xD0 < edge.red() < 0xFF


def test_nothing_can_be_made_of_no_picture() -> None:
    assert rounded(QImage(), 4.0).isNull()
