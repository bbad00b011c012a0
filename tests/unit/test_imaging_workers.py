"""Decode workers give what decoding here gives, and however they end, the program goes on."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from photolens import framing
from photolens.domain import InputSpec
from photolens.errors import DecoderDied, FailureKind, LibraryError, PhotoError
from photolens.imaging import decode, limits, messages
from photolens.imaging.worker_process import _Clock
from photolens.imaging.workers import Decoders, DecodersClosed
from tests.photos import make_photo, picture
from tests.reliability.bad_worker import COMMAND

linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux about processes")


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    opened = Decoders(2)
    yield opened
    opened.close()


@pytest.fixture
def bad_decoders() -> Iterator[Callable[..., Decoders]]:
    """Workers that the names of some files bring down."""
    opened: list[Decoders] = []

    def start(count: int = 2, **options: float) -> Decoders:
        opened.append(Decoders(count, command=COMMAND, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    """Every worker that a test started has ended and was waited for."""
    before = _children()
    yield
    assert _children() <= before


def _children() -> set[int]:
    if not Path("/proc/self/task").exists():
        return set()
    own = os.getpid()
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == own:
                    found.add(int(entry.name))
            except OSError:
                continue
    return found


def _dies(decoders: Decoders, path: Path) -> DecoderDied:
    with pytest.raises(DecoderDied) as caught:
        decoders.photo(str(path))
    return caught.value


def test_a_photo_is_the_same_as_decoded_here(decoders: Decoders, tmp_path: Path) -> None:
    path = make_photo(tmp_path / "ä\udcff.jpg", 3, taken_at="2012:08:05 11:39:59", camera=("Canon", "EOS"))
    spec = InputSpec(96, "squash", "bilinear", 7)
    there, here = decoders.photo(str(path), input_spec=spec), decode.decode_photo(str(path), input_spec=spec)
    assert there.metadata == here.metadata
    assert there.metadata.taken_at == datetime(2012, 8, 5, 11, 39, 59)
    assert (there.width, there.height, there.format) == (here.width, here.height, here.format)
    assert (there.mean_color, there.thumbnail) == (here.mean_color, here.thumbnail)
    assert there.model_input is not None and here.model_input is not None
    assert np.array_equal(there.model_input, here.model_input)
    assert there.model_input.flags.writeable and there.model_input.flags.c_contiguous
    assert decoders.photo(path.read_bytes(), thumbnail_px=64).model_input is None


def test_a_picture_is_the_same_as_decoded_here(decoders: Decoders) -> None:
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        buffer = io.BytesIO()
        picture(4, (333, 222)).save(buffer, "PNG", exif=exif)
        there = decoders.picture(buffer.getvalue())
        with Image.open(buffer) as image:
            assert np.array_equal(there, np.asarray(ImageOps.exif_transpose(image)))
        assert not there.flags.writeable and there.flags.c_contiguous
        assert decoders.picture(buffer.getvalue(), 100).shape[orientation < 5] == 100


def test_failures_are_the_same_as_here(decoders: Decoders, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "empty.jpg").touch()
    for name in ("text.jpg", "empty.jpg", "absent.jpg", "raw.cr2", "x" * 5000, "a\0b"):
        path = str(tmp_path / name)
        with pytest.raises(PhotoError) as here:
            decode.decode_photo(path)
        with pytest.raises(PhotoError) as there:
            decoders.photo(path)
        assert (there.value.kind, there.value.reason) == (here.value.kind, here.value.reason)
    with pytest.raises(PhotoError) as caught:
        decoders.picture(str(tmp_path / "absent.jpg"))
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_a_crash_is_a_failure_and_the_next_file_is_read(
    bad_decoders: Callable[..., Decoders], tmp_path: Path
) -> None:
    decoders, good = bad_decoders(), make_photo(tmp_path / "good.jpg")
    for number in range(3):
        error = _dies(decoders, make_photo(tmp_path / f"crash_{number}.jpg"))
        assert error.reason == "Reading this file crashed the decoder."
        assert decoders.photo(str(good)).width == 480
    aside = error.set_aside()
    assert aside.kind is FailureKind.SET_ASIDE
    assert aside.reason == "Reading this file crashed the decoder twice, so it is set aside."


def test_a_decoder_that_hangs_is_killed(bad_decoders: Callable[..., Decoders], tmp_path: Path) -> None:
    decoders = bad_decoders(decode_seconds=1.0)
    assert decoders.photo(str(make_photo(tmp_path / "good.jpg"))).width == 480
    started = time.monotonic()
    error = _dies(decoders, make_photo(tmp_path / "hang.jpg"))
    assert error.reason == "Reading this file took more than a minute."
    assert time.monotonic() - started < 10
    assert decoders.photo(str(tmp_path / "good.jpg")).width == 480


@linux
def test_a_decoder_that_wants_all_memory_gets_less_than_a_gigabyte(
    bad_decoders: Callable[..., Decoders], tmp_path: Path
) -> None:
    decoders = bad_decoders(1)
    before, peaks = _children(), [0]
    with ThreadPoolExecutor(1) as pool:
        hog = pool.submit(decoders.photo, str(make_photo(tmp_path / "hog.jpg")))
        while not hog.done():
            peaks += [_resident(child) for child in _children() - before]
            time.sleep(0.01)
        with pytest.raises(PhotoError) as caught:
            hog.result()
    assert caught.value.kind is FailureKind.TOO_LARGE
    assert 500e6 < max(peaks) < 1e9
    assert decoders.photo(str(make_photo(tmp_path / "good.jpg"))).width == 480


def _resident(pid: int) -> int:
    try:
        if Path(f"/proc/{pid}/cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes():
            return 0  # made a moment ago, and still a copy of the tests
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def test_a_worker_that_answers_nonsense_is_not_believed(
    bad_decoders: Callable[..., Decoders], tmp_path: Path
) -> None:
    decoders = bad_decoders()
    _dies(decoders, make_photo(tmp_path / "babble.jpg"))
    assert decoders.photo(str(make_photo(tmp_path / "good.jpg"))).width == 480


@linux
def test_a_worker_ended_from_outside_while_idle_costs_no_file_anything(tmp_path: Path) -> None:
    before, path = _children(), str(make_photo(tmp_path / "a.jpg"))
    decoders = Decoders(1)
    try:
        decoders.photo(path)
        (worker,) = _children() - before
        os.kill(worker, signal.SIGKILL)
        assert decoders.photo(path).width == 480
    finally:
        decoders.close()


@linux
def test_workers_that_nobody_needs_end(tmp_path: Path) -> None:
    before, path = _children(), str(make_photo(tmp_path / "a.jpg"))
    decoders = Decoders(2, idle_seconds=0.5)
    try:
        for _ in range(2):
            decoders.photo(path)
            assert len(_children() - before) == 1
            deadline = time.monotonic() + 10
            while _children() - before and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not _children() - before
    finally:
        decoders.close()


def test_closing_ends_what_is_decoded(bad_decoders: Callable[..., Decoders], tmp_path: Path) -> None:
    decoders = bad_decoders(1)
    files = [str(make_photo(tmp_path / name)) for name in ("hang.jpg", "waits.jpg")]
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(decoders.photo, file) for file in files]
        time.sleep(1)
        decoders.close()
        for answer in answers:
            with pytest.raises(DecodersClosed):
                answer.result(10)
    with pytest.raises(DecodersClosed):
        decoders.photo(files[1])


def test_a_worker_that_does_not_start_is_no_files_fault(tmp_path: Path) -> None:
    path = str(make_photo(tmp_path / "a.jpg"))
    for command in ([sys.executable, "-c", "raise SystemExit(3)"], [str(tmp_path / "absent")]):
        decoders = Decoders(1, command=command)
        with pytest.raises(LibraryError, match="The process that reads pictures does not start"):
            decoders.photo(path)
        decoders.close()


def test_one_very_large_photo_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = io.BytesIO()
    Image.new("L", (8000, 8000)).save(large, "PNG")
    held, most = [0], [0]
    decoders = Decoders(3)
    gate = decoders._large
    acquire, release = gate.acquire, gate.release

    def taken() -> bool:
        acquire()
        held[0] += 1
        most[0] = max(most[0], held[0])
        return True

    def given() -> None:
        held[0] -= 1
        release()

    monkeypatch.setattr(gate, "acquire", taken)
    monkeypatch.setattr(gate, "release", given)
    with ThreadPoolExecutor(3) as pool:
        sizes = {photo.width for photo in pool.map(decoders.photo, [large.getvalue()] * 3)}
    decoders.close()
    assert (sizes, most[0], held[0]) == ({8000}, 1, 0)


@linux
def test_workers_do_not_outlive_a_program_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import sys, os, signal\nfrom photolens.imaging.workers import Decoders\n"
        "decoders = Decoders(1)\ndecoders.photo(sys.argv[1])\n"
        "print(decoders._idle[0]._process.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    path = make_photo(tmp_path / "a.jpg")
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    worker, deadline = int(done.stdout), time.monotonic() + 10
    while _alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(worker)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@linux
def test_a_worker_is_small_and_out_of_reach_of_the_terminal(decoders: Decoders, tmp_path: Path) -> None:
    decoders.photo(str(make_photo(tmp_path / "a.jpg")))
    worker = decoders._idle[-1]._process.pid
    assert os.getpgid(worker) != os.getpgrp()
    maps = Path(f"/proc/{worker}/maps").read_text()
    assert "libtorch" not in maps and "Qt6" not in maps
    assert {os.readlink(f"/proc/{worker}/fd/{number}") for number in range(3)} == {os.devnull}
    limited = Path(f"/proc/{worker}/limits").read_text()
    assert f"Max data size {limits.MEMORY_BYTES}" in " ".join(limited.split())


def test_no_module_of_the_folder_it_is_started_in_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('loaded from the current folder')")
    monkeypatch.chdir(tmp_path)
    decoders = Decoders(1)
    assert decoders.photo(str(make_photo(tmp_path / "a.jpg"))).width == 480
    decoders.close()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x05\0\0\0" + bytes(8) + b"[1,2]",
        b"\xff\xff\xff\xff" + bytes(8),
        b"\x02\0\0\0" + b"\xff" * 8 + b"{}",
        b"\x09\0\0\0" + bytes(8) + b'{"a":NaN}',
        b"\x02\0\0\0\x05" + bytes(7) + b"{}ab",
    ],
)
def test_messages_that_cannot_be(said: bytes) -> None:
    with pytest.raises((framing.BadMessage, EOFError)):
        framing.receive(io.BufferedReader(io.BytesIO(said)))  # type: ignore[arg-type]


def test_many_threads_share_few_workers(decoders: Decoders, tmp_path: Path) -> None:
    paths = [str(make_photo(tmp_path / f"{seed}.jpg", seed)) for seed in range(8)]
    wrong = threading.Event()
    expected = [decode.decode_photo(path).mean_color for path in paths]

    def look(number: int) -> None:
        if decoders.photo(paths[number % 8]).mean_color != expected[number % 8]:
            wrong.set()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(64)))
    assert not wrong.is_set()


@linux
def test_idle_workers_that_were_ended_are_not_asked(tmp_path: Path) -> None:
    before, paths = _children(), [str(make_photo(tmp_path / f"{seed}.jpg", seed)) for seed in range(2)]
    decoders = Decoders(2)
    try:
        with ThreadPoolExecutor(2) as pool:
            while len(_children() - before) < 2:
                list(pool.map(decoders.photo, paths))
        for worker in _children() - before:
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.2)
        assert decoders.photo(paths[0]).width == 480
    finally:
        decoders.close()


@linux
def test_a_logout_does_not_end_workers_before_the_program(decoders: Decoders, tmp_path: Path) -> None:
    path = str(make_photo(tmp_path / "a.jpg"))
    decoders.photo(path)
    (worker,) = [worker._process.pid for worker in decoders._idle]
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        os.kill(worker, number)
    decoders.photo(path)
    assert [worker._process.pid for worker in decoders._idle] == [worker]


@linux
def test_a_worker_that_the_system_kills_at_work_is_no_files_fault(
    bad_decoders: Callable[..., Decoders], tmp_path: Path
) -> None:
    decoders = bad_decoders(1)
    with pytest.raises(PhotoError) as caught:
        decoders.photo(str(make_photo(tmp_path / "killed.jpg")))
    assert not isinstance(caught.value, DecoderDied)
    assert caught.value.kind is FailureKind.UNREADABLE  # which is tried again
    assert decoders.photo(str(make_photo(tmp_path / "good.jpg"))).width == 480


def test_a_worker_that_was_killed_as_it_answered_is_not_asked_again(tmp_path: Path) -> None:
    path = str(make_photo(tmp_path / "a.jpg"))
    decoders = Decoders(1, decode_seconds=60.0)
    try:
        decoders.photo(path)
        (worker,) = decoders._idle
        worker._clock = _Clock(0.0)  # the watcher looks at it just now
        worker.tick(1.0)
        assert worker.overdue and not worker.usable
        assert decoders.photo(path).width == 480
        assert decoders._idle != [worker]
    finally:
        decoders.close()


def test_what_a_worker_had_in_its_hands_is_logged_as_a_whole_path(
    bad_decoders: Callable[..., Decoders],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(make_photo(tmp_path / "crash.jpg").parent)
    with pytest.raises(DecoderDied):
        bad_decoders(1).photo("crash.jpg")
    assert f"in its hands: {str(tmp_path / 'crash.jpg')!r}" in caplog.text


def test_a_number_that_no_photo_has_is_not_believed(tmp_path: Path) -> None:
    header, parts = messages.photo_message(decode.decode_photo(str(make_photo(tmp_path / "a.jpg"))))
    header["metadata"]["f_number"] = 10**400
    with pytest.raises(framing.BadMessage):
        messages.photo_from(header, np.frombuffer(parts[0], np.uint8), None)
